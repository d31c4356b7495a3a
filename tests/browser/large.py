"""Reports of another size than a scan gives: few findings of each rule, or thousands."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from data_etiquette.model.location import Location
from data_etiquette.model.report import Report, Snippet, SnippetLine
from data_etiquette.reporting.sentence import new_findings

T = TypeVar("T")
AROUND = 2


def shortened(report: Report) -> Report:
    """The report with one or two of each kind: everything is there once, and quickly checked."""
    entities = [entity for entity in report.entities if entity.personal_fields]
    return replace(
        report,
        findings=tuple(_first(report.findings, lambda item: (item.rule, item.severity), 2)),
        practices=tuple(_first(report.practices, lambda item: item.rule, 2)),
        entities=tuple(_first(entities, lambda entity: (entity.kind, entity.subject), 2)),
        files=report.files[:20],
    )


def _first(items: Iterable[T], key: Callable[[T], object], most: int) -> Iterator[T]:
    seen: Counter[object] = Counter()
    for item in items:
        seen[key(item)] += 1
        if seen[key(item)] <= most:
            yield item


def large_report(report: Report, count: int) -> Report:
    """The report with so many findings, each with a place, a fingerprint and source of its own."""
    source = new_findings(report)
    findings = []
    snippets = []
    for number in range(count):
        item = source[number % len(source)]
        path = f"package_{number // 250:02}/module_{number // 10:04}.py"
        place = Location(path, 10 * (number % 10 + 1), 5)
        fingerprint = hashlib.sha256(str(number).encode()).hexdigest()[:24]
        findings.append(replace(item, location=place, fingerprint=fingerprint))
        lines = tuple(
            SnippetLine(line, f"    logger.info({item.element!r}, {number})", line == place.line)
            for line in range(place.line - AROUND, place.line + AROUND + 1)
        )
        snippets.append(Snippet(path, lines))
    return replace(report, findings=tuple(findings), snippets=tuple(snippets))
