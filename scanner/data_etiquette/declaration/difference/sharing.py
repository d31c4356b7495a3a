"""Activities and recipients that the code puts together and the declaration does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data_etiquette.declaration.difference import patch
from data_etiquette.declaration.difference.view import View
from data_etiquette.model.declaration import Activity
from data_etiquette.model.difference import Difference
from data_etiquette.model.graph import Flow
from data_etiquette.model.location import Location


def unnamed_recipients(view: View) -> Iterator[Difference]:
    """A declared recipient gets data of an activity that does not name it."""
    places: dict[tuple[str, str], tuple[Location, str]] = {}
    for flow in view.graph.flows:
        recipient = view.coverage.recipient_of_flow(flow)
        activities = _activities_of(view, flow) if recipient is not None else []
        if recipient is None or not activities:
            continue
        if any(recipient.id in activity.recipients for activity in activities):
            continue
        key = (activities[0].id, recipient.id)
        found = (flow.sink.location, flow.element)
        places[key] = min(places.get(key, found), found)
    for (activity, recipient_id), (place, element) in sorted(places.items()):
        yield Difference(
            kind="different",
            about="recipient",
            key=f"activities[{activity}].recipients[{recipient_id}]",
            message=f"{view.label(element)} of {activity} reaches {recipient_id}, which that "
            "activity does not name",
            location=place,
            patch=patch.entry("activities", activity, f"recipients: [{recipient_id}]  # add"),
            element=element,
            recipient=recipient_id,
        )


def activities_reaching(view: View, recipient: str) -> list[Activity]:
    """Activities whose data flows to a recipient, the first that covers each field."""
    return activities_of_flows(
        view, [flow for flow in view.graph.flows if flow.sink.recipient == recipient]
    )


def activities_of_flows(view: View, flows: Iterable[Flow]) -> list[Activity]:
    """The first activity that covers each flow's field."""
    found: dict[str, Activity] = {}
    for flow in flows:
        found |= {one.id: one for one in _activities_of(view, flow)[:1]}
    return [found[name] for name in sorted(found)]


def _activities_of(view: View, flow: Flow) -> list[Activity]:
    """Activities that cover the field a flow starts at."""
    found: dict[str, Activity] = {}
    for entity in view.graph.entities:
        if entity.name == flow.entity and entity.stored:
            for item in entity.personal_fields:
                if item.name == flow.field:
                    found |= {one.id: one for one in view.coverage.activities_of(entity, item)}
    return [found[name] for name in sorted(found)]


def recipients_for_other_purposes(view: View) -> Iterator[Difference]:
    """A recipient is declared for purposes that no activity which names it has."""
    for recipient in view.declaration.recipients:
        naming = [one for one in view.declaration.activities if recipient.id in one.recipients]
        purposes = {purpose for activity in naming for purpose in activity.purposes}
        missing = sorted(set(recipient.purposes) - purposes)
        if not naming or not missing or any(name.startswith("TODO") for name in purposes):
            continue
        key = f"recipients[{recipient.id}].purposes"
        names = ", ".join(activity.id for activity in naming)
        yield Difference(
            kind="different",
            about="purpose",
            key=key,
            message=f"{recipient.name} is declared for {', '.join(missing)}, which is no purpose "
            f"of {names}",
            location=view.in_file(key),
            patch=patch.entry(
                "recipients", recipient.id, f"purposes: {patch.flow_list(sorted(purposes))}"
            ),
            recipient=recipient.id,
        )
