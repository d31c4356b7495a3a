"""A graph to the draft of a declaration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from data_etiquette.declaration.difference.nameless import nameless_recipients
from data_etiquette.declaration.difference.view import View
from data_etiquette.declaration.draft.application import application_of, module_of, slug
from data_etiquette.declaration.draft.parts import (
    Draft,
    DraftActivity,
    DraftConsent,
    DraftCookie,
    DraftRecipient,
    DraftSubject,
)
from data_etiquette.declaration.draft.rights import find_rights
from data_etiquette.declaration.duration import days, iso
from data_etiquette.declaration.match import name_of
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.declaration import Declaration, Organisation
from data_etiquette.model.graph import Entity, Erasure, Field, Graph, Transfer
from data_etiquette.model.kind import Protection, Role

_LAYERS = "layer-folders"
_WHOLE = "application"
_LARGE = 8
"""Stored entities from which a part of a program is more than one activity."""
_ERASING = ("expiry", "purge")
_CHOICES = ("privacy_preference", "parental_consent")
_MEASURES = {
    Protection.HASHED: "hashing",
    Protection.ENCRYPTED: "encryption_at_rest",
    Protection.MASKED: "masking",
    Protection.TOKENISED: "tokenisation",
}
_NOBODY = ("", "person")


def draft_of(graph: Graph, catalog: Catalog) -> Draft:
    """Everything that code can tell of a declaration."""
    view = View(graph, Declaration("", Organisation("")), catalog)
    draft = Draft(near=view.near)
    homes = activities_of(view, view.personal_fields(), draft)
    _recipients(view, draft, homes)
    _erasures(view, homes)
    _consents(view, draft)
    _cookies(view, draft)
    _measures(view, draft)
    _subjects(view, draft)
    _suggest(view, draft)
    draft.rights = find_rights(graph)
    draft.activities.sort(key=lambda item: item.id)
    return draft


def activities_of(
    view: View, fields: Iterable[tuple[Entity, Field]], draft: Draft
) -> dict[str, DraftActivity]:
    """Fields put into activities by application and subject; which entity went where."""
    found = list(fields)
    everything = list(view.personal_fields())
    part_of = _parts(everything, layers_of(view.catalog))
    subjects = _subjects_by_application(everything, part_of)
    homes: dict[str, DraftActivity] = {}
    stored = {item.element for entity, item in found if entity.stored}
    for entity, item in found:
        if not entity.stored and item.element in stored:
            # A form or message that takes what is stored somewhere is declared with the store.
            continue
        application = part_of[entity.location.path]
        known = subjects.get(application, [])
        subject = entity.subject if entity.subject not in _NOBODY else ""
        subject = subject or (known[0] if known else "")
        name = application if len(known) < 2 else f"{application}-{slug(subject)}"
        activity = draft.activity(name, subject)
        activity.label = application
        activity.elements.add(item.element)
        activity.special = activity.special or item.special_category
        if entity.stored:
            activity.include.add(f"{name_of(entity)}.*")
            activity.entities.add(entity.name)
            homes[entity.id] = activity
    return homes


def layers_of(catalog: Catalog) -> frozenset[str]:
    """Names of folders that say nothing of what code is about."""
    return frozenset(word for name, words in catalog.words if name == _LAYERS for word in words)


def _parts(fields: list[tuple[Entity, Field]], layers: frozenset[str]) -> dict[str, str]:
    """File to the part of the program it is of; a large part is told apart by its files."""
    entities: dict[str, set[str]] = {}
    parts: dict[str, str] = {}
    for entity, _ in fields:
        path = entity.location.path
        parts[path] = application_of(path, layers) or _WHOLE
        if entity.stored:
            entities.setdefault(parts[path], set()).add(entity.id)
    large = {part for part, found in entities.items() if len(found) > _LARGE}
    return {
        path: (module_of(path, layers) or part) if part in large else part
        for path, part in parts.items()
    }


def _subjects_by_application(
    fields: list[tuple[Entity, Field]], part_of: dict[str, str]
) -> dict[str, list[str]]:
    """Subjects of each application, the one with most fields first."""
    counts: dict[str, Counter[str]] = {}
    for entity, _ in fields:
        application = part_of[entity.location.path]
        if entity.subject not in _NOBODY:
            counts.setdefault(application, Counter())[entity.subject] += 1
    return {
        name: sorted(found, key=lambda subject: (-found[subject], subject))
        for name, found in counts.items()
    }


def _recipients(view: View, draft: Draft, homes: dict[str, DraftActivity]) -> None:
    """All that were seen, each with the activities whose data reaches it."""
    owners = {entity.name: entity.id for entity in view.graph.entities if entity.id in homes}
    reached: set[str] = set()
    for flow in view.graph.flows:
        if flow.sink.recipient and flow.entity in owners:
            homes[owners[flow.entity]].recipients.add(flow.sink.recipient)
            reached.add(flow.sink.recipient)
    for transfer in view.graph.transfers:
        known = view.recipients.get(transfer.recipient)
        draft.recipients.append(DraftRecipient(transfer.recipient, transfer.name, transfer, known))
        if transfer.recipient not in reached:
            _by_place(view, draft, transfer)
    seen = {transfer.recipient for transfer in view.graph.transfers}
    for activity in draft.activities:
        activity.recipients &= seen
    for item in nameless_recipients(view):
        draft.recipients.append(DraftRecipient(item.id, "", item.transfer, evidence=item.evidence))
        for flow in item.flows:
            if flow.entity in owners:
                homes[owners[flow.entity]].recipients.add(item.id)


def _by_place(view: View, draft: Draft, transfer: Transfer) -> None:
    """Where no field is known to reach a recipient, the code that uses it tells whose it is."""
    layers = layers_of(view.catalog)
    parts = {application_of(place.path, layers) for place in transfer.locations}
    parts |= {module_of(place.path, layers) for place in transfer.locations}
    for activity in draft.activities:
        got = activity.elements & set(transfer.elements)
        if activity.label in parts and (got or not transfer.elements):
            activity.recipients.add(transfer.recipient)


def _erasures(view: View, homes: dict[str, DraftActivity]) -> None:
    """What erases the entities of each activity, and after how long."""
    for erasure in view.graph.erasures:
        activity = homes.get(erasure.entity)
        if activity is None or erasure.how == "cascade":
            continue
        place = _place(erasure)
        if days(erasure.period):
            _note(activity, erasure.period, place, erasure.entity)
            activity.starts = activity.starts or erasure.condition
        else:
            activity.erased.add(place)
    for control in view.graph.controls:
        length = days(control.detail("period") or control.detail("days"))
        if control.kind in _ERASING and length:
            place = f"{control.location.path}:{control.location.line}"
            for entity in control.entities:
                if entity in homes:
                    _note(homes[entity], iso(length), place, entity)


def _place(erasure: Erasure) -> str:
    """`shop/tasks.py::purge_orders`, as `enforced_by` is written."""
    where = erasure.location
    function = erasure.scope.rsplit(".", 1)[-1]
    return f"{where.path}::{function}" if function else f"{where.path}:{where.line}"


def _note(activity: DraftActivity, period: str, place: str, entity: str) -> None:
    activity.periods.setdefault(period, set()).add(place)
    activity.expired.setdefault(period, set()).add(entity)


def _consents(view: View, draft: Draft) -> None:
    for entity in view.graph.entities:
        for item in entity.personal_fields:
            if entity.stored and item.element in _CHOICES and item.value in ("boolean", ""):
                name = slug(f"{entity.name}-{item.name}")
                draft.consents.append(DraftConsent(name, f"{name_of(entity)}.{item.name}"))


def _measures(view: View, draft: Draft) -> None:
    """Protection that fields have by themselves."""
    for entity in view.graph.entities:
        for item in entity.personal_fields:
            kind = _MEASURES.get(item.protection)
            if entity.stored and kind is not None:
                draft.protected.setdefault(kind, set()).add(item.element)


def _cookies(view: View, draft: Draft) -> None:
    places: dict[str, str] = {}
    for cookie in view.graph.cookies:
        if cookie.name:
            place = f"{cookie.location.path}:{cookie.location.line}"
            places[cookie.name] = min(places.get(cookie.name, place), place)
    draft.cookies = [DraftCookie(name, place) for name, place in sorted(places.items())]


def _subjects(view: View, draft: Draft) -> None:
    labels = {subject.id: subject.label for subject in view.catalog.subjects}
    used = {activity.subject for activity in draft.activities if activity.subject}
    for name in sorted(used):
        code = {
            name_of(entity)
            for entity in view.graph.entities
            if entity.stored and entity.subject == name and entity.role is Role.PERSON
        }
        draft.subjects.append(DraftSubject(name, labels.get(name, ""), code))


def _suggest(view: View, draft: Draft) -> None:
    """Purposes that an application's name or a recipient's service suggests."""
    kinds = {item.id: item.transfer.kind for item in draft.recipients}
    for activity in draft.activities:
        words = {activity.label, *activity.label.split("-")}
        services = {kinds.get(recipient, "") for recipient in activity.recipients}
        activity.perhaps = tuple(
            purpose.id
            for purpose in view.catalog.purposes
            if words & {slug(word) for word in purpose.words} or services & set(purpose.services)
        )
        noted = _stated(view, activity)
        activity.purposes |= noted


def _stated(view: View, activity: DraftActivity) -> set[str]:
    """Purposes that code of the application states."""
    layers = layers_of(view.catalog)
    return {
        note.purpose
        for note in view.graph.purposes
        if activity.label
        in (application_of(note.location.path, layers), module_of(note.location.path, layers))
    }
