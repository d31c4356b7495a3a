"""A statement's text as the parser can read it: no comments, placeholders made values or names.

Every character keeps its offset.
"""

from __future__ import annotations

from collections.abc import Sequence

from data_etiquette.frontends.sql.cursor import hole_name
from data_etiquette.frontends.sql.lexer import Kind, Token

_BEFORE_NAMES = frozenset({"FROM", "JOIN", "INTO", "UPDATE", "TABLE", "ONLY", "USING", "."})


def parsable(text: str, tokens: Sequence[Token], fill: str, *, blank: bool = False) -> str:
    """The text from the first token's start to the last one's end; `blank` drops placeholders."""
    pieces: list[str] = []
    at = tokens[0].start
    for index, token in enumerate(tokens):
        pieces.append(_space(text[at : token.start]))
        if token.kind is Kind.HOLE:
            pieces.append(_filled(tokens, index, fill, blank=blank))
        elif _is_dot_of_hole(tokens, index):
            pieces.append(" ")
        else:
            pieces.append(token.text)
        at = token.end
    return "".join(pieces)


def has_holes(tokens: Sequence[Token]) -> bool:
    """Whether there are placeholders among the tokens."""
    return any(token.kind is Kind.HOLE for token in tokens)


def _space(gap: str) -> str:
    return gap if not gap or gap.isspace() else "".join(c if c == "\n" else " " for c in gap)


def _is_dot_of_hole(tokens: Sequence[Token], index: int) -> bool:
    """Whether this dot stands behind a schema that is a placeholder alone."""
    if tokens[index].word != "." or not index:
        return False
    return _is_schema(tokens, index - 1)


def _is_schema(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    if token.kind is not Kind.HOLE or hole_name(token):
        return False
    is_dotted = index + 1 < len(tokens) and tokens[index + 1].word == "."
    before = tokens[index - 1] if index else None
    touches = before is not None and before.end == token.start and before.word != "("
    return is_dotted and not (touches and before is not None and before.kind is not Kind.PUNCT)


def _filled(tokens: Sequence[Token], index: int, fill: str, *, blank: bool) -> str:
    token = tokens[index]
    known = hole_name(token)
    if known:
        return known.ljust(len(token.text))
    if _is_schema(tokens, index):
        return " " * len(token.text)
    if _is_name(tokens, index):
        return fill * len(token.text)
    # Of two placeholders side by side the second is a clause: `ORDER BY {column} {direction}`.
    is_second = index > 0 and tokens[index - 1].kind is Kind.HOLE
    return ("" if blank or is_second else "0").ljust(len(token.text))


def _is_name(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if before is not None and before.word in _BEFORE_NAMES:
        return True
    if before is not None and before.end == token.start and before.kind is Kind.WORD:
        return True
    return after is not None and after.start == token.end and after.kind is Kind.WORD
