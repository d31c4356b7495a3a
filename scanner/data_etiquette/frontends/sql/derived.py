"""Views and tables made from queries: the columns they have and what those are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data_etiquette.frontends.sql.access import Access
from data_etiquette.frontends.sql.column import ColumnReader, names_in
from data_etiquette.frontends.sql.cursor import COMMA, Cursor, split_commas
from data_etiquette.frontends.sql.lexer import Kind, Token
from data_etiquette.frontends.sql.position import Source
from data_etiquette.frontends.sql.split import Statement
from data_etiquette.frontends.sql.words import words
from data_etiquette.model.facts import FieldFact

_BEHIND_QUERY = words("CHECK LOCAL CASCADED NO DATA READ")
_QUERY_STARTS = frozenset({"SELECT", "WITH", "(", "FROM", "PIVOT", "UNPIVOT", "VALUES"})


def query_tokens(cursor: Cursor) -> Sequence[Token]:
    """The query behind `AS`, without the `WITH …` clause that may end the statement."""
    tokens = _behind_as(cursor) or _without_as(cursor)
    # ClickHouse tells what the table is for behind the query.
    if len(tokens) > 2 and tokens[-2].word == "COMMENT" and tokens[-1].kind is Kind.STRING:
        tokens = tokens[:-2]
    for index in range(len(tokens) - 2, max(0, len(tokens) - 6), -1):
        if tokens[index].word == "WITH" and tokens[index + 1].word in _BEHIND_QUERY:
            return tokens[:index]
    return tokens


def _behind_as(cursor: Cursor) -> Sequence[Token]:
    """The first `AS` that a query follows: `STORED AS parquet AS SELECT …`."""
    here = cursor.at
    tokens: Sequence[Token] = ()
    while not tokens and (at := cursor.index_of("AS")) >= 0:
        cursor.at = at + 1
        if cursor.peek().word in _QUERY_STARTS:
            tokens = cursor.rest()
    cursor.at = here
    return tokens


def _without_as(cursor: Cursor) -> Sequence[Token]:
    """MySQL's and Spark's `CREATE TABLE t SELECT …`, with or without parentheses around it."""
    first = cursor.peek().word
    if first in ("SELECT", "WITH") and cursor.peek(1).word != "(":
        return cursor.rest() if first == "SELECT" or cursor.index_of("SELECT") > 0 else ()
    if first == "(" and cursor.peek(1).word == "SELECT":
        return cursor.rest()
    return ()


def derived_columns(
    source: Source,
    statement: Statement,
    cursor: Cursor,
    found: Access | None,
) -> list[FieldFact]:
    """Columns by the list behind the name, else by the query; each with its sources."""
    reader = ColumnReader(source, statement.comments)
    outputs = found.outputs if found is not None else ()
    listed = _listed(reader, cursor)
    if listed:
        return [
            _with_sources(column, outputs[index].sources if index < len(outputs) else ())
            for index, column in enumerate(listed)
        ]
    columns: list[FieldFact] = []
    for output in outputs:
        if output.name in ("", "*"):
            continue
        column = FieldFact(
            name=output.name,
            line=output.line,
            column=output.column,
            end_line=output.line,
            origin="column",
        )
        columns.append(_with_sources(column, output.sources))
    return columns


def _listed(reader: ColumnReader, cursor: Cursor) -> list[FieldFact]:
    if cursor.peek().word != "(":
        return []
    items = split_commas(cursor.group())
    found = [reader.read(item) for item in items if item[0].kind is not Kind.PUNCT]
    if all(column is not None and not column.annotation for column in found):
        flat = [token for item in items for token in (*item, COMMA)]
        return [reader.named(name) for name in names_in(flat)]
    return [column for column in found if column is not None]


def _with_sources(column: FieldFact, sources: Sequence[str]) -> FieldFact:
    new = tuple(("source", name) for name in sources)
    return replace(column, options=(*column.options, *new))
