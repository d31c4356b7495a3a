"""What is new in the code, added to a declaration that people have written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import yaml

from data_etiquette.declaration.addition import Addition
from data_etiquette.declaration.change import apply_changes
from data_etiquette.declaration.difference.changed import changed
from data_etiquette.declaration.difference.nameless import nameless_recipients
from data_etiquette.declaration.difference.patch import recipient_lines
from data_etiquette.declaration.difference.sharing import (
    activities_of_flows,
    activities_reaching,
    unnamed_recipients,
)
from data_etiquette.declaration.difference.undeclared import undeclared_data_to_recipients
from data_etiquette.declaration.difference.view import View
from data_etiquette.declaration.draft.gather import activities_of
from data_etiquette.declaration.draft.parts import Draft, DraftActivity
from data_etiquette.declaration.draft.text import activity_lines, override_lines
from data_etiquette.declaration.match import name_of
from data_etiquette.declaration.node import entries
from data_etiquette.declaration.splice import Splicer, find_entry, listed_values
from data_etiquette.model.declaration import Activity
from data_etiquette.model.graph import Entity, Field


@dataclass(frozen=True, slots=True)
class Updated:
    """The new text, and what is new in it."""

    text: str
    additions: tuple[Addition, ...]


def update_text(source: str, view: View, imported: Draft | None = None) -> Updated:
    """The declaration's text with everything that it lacks; unchanged when it lacks nothing."""
    top = yaml.compose(source, Loader=yaml.SafeLoader)
    if top is None:
        return Updated(source, ())
    splicer = Splicer(source, top)
    additions: list[Addition] = []
    fresh = Draft()
    _existing_activities(view, top, splicer, fresh, additions)
    if imported is not None:
        _merge_imported(view, imported, fresh)
    _new_activities(view, fresh, splicer, additions)
    _new_recipients(view, top, splicer, additions)
    additions += apply_changes([*undeclared_data_to_recipients(view), *changed(view)], top, splicer)
    for pattern, element, why in imported.overrides if imported is not None else ():
        splicer.add_entries("classify", override_lines(pattern, element, why))
        additions.append(Addition(f"classify[{pattern}]", (element,)))
    return Updated(splicer.text() if additions else source, tuple(additions))


def _existing_activities(
    view: View, top: yaml.Node, splicer: Splicer, fresh: Draft, additions: list[Addition]
) -> None:
    """Fields beside those an activity already covers go to it; the others are new activities."""
    known: dict[str, list[tuple[Entity, Field]]] = defaultdict(list)
    unknown: list[tuple[Entity, Field]] = []
    for entity, item in view.personal_fields():
        if view.coverage.activities_of(entity, item):
            continue
        near = view.activity_near(entity)
        if near is None or view.coverage.excludes(near, entity, item):
            unknown.append((entity, item))
        else:
            known[near.id].append((entity, item))
    probe = Draft()
    activities_of(view, unknown, probe)
    declared = {activity.id: activity for activity in view.declaration.activities}
    for made in probe.activities:
        if made.id in declared and not declared[made.id].exclude:
            known[made.id] += _of(view, unknown, made)
        elif made.id in declared:
            fresh.activities.append(_renamed(made, set(declared)))
        else:
            fresh.activities.append(made)
    for name, found in sorted(known.items()):
        entry = find_entry(top, "activities", name)
        if entry is not None:
            additions += _extended(declared[name], entry, found, splicer)


def _of(
    view: View, fields: list[tuple[Entity, Field]], made: DraftActivity
) -> list[tuple[Entity, Field]]:
    """The fields that a drafted activity was made of."""
    found = []
    for entity, item in fields:
        alone = Draft()
        activities_of(view, [(entity, item)], alone)
        if alone.activities[0].label == made.label and item.element in made.elements:
            found.append((entity, item))
    return found


def _extended(
    activity: Activity, entry: yaml.Node, found: list[tuple[Entity, Field]], splicer: Splicer
) -> list[Addition]:
    """What an activity must name so that it covers these fields."""
    additions = []
    where = f"activities[{activity.id}]"
    written = set(listed_values(entry, "data"))
    elements = sorted({item.element for _, item in found} - written)
    if elements and (activity.data or not activity.include):
        splicer.add_values(entry, "data", elements)
        additions.append(Addition(f"{where}.data", tuple(elements)))
    fields = entries(entry).get("fields")
    if activity.include and fields is not None:
        patterns = _patterns(activity, found)
        if patterns:
            splicer.add_values(fields, "include", patterns)
            additions.append(Addition(f"{where}.fields.include", tuple(patterns)))
    return additions


def _patterns(activity: Activity, found: list[tuple[Entity, Field]]) -> list[str]:
    """Entities beside those named; single fields where the activity lists no data."""
    wanted = {
        f"{name_of(entity)}.*" if activity.data else f"{name_of(entity)}.{item.name}"
        for entity, item in found
        if entity.stored or not activity.data
    }
    return sorted(wanted - set(activity.include))


def _renamed(made: DraftActivity, taken: set[str]) -> DraftActivity:
    """An activity beside one of the same name that leaves its fields out on purpose."""
    number = 2
    while f"{made.id}-{number}" in taken:
        number += 1
    made.id = f"{made.id}-{number}"
    return made


def _merge_imported(view: View, imported: Draft, fresh: Draft) -> None:
    """Activities of another tool's file, as far as no activity is called so."""
    taken = {activity.id for activity in view.declaration.activities}
    taken |= {activity.id for activity in fresh.activities}
    fresh.activities += [item for item in imported.activities if item.id not in taken]


def _new_activities(view: View, fresh: Draft, splicer: Splicer, additions: list[Addition]) -> None:
    subjects = {subject.id for subject in view.declaration.subjects}
    for activity in sorted(fresh.activities, key=lambda item: item.id):
        if "subjects" in view.declaration.sections and activity.subject not in subjects:
            activity.subject = ""
        activity.recipients = set()
        splicer.add_entries("activities", activity_lines(activity))
        additions.append(Addition(f"activities[{activity.id}]", tuple(sorted(activity.elements))))


def _new_recipients(
    view: View, top: yaml.Node, splicer: Splicer, additions: list[Addition]
) -> None:
    """Recipients, and the activities whose data reaches them."""
    naming: dict[str, list[str]] = defaultdict(list)
    for transfer in view.graph.transfers:
        known = view.recipients.get(transfer.recipient)
        if view.coverage.recipient_named(transfer, known) is not None:
            continue
        splicer.add_entries("recipients", recipient_lines(transfer, known, view.near))
        additions.append(Addition(f"recipients[{transfer.recipient}]", transfer.elements))
        for activity in activities_reaching(view, transfer.recipient):
            if transfer.recipient not in activity.recipients:
                naming[activity.id].append(transfer.recipient)
    for item in nameless_recipients(view):
        lines = recipient_lines(item.transfer, None, view.near, item.evidence)
        splicer.add_entries("recipients", lines)
        additions.append(Addition(f"recipients[{item.id}]", item.transfer.elements))
        for activity in activities_of_flows(view, item.flows):
            naming[activity.id].append(item.id)
    for difference in unnamed_recipients(view):
        naming[difference.key.split("[")[1].split("]")[0]].append(difference.recipient)
    for name, recipients in sorted(naming.items()):
        entry = find_entry(top, "activities", name)
        if entry is not None:
            splicer.add_values(entry, "recipients", recipients)
            additions.append(Addition(f"activities[{name}].recipients", tuple(recipients)))
