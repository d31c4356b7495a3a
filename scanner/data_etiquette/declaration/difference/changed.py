"""Declared and found, and not the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data_etiquette.declaration.difference import patch
from data_etiquette.declaration.difference.view import View
from data_etiquette.declaration.duration import days, is_same, iso
from data_etiquette.declaration.match import is_in_code
from data_etiquette.declaration.policy import in_region, regions_of
from data_etiquette.model.declaration import Activity
from data_etiquette.model.difference import Difference
from data_etiquette.model.location import Location

_ERASING = ("expiry", "purge")


def different_purposes(view: View) -> Iterator[Difference]:
    """Purposes that the code states and no activity has."""
    declared = {name for activity in view.declaration.activities for name in activity.purposes}
    told: set[str] = set()
    for note in view.graph.purposes:
        if note.purpose in declared or note.purpose in told:
            continue
        told.add(note.purpose)
        activity = _running(view, note.location.path)
        yield Difference(
            kind="different",
            about="purpose",
            key=f"activities[{activity}].purposes[{note.purpose}]",
            message=f"{note.scope or note.location.path} states the purpose {note.purpose}, "
            "which no activity has",
            location=note.location,
            patch=patch.entry("activities", activity, f"purposes: [{patch.scalar(note.purpose)}]"),
        )


def changed(view: View) -> Iterator[Difference]:
    """All of them."""
    yield from different_purposes(view)
    yield from different_retention(view)
    yield from different_countries(view)


def _running(view: View, path: str) -> str:
    """The one activity that names a file under `code`."""
    found = [
        activity.id
        for activity in view.declaration.activities
        if any(is_in_code(name, path) for name in activity.code)
    ]
    return found[0] if len(found) == 1 else "TODO"


@dataclass(frozen=True, slots=True, order=True)
class _Enforced:
    """A period that code keeps to."""

    location: Location
    entity: str
    written: str
    length: float
    function: str = ""


def different_retention(view: View) -> Iterator[Difference]:
    """Code that erases after another time than the activity it works for says."""
    enforced = sorted(_enforced(view))
    for activity in view.declaration.activities:
        period = activity.retention.period if activity.retention is not None else ""
        declared = days(period)
        found = [item for item in enforced if _works_for(view, item, activity)]
        if declared is None or any(is_same(item.length, declared) for item in found):
            continue
        for item in found[:1]:
            written = item.written if item.written.startswith("P") else iso(item.length)
            yield Difference(
                kind="different",
                about="retention",
                key=f"activities[{activity.id}].retention.period",
                message=f"the code erases {item.entity.rsplit('.', 1)[-1]} after {item.written}, "
                f"and {activity.id} is declared to be kept for {period}",
                location=item.location,
                patch=patch.entry("activities", activity.id, f"retention: {{period: {written}}}"),
                entity=item.entity,
            )


def _enforced(view: View) -> Iterator[_Enforced]:
    for erasure in view.graph.erasures:
        length = days(erasure.period)
        if length and erasure.is_real and erasure.how != "cascade":
            function = f"{erasure.location.path}::{erasure.scope.rsplit('.', 1)[-1]}"
            yield _Enforced(erasure.location, erasure.entity, erasure.period, length, function)
    for control in view.graph.controls:
        written = control.detail("period") or control.detail("days")
        length = days(written)
        if control.kind in _ERASING and length:
            for entity in control.entities:
                yield _Enforced(control.location, entity, written, length)


def _works_for(view: View, item: _Enforced, activity: Activity) -> bool:
    """Whether the activity names the code, or the entity's fields.

    Sharing a kind of data is not enough, for everybody has e-mail addresses.
    """
    if activity.retention is not None and item.function:
        named = activity.retention.enforced_by
        if named and (item.function == named or item.function.endswith(f"/{named}")):
            return True
    if not activity.include:
        return False
    return any(
        activity in view.coverage.activities_of(entity, field)
        for entity in view.graph.entities
        if entity.id == item.entity
        for field in entity.personal_fields
    )


def different_countries(view: View) -> Iterator[Difference]:
    """Recipients whose company sits where the declaration names no transfer to."""
    regions = regions_of(view.catalog.regions)
    for transfer in view.graph.transfers:
        known = view.recipients.get(transfer.recipient)
        recipient = view.coverage.recipient_named(transfer, known)
        country = transfer.country or (known.country if known is not None else "")
        if recipient is None or not country:
            continue
        if recipient.countries or in_region(country, ("EEA",), regions):
            # A company abroad may keep data in Europe; who wrote a country has thought of it.
            continue
        yield Difference(
            kind="different",
            about="country",
            key=f"recipients[{recipient.id}].transfer.countries",
            message=f"{recipient.name} sits in {country}, and no country is declared for it",
            location=Location(
                view.declaration.path, view.declaration.line_of(f"recipients[{recipient.id}]")
            ),
            patch=patch.entry(
                "recipients",
                recipient.id,
                f"transfer: {{countries: [{patch.scalar(country)}], mechanism: TODO}}"
                "  # where it sits; the data may land elsewhere",
            ),
            recipient=recipient.id,
        )
