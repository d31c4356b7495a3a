"""Reports of another size than a scan gives: few findings of each rule, or thousands."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Report, Snippet, SnippetLine

PER_RULE = 2
FIELDS = 12
AROUND = 2


def shortened(report: Report) -> Report:
    """The report with two findings of each rule, so that every kind of card is there once."""
    seen: dict[tuple[str, str], int] = {}
    kept: list[Finding] = []
    for item in report.findings:
        key = (item.rule, item.severity.value)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= PER_RULE:
            kept.append(item)
    return replace(report, findings=tuple(kept))


def large_report(report: Report, count: int) -> Report:
    """The report with so many findings, each with a place, a fingerprint and source of its own."""
    source = report.findings
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
