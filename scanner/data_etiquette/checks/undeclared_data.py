"""ETQ101: a personal field that no activity of the declaration covers."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.report import Finding


def undeclared_data(context: Context) -> Iterator[Finding]:
    """One finding for each uncovered field; fields that repeat a model's are left to the model."""
    for entity in context.graph.entities:
        for item in entity.personal_fields:
            if entity.kind == "sql-view" or item.fact.origin == "meta":
                continue
            if context.coverage.activities_of(entity, item):
                continue
            message = (
                f"{context.label(item.element)} in {entity.name}.{item.name} "
                "is not declared in any activity"
            )
            yield context.on_field(entity, item, message)
