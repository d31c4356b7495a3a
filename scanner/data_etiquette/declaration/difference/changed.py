"""Declared and found, and not the same."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.declaration.difference import patch
from data_etiquette.declaration.difference.view import View
from data_etiquette.declaration.duration import days, is_same, iso
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
        yield Difference(
            kind="different",
            about="purpose",
            key=f"activities[TODO].purposes[{note.purpose}]",
            message=f"{note.scope or note.location.path} states the purpose {note.purpose}, "
            "which no activity has",
            location=note.location,
            patch=patch.entry("activities", "TODO", f"purposes: [{patch.scalar(note.purpose)}]"),
        )


def different_retention(view: View) -> Iterator[Difference]:
    """Code that erases after another time than the activity of the data says."""
    enforced: dict[str, list[tuple[Location, str, float]]] = {}
    for entity, written, location in _periods(view):
        length = days(written)
        if length is not None:
            enforced.setdefault(entity, []).append((location, written, length))
    for entity, found in sorted(enforced.items()):
        for activity in _activities_of(view, entity):
            period = activity.retention.period if activity.retention is not None else ""
            declared = days(period)
            if declared is None or any(is_same(length, declared) for _, _, length in found):
                continue
            location, written, length = min(found)
            yield Difference(
                kind="different",
                about="retention",
                key=f"activities[{activity.id}].retention.period",
                message=f"the code erases {entity.rsplit('.', 1)[-1]} after {written}, and "
                f"{activity.id} is declared to be kept for {period}",
                location=location,
                patch=patch.entry(
                    "activities", activity.id, f"retention: {{period: {iso(length)}}}"
                ),
                entity=entity,
            )


def _periods(view: View) -> Iterator[tuple[str, str, Location]]:
    """(entity, period as written, place) of code that erases by age."""
    for erasure in view.graph.erasures:
        if erasure.period and erasure.is_real and erasure.how != "cascade":
            yield erasure.entity, erasure.period, erasure.location
    for control in view.graph.controls:
        written = control.detail("period") or control.detail("days")
        if control.kind in _ERASING and written:
            for entity in control.entities:
                yield entity, written, control.location


def _activities_of(view: View, name: str) -> list[Activity]:
    """Activities that cover data of an entity."""
    found: dict[str, Activity] = {}
    for entity in view.graph.entities:
        if entity.id == name:
            for item in entity.personal_fields:
                found |= {one.id: one for one in view.coverage.activities_of(entity, item)}
    return [found[key] for key in sorted(found)]


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
