"""Declared and found, and not the same."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.declaration.difference import patch
from data_etiquette.declaration.difference.view import View
from data_etiquette.declaration.duration import days, is_same
from data_etiquette.declaration.policy import in_region, regions_of
from data_etiquette.model.declaration import Activity
from data_etiquette.model.difference import Difference
from data_etiquette.model.graph import Control
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
    for control in view.graph.controls:
        if control.kind not in _ERASING:
            continue
        found = _length(control)
        if found is None:
            continue
        for activity in _activities_of(view, control):
            period = activity.retention.period if activity.retention is not None else ""
            declared = days(period)
            if declared is None or is_same(found, declared):
                continue
            written = control.detail("period") or f"{control.detail('days')} days"
            yield Difference(
                kind="different",
                about="retention",
                key=f"activities[{activity.id}].retention.period",
                message=f"{activity.id} is declared to be kept for {period}, and the code erases "
                f"{', '.join(control.tables)} after {written}",
                location=control.location,
                patch=patch.entry(
                    "activities", activity.id, f"retention: {{period: {_iso(found)}}}"
                ),
            )


def _length(control: Control) -> float | None:
    return days(control.detail("period") or control.detail("days"))


def _activities_of(view: View, control: Control) -> list[Activity]:
    """Activities that cover data of the entities which the code erases."""
    found: dict[str, Activity] = {}
    for entity in view.graph.entities:
        if entity.id in control.entities:
            for item in entity.personal_fields:
                found |= {one.id: one for one in view.coverage.activities_of(entity, item)}
    return [found[name] for name in sorted(found)]


def _iso(length: float) -> str:
    """The nearest ISO 8601 duration in days or hours."""
    return f"P{round(length)}D" if length >= 1 else f"PT{max(round(length * 24), 1)}H"


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
