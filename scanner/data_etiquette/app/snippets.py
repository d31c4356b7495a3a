"""Redacted source around the places that a report speaks of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from data_etiquette.frontends.read import language_of
from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.text import decode
from data_etiquette.model.graph import Flow
from data_etiquette.model.report import Finding, Snippet, SnippetLine

_AROUND = 2
_MAX_LINES = 12
_SECRET = re.compile(
    r"""((?:passw(?:or)?d|passphrase|pwd|secret|token|api_?key|private_?key)\w*["']?"""
    r"""\s*(?::\s*\w+\s*)?[:=]\s*[rbf]?)(["'])[^"']+\2""",
    re.IGNORECASE,
)
_COPY = re.compile(r"\bfrom\s+stdin\b", re.IGNORECASE)
_INSERT = re.compile(r"^\s*(?:insert|replace)\s+into\b", re.IGNORECASE)
_VALUES = re.compile(r"\bvalues\b.*", re.IGNORECASE)


_Place: TypeAlias = tuple[str, int]


def read_snippets(
    files: Mapping[str, Path], findings: Iterable[Finding], flows: Sequence[Flow] = ()
) -> tuple[Snippet, ...]:
    """One snippet for each place a finding stands at, one line for each step of its flow."""
    found = list(findings)
    steps = (
        step for item in found if 0 <= item.flow < len(flows) for step in flows[item.flow].steps
    )
    return read_places(
        files,
        {(item.location.path, item.location.line) for item in found},
        {(step.path, step.line) for step in steps},
    )


def read_places(
    files: Mapping[str, Path], around: Collection[_Place], alone: Collection[_Place] = ()
) -> tuple[Snippet, ...]:
    """Source around some places, and single lines; only files that the scan read are opened."""
    wanted = set(around)
    path, lines = "", list[str]()
    made = []
    for place in sorted(wanted.union(alone)):
        if place[0] not in files:
            continue
        if place[0] != path:
            path, lines = place[0], _lines(files[place[0]])
        snippet = _snippet(path, place[1], lines, _AROUND if place in wanted else 0)
        if snippet is not None:
            made.append(snippet)
    return tuple(made)


def _lines(place: Path) -> list[str]:
    try:
        data = place.read_bytes()
    except OSError:
        return []
    text, _ = decode(data, is_python=place.suffix == ".py")
    lines = text.split("\n")
    if language_of(place.name) == "settings":
        return []  # settings hold secrets in forms that no pattern tells for sure
    return list(_without_rows(lines)) if language_of(place.name) == "sql" else lines


def _without_rows(lines: Iterable[str]) -> Iterator[str]:
    """SQL without the rows of COPY and INSERT: they are data, whatever they look like."""
    ends_with, in_values, quotes = "", False, 0
    for line in lines:
        quotes += line.count("'")
        if ends_with == "\\.":
            yield line if line.startswith("\\.") else "…"
        elif ends_with or _INSERT.match(line):
            yield "…" if in_values else _VALUES.sub("VALUES …", line)
            in_values = in_values or _VALUES.search(line) is not None
            ends_with = ";"
        else:
            yield line
            ends_with = "\\." if _COPY.search(line) else ""
            quotes = 0
            continue
        if line.rstrip().endswith(ends_with) and (ends_with != ";" or quotes % 2 == 0):
            ends_with, in_values, quotes = "", False, 0


def _snippet(path: str, line: int, lines: list[str], around: int) -> Snippet | None:
    if not 1 <= line <= len(lines):
        return None
    first = max(1, line - around)
    last = min(len(lines), line + around, first + _MAX_LINES)
    return Snippet(
        path,
        tuple(
            SnippetLine(number, redact_source(lines[number - 1]), is_hit=number == line)
            for number in range(first, last + 1)
        ),
    )


def redact_source(line: str) -> str:
    """A source line whose literal values that look personal are replaced by their kind."""
    return redact(_SECRET.sub(r"\1\2<secret>\2", line.rstrip()))
