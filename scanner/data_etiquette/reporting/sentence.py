"""Sentences and counts that several formats share."""

from __future__ import annotations

import re
from collections import Counter

from data_etiquette.model.kind import FindingStatus, Severity
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.phrases import ENGLISH, Phrases

INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)
"""Controls, marks of direction, letters without a shape, and halves of surrogate pairs."""


def visible(text: str) -> str:
    """Text whose control characters and marks of direction are spelled out.

    A name in the scanned code must not steer a terminal, nor reorder what a reader sees.
    """
    return INVISIBLE.sub(lambda match: _spelled(ord(match[0])), text)


def _spelled(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 finding`, `3 findings`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence: `IP address`, `e-mail address`."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def by_severity(report: Report) -> dict[Severity, int]:
    """New findings by severity, gravest first; levels without findings included."""
    counts = Counter(item.severity for item in new_findings(report))
    return {level: counts[level] for level in reversed(Severity)}


def new_findings(report: Report) -> list[Finding]:
    """Findings that count today, gravest first, then by place."""
    found = [item for item in report.findings if item.status is FindingStatus.NEW]
    return sorted(found, key=lambda item: (-item.severity.rank, item.rule, item.location))


def accepted_findings(report: Report) -> list[Finding]:
    """Findings that a person suppressed, gravest first, then by place."""
    found = [item for item in report.findings if item.status is FindingStatus.SUPPRESSED]
    return sorted(found, key=lambda item: (-item.severity.rank, item.rule, item.location))


def summary(report: Report, t: Phrases = ENGLISH) -> str:
    """One line: what was read, what was not, what was found."""
    fields = sum(len(entity.personal_fields) for entity in report.entities)
    levels = [
        f"{number} {t(level.value)}" for level, number in by_severity(report).items() if number
    ]
    findings = t.counted(len(new_findings(report)), "finding")
    shown = f"{findings} ({', '.join(levels)})" if levels else t("no findings")
    accepted = len(accepted_findings(report))
    shown += t(", {n} suppressed", n=accepted) if accepted else ""
    known = sum(item.status is FindingStatus.BASELINE for item in report.findings)
    shown += t(", {n} known before", n=known) if known else ""
    if report.since:
        since = visible(" ".join(report.since.split()))
        fixed = t.counted(len(report.fixed), "finding")
        shown += t("; since {commit} {findings} fixed", commit=since, findings=fixed)
    return t(
        "{files} read ({lines}), {parts} not analysed, {fields}, {flows}: {findings}",
        files=t.counted(len(report.files), "file"),
        lines=t.counted(report.lines, "line"),
        parts=t.counted(len(report.skipped), "part"),
        fields=t.counted(fields, "personal field"),
        flows=t.counted(len(report.flows), "flow"),
        findings=shown,
    )
