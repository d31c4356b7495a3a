"""ETQ504: people's records that do not say when they were last known to be right."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.over_exposed_response import personal
from data_etiquette.checks.surface import Surface, in_words
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.graph import Entity
from data_etiquette.model.kind import Confidence, Role
from data_etiquette.model.report import Finding, Practice


def no_freshness(context: Context) -> Iterator[Finding]:
    """One finding for each entity of people with data that changes and no time of its state."""
    surface = Surface(context.graph)
    for entity in _people(context):
        if _clock(context, surface, entity):
            continue
        aging = [
            item
            for item in entity.personal_fields
            if item.element in context.query("field.elements")
        ]
        if not aging or _is_part(context, surface, entity):
            continue
        data = in_words(context.label(item.element) for item in aging)
        message = f"{entity.name} holds {data} and no time at which it was updated or verified"
        yield context.on_entity(entity, message, Confidence.MEDIUM)


def fresh_records(context: Context) -> Iterator[Practice]:
    """Each entity of people that keeps such a time."""
    surface = Surface(context.graph)
    for entity in _people(context):
        name = _clock(context, surface, entity)
        if name and personal(surface, entity):
            message = f"{entity.name}.{name} says how old the data is"
            yield context.kept(entity.location, message, entity=entity.name)


def _is_part(context: Context, surface: Surface, entity: Entity) -> bool:
    """Whether the record belongs to another person's record, or only lets somebody in."""
    if set(split(entity.name)) & set(context.query("not.names")):
        return True
    return surface.is_part(entity)


def _people(context: Context) -> Iterator[Entity]:
    spoken_for = {
        entity.table.rsplit(".", 1)[-1].lower()
        for entity in context.graph.entities
        if entity.stored and entity.kind != "sql-table" and entity.table
    }
    for entity in context.graph.entities:
        if not entity.stored or entity.abstract or entity.role is not Role.PERSON:
            continue
        table = entity.table.rsplit(".", 1)[-1].lower()
        if entity.kind == "sql-table" and table in spoken_for:
            continue
        yield entity


def _clock(context: Context, surface: Surface, entity: Entity, depth: int = 5) -> str:
    """Name of the field that says when the record was last touched or checked, else empty."""
    words = set(context.query("clock.words"))
    for item in entity.fields:
        if item.fact.option("auto_now") == "True" or item.fact.option("onupdate"):
            return item.name
        named = set(split(item.name))
        if named & words and (
            item.value in ("date", "datetime", "") or named & {"at", "on", "date"}
        ):
            return item.name
    for base in entity.bases if depth > 0 else ():
        parent = surface.entities.get(base)
        found = _clock(context, surface, parent, depth - 1) if parent is not None else ""
        if found:
            return found
    return ""
