"""Values that a function looks rows up by: the column that they are compared with tells them."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve.state import ModuleState
from data_etiquette.flow.resolve.taint import Origin, Taint
from data_etiquette.model.facts import AccessPath, CallFact, ValuePart
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location

_LOOKING_UP = frozenset(
    {"get", "filter", "exclude", "get_or_create", "filter_by", "aget", "find_one", "get_or_none"}
    | {"update_or_create", "get_object_or_404", "Q", "first_or_404", "get_or_404"}
)
_EXACT = frozenset({"", "iexact", "exact", "in", "contains", "icontains", "startswith"})
_TOLD = frozenset({"email", "work_email", "username", "phone", "full_name", "nickname"})
"""Elements that a row is looked up by, and that say who somebody is."""

_Told = tuple[str, str, int]
"""Element, what the value is compared with, and where."""


@dataclass(slots=True)
class Sought(ModuleState):
    """What lookups say of the values that they are given."""

    _lookups: dict[FunctionRef, dict[AccessPath, _Told]] = field(default_factory=dict)

    def _sought(self, fn: FunctionRef, part: ValuePart, line: int) -> list[Taint]:
        """`User.objects.get(Q(email=value) | Q(username=value))`: the value is one of them."""
        if not part.path.root.startswith(("param:", "call:", "local:")):
            return []
        known = self._lookups.get(fn)
        if known is None:
            known = self._lookups[fn] = self._looked_up(fn)
        told = known.get(part.path)
        if told is None:
            return []
        element, name, at = told
        if not part.lines and line < at:
            return []  # what is looked up later, on another way, need not be that
        note = f"it is looked up as {name}, which is {self._label(element)}"
        place = Location(fn.facts.path, line)
        return [
            self._origin(
                fn, Origin(element, "", name, Confidence.MEDIUM, place, note, is_name=True)
            )
        ]

    def _looked_up(self, fn: FunctionRef) -> dict[AccessPath, _Told]:
        found: dict[AccessPath, _Told] = {}
        for call in fn.function.calls:
            path = call.callee
            last = path.keys[-1][1:] if path.keys else path.root.rpartition(".")[2]
            if call.keywords and last.removeprefix("name:") in _LOOKING_UP:
                self._note_lookup(found, fn, call)
        compared: dict[int, list[AccessPath]] = {}
        for line, path in fn.function.compared:
            compared.setdefault(line, []).append(path)
        for line, paths in compared.items():
            others = [path for path in paths if path.root.startswith(("param:", "local:"))]
            if len(others) == 1:
                self._note_compared(found, fn, paths, others[0], line)
        return found

    def _note_lookup(self, found: dict[AccessPath, _Told], fn: FunctionRef, call: CallFact) -> None:
        owner = self.types.of(fn, AccessPath(call.callee.root, call.callee.keys[:-1]))
        for keyword, value in call.keywords:
            name, _, how = keyword.partition("__")
            if how not in _EXACT:
                continue
            element = self._named(name)
            if owner.entity is not None:
                item = self.types.index.field(owner.entity, name)
                element = item.element if item is not None else ""
            for part in value[:2] if element in _TOLD else ():
                if not part.at and not part.text and not part.path.root.startswith("const:"):
                    found.setdefault(part.path, (element, f"`{name}`", call.line))

    def _note_compared(
        self,
        found: dict[AccessPath, _Told],
        fn: FunctionRef,
        paths: list[AccessPath],
        other: AccessPath,
        line: int,
    ) -> None:
        """`User.email == value` of a query: the column is an attribute of the class."""
        for column in paths:
            if not column.root.startswith("name:") or not column.keys:
                continue
            holder = self.types.of(fn, AccessPath(column.root, column.keys[:-1]))
            if not holder.is_class or holder.entity is None:
                continue
            item = self.types.index.field(holder.entity, column.keys[-1][1:])
            if item is not None and item.element in _TOLD:
                found.setdefault(other, (item.element, f"`{item.name}`", line))
