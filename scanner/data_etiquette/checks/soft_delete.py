"""ETQ605: rows that count as deleted and stay readable."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.erasures import erasures_of, is_own, keeping, labels, lineage, told
from data_etiquette.model.graph import Control, Entity
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding, Practice


def soft_delete_only(context: Context) -> Iterator[Finding]:
    """One finding for each entity that is marked as deleted and never really erased."""
    erasures = erasures_of(context)
    marks = _marks(context)
    for entity in keeping(context):
        found = erasures.get(entity.id, [])
        if any(is_own(item) for item in found):
            continue
        mark = _mark(context, entity, marks)
        soft = next((item for item in found if item.how == "soft delete"), None)
        if mark is None and soft is None and not _left(context, entity):
            continue
        name = mark.columns[0].rpartition(".")[2] if mark is not None else _left(context, entity)
        how = f" ({name})" if name else ""
        data = labels(context, entity.personal_fields)
        message = f"{entity.name} is only marked as deleted{how}; its data stays ({data})"
        yield context.on_entity(entity, message, Confidence.MEDIUM)


def purge_behind_mark(context: Context) -> Iterator[Practice]:
    """Each entity whose marked rows are erased later."""
    erasures = erasures_of(context)
    marks = _marks(context)
    for entity in keeping(context):
        own = [item for item in erasures.get(entity.id, []) if is_own(item)]
        if own and _mark(context, entity, marks) is not None:
            message = f"Rows of {entity.name} that are marked as deleted are {told(own[0])}"
            yield context.kept(own[0].location, message, entity=entity.name)


def _marks(context: Context) -> dict[str, Control]:
    found: dict[str, Control] = {}
    for control in context.graph.controls:
        if control.kind == "soft-delete":
            for entity in control.entities:
                found.setdefault(entity, control)
    return found


def _mark(context: Context, entity: Entity, marks: dict[str, Control]) -> Control | None:
    every = (entity, *lineage(context, entity))
    return next((marks[item.id] for item in every if item.id in marks), None)


def _left(context: Context, entity: Entity) -> str:
    """The field that says that somebody has left: `unsubscribed_at`."""
    wanted = context.query("left")
    return next((item.name for item in entity.fields if item.name.lower() in wanted), "")
