"""SARIF 2.1.0, as code hosts show it: results with their flows, suppressions, what was not read."""

from __future__ import annotations

from urllib.parse import quote

from data_etiquette.model.catalog import Rule
from data_etiquette.model.kind import Confidence, FindingStatus, Principle, Severity
from data_etiquette.model.location import Location, Skipped
from data_etiquette.model.report import Acceptance, Finding, Report, SnippetLine
from data_etiquette.reporting.jsontext import Json, json_text
from data_etiquette.reporting.sentence import visible
from data_etiquette.reporting.trace import flow_of, shortened

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "etiquette/v1"
"""Own key: hosts compute their line-based one themselves and warn about a foreign one."""

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}
_PRECISION = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}
MAX_STEPS = 1_000
"""Places of one flow that hosts keep; of a longer one the middle is left out."""
_NOT_ANALYSED = "not-analysed"
_RANKS = {Confidence.HIGH: 90, Confidence.MEDIUM: 60, Confidence.LOW: 30}


def render_sarif(report: Report) -> str:
    """One run, gravest results first, without any time of day."""
    return json_text(as_sarif(report))


def as_sarif(report: Report) -> dict[str, Json]:
    """The report as plain values."""
    codes = {rule.code: number for number, rule in enumerate(report.rules)}
    ordered = sorted(report.findings, key=lambda f: (-f.severity.rank, f.rule, f.location))
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "etiquette",
                        "version": report.version,
                        "semanticVersion": report.version,
                        "informationUri": "https://pypi.org/project/data-etiquette/",
                        "rules": [_rule(rule) for rule in report.rules],
                        "notifications": [_NOTIFICATION],
                        "properties": {"rules": report.rules_digest},
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {
                    "SRCROOT": {"description": {"text": "The folder that was scanned"}}
                },
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [_skipped(item) for item in report.skipped],
                    }
                ],
                "artifacts": [
                    {
                        "location": _artifact(file.path),
                        "hashes": {"sha-256": file.digest},
                    }
                    for file in report.files
                ],
                "results": [_result(report, item, codes) for item in ordered],
                **_provenance(report),
            }
        ],
    }


_NOTIFICATION: Json = {
    "id": _NOT_ANALYSED,
    "name": "NotAnalysed",
    "shortDescription": {"text": "Something could not be analysed"},
    "fullDescription": {
        "text": "A file, a part of one, or a way of data that was not followed to its end."
    },
    "defaultConfiguration": {"level": "warning"},
}


def _provenance(report: Report) -> dict[str, Json]:
    """Where the code came from; without the repository's address there is nothing to say."""
    found = report.provenance
    if not found.repository:
        return {}
    made: dict[str, Json] = {
        "repositoryUri": found.repository,
        "mappedTo": {"uriBaseId": "SRCROOT"},
    }
    if found.commit:
        made["revisionId"] = found.commit
    return {"versionControlProvenance": [made]}


def _is_compared(report: Report) -> bool:
    """Whether anything is known of before: without it, nothing is new or unchanged."""
    return bool(report.since) or any(
        item.status is FindingStatus.BASELINE for item in report.findings
    )


def _rule(rule: Rule) -> Json:
    parts = [rule.why, f"**Fix.** {rule.fix}"]
    if rule.fix_before and rule.fix_after:
        parts.append(f"```python\n{rule.fix_before.rstrip()}\n```\nbecomes")
        parts.append(f"```python\n{rule.fix_after.rstrip()}\n```")
    if rule.limits:
        parts.append(f"**Limits.** {rule.limits}")
    more = ("security",) if rule.principle is Principle.SHARING else ()
    tags: list[Json] = list(dict.fromkeys(("privacy", rule.principle.word, *more)))
    return {
        "id": rule.code,
        "name": _pascal(rule.name),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": "\n\n".join(parts), "markdown": "\n\n".join(parts)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": tags,
            "security-severity": _SCORES[rule.severity],
            "law": list(rule.law),
        },
    }


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def _result(report: Report, finding: Finding, codes: dict[str, int]) -> Json:
    made: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": codes.get(finding.rule, -1),
        "level": _LEVELS[finding.severity],
        "rank": _RANKS[finding.confidence],
        "message": {"text": visible(finding.message)},
        "locations": [_location(finding.location, _lines(report, finding.location))],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {
            "security-severity": _SCORES[finding.severity],
            "precision": _PRECISION[finding.confidence],
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "element": finding.element,
            "entity": finding.entity,
            "field": finding.field,
            "recipient": finding.recipient,
            "law": list(finding.law),
            "fix": finding.fix,
        },
    }
    if _is_compared(report):
        is_known = finding.status is FindingStatus.BASELINE
        made["baselineState"] = "unchanged" if is_known else "new"
    flow = flow_of(report, finding)
    if flow is not None and flow.steps:
        before, _, after = shortened(flow.steps, MAX_STEPS)
        steps: list[Json] = [
            {"location": _location(Location(hop.step.path, hop.step.line), (), hop.step.note)}
            for hop in (*before, *after)
        ]
        made["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding.status is FindingStatus.SUPPRESSED:
        made["suppressions"] = [_suppression(report, finding.acceptance)]
    return made


def _suppression(report: Report, found: Acceptance | None) -> Json:
    """A comment in the code, or an entry of a file that was not scanned as code."""
    made: dict[str, Json] = {
        "kind": "inSource",
        "status": "accepted",
        "justification": visible(found.reason) if found is not None else "",
    }
    if found is None:
        return made
    if all(file.path != found.location.path for file in report.files):
        made["kind"] = "external"
    made["location"] = _location(found.location, ())
    if found.until or found.owner:
        made["properties"] = {"until": found.until, "owner": found.owner}
    return made


def _location(location: Location, lines: tuple[SnippetLine, ...], note: str = "") -> Json:
    region: dict[str, Json] = {
        "startLine": max(location.line, 1),
        "startColumn": max(location.column, 1),
    }
    if location.end_line > location.line:
        region["endLine"] = location.end_line
    hit = next((line.text for line in lines if line.is_hit), "")
    if hit:
        region["snippet"] = {"text": hit}
    place: dict[str, Json] = {
        "physicalLocation": {"artifactLocation": _artifact(location.path), "region": region}
    }
    if note:
        place["message"] = {"text": visible(note)}
    return place


def _lines(report: Report, location: Location) -> tuple[SnippetLine, ...]:
    for snippet in report.snippets:
        if snippet.path == location.path and any(
            line.is_hit and line.number == location.line for line in snippet.lines
        ):
            return tuple(line for line in snippet.lines if line.number == location.line)
    return ()


def _artifact(path: str) -> dict[str, Json]:
    return {"uri": quote(path, errors="replace"), "uriBaseId": "SRCROOT"}


def _skipped(item: Skipped) -> Json:
    region: dict[str, Json] = {"startLine": item.line} if item.line else {}
    place: dict[str, Json] = {"artifactLocation": _artifact(item.path)}
    if region:
        place["region"] = region
    return {
        "level": "note" if item.is_partial else "warning",
        "descriptor": {"id": _NOT_ANALYSED, "index": 0},
        "message": {"text": visible(f"Not analysed: {item.reason}")},
        "locations": [{"physicalLocation": place}],
    }
