"""ETQ602: entities with personal data that nothing deletes, anonymises or expires."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.graph import Entity
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding


def no_erasure_code(context: Context) -> Iterator[Finding]:
    """One finding for each stored entity without any erasure."""
    erased = {erasure.entity for erasure in context.graph.erasures}
    tables = _model_tables(context)
    for entity in context.graph.entities:
        if not entity.stored or entity.abstract or entity.id in erased:
            continue
        if not entity.personal_fields:
            continue
        if entity.kind == "sql-table" and entity.table.rsplit(".", 1)[-1].lower() in tables:
            continue
        data = ", ".join(sorted({context.label(i.element) for i in entity.personal_fields})[:4])
        message = f"Nothing was found that deletes or anonymises {entity.name} ({data})"
        yield context.on_entity(entity, message, Confidence.MEDIUM)


def _model_tables(context: Context) -> frozenset[str]:
    """Tables that an ORM model speaks for."""
    return frozenset(
        _bare(entity) for entity in context.graph.entities if entity.kind != "sql-table"
    )


def _bare(entity: Entity) -> str:
    return entity.table.rsplit(".", 1)[-1].lower()
