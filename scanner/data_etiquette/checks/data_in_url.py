"""ETQ308: personal data in addresses: links and redirects that are made, routes that ask for it."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import flow_query
from data_etiquette.checks.surface import route_of
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding


def data_in_url(context: Context) -> Iterator[Finding]:
    """One finding for each flow into an address, and for each parameter of a route."""
    yield from flow_query(context)
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
