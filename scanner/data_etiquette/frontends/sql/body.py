"""Procedural code: the statements inside functions, procedures, triggers and blocks.

Control flow is of no interest here; only where a statement begins and ends inside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data_etiquette.frontends.sql.lexer import Token
from data_etiquette.frontends.sql.words import words

OPENERS = words("SELECT INSERT UPDATE DELETE MERGE TRUNCATE WITH CREATE ALTER DROP REPLACE")
_BEFORE = words(
    "BEGIN AS IS THEN ELSE LOOP DO IN FOR QUERY TRY CATCH ROW STATEMENT RETURN ATOMIC END"
)
_SECOND = {
    "INSERT": frozenset({"INTO", "IGNORE", "OR"}),
    "DELETE": frozenset({"FROM"}),
    "TRUNCATE": frozenset({"TABLE"}),
    "CREATE": frozenset({"TABLE", "TEMP", "TEMPORARY", "GLOBAL", "OR"}),
    "ALTER": frozenset({"TABLE"}),
    "DROP": frozenset({"TABLE"}),
    "MERGE": frozenset({"INTO"}),
    "REPLACE": frozenset({"INTO"}),
}
_NOT_SECOND = {
    "UPDATE": frozenset({"OF", "ON", "OR"}),
    "WITH": frozenset({"TIME", "SCHEMABINDING"}),
}


def inner_statements(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Statements among procedural words: `IF x THEN DELETE FROM t …`."""
    start = -1
    depth = cases = 0
    for index, token in enumerate(tokens):
        depth += (token.word == "(") - (token.word == ")")
        if depth > 0:
            continue
        cases += token.word == "CASE"
        if token.word == "END" and cases:
            cases -= 1
        elif start >= 0 and (token.word in ("LOOP", "END") and not cases):
            yield tokens[start:index]
            start = -1
        if not cases and _opens(tokens, index):
            if start >= 0:
                yield tokens[start:index]
            start = index
    if start >= 0:
        yield tokens[start:]


def _opens(tokens: Sequence[Token], index: int) -> bool:
    word = tokens[index].word
    if word not in OPENERS or not index or tokens[index - 1].word not in _BEFORE:
        return False
    if word != "SELECT" and tokens[index - 1].word == "FOR":
        return False  # `SELECT … FOR UPDATE`
    following = tokens[index + 1].word if index + 1 < len(tokens) else ""
    if word in _SECOND:
        return following in _SECOND[word]
    return following not in _NOT_SECOND.get(word, frozenset())
