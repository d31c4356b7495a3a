"""ETQ002: comments meant for the tool that it can't follow."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.suppression import parse
from data_etiquette.model.report import Finding


def malformed_suppression(context: Context) -> Iterator[Finding]:
    """One finding for each; such a comment suppresses nothing."""
    codes = {rule.code for rule in context.catalog.rules}
    for remark in context.graph.remarks:
        parsed = parse(remark, codes)
        if isinstance(parsed, str):
            message = f"This comment suppresses nothing: {parsed}"
            yield context.on_place(remark.location, message, remark.text)
