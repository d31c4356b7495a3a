"""Redacted source around the places that a report speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.text import decode
from data_etiquette.model.report import Finding, Snippet, SnippetLine

_AROUND = 2
_MAX_LINES = 12


def read_snippets(root: Path, findings: Iterable[Finding]) -> tuple[Snippet, ...]:
    """One snippet for each place a finding stands at."""
    places = sorted({(item.location.path, item.location.line) for item in findings})
    texts: dict[str, list[str]] = {}
    made = []
    for path, line in places:
        if path not in texts:
            texts[path] = _lines(root / path)
        snippet = _snippet(path, line, texts[path])
        if snippet is not None:
            made.append(snippet)
    return tuple(made)


def _lines(place: Path) -> list[str]:
    try:
        data = place.read_bytes()
    except OSError:
        return []
    text, _ = decode(data, is_python=place.suffix == ".py")
    return text.split("\n")


def _snippet(path: str, line: int, lines: list[str]) -> Snippet | None:
    if not 1 <= line <= len(lines):
        return None
    first = max(1, line - _AROUND)
    last = min(len(lines), line + _AROUND, first + _MAX_LINES)
    return Snippet(
        path,
        tuple(
            SnippetLine(number, redact_source(lines[number - 1]), is_hit=number == line)
            for number in range(first, last + 1)
        ),
    )


def redact_source(line: str) -> str:
    """A source line whose literal values that look personal are replaced by their kind."""
    return redact(line.rstrip())
