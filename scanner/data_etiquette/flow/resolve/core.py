"""Values taken apart; what is remembered, where circles and limits end."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.flow.entities.classify import Classifier
from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.binding import Target
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve.rows import Rows
from data_etiquette.flow.resolve.shown import Rendering
from data_etiquette.flow.resolve.taint import Mode, Origin, Taint
from data_etiquette.flow.types import Types
from data_etiquette.model.catalog import SanitiserModel
from data_etiquette.model.facts import AccessPath, CallFact, Value, ValuePart
from data_etiquette.model.graph import Entity, Field, Step
from data_etiquette.model.location import Location

MAX_DEPTH = 12
"""Calls, attributes and results that one value is followed through."""
MAX_TAINTS = 120
MAX_SPENT = 20_000
"""Values looked into for one sink."""
_SHALLOW = 3
NOT_DATA_KEYS = frozenset(
    {".id", ".pk", ".uuid", ".DoesNotExist", ".MultipleObjectsReturned", "[id]", "[pk]", "[uuid]"}
)
SHOWING_KINDS = frozenset(
    {"pydantic", "dataclass", "attrs", "sqlmodel", "named-tuple", "typed-dict", "msgspec"}
)
"""Kinds whose objects show all their fields as text by themselves."""
RETURNING_WORDS = ("get_", "fetch_", "read_", "load_", "find_", "extract_", "current_", "decode_")


@dataclass(slots=True)
class Core:
    """State of a resolver, and how a value's parts are looked into once."""

    types: Types
    classifier: Classifier
    rendering: Rendering | None = None
    """What templates show; None where there are none."""
    rows: Rows | None = None
    limited: set[FunctionRef] = field(default_factory=set)
    """Functions in which something was too much to follow."""
    _summaries: dict[tuple[object, ...], tuple[Taint, ...]] = field(default_factory=dict)
    _open: dict[tuple[object, ...], bool] = field(default_factory=dict)
    _parts: dict[tuple[object, ...], tuple[Taint, ...]] = field(default_factory=dict)
    _active: set[tuple[object, ...]] = field(default_factory=set)
    _elements: dict[str, str] = field(default_factory=dict)
    """Elements of names in code; the same few thousand are asked for again and again."""
    _circles: int = 0
    _spent: int = 0

    def start(self) -> None:
        """A new sink: what may be spent on it is whole again."""
        self._spent = 0

    def value(
        self, fn: FunctionRef, value: Value, line: int, mode: Mode, depth: int = MAX_DEPTH
    ) -> list[Taint]:
        """All that a value used on a line holds, each once."""
        found: dict[tuple[object, ...], Taint] = {}
        for part in value:
            for taint in self._part(fn, part, line, mode, depth):
                found.setdefault(taint.identity, taint)
            if len(found) > MAX_TAINTS:
                self.limited.add(fn)
                break
        return list(found.values())[:MAX_TAINTS]

    def _part(
        self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode, depth: int
    ) -> list[Taint]:
        if part.path.root.startswith("const:"):
            return []
        if depth <= 0:
            self.limited.add(fn)
            return []
        key = (fn, part, line, mode)
        known = self._parts.get(key)
        if known is not None:
            return list(known)
        if key in self._active:
            self._circles += 1
            return []
        self._spent += 1
        if self._spent > MAX_SPENT:
            self.limited.add(fn)
            return []
        circles = self._circles
        self._active.add(key)
        found = self._fresh(fn, part, line, Mode.TEXT if part.text else mode, depth)
        self._active.discard(key)
        if circles == self._circles and depth > _SHALLOW and self._spent <= MAX_SPENT:
            # What a circle or a limit cut short is not remembered: elsewhere it may hold more.
            self._parts[key] = tuple(found)
        return found

    def _fresh(
        self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode, depth: int
    ) -> list[Taint]:
        path = part.path
        if path.root.startswith("outer:"):
            return self._outer(fn, part, line, mode, depth)
        if path.root.startswith("exception:"):
            return self._caught(fn, path.root[10:], line, depth)
        at = part.lines[0] if part.lines else line
        found = self._as_mapping(fn, part, self._of_path(fn, part, at, mode, depth), line)
        if part.at and not any(taint.origin is not None for taint in found):
            found = [*found, *self._under_key(fn, part, at)]
        if part.asked:
            found = [taint for taint in found if self._is_asked(part.asked, taint)]
        steps = [
            Step(fn.facts.path, number, "it is assigned") for number in part.lines if number != at
        ]
        return [taint.after(*steps) for taint in found] if steps else found

    def _is_asked(self, key: str, taint: Taint) -> bool:
        """Whether data may lie under a key, of which only another, unknown one was written."""
        origin = taint.origin
        if origin is None or key == origin.field or self._named(key) == origin.element:
            return True
        return not set(split(key)).isdisjoint(split(origin.field))

    def _outer(
        self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode, depth: int
    ) -> list[Taint]:
        parent = self.types.hierarchy.parent(fn)
        if parent is None:
            return []
        inner = part._replace(path=AccessPath(part.path.root[6:], part.path.keys))
        return self._part(parent, inner, line, mode, depth - 1)

    def _from_field(self, fn: FunctionRef, entity: Entity, item: Field, line: int) -> Taint:
        place = f"{item.location.path}:{item.location.line}"
        return self._origin(
            fn,
            Origin(
                element=item.element,
                entity=entity.name,
                field=item.name,
                confidence=item.confidence,
                location=Location(fn.facts.path, line),
                note=f"{entity.name}.{item.name} is read (declared at {place})",
            ),
        )

    def _origin(self, fn: FunctionRef, origin: Origin) -> Taint:
        return Taint(origin, steps=(Step(fn.facts.path, origin.location.line, origin.note),))

    def _promise(self, fn: FunctionRef, path: AccessPath, mode: Mode) -> Taint:
        return Taint(None, fn, path.root[6:], path.keys, mode)

    def _named(self, name: str) -> str:
        """Element of a name in code, which is less than a field's: `avatar_url`, `fname`."""
        found = self._elements.get(name)
        if found is None:
            found = self._elements[name] = self._element_of(name)
        return found

    def _element_of(self, name: str) -> str:
        if name.startswith("$"):
            return ""  # a key that a parameter brings
        words, told = split(name), self.classifier.words
        first, either, rest = name.partition("_or_")  # `email_or_username`
        if first and either and rest:
            return self._named(first) or self._named(rest)
        holder, _, _ = name.partition("_with_")  # `path_with_token`
        if holder and holder != name:
            return self._named(holder)
        if name in self.types.index.keys:
            return ""
        if not words or words[-1] in told("code-name-ends") or "".join(words) in told("code-names"):
            return ""
        return self.classifier.name_element(name)

    def element_of_name(self, name: str) -> str:
        """Element that a name in code means, for passes that follow no values."""
        return self._named(name)

    def _label(self, element: str) -> str:
        return element.replace("_", " ")

    def _sanitiser(
        self, call: CallFact, name: str, method: str, *, first_party: bool
    ) -> SanitiserModel | None:
        knowledge = self.types.knowledge
        found = knowledge.sanitisers.get(name)
        if found is None and not first_party:
            found = knowledge.sanitiser_methods.get(method)
        takes = call.args or call.keywords or not call.callee.root.startswith("name:")
        if found is None and takes and not method.startswith(("get_", "from_")):
            found = knowledge.sanitiser_by_name(method)
        return found

    def _of_path(
        self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode, depth: int
    ) -> list[Taint]:
        """What a path holds that is not remembered yet."""
        raise NotImplementedError

    def _caught(self, fn: FunctionRef, text: str, line: int, depth: int) -> list[Taint]:
        """What the text of a caught exception holds."""
        raise NotImplementedError

    def _as_mapping(
        self, fn: FunctionRef, part: ValuePart, found: list[Taint], line: int
    ) -> list[Taint]:
        """What a value used on a line holds, by the keys that the function reads or removes."""
        raise NotImplementedError

    def returns(
        self, target: FunctionRef, keys: tuple[str, ...], mode: Mode, depth: int
    ) -> tuple[Taint, ...]:
        """Summary: what a function's result holds below some keys, in terms of its parameters."""
        raise NotImplementedError

    def _returned(
        self,
        fn: FunctionRef,
        call: CallFact,
        target: Target,
        keys: tuple[str, ...],
        mode: Mode,
        depth: int,
    ) -> list[Taint]:
        """What one call's result holds."""
        raise NotImplementedError

    def _of_result(
        self,
        fn: FunctionRef,
        call: CallFact,
        keys: tuple[str, ...],
        line: int,
        mode: Mode,
        depth: int,
    ) -> list[Taint] | None:
        """What a call's result holds below some keys; None when nothing is known of the call."""
        raise NotImplementedError

    def _under_key(self, fn: FunctionRef, part: ValuePart, line: int) -> list[Taint]:
        """What the key says under which an unknown value lies."""
        raise NotImplementedError
