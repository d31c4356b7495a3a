"""T-SQL's stored procedures that rename tables or describe columns."""

from __future__ import annotations

from collections.abc import Sequence

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.sql.column import ColumnReader
from data_etiquette.frontends.sql.cursor import Cursor, Name, split_commas
from data_etiquette.frontends.sql.lexer import Kind, Token, string_value
from data_etiquette.frontends.sql.split import Statement
from data_etiquette.frontends.sql.table import TableReader

_PROPERTY = ("name", "value", *(f"level{n}{part}" for n in range(3) for part in ("type", "name")))
_RENAME = ("objname", "newname", "objtype")


def read_call(reader: TableReader, statement: Statement, cursor: Cursor) -> None:
    """EXEC from behind that word; calls of other procedures say nothing here."""
    name = cursor.name()
    if name is None:
        return
    if name.last.lower() == "sp_rename":
        _rename(reader, statement, _arguments(cursor.rest(), _RENAME))
    elif name.last.lower() in ("sp_addextendedproperty", "sp_updateextendedproperty"):
        _describe(reader, statement, _arguments(cursor.rest(), _PROPERTY))


def _arguments(tokens: Sequence[Token], names: Sequence[str]) -> dict[str, Token]:
    """Arguments by parameter, whether named or by position."""
    found: dict[str, Token] = {}
    for position, item in enumerate(split_commas(tokens)):
        key = names[position] if position < len(names) else ""
        if item[0].kind is Kind.HOLE and len(item) > 2 and item[1].word == "=":
            key = item[0].text.lstrip("@").lower()
        found[key] = item[-1]
    return found


def _rename(reader: TableReader, statement: Statement, found: dict[str, Token]) -> None:
    if "objname" not in found or "newname" not in found:
        return
    parts = string_value(found["objname"]).replace("[", "").replace("]", "").split(".")
    new = string_value(found["newname"])
    kind = string_value(found["objtype"]).upper() if "objtype" in found else ""
    if kind == "COLUMN" and len(parts) > 1:
        old = Name((parts[-1],), found["objname"])
        column = ColumnReader(reader.source, ()).named(old)
        reader.add("rename_column", ".".join(parts[:-1]), statement, [column], [("to", new)])
    elif not kind or kind == "OBJECT":
        reader.add("rename", ".".join(parts), statement, options=[("to", new)])


def _describe(reader: TableReader, statement: Statement, found: dict[str, Token]) -> None:
    values = {key: string_value(token) for key, token in found.items()}
    is_table = values.get("level1type", "").upper() == "TABLE"
    if values.get("name") != "MS_Description" or not is_table or "level1name" not in values:
        return
    text = redact(values.get("value", ""))
    table = ".".join(part for part in (values.get("level0name"), values["level1name"]) if part)
    if "level2name" not in values:
        reader.add("comment", table, statement, options=[("comment", text)])
    elif values.get("level2type", "").upper() == "COLUMN":
        name = Name((values["level2name"],), found["level2name"])
        column = ColumnReader(reader.source, ()).named(name, doc=text)
        reader.add("comment", table, statement, [column])
