"""Statements on rows that need no parser: INSERT … VALUES, TRUNCATE, COPY, GRANT."""

from __future__ import annotations

from collections.abc import Sequence

from data_etiquette.frontends.sql.access import Access
from data_etiquette.frontends.sql.column import names_in
from data_etiquette.frontends.sql.cursor import Cursor, split_commas
from data_etiquette.frontends.sql.lexer import Kind, Token
from data_etiquette.frontends.sql.words import words

_BEFORE_TARGET = words("""
    INSERT REPLACE INTO UPDATE DELETE MERGE FROM OVERWRITE TABLE ONLY IGNORE OR ABORT FAIL ROLLBACK
    LOW_PRIORITY DELAYED HIGH_PRIORITY QUICK
    """)
_NO_ROWS = words("EXECUTE USAGE CONNECT CREATE TEMPORARY TEMP OWNERSHIP MONITOR OPERATE")
_NOT_TABLES = words("""
    SCHEMA DATABASE SEQUENCE SEQUENCES FUNCTION FUNCTIONS PROCEDURE PROCEDURES ROUTINE TYPE DOMAIN
    LANGUAGE LARGE TABLESPACE WAREHOUSE ROLE STAGE FILE DIRECTORY FOREIGN PARAMETER INTEGRATION
    ACCOUNT FUTURE PACKAGE LOGIN SERVER ENDPOINT
    """)


def is_plain_insert(tokens: Sequence[Token]) -> bool:
    """Whether an INSERT has literal rows only."""
    if tokens[0].word not in ("INSERT", "REPLACE"):
        return False
    found = {token.word for token in tokens}
    has_rows = bool({"VALUES", "VALUE"} & found) or _is_insert_set(tokens)
    return has_rows and "SELECT" not in found


def _is_insert_set(tokens: Sequence[Token]) -> bool:
    cursor = _at_target(tokens)
    return cursor.name() is not None and cursor.peek().word == "SET"


def read_insert(tokens: Sequence[Token]) -> Access | None:
    """`INSERT INTO t (a, b) VALUES …` and MySQL's `INSERT INTO t SET a = …`."""
    cursor = _at_target(tokens)
    name = cursor.name()
    if name is None:
        return None
    if cursor.take("AS"):
        cursor.next()
    if cursor.take("SET"):
        firsts = [Cursor(item).name() for item in split_commas(cursor.rest())]
        columns = [first for first in firsts if first is not None]
    else:
        columns = names_in(cursor.group())
    writes = sorted({f"{name}.{column.last}" for column in columns})
    return Access("insert", (str(name),), writes=tuple(writes))


def read_truncate(tokens: Sequence[Token]) -> Access | None:
    """`TRUNCATE TABLE a, b`."""
    cursor = Cursor(tokens[1:])
    cursor.take("TABLE")
    cursor.take("ONLY")
    found = [Cursor(item).name() for item in split_commas(cursor.rest())]
    tables = tuple(str(name) for name in found if name is not None)
    return Access("truncate", tables) if tables else None


def read_copy(tokens: Sequence[Token]) -> Access | None:
    """COPY of a table to or from somewhere; COPY of a query is not read here."""
    cursor = Cursor(tokens[1:])
    is_into = cursor.take("INTO")
    name = cursor.name()
    if name is None:
        return _copy_out(cursor) if is_into else None
    columns = tuple(sorted({f"{name}.{column.last}" for column in names_in(cursor.group())}))
    if is_into or cursor.peek().word == "FROM":
        return Access("copy", (str(name),), writes=columns)
    return Access("copy", (str(name),), reads=columns or ("*",))


def _copy_out(cursor: Cursor) -> Access | None:
    """Snowflake's `COPY INTO 's3://…' FROM t`."""
    at = cursor.index_of("FROM")
    if at < 0:
        return None
    cursor.at = at + 1
    name = cursor.name()
    return Access("copy", (str(name),), reads=("*",)) if name is not None else None


def read_grant(tokens: Sequence[Token]) -> Access | None:
    """Rights on tables; rights on other objects and roles given to users say nothing of rows."""
    cursor = Cursor(tokens)
    at = cursor.index_of("ON")
    if at < 0:
        return None
    rights = split_commas(tokens[1:at])
    if all(item[0].word in _NO_ROWS for item in rights):
        return None
    cursor.at = at + 1
    tables = _granted(cursor)
    if not tables:
        return None
    reads = _granted_columns(rights, tables[0], ("SELECT", "REFERENCES"))
    writes = _granted_columns(rights, tables[0], ("INSERT", "UPDATE"))
    return Access("grant", tables, reads, writes)


def _granted(cursor: Cursor) -> tuple[str, ...]:
    if cursor.take("ALL", "TABLES", "IN", "SCHEMA"):
        schema = cursor.name()
        return (f"{schema}.*",) if schema is not None else ()
    if cursor.peek().word in _NOT_TABLES or cursor.peek().word == "ALL":
        return ()
    cursor.take("TABLE")
    cursor.take("OBJECT", "::")
    end = cursor.index_of("TO")
    tokens = cursor.rest()[: end - cursor.at] if end >= 0 else cursor.rest()
    found = [Cursor(item).name() for item in split_commas(tokens)]
    return tuple(str(name) for name in found if name is not None)


def _granted_columns(
    rights: Sequence[Sequence[Token]], table: str, verbs: tuple[str, ...]
) -> tuple[str, ...]:
    found: set[str] = set()
    for item in rights:
        if item[0].word in verbs:
            found.update(f"{table}.{name.last}" for name in names_in(Cursor(item[1:]).group()))
    return tuple(sorted(found))


def target_of(tokens: Sequence[Token]) -> Access | None:
    """The table that a statement changes, for those that the parser can't read."""
    verb = tokens[0].word.lower()
    if verb not in ("insert", "update", "delete", "merge"):
        return None
    name = _at_target(tokens).name()
    return Access(verb, (str(name),)) if name is not None else None


def _at_target(tokens: Sequence[Token]) -> Cursor:
    cursor = Cursor(tokens)
    while cursor.peek().kind is not Kind.END:
        word = cursor.peek().word
        # `INSERT OR REPLACE INTO t`: REPLACE is a function as well as a verb, never a table here.
        if word not in _BEFORE_TARGET:
            break
        cursor.next()
    return cursor
