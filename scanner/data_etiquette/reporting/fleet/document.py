"""The overview for programs: `etiquette/fleet/v1`. Keys may be added, never changed or removed."""

from __future__ import annotations

from data_etiquette.reporting.fleet.overview import Overview, SystemChanges, SystemRow
from data_etiquette.reporting.jsontext import json_text

SCHEMA = "etiquette/fleet/v1"


def render_json(found: Overview) -> str:
    """The whole overview, one trailing newline."""
    fleet = found.fleet
    return json_text(
        {
            "schema": SCHEMA,
            "tool": {"name": "etiquette", "version": fleet.version},
            "fleet": fleet.name,
            "day": fleet.day,
            "since": fleet.since or None,
            "systems": [_system(row) for row in found.systems],
            "data": [
                {
                    "element": row.element,
                    "label": row.label,
                    "group": row.group,
                    "special_category": row.is_special,
                    "sensitivity": row.sensitivity,
                    "systems": list(row.systems),
                    "about": list(row.people),
                    "recipients": list(row.recipients),
                    "kept": [
                        {"period": item.text, "systems": list(item.systems)} for item in row.periods
                    ],
                    "readable_in": list(row.readable),
                }
                for row in found.data
            ],
            "people": [
                {"subject": row.label, "systems": list(row.systems), "data": list(row.data)}
                for row in found.people
            ],
            "recipients": [
                {
                    "name": row.name,
                    "kind": row.kind,
                    "country": row.country or None,
                    "declared_in": list(row.declared),
                    "not_declared_in": list(row.undeclared),
                    "data": list(row.data),
                    "purposes": list(row.purposes),
                }
                for row in found.recipients
            ],
            "rules": [
                {
                    "rule": row.code,
                    "title": row.title,
                    "principle": row.principle,
                    "severity": row.severity.value,
                    "findings": row.findings,
                    "systems": dict(sorted(row.systems)),
                }
                for row in found.rules
            ],
            "changes": [_changes(item) for item in found.changes],
        },
        indent=2,
    )


def _system(row: SystemRow) -> dict[str, object]:
    return {
        "system": row.name,
        "team": row.team or None,
        "commit": row.commit or None,
        "link": row.link or None,
        "scanned": not row.reason,
        "reason": row.reason or None,
        "as_of": row.day or None,
        "declaration": row.declaration or None,
        "about": list(row.people),
        "data": list(row.data),
        "special_categories": list(row.special),
        "recipients": list(row.recipients),
        "recipients_not_declared": list(row.undeclared),
        "kept": list(row.periods),
        "fields": row.fields,
        "fields_without_period": row.unkept,
        "findings": dict(row.severities),
        "accepted": row.accepted,
        "not_analysed": row.skipped,
        "promises": {
            item.principle: {"state": item.state, "findings": item.findings}
            for item in row.promises
        },
    }


def _changes(item: SystemChanges) -> dict[str, object]:
    return {
        "system": item.name,
        "note": item.told or None,
        "changes": [
            {
                "about": title.lower(),
                "state": change.state,
                "subject": change.subject,
                "text": change.text,
                "path": change.path or None,
                "severity": change.severity.value if change.severity is not None else None,
            }
            for title, changes in item.sections
            for change in changes
        ],
    }
