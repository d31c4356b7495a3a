"""ETQ001: what could not be read, so that silence is never taken for a clean result."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.kind import Severity
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding


def not_analysed(context: Context) -> Iterator[Finding]:
    """One finding for each `Skipped`."""
    for item in context.graph.skipped:
        location = Location(item.path, max(item.line, 1))
        # A file that was not read may hold anything; a way that was not followed is one of many.
        severity = Severity.LOW if item.is_partial else None
        message = f"Not analysed: {item.reason}"
        yield context.on_place(location, message, item.reason, severity=severity)
