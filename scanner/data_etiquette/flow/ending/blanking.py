"""Functions that put nothing, or a replacement, in the place of what is known of a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data_etiquette.flow.lexicon.wordlists import WordLists
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.types import Types
from data_etiquette.model.facts import AccessPath, CallFact, Value
from data_etiquette.model.graph import Entity

_SOME = 2
_MOST = 0.5
_FLAGS = frozenset({"True", "False", "None"})


@dataclass(slots=True)
class Blanking:
    """Finds what a function overwrites."""

    types: Types
    words: WordLists

    def of(self, fn: FunctionRef) -> Iterator[tuple[Entity, int, tuple[str, ...]]]:
        """(entity, line, fields) for each entity that the function makes anonymous."""
        strong = self.words.names("erasing-words", fn.name)
        ending = self.words.names("ending-words", fn.name)
        written: dict[str, dict[str, int]] = {}
        owners: dict[str, Entity] = {}
        for owner, name, value, line in self._written(fn):
            replaced = strong or (ending and _is_made_up(value))
            if self._is_blank(value) or (replaced and not self._is_data(fn, value)):
                owners[owner.id] = owner
                written.setdefault(owner.id, {}).setdefault(name, line)
        for identity, lines in written.items():
            entity = owners[identity]
            personal = {item.name for item in self.types.index.personal_fields(entity)}
            blanked = personal & set(lines)
            most = _SOME if ending else max(_SOME, int(len(personal) * _MOST))
            needed = 1 if strong else most
            if blanked and (len(blanked) >= needed or blanked == personal):
                yield entity, min(lines[name] for name in blanked), tuple(sorted(blanked))

    def _written(self, fn: FunctionRef) -> Iterator[tuple[Entity, str, Value, int]]:
        for store in fn.function.stores:
            keys = store.target.keys
            if keys and keys[-1][0] == ".":
                entity = self._stored(fn, AccessPath(store.target.root, keys[:-1]))
                if entity is not None:
                    yield entity, keys[-1][1:], store.value, store.line
        for call in fn.function.calls:
            if call.callee.keys[-1:] in ((".update",), (".values",)) and call.keywords:
                entity = self._updated(fn, call)
                if entity is not None:
                    for name, value in call.keywords:
                        yield entity, name, value, call.line

    def _updated(self, fn: FunctionRef, call: CallFact) -> Entity | None:
        owner = AccessPath(call.callee.root, call.callee.keys[:-1])
        if call.callee.keys[-1] == ".update":
            return self._stored(fn, owner)
        head = call
        while head.callee.root.startswith("call:") and head.callee.keys:
            made = fn.calls.get(int(head.callee.root[5:]))
            if made is None:
                return None
            head = made
        is_update = head.callee.root.rpartition(".")[2].rpartition(":")[2] == "update"
        if not is_update or not head.args or not head.args[0]:
            return None
        return self._stored(fn, head.args[0][0].path)

    def _stored(self, fn: FunctionRef, path: AccessPath) -> Entity | None:
        typed = self.types.of(fn, path)
        if typed.entity is None or typed.field is not None or not typed.entity.stored:
            return None
        return typed.entity

    def _is_data(self, fn: FunctionRef, value: Value) -> bool:
        """Whether what is put there is personal itself."""
        return any(self.types.of(fn, part.path).field is not None for part in value)

    def _is_blank(self, value: Value) -> bool:
        texts = {part.path.root[6:] for part in value if part.path.root.startswith("const:")}
        whole = all(part.path.root.startswith("const:") and not part.at for part in value)
        return bool(value) and whole and texts <= {"", "None", *self.words["blank-values"]}


def _is_made_up(value: Value) -> bool:
    """`"Deleted User"`, `f"deleted-{user.pk}"`: a text of the code's own, no flag and no number."""
    texts = [part.path.root[6:] for part in value if part.path.root.startswith("const:")]
    words = [text for text in texts if text and text not in _FLAGS and not text.isdigit()]
    return bool(words) and all(part.text or part.path.root.startswith("const:") for part in value)
