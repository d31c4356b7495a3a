"""What property files say of tables and views, joined to the statements that make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from data_etiquette.model.facts import Facts, FieldFact, TableFact

_MADE = frozenset({"create", "view"})
Described = dict[str, dict[str, FieldFact]]


def described(files: Iterable[Facts]) -> tuple[Facts, ...]:
    """The facts with descriptions at their columns; a source nobody creates is a table itself."""
    known = tuple(files)
    notes: Described = {}
    for facts in known:
        for table in facts.tables:
            if table.action == "describe":
                columns = notes.setdefault(_last(table.name), {})
                columns.update({column.name.lower(): column for column in table.columns})
    if not notes:
        return known
    made = {
        _last(table.name)
        for facts in known
        for table in facts.tables
        if table.action in _MADE and facts.language != "dbt"
    }
    return tuple(_joined(facts, notes, made) for facts in known)


def _joined(facts: Facts, notes: Described, made: set[str]) -> Facts:
    tables: list[TableFact] = []
    for table in facts.tables:
        last = _last(table.name)
        if table.action in _MADE and last in notes:
            columns = tuple(_noted(column, notes[last]) for column in table.columns)
            tables.append(replace(table, columns=columns))
        elif table.action == "describe" and last not in made and table.columns:
            tables.append(replace(table, action="create"))
        else:
            tables.append(table)
    return replace(facts, tables=tuple(tables))


def _noted(column: FieldFact, notes: Mapping[str, FieldFact]) -> FieldFact:
    note = notes.get(column.name.lower())
    if note is None:
        return column
    return replace(
        column,
        doc=column.doc or note.doc,
        annotation=column.annotation or note.annotation,
        options=(*column.options, *note.options),
    )


def _last(name: str) -> str:
    return name.rpartition(".")[2].lower()
