"""ETQ203: a consent of which nobody can say when, to what and how it was given."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.consents import choices, is_part, is_record
from data_etiquette.checks.context import Context
from data_etiquette.checks.wording import phrases
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding, Practice

_TIMES = frozenset({"date", "datetime"})


def consent_not_recorded(context: Context) -> Iterator[Finding]:
    """One finding for each stored entity whose consents are bare booleans."""
    for entity, items in _by_entity(context):
        if _proof(context, entity, items) is None:
            names = ", ".join(item.name for item in items)
            message = (
                f"{entity.name} keeps consent as yes or no ({names}); no time, version or source "
                "of it was found, here or in a record of consents"
            )
            yield context.on_field(entity, items[0], message, Confidence.MEDIUM)


def consent_recorded(context: Context) -> Iterator[Practice]:
    """Records of consent that were found."""
    for entity, items in _by_entity(context):
        proof = _proof(context, entity, items)
        if proof is not None:
            keeper, field = proof
            message = f"Consent of {entity.name} is recorded: {keeper.name}.{field.name}"
            yield context.kept(field.location, message, entity=keeper.name, field_name=field.name)


def _by_entity(context: Context) -> Iterator[tuple[Entity, list[Field]]]:
    found: dict[str, tuple[Entity, list[Field]]] = {}
    for entity, item in choices(context):
        if not entity.stored or entity.abstract or is_record(context, entity):
            continue
        if item.element != "parental_consent" and entity.kind != "sql-view":
            found.setdefault(entity.id, (entity, []))[1].append(item)
    yield from found.values()


def _proof(context: Context, entity: Entity, items: list[Field]) -> tuple[Entity, Field] | None:
    """Where the consent is proven: beside it, or in a record of the same people."""
    own = _beside(context, entity, items)
    if own is not None:
        return entity, own
    records = [
        consent.record
        for consent in (context.declaration.consent if context.declaration else ())
        if consent.record and is_part(consent.field.rpartition(".")[0] or entity.name, entity.id)
    ]
    for other in context.graph.entities:
        declared = any(is_part(record, other.id) for record in records)
        if not declared and not (other.stored and is_record(context, other)):
            continue
        if declared or _concerns(context, other, entity):
            proof = next((f for f in other.fields if _proves(context, f)), None)
            if proof is not None:
                return other, proof
    return None


def _concerns(context: Context, record: Entity, entity: Entity) -> bool:
    """Whether a record is of the entity's people: it points there, or to whom both point."""
    targets = {target for _, target, _ in record.relations}
    if entity.id in targets or any(base in targets for base in entity.bases):
        return True
    shared = targets & {target for _, target, _ in entity.relations}
    people = {item.id for item in context.graph.entities if item.subject}
    return bool(shared & people) or (entity.table != "" and _by_column(record, entity))


def _by_column(record: Entity, entity: Entity) -> bool:
    """`consent.customer_id` beside a table `customer`."""
    last = split(entity.table.rpartition(".")[2])[-1:]
    return any(split(item.name)[:1] == last for item in record.fields if item.fact.relation)


def _beside(context: Context, entity: Entity, items: list[Field]) -> Field | None:
    """`newsletter_ok_at`, `consent_version`, `confirmed_at` on the same entity."""
    wanted = [frozenset(split(item.name)) for item in items]
    consents = phrases(context, "consent")
    for field in entity.fields:
        if field in items or not _proves(context, field):
            continue
        words = split(field.name)
        if any(words[:1] == split(item.name)[:1] and len(words) > 1 for item in items):
            return field
        if consents.names(field.name) or any(set(words) & names for names in wanted):
            return field
        if words[:1] and words[0] in context.query("alone"):
            return field
    return None


def _proves(context: Context, field: Field) -> bool:
    """Whether a column can hold a time, a version or a source."""
    if field.value == "boolean":
        return False
    last = split(field.name)[-1:]
    return field.value in _TIMES or phrases(context, "consent-records").first(last) != ""
