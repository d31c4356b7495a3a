"""SQL tables as they stand after all statements: created, extended, commented, renamed, dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from data_etiquette.model.facts import Facts, FieldFact, TableFact


def merged_tables(files: Iterable[Facts]) -> list[tuple[Facts, TableFact]]:
    """One table per name and folder, statements replayed in the order of paths and lines."""
    tables: dict[str, tuple[Facts, TableFact]] = {}
    for facts in files:
        for statement in facts.tables:
            _replay(tables, facts, statement)
    return list(tables.values())


def _replay(tables: dict[str, tuple[Facts, TableFact]], facts: Facts, statement: TableFact) -> None:
    name = statement.name.lower()
    known = tables.get(name)
    match statement.action:
        case "create":
            if known is None or known[0].path == facts.path:
                tables[name] = (facts, statement)
            else:
                tables[f"{facts.path}:{name}"] = (facts, statement)
        case "drop":
            # A script that drops before it creates says nothing about the schema's end.
            tables.pop(name, None)
        case "add" if known is not None and known[0].path == facts.path:
            tables[name] = (known[0], _extended(known[1], statement.columns))
        case "add":
            tables[f"{facts.path}:{name}:{statement.line}"] = (facts, statement)
        case "rename" if known is not None:
            new = dict(statement.options).get("to", statement.name)
            tables.pop(name)
            tables[new.lower()] = (known[0], replace(known[1], name=new))
        case "comment" if known is not None:
            tables[name] = (known[0], _commented(known[1], statement))
        case _:
            pass


def _extended(table: TableFact, columns: tuple[FieldFact, ...]) -> TableFact:
    return replace(table, columns=(*table.columns, *columns))


def _commented(table: TableFact, statement: TableFact) -> TableFact:
    notes = {column.name.lower(): column.doc for column in statement.columns}
    columns = tuple(
        replace(column, doc=notes.get(column.name.lower(), column.doc)) for column in table.columns
    )
    return replace(table, columns=columns, options=(*table.options, *statement.options))
