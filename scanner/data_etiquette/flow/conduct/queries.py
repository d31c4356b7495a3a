"""What chose the rows of a query: keywords of filters, `where`, conditions in SQL strings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from data_etiquette.flow.entities.entityindex import EntityIndex
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve.rows import Rows
from data_etiquette.flow.types import Types
from data_etiquette.model.facts import AccessPath, CallFact, StatementFact, Value
from data_etiquette.model.graph import Entity

_CHOOSING = frozenset(
    {"filter", "filter_by", "where", "get", "get_or_404", "get_object_or_404", "having", "aget"}
    | {"first_or_404", "one_or_404", "complex_filter", "find", "find_one", "find_many"}
)
_LEAVING_OUT = frozenset({"exclude"})
_RUNNING = frozenset({"execute", "scalars", "scalar", "exec", "stream", "fetch_all", "iterate"})
_TESTS = frozenset({".is_", ".is_not", ".isnot", ".in_", ".__eq__", ".eq"})
_LOOKUPS = frozenset(
    {"exact", "iexact", "in", "isnull", "gt", "gte", "lt", "lte", "contains", "icontains", "date"}
    | {"year", "startswith", "ne", "range"}
)
_MAX_CHAIN = 14
_MAX_DEPTH = 3
_FACT = {"const:True": True, "const:False": False, "const:1": True, "const:0": False}


class Asked(NamedTuple):
    """A field that was asked, and the answer on the way at hand."""

    entity: str
    """Entity's id; empty when only the name is known."""
    field: str
    holds: bool | None
    """None where the answer decides, and it can't be told which way."""
    how: str = "condition"


@dataclass(slots=True)
class Queries:
    """Looks up what the rows behind a call's result were chosen by."""

    types: Types
    rows: Rows
    _known: dict[tuple[FunctionRef, str], frozenset[Asked]] = field(default_factory=dict)

    def filters(self, fn: FunctionRef, root: str, depth: int = _MAX_DEPTH) -> frozenset[Asked]:
        """All filters of the query that a call (`call:7`) ends, those of managers included."""
        key = (fn, root)
        known = self._known.get(key)
        if known is None:
            self._known[key] = frozenset()
            known = self._known[key] = frozenset(self._chain(fn, root, depth))
        return known

    def own(self, fn: FunctionRef, call: CallFact) -> Iterator[Asked]:
        """What one call of a chain filters by."""
        last = call.callee.keys[-1][1:] if call.callee.keys else call.callee.root.rpartition(".")[2]
        if last not in _CHOOSING and last not in _LEAVING_OUT:
            return
        entity = self._entity(fn, call)
        turned = last in _LEAVING_OUT
        yield from _turned(self._keywords(entity, call.keywords), turned=turned)
        for value in call.args:
            yield from _turned(self._argument(fn, value), turned=turned)
        if call.args and any(not value for value in call.args):
            yield from self._compared(fn, call)

    def _chain(self, fn: FunctionRef, root: str, depth: int) -> Iterator[Asked]:
        for _ in range(_MAX_CHAIN):
            if not root.startswith("call:") or depth <= 0:
                return
            call = fn.calls.get(int(root[5:]))
            if call is None:
                return
            yield from self.own(fn, call)
            yield from self._statement(fn, call)
            yield from self._targets(fn, call, depth)
            last = call.callee.keys[-1][1:] if call.callee.keys else ""
            if last in _RUNNING or (not last and call.args):
                for part in call.args[0] if call.args else ():
                    yield from self.filters(fn, part.path.root, depth)
            root = call.callee.root

    def _targets(self, fn: FunctionRef, call: CallFact, depth: int) -> Iterator[Asked]:
        """`Customer.objects.with_consent()`: what the manager's own method filters by."""
        found = []
        for target in self.types.targets(fn, call):
            for _, value in target.function.function.results:
                roots = {part.path.root for part in value if part.path.root.startswith("call:")}
                asked = [self.filters(target.function, root, depth - 1) for root in sorted(roots)]
                found.append(frozenset().union(*asked))
        if found:
            yield from frozenset.intersection(*found)

    def _entity(self, fn: FunctionRef, call: CallFact) -> Entity | None:
        if call.callee.keys:
            path = AccessPath(call.callee.root, call.callee.keys[:-1])
            found = self.types.of(fn, path).entity
            if found is not None:
                return found
        return self.types.of(fn, AccessPath(f"call:{call.id}")).entity

    def _keywords(
        self, entity: Entity | None, keywords: Iterable[tuple[str, Value]]
    ) -> Iterator[Asked]:
        for name, value in keywords:
            if name in ("*", "**"):
                continue
            holds = next((_FACT[p.path.root] for p in value[:1] if p.path.root in _FACT), None)
            parts = name.split("__")
            lookup = parts.pop() if len(parts) > 1 and parts[-1] in _LOOKUPS else ""
            if lookup == "isnull" and holds is not None:
                holds = not holds
            yield self._field(entity, parts, holds)

    def _field(self, entity: Entity | None, parts: list[str], holds: bool | None) -> Asked:
        *through, last = parts
        index = self.types.index
        for relation in through:
            entity = index.relation(entity, relation) if entity is not None else None
        declared = declaring(index, entity, last) if entity is not None else None
        return Asked(declared.id if declared is not None else "", last, holds, "filter")

    def _argument(self, fn: FunctionRef, value: Value) -> Iterator[Asked]:
        """`Q(opt_in=True)`, `User.opt_in`, `User.opt_in.is_(True)`."""
        for part in value:
            path = part.path
            call = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
            if call is None:
                yield from self._column(fn, path, holds=True)
            elif call.callee.root.endswith(".Q") and not call.callee.keys:
                yield from self._keywords(None, call.keywords)
            elif call.callee.keys and call.callee.keys[-1] in _TESTS:
                fact = [p.path.root for v in call.args[:1] for p in v[:1]]
                holds = _FACT.get(fact[0]) if fact else None
                if holds is not None and call.callee.keys[-1] in (".is_not", ".isnot"):
                    holds = not holds
                if fact == ["const:None"]:
                    holds = call.callee.keys[-1] != ".is_"
                owner = AccessPath(call.callee.root, call.callee.keys[:-1])
                yield from self._column(fn, owner, holds=holds)
            elif call.callee.root.endswith((".and_", ":and_")):
                for inner in call.args:
                    yield from self._argument(fn, inner)

    def _column(self, fn: FunctionRef, path: AccessPath, *, holds: bool | None) -> Iterator[Asked]:
        if not path.keys or path.keys[-1][0] != ".":
            return
        name = path.keys[-1][1:]
        owner = self.types.of(fn, AccessPath(path.root, path.keys[:-1])).entity
        declared = declaring(self.types.index, owner, name) if owner is not None else None
        if declared is not None:
            yield Asked(declared.id, name, holds, "filter")

    def _compared(self, fn: FunctionRef, call: CallFact) -> Iterator[Asked]:
        """`.where(User.opt_in == True)`: which way can't be told from what is kept of it."""
        for line, path in fn.function.compared:
            if call.line <= line <= call.end_line:
                yield from self._column(fn, path, holds=None)

    def _statement(self, fn: FunctionRef, call: CallFact) -> Iterator[Asked]:
        """Columns that a query in a string reads and does not give."""
        statement = self.rows.statement(fn, call)
        if statement is not None:
            yield from self.conditions(statement)

    def conditions(self, statement: StatementFact) -> Iterator[Asked]:
        """What a SQL statement's conditions read."""
        given = {text for _, sources in statement.outputs for text in sources}
        for text in statement.reads:
            table, _, column = text.rpartition(".")
            if text in given or column in ("", "*"):
                continue
            entity = self.rows.table(table)
            yield Asked(entity.id if entity is not None else "", column, None, "sql")


def declaring(index: EntityIndex, entity: Entity, name: str, depth: int = 6) -> Entity | None:
    """The entity that declares a field, the given one or one of its bases."""
    if any(item.name == name for item in entity.fields):
        return entity
    for base in entity.bases:
        parent = index.by_id.get(base)
        if parent is not None and depth > 0:
            found = declaring(index, parent, name, depth - 1)
            if found is not None:
                return found
    return None


def _turned(found: Iterable[Asked], *, turned: bool) -> Iterator[Asked]:
    for item in found:
        is_turned = turned and item.holds is not None
        yield item._replace(holds=not item.holds) if is_turned else item
