"""What code asks before it does something: conditions, filters, helpers, callers.

A use is checked when every way to it passes a question whose answer decides. What cannot be
resolved to a field or a name is no question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.conduct.queries import Asked, Queries, declaring
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.world import World
from data_etiquette.model.facts import AccessPath, AnswerFact, CallFact, ConditionFact, Value

MAX_DEPTH = 4
"""Helpers that are looked into, and callers of callers."""
MAX_SITES = 40
"""Calls of one function that must all ask; one with more is not looked at."""
_PROPERTIES = ("property", "cached_property", "hybrid_property")


NOTHING: frozenset[Asked] = frozenset()


@dataclass(slots=True)
class Asking:
    """Looks up what is asked before a call."""

    world: World
    queries: Queries
    _entries: dict[FunctionRef, frozenset[Asked]] = field(default_factory=dict)
    _given: dict[tuple[FunctionRef, str, bool | None, int], frozenset[Asked]] = field(
        default_factory=dict
    )
    _answers: dict[tuple[FunctionRef, bool], frozenset[Asked]] = field(default_factory=dict)

    def before(self, fn: FunctionRef, call: CallFact) -> frozenset[Asked]:
        """All that every way to a call asks: here, and wherever the function is called."""
        return self.here(fn, call) | self.entry(fn)

    def here(self, fn: FunctionRef, call: CallFact) -> frozenset[Asked]:
        """What the function itself asks before one of its calls, decorators included."""
        found = set(self._under(fn, call.under))
        for value in _values(call):
            found |= self._of_value(fn, value)
        return frozenset(found) | self._decorated(fn)

    def entry(self, fn: FunctionRef, depth: int = MAX_DEPTH) -> frozenset[Asked]:
        """What all callers of a function ask before they call it."""
        known = self._entries.get(fn)
        if known is None:
            self._entries[fn] = NOTHING  # circles end here
            known = self._entries[fn] = self._callers(fn, depth)
        return known

    def condition(
        self, fn: FunctionRef, fact: ConditionFact, depth: int = MAX_DEPTH
    ) -> frozenset[Asked]:
        """What one condition asks; of a helper what its body asks."""
        return self._of_path(fn, fact.path, fact.holds, depth)

    # --- inside one function ----------------------------------------------------------------

    def _under(
        self, fn: FunctionRef, places: Iterable[int], depth: int = MAX_DEPTH
    ) -> Iterator[Asked]:
        conditions = fn.function.conditions
        for place in places:
            if place < len(conditions) and not conditions[place].dead:
                yield from self.condition(fn, conditions[place], depth)

    def _of_value(self, fn: FunctionRef, value: Value) -> set[Asked]:
        """What chose the rows that a value is of."""
        found: set[Asked] = set()
        for part in value:
            for kept in fn.function.kept:
                if part.path == kept.path:
                    found.update(self._under(fn, kept.under))
            if part.path.root.startswith("call:"):
                found |= self.queries.filters(fn, part.path.root)
        return found

    def _of_path(
        self, fn: FunctionRef, path: AccessPath, holds: bool | None, depth: int
    ) -> frozenset[Asked]:
        if depth <= 0:
            return NOTHING
        if path.root.startswith("outer:"):
            parent = self.world.types.hierarchy.parent(fn)
            inner = AccessPath(path.root[6:], path.keys)
            return self._of_path(parent, inner, holds, depth - 1) if parent else NOTHING
        if path.keys:
            return self._of_member(fn, path, holds, depth)
        if path.root.startswith("call:"):
            call = fn.calls.get(int(path.root[5:]))
            return self._of_call(fn, call, holds, depth) if call is not None else NOTHING
        if path.root.startswith("param:"):
            return self._of_param(fn, path.root[6:], holds, depth)
        return NOTHING

    def _of_member(
        self, fn: FunctionRef, path: AccessPath, holds: bool | None, depth: int
    ) -> frozenset[Asked]:
        name = path.keys[-1].strip(".[]*")
        if not name:
            return NOTHING
        types = self.world.types
        owner = types.of(fn, AccessPath(path.root, path.keys[:-1]))
        if owner.cls is not None and not owner.is_class:
            method = types.hierarchy.method(owner.cls, name)
            if method is not None and method.is_decorated(*_PROPERTIES):
                return self._result(method, holds, depth - 1)
        if owner.entity is not None and not name.isdigit():
            declared = declaring(types.index, owner.entity, name)
            if declared is not None:
                return frozenset({Asked(declared.id, name, holds)})
        return frozenset({Asked("", name, holds)})

    def _of_call(
        self, fn: FunctionRef, call: CallFact, holds: bool | None, depth: int
    ) -> frozenset[Asked]:
        path = call.callee
        last = path.keys[-1] if path.keys else ""
        if last in (".get", ".pop") and len(call.args) in (1, 2) and not call.keywords:
            key = next((p.path.root[6:] for p in call.args[0] if p.path.root[:6] == "const:"), "")
            if key:
                inner = AccessPath(path.root, (*path.keys[:-1], f"[{key}]"))
                return self._of_member(fn, inner, holds, depth)
        targets = self.world.types.targets(fn, call)
        found = [self._result(target.function, holds, depth - 1) for target in targets]
        if found:
            return frozenset.intersection(*found) | self.queries.filters(fn, f"call:{call.id}")
        return self.queries.filters(fn, f"call:{call.id}") if holds is not False else NOTHING

    def _of_param(
        self, fn: FunctionRef, name: str, holds: bool | None, depth: int
    ) -> frozenset[Asked]:
        """`def send(user, allowed)`: what callers pass for a yes or no; its name is none."""
        key = (fn, name, holds, depth)
        known = self._given.get(key)
        if known is None:
            self._given[key] = NOTHING  # circles end here
            known = self._given[key] = self._passed(fn, name, holds, depth)
        return known

    def _passed(
        self, fn: FunctionRef, name: str, holds: bool | None, depth: int
    ) -> frozenset[Asked]:
        """What all callers pass."""
        sites = self.world.sites.of(fn)
        if not sites or len(sites) > MAX_SITES:
            return NOTHING
        found: frozenset[Asked] | None = None
        for site in sites:
            parts = [part for part in site.passed(name) if not part.path.root.startswith("const:")]
            given = [self._of_path(site.caller, part.path, holds, depth - 1) for part in parts]
            asked = frozenset.intersection(*given) if given else NOTHING
            found = asked if found is None else found & asked
            if not found:
                return NOTHING
        return found or NOTHING

    # --- results of helpers -----------------------------------------------------------------

    def _result(self, fn: FunctionRef, holds: bool | None, depth: int) -> frozenset[Asked]:
        """What is known when a function's result is true, or false."""
        wanted = holds is not False
        key = (fn, wanted)
        known = self._answers.get(key)
        if known is None:
            self._answers[key] = NOTHING
            known = self._answers[key] = self._found_result(fn, depth, wanted=wanted)
        return known

    def _found_result(self, fn: FunctionRef, depth: int, *, wanted: bool) -> frozenset[Asked]:
        ways = fn.function.answers
        if ways:
            places = [_places(way, wanted=wanted) for way in ways]
            told = [frozenset(self._under(fn, way, depth)) for way in places if way is not None]
            return frozenset.intersection(*told) if told else NOTHING
        results = [value for _, value in fn.function.results]
        found = []
        for value in results:
            parts = [part for part in value if not part.path.root.startswith("const:")]
            if len(parts) != 1 or parts[0].at:
                return NOTHING
            found.append(self._of_path(fn, parts[0].path, wanted, depth))
        return frozenset.intersection(*found) if found else NOTHING

    # --- callers ----------------------------------------------------------------------------

    def _callers(self, fn: FunctionRef, depth: int) -> frozenset[Asked]:
        sites = self.world.sites.of(fn)
        if depth <= 0 or not sites or len(sites) > MAX_SITES:
            return NOTHING
        found: frozenset[Asked] | None = None
        for site in sites:
            asked = self.here(site.caller, site.call) | self.entry(site.caller, depth - 1)
            found = asked if found is None else found & asked
            if not found:
                return NOTHING
        return found or NOTHING

    def _decorated(self, fn: FunctionRef) -> frozenset[Asked]:
        """`@consent_needed`: what the decorator's inner function asks before it calls this one."""
        found: set[Asked] = set()
        hierarchy = self.world.types.hierarchy
        for text in fn.function.decorators:
            name = text.split("(", 1)[0]
            made = hierarchy.function_of(self.world.types.program.find(name, fn.facts.path))
            if made is None:
                continue
            prefix = f"{made.function.qualname}.<locals>."
            for inner in made.facts.functions:
                ref = hierarchy.functions.get((made.facts.path, inner.qualname))
                if ref is None or not inner.qualname.startswith(prefix):
                    continue
                for call in inner.calls:
                    root = call.callee.root
                    if root.startswith("outer:") and "param:" in root and not call.callee.keys:
                        asked = self._under(ref, call.under)
                        found.update(item._replace(how="decorator") for item in asked)
        return frozenset(found)


def _values(call: CallFact) -> Iterator[Value]:
    yield from call.args
    yield from (value for _, value in call.keywords)


def _places(way: AnswerFact, *, wanted: bool) -> tuple[int, ...] | None:
    return way.yes if wanted else way.no
