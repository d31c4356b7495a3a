"""ETQ102: what the declaration names and the code does not have."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.declaration.difference.stale import stale_entries
from data_etiquette.declaration.difference.view import View
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding

_SURE = frozenset({"field", "subject", "consent", "table", "measure", "override", "code"})
"""Names either exist or do not; whether a kind of data or a service is used is a judgement."""


def stale_declaration(context: Context) -> Iterator[Finding]:
    """One finding for each field, entity, table, element or recipient that is nowhere."""
    if context.declaration is None:
        return
    for item in stale_entries(View(context.graph, context.declaration, context.catalog)):
        yield context.on_place(
            item.location,
            item.message[:1].upper() + item.message[1:],
            item.key,
            confidence=Confidence.HIGH if item.about in _SURE else Confidence.MEDIUM,
            element=item.element,
            recipient=item.recipient,
        )
