"""ETQ108: personal data in columns whose name and type tell nothing of it."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence, Role
from data_etiquette.model.report import Finding


def hidden_data(context: Context) -> Iterator[Finding]:
    """One finding for each stored JSON, free-text or generic column that holds personal data."""
    for entity, item in context.stored_fields():
        kind = _kind(context, entity, item)
        if kind:
            message = (
                f"{context.label(item.element)} lies in {entity.name}.{item.name}, {kind}: "
                "who looks for personal data would not look there"
            )
            yield context.on_field(entity, item, message, Confidence.MEDIUM)


def _kind(context: Context, entity: Entity, item: Field) -> str:
    if item.element in context.query("except_elements"):
        return ""
    name = item.name.lower()
    if not any(fnmatch.fnmatchcase(name, pattern) for pattern in context.query("names")):
        return ""
    if entity.role is Role.CONTENT and item.element in context.query("content"):
        return ""
    return "a JSON column" if item.value == "json" else "a column of a generic name"
