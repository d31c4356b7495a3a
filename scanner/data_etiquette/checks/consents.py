"""What several consent rules ask: which fields are consents, which consents are declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.wording import phrases
from data_etiquette.model.declaration import Activity, DeclaredConsent
from data_etiquette.model.graph import Entity, Field

ELEMENTS = frozenset({"privacy_preference", "parental_consent"})
_YES_OR_NO = frozenset({"boolean", ""})


def choices(context: Context) -> Iterator[tuple[Entity, Field]]:
    """Fields that hold a yes to be asked for: no refusals, no mere display settings, no terms."""
    consents, refusals = phrases(context, "consent"), phrases(context, "consent-refusals")
    for entity in context.graph.entities:
        for item in entity.fields:
            if item.element not in ELEMENTS or item.value not in _YES_OR_NO:
                continue
            if refusals.names(item.name):
                continue
            named = consents.names(item.name) or is_marketing(context, item.name)
            if named or is_record(context, entity):
                yield entity, item


def is_marketing(context: Context, name: str) -> bool:
    """Whether a name says that offers or news are meant."""
    return phrases(context, "marketing").names(name)


def is_record(context: Context, entity: Entity) -> bool:
    """`ConsentLog`, `consent_records`: an entity that keeps consents, one a row."""
    return phrases(context, "consent-entities").names(entity.name)


def consents_of(context: Context, activity: Activity) -> tuple[DeclaredConsent, ...]:
    """The declared consents that an activity rests on: by id, else by a shared purpose."""
    declared = context.declaration.consent if context.declaration is not None else ()
    named = tuple(item for item in declared if item.id in activity.consent)
    return named or tuple(item for item in declared if set(item.purposes) & set(activity.purposes))


def means(pattern: str, entity_id: str, name: str) -> bool:
    """Whether a declared field (`accounts.models.User.newsletter`) is the one that was asked."""
    owner, _, last = pattern.rpartition(".")
    if last != name:
        return False
    return not entity_id or not owner or is_part(owner, entity_id)


def is_part(shorter: str, longer: str) -> bool:
    """Whether two dotted names name the same thing, one from further up than the other."""
    ends = (shorter, longer) if len(shorter) <= len(longer) else (longer, shorter)
    return ends[0] == ends[1] or ends[1].endswith(f".{ends[0]}")


def is_asked(
    context: Context, guards: Iterable[tuple[str, str]], consents: Iterable[DeclaredConsent]
) -> bool:
    """Whether one of the consents was asked: its field, its record, or another entity's own."""
    known = tuple(guards)
    wanted = tuple(consents)
    if not wanted:
        return bool(known)
    for entity, name in known:
        for consent in wanted:
            owner = consent.field.rpartition(".")[0]
            if means(consent.field, entity, name):
                return True
            if consent.record and entity and is_part(consent.record, entity):
                return True
            # The same consent of people that another entity keeps: readers without an account.
            if entity and owner and not is_part(owner, entity) and _is_own(context, entity):
                return True
    return False


def _is_own(context: Context, entity_id: str) -> bool:
    return any(entity.id == entity_id for entity in context.graph.entities)
