"""ETQ308: personal data in addresses: links and redirects that are made, routes that ask for it."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import fitting_flows, sentence
from data_etiquette.checks.surface import route_of
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding


def data_in_url(context: Context) -> Iterator[Finding]:
    """One finding for each flow into an address, and for each parameter of a route."""
    for number, flow in fitting_flows(context):
        if not _is_made_elsewhere(context, flow):
            yield context.on_flow(number, flow, sentence(context, flow))
    for endpoint in context.graph.endpoints:
        told: set[str] = set()
        for asked in endpoint.asked:
            if asked.element not in context.query("routes.elements") or asked.element in told:
                continue
            told.add(asked.element)
            message = (
                f"{context.label(asked.element)} stands in the {asked.place} of "
                f"{route_of(endpoint)}: `{asked.name}`"
            )
            yield context.on_place(
                Location(endpoint.location.path, endpoint.location.line),
                message,
                f"{endpoint.name}:{asked.name}",
                confidence=Confidence.MEDIUM,
                element=asked.element,
            )


def _is_made_elsewhere(context: Context, flow: Flow) -> bool:
    """Whether the address is told where it is made: by `reverse(…)`, before the redirect to it."""
    made = {
        (other.sink.location.path, other.sink.location.line)
        for other in context.graph.flows
        if other.sink.kind is flow.sink.kind
        and (other.element, other.entity, other.field) == (flow.element, flow.entity, flow.field)
        and other.sink.location != flow.sink.location
    }
    return any((step.path, step.line) in made for step in flow.steps[:-1])
