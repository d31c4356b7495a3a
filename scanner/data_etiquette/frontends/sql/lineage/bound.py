"""Placeholders of a driver in an embedded statement: their names, and the rows they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from data_etiquette.frontends.sql.access import FILL, Access
from data_etiquette.frontends.sql.cursor import Cursor, split_commas
from data_etiquette.frontends.sql.lexer import Kind, Lexer, Token
from data_etiquette.model.facts import StatementFact

_NAMED = re.compile(r"%\((\w+)\)s|[:@](\w+)")
_NUMBERED = re.compile(r"\$(\d+)")
_MAX_ROW = 20_000
_MAX_COLUMNS = 500


def with_holes_as_names(text: str, tokens: Sequence[Token]) -> str:
    """The statement with each placeholder as an identifier, which alone keeps its place."""
    start = tokens[0].start
    pieces, at = [], 0
    for token in tokens:
        offset = token.start - start
        if token.kind is Kind.HOLE and text[offset : offset + 1] == "0":
            pieces += [text[at:offset], FILL * len(token.text)]
            at = offset + len(token.text)
    return "".join(pieces) + text[at:]


def hole_names(tokens: Sequence[Token]) -> dict[int, str]:
    """Name or 0-based place of every value that the driver binds, by its offset in the text."""
    found: dict[int, str] = {}
    count = 0
    for token in tokens:
        if token.kind is not Kind.HOLE:
            continue
        named = _NAMED.fullmatch(token.text)
        numbered = _NUMBERED.fullmatch(token.text)
        if named is not None:
            found[token.start] = named[1] or named[2]
        elif numbered is not None:
            found[token.start] = str(int(numbered[1]) - 1)
        elif token.text in ("?", "%s"):
            found[token.start] = str(count)
            count += 1
    return found


def with_parameters(
    fact: StatementFact, access: Access, tokens: Sequence[Token], text: str, dialect: str
) -> StatementFact:
    """The fact of an embedded statement with its outputs and bound values."""
    names = hole_names(tokens)
    start = tokens[0].start
    met = [
        (names[start + offset], column, is_written)
        for offset, column, is_written in access.meetings
        if start + offset in names
    ]
    if access.verb == "insert" and access.lineage is None and not met:
        met = list(_of_rows(tokens, text, dialect, access))
    return replace(
        fact,
        outputs=tuple((item.name, item.sources) for item in access.outputs),
        parameters=tuple(dict.fromkeys((name, column) for name, column, _ in met)),
        written=tuple(dict.fromkeys(name for name, _, is_written in met if is_written)),
    )


def _of_rows(
    tokens: Sequence[Token], text: str, dialect: str, access: Access
) -> Iterator[tuple[str, str, bool]]:
    """Placeholders in the first row of `INSERT INTO t (a, b) VALUES (?, ?)`, whose rows are cut."""
    columns: Iterable[str] = _listed(tokens, access) or _by_position(access)
    lexer = Lexer(text, dialect)
    row = list(_row(lexer, tokens[-1].end, tokens[-1].word))
    names = hole_names([*tokens, *row])
    for column, cell in zip(columns, split_commas(row), strict=False):
        for token in cell:
            if token.start in names:
                yield names[token.start], column, True


def _by_position(access: Access) -> Iterator[str]:
    """`t.#1`, `t.#2`, …: which columns these are, only the schema tells."""
    if access.tables:
        yield from (f"{access.tables[0]}.#{number}" for number in range(1, _MAX_COLUMNS))


def _listed(tokens: Sequence[Token], access: Access) -> list[str]:
    table = access.tables[0] if access.tables else ""
    at = next((i for i, token in enumerate(tokens) if token.word == "("), -1)
    if at < 0:
        return []
    names = [Cursor(item).name() for item in split_commas(Cursor(tokens[at:]).group())]
    return [f"{table}.{name.last}" if table else name.last for name in names if name is not None]


def _row(lexer: Lexer, at: int, last: str) -> Iterator[Token]:
    """Tokens between the parentheses of the first row behind VALUES."""
    depth = 0
    end = at + _MAX_ROW
    token = lexer.token(at) if last in ("VALUES", "VALUE") else None
    while token is not None and token.end < end:
        depth += (token.word == "(") - (token.word == ")")
        if depth == 0:
            return
        if not (depth == 1 and token.word == "("):
            yield token
        token = lexer.token(token.end)
