"""ETQ316: values of real people in source, fixtures and seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding


def real_data(context: Context) -> Iterator[Finding]:
    """One finding for each file and kind of data, at the first value."""
    counts = Counter((item.location.path, item.element) for item in context.graph.values)
    told: set[tuple[str, str]] = set()
    for item in context.graph.values:
        key = (item.location.path, item.element)
        if key in told:
            continue
        told.add(key)
        more = f", and {counts[key] - 1} more in this file" if counts[key] > 1 else ""
        message = (
            f"A value that looks like a real {context.label(item.element)} is written here{more}"
        )
        yield context.on_place(
            item.location, message, item.element, confidence=Confidence.LOW, element=item.element
        )
