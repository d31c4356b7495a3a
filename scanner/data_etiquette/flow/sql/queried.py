"""What statements tell of tables beyond their definition, joined to the facts before linking.

Rows without a column list fill the table's columns by position; keys that are read from a JSON
column say what it holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from data_etiquette.flow.sql.tables import merged_tables
from data_etiquette.model.facts import Facts, FieldFact, StatementFact, TableFact

KEY = "key"
"""Option of a column: a key of its JSON, with the place where it is read behind a blank."""
_POSITION = ".#"
_MAX_KEYS = 50

Columns = dict[str, tuple[str, ...]]
"""Columns of a table, in order, by the last part of its name."""


def queried(files: Iterable[Facts]) -> tuple[Facts, ...]:
    """The facts with positions as columns, and with the keys of JSON columns at these."""
    known = tuple(files)
    if any(_is_by_position(item) for facts in known for item in facts.statements):
        columns = _columns(known)
        known = tuple(_placed(facts, columns) for facts in known)
    keys = _keys(known)
    return tuple(_keyed(facts, keys) for facts in known) if keys else known


# -- positions ----------------------------------------------------------------------------------


def _is_by_position(fact: StatementFact) -> bool:
    return fact.verb == "insert" and fact.lineage is None and not fact.writes


def _columns(files: tuple[Facts, ...]) -> Columns:
    found: Columns = {}
    for _, table in merged_tables(files):
        names = tuple(column.name for column in table.columns)
        last = _last(table.name)
        # Two tables of one name may be two schemas': then nobody knows.
        found[last] = names if found.get(last, names) == names else ()
    return found


def _placed(facts: Facts, columns: Columns) -> Facts:
    if not any(_is_by_position(item) for item in facts.statements):
        return facts
    statements = tuple(_filled(item, columns) for item in facts.statements)
    written = {
        name.rpartition(".")[2]
        for old, new in zip(facts.statements, statements, strict=True)
        if old is not new
        for name in new.writes
    }
    return replace(facts, statements=statements, writes=tuple(sorted(written.union(facts.writes))))


def _filled(fact: StatementFact, columns: Columns) -> StatementFact:
    table = fact.tables[0] if fact.tables else ""
    known = columns.get(_last(table), ())
    if not known or not _is_by_position(fact):
        return fact
    parameters = tuple((name, _named(column, table, known)) for name, column in fact.parameters)
    writes = tuple(sorted(f"{table}.{name}" for name in known))
    return replace(fact, parameters=parameters, writes=writes)


def _named(column: str, table: str, known: tuple[str, ...]) -> str:
    _, is_place, number = column.partition(_POSITION)
    place = int(number) - 1 if is_place and number.isdecimal() else -1
    return f"{table}.{known[place]}" if 0 <= place < len(known) else column


# -- keys of JSON -------------------------------------------------------------------------------

_Keys = dict[tuple[str, str], dict[str, str]]
"""(table, column) to the place where each of its keys is read."""


def _keys(files: tuple[Facts, ...]) -> _Keys:
    found: _Keys = {}
    for facts in files:
        for statement in facts.statements:
            for dotted, key in statement.keys:
                table, _, column = dotted.rpartition(".")
                places = found.setdefault((_last(table), column.lower()), {})
                places.setdefault(key, f"{facts.path}:{statement.line}")
    return found


def _keyed(facts: Facts, keys: _Keys) -> Facts:
    if not facts.tables:
        return facts
    return replace(facts, tables=tuple(_table(item, keys) for item in facts.tables))


def _table(table: TableFact, keys: _Keys) -> TableFact:
    if table.action not in ("create", "add"):
        return table
    columns = tuple(_column(_last(table.name), item, keys) for item in table.columns)
    return replace(table, columns=columns) if columns != table.columns else table


def _column(table: str, fact: FieldFact, keys: _Keys) -> FieldFact:
    places = keys.get((table, fact.name.lower()))
    if not places:
        return fact
    new = tuple((KEY, f"{key} {place}") for key, place in sorted(places.items())[:_MAX_KEYS])
    return replace(fact, options=(*fact.options, *new))


def _last(name: str) -> str:
    return name.rpartition(".")[2].lower()
