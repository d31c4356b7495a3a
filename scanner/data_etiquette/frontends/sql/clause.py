"""Table-level constraints: which columns they speak of, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.sql.column import (
    Options,
    default_value,
    names_in,
    on_delete_action,
)
from data_etiquette.frontends.sql.cursor import Cursor, Name, text_of
from data_etiquette.frontends.sql.lexer import Kind, Token, unquoted
from data_etiquette.frontends.sql.words import words
from data_etiquette.model.facts import FieldFact

_INDEXES = frozenset({"KEY", "INDEX", "FULLTEXT", "SPATIAL", "UNIQUE"})
_FIRST_WITH_SECOND = {
    "PRIMARY": frozenset({"KEY"}),
    "FOREIGN": frozenset({"KEY"}),
    "CHECK": frozenset({"("}),
    "EXCLUDE": frozenset({"(", "USING"}),
    "PERIOD": frozenset({"FOR"}),
    "PARTITION": frozenset({"BY"}),
    "SUPPLEMENTAL": frozenset({"LOG"}),
}
_EXPRESSION_WORDS = words("""
    AND OR NOT NULL IS IN LIKE ILIKE RLIKE REGEXP GLOB BETWEEN SIMILAR TO TRUE FALSE CASE WHEN THEN
    ELSE END ANY ALL ARRAY CAST AS COLLATE ESCAPE CURRENT_DATE CURRENT_TIMESTAMP INTERVAL VALUE
    """)
_FAR = 5
"""An index's column list opens within this many tokens."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What one constraint says."""

    columns: tuple[Name, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    relation: str = ""

    def applied(self, column: FieldFact) -> FieldFact:
        """The column with what this says of it."""
        if column.name.lower() not in {name.last.lower() for name in self.columns}:
            return column
        new = tuple(pair for pair in self.options if pair not in column.options)
        relation = column.relation or self.relation
        return replace(column, options=(*column.options, *new), relation=relation)


def is_clause(item: Sequence[Token]) -> bool:
    """Whether an item of a column list is a key, an index or a constraint, not a column."""
    first = item[0].word
    following = item[1].word if len(item) > 1 else ""
    if first in _FIRST_WITH_SECOND:
        return following in _FIRST_WITH_SECOND[first]
    if first in ("CONSTRAINT", "PROJECTION"):
        return len(item) > 3
    if first not in _INDEXES:
        return False
    opening = next((i for i, token in enumerate(item[:_FAR]) if token.word == "("), -1)
    if opening < 0:
        return following in _INDEXES
    # `KEY idx (email)` is an index, `key varchar(40)` a column.
    inside = item[opening + 1] if opening + 1 < len(item) else item[opening]
    return opening < 2 or not (inside.kind is Kind.NUMBER or inside.word == "MAX")


def read_clause(item: Sequence[Token]) -> Clause:
    """The constraint these tokens define; an empty one for those that don't matter."""
    cursor = Cursor(item)
    if cursor.take("CONSTRAINT") and cursor.peek().word not in ("PRIMARY", "FOREIGN", "CHECK"):
        cursor.name()
    if cursor.take("FOREIGN", "KEY"):
        return _foreign_key(cursor)
    if cursor.take("PRIMARY", "KEY"):
        return Clause(_columns(cursor), (("primary_key", "true"),))
    if cursor.take("UNIQUE"):
        columns = _columns(cursor)
        # Only one column alone is unique by itself.
        return Clause(columns, (("unique", "true"),)) if len(columns) == 1 else Clause()
    if cursor.take("CHECK"):
        return _check(cursor)
    if cursor.take("DEFAULT"):
        return _default_for(cursor)
    return Clause()


def _foreign_key(cursor: Cursor) -> Clause:
    columns = _columns(cursor)
    target = cursor.name() if cursor.take("REFERENCES") else None
    if target is None:
        return Clause()
    there = names_in(cursor.group())
    options: Options = [("references", f"{target}.{there[0].last}" if there else str(target))]
    on_delete = on_delete_action(cursor)
    if on_delete:
        options.append(("on_delete", on_delete))
    return Clause(columns, tuple(options), str(target))


def _check(cursor: Cursor) -> Clause:
    inside = cursor.group()
    names: list[Name] = []
    for index, token in enumerate(inside):
        before = inside[index - 1].word if index else ""
        after = inside[index + 1].word if index + 1 < len(inside) else ""
        is_word = token.kind is Kind.WORD and token.word not in _EXPRESSION_WORDS
        if before != "::" and after != "(" and (is_word or token.kind is Kind.NAME):
            names.append(Name((unquoted(token),), token))
    return Clause(tuple(names), (("check", redact(text_of(inside))),))


def _default_for(cursor: Cursor) -> Clause:
    """T-SQL's `DEFAULT (…) FOR column`."""
    start, end = cursor.at, cursor.index_of("FOR")
    if end < 0:
        return Clause()
    value = default_value(Cursor(cursor.rest()[: end - start]))
    cursor.at = end + 1
    name = cursor.name()
    return Clause((name,), (("default", value),)) if name is not None else Clause()


def _columns(cursor: Cursor) -> tuple[Name, ...]:
    """The next parenthesised list of names, whatever words stand before it."""
    while cursor.peek().kind is not Kind.END and cursor.peek().word != "(":
        cursor.next()
    return tuple(names_in(cursor.group()))
