"""ETQ709: personal data goes to a host, and nobody says whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.recipients import declared_for, known_recipient
from data_etiquette.declaration.match import OUTSIDE
from data_etiquette.model.graph import Flow
from data_etiquette.model.report import Finding


def unlisted_host(context: Context) -> Iterator[Finding]:
    """One finding for each host, where data first goes to it."""
    found: dict[str, list[tuple[int, Flow]]] = {}
    for number, flow in enumerate(context.graph.flows):
        host = flow.sink.recipient
        if flow.sink.kind not in OUTSIDE or "." not in host or "://" not in flow.sink.address:
            continue
        if known_recipient(context, host) is None and declared_for(context, flow) is None:
            found.setdefault(host, []).append((number, flow))
    for host, flows in sorted(found.items()):
        number, flow = flows[0]
        elements = sorted({context.label(item.element) for _, item in flows})
        places = {item.sink.location for _, item in flows}
        more = f" at {len(places)} places" if len(places) > 1 else ""
        message = f"{', '.join(elements[:4])} goes to {host}{more}; whose host it is, is not known"
        yield context.on_flow(number, flow, message, context.rule.severity)
