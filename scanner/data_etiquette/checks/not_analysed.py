"""ETQ001: what could not be read, so that silence is never taken for a clean result."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.kind import Severity
from data_etiquette.model.location import Location, Skipped
from data_etiquette.model.report import Finding

_MAX_NAMED = 3
"""Functions that a message names; the report lists them all as not analysed."""


def not_analysed(context: Context) -> Iterator[Finding]:
    """One finding for each part that was not read, one a file for what was not followed to its end.

    A file that was not read may hold anything; a way that was not followed is one of many.
    """
    partial: dict[str, list[Skipped]] = {}
    for item in context.graph.skipped:
        if item.is_partial:
            partial.setdefault(item.path, []).append(item)
            continue
        location = Location(item.path, max(item.line, 1))
        yield context.on_place(location, f"Not analysed: {item.reason}", item.reason)
    for path, items in sorted(partial.items()):
        first = min(items, key=lambda item: (item.line, item.reason))
        location = Location(path, max(first.line, 1))
        message, what = f"Not analysed: {first.reason}", first.reason
        if len(items) > 1:
            names = sorted({item.reason.split(" ", 1)[0] for item in items})
            more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
            message = f"Data is not followed to its end in {', '.join(names[:_MAX_NAMED])}{more}"
            what = "not followed to the end"
        yield context.on_place(location, message, what, severity=Severity.LOW)
