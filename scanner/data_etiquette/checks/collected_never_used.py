"""ETQ403: data that is collected and that no code reads."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding

_FRAMEWORK_FIELDS = frozenset({"password", "username", "last_login", "email", "is_active"})
"""Read by the framework itself, without a line in the application."""

_INPUTS = ("In", "Create", "Update", "Input", "Form", "Request")


def collected_never_used(context: Context) -> Iterator[Finding]:
    """One finding for each stored field whose name is written somewhere and read nowhere."""
    reads, writes = context.graph.reads, context.graph.writes
    if {"from_attributes", "orm_mode"} & writes:
        # Schemas that are filled from objects read every attribute they have a field for.
        reads = reads | {
            item.name
            for entity in context.graph.entities
            if entity.kind == "pydantic" and not entity.name.endswith(_INPUTS)
            for item in entity.fields
        }
    listed = {
        item.name
        for entity in context.graph.entities
        for item in entity.fields
        if not entity.stored and item.fact.origin in ("meta", "annotated", "assigned")
    }
    for entity, item in context.stored_fields():
        if item.name in reads or item.name in _FRAMEWORK_FIELDS or entity.kind == "sql-table":
            continue
        if item.name in writes or item.name in listed:
            yield context.on_field(entity, item, _message(context, entity, item), Confidence.MEDIUM)


def _message(context: Context, entity: Entity, item: Field) -> str:
    return (
        f"{context.label(item.element)} is collected in {entity.name}.{item.name}, "
        "and no code was found that reads it"
    )
