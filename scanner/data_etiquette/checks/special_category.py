"""ETQ208: special categories of data without a ground of Art. 9(2)."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.report import Finding, Practice


def special_category_without_ground(context: Context) -> Iterator[Finding]:
    """One finding for each special kind of data of an entity that no ground covers."""
    bare = [pair for pair in _fields(context) if not _grounds(context, *pair)]
    stored = {item.element for entity, item in bare if entity.stored}
    for entity, item in bare:
        # What a form takes in for a store is told where it is kept.
        if entity.stored or item.element not in stored:
            yield context.on_field(entity, item, _message(context, entity, item))


def special_category_with_ground(context: Context) -> Iterator[Practice]:
    """Special data whose ground is declared."""
    for entity, item in _fields(context):
        grounds = _grounds(context, entity, item)
        if grounds:
            message = f"{entity.name}.{item.name} has a declared ground: {', '.join(grounds)}"
            yield context.kept(
                item.location, message, element=item.element, entity=entity.name,
                field_name=item.name,
            )  # fmt: skip


def _fields(context: Context) -> Iterator[tuple[Entity, Field]]:
    seen: set[tuple[str, str]] = set()
    for entity in context.graph.entities:
        if entity.kind == "sql-view":
            continue
        for item in entity.personal_fields:
            key = (entity.id, item.element)
            if item.special_category and item.fact.origin != "meta" and key not in seen:
                seen.add(key)
                yield entity, item


def _grounds(context: Context, entity: Entity, item: Field) -> list[str]:
    activities = context.coverage.activities_of(entity, item)
    return sorted({activity.special_basis for activity in activities if activity.special_basis})


def _message(context: Context, entity: Entity, item: Field) -> str:
    covering = context.coverage.activities_of(entity, item)
    why = (
        f"the activity `{covering[0].id}` names no ground of Art. 9(2)"
        if covering
        else "no activity with a ground of Art. 9(2) covers it"
    )
    return f"{context.label(item.element)} in {entity.name}.{item.name} is special, and {why}"
