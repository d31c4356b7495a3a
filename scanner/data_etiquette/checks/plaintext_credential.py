"""ETQ304: passwords, PINs, answers and tokens that are kept, queued or mailed readable."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import fitting_flows, sentence
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Protection, SinkKind
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Practice


def plaintext_credential(context: Context) -> Iterator[Finding]:
    """One finding for each stored field, and for each flow that carries a credential away."""
    wanted = context.query("field.elements")
    hashed = bool(set(context.query("hashers")) & context.graph.reads)
    for entity, item in context.stored_fields():
        if item.element not in wanted or item.protection is not Protection.NONE:
            continue
        if item.element == "password" and hashed:
            continue
        if item.value in ("boolean", "number", "date", "datetime", "relation"):
            continue
        if any(fnmatch.fnmatchcase(item.name.lower(), name) for name in context.query("public")):
            continue
        if not context.coverage.is_protected(entity, item):
            yield context.on_field(entity, item, _message(context, entity, item))
    mailed = context.query("mailed")
    told: set[tuple[Location, str]] = set()
    for number, flow in fitting_flows(context):
        if flow.sink.kind is SinkKind.EMAIL and flow.element in mailed:
            continue
        # One call that sends a password sends it, whatever the ways are by which it came there.
        if (flow.sink.location, flow.element) in told:
            continue
        told.add((flow.sink.location, flow.element))
        yield context.on_flow(number, flow, f"{sentence(context, flow)} readable")


def _message(context: Context, entity: Entity, item: Field) -> str:
    return (
        f"{context.label(item.element)} is stored readable in {entity.name}.{item.name}: "
        "no hashing or encryption was found"
    )


def kept_unreadable(context: Context) -> Iterator[Practice]:
    """Credentials that are hashed or encrypted where they are stored."""
    for entity, item in context.stored_fields():
        if item.group == "credentials" and item.protection in (
            Protection.HASHED,
            Protection.ENCRYPTED,
        ):
            label = context.label(item.element)
            yield context.kept(
                item.location,
                f"{label} in {entity.name}.{item.name} is {item.protection.value}",
                element=item.element,
                entity=entity.name,
                field_name=item.name,
            )
