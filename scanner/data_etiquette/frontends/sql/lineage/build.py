"""One parsed statement to symbolic relations, in a single pass over its tree.

Every query of the statement becomes a `RelationFact`, everything selected from a `FromFact`. Stars,
columns without a table and views stay symbols: only the schema of all files can tell them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from sqlglot import exp

from data_etiquette.frontends.sql.access import FILL
from data_etiquette.frontends.sql.lineage.effect import (
    AGGREGATED,
    CONDITION,
    DIRECT,
    MASKED,
    effect_of,
    weaker,
)
from data_etiquette.frontends.sql.lineage.scope import (
    Scope,
    alias_columns,
    clause,
    clean,
    start_of,
    table_name,
)
from data_etiquette.model.facts import ColumnUse, FromFact, OutputFact, RelationFact

ANY = "?"
"""Name of an output that stands for any column asked for: what a table function gives."""
Place = Callable[[int], tuple[int, int]]
"""Offset in the parsed text to line and column."""
Uses = tuple[ColumnUse, ...]

_BARE_STAR = re.compile(r"(?:\bselect|\bdistinct|\ball|,)\s*\*", re.IGNORECASE)
_LEAVES = (exp.Literal, exp.Identifier, exp.DataType, exp.Var, exp.Null, exp.Boolean)
_STRUCTS = frozenset({"bigquery", "spark", "databricks", "hive", "duckdb", "clickhouse", "trino"})
_FEW_CHARACTERS = frozenset("01234")
"""As many digits as PCI DSS 3.4 lets be shown of a card number's end."""
_ROW_WORDS = ("json", "row", "struct", "hstore")


class Builder:
    """Relations, sources and mentioned columns of one statement."""

    def __init__(self, text: str, dialect: str, place: Place) -> None:
        self._has_structs = dialect in _STRUCTS
        self._place = place
        self.relations: list[RelationFact] = []
        self.sources: list[FromFact] = []
        self.tables: list[tuple[int, str]] = []
        """(offset, name) of every real table."""
        self.mentions: list[ColumnUse] = []
        """Every column that the statement reads."""
        self.has_star = False
        self._from_at = 0
        self._stars = [match.end() - 1 for match in _BARE_STAR.finditer(text)]
        self.uses: dict[int, ColumnUse] = {}
        """By the identity of the column's node."""
        self.holes: list[exp.Column] = []
        self.aliases: list[tuple[str, int]] = []
        """(alias, source) of every real table."""

    # -- queries --------------------------------------------------------------------------------

    def query(self, node: exp.Expr, ctes: dict[str, int], parent: Scope | None = None) -> int:
        """The relation of a query, whatever stands around it."""
        while isinstance(node, (exp.Subquery, exp.Paren)):
            ctes = self.with_clause(node, ctes, parent)
            inner = node.this
            if isinstance(node, exp.Subquery) and (
                node.args.get("joins") or isinstance(inner, exp.Table)
            ):
                return self._joined(node, ctes, parent)
            node = inner
        if isinstance(node, exp.SetOperation):
            return self._union(node, ctes, parent)
        if isinstance(node, exp.Select):
            return self.select(node, ctes, parent)
        if isinstance(node, exp.Values):
            return self._values(node, Scope(ctes, parent))
        if isinstance(node, exp.Table):
            return self._joined(node, ctes, parent)
        if isinstance(node, exp.Pivot):
            return self._turned(node, Scope(self.with_clause(node, ctes, parent), parent))
        scope = Scope(ctes, parent)
        uses = self.expression(node, scope) if isinstance(node, exp.Expr) else ()
        return self.add(RelationFact((OutputFact(ANY, *self._place(0), uses),)))

    def add(self, relation: RelationFact) -> int:
        """Keep a relation; its index."""
        self.relations.append(relation)
        return len(self.relations) - 1

    def source(self, fact: FromFact) -> int:
        """Keep a source; its index."""
        self.sources.append(fact)
        return len(self.sources) - 1

    def with_clause(
        self, node: exp.Expr, ctes: dict[str, int], parent: Scope | None
    ) -> dict[str, int]:
        """The CTEs seen by a query that may have some of its own."""
        with_ = clause(node, "with")
        if not isinstance(with_, exp.With):
            return ctes
        seen = dict(ctes)
        for cte in with_.expressions:
            name = clean(str(cte.alias)).lower()
            outside = dict(seen)
            if with_.recursive:
                slot = self.add(RelationFact())
                outside[name] = slot
                inner = self.query(cte.this, outside, parent)
                self.relations[slot] = self._renamed(inner, alias_columns(cte))
            else:
                inner = self.query(cte.this, outside, parent)
                columns = alias_columns(cte)
                slot = self.add(self._renamed(inner, columns)) if columns else inner
            seen[name] = slot
        return seen

    def _renamed(self, inner: int, columns: tuple[str, ...]) -> RelationFact:
        """All columns of a relation, under new names where there are any."""
        use = ColumnUse("*", (self.source(FromFact(relation=inner, columns=columns)),))
        return RelationFact((OutputFact("*", *self._place(0), (use,)),))

    def _union(self, node: exp.SetOperation, ctes: dict[str, int], parent: Scope | None) -> int:
        branches: list[int] = []
        todo: list[tuple[exp.Expr, dict[str, int], bool]] = [(node, ctes, True)]
        while todo:
            item, seen, counts = todo.pop()
            if isinstance(item, exp.SetOperation):
                seen = self.with_clause(item, seen, parent)
                right = counts and isinstance(item, exp.Union)
                todo += [(item.expression, seen, right), (item.this, seen, counts)]
                for part in ("order", "limit", "offset"):
                    self.expressions(item.args.get(part), Scope(seen, parent))
            else:
                index = self.query(item, seen, parent)
                branches += [index] if counts else []
        return (
            branches[0] if len(branches) == 1 else self.add(RelationFact(branches=tuple(branches)))
        )

    def select(self, node: exp.Select, ctes: dict[str, int], parent: Scope | None) -> int:
        """The relation of a plain SELECT."""
        scope = Scope(self.with_clause(node, ctes, parent), parent)
        merged = self.from_clause(node, scope)
        from_ = clause(node, "from")
        if isinstance(from_, exp.Expr) and any(item.is_star for item in node.expressions):
            self._from_at = _first(from_)
        for window in node.args.get("windows") or ():
            scope.windows[str(window.name).lower()] = window
        outputs = [output for item in node.expressions for output in self._outputs(item, scope)]
        filters: list[ColumnUse] = []
        for name in ("where", "prewhere", "having", "qualify"):
            part = node.args.get(name)
            if isinstance(part, exp.Expr):
                filters += self.filters(part.this, scope)
        if from_ is None:
            filters = []  # `SELECT 'x' WHERE NOT EXISTS (…)`: there is a row or none, of nobody
        for name in ("group", "order", "sort", "cluster", "distribute", "limit", "offset"):
            self.expressions(node.args.get(name), scope)
        distinct = node.args.get("distinct")
        if isinstance(distinct, exp.Expr):
            self.expressions(distinct.args.get("on"), scope)
        for window in node.args.get("windows") or ():
            self.expressions(window, scope)
        inner = [
            ColumnUse("", (index,), CONDITION)
            for _, index in scope.sources
            if self.sources[index].relation >= 0
        ]
        return self.add(
            RelationFact(tuple(outputs), (), tuple(dict.fromkeys((*filters, *inner))), merged)
        )

    def _joined(self, node: exp.Expr, ctes: dict[str, int], parent: Scope | None) -> int:
        """A table, or several joined in parentheses, taken as a query for all their columns."""
        scope = Scope(ctes, parent)
        merged: list[str] = []
        self._add_source(node, scope, merged)
        uses = tuple(ColumnUse("*", (index,)) for _, index in scope.sources)
        return self.add(
            RelationFact((OutputFact("*", *self._place(0), uses),), merged=tuple(merged))
        )

    def _values(self, node: exp.Values, scope: Scope) -> int:
        rows = [_cells(row) for row in node.expressions]
        width = max(map(len, rows), default=0)
        outputs = []
        for position in range(width):
            cells = [row[position] for row in rows if position < len(row)]
            uses = tuple(use for cell in cells for use in self.expression(cell, scope))
            outputs.append(OutputFact(f"column{position + 1}", *self._place(0), uses))
        return self.add(RelationFact(tuple(outputs)))

    # -- sources --------------------------------------------------------------------------------

    def from_clause(self, node: exp.Expr, scope: Scope) -> tuple[str, ...]:
        """Register everything behind FROM; the columns that USING merges."""
        merged: list[str] = []
        from_ = clause(node, "from")
        if isinstance(from_, exp.Expr):
            self._add_source(from_.this, scope, merged)
        self._add_joins(node, scope, merged)
        return tuple(merged)

    def add_source(self, node: exp.Expr, scope: Scope) -> None:
        """Register one thing that is selected from."""
        self._add_source(node, scope, [])

    def add_joins(self, node: exp.Expr, scope: Scope) -> None:
        """Register what is joined to a target."""
        self._add_joins(node, scope, [])

    def _add_joins(self, node: exp.Expr, scope: Scope, merged: list[str]) -> None:
        for join in node.args.get("joins") or ():
            before = scope.candidates()
            self._add_source(join.this, scope, merged)
            if join.args.get("method") == "NATURAL":
                merged.append("*")
            for item in join.args.get("using") or ():
                name = clean(str(item.name))
                merged.append(name)
                added = tuple(i for i in scope.candidates() if i not in before)
                scope.merged[name.lower()] = added if join.side == "RIGHT" else before
                self.mentions += [ColumnUse(name, before), ColumnUse(name, added)]
            self.expressions(join.args.get("on"), scope)
            self.expressions(join.args.get("match_condition"), scope)
        for lateral in node.args.get("laterals") or ():
            self._add_source(lateral, scope, merged)

    def add_table(self, node: exp.Table, scope: Scope, *, real: bool = False) -> int:
        """Register one table under its alias; `real` when no CTE can be meant."""
        name = table_name(node)
        relation = -1 if real or node.db else scope.ctes.get(name.lower(), -1)
        if relation < 0 and name:
            self.tables.append((start_of(node.this), name))
        columns = alias_columns(node)
        fact = FromFact(relation=relation, columns=columns)
        if relation < 0:
            fact = FromFact(table=name, columns=columns)
        index = self.source(fact)
        index = self._pivoted(node, index, scope)
        alias = _alias(node).lower() or clean(node.name).lower()
        self.aliases.append((alias, index))
        scope.sources.append((alias, index))
        return index

    def _add_source(self, node: object, scope: Scope, merged: list[str]) -> None:
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            self.add_table(node, scope)
            self._add_joins(node, scope, merged)
        elif isinstance(node, (exp.Subquery, exp.Paren)):
            self._add_subquery(node, scope, merged)
        elif isinstance(node, exp.Lateral) and isinstance(node.this, (exp.Subquery, exp.Query)):
            self._add_relation(node, self.query(node.this, dict(scope.ctes), scope), scope)
        elif isinstance(node, (exp.Values, exp.Query)):
            self._add_relation(node, self.query(node, dict(scope.ctes), scope), scope)
        elif isinstance(node, exp.Expr):
            self._add_function(node, scope)
            self._add_joins(node, scope, merged)

    def _add_subquery(self, node: exp.Expr, scope: Scope, merged: list[str]) -> None:
        inner = node.this
        is_join = isinstance(inner, exp.Table) or (
            isinstance(inner, exp.Subquery) and not isinstance(inner.unnest(), exp.Query)
        )
        if is_join and not node.alias:
            self._add_source(inner, scope, merged)
        else:
            plain = inner if not clause(node, "with") else node
            self._add_relation(node, self.query(plain, dict(scope.ctes), scope), scope)
        self._add_joins(node, scope, merged)

    def _add_relation(self, node: exp.Expr, relation: int, scope: Scope) -> None:
        index = self.source(FromFact(relation=relation, columns=alias_columns(node)))
        index = self._pivoted(node, index, scope)
        scope.sources.append((_alias(node).lower(), index))

    def _add_function(self, node: exp.Expr, scope: Scope) -> None:
        """A function in the place of a table: its columns are made from its arguments."""
        inner = node.this if isinstance(node, (exp.Lateral, exp.Table)) else node
        # What has no alias among the arguments of `unnest(status.coding)` is a column's field.
        had_structs, self._has_structs = self._has_structs, True
        uses = self.expressions(node if isinstance(node, exp.Unnest) else inner, scope)
        self._has_structs = had_structs
        columns = alias_columns(node)
        alias = clean(str(node.alias))
        names = list(dict.fromkeys(name for name in (*columns, alias) if name))
        place = self._place(0)
        offset = node.args.get("offset")
        outputs = [OutputFact(name, *place, uses) for name in names[: len(columns) or 1]]
        if isinstance(offset, exp.Identifier):
            outputs.append(OutputFact(clean(offset.name), *place))
        outputs.append(OutputFact(ANY, *place, uses))
        index = self.source(FromFact(relation=self.add(RelationFact(tuple(outputs)))))
        scope.sources.append(((alias or "".join(columns[:1])).lower(), index))

    # -- PIVOT ----------------------------------------------------------------------------------

    def _pivoted(self, node: exp.Expr, source: int, scope: Scope) -> int:
        for pivot in node.args.get("pivots") or ():
            if isinstance(pivot, exp.Pivot) and pivot.args.get("fields"):
                turn = self._unpivot if pivot.args.get("unpivot") else self._pivot
                relation = self.add(RelationFact(turn(pivot, source, scope)))
                source = self.source(FromFact(relation=relation, columns=alias_columns(pivot)))
        return source

    def _pivot(self, pivot: exp.Pivot, source: int, scope: Scope) -> tuple[OutputFact, ...]:
        """`PIVOT (sum(x) FOR y IN (a, b))`: all other columns, and one for each value of y."""
        inner = Scope(scope.ctes, scope, [("", source)])
        fields = self.expressions([item.this for item in pivot.args["fields"]], inner, CONDITION)
        values = [self.expression(item, inner) for item in pivot.expressions]
        used = {use.name for use in (*fields, *(use for uses in values for use in uses))}
        place = self._place(max(0, _first(pivot)))
        star = ColumnUse("*", (source,))
        outputs = [OutputFact("*", *place, (star,), without=tuple(sorted(used)))]
        names = [clean(str(item.name)) for item in pivot.args.get("columns") or ()]
        if not names:
            listed = [item for field in pivot.args["fields"] for item in field.expressions]
            names = [clean(str(item.alias_or_name)) for item in listed]
        for position, name in enumerate(names):
            uses = values[position % len(values)] if values else ()
            outputs.append(OutputFact(name, *place, (*uses, *fields)))
        return tuple(outputs)

    def _unpivot(self, pivot: exp.Pivot, source: int, scope: Scope) -> tuple[OutputFact, ...]:
        """`UNPIVOT (v FOR k IN (a, b))`: all other columns, the names as k, the values as v."""
        inner = Scope(scope.ctes, scope, [("", source)])
        place = self._place(max(0, _first(pivot)))
        uses: list[ColumnUse] = []
        keys: list[str] = []
        for field in pivot.args["fields"]:
            keys.append(clean(str(field.this.name)))
            uses += self.expressions(field.expressions, inner)
        used = tuple(sorted({use.name for use in uses}))
        outputs = [OutputFact("*", *place, (ColumnUse("*", (source,)),), without=used)]
        outputs += [OutputFact(key, *place) for key in keys]
        names = [item for value in pivot.expressions for item in (value.expressions or [value])]
        for name in names:
            outputs.append(OutputFact(clean(str(name.name)), *place, tuple(uses)))
        return tuple(outputs)

    def _turned(self, node: exp.Pivot, scope: Scope) -> int:
        """DuckDB's statements `PIVOT t ON y USING sum(x) GROUP BY z` and `UNPIVOT t ON a, b …`."""
        self._add_source(node.this, scope, [])
        source = scope.sources[0][1] if scope.sources else self.source(FromFact())
        place = self._place(max(0, _first(node)))
        turned = self.expressions(node.expressions, scope, CONDITION)
        star = ColumnUse("*", (source,))
        if node.args.get("unpivot"):
            uses = tuple(replace(use, effect=DIRECT) for use in turned)
            used = tuple(sorted({use.name for use in uses}))
            outputs = [OutputFact("*", *place, (star,), without=used)]
            into = node.args.get("into")
            key = clean(str(into.this.name)) if isinstance(into, exp.Expr) else "name"
            named = into.expressions if isinstance(into, exp.Expr) else []
            values = [clean(str(item.name)) for item in named] or ["value"]
            outputs += [OutputFact(key, *place)]
            outputs += [OutputFact(name, *place, uses) for name in values]
            return self.add(RelationFact(tuple(outputs)))
        values_of = self.expressions(node.args.get("using") or [], scope)
        group = node.args.get("group")
        if isinstance(group, exp.Expr):
            kept = [part for item in group.expressions for part in self._outputs(item, scope)]
        else:
            used = tuple(sorted({use.name for use in (*turned, *values_of)}))
            kept = [OutputFact("*", *place, (star,), without=used)]
        listed = [
            clean(str(value.alias_or_name))
            for item in node.expressions
            if isinstance(item, exp.In)
            for value in item.expressions
        ]
        made = [OutputFact(name, *place, (*values_of, *turned)) for name in listed or (ANY,)]
        return self.add(RelationFact((*kept, *made)))

    # -- outputs --------------------------------------------------------------------------------

    def _outputs(self, item: exp.Expr, scope: Scope) -> Iterator[OutputFact]:
        star = item.this if isinstance(item, exp.Column) else item
        if isinstance(star, exp.Star):
            yield from self._star(item, star, scope)
            return
        if isinstance(item, exp.Aliases):
            uses = self.expression(item.this, scope)
            for alias in item.expressions:
                yield OutputFact(clean(alias.name), *self._place(max(0, start_of(alias))), uses)
            return
        # `count(*)` has no name, whatever the parser calls it.
        is_named = not isinstance(item, (exp.Literal, exp.AggFunc, exp.Window))
        name = clean(str(item.alias_or_name or item.output_name)) if is_named else ""
        uses = self.expression(item, scope)
        offset = _named_at(item)
        output = OutputFact(
            name, *self._place(offset), uses, constant=not uses and is_constant(item)
        )
        if (
            isinstance(item, exp.Alias)
            and name
            and not any(use.name.lower() == name.lower() for use in uses)
        ):
            scope.aliases.setdefault(name.lower(), uses)
        yield output

    def _star(self, item: exp.Expr, star: exp.Star, scope: Scope) -> Iterator[OutputFact]:
        self.has_star = True
        table = clean(str((item.args.get("table") and item.args["table"].name) or "")).lower()
        offset = max(0, _first(item) if table else self._star_at())
        named = (scope.named(table),) if table else ()
        indices: tuple[int, ...] = named if named != (-1,) else ()
        if not table:
            indices = tuple(index for _, index in scope.sources)
        without = {
            clean(str(name.name))
            for name in star.args.get("except_") or star.args.get("except") or ()
        }
        renamed = tuple(
            (clean(str(pair.this.name)), clean(str(pair.alias)))
            for pair in star.args.get("rename") or ()
        )
        replaced = [part for part in star.args.get("replace") or () if isinstance(part, exp.Expr)]
        without |= {clean(str(part.alias_or_name)) for part in replaced}
        uses = tuple(ColumnUse("*", (index,)) for index in indices)
        yield OutputFact(
            "*", *self._place(offset), uses, without=tuple(sorted(without)), renamed=renamed
        )
        for part in replaced:
            yield from self._outputs(part, scope)

    def _star_at(self) -> int:
        """Offset of a bare star, which has no identifier: the last one before its FROM.

        Inner queries are built before outer ones and take theirs.
        """
        at = bisect_left(self._stars, self._from_at) - 1
        return self._stars.pop(at) if at >= 0 else self._from_at

    # -- expressions ----------------------------------------------------------------------------

    def expressions(self, found: object, scope: Scope, effect: str = DIRECT) -> Uses:
        """Columns of one expression, of several, or of none."""
        if isinstance(found, list):
            return tuple(use for item in found for use in self.expressions(item, scope, effect))
        return self.expression(found, scope, effect) if isinstance(found, exp.Expr) else ()

    def expression(self, root: exp.Expr, scope: Scope, effect: str = DIRECT) -> Uses:
        """Columns that an expression is made from, each with what is left of it."""
        found: dict[ColumnUse, None] = {}
        todo: list[tuple[exp.Expr, str]] = [(root, effect)]
        while todo:
            node, left = todo.pop()
            if isinstance(node, exp.Column):
                for use in self._column(node, scope, left):
                    found[use] = None
            elif isinstance(node, _LEAVES):
                continue
            elif isinstance(node, (exp.Query, exp.Exists)):
                for use in self._scalar(node, scope, left):
                    found[use] = None
            elif isinstance(node, exp.Star):
                continue
            else:
                todo += reversed(list(_parts(node, left, scope)))
        return tuple(found)

    def _scalar(self, node: exp.Expr, scope: Scope, effect: str) -> Uses:
        query = node
        if isinstance(node, exp.Exists):
            query, effect = node.this, weaker(effect, CONDITION)
            if not isinstance(query, exp.Query):
                return self.expressions(node.this, scope, effect)
        relation = self.query(query, dict(scope.ctes), scope)
        index = self.source(FromFact(relation=relation))
        return (ColumnUse("*", (index,), effect),)

    def _column(self, node: exp.Column, scope: Scope, effect: str) -> Uses:
        name = clean(node.name)
        if not name:
            if FILL in node.name:
                self.holes.append(node)
            return ()
        if isinstance(node.this, exp.Star):
            index = scope.named(clean(node.table).lower())
            return (ColumnUse("*", (index,), effect),) if index >= 0 else ()
        table = clean(node.table).lower()
        use = self._qualified(node, name, table, scope, effect) if table else None
        if use is None and not table:
            aliased = self._aliased(name, scope, effect)
            if aliased is not None:
                return aliased
            sources = scope.merged.get(name.lower()) or scope.candidates()
            use = ColumnUse(name, sources, effect)
            row = scope.named(name.lower())
            if row >= 0 and _is_row(node):
                use = ColumnUse("*", (row,), effect)
        use = use or ColumnUse(name, (), effect)
        self.mentions.append(use)
        self.uses[id(node)] = use
        return (use,)

    def _qualified(
        self, node: exp.Column, name: str, table: str, scope: Scope, effect: str
    ) -> ColumnUse | None:
        index = scope.named(table)
        if index >= 0:
            return ColumnUse(name, (index,), effect)
        # `p.person.name` is a field of a column of p; `person.name` may be a field of a column.
        parts = [part for part in (node.catalog, node.db, node.table) if part]
        for position, part in enumerate(parts[:-1]):
            whole = scope.named(clean(part).lower())
            if whole >= 0:
                return ColumnUse(clean(parts[position + 1]), (whole,), effect)
        first = clean(parts[0])
        is_listed = any(self._lists(index, first) for _, index in scope.sources)
        if not scope.candidates() or not (self._has_structs or is_listed):
            return None
        return ColumnUse(first, scope.candidates(), effect)

    def _aliased(self, name: str, scope: Scope, effect: str) -> Uses | None:
        """What an earlier output of that name is made from, unless a source has such a column."""
        uses = scope.aliases.get(name.lower())
        if uses is None or any(self._lists(index, name) for _, index in scope.sources):
            return None
        return tuple(replace(use, effect=weaker(use.effect, effect)) for use in uses)

    def _lists(self, source: int, name: str) -> bool:
        fact = self.sources[source]
        names: Iterable[str] = fact.columns
        if fact.relation >= 0 and not names:
            names = (output.name for output in self.relations[fact.relation].outputs)
        return name.lower() in {item.lower() for item in names}

    def filters(self, condition: exp.Expr, scope: Scope) -> list[ColumnUse]:
        """Read a condition; the columns that it holds against constants."""
        found: list[ColumnUse] = []
        todo: list[object] = [condition]
        while todo:
            node = todo.pop()
            if isinstance(node, (exp.Connector, exp.Not, exp.Paren)):
                todo += [node.args.get("expression"), node.this]
            elif isinstance(node, exp.In) and node.args.get("query") is None:
                uses = self.expression(node.this, scope, CONDITION)
                if not self.expressions(node.expressions, scope, CONDITION):
                    found += uses
            elif isinstance(node, exp.Binary):
                left = self.expression(node.this, scope, CONDITION)
                right = self.expression(node.expression, scope, CONDITION)
                if bool(left) != bool(right):
                    found += left or right
            elif isinstance(node, exp.Expr):
                uses = self.expression(node, scope, CONDITION)
                if isinstance(node, exp.Between):
                    found += uses
                # The rows that a subquery lets through are told by its own conditions.
                found += [
                    ColumnUse("", use.sources, CONDITION)
                    for use in uses
                    if use.name == "*" and isinstance(node, (exp.In, exp.Exists))
                ]
        return found


def _parts(node: exp.Expr, left: str, scope: Scope) -> Iterator[tuple[exp.Expr, str]]:
    """The parts of a node, each with what is left of its columns."""
    own = weaker(left, MASKED if _is_cut(node) else effect_of(node))
    special = _CONDITIONS.get(type(node).__name__)
    if isinstance(node, exp.Window):
        named = scope.windows.get(str(node.alias).lower()) if node.alias else None
        if named is not None and named is not node:
            yield named, weaker(left, CONDITION)
    for key, value in node.args.items():
        effect = own
        if special is not None:
            effect = weaker(left, CONDITION) if key in special else left
            if isinstance(node, (exp.WithinGroup,)) and key == "expression":
                is_statistic = effect_of(node.this) == AGGREGATED
                effect = weaker(left, AGGREGATED if is_statistic else CONDITION)
        if isinstance(value, exp.Expr):
            yield value, effect
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, exp.Expr):
                    yield item, effect


_CONDITIONS: dict[str, frozenset[str]] = {
    "Case": frozenset({"this"}),
    "If": frozenset({"this"}),
    "Nullif": frozenset({"expression"}),
    "Filter": frozenset({"expression"}),
    "Window": frozenset({"partition_by", "order", "spec", "alias"}),
    "WithinGroup": frozenset({"expression"}),
    "HavingMax": frozenset({"expression"}),
    "ArgMax": frozenset({"expression"}),
    "ArgMin": frozenset({"expression"}),
    "Order": frozenset({"expressions"}),
}
"""Parts that only choose among the values of the others."""


def _is_cut(node: exp.Expr) -> bool:
    """Whether only a few characters are left: `right(card_number, 4)`."""
    if not isinstance(node, (exp.Left, exp.Right)):
        return False
    length = node.expression
    return (
        isinstance(length, exp.Literal)
        and not length.is_string
        and str(length.this) in _FEW_CHARACTERS
    )


def _cells(row: exp.Expr) -> list[exp.Expr]:
    """The values of one row, in however many parentheses."""
    while isinstance(row, (exp.Paren, exp.Tuple)):
        inner = row.expressions if isinstance(row, exp.Tuple) else [row.this]
        if len(inner) != 1 or not isinstance(inner[0], (exp.Paren, exp.Tuple)):
            return list(inner)
        row = inner[0]
    return [row]


def _alias(node: exp.Expr) -> str:
    """The alias of a source; behind a PIVOT it stands with that."""
    for pivot in reversed(node.args.get("pivots") or ()):
        if isinstance(pivot, exp.Pivot) and pivot.alias:
            return clean(str(pivot.alias))
    return clean(str(node.alias))


def is_constant(node: exp.Expr) -> bool:
    """Whether an expression is a literal that says something: a word, a number, true."""
    while isinstance(node, (exp.Alias, exp.Paren, exp.Cast, exp.Neg)):
        node = node.this
    return isinstance(node, (exp.Literal, exp.Boolean))


def _is_row(node: exp.Column) -> bool:
    """Whether a name stands where a whole row is meant: `to_jsonb(c)`."""
    parent = node.parent
    if isinstance(parent, exp.Anonymous):
        return any(word in str(parent.this).lower() for word in _ROW_WORDS)
    return isinstance(parent, exp.Func) and any(
        word in type(parent).__name__.lower() for word in _ROW_WORDS
    )


def _named_at(item: exp.Expr) -> int:
    """Offset of the identifier that names an output, else of the first one in it."""
    alias = item.args.get("alias")
    at = start_of(alias)
    if at < 0 and isinstance(item, exp.Column):
        at = start_of(item.this)
    return at if at >= 0 else max(0, _first(item))


def _first(item: exp.Expr) -> int:
    """Offset of the first identifier inside a node; -1 when there is none."""
    for node in item.walk(bfs=False):
        at = start_of(node)
        if at >= 0:
            return at
    return -1
