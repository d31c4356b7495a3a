"""HTML pages from a report: one file each, offline, complete without script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

import jinja2
from markupsafe import Markup

from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Principle, Severity
from data_etiquette.model.report import FieldUse, Practice, Report, Snippet
from data_etiquette.reporting.maplayout import map_style, report_map
from data_etiquette.reporting.sentence import (
    accepted_findings,
    by_severity,
    counted,
    new_findings,
    summary,
    visible,
)
from data_etiquette.reporting.trace import flow_of, other_traces, others_told

PROMISES = {
    Principle.TRANSPARENCY: "What is collected, why and how it is used is declared and complete.",
    Principle.CONSENT: "Consent is freely given, specific, recorded and as easy to withdraw.",
    Principle.SECURITY: "Data is protected where it is stored, moved and shown.",
    Principle.PURPOSE: "Each field is collected and used only for declared purposes.",
    Principle.ACCURACY: "People can see and correct their data, and it is kept up to date.",
    Principle.RETENTION: "Data is kept no longer than declared, and erased everywhere.",
    Principle.SHARING: "Third parties get data only where it is declared and agreed.",
}


def render_pages(report: Report, templates: Path) -> dict[str, str]:
    """File name to page. Values are escaped by construction; styles are pinned by hash."""
    environment = page_environment(templates)
    style = (templates / "compliance" / "style.css").read_text(encoding="utf-8")
    values = {**_values(report, style + map_style(templates)), "map": report_map(report, templates)}
    page = environment.get_template("compliance/compliance.html.j2").render(values)
    return {"compliance.html": page}


def page_environment(templates: Path) -> jinja2.Environment:
    """Where pages come from: values are escaped by construction, a missing one is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _values(report: Report, style: str) -> Mapping[str, object]:
    findings = new_findings(report)
    return {
        "report": report,
        # The style goes into the page unescaped: it is ours, and its hash is in the policy.
        "style": raw(style),
        "style_hash": sha256(style),
        "summary": summary(report),
        "verdict": _verdict(report),
        "severities": by_severity(report),
        "promises": _promises(report),
        "findings": findings,
        "flows": report.flows,
        "snippets": _snippets(report),
        "rules": {rule.code: rule for rule in report.rules},
        "inventory": _inventory(report),
        "recipients": _recipients(report),
        "accepted": accepted_findings(report),
        "kept": _kept(report),
        "silent": [s for s in report.statuses if s.checked and not s.findings],
        "unchecked": [s for s in report.statuses if not s.checked],
        "counted": counted,
        "Severity": Severity,
        "flow_of": flow_of,
        "source_line": _source_lines(report),
        "others": other_traces(report),
        "others_told": others_told,
    }


def _finalize(value: object) -> object:
    """Every value that a template prints; `join` gives escaped text, which stays escaped."""
    if isinstance(value, Markup):
        return Markup(visible(value))  # noqa: S704
    return visible(value) if type(value) is str else value


def raw(text: str) -> str:
    """Text of our own that a template prints as it is."""
    return _Raw(text)


class _Raw(str):
    """Text of our own that needs no escaping: the page's style."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def sha256(text: str) -> str:
    """The hash of a style or a script, as a policy names it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _verdict(report: Report) -> str:
    """One paragraph in plain words; no score."""
    fields = sum(len(entity.personal_fields) for entity in report.entities)
    people = sorted({e.subject for e in report.entities if e.subject and e.personal_fields})
    grave = sum(number for level, number in by_severity(report).items() if level.rank >= 2)
    first = (
        f"The code keeps {counted(fields, 'field')} of personal data"
        + (f" about {_listed(people)}" if people else "")
        + f", and {counted(len(report.transfers), 'third party', 'third parties')} could be seen."
    )
    if not new_findings(report):
        second = "No rule that was checked found anything."
    elif grave:
        second = f"{counted(grave, 'finding')} should be mended first: high or critical."
    else:
        second = "No finding is high or critical."
    third = (
        f"{counted(len(report.skipped), 'part')} could not be analysed."
        if report.skipped
        else "Every file in scope was read."
    )
    return f"{first} {second} {third}"


_PLURALS = {"child": "children", "person": "people", "next_of_kin": "next of kin"}


def _listed(words: list[str]) -> str:
    spoken = [_PLURALS.get(word, f"{word.replace('_', ' ')}s") for word in words]
    if len(spoken) == 1:
        return spoken[0]
    return ", ".join(spoken[:-1]) + " and " + spoken[-1]


def _promises(report: Report) -> list[dict[str, object]]:
    """The seven principles: what was found against each, and what was not checked."""
    rules = {rule.code: rule for rule in report.rules}
    rows: list[dict[str, object]] = []
    for principle, promise in PROMISES.items():
        codes = [code for code, rule in rules.items() if rule.principle is principle]
        statuses = [status for status in report.statuses if status.code in codes]
        found = [f for f in new_findings(report) if f.principle == principle.word]
        checked = [status for status in statuses if status.checked]
        reasons: dict[str, list[str]] = {}
        for status in statuses:
            if not status.checked:
                reasons.setdefault(status.reason, []).append(status.code)
        if found:
            state = "broken"
        elif checked:
            # Half an answer must not look like a good one.
            state = "partly checked" if reasons else "nothing found"
        else:
            state = "not checked"
        rows.append(
            {
                "name": principle.word,
                "promise": promise,
                "state": state,
                "findings": len(found),
                "kept": sum(item.principle == principle.word for item in report.practices),
                "checked": [status.code for status in checked],
                "unchecked": reasons,
            }
        )
    return rows


def _kept(report: Report) -> dict[str, list[Practice]]:
    """What was found kept, by principle."""
    groups = {
        principle.word: [item for item in report.practices if item.principle == principle.word]
        for principle in PROMISES
    }
    return {name: rows for name, rows in groups.items() if rows}


def _snippets(report: Report) -> dict[tuple[str, int], Snippet]:
    return {
        (snippet.path, line.number): snippet
        for snippet in report.snippets
        for line in snippet.lines
        if line.is_hit
    }


def _source_lines(report: Report) -> dict[tuple[str, int], str]:
    """The one source line of every place that the report has source of."""
    return {
        (snippet.path, line.number): line.text.strip()
        for snippet in report.snippets
        for line in snippet.lines
        if line.is_hit
    }


def _inventory(report: Report) -> list[tuple[Entity, Field, FieldUse | None]]:
    labels = {element.id: element.label for element in report.elements}
    uses = {(use.entity, use.field): use for use in report.field_uses}
    rows = [
        (entity, item, uses.get((entity.id, item.name)))
        for entity in report.entities
        for item in entity.personal_fields
    ]
    return sorted(
        rows,
        key=lambda row: (labels.get(row[1].element, ""), row[0].name, row[1].name, row[1].location),
    )


def _recipients(report: Report) -> list[tuple[object, bool]]:
    declared = {use.recipient: use.declared for use in report.declared_uses}
    return [(item, declared.get(item.recipient, False)) for item in report.transfers]
