"""Text of a template cut into its tags: Django, Jinja2, Mako, and text with `{name}` blanks."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_TAG = 6000
"""Characters of one tag; a longer one is taken for text."""
_MAX_EXPRESSION = 600
"""Characters of one Mako expression."""

_OPEN = re.compile(r"\{\{|\{%|\{#")
_CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_FIRST_WORD = re.compile(r"\s*([A-Za-z_]\w*)")
_RAW_END = {
    "raw": re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}"),
    "verbatim": re.compile(r"\{%[-+]?\s*endverbatim\b[^%\n]{0,100}%\}"),
    "comment": re.compile(r"\{%[-+]?\s*endcomment\s*[-+]?%\}"),
}
_MAKO_SIGN = re.compile(r"<%(?:inherit|include|namespace|page|block|def|doc|text)\b|</%\w")
_MAKO_OPEN = re.compile(
    r"\$\{|<%doc>|<%text\b[^>\n]{0,200}>|<%!?(?=\s)|</?%\w+[^>]{0,2000}>"
    r"|^[ \t]*##[^\n]*|^[ \t]*%(?!%)[^\n]*",
    re.MULTILINE,
)
_BLANK = re.compile(
    r"\{\{|\}\}|(?<![{$])\{([A-Za-z_][\w.\[\]]{0,200})(?:![rsa])?(?::[^{}\n]{0,40})?\}"
    r"|%\(([A-Za-z_][\w.]{0,200})\)[sdr]|\$\{?([A-Za-z_]\w{0,200})\}?"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One tag and where it stands."""

    kind: str
    """`show` (an expression), `do` (a statement), `gap` (a comment), `code` (a block of Python)."""
    start: int
    end: int
    inner: str


class _Closers:
    """Finds the next closer from a place; never looks at the same text twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[str, int] = {}

    def find(self, closer: str, start: int) -> int:
        place = self._next.get(closer, 0)
        if place >= 0 and place < start:
            place = self._next[closer] = self._text.find(closer, start)
        return place


def cut(text: str, *, mako: bool, blanks: bool) -> list[Piece]:
    """The tags of a template in their order.

    Args:
        text: the whole file.
        mako: whether its name says Mako; else its own marks do.
        blanks: whether `{name}` and `$name` are tags where no template tag stands.
    """
    if mako or _MAKO_SIGN.search(text):
        return _cut_mako(text)
    pieces = _cut_braces(text)
    return _cut_blanks(text) if blanks and not pieces else pieces


def _cut_braces(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    closers = _Closers(text)
    place = 0
    while (match := _OPEN.search(text, place)) is not None:
        start, opener = match.start(), match.group()
        close = closers.find(_CLOSERS[opener], match.end())
        if close < 0 or close - start > MAX_TAG:
            place = start + 1
            continue
        inner = text[start + 2 : close]
        place = close + 2
        if opener == "{#":
            pieces.append(Piece("gap", start, place, inner))
        elif opener == "{{" and not inner:
            # `str.format` writes braces so.
            continue
        elif opener == "{{":
            kind = "gap" if inner[:1] in "#/>^!&" and inner else "show"
            pieces.append(Piece(kind, start, place, _trimmed(inner)))
        else:
            inner = _trimmed(inner)
            place = _after_raw(text, place, inner, start, pieces)
    return pieces


def _after_raw(text: str, place: int, inner: str, start: int, pieces: list[Piece]) -> int:
    """Where to go on after a statement: behind the end of what it takes out of evaluation."""
    word = _FIRST_WORD.match(inner)
    ending = _RAW_END.get(word.group(1)) if word is not None else None
    # Tornado's `{% raw user.name %}` shows a value.
    is_shown = word is not None and word.group(1) == "raw" and inner[word.end() :].strip()
    if word is None or ending is None or is_shown:
        pieces.append(Piece("do", start, place, inner))
        return place
    end = ending.search(text, place)
    # Without an end the engines refuse the template: the rest is not rendered.
    stop, after = (end.start(), end.end()) if end is not None else (len(text), len(text))
    if word.group(1) == "comment":
        pieces.append(Piece("gap", start, after, ""))
    else:
        pieces.append(Piece("gap", start, place, ""))
        pieces.append(Piece("gap", stop, after, ""))
    return after


def _trimmed(inner: str) -> str:
    """Without the marks of whitespace control."""
    return inner.removeprefix("-").removeprefix("+").removesuffix("-").removesuffix("+")


def _cut_mako(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    closers = _Closers(text)
    place = 0
    while (match := _MAKO_OPEN.search(text, place)) is not None:
        opener, start = match.group(), match.start()
        place = match.end()
        if opener == "${":
            end = _closing_brace(text, place)
            if end < 0:
                # What was looked at holds no end: looking again would take quadratic time.
                place += _MAX_EXPRESSION
                continue
            pieces.append(Piece("show", start, end + 1, text[place:end]))
            place = end + 1
        elif opener == "<%doc>" or opener.startswith("<%text"):
            closer = "</%doc>" if opener == "<%doc>" else "</%text>"
            end = closers.find(closer, place)
            place = end + len(closer) if end >= 0 else len(text)
            pieces.append(Piece("gap", start, place if closer == "</%doc>" else match.end(), ""))
        elif opener in ("<%", "<%!"):
            end = closers.find("%>", place)
            place = end + 2 if end >= 0 else len(text)
            pieces.append(Piece("code", start, place, text[match.end() : place].removesuffix("%>")))
        elif opener.startswith(("<%", "</%")):
            pieces.append(Piece("do", start, place, opener))
        else:
            line = opener.strip()
            kind = "gap" if line.startswith("##") else "do"
            pieces.append(Piece(kind, start, place, line.lstrip("#%").strip().removesuffix(":")))
    return pieces


_BRACE = re.compile(r"[{}\"']")


def _closing_brace(text: str, start: int) -> int:
    """Place of the brace that ends `${…}`; strings and braces inside are passed over."""
    limit = min(len(text), start + _MAX_EXPRESSION)
    depth, quote = 1, ""
    for match in _BRACE.finditer(text, start, limit):
        mark = match.group()
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "\"'":
            quote = mark
        else:
            depth += 1 if mark == "{" else -1
            if depth == 0:
                return match.start()
    return -1


def _cut_blanks(text: str) -> list[Piece]:
    """The blanks of `str.format`, `%` and `string.Template` in mail texts."""
    pieces = []
    for match in _BLANK.finditer(text):
        name = match.group(1) or match.group(2) or match.group(3)
        if name:
            pieces.append(Piece("show", match.start(), match.end(), name))
    return pieces
