"""A template as HTML sees it: same length and offsets, tags of the template blanked."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

from data_etiquette.frontends.redact import MAX_LITERAL, redact
from data_etiquette.frontends.template.pieces import Piece

HOLE = "\ue000"
"""Stands for each character of a tag that gives output."""
MAX_WORDS = 80
_PIECE = 12
"""Words that are redacted at a time: few enough not to be cut."""

# Tags that give no output of their own where they stand.
_SILENT = re.compile(
    r"\s*(?:if|elif|elseif|else|end\w*|for|empty|with|set|block|load|comment|extends|macro|call|do"
    r"|import|from|ifequal|ifnotequal|ifchanged|spaceless|autoescape|blocktrans\w*|cache|filter"
    r"|csrf_token|plural|regroup|while|try|except)\b"
)
_TRANSLATED = re.compile(
    r"""\s*(?:trans(?:late)?\s+|(?:_|n?u?gettext(?:_lazy)?|t|tr)\s*\(\s*)(?:"([^"]*)"|'([^']*)')"""
)
_NAMED_ROUTE = re.compile(r"""\s*(?:url_for|url|route_path|path_for)\s*\(\s*["']([\w:./-]+)""")
_HOLES = re.compile(f"{HOLE}+")


class Surface:
    """The blanked text, and what stood in its holes."""

    def __init__(self, text: str, pieces: Sequence[Piece], routes: Mapping[int, str]) -> None:
        self._pieces = [piece for piece in pieces if piece.kind != "gap" or piece.end > piece.start]
        self._starts = [piece.start for piece in self._pieces]
        self._routes = routes
        self.text = _blanked(text.replace(HOLE, " "), self._pieces)

    def address(self, start: int, end: int) -> str:
        """An attribute's value: expressions as `{}`, routes as `{url:name}`; redacted."""
        return redact(" ".join(self._filled(start, end, self._route).split()))

    def words(self, start: int, end: int, limit: int = MAX_WORDS) -> str:
        """Words that a reader sees, translated texts included; redacted and cut."""
        end = min(end, start + 40 * limit)
        text = re.sub(r"<[^<>]*>?", " ", self._filled(start, end, _translation))
        return redact(" ".join(html.unescape(text).split())[:limit])

    def prose(self, limit: int) -> str:
        """All words of the page, redacted piece by piece."""
        text = re.sub(r"<[^<>]*>?", " ", self._filled(0, len(self.text), _translation))
        words = html.unescape(text)[:limit].split()
        return " ".join(
            redact(" ".join(words[start : start + _PIECE])[:MAX_LITERAL])
            for start in range(0, len(words), _PIECE)
        )

    def _filled(self, start: int, end: int, filling: Callable[[Piece], str]) -> str:
        parts: list[str] = []
        place = start
        index = bisect_left(self._starts, start)
        while index < len(self._pieces) and self._starts[index] < end:
            piece = self._pieces[index]
            parts.append(_HOLES.sub("", self.text[place : piece.start]))
            parts.append(filling(piece))
            place = piece.end
            index += 1
        parts.append(_HOLES.sub("", self.text[place:end]))
        return "".join(parts)

    def _route(self, piece: Piece) -> str:
        if piece.start in self._routes:
            return f"{{url:{self._routes[piece.start]}}}"
        if piece.kind == "show":
            named = _NAMED_ROUTE.match(piece.inner)
            return f"{{url:{named.group(1)}}}" if named is not None else "{}"
        return "" if _is_silent(piece) else "{}"


def _translation(piece: Piece) -> str:
    if piece.kind == "gap":
        return " "
    match = _TRANSLATED.match(piece.inner)
    return (match.group(1) or match.group(2) or "") if match is not None else " "


def _is_silent(piece: Piece) -> bool:
    return piece.kind in ("gap", "code") or _SILENT.match(piece.inner) is not None


def _blanked(text: str, pieces: Sequence[Piece]) -> str:
    parts: list[str] = []
    place = 0
    for piece in pieces:
        is_hole = piece.kind == "show" or (piece.kind == "do" and not _is_silent(piece))
        parts.append(text[place : piece.start])
        parts.append((HOLE if is_hole else " ") * (piece.end - piece.start))
        place = piece.end
    parts.append(text[place:])
    return "".join(parts)
