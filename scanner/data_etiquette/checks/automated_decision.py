"""ETQ105: a score of a person that decides something, and no activity says so."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.application import Guard
from data_etiquette.model.graph import Entity
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding, Practice


def undeclared_automated_decision(context: Context) -> Iterator[Finding]:
    """One finding for each function in which a score lets something happen to somebody."""
    for guard, entity in _decisions(context):
        if _declared(context, guard, entity):
            continue
        owner = f"{entity.name}." if entity is not None else ""
        message = (
            f"{owner}{guard.field} decides whether `{guard.decides}` runs, and no activity says "
            "that decisions are automated"
        )
        yield context.on_place(
            guard.location,
            message,
            f"{guard.scope}:{guard.field}",
            confidence=Confidence.MEDIUM if context.declaration is not None else Confidence.LOW,
            element=guard.element,
            entity=entity.name if entity is not None else "",
            field_name=guard.field,
        )


def automated_decision_declared(context: Context) -> Iterator[Practice]:
    """Decisions by score that an activity declares."""
    for guard, entity in _decisions(context):
        if _declared(context, guard, entity):
            message = f"The decision by {guard.field} is declared"
            yield context.kept(guard.location, message, element=guard.element)


def _decisions(context: Context) -> Iterator[tuple[Guard, Entity | None]]:
    scores = set(context.query("scores"))
    entities = {entity.id: entity for entity in context.graph.entities}
    seen: set[tuple[str, str]] = set()
    for guard in context.graph.asked:
        key = (guard.scope, guard.field)
        is_score = guard.element in scores and guard.how == "condition"
        if is_score and guard.decides and not guard.dead and key not in seen:
            seen.add(key)
            yield guard, entities.get(guard.entity)


def _declared(context: Context, guard: Guard, entity: Entity | None) -> bool:
    if context.declaration is None:
        return False
    item = None
    if entity is not None:
        item = next((f for f in entity.fields if f.name == guard.field), None)
    if entity is None or item is None:
        return any(activity.automated_decision for activity in context.declaration.activities)
    return any(a.automated_decision for a in context.coverage.activities_of(entity, item))
