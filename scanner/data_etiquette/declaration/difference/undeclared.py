"""Found in the code, and not declared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from data_etiquette.declaration.difference import patch
from data_etiquette.declaration.difference.nameless import nameless_recipients
from data_etiquette.declaration.difference.view import View, fits
from data_etiquette.declaration.match import name_of
from data_etiquette.model.difference import Difference
from data_etiquette.model.graph import Entity, Field, Transfer
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location

_SHOWN = 3


def undeclared_data(view: View) -> Iterator[Difference]:
    """One difference for each element of each activity that would have to name it."""
    open_fields: dict[tuple[str, str], list[tuple[Entity, Field]]] = defaultdict(list)
    for entity, item in view.personal_fields():
        if not view.coverage.activities_of(entity, item):
            near = view.activity_near(entity)
            open_fields[near.id if near is not None else "", item.element].append((entity, item))
    for (activity, element), found in sorted(open_fields.items(), key=lambda entry: entry[0]):
        names = [f"{entity.name}.{item.name}" for entity, item in found]
        yield Difference(
            kind="undeclared",
            about="element",
            key=f"activities[{activity or 'TODO'}].data[{element}]",
            message=f"{view.label(element)} is in no activity: {_listed(names)}",
            location=min(item.location for _, item in found),
            patch=_data_patch(view, activity, element, found),
            element=element,
            entity=found[0][0].name,
        )


def _data_patch(view: View, activity: str, element: str, found: list[tuple[Entity, Field]]) -> str:
    """The element; and the entity, where the activity names entities and not this one."""
    declared = next((item for item in view.declaration.activities if item.id == activity), None)
    if declared is None or not declared.include:
        return patch.data_of_activity(activity or "TODO", [element])
    if not declared.data:
        names = sorted({f"{name_of(entity)}.{item.name}" for entity, item in found})
        return patch.data_of_activity(activity, [], names)
    entities = {
        f"{name_of(entity)}.*"
        for entity, item in found
        if entity.stored and not any(fits(pattern, entity, item) for pattern in declared.include)
    }
    return patch.data_of_activity(activity, [element], sorted(entities))


def undeclared_recipients(view: View) -> Iterator[Difference]:
    """One difference for each recipient that was seen."""
    for transfer in view.graph.transfers:
        known = view.recipients.get(transfer.recipient)
        if view.coverage.recipient_named(transfer, known) is None:
            got = ", ".join(view.label(element) for element in transfer.elements)
            yield Difference(
                kind="undeclared",
                about="recipient",
                key=f"recipients[{transfer.recipient}]",
                message=f"{transfer.name} is not declared as a recipient"
                + (f"; it gets {got}" if got else "; its library is imported"),
                location=_place(transfer),
                patch=patch.new_recipient(transfer, known, view.near),
                recipient=transfer.recipient,
            )


def undeclared_nameless(view: View) -> Iterator[Difference]:
    """Somebody gets data, and only the code that sends it tells who it may be."""
    for item in nameless_recipients(view):
        got = ", ".join(view.label(element) for element in sorted(item.elements))
        where = item.module or item.path
        yield Difference(
            kind="undeclared",
            about="recipient",
            key=f"recipients[{item.id}]",
            message=f"whoever gets {got} through {where} is not declared as a recipient",
            location=_place(item.transfer),
            patch=patch.new_recipient(item.transfer, None, view.near, item.evidence),
            recipient=item.id,
        )


def undeclared_data_to_recipients(view: View) -> Iterator[Difference]:
    """Data that a declared recipient gets beyond what its entry lists."""
    places: dict[tuple[str, str], Location] = {}
    for flow in view.graph.flows:
        if flow.sink.kind not in (SinkKind.THIRD_PARTY, SinkKind.LLM) and not flow.sink.recipient:
            continue
        recipient = view.coverage.recipient_of_flow(flow) or view.declared_as(flow.sink.recipient)
        if recipient is None or not recipient.data:
            continue
        element = view.elements.get(flow.element)
        if element is None or patch.is_listed(recipient.data, element):
            continue
        key = (recipient.id, flow.element)
        places[key] = min(places.get(key, flow.sink.location), flow.sink.location)
    for (recipient_id, element_id), place in sorted(places.items()):
        yield Difference(
            kind="undeclared",
            about="data",
            key=f"recipients[{recipient_id}].data[{element_id}]",
            message=f"{view.label(element_id)} reaches {recipient_id}; its entry lacks it",
            location=place,
            patch=patch.data_of_recipient(recipient_id, element_id),
            element=element_id,
            recipient=recipient_id,
        )


def _place(transfer: Transfer) -> Location:
    return min(transfer.locations) if transfer.locations else Location("", 1)


def _listed(names: list[str]) -> str:
    """`User.phone, Order.phone, Guest.phone and 4 more`."""
    unique = list(dict.fromkeys(names))
    rest = len(unique) - _SHOWN
    shown = ", ".join(unique[:_SHOWN])
    return f"{shown} and {rest} more" if rest > 0 else shown
