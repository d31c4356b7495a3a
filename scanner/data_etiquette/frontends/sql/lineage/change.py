"""INSERT, UPDATE, MERGE and DELETE: which columns they write, and from what."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from data_etiquette.frontends.sql.lineage.build import Builder, Place, is_constant
from data_etiquette.frontends.sql.lineage.effect import CONDITION
from data_etiquette.frontends.sql.lineage.scope import (
    Scope,
    alias_columns,
    clean,
    start_of,
    table_name,
)
from data_etiquette.model.facts import ColumnUse, FromFact, LineageFact, OutputFact, RelationFact


class Change:
    """Reads one statement that changes rows; `lineage` is None when nothing flows."""

    def __init__(self, builder: Builder, place: Place) -> None:
        self._builder = builder
        self._place = place
        self.target = ""
        self.targets: list[str] = []
        self.writes: list[tuple[str, str]] = []
        """(table, column)."""
        self.written_nodes: dict[int, tuple[str, str]] = {}
        """Values that are written, by their identity, and where to."""
        self._outputs: list[OutputFact] = []
        self._filters: tuple[ColumnUse, ...] = ()

    def read(self, root: exp.Expr) -> LineageFact | None:
        """Read it, whichever it is."""
        if isinstance(root, exp.Insert):
            return self._insert(root)
        if isinstance(root, exp.Update):
            self._update(root)
        elif isinstance(root, exp.Merge):
            self._merge(root)
        elif isinstance(root, exp.Delete):
            self._delete(root)
        if not self._outputs:
            return None
        index = self._builder.add(RelationFact(tuple(self._outputs), filters=self._filters))
        return self._lineage(index)

    _filters: tuple[ColumnUse, ...] = ()

    def _lineage(
        self, root: int, columns: tuple[str, ...] = (), *, by_position: bool = False
    ) -> LineageFact:
        return LineageFact(
            target=self.target,
            root=root,
            columns=columns,
            by_position=by_position,
            sources=tuple(self._builder.sources),
            relations=tuple(self._builder.relations),
        )

    # -- INSERT ---------------------------------------------------------------------------------

    def _insert(self, root: exp.Insert) -> LineageFact | None:
        builder = self._builder
        target = root.this.this if isinstance(root.this, exp.Schema) else root.this
        listed: tuple[str, ...] = ()
        if isinstance(root.this, exp.Schema):
            listed = tuple(clean(str(item.name)) for item in root.this.expressions)
        self._name_target(target)
        self.writes += [(self.target, name) for name in listed if name]
        ctes = builder.with_clause(root, {}, None)
        query = root.expression
        relation = -1
        if isinstance(query, exp.Values):
            self._note_rows(query, listed)
        elif isinstance(query, exp.Select) and not any(e.is_star for e in query.expressions):
            for name, item in zip(listed, query.expressions, strict=False):
                self.written_nodes[id(item)] = (self.target, name)
        if isinstance(query, (exp.Query, exp.Values)):
            relation = builder.query(query, ctes)
        scope = self._target_scope(target, ctes)
        if relation >= 0:
            incoming = builder.source(FromFact(relation=relation, columns=listed))
            alias = alias_columns(query) if query is not None else ()
            scope.sources.append(("excluded", incoming))
            if query is not None and query.alias and not alias:
                scope.sources.append((clean(str(query.alias)).lower(), incoming))
        self._conflict(root.args.get("conflict"), scope)
        returning = root.args.get("returning")
        builder.expressions(returning, scope)
        if relation < 0 or isinstance(query, exp.Values):
            return None
        by_name = bool(root.args.get("by_name"))
        return self._lineage(relation, listed, by_position=not by_name)

    def _note_rows(self, query: exp.Values, listed: tuple[str, ...]) -> None:
        for row in query.expressions:
            cells = row.expressions if isinstance(row, exp.Tuple) else [row]
            for name, cell in zip(listed, cells, strict=False):
                self.written_nodes[id(cell)] = (self.target, name)

    def _conflict(self, conflict: object, scope: Scope) -> None:
        """The upsert's keys are read, what it sets is written; it adds no lineage of its own."""
        if not isinstance(conflict, exp.OnConflict):
            return
        for key in conflict.args.get("conflict_keys") or ():
            for column in key.find_all(exp.Column):
                self._builder.mentions.append(ColumnUse(clean(column.name), (scope.sources[0][1],)))
        for item in conflict.expressions:
            if isinstance(item, exp.EQ):
                list(self._assigned(item, scope))
        where = conflict.args.get("where")
        if isinstance(where, exp.Expr):
            self._builder.expression(where.this, scope)

    # -- UPDATE, DELETE -------------------------------------------------------------------------

    def _update(self, root: exp.Update) -> None:
        builder = self._builder
        scope = Scope(builder.with_clause(root, {}, None))
        self._open(root, scope)
        for item in root.expressions:
            if isinstance(item, exp.EQ):
                self._outputs += self._assigned(item, scope)
        self._condition(root, scope)
        builder.expressions(root.args.get("returning"), scope)

    def _delete(self, root: exp.Delete) -> None:
        builder = self._builder
        scope = Scope(builder.with_clause(root, {}, None))
        several = root.args.get("tables")
        self._open(root, scope)
        if several:
            self.targets = []
            for table in several:
                index = scope.named(clean(table.name).lower())
                fact = builder.sources[index] if index >= 0 else None
                self.targets.append(fact.table if fact is not None else table_name(table))
            self.target = next(iter(self.targets), "")
        using = root.args.get("using")
        for item in using if isinstance(using, list) else [using]:
            if isinstance(item, exp.Expr):
                builder.add_source(item, scope)
        self._condition(root, scope)
        builder.expressions(root.args.get("returning"), scope)

    def _open(self, root: exp.Expr, scope: Scope) -> None:
        """Register the target and what stands behind FROM; `UPDATE c … FROM customer c`."""
        builder = self._builder
        inner = Scope(scope.ctes)
        builder.from_clause(root, inner)
        target = root.this
        if not isinstance(target, exp.Table):
            scope.sources += inner.sources
            return
        aliased = inner.named(target.name.lower()) if not target.db else -1
        named = builder.sources[aliased].table if aliased >= 0 else ""
        is_alias = (
            aliased >= 0
            and not target.alias
            and named.rsplit(".", 1)[-1].lower() != target.name.lower()
        )
        if is_alias or (aliased >= 0 and named):
            self.target = named
            self.targets = [named] if named else []
        else:
            self._name_target(target)
            scope.sources += self._target_scope(target, {}).sources
            builder.add_joins(target, scope)
        scope.sources += inner.sources
        scope.merged.update(inner.merged)

    def _condition(self, root: exp.Expr, scope: Scope) -> None:
        where = root.args.get("where")
        if isinstance(where, exp.Expr):
            self._filters = tuple(dict.fromkeys(self._builder.filters(where.this, scope)))
        for part in ("order", "limit"):
            self._builder.expressions(root.args.get(part), scope)

    # -- MERGE ----------------------------------------------------------------------------------

    def _merge(self, root: exp.Merge) -> None:
        builder = self._builder
        scope = Scope(builder.with_clause(root, {}, None))
        self._name_target(root.this)
        using = root.args.get("using")
        if isinstance(using, exp.Expr):
            builder.add_source(using, scope)
        incoming = [index for _, index in scope.sources]
        scope.sources += self._target_scope(root.this, {}).sources
        builder.expressions(root.args.get("on"), scope)
        whens = root.args.get("whens")
        for when in whens.expressions if isinstance(whens, exp.Expr) else root.expressions:
            builder.expressions(when.args.get("condition"), scope, CONDITION)
            self._branch(when.args.get("then"), scope, incoming)

    def _branch(self, then: object, scope: Scope, incoming: list[int]) -> None:
        if isinstance(then, exp.Insert):
            is_listed = isinstance(then.this, exp.Tuple) and isinstance(then.expression, exp.Tuple)
            if is_listed:
                for column, value in zip(
                    then.this.expressions, then.expression.expressions, strict=False
                ):
                    self._outputs.append(self._write(column, value, scope))
            elif isinstance(then.this, exp.Star):
                self._all(incoming)
        elif isinstance(then, exp.Update):
            for item in then.expressions:
                if isinstance(item, exp.EQ):
                    self._outputs += self._assigned(item, scope)
                elif isinstance(item, exp.Star):
                    self._all(incoming)

    def _all(self, incoming: list[int]) -> None:
        uses = tuple(ColumnUse("*", (index,)) for index in incoming)
        self._builder.has_star = True
        self._outputs.append(OutputFact("*", *self._place(0), uses))

    # -- all of them ----------------------------------------------------------------------------

    def _name_target(self, target: object) -> None:
        if isinstance(target, exp.Table):
            self.target = table_name(target)
            self.targets = [self.target] if self.target else []

    def _target_scope(self, target: object, ctes: dict[str, int]) -> Scope:
        """A scope that sees the target's own columns; the target is no table that is read."""
        scope = Scope(ctes)
        index = self._builder.source(FromFact(table=self.target))
        if isinstance(target, exp.Table):
            scope.sources.append((clean(str(target.alias_or_name)).lower(), index))
            if target.alias:
                scope.sources.append((clean(target.name).lower(), index))
        return scope

    def _assigned(self, item: exp.EQ, scope: Scope) -> Iterator[OutputFact]:
        left, right = item.this, item.expression
        if not isinstance(left, (exp.Tuple, exp.Paren)):
            yield self._write(left, right, scope)
            return
        columns = left.expressions if isinstance(left, exp.Tuple) else [left.this]
        if isinstance(right, exp.Tuple):
            for column, value in zip(columns, right.expressions, strict=False):
                yield self._write(column, value, scope)
        elif isinstance(right, (exp.Subquery, exp.Query)):
            names = tuple(clean(str(column.name)) for column in columns)
            relation = self._builder.query(right, dict(scope.ctes), scope)
            index = self._builder.source(FromFact(relation=relation, columns=names))
            for column, name in zip(columns, names, strict=True):
                yield self._output(column, (ColumnUse(name, (index,)),))

    def _write(self, column: exp.Expr, value: exp.Expr, scope: Scope) -> OutputFact:
        output = self._output(column, self._builder.expression(value, scope), value)
        self.written_nodes[id(value)] = self.writes[-1] if self.writes else ("", output.name)
        return output

    def _output(
        self, column: exp.Expr, uses: tuple[ColumnUse, ...], value: exp.Expr | None = None
    ) -> OutputFact:
        inner = column if isinstance(column, exp.Column) else column.find(exp.Column)
        name = clean(inner.name if inner is not None else str(column.name))
        if name:
            self.writes.append((self._table_of(inner), name))
        offset = start_of(inner.this) if inner is not None else -1
        is_literal = value is not None and not uses and is_constant(value)
        return OutputFact(name, *self._place(max(0, offset)), uses, constant=is_literal)

    def _table_of(self, column: exp.Column | None) -> str:
        """MySQL's `UPDATE a JOIN b SET b.x = …` writes to more than one table."""
        alias = clean(column.table).lower() if column is not None else ""
        if not alias:
            return self.target
        for known, index in self._builder.aliases:
            if known == alias:
                return self._builder.sources[index].table or self.target
        return self.target
