"""ETQ103: data that comes from others, declared as coming from the person."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.application import Arrival
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding, Practice

_PERSON = "data_subject"
_HOW = {
    "answer": "the answer of {name}",
    "webhook": "a message that another system sends",
    "import": "an imported file ({name})",
    "service": "{name}",
    "profile": "an identity provider's profile",
}


def undeclared_source(context: Context) -> Iterator[Finding]:
    """One finding for each place and entity whose activities all name the person as source."""
    found: dict[tuple[object, ...], list[tuple[Arrival, Entity, Field]]] = {}
    for arrival, entity, item in _arrivals(context):
        activities = context.coverage.activities_of(entity, item)
        if activities and all(activity.source == _PERSON for activity in activities):
            key = (arrival.scope, arrival.origin, arrival.name, entity.id)
            found.setdefault(key, []).append((arrival, entity, item))
    for group in found.values():
        yield _found(context, group)


def _found(context: Context, group: list[tuple[Arrival, Entity, Field]]) -> Finding:
    arrival, entity, item = group[0]
    named = context.coverage.activities_of(entity, item)[0].id
    labels = list(dict.fromkeys(context.label(field.element) for _, _, field in group))
    verb = "comes" if len(labels) == 1 else "come"
    message = (
        f"{', '.join(labels)} of {entity.name} {verb} from {_origin(context, arrival)}, and "
        f"`{named}` says that the person gives it"
    )
    return context.on_place(
        arrival.location,
        message,
        f"{arrival.scope}:{entity.id}.{item.name}",
        confidence=Confidence.LOW if arrival.origin == "import" else Confidence.MEDIUM,
        element=item.element,
        entity=entity.name,
        field_name=item.name,
    )


def declared_source(context: Context) -> Iterator[Practice]:
    """Data from others whose activity says so."""
    for arrival, entity, item in _arrivals(context):
        activities = context.coverage.activities_of(entity, item)
        told = next((a for a in activities if a.source != _PERSON), None)
        if told is not None:
            message = f"`{told.id}` says that {entity.name}.{item.name} comes from others"
            yield context.kept(arrival.location, message, element=item.element, entity=entity.name)


def _arrivals(context: Context) -> Iterator[tuple[Arrival, Entity, Field]]:
    entities = {entity.id: entity for entity in context.graph.entities}
    own = set(context.query("own"))
    skipped = set(context.query("services"))
    kinds = {known.id: known.kind for known in context.catalog.recipients}
    for arrival in context.graph.arrivals:
        entity = entities.get(arrival.entity)
        if entity is None or kinds.get(arrival.name, "") in skipped:
            continue
        item = next((f for f in entity.fields if f.name == arrival.field), None)
        # What a service calls its own account or payment tells nothing of the person.
        if item is not None and item.element and item.element not in own:
            yield arrival, entity, item


def _origin(context: Context, arrival: Arrival) -> str:
    known = {item.id: item.name for item in context.catalog.recipients}
    name = known.get(arrival.name, arrival.name) or "another system"
    return _HOW[arrival.origin].format(name=name)
