"""A SQL script cut into statements, row data left out, placeholders made parsable.

Every piece keeps its offset: what is cut is replaced by blanks of the same length, so that the
lines and columns of what remains are those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_STATEMENT = 200_000
"""Characters of one statement beyond which it is not parsed."""

_TOKEN = re.compile(
    r"""
    (?P<comment>--[^\n]*|/\*.*?\*/|\#(?=[ \t!])[^\n]*)
    | (?P<dollar>\$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$)
    | (?P<string>'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|`[^`]*`)
    | (?P<go>^[ \t]*(?:GO|/)[ \t]*$)
    | (?P<client>^[ \t]*(?:\\[^\n]*|DELIMITER[ \t]+\S+[ \t]*)$)
    | (?P<begin>\b(?:BEGIN|CASE)\b(?!\s*(?:TRANSACTION|TRAN|WORK|;)))
    | (?P<end>\bEND\b)
    | (?P<semicolon>;)
    | (?P<other>[A-Za-z_0-9@]+|.)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"@\w+\.(?=[\w\"\[`])|\$\{[^}\n]*\}\.?|\{\{.*?\}\}\.?|\$\(\w+\)\.?|(?<![:\w]):\w+\.(?=\w)"
)
_COPY_DATA = re.compile(r"(?ims)^(COPY\s[^;]*?FROM\s+stdin[^;]*;)(.*?)^\\\.$")
_PROCEDURAL = re.compile(
    r"(?i)^\s*(?:create|alter)\s.*?\b(?:function|procedure|trigger|package|event)\b"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with its place."""

    text: str
    offset: int


def statements(script: str) -> Iterator[Statement]:
    """The statements of a script, without comments' lines being lost."""
    script = _COPY_DATA.sub(lambda m: m[1] + _blank(m[2] + "\\."), script)
    start, depth = 0, 0
    for match in _TOKEN.finditer(script):
        kind = match.lastgroup
        if kind == "tag":
            kind = "dollar"
        if kind == "begin" and _PROCEDURAL.match(script[start : match.start()]):
            depth += 1
        elif kind == "end" and depth:
            depth -= 1
        elif kind in ("go", "client") or (kind == "semicolon" and not depth):
            yield from _piece(script, start, match.start())
            start, depth = match.end(), 0
    yield from _piece(script, start, len(script))


def neutralised(text: str) -> str:
    """Placeholders before and between names replaced by blanks of the same length."""
    return _PLACEHOLDER.sub(lambda match: _blank(match.group()), text)


def _piece(script: str, start: int, end: int) -> Iterator[Statement]:
    text = script[start:end]
    stripped = text.lstrip()
    if stripped.strip():
        yield Statement(stripped.rstrip(), start + len(text) - len(stripped))


def _blank(text: str) -> str:
    return "".join("\n" if character == "\n" else " " for character in text)
