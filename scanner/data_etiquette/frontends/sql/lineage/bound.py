"""Placeholders of a driver in an embedded statement: their names, and the rows they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from data_etiquette.frontends.sql.access import FILL, Access
from data_etiquette.frontends.sql.cursor import Cursor, split_commas
from data_etiquette.frontends.sql.lexer import Kind, Lexer, Token
from data_etiquette.frontends.sql.position import Source
from data_etiquette.model.facts import StatementFact

_NAMED = re.compile(r"%\((\w+)(?::\w+)?\)s|[:@]([^\W\d]\w*)")
_NUMBERED = re.compile(r"[$:?](\d+)")
_MAX_ROW = 20_000
_MAX_COLUMNS = 500


def opened(tokens: Sequence[Token], put_in: frozenset[str]) -> tuple[Token, ...]:
    """The tokens with texts that hold nothing but a placeholder as placeholders: `'{email}'`."""
    return tuple(
        token._replace(kind=Kind.HOLE)
        if token.kind is Kind.STRING and token.text.strip("'%") in put_in
        else token
        for token in tokens
    )


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


def hole_names(tokens: Sequence[Token], put_in: frozenset[str]) -> dict[int, str]:
    """Name or 0-based place of every value that is bound, by its offset in the text.

    What is put into the text instead has its path in braces for a name.
    """
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
        elif token.text.strip("'%") in put_in:
            found[token.start] = token.text.strip("'%")
        elif token.text in ("?", "%s"):
            found[token.start] = str(count)
            count += 1
    return found


def with_parameters(
    fact: StatementFact, access: Access, tokens: Sequence[Token], source: Source, dialect: str
) -> StatementFact:
    """The fact of an embedded statement with its outputs and bound values."""
    tokens = opened(tokens, source.put_in)
    names = hole_names(tokens, source.put_in)
    start = tokens[0].start
    met = [
        (names[start + offset], column, is_written)
        for offset, column, is_written in access.meetings
        if start + offset in names
    ]
    if access.verb == "insert" and access.lineage is None and not met:
        met = list(_of_rows(tokens, source, dialect, access))
    return replace(
        fact,
        outputs=tuple((item.name, item.sources) for item in access.outputs),
        parameters=tuple(dict.fromkeys((name, column) for name, column, _ in met)),
        written=tuple(dict.fromkeys(name for name, _, is_written in met if is_written)),
    )


def _of_rows(
    tokens: Sequence[Token], source: Source, dialect: str, access: Access
) -> Iterator[tuple[str, str, bool]]:
    """Placeholders of an INSERT that is read without the parser.

    In the rows of `INSERT INTO t (a, b) VALUES (?, ?), …`, which the splitter cuts, in what such a
    statement sets where a row is there already, and in MySQL's `INSERT INTO t SET a = ?`.
    """
    table = access.tables[0] if access.tables else ""
    is_cut = tokens[-1].word in ("VALUES", "VALUE")
    cut = list(_behind(Lexer(source.text, dialect), tokens[-1].end)) if is_cut else []
    behind = opened(cut, source.put_in)
    names = hole_names([*tokens, *behind], source.put_in)
    rows, rest = _rows(behind)
    columns = _listed(tokens, access) or list(_by_position(access))
    for row in rows:
        for column, cell in zip(columns, split_commas(row), strict=False):
            yield from ((names[t.start], column, True) for t in cell if t.start in names)
    for column, value in _assigned(rest if is_cut else tokens):
        dotted = f"{table}.{column}" if table else column
        yield from ((names[t.start], dotted, True) for t in value if t.start in names)


def _behind(lexer: Lexer, at: int) -> Iterator[Token]:
    """Tokens behind VALUES."""
    end = at + _MAX_ROW
    token = lexer.token(at)
    while token is not None and token.end < end and token.word != ";":
        if token.kind is not Kind.COMMENT:
            yield token
        token = lexer.token(token.end)


def _rows(tokens: Sequence[Token]) -> tuple[list[Sequence[Token]], Sequence[Token]]:
    """The rows between parentheses, and what stands behind them."""
    cursor = Cursor(tokens)
    rows: list[Sequence[Token]] = []
    while cursor.peek().word == "(":
        rows.append(cursor.group())
        cursor.take(",")
    return rows, cursor.rest()


def _assigned(tokens: Sequence[Token]) -> Iterator[tuple[str, Sequence[Token]]]:
    """`SET a = ?, b = ?`, `ON DUPLICATE KEY UPDATE a = ?`."""
    cursor = Cursor(tokens)
    while cursor.peek().kind is not Kind.END and not cursor.take("SET"):
        if cursor.peek(-1).word == "KEY" and cursor.take("UPDATE"):
            break
        cursor.next()
    for item in split_commas(cursor.rest()):
        part = Cursor(item)
        name = part.name()
        if name is not None and part.take("="):
            yield name.last, part.rest()


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
