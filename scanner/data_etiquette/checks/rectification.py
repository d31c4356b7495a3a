"""ETQ501: data of people that is written once and that nothing lets anybody correct."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.over_exposed_response import personal
from data_etiquette.checks.surface import Surface, in_words
from data_etiquette.declaration.ways import is_by_hand
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.application import Write
from data_etiquette.model.graph import Entity
from data_etiquette.model.kind import Confidence, Role
from data_etiquette.model.report import Finding, Practice


def no_rectification_path(context: Context) -> Iterator[Finding]:
    """One finding for each entity with fields that are created and never changed."""
    if _is_by_hand(context):
        return
    surface = Surface(context.graph)
    # What belongs to a person's record, is deleted and entered anew is put right that way.
    replaced = {e.entity for e in context.graph.erasures if e.how == "delete"} & {
        entity.id for entity in context.graph.entities if surface.is_part(entity)
    }
    selected = {(item.location.path, item.location.line) for item in context.graph.lineage}
    for entity in _people(context):
        place = (entity.location.path, entity.location.line)
        if entity.kind == "sql-table" and place in selected:
            continue  # `CREATE TABLE … AS SELECT` is made anew from what was put right
        created, updated = _written(context, entity, "create"), _written(context, entity, "update")
        if not created or "" in updated or entity.id in replaced:
            continue
        if set(split(entity.name)) & set(context.query("not.names")):
            continue
        stuck = [
            item
            for item in personal(surface, entity)
            if item.element in context.query("field.elements")
            and (item.name in created or "" in created)
            and item.name not in updated
        ]
        if not stuck:
            continue
        data = in_words(context.label(item.element) for item in stuck)
        message = (
            f"No view, endpoint or statement was found that changes {data} of {entity.name} "
            "once it is stored"
        )
        yield context.on_entity(entity, message, Confidence.MEDIUM)


def rectification_paths(context: Context) -> Iterator[Practice]:
    """The first place for each entity that lets its data be changed."""
    surface = Surface(context.graph)
    for entity in _people(context):
        fields = {item.name for item in personal(surface, entity)} | {""}
        changes = [
            write
            for write in context.graph.written
            if write.entity == entity.id and write.how == "update" and write.field in fields
        ]
        if changes:
            first = _best(changes, context)
            name = first.scope.rsplit(".", 1)[-1]
            message = f"{name} changes {entity.name}"
            yield context.kept(first.location, message, entity=entity.name)


def _best(changes: list[Write], context: Context) -> Write:
    """A write of an endpoint says more than one of a task or an admin page."""
    scopes = {endpoint.name for endpoint in context.graph.endpoints}
    return next((write for write in changes if write.scope in scopes), changes[0])


def _people(context: Context) -> Iterator[Entity]:
    for entity in context.graph.entities:
        if entity.stored and not entity.abstract and entity.role is Role.PERSON:
            yield entity


def _written(context: Context, entity: Entity, how: str) -> set[str]:
    ids = {entity.id, *entity.bases}
    return {w.field for w in context.graph.written if w.entity in ids and w.how == how}


def _is_by_hand(context: Context) -> bool:
    """Whether the declaration says that somebody puts data right: then no code has to."""
    declared = context.declaration.right("rectification") if context.declaration else None
    return declared is not None and is_by_hand(declared.served_by)
