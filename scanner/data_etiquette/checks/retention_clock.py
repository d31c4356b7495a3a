"""ETQ606: rows that no time tells the age of."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.erasures import by_id, keeping, labels, lineage
from data_etiquette.model.graph import Entity
from data_etiquette.model.kind import Confidence, Role
from data_etiquette.model.report import Finding, Practice

_MAX_DEPTH = 4
_ROLES = (Role.RECORD, Role.CONTENT, Role.ACTIVITY, Role.PERSON, Role.CREDENTIAL, Role.HEALTH)


def no_retention_clock(context: Context) -> Iterator[Finding]:
    """One finding for each entity without a time, of its own or of what it goes with."""
    clocks = _clocks(context)
    for entity in keeping(context):
        if entity.role in _ROLES and not _has_clock(context, entity, clocks, _MAX_DEPTH):
            data = labels(context, entity.personal_fields)
            message = f"{entity.name} ({data}) has no time of creation or expiry to retain by"
            yield context.on_entity(entity, message, Confidence.MEDIUM)


def clock_found(context: Context) -> Iterator[Practice]:
    """Each time of creation or expiry of an entity's own."""
    keepers = {entity.id: entity for entity in keeping(context)}
    seen: set[str] = set()
    for control in context.graph.controls:
        if control.kind != "time-column" or control.detail("clock") not in ("created", "expires"):
            continue
        for identity in control.entities:
            if identity in keepers and identity not in seen:
                seen.add(identity)
                name = control.columns[0].rpartition(".")[2]
                message = f"{keepers[identity].name} has a time to retain by: {name}"
                yield context.kept(control.location, message, entity=keepers[identity].name)


def _clocks(context: Context) -> frozenset[str]:
    return frozenset(
        entity
        for control in context.graph.controls
        if control.kind == "time-column"
        for entity in control.entities
    )


def _has_clock(context: Context, entity: Entity, clocks: frozenset[str], depth: int) -> bool:
    """Rows that go with another by CASCADE are as old as that one allows."""
    if any(item.id in clocks for item in (entity, *lineage(context, entity))):
        return True
    wrong = context.query("not_clocks")
    if any(i.value in ("date", "datetime") and i.element not in wrong for i in entity.fields):
        return True
    if depth <= 0:
        return False
    entities = by_id(context)
    parents = [
        entities.get(target) for _, target, action in entity.relations if action in ("CASCADE", "")
    ]
    return any(
        parent is not None and parent.id != entity.id
        and _has_clock(context, parent, clocks, depth - 1)
        for parent in parents
    )  # fmt: skip
