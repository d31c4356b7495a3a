"""A statement's text as the parser can read it: no comments, placeholders made values or names.

Every character keeps its offset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from data_etiquette.frontends.sql.cursor import hole_name
from data_etiquette.frontends.sql.lexer import Kind, Token
from data_etiquette.frontends.sql.words import words

_BEFORE_NAMES = frozenset({"FROM", "JOIN", "INTO", "UPDATE", "TABLE", "ONLY", "USING", ".", "AS"})
_BEFORE_VALUES = words("""
    SELECT DISTINCT WHERE AND OR ON BY THEN ELSE WHEN IN LIKE ILIKE RLIKE REGEXP GLOB LIMIT OFFSET
    HAVING BETWEEN NOT IS CASE VALUES VALUE SET INTERVAL TOP ALL ANY SOME FETCH FIRST NEXT DATE TIME
    TIMESTAMP RETURN RETURNS ESCAPE XOR DIV MOD ROWS RANGE GROUPS EXISTS QUALIFY TABLESAMPLE DEFAULT
    COLLATE TO ZONE RETURNING LATERAL UNION EXCEPT INTERSECT WITH PREWHERE SIMILAR ARRAY ROW UNNEST
    """)
"""Words that a value, a condition or a query follows."""
_TYPE = "TEXT"
_FAR = 400
"""Tokens behind which the parenthesis around a cast is no longer looked for."""


def parsable(
    text: str,
    tokens: Sequence[Token],
    fill: str,
    *,
    blank: bool = False,
    kept: re.Pattern[str] | None = None,
) -> str:
    """The text from the first token's start to the last one's end.

    Args:
        text: what the tokens stand in.
        tokens: of one statement.
        fill: the character that placeholders inside names become.
        blank: drops placeholders.
        kept: what looks like a placeholder, and is none in this dialect.
    """
    if kept is not None:
        tokens = [_word(token) if kept.fullmatch(token.text) else token for token in tokens]
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


def _word(token: Token) -> Token:
    return token._replace(kind=Kind.WORD)


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
    if _is_type(tokens, index) and len(token.text) >= len(_TYPE):
        return _TYPE.ljust(len(token.text))
    if _is_name(tokens, index):
        return fill * len(token.text)
    return ("" if blank else _value(tokens, index)).ljust(len(token.text))


def _value(tokens: Sequence[Token], index: int) -> str:
    """What stands for a placeholder that is no name: a value, an operator, or no clause at all."""
    before = tokens[index - 1] if index else None
    if before is None or not _is_operand(before):
        return "0"
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    is_operator = after is not None and (
        after.kind in (Kind.NUMBER, Kind.STRING)
        or (after.kind is Kind.HOLE and not after.text.startswith("{"))
    )
    # `WHERE size {operator} 5`, but `FROM people {where}` and `ORDER BY {column} {direction}`.
    return "=" if is_operator and before.kind is not Kind.HOLE else ""


def _is_operand(token: Token) -> bool:
    if token.kind is Kind.WORD:
        return token.word not in _BEFORE_VALUES
    return token.kind in (Kind.NAME, Kind.NUMBER, Kind.STRING, Kind.HOLE) or token.word == ")"


def _is_type(tokens: Sequence[Token], index: int) -> bool:
    """`CAST(x AS {{ type }})`, `x::{{ type }}`."""
    before = tokens[index - 1].word if index else ""
    if before != "AS":
        return before == "::"
    depth = 0
    for at in range(index - 2, max(0, index - _FAR), -1):
        word = tokens[at].word
        depth += (word == ")") - (word == "(")
        if depth < 0:
            return tokens[at - 1].word.endswith("CAST")
    return False


def _is_name(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if before is not None and before.word in _BEFORE_NAMES:
        return True
    if before is not None and before.end == token.start and before.kind is Kind.WORD:
        return True
    if after is None or after.start != token.end:
        return False
    is_call = after.word == "(" and token.text[0] in "@{"
    return after.kind is Kind.WORD or is_call
