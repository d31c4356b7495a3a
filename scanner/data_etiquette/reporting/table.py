"""Findings as comma-separated values, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from data_etiquette.model.report import Report
from data_etiquette.reporting.sentence import visible

_COLUMNS = (
    "rule", "name", "principle", "severity", "confidence", "status", "path", "line", "message",
    "element", "entity", "field", "recipient", "law", "fix", "reason", "until", "fingerprint",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Also the wide forms, which some spreadsheets read alike."""


def render_csv(report: Report) -> str:
    """One line for each finding, suppressed ones included."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for item in report.findings:
        reason = item.acceptance.reason if item.acceptance is not None else ""
        until = item.acceptance.until if item.acceptance is not None else ""
        row = (
            item.rule, item.name, item.principle, item.severity.value, item.confidence.value,
            item.status.value, item.location.path, str(item.location.line), item.message,
            item.element, item.entity, item.field, item.recipient, "; ".join(item.law), item.fix,
            reason, until, item.fingerprint,
        )  # fmt: skip
        writer.writerow([inert(value) for value in row])
    return out.getvalue()


def inert(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    flat = visible(value)
    is_formula = flat.lstrip(" \n").startswith(_FORMULA)
    return f"'{flat}" if is_formula else flat
