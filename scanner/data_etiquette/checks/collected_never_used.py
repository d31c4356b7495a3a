"""ETQ403: data that is collected and that no code reads."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding


def collected_never_used(context: Context) -> Iterator[Finding]:
    """One finding for each stored field whose name is written somewhere and read nowhere."""
    reads, listed = _reads(context), _listed(context)
    columns = set(_unread_columns(context))
    for entity, item in context.stored_fields():
        if entity.kind == "sql-table":
            if (entity.id, item.name) in columns:
                yield context.on_field(
                    entity, item, _message(context, entity, item), Confidence.LOW
                )
            continue
        if item.name in reads or item.name in context.query("framework.fields"):
            continue
        if item.name in context.graph.writes or item.name in listed:
            yield context.on_field(entity, item, _message(context, entity, item), Confidence.MEDIUM)


def _reads(context: Context) -> frozenset[str]:
    graph = context.graph
    if not {"from_attributes", "orm_mode"} & graph.writes:
        return graph.reads
    # Schemas that are filled from objects read every attribute they have a field for.
    return graph.reads | {
        item.name
        for entity in graph.entities
        if entity.kind == "pydantic" and not entity.name.endswith(context.query("inputs.endings"))
        for item in entity.fields
    }


def _listed(context: Context) -> set[str]:
    """Names that forms and serializers have a field for."""
    return {
        item.name
        for entity in context.graph.entities
        for item in entity.fields
        if not entity.stored and item.fact.origin in ("meta", "annotated", "assigned")
    }


def _unread_columns(context: Context) -> Iterator[tuple[str, str]]:
    """Columns that SQL fills and nothing reads, of tables of which other columns are read."""
    graph = context.graph
    reads = {name.lower() for name in graph.reads}
    whole = {dump.entity for dump in graph.dumps}
    models = {
        entity.table.rsplit(".", 1)[-1].lower()
        for entity in graph.entities
        if entity.kind != "sql-table" and entity.table
    }
    filled = {(w.entity, w.field) for w in graph.written if w.field}
    for entity in graph.entities:
        names = [item.name.lower() for item in entity.fields]
        bare = entity.table.rsplit(".", 1)[-1].lower()
        if entity.kind != "sql-table" or entity.id in whole or bare in models:
            continue
        if not reads & set(names):
            continue  # whoever reads the table is not among the scanned files
        for item in entity.fields:
            if (entity.id, item.name) in filled and item.name.lower() not in reads:
                yield entity.id, item.name


def _message(context: Context, entity: Entity, item: Field) -> str:
    return (
        f"{context.label(item.element)} is collected in {entity.name}.{item.name}, "
        "and no code was found that reads it"
    )
