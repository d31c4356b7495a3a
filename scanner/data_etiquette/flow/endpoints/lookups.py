"""Rows that a function looks up: of which entity, and whether only those of whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.endpoints.access import Access
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.types.core import MANAGERS
from data_etiquette.model.facts import AccessPath, CallFact
from data_etiquette.model.graph import Entity
from data_etiquette.model.location import Location

_SELECTING = frozenset(
    {
        "select",
        "query",
        "get",
        "get_one",
        "get_object_or_404",
        "get_list_or_404",
        "aget_object_or_404",
    }
    | {"get_or_404", "one_or_404", "first_or_404", "aget_list_or_404"}
)
_NO_LOOKUP = frozenset(
    {
        "create",
        "acreate",
        "bulk_create",
        "get_or_create",
        "update_or_create",
        "none",
        "count",
        "exists",
    }
    | {
        "aggregate",
        "create_user",
        "create_superuser",
        "abulk_create",
        "aexists",
        "acount",
        "delete",
    }
)
"""Methods of a manager that show no rows that were there before."""
_GENERIC = ("queryset", "model", "serializer_class", "form_class")


@dataclass(frozen=True, slots=True, order=True)
class Lookup:
    """Rows of one entity, chosen at one place."""

    entity: str
    own: bool
    """Whether they are chosen by the signed-in person, or by something that nobody can guess."""
    location: Location


@dataclass(slots=True)
class Lookups:
    """Lookups of functions and of generic views, remembered."""

    access: Access
    _known: dict[FunctionRef, tuple[Lookup, ...]] = field(default_factory=dict)

    def of_function(self, fn: FunctionRef) -> tuple[Lookup, ...]:
        """What a function looks up itself."""
        known = self._known.get(fn)
        if known is None:
            known = self._known[fn] = tuple(self._found(fn))
        return known

    def of_class(self, ref: ClassRef) -> list[Lookup]:
        """What a generic view looks up where none of its methods chooses the rows."""
        types = self.access.world.types
        for option in _GENERIC:
            declared = types.hierarchy.attribute(ref, option)
            if declared is None:
                continue
            typed = types.option_class(ref, option)
            if option in ("serializer_class", "form_class") and typed.cls is not None:
                typed = types.option_class(typed.cls, "model")
            if typed.entity is not None and typed.entity.stored:
                place = Location(declared[0].facts.path, declared[1].line)
                return [Lookup(typed.entity.id, own=False, location=place)]
        return []

    def _found(self, fn: FunctionRef) -> Iterator[Lookup]:
        chains = self._chains(fn)
        for call in fn.function.calls:
            entity = self._entity(fn, call)
            if entity is None or not entity.stored:
                continue
            own = any(self._is_own(fn, link) for link in chains.get(call.id, [call]))
            yield Lookup(entity.id, own, Location(fn.facts.path, call.line, end_line=call.end_line))

    def _entity(self, fn: FunctionRef, call: CallFact) -> Entity | None:
        path = call.callee
        types = self.access.world.types
        last = path.keys[-1][1:] if path.keys else path.root.rsplit(".", 1)[-1].rsplit(":", 1)[-1]
        if path.root.startswith("name:"):
            for place, key in enumerate(path.keys[:-1]):
                if key in MANAGERS:
                    if last in _NO_LOOKUP:
                        return None
                    return types.of(fn, AccessPath(path.root, path.keys[:place])).entity
        if last not in _SELECTING or not call.args:
            return None
        for part in call.args[0][:2]:
            if part.path.root.startswith("name:"):
                typed = types.of(fn, part.path)
                if typed.entity is not None and (typed.is_class or typed.field is not None):
                    return typed.entity
        return None

    def _chains(self, fn: FunctionRef) -> dict[int, list[CallFact]]:
        """By a chain's first call all its calls: `Order.objects.filter(…).first()`."""
        heads: dict[int, int] = {}
        found: dict[int, list[CallFact]] = {}
        for call in sorted(fn.function.calls, key=lambda item: item.id):
            root = call.callee.root
            before = int(root[5:]) if root.startswith("call:") and root[5:].isdigit() else -1
            head = heads.get(before, call.id)
            heads[call.id] = head
            found.setdefault(head, []).append(call)
        return found

    def _is_own(self, fn: FunctionRef, call: CallFact) -> bool:
        access = self.access
        values = (*call.args, *(value for _, value in call.keywords))
        if access.any_own(fn, values) or access.is_compared_with_person(fn, call):
            return True
        secret = access.words.is_secret
        if any(secret(name) and value for name, value in call.keywords):
            return True
        last = call.end_line or call.line
        return any(
            call.line <= line <= last and path.keys and secret(path.keys[-1].strip(".[]"))
            for line, path in fn.function.compared
        )
