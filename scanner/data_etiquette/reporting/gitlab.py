"""GitLab's two report types: code quality and static application security testing."""

from __future__ import annotations

import json
import uuid
from typing import TypeAlias

from data_etiquette.model.kind import FindingStatus, Severity
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.sentence import new_findings
from data_etiquette.reporting.trace import flow_of

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

SAST_VERSION = "15.0.7"
_QUALITY = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/data-etiquette/")
_DAWN = "1970-01-01T00:00:00"


def render_codequality(report: Report) -> str:
    """Findings that count, each under its own fingerprint."""
    rows: list[Json] = [
        {
            "type": "issue",
            "description": f"{item.message} ({item.rule})",
            "check_name": f"{item.rule} {item.name}",
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
            "content": {"body": item.fix},
        }
        for item in new_findings(report)
    ]
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


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
                {"level": "warn", "value": f"Not analysed: {item.path}:{item.line} {item.reason}"}
                for item in report.skipped
            ],
        },
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _shown(report: Report) -> list[Finding]:
    found = [item for item in report.findings if item.status is not FindingStatus.SUPPRESSED]
    return sorted(found, key=lambda item: (-item.severity.rank, item.rule, item.location))


def _vulnerability(report: Report, item: Finding) -> Json:
    made: dict[str, Json] = {
        "id": str(uuid.uuid5(_NAMESPACE, item.fingerprint)),
        "name": f"{item.rule} {item.name}",
        "description": item.message,
        "severity": item.severity.value.capitalize(),
        "solution": item.fix,
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
            {"type": "text", "value": f"{step.path}:{step.line} {step.note}"} for step in flow.steps
        ]
        made["details"] = {
            "flow": {"type": "list", "name": "How the data gets there", "items": steps}
        }
    return made
