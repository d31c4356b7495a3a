"""SQL tables as they stand after all statements, and where each column came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from data_etiquette.flow.sql.alembic import alembic_statements
from data_etiquette.flow.sql.migrations import is_migration, ordered_parts, schema_of
from data_etiquette.model.facts import Facts, FieldFact, TableFact
from data_etiquette.model.graph import ColumnHistory
from data_etiquette.model.location import Location

PATH = "path"
"""Option of a column: the file that defines it, where that is not the table's."""
_FORMER = 4
"""Former names that are kept of a column."""


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a column was introduced and last changed."""

    introduced: Location
    changed: Location
    names: tuple[str, ...] = ()
    """Former names, oldest first."""


@dataclass(slots=True)
class Table:
    """A table of the current schema."""

    facts: Facts
    fact: TableFact
    columns: dict[str, FieldFact] = field(default_factory=dict)
    origins: dict[str, _Origin] = field(default_factory=dict)

    def current(self) -> TableFact:
        """The table's definition as it stands."""
        return replace(self.fact, columns=tuple(self.columns.values()))


@dataclass(slots=True)
class Schema:
    """Tables by schema and name, and what remains of those that were dropped."""

    tables: dict[tuple[str, str], Table] = field(default_factory=dict)
    dropped: dict[tuple[str, str], Table] = field(default_factory=dict)

    def near(self, schema: str, name: str) -> tuple[str, str] | None:
        """The table that a statement in a folder means: its own, else the nearest one."""
        key = (schema, name)
        if key in self.tables:
            return key
        last = name.rpartition(".")[2]
        found = [
            known
            for known in self.tables
            if known[1] == name or (known[1].rpartition(".")[2] == last and known[0] == schema)
        ]
        return max(found, key=lambda known: (_common(known[0], schema), known), default=None)


def merged_tables(files: Iterable[Facts]) -> list[tuple[Facts, TableFact]]:
    """The current schema: each table with the file that created it."""
    return [(table.facts, table.current()) for table in replay(files).tables.values()]


def column_history(files: Iterable[Facts]) -> tuple[ColumnHistory, ...]:
    """Where the columns of the current schema were introduced and last changed, sorted."""
    found = [
        ColumnHistory(
            table.fact.name,
            table.columns[key].name,
            origin.introduced,
            origin.changed,
            origin.names,
        )
        for table in replay(files).tables.values()
        for key, origin in table.origins.items()
        if key in table.columns
    ]
    return tuple(sorted(found, key=lambda item: (item.table, item.column, item.introduced)))


def replay(files: Iterable[Facts]) -> Schema:
    """Apply all statements in the order of migrations."""
    schema = Schema()
    for part in ordered_parts(files):
        replayed = _Replay(schema, part.facts)
        for statement in _statements(part.facts):
            if part.behind < statement.line <= part.until:
                replayed.apply(statement)
    return schema


def _statements(facts: Facts) -> Sequence[TableFact]:
    if facts.language != "python":
        return facts.tables
    back = [(f.line, f.end_line) for f in facts.functions if f.qualname.startswith("downgrade")]
    own = [fact for fact in facts.tables if not any(a <= fact.line <= b for a, b in back)]
    return sorted((*own, *alembic_statements(facts)), key=lambda fact: fact.line)


class _Replay:
    """Applies the statements of one file."""

    def __init__(self, schema: Schema, facts: Facts) -> None:
        self._schema = schema
        self._facts = facts
        self._folder = schema_of(facts.path)
        self._is_migration = is_migration(facts.path)

    def apply(self, statement: TableFact) -> None:
        """Apply one statement; what it says of unknown tables is kept as a table of its own."""
        name = statement.name.lower()
        key = self._schema.near(self._folder, name)
        table = self._schema.tables[key] if key is not None else None
        if statement.action == "create":
            self._create(name, statement)
        elif table is None or key is None:
            self._unknown(name, statement)
        elif statement.action == "drop":
            self._drop(key, table)
        elif statement.action == "rename":
            self._rename(key, table, statement)
        else:
            self._change(table, statement)

    def _create(self, name: str, statement: TableFact) -> None:
        key = (self._folder, name)
        known = self._schema.tables.get(key)
        if self._is_migration and known is None and self._is_below(name):
            return  # `sql/patches/3.sql` makes what `sql/schema.sql` has by now
        if known is not None and known.facts.path != self._facts.path:
            if self._is_migration:
                return  # `CREATE TABLE IF NOT EXISTS` of what is there
            key = (f"{self._folder}:{self._facts.path}", name)
        table = Table(self._facts, statement)
        for column in self._copied(statement):
            self._put(table, column)
        for column in statement.columns:
            self._put(table, column)
        _inherit_origins(table, self._schema.dropped.pop(key, known))
        self._schema.tables[key] = table

    def _is_below(self, name: str) -> bool:
        """Whether the folder above this one has the table: base script and its patches."""
        above = (self._folder.rpartition("/")[0], name)
        return above in self._schema.tables

    def _copied(self, statement: TableFact) -> list[FieldFact]:
        """Columns of the table that a new one is made like."""
        found: list[FieldFact] = []
        for option, value in statement.options:
            key = self._schema.near(self._folder, value.lower()) if option == "like" else None
            if key is not None:
                path = self._schema.tables[key].facts.path
                columns = self._schema.tables[key].columns.values()
                found.extend(_at_path(column, path) for column in columns)
        return found

    def _unknown(self, name: str, statement: TableFact) -> None:
        # A change without its table is still a place where columns are defined.
        if statement.action == "add":
            self._create(name, statement)

    def _drop(self, key: tuple[str, str], table: Table) -> None:
        # A script of its own that drops what others create says nothing of the schema's end.
        if self._is_migration or table.facts.path == self._facts.path:
            self._schema.dropped[key] = self._schema.tables.pop(key)

    def _rename(self, key: tuple[str, str], table: Table, statement: TableFact) -> None:
        new = dict(statement.options).get("to", "")
        if not new:
            return
        owner = statement.name.rpartition(".")[0]
        new = f"{owner}.{new}" if owner and "." not in new else new
        del self._schema.tables[key]
        # A rebuilt table takes the place, and the history, of the one dropped before.
        _inherit_origins(table, self._schema.dropped.pop((key[0], new.lower()), None))
        table.fact = replace(table.fact, name=new)
        self._schema.tables[key[0], new.lower()] = table

    def _change(self, table: Table, statement: TableFact) -> None:
        for column in statement.columns:
            key = column.name.lower()
            match statement.action:
                case "add":
                    self._put(table, column)
                case "drop_column":
                    table.columns.pop(key, None)
                case "rename_column":
                    self._rename_column(table, key, column, dict(statement.options).get("to", ""))
                case "alter":
                    self._alter(table, key, column)
                case "comment" if key in table.columns:
                    known = table.columns[key]
                    table.columns[key] = replace(known, doc=column.doc or known.doc)
                case _:
                    pass
        if statement.action == "comment":
            options = (*table.fact.options, *statement.options)
            table.fact = replace(table.fact, options=options)

    def _put(self, table: Table, column: FieldFact) -> None:
        key = column.name.lower()
        place = self._place(column)
        is_elsewhere = table.facts.path != self._facts.path and not column.option(PATH)
        table.columns[key] = _at_path(column, self._facts.path) if is_elsewhere else column
        table.origins[key] = _Origin(place, place)

    def _alter(self, table: Table, key: str, column: FieldFact) -> None:
        known = table.columns.get(key)
        if known is None:
            return
        named = {option for option, _ in column.options}
        kept = tuple(pair for pair in known.options if pair[0] not in named)
        table.columns[key] = replace(
            known,
            annotation=column.annotation or known.annotation,
            options=(*kept, *column.options),
            relation=column.relation or known.relation,
            doc=column.doc or known.doc,
        )
        self._touch(table, key, column)

    def _rename_column(self, table: Table, key: str, column: FieldFact, new: str) -> None:
        if key not in table.columns or not new:
            return
        # The place of a column is where its present name was written.
        place = self._place(column)
        renamed = replace(
            table.columns[key], name=new, line=place.line, column=place.column, end_line=place.line
        )
        columns = {}
        for known, fact in table.columns.items():
            columns[new.lower() if known == key else known] = (
                _at_path(renamed, self._facts.path) if known == key else fact
            )
        table.columns = columns
        self._touch(table, key, column)
        origin = table.origins.pop(key)
        names = (*origin.names, column.name)[-_FORMER:]
        table.origins[new.lower()] = replace(origin, names=names)

    def _touch(self, table: Table, key: str, column: FieldFact) -> None:
        place = self._place(column)
        origin = table.origins.get(key, _Origin(place, place))
        table.origins[key] = replace(origin, changed=place)

    def _place(self, column: FieldFact) -> Location:
        path = column.option(PATH) or self._facts.path
        return Location(path, column.line, column.column, column.end_line)


def _inherit_origins(table: Table, former: Table | None) -> None:
    """A table made anew keeps where its columns were introduced first."""
    if former is None:
        return
    for key, origin in former.origins.items():
        if key in table.origins:
            own = table.origins[key]
            table.origins[key] = replace(own, introduced=origin.introduced, names=origin.names)


def _at_path(column: FieldFact, path: str) -> FieldFact:
    others = tuple(pair for pair in column.options if pair[0] != PATH)
    return replace(column, options=(*others, (PATH, path)))


def _common(left: str, right: str) -> int:
    count = 0
    for a, b in zip(left.split("/"), right.split("/"), strict=False):
        if a != b:
            break
        count += 1
    return count
