"""Comments of a Python file: beside a field as evidence, and those addressed to the tool."""

from __future__ import annotations

import io
import tokenize
from dataclasses import replace

from data_etiquette.frontends.redact import redact
from data_etiquette.model.facts import CommentFact

MARKER = "etiquette:"
_NO_CODE = frozenset({tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})


def tool_comments(text: str) -> tuple[CommentFact, ...]:
    """Comments whose text starts with `etiquette:`, from real comment tokens."""
    if MARKER not in text:
        return ()
    found: list[CommentFact] = []
    statements: list[tuple[int, int]] = []
    first = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                body = token.string.lstrip("#").strip()
                if body.startswith(MARKER):
                    found.append(CommentFact(token.start[0], body))
            elif token.type == tokenize.NEWLINE:
                statements.append((first or token.start[0], token.start[0]))
                first = 0
            elif token.type not in _NO_CODE and not first:
                first = token.start[0]
    except (tokenize.TokenError, SyntaxError):
        # The parser reports the broken part; comments before it are kept.
        pass
    return tuple(_about(comment, statements) for comment in found)


def _about(comment: CommentFact, statements: list[tuple[int, int]]) -> CommentFact:
    """The comment with the lines of the statement that it stands on, in or above."""
    for first, last in statements:
        if last >= comment.line:
            return replace(comment, first=first, last=last)
    return comment


def field_comment(lines: list[str], first: int, last: int) -> str:
    """Trailing comment of a field's last line, else the comment lines directly above it."""
    if last <= len(lines):
        trailing = _trailing(lines[last - 1])
        if trailing:
            return trailing
    above: list[str] = []
    index = first - 2
    while 0 <= index < len(lines) and lines[index].lstrip().startswith("#") and len(above) < 3:
        above.insert(0, lines[index].strip().lstrip("#: ").strip())
        index -= 1
    return redact(" ".join(above))


def _trailing(line: str) -> str:
    position = line.rfind("#")
    if position <= 0:
        return ""
    before = line[:position]
    # A hash inside a string literal is no comment: quotes before it must be balanced.
    if before.count('"') % 2 or before.count("'") % 2:
        return ""
    return redact(line[position:].lstrip("#: ").strip())
