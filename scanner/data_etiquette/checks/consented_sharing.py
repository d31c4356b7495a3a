"""ETQ706: a recipient that depends on consent gets data on a way that does not ask for it."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.recipients import declared_for, leaving
from data_etiquette.model.declaration import DeclaredConsent, DeclaredRecipient
from data_etiquette.model.graph import Flow
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Practice


def sharing_without_consent(context: Context) -> Iterator[Finding]:
    """One finding for each sink of such a recipient."""
    for number, flow, recipient, wanted, elements in _depending(context):
        if any(_asks(flow, consent) for consent in wanted):
            continue
        data = ", ".join(context.label(element) for element in elements[:4])
        fields = ", ".join(consent.field for consent in wanted)
        message = (
            f"{data} reaches {recipient.name}, which depends on consent; "
            f"no read of {fields} was found on the way"
        )
        yield context.on_flow(number, flow, message)


def sharing_with_consent(context: Context) -> Iterator[Practice]:
    """Each sink that is reached only behind the consent."""
    for _, flow, recipient, wanted, _elements in _depending(context):
        if any(_asks(flow, consent) for consent in wanted):
            message = f"{recipient.name} gets data only where {wanted[0].field} was asked"
            yield context.kept(flow.sink.location, message, element=flow.element)


def _depending(
    context: Context,
) -> Iterator[tuple[int, Flow, DeclaredRecipient, tuple[DeclaredConsent, ...], list[str]]]:
    """The first flow of each sink, with what else goes there; the worst of several decides."""
    found: dict[Location, list[tuple[int, Flow]]] = {}
    taking_out = {
        (item.location.path, item.location.line) for item in context.graph.removals
    }  # who takes an address off a list has to name it
    for number, flow in leaving(context):
        if (flow.sink.location.path, flow.sink.location.line) in taking_out:
            continue
        found.setdefault(flow.sink.location, []).append((number, flow))
    for _, flows in sorted(found.items()):
        recipient = declared_for(context, flows[0][1])
        wanted = _consents(context, recipient) if recipient is not None else ()
        if recipient is None or not wanted:
            continue
        number, flow = next(
            (pair for pair in flows if not any(_asks(pair[1], consent) for consent in wanted)),
            flows[0],
        )
        yield number, flow, recipient, wanted, sorted({item.element for _, item in flows})


def _consents(context: Context, recipient: DeclaredRecipient) -> tuple[DeclaredConsent, ...]:
    """Consents that a recipient names, or that all activities rest on which name the recipient."""
    declaration = context.declaration
    if declaration is None:
        return ()
    names = {recipient.consent} if recipient.consent else set()
    using = [a for a in declaration.activities if recipient.id in a.recipients]
    if not names and using and all(a.legal_basis == "consent" for a in using):
        names = {name for activity in using for name in activity.consent}
    return tuple(item for item in declaration.consent if item.id in names and item.field)


def _asks(flow: Flow, consent: DeclaredConsent) -> bool:
    """Whether a guard of the flow reads the declared field, however its owner is written."""
    owner, _, name = consent.field.rpartition(".")
    return any(
        field == name and (not owner or entity.endswith(owner) or owner.endswith(entity))
        for entity, field in flow.guards
    )
