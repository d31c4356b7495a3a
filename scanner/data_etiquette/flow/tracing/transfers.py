"""Who takes part: recipients seen through imports, hosts and flows."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.flow.lexicon.knowledge import Knowledge
from data_etiquette.flow.program.program import Program
from data_etiquette.model.catalog import KnownRecipient
from data_etiquette.model.graph import Flow, Transfer
from data_etiquette.model.location import Location


@dataclass(slots=True)
class _Seen:
    name: str
    kind: str = ""
    country: str = ""
    known: bool = True
    elements: set[str] = field(default_factory=set)
    locations: set[Location] = field(default_factory=set)


def find_transfers(
    program: Program, knowledge: Knowledge, flows: tuple[Flow, ...]
) -> tuple[Transfer, ...]:
    """One entry for each recipient, with the elements that were seen to reach it."""
    seen: dict[str, _Seen] = {}
    for facts in program.files:
        for _, target in facts.imports:
            recipient = _imported(target, facts.path, program, knowledge)
            if recipient is not None:
                entry = seen.setdefault(recipient.id, _of(recipient))
                entry.locations.add(Location(facts.path, 1))
    for flow in flows:
        if not flow.sink.recipient:
            continue
        known = knowledge.recipients.get(flow.sink.recipient)
        made = _of(known) if known is not None else _Seen(flow.sink.recipient, known=False)
        entry = seen.setdefault(flow.sink.recipient, made)
        entry.elements.add(flow.element)
        entry.locations = {
            place
            for place in entry.locations
            if place.path != flow.sink.location.path or place.line > 1
        }
        entry.locations.add(Location(flow.sink.location.path, flow.sink.location.line))
    return tuple(
        Transfer(
            recipient=identity,
            name=entry.name,
            kind=entry.kind,
            country=entry.country,
            elements=tuple(sorted(entry.elements)),
            locations=tuple(sorted(entry.locations)),
            known=entry.known,
        )
        for identity, entry in sorted(seen.items())
    )


def _of(recipient: KnownRecipient) -> _Seen:
    return _Seen(recipient.name, recipient.kind, recipient.country)


def _imported(
    target: str, path: str, program: Program, knowledge: Knowledge
) -> KnownRecipient | None:
    """The recipient whose SDK an import names, unless the repository has a module of that name."""
    recipient = knowledge.recipient_of_call(target)
    if recipient is None or program.is_first_party(target, path):
        return None
    return recipient
