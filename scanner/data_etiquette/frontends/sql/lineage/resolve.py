"""Symbolic lineage to columns of tables, as far as a schema tells. Knows no parser."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from data_etiquette.model.facts import ColumnUse, FromFact, LineageFact, OutputFact, RelationFact

Origin = tuple[str, str]
"""(table as written, column); the table is empty where it can't be told, `*` are all columns."""
Origins = dict[Origin, str]
"""Where a column comes from, each with what is left of it."""
Schema = Callable[[str], Sequence[str] | None]
"""Columns of a table; None when it is not known."""

CHOSEN = "chosen"
"""Effect on what the condition of a constant's row compares: it is in the constant only if the
column says something of a person."""
_RANK = ("direct", "derived", "condition", "masked", "encrypted", "hashed", "aggregated", CHOSEN)
_ANY = "?"
_MAX_COLUMNS = 5_000
"""Columns that the stars of one query may give: beyond it lies only nonsense."""


@dataclass(slots=True)
class Column:
    """One column of a query's result."""

    name: str
    line: int
    column: int
    origins: Origins


@dataclass(slots=True)
class Shape:
    """What a relation gives: known columns in order, and tables whose columns nobody knows."""

    columns: list[Column] = field(default_factory=list)
    open: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    """(table, columns left out) of stars that can't be expanded."""
    any: Origins | None = None
    """Origins of whatever is asked for, for table functions."""

    def named(self, name: str) -> Column | None:
        """The column of a name, in any case."""
        wanted = name.lower()
        return next((item for item in self.columns if item.name.lower() == wanted), None)


def unknown(_table: str) -> None:
    """The schema of someone who knows none."""


class Resolver:
    """Answers for one statement where its columns come from."""

    def __init__(
        self,
        sources: Sequence[FromFact],
        relations: Sequence[RelationFact],
        schema: Schema = unknown,
        guess: Callable[[str, Sequence[str]], str] | None = None,
    ) -> None:
        self._sources = sources
        self._relations = relations
        self._schema = schema
        self._guess = guess
        self._shapes: dict[int, Shape] = {}
        self._by_source: dict[int, Shape] = {}
        self._levels: dict[tuple[int, ...], list[tuple[list[int], list[int], list[str]]]] = {}

    # -- relations ------------------------------------------------------------------------------

    def shape(self, relation: int) -> Shape:
        """Columns of a relation; what refers to itself sees what was found so far."""
        if relation not in self._shapes:
            shape = self._shapes[relation] = Shape()
            fact = self._relations[relation]
            if fact.branches:
                self._union(shape, fact)
            else:
                for output in fact.outputs:
                    self._add(shape, fact, output)
        return self._shapes[relation]

    def _union(self, shape: Shape, fact: RelationFact) -> None:
        for number, branch in enumerate(fact.branches):
            found = self.shape(branch)
            if number == 0:
                shape.columns = [
                    Column(c.name, c.line, c.column, dict(c.origins)) for c in found.columns
                ]
                shape.open = list(found.open)
                shape.any = found.any
                continue
            shape.open += [item for item in found.open if item not in shape.open]
            for mine, other in zip(shape.columns, found.columns, strict=False):
                merge(mine.origins, other.origins)

    def _add(self, shape: Shape, fact: RelationFact, output: OutputFact) -> None:
        if output.name == "*":
            self._add_star(shape, fact, output)
            return
        origins = self.origins(output.uses)
        if output.name == _ANY:
            shape.any = origins
            return
        if output.constant:
            origins = self._chosen(fact, set())
        shape.columns.append(Column(output.name, output.line, output.column, origins))

    def _add_star(self, shape: Shape, fact: RelationFact, output: OutputFact) -> None:
        left_out = {name.lower() for name in output.without}
        renamed = {old.lower(): new for old, new in output.renamed}
        merged = {name.lower() for name in fact.merged}
        seen: set[str] = set()
        for use in output.uses:
            for source in use.sources[:1]:
                found = self._of_source(source)
                for item in found.columns[:_MAX_COLUMNS]:
                    name = item.name.lower()
                    is_repeated = name in seen and ("*" in merged or name in merged)
                    if name in left_out or is_repeated:
                        continue
                    seen.add(name)
                    new = renamed.get(name, item.name)
                    shape.columns.append(Column(new, output.line, output.column, item.origins))
                shape.open += [(table, gone | left_out) for table, gone in found.open]

    def _chosen(self, fact: RelationFact, seen: set[int]) -> Origins:
        """What the conditions of a query and of those it selects from hold against constants."""
        found: Origins = {}
        for use in fact.filters:
            if use.name:
                merge(found, self.origins((use,)))
                continue
            for source in use.sources[:1]:
                inner = self._sources[source].relation
                if inner >= 0 and inner not in seen:
                    seen.add(inner)
                    merge(found, self._chosen(self._relations[inner], seen))
        for branch in fact.branches:
            if branch not in seen:
                seen.add(branch)
                merge(found, self._chosen(self._relations[branch], seen))
        return dict.fromkeys(found, CHOSEN)

    # -- sources --------------------------------------------------------------------------------

    def _of_source(self, index: int) -> Shape:
        """What a source gives under the names it has in its query."""
        if index in self._by_source:
            return self._by_source[index]
        fact = self._sources[index]
        if fact.relation >= 0:
            shape = self.shape(fact.relation)
            return _renamed(shape, fact) if fact.columns else shape
        shape = self._of_table(fact.table)
        self._by_source[index] = _renamed(shape, fact) if fact.columns else shape
        return self._by_source[index]

    def _of_table(self, table: str) -> Shape:
        known = self._schema(table) if table else None
        if known is None:
            return Shape(open=[(table, frozenset())])
        return Shape([Column(name, 0, 0, {(table, name): "direct"}) for name in known])

    def _found_in(self, index: int, name: str) -> Origins | None:
        """Origins of a column of a source; None when the source lists none of that name."""
        column = self._of_source(index).named(name)
        return column.origins if column is not None else None

    def _is_open(self, index: int, name: str) -> list[str]:
        """Tables without a known schema through which a source may give a column."""
        lowered = name.lower()
        return [table for table, gone in self._of_source(index).open if lowered not in gone]

    # -- columns --------------------------------------------------------------------------------

    def origins(self, uses: Iterable[ColumnUse]) -> Origins:
        """Where the columns of an expression come from."""
        found: Origins = {}
        for use in uses:
            for origin, effect in self._origins(use).items():
                left = weaker(effect, use.effect)
                found[origin] = stronger(found[origin], left) if origin in found else left
        return found

    def _origins(self, use: ColumnUse) -> Origins:
        if use.name == "*":
            return self._all(use.sources[:1])
        for level, asked, free in self._levels_of(use.sources):
            for index in asked:
                found = self._found_in(index, use.name)
                if found is not None:
                    return found
            tables = dict.fromkeys(free)
            for index in asked:
                tables.update(dict.fromkeys(self._is_open(index, use.name)))
            if tables:
                only = next(iter(tables)) if len(tables) == 1 else ""
                return {(only or self._guessed(use.name, list(tables)), use.name): "direct"}
            for index in reversed(level):
                found = self._of_source(index).any
                if found is not None:
                    return found
        if self._is_made_here(use):
            return {}
        # A table's schema may be older than the query.
        only = self._sources[use.sources[0]].table if len(use.sources) == 1 else ""
        return {(only, use.name): "direct"}

    def _levels_of(self, sources: tuple[int, ...]) -> list[tuple[list[int], list[int], list[str]]]:
        """Per level all sources, those that list columns, and tables of which nothing is known."""
        if sources not in self._levels:
            found = []
            for level in _levels(sources):
                free = [index for index in level if self._is_free(index)]
                asked = [index for index in level if index not in free]
                found.append((level, asked, [self._sources[index].table for index in free]))
            self._levels[sources] = found
        return self._levels[sources]

    def _is_free(self, index: int) -> bool:
        fact = self._sources[index]
        if fact.relation >= 0 or fact.columns:
            return False
        return not fact.table or self._schema(fact.table) is None

    def _is_made_here(self, use: ColumnUse) -> bool:
        """Whether all its sources are queries of this statement, which then lack the column."""
        return bool(use.sources) and all(
            index >= 0 and self._sources[index].relation >= 0 for index in use.sources
        )

    def _guessed(self, name: str, tables: list[str]) -> str:
        return self._guess(name, tables) if self._guess is not None else ""

    def _all(self, sources: Sequence[int]) -> Origins:
        found: Origins = {}
        for index in sources:
            shape = self._of_source(index)
            for item in shape.columns:
                merge(found, item.origins)
            merge(found, shape.any or {})
            for table, _ in shape.open:
                if table:
                    merge(found, {(table, "*"): "direct"})
        return found


def resolve(
    fact: LineageFact,
    schema: Schema = unknown,
    guess: Callable[[str, Sequence[str]], str] | None = None,
) -> Shape:
    """The columns that a statement gives to its target, under the target's names."""
    found = Resolver(fact.sources, fact.relations, schema, guess).shape(fact.root)
    names: Sequence[str] = fact.columns
    if fact.by_position and not names:
        names = schema(fact.target) or ()
    if not names:
        return found
    columns = [
        Column(name, item.line, item.column, item.origins)
        for name, item in zip(names, found.columns, strict=False)
    ]
    return Shape(columns, found.open)


def weaker(left: str, right: str) -> str:
    """What is left behind two steps."""
    return max(left, right, key=_RANK.index)


def stronger(left: str, right: str) -> str:
    """What is left when a value comes on two ways."""
    return min(left, right, key=_RANK.index)


def merge(into: Origins, other: Origins) -> None:
    """Add origins; of one that comes on two ways the plainer counts."""
    for origin, effect in other.items():
        into[origin] = stronger(into[origin], effect) if origin in into else effect


def _levels(sources: Sequence[int]) -> Iterable[list[int]]:
    level: list[int] = []
    for index in sources:
        if index >= 0:
            level.append(index)
        else:
            yield level
            level = []
    if level:
        yield level


def _renamed(shape: Shape, fact: FromFact) -> Shape:
    """The shape under new names by position."""
    columns = [
        Column(name, item.line, item.column, item.origins)
        for name, item in zip(fact.columns, shape.columns, strict=False)
    ]
    columns += shape.columns[len(fact.columns) :]
    # Of a table without known columns the new names can't be led back to the old.
    return Shape(columns, [] if not shape.columns and shape.open else shape.open, shape.any)
