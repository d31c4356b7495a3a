"""ETQ303: grave data kept readable in a store."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Protection
from data_etiquette.model.report import Finding

GRAVE = 4
"""Sensitivity from which a field needs protection of its own."""


def unencrypted_field(context: Context) -> Iterator[Finding]:
    """One finding for each stored field of sensitivity 4 without protection of any kind."""
    for entity, item in context.stored_fields():
        if item.sensitivity < GRAVE or item.protection is not Protection.NONE:
            continue
        if item.group == "credentials":
            continue  # ETQ304's question.
        if context.coverage.is_protected(entity, item):
            continue
        yield context.on_field(entity, item, _message(context, entity, item))


def _message(context: Context, entity: Entity, item: Field) -> str:
    return (
        f"{context.label(item.element)} is stored in {entity.name}.{item.name} "
        "and no encryption, hashing or declared storage control was found"
    )
