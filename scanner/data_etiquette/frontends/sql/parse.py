"""Statements that read and change rows, through sqlglot's tree."""

from __future__ import annotations

import logging
import re

import sqlglot
from sqlglot import exp

from data_etiquette.model.facts import StatementFact

# The parser speaks to the log about fallbacks; what matters of it is in the facts.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_VALUES = re.compile(r"(?is)^(insert\s.*?\bvalues\s*\()")
_VERBS: tuple[tuple[type[exp.Expression], str], ...] = (
    (exp.Insert, "insert"),
    (exp.Update, "update"),
    (exp.Delete, "delete"),
    (exp.Merge, "merge"),
    (exp.TruncateTable, "truncate"),
    (exp.Copy, "copy"),
    (exp.Grant, "grant"),
    (exp.Select, "select"),
    (exp.SetOperation, "select"),
)


def parse_statement(text: str, line: int, dialect: str) -> tuple[StatementFact | None, str]:
    """(facts, reason): a reason says why there are none."""
    try:
        tree = sqlglot.parse_one(_first_row(text), read=dialect or None)
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError) as error:
        return None, f"not parsed as {dialect}: {_short(error)}"
    for kind, verb in _VERBS:
        if isinstance(tree, kind):
            return _fact(tree, verb, line), ""
    return None, ""


def _first_row(text: str) -> str:
    """An INSERT with its first row only: the rest is data."""
    match = _VALUES.match(text)
    if match is None or len(text) < 2000:
        return text
    depth, index = 1, match.end()
    while index < len(text) and depth:
        character = text[index]
        if character == "'":
            end = text.find("'", index + 1)
            index = len(text) if end < 0 else end
        depth += (character == "(") - (character == ")")
        index += 1
    return text[:index]


def _fact(tree: exp.Expression, verb: str, line: int) -> StatementFact:
    tables = [_table(table) for table in tree.find_all(exp.Table)]
    target = tree.args.get("this")
    first = target.find(exp.Table) if isinstance(target, exp.Expression) else None
    ordered = [_table(first)] if first is not None and verb != "select" else []
    ordered += [name for name in tables if name not in ordered]
    reads = {
        f"{column.table}.{column.name}" if column.table else column.name
        for column in tree.find_all(exp.Column)
    }
    if any(isinstance(star.parent, exp.Select) for star in tree.find_all(exp.Star)):
        reads.add("*")
    writes: set[str] = set()
    if isinstance(tree, exp.Insert) and isinstance(tree.this, exp.Schema):
        writes = {item.name for item in tree.this.expressions}
    if isinstance(tree, exp.Update):
        writes = {item.this.name for item in tree.expressions if isinstance(item, exp.EQ)}
    return StatementFact(
        verb=verb,
        line=line,
        tables=tuple(filter(None, ordered)),
        reads=tuple(sorted(reads - writes)),
        writes=tuple(sorted(writes)),
    )


def _table(table: exp.Table) -> str:
    return ".".join(filter(None, (table.catalog, table.db, table.name)))


def _short(error: Exception) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split("\n", 1)[0].split(". Line", 1)[0][:100]
