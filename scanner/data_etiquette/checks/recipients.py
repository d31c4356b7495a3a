"""What sharing rules share: flows that leave, by recipient, and what is declared of it."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.declaration.match import OUTSIDE
from data_etiquette.model.catalog import KnownRecipient
from data_etiquette.model.declaration import DeclaredRecipient
from data_etiquette.model.graph import Flow
from data_etiquette.model.location import Location


def leaving(context: Context) -> Iterator[tuple[int, Flow]]:
    """The first of all flows of one field to one recipient's sink, with its number."""
    seen: set[tuple[object, ...]] = set()
    for number, flow in enumerate(context.graph.flows):
        if flow.element in context.query("returned"):
            continue  # an identifier that the recipient gave goes back to where it came from
        if (flow.sink.kind in OUTSIDE or flow.sink.recipient) and flow.end not in seen:
            seen.add(flow.end)
            yield number, flow


def declared_for(context: Context, flow: Flow) -> DeclaredRecipient | None:
    """The declared recipient that a flow ends at: by its sink, else by what is known of it.

    Somebody who declares `modules: [stripe]` means the host `api.stripe.com` as well.
    """
    found = context.coverage.recipient_of_flow(flow)
    if found is not None or not flow.sink.recipient:
        return found
    for transfer in context.graph.transfers:
        if transfer.recipient == flow.sink.recipient:
            known = known_recipient(context, transfer.recipient)
            return context.coverage.recipient_named(transfer, known)
    return None


def known_recipient(context: Context, identity: str) -> KnownRecipient | None:
    """What the rules say of a recipient."""
    return next((item for item in context.catalog.recipients if item.id == identity), None)


def goes_to_unknown_host(context: Context, flow: Flow) -> bool:
    """Whether data goes to a host that is in the code, and neither rules nor file know whose.

    Such flows are ETQ709's; ETQ701 tells of recipients that are known and not declared, and of
    addresses that come from a setting.
    """
    host = flow.sink.recipient
    if flow.sink.kind not in OUTSIDE or "." not in host or "://" not in flow.sink.address:
        return False
    return known_recipient(context, host) is None and declared_for(context, flow) is None


def lists_element(context: Context, patterns: tuple[str, ...], element: str) -> bool:
    """Whether a list of elements and groups names an element."""
    known = context.elements.get(element)
    group = known.group if known is not None else ""
    keys = (element, group, f"{group}.{element}")
    return any(fnmatch.fnmatchcase(key, pattern) for pattern in patterns for key in keys)


def place_of(context: Context, recipient: DeclaredRecipient) -> Location:
    """Where a recipient is declared."""
    path = context.declaration.path if context.declaration is not None else ""
    return Location(path, recipient.line)


def declared_recipients(context: Context) -> tuple[DeclaredRecipient, ...]:
    """All, in the declaration's order."""
    return context.declaration.recipients if context.declaration is not None else ()


def countries_of(context: Context, recipient: DeclaredRecipient) -> tuple[str, ...]:
    """Where data goes: as declared, else where the known service sits."""
    if recipient.countries or recipient.country:
        return recipient.countries or (recipient.country,)
    known = next(
        (
            item
            for item in context.catalog.recipients
            if item.id == recipient.id
            or item.name.lower() == recipient.name.lower()
            or set(item.modules) & set(recipient.modules)
            or set(item.hosts) & set(recipient.hosts)
        ),
        None,
    )
    return (known.country,) if known is not None and known.country else ()
