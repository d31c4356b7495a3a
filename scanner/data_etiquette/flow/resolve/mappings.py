"""Mappings that are used whole: the keys that a function reads of them tell what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.program.reading import READING
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve.naming import Naming
from data_etiquette.flow.resolve.taint import Taint
from data_etiquette.model.facts import AccessPath, CallFact, Value, ValuePart
from data_etiquette.model.graph import Entity

_MAX_KEYS = 40
_REQUESTS = frozenset({"param:request", "param:req", "param:self"})
_BODY_KINDS = frozenset({"form", "serializer"})


@dataclass(slots=True)
class _Known:
    """What a function says of one mapping."""

    read: dict[str, int] = field(default_factory=dict)
    """Keys read of it, with the line."""
    removed: dict[str, int] = field(default_factory=dict)
    """Keys taken out of it, with the line."""
    given: list[CallFact] = field(default_factory=list)
    """Calls that get it as what is to be checked: first, or as `data`."""


@dataclass(slots=True)
class Mappings(Naming):
    """Keys of mappings, by function and path."""

    _mappings: dict[FunctionRef, dict[AccessPath, _Known]] = field(default_factory=dict)

    def _as_mapping(
        self, fn: FunctionRef, part: ValuePart, found: list[Taint], line: int
    ) -> list[Taint]:
        known = self._of_mapping(fn, part.path)
        if any(taint.origin is not None for taint in found):
            return _without_removed(known, found, line) if known and known.removed else found
        if known is None:
            return [*found, *self._validated_by_view(fn, part, line)]
        typed = self.types.of(fn, part.path)
        if typed.entity is not None or typed.cls is not None:
            return found
        keys = self._known_keys(fn, known, part, line)
        return [*found, *(keys or self._validated_by_view(fn, part, line))]

    def _validated_by_view(self, fn: FunctionRef, part: ValuePart, line: int) -> list[Taint]:
        """`request.data` in a view whose class says what checks it: `serializer_class`."""
        path = part.path
        if path.keys[-1:] != (".data",) and path.keys[-1:] != (".POST",):
            return []
        owner = self.types.hierarchy.owner(fn)
        if owner is None or not (path.root == "param:request" or path.keys[-2:-1] == (".request",)):
            return []
        for option in ("serializer_class", "form_class"):
            entity = self.types.option_class(owner, option).entity
            if entity is not None and entity.kind in _BODY_KINDS:
                return self._fields(fn, entity, line)
        return []

    def _known_keys(
        self, fn: FunctionRef, known: _Known, part: ValuePart, line: int
    ) -> list[Taint]:
        """What an unknown mapping holds by the keys that are read of it."""
        found: list[Taint] = []
        for name in known.read:
            if 0 <= known.removed.get(name, line + 1) <= line:
                continue
            path = AccessPath(part.path.root, (*part.path.keys, f"[{name}]"))
            found += self._by_key(fn, part._replace(path=path, at=()), line)
        for call in known.given:
            found += self._validated(fn, call, line)
        return found

    def _validated(self, fn: FunctionRef, call: CallFact, line: int) -> list[Taint]:
        """`SignUpForm(request.POST)`: the body has the fields of what it is checked by."""
        typed = self.types.of(fn, call.callee)
        if not typed.is_class or typed.entity is None or typed.entity.kind not in _BODY_KINDS:
            return []
        has_data = any(name == "data" for name, _ in call.keywords)
        if typed.entity.kind == "serializer" and not has_data:
            return []  # it writes out what it is given first
        return self._fields(fn, typed.entity, line)

    def _fields(self, fn: FunctionRef, entity: Entity, line: int) -> list[Taint]:
        fields = self.types.index.personal_fields(entity)
        return [self._from_field(fn, entity, item, line) for item in fields]

    def _of_mapping(self, fn: FunctionRef, path: AccessPath) -> _Known | None:
        READING.now.add(fn)  # its own memory of the body is shared by all
        index = self._mappings.get(fn)
        if index is None:
            index = self._mappings[fn] = _indexed(fn)
        return index.get(path)


def _without_removed(known: _Known, found: list[Taint], line: int) -> list[Taint]:
    """Fields of a dumped object, but for the keys that were taken out before."""
    gone = {name for name, at in known.removed.items() if at <= line}
    return [
        taint
        for taint in found
        if taint.origin is None or taint.origin.field.rsplit(".", 1)[-1] not in gone
    ]


def _indexed(fn: FunctionRef) -> dict[AccessPath, _Known]:
    index: dict[AccessPath, _Known] = {}
    for call in fn.function.calls:
        for value in (*call.args, *(value for _, value in call.keywords)):
            _note_read(index, value, call.line)
        for part in _checked(call):
            is_request = part.path.root in _REQUESTS and not part.path.keys
            if not part.at and not part.text and not is_request:
                index.setdefault(part.path, _Known()).given.append(call)
        _note_method(index, call)
    for store in fn.function.stores:
        _note_read(index, store.value, store.line)
        if not store.value and store.target.keys and store.target.keys[-1][0] == "[":
            owner = AccessPath(store.target.root, store.target.keys[:-1])
            known = index.setdefault(owner, _Known())
            known.removed[store.target.keys[-1].strip("[]")] = store.line
    for line, value in (*fn.function.results, *fn.function.raises):
        _note_read(index, value, line)
    for path in fn.named:
        _note_path(index, path, fn.function.line)
    return index


def _checked(call: CallFact) -> Value:
    """What a form or serializer made by the call would check."""
    named = next((value for name, value in call.keywords if name in ("data", "formdata")), ())
    return named or (call.args[0][:4] if call.args else ())


def _note_method(index: dict[AccessPath, _Known], call: CallFact) -> None:
    """`data.get("email")`, `data.pop("password")`."""
    path = call.callee
    if not path.keys or path.keys[-1] not in (".get", ".pop") or not call.args:
        return
    owner = AccessPath(path.root, path.keys[:-1])
    for name in _texts(call.args[0]):
        known = index.setdefault(owner, _Known())
        if len(known.read) < _MAX_KEYS:
            known.read.setdefault(name, call.line)
        if path.keys[-1] == ".pop":
            known.removed[name] = call.line


def _note_read(index: dict[AccessPath, _Known], value: Value, line: int) -> None:
    for part in value:
        _note_path(index, part.path, line)


def _note_path(index: dict[AccessPath, _Known], path: AccessPath, line: int) -> None:
    for place, key in enumerate(path.keys):
        if key[0] == "[" and len(key) > 2 and key[1] != "*" and not key[1:-1].isdigit():
            known = index.setdefault(AccessPath(path.root, path.keys[:place]), _Known())
            if len(known.read) < _MAX_KEYS:
                known.read.setdefault(key[1:-1], line)


def _texts(value: Value) -> Iterator[str]:
    for part in value:
        if part.path.root.startswith("const:"):
            yield part.path.root[6:]
