"""SQL text to facts. Total: never raises on any input; what can't be read is a `Skipped`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import NamedTuple

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.sql.dialect import Vote, guess_dialect, known_dialect
from data_etiquette.frontends.sql.jinja import neutral
from data_etiquette.frontends.sql.lexer import Lexer, Token
from data_etiquette.frontends.sql.position import Source
from data_etiquette.frontends.sql.reading import QueryReader
from data_etiquette.frontends.sql.statement import StatementReader
from data_etiquette.frontends.sql.table import TableReader
from data_etiquette.model.facts import CommentFact, ControlFact, Facts, StatementFact, TableFact
from data_etiquette.model.location import Skipped

MARKER = "etiquette:"
MAX_SKIPPED = 100
"""Statements of one file that are named one by one when they can't be read."""
_CHUNK = 1 << 20
_MAX_EMBEDDED = 100_000
# mysqldump hides statements in comments that only MySQL executes.
_CONDITIONAL = re.compile(r"/\*!\d*")
# Where a migration's way back begins and where its way forward goes on: dbmate, goose, sql-migrate,
# node-pg-migrate, MyBatis.
_DIRECTION = re.compile(
    r"^[ \t]*--[ \t]*(?:(?:migrate:|\+\w+[ \t]+)(?P<way>up|down)\b"
    r"|(?P<node>up|down)[ \t]+migration\b|//[ \t]*@(?P<undo>undo)\b)[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_LINE = re.compile(r"[^\n]+")
# In a dbt project every file is a view named after the file.
_DBT = re.compile(r"\{\{\s*-?\s*(?:ref|source|config)\s*\(")

_LOOKS_LIKE_SQL = re.compile(
    r"""\s*(?:--[^\n]*\n\s*|/\*(?:[^*]|\*(?!/))*+\*/\s*)*+\(?\s*
    (?:select\b.+?\bfrom\b|with\b.+?\bselect\b|insert\s+(?:or\s+\w+\s+|ignore\s+)?into\s+\S
    |update\b.+?\bset\b|delete\s+from\s+\S|replace\s+into\s+\S|merge\s+into\s+\S
    |truncate\s+\S|create\s+(?:or\s+replace\s+)?(?:\w+\s+)?(?:table|view)\b
    |(?:alter|drop)\s+(?:table|view|materialized\s+view)\b|comment\s+on\b|copy\s.+?\b(?:from|to)\b
    |grant\b.{1,500}?\bon\b.{1,500}?\bto\b|revoke\b.{1,500}?\bon\b.{1,500}?\bfrom\b
    |(?:create|alter|drop)\s+(?:or\s+\w+\s+)?(?:\w+\s+){0,3}
     (?:policy|publication|subscription|server|datashare|share|event|user\s+mapping)\s+\S
    |unload\s*\(|export\s+data\b.+?\bas\b|security\s+label\b
    |alter\s+default\s+privileges\b|do\s+\$)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_FIRST_WORD = re.compile(r"[A-Za-z]+")
# Prose says "Select a file from the list": signs that prose has little of, or none.
_SQL_SIGN = re.compile(
    r"[*=]|[(,<>]\s*\?|%s|%\(|:\w|\w\.\w|\w_\w|,\s*\w+\s*,|\(\s*\w|\{|\$\d"
    r"|\n\s*(?:from|where|set|values)\b|^\s*(?:alter|create|drop|truncate)\s+table\b"
)
_STRONG_SIGN = re.compile(r"\*|=|%s|%\(|\s:\w|\$\d|\w_\w")


def read_sql(path: str, text: str, dialect: str = "") -> Facts:
    """Read one file; the dialect is told by the caller, by hints in the file, or by vote."""
    digest = _digest(text)
    lines = text.count("\n") + (not text.endswith("\n") if text else 0)
    reader = _read(path, Source(_forward(neutral(_revealed(text)))), dialect)
    source, tables = reader.tables.source, reader.tables
    statements = tuple(reader.queries.statements)
    return Facts(
        path=path,
        language="sql",
        lines=lines,
        digest=digest,
        tables=_tables(reader),
        controls=tuple(reader.tables.controls),
        statements=statements,
        reads=_identifiers(name for fact in statements for name in fact.reads),
        writes=_identifiers(name for fact in statements for name in fact.writes),
        comments=tuple(_tool_comments(source, reader.comments)),
        skipped=_skipped(path, source, tables.problems),
    )


class Embedded(NamedTuple):
    """What one string of another language says."""

    statements: tuple[StatementFact, ...] = ()
    tables: tuple[TableFact, ...] = ()
    controls: tuple[ControlFact, ...] = ()
    is_sql: bool = False
    """Whether it looks like SQL, be it readable or not."""


def read_embedded(
    path: str, sql_text: str, line: int, dialect: str = "", put_in: frozenset[str] = frozenset()
) -> Embedded:
    """Read one string of another language that starts at a line; empty when it is no SQL.

    `put_in` are placeholders in it that stand for values put into the text: `{order.email}`.
    """
    if not looks_like_sql(sql_text):
        return Embedded()
    source = Source(_revealed(sql_text), line, embedded=True, put_in=put_in)
    reader = _read(path, source, dialect)
    if reader.tables.problems and not _is_upper(sql_text):
        return Embedded(is_sql=True)
    statements, controls = tuple(reader.queries.statements), tuple(reader.tables.controls)
    return Embedded(statements, _tables(reader), controls, is_sql=True)


def looks_like_sql(text: str) -> bool:
    """Whether a string is worth parsing: cheap, and wrong on the generous side."""
    if len(text) > _MAX_EMBEDDED or not _LOOKS_LIKE_SQL.match(text):
        return False
    first = _FIRST_WORD.search(text)
    word = first.group() if first is not None else ""
    if word.isupper():
        return True
    return (_SQL_SIGN if word.islower() else _STRONG_SIGN).search(text) is not None


def _is_upper(text: str) -> bool:
    first = _FIRST_WORD.search(text)
    return first is not None and first.group().isupper()


def _read(path: str, source: Source, dialect: str) -> StatementReader:
    known = known_dialect(dialect) or guess_dialect("" if source.embedded else path, source.text)
    tables = TableReader(source, known)
    model = PurePosixPath(path).stem if _DBT.search(source.text) and not source.embedded else ""
    reader = StatementReader(tables, QueryReader(tables, Vote(known)), model)
    reader.read_all(Lexer(source.text, known))
    return reader


def _digest(text: str) -> str:
    found = hashlib.sha256()
    for at in range(0, len(text), _CHUNK):
        found.update(text[at : at + _CHUNK].encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _tables(reader: StatementReader) -> tuple[TableFact, ...]:
    dialect = reader.queries.vote.winner()
    return tuple(replace(fact, dialect=dialect) for fact in reader.tables.tables)


def _revealed(text: str) -> str:
    """The text with MySQL's conditional comments as code, at the same offsets."""
    pieces: list[str] = []
    at = 0
    while (opening := _CONDITIONAL.search(text, at)) is not None:
        end = text.find("*/", opening.end())
        if end < 0:
            break
        pieces += [text[at : opening.start()], " " * len(opening.group())]
        pieces += [text[opening.end() : end], "  "]
        at = end + 2
    return "".join(pieces) + text[at:] if pieces else text


def _forward(text: str) -> str:
    """The text without what a migration does on its way back, at the same offsets."""
    pieces: list[str] = []
    at, is_back = 0, False
    for marker in _DIRECTION.finditer(text):
        pieces.append(_blank(text[at : marker.start()]) if is_back else text[at : marker.start()])
        way = marker["way"] or marker["node"] or marker["undo"]
        at, is_back = marker.start(), way.lower() != "up"
    if not pieces:
        return text
    pieces.append(_blank(text[at:]) if is_back else text[at:])
    return "".join(pieces)


def _blank(text: str) -> str:
    return _NOT_LINE.sub(lambda match: " " * len(match.group()), text)


def _identifiers(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name.rsplit(".", 1)[-1] for name in names} - {"*"}))


def _tool_comments(source: Source, tokens: list[Token]) -> Iterable[CommentFact]:
    for token in sorted(tokens, key=lambda item: item.start):
        body = token.text.removesuffix("*/").lstrip("-#/*").strip()
        if body.startswith(MARKER):
            yield CommentFact(source.line(token.start), body)


def _skipped(path: str, source: Source, problems: list[tuple[int, str]]) -> tuple[Skipped, ...]:
    ordered = sorted(set(problems))
    found = [
        Skipped(path, source.line(offset), redact(reason))
        for offset, reason in ordered[:MAX_SKIPPED]
    ]
    if len(ordered) > MAX_SKIPPED:
        line = source.line(ordered[MAX_SKIPPED][0])
        found.append(Skipped(path, line, f"{len(ordered) - MAX_SKIPPED} more statements"))
    return tuple(found)
