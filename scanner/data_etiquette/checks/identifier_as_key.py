"""ETQ408: an e-mail address, phone or identity number that other things hang on."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import first_traces
from data_etiquette.model.graph import Field
from data_etiquette.model.kind import Protection, SinkKind
from data_etiquette.model.report import Finding

_KEY_OPTIONS = ("primary_key", "primary key", "pk")
_YES = ("true", "1", "yes", "primary key")


def identifier_as_key(context: Context) -> Iterator[Finding]:
    """One finding for each primary key, each cache key and each file name made of one."""
    wanted = context.query("field.elements")
    for entity, item in context.stored_fields():
        if item.element in wanted and _is_key(item) and item.protection is Protection.NONE:
            label = context.label(item.element)
            message = f"{label} is the key of {entity.name}: {item.name}"
            yield context.on_field(entity, item, message)
    for _, flow in first_traces(context.graph.flows):
        is_key = flow.sink.kind is SinkKind.CACHE and flow.sink.name.endswith(" key")
        if is_key and flow.element in wanted and not flow.sanitiser:
            yield context.on_place(
                flow.sink.location,
                f"{context.label(flow.element)} is the key of a cache entry",
                f"{flow.scope}:{flow.sink.name}",
                confidence=flow.confidence,
                element=flow.element,
                entity=flow.entity,
                field_name=flow.field,
            )


def _is_key(item: Field) -> bool:
    return any(item.fact.option(name).lower() in _YES for name in _KEY_OPTIONS)
