"""The report for programs: `etiquette/report/v1`. Keys may be added, never changed or removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data_etiquette.model.graph import Entity, Field, Flow, Transfer
from data_etiquette.model.location import Location
from data_etiquette.model.report import DeclaredUse, FieldUse, Finding, Report
from data_etiquette.reporting.jsontext import Json, json_text
from data_etiquette.reporting.trace import other_traces

SCHEMA = "etiquette/report/v1"


def render_json(report: Report) -> str:
    """The whole report as JSON, keys in the contract's order, one trailing newline."""
    return json_text(as_json(report), indent=2)


def as_json(report: Report) -> dict[str, Json]:
    """The report as plain values."""
    uses = {(use.entity, use.field): use for use in report.field_uses}
    declared = {use.recipient: use for use in report.declared_uses}
    others = other_traces(report)
    return {
        "schema": SCHEMA,
        "tool": {"name": "etiquette", "version": report.version, "rules": report.rules_digest},
        "scan": {
            "paths": list(report.paths),
            "files": len(report.files),
            "skipped": len(report.skipped),
            "lines": report.lines,
            "declaration": report.declaration.path if report.declaration is not None else None,
            "not_checked": list(report.not_checked),
        },
        "inventory": [
            _field(entity, item, uses.get((entity.id, item.name)))
            for entity in report.entities
            for item in entity.personal_fields
        ],
        "flows": [_flow(flow) for flow in report.flows],
        "lineage": [
            {
                "target": item.target,
                "sources": list(item.sources),
                "path": item.location.path,
                "line": item.location.line,
                "effects": list(item.effects),
            }
            for item in report.lineage
        ],
        "recipients": [_recipient(item, declared.get(item.recipient)) for item in report.transfers],
        "findings": [_finding(item, others.get(item.flow, ())) for item in report.findings],
        "practices": [
            {
                "rule": item.rule,
                "principle": item.principle,
                "message": item.message,
                "path": item.location.path,
                "line": item.location.line,
                "element": item.element or None,
                "entity": item.entity or None,
                "field": item.field or None,
            }
            for item in report.practices
        ],
        "since": report.since or None,
        "fixed": [_finding(replace(item, flow=-1), ()) for item in report.fixed],
        "skipped": [
            {"path": item.path, "line": item.line, "reason": item.reason} for item in report.skipped
        ],
        "rules": [
            {
                "rule": status.code,
                "checked": status.checked,
                "reason": status.reason,
                "findings": status.findings,
            }
            for status in report.statuses
        ],
        "files": [
            {"path": item.path, "sha256": item.digest, "lines": item.lines} for item in report.files
        ],
    }


def _field(entity: Entity, item: Field, use: FieldUse | None) -> Json:
    return {
        "entity": entity.name,
        "field": item.name,
        "element": item.element,
        "group": item.group,
        "subject": entity.subject,
        "kind": entity.kind,
        "path": item.location.path,
        "line": item.location.line,
        "confidence": item.confidence.value,
        "protection": item.protection.value,
        "special_category": item.special_category,
        "purposes": list(use.purposes) if use is not None else [],
        "retention": use.retention or None if use is not None else None,
        "evidence": list(item.evidence),
        "sensitivity": item.sensitivity,
        "stored": entity.stored,
        "table": entity.table or None,
    }


def _flow(flow: Flow) -> Json:
    return {
        "element": flow.element,
        "entity": flow.entity,
        "field": flow.field,
        "source": _place(flow.source),
        "sink": {
            "kind": flow.sink.kind.value,
            "name": flow.sink.name,
            **_place(flow.sink.location),
            "recipient": flow.sink.recipient or None,
        },
        "steps": [{"path": step.path, "line": step.line, "note": step.note} for step in flow.steps],
        "sanitiser": flow.sanitiser or None,
        "confidence": flow.confidence.value,
    }


def _recipient(transfer: Transfer, use: DeclaredUse | None) -> Json:
    return {
        "recipient": transfer.recipient,
        "name": transfer.name,
        "kind": transfer.kind,
        "elements": list(transfer.elements),
        "purposes": list(use.purposes) if use is not None else [],
        "declared": use is not None and use.declared,
        "country": transfer.country or None,
        "known": transfer.known,
        "locations": [_place(location) for location in transfer.locations],
    }


def _finding(finding: Finding, others: Sequence[int]) -> Json:
    location = finding.location
    return {
        "rule": finding.rule,
        "name": finding.name,
        "principle": finding.principle,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "message": finding.message,
        "path": location.path,
        "line": location.line,
        "column": location.column,
        "end_line": location.end_line or location.line,
        "element": finding.element or None,
        "entity": finding.entity or None,
        "field": finding.field or None,
        "recipient": finding.recipient or None,
        "flow": finding.flow if finding.flow >= 0 else None,
        "law": list(finding.law),
        "fix": finding.fix,
        "fingerprint": finding.fingerprint,
        "status": finding.status.value,
        "acceptance": _acceptance(finding),
        "other_flows": list(others),
    }


def _acceptance(finding: Finding) -> Json:
    found = finding.acceptance
    if found is None:
        return None
    return {"reason": found.reason, "until": found.until or None, **_place(found.location)}


def _place(location: Location) -> dict[str, Json]:
    return {"path": location.path, "line": location.line}
