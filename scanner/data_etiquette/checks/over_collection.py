"""ETQ404: forms that demand data which the application can do without."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.over_exposed_response import personal
from data_etiquette.checks.surface import Surface
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding


def over_collection(context: Context) -> Iterator[Finding]:
    """One finding for each required field of a form whose stored counterpart may be empty."""
    surface = Surface(context.graph)
    kept = _kept(context)
    for entity in context.graph.entities:
        if entity.stored or entity.id not in kept:
            continue
        for item in entity.personal_fields:
            if item.element in context.query("no.elements") or not _is_required(entity, item):
                continue
            for owner in _owners(surface, entity, kept[entity.id]):
                same = _counterpart(surface, owner, item)
                if same is None or not _may_be_empty(same) or _is_owed(context, entity, item):
                    continue
                message = (
                    f"{entity.name}.{item.name} demands {context.label(item.element)}, which "
                    f"{owner.name} can do without"
                )
                yield context.on_field(entity, item, message, Confidence.LOW)
                break


def _owners(surface: Surface, entity: Entity, kept: set[str]) -> list[Entity]:
    """The entities that a form may be of; where its name tells one, that one alone."""
    found = [surface.entities[target] for target in sorted(kept & surface.entities.keys())]
    named = [owner for owner in found if entity.name.startswith(owner.name)]
    return named or found


def _kept(context: Context) -> dict[str, set[str]]:
    """By form the entities that the endpoints which take it fill."""
    found: dict[str, set[str]] = {}
    for endpoint in context.graph.endpoints:
        for each in endpoint.takes:
            found.setdefault(each, set()).update((*endpoint.creates, *endpoint.updates))
    return found


def _counterpart(surface: Surface, owner: Entity, item: Field) -> Field | None:
    return next(
        (each for each in personal(surface, owner)
         if each.name == item.name and each.element == item.element), None,
    )  # fmt: skip


def _is_required(entity: Entity, item: Field) -> bool:
    """Whether a form or schema refuses to go on without the field."""
    fact = item.fact
    if fact.origin == "meta" or item.value == "boolean":
        return False  # as optional as the model's own field
    if entity.kind in ("form", "serializer", "wtform") or "form" in entity.kind:
        if fact.option("read_only") == "True":
            return False
        if "wtforms" in fact.call:
            return any("Required" in text for text in (*fact.args, *dict(fact.options).values()))
        return fact.option("required") != "False" and bool(fact.call)
    annotation = fact.annotation
    is_optional = "Optional" in annotation or "None" in annotation
    if not annotation or is_optional or fact.option("=") or fact.option("default"):
        return False
    return not (
        fact.option("default_factory") or (fact.call and fact.args[:1] not in ((), ("...",)))
    )


def _may_be_empty(item: Field) -> bool:
    fact = item.fact
    if fact.option("blank") == "True" or fact.option("null") == "True":
        return True
    if fact.option("nullable") == "True":
        return True
    return "None" in fact.annotation or "Optional" in fact.annotation


def _is_owed(context: Context, entity: Entity, item: Field) -> bool:
    """Whether an activity says that law or contract demands the data."""
    activities = context.coverage.activities_of(entity, item)
    return any(activity.statutory or activity.contractual for activity in activities)
