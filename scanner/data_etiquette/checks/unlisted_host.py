"""ETQ709: personal data goes to a host, and nobody says whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.recipients import goes_to_unknown_host
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import Severity
from data_etiquette.model.report import Finding

_MAX_NAMES = 4


def unlisted_host(context: Context) -> Iterator[Finding]:
    """One finding for each host, where the gravest data first goes to it."""
    found: dict[str, list[tuple[int, Flow]]] = {}
    for number, flow in enumerate(context.graph.flows):
        if goes_to_unknown_host(context, flow):
            found.setdefault(flow.sink.recipient, []).append((number, flow))
    for host, flows in sorted(found.items()):
        number, flow = max(flows, key=lambda pair: context.severity_for(pair[1].element).rank)
        message = _message(context, host, [item for _, item in flows])
        yield context.on_flow(number, flow, message, _severity(context, flow))


def _severity(context: Context, flow: Flow) -> Severity:
    """One level more where a declaration says to whom data goes, and says nothing of this."""
    severity = context.severity_for(flow.element)
    return severity.raised() if context.declaration is not None else severity


def _message(context: Context, host: str, flows: list[Flow]) -> str:
    elements = sorted({context.label(item.element) for item in flows})
    more = f" and {len(elements) - _MAX_NAMES} more" if len(elements) > _MAX_NAMES else ""
    places = {item.sink.location for item in flows}
    where = f" from {len(places)} places" if len(places) > 1 else ""
    verb = "goes" if len(elements) == 1 else "go"
    return (
        f"{', '.join(elements[:_MAX_NAMES])}{more} {verb} to {host}{where}; "
        "whose host it is, is not known"
    )
