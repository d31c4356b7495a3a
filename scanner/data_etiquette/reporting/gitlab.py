"""GitLab's two report types: code quality and static application security testing."""

from __future__ import annotations

import uuid

from data_etiquette.model.kind import FindingStatus, Severity
from data_etiquette.model.location import Skipped
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.jsontext import Json, json_text
from data_etiquette.reporting.sentence import new_findings, visible
from data_etiquette.reporting.trace import flow_of

SAST_VERSION = "15.0.7"
_QUALITY = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/data-etiquette/")
_DAWN = "1970-01-01T00:00:00"
_MAX_NAME, _MAX_TEXT, _MAX_SOLUTION = 255, 100_000, 7_000
"""Characters that GitLab takes; it refuses a whole report for one text that is longer."""


def render_codequality(report: Report) -> str:
    """Findings that count, each under its own fingerprint."""
    rows: list[Json] = [
        {
            "type": "issue",
            "description": _cut(f"{item.message} ({item.rule})", _MAX_TEXT),
            "check_name": _cut(f"{item.rule} {item.name}", _MAX_NAME),
            "fingerprint": item.fingerprint,
            "severity": _QUALITY[item.severity],
            "categories": ["Security"],
            "location": {
                "path": item.location.path,
                "lines": {
                    "begin": max(item.location.line, 1),
                    "end": max(item.location.end_line, item.location.line, 1),
                },
            },
            "content": {"body": visible(item.fix)},
        }
        for item in new_findings(report)
    ]
    return json_text(rows, indent=1)


def render_sast(report: Report, started: str = "", ended: str = "") -> str:
    """The security report; ids come from fingerprints, so that findings are tracked over runs.

    Args:
        report: what was found.
        started: ISO time of the scan's begin, without a zone; the epoch's when nobody gives it.
        ended: the same of its end.
    """
    tool: Json = {
        "id": "data-etiquette",
        "name": "etiquette",
        "version": report.version,
        "vendor": {"name": "etiquette"},
    }
    document: dict[str, Json] = {
        "version": SAST_VERSION,
        "vulnerabilities": [_vulnerability(report, item) for item in _shown(report)],
        "scan": {
            "analyzer": tool,
            "scanner": tool,
            "type": "sast",
            "start_time": started or _DAWN,
            "end_time": ended or started or _DAWN,
            "status": "success",
            "messages": [
                {"level": "warn", "value": _not_analysed(item)} for item in report.skipped
            ],
        },
    }
    return json_text(document, indent=1)


def _cut(text: str, length: int) -> str:
    """Text that shows what it hides, and is short enough; the cut shows."""
    shown = visible(text)
    return shown if len(shown) <= length else shown[: length - 1] + "…"


def _not_analysed(item: Skipped) -> str:
    return _cut(f"Not analysed: {item.path}:{item.line} {item.reason}", _MAX_TEXT)


def _shown(report: Report) -> list[Finding]:
    found = [item for item in report.findings if item.status is not FindingStatus.SUPPRESSED]
    return sorted(found, key=lambda item: (-item.severity.rank, item.rule, item.location))


def _vulnerability(report: Report, item: Finding) -> Json:
    made: dict[str, Json] = {
        "id": str(uuid.uuid5(_NAMESPACE, item.fingerprint)),
        "name": _cut(f"{item.rule} {item.name}", _MAX_NAME),
        "description": _cut(item.message, _MAX_TEXT),
        "severity": item.severity.value.capitalize(),
        "solution": _cut(item.fix, _MAX_SOLUTION),
        "location": {
            "file": item.location.path,
            "start_line": max(item.location.line, 1),
            "end_line": max(item.location.end_line, item.location.line, 1),
        },
        "identifiers": [
            {"type": "etiquette_rule", "name": item.rule, "value": item.rule},
            {"type": "etiquette_fingerprint", "name": item.fingerprint, "value": item.fingerprint},
        ],
    }
    flow = flow_of(report, item)
    if flow is not None and flow.steps:
        steps: list[Json] = [
            {"type": "text", "value": visible(f"{step.path}:{step.line} {step.note}")}
            for step in flow.steps
        ]
        made["details"] = {
            "flow": {"type": "list", "name": "How the data gets there", "items": steps}
        }
    return made
