"""Workflow commands of GitHub Actions: an annotation at each finding's line."""

from __future__ import annotations

from data_etiquette.model.kind import Severity
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.sentence import new_findings, summary, visible

SHOWN = 10
"""Annotations of one level that GitHub shows for a step."""
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
}


def render_github(report: Report) -> str:
    """Gravest findings first; what is beyond GitHub's limit is counted, and in the log."""
    counts = dict.fromkeys(_LEVELS.values(), 0)
    lines = []
    rest = []
    for item in new_findings(report):
        level = _LEVELS[item.severity]
        counts[level] += 1
        if counts[level] <= SHOWN:
            lines.append(_annotation(level, item))
        else:
            told = f"{item.location}: {item.severity.value} {item.rule} {item.message}"
            rest.append(f"- {harmless(told)} [{item.fingerprint}]")
    if rest:
        lines.append(f"+{len(rest)} more findings than GitHub shows:")
    return "\n".join([*lines, *rest, harmless(summary(report))]) + "\n"


def _annotation(level: str, item: Finding) -> str:
    place = item.location
    properties = {
        "file": place.path,
        "line": str(max(place.line, 1)),
        "endLine": str(max(place.end_line, place.line, 1)),
        "title": f"{item.rule} {item.name}",
    }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = f"{visible(item.message)}\n{visible(item.fix)}\nFingerprint: {item.fingerprint}"
    return f"::{level} {told}::{_data(text)}"


def harmless(text: str) -> str:
    """Text on a line of its own that no runner takes for a command: it looks for `##[` anywhere."""
    return visible(" ".join(text.split())).replace("##[", "#\\#[")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
