"""ETQ302: personal data in the text of an exception, and the answers that such a text ends in."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import fitting_flows, sentence
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.report import Finding

_ANSWERS = (SinkKind.RESPONSE, SinkKind.TEMPLATE)
_CAUGHT = (" raises ", "'s exceptions ")
"""What the steps say of a value that came by the text of a caught exception."""


def data_in_exception(context: Context) -> Iterator[Finding]:
    """One finding for each flow into an exception, or by one into an answer."""
    told = set()
    for number, flow in fitting_flows(context):
        told.add((flow.sink.location.path, flow.sink.location.line, flow.element))
        yield context.on_flow(number, flow, sentence(context, flow))
    without = context.query("flow.except")
    for number, flow in enumerate(context.graph.flows):
        place = (flow.sink.location.path, flow.sink.location.line, flow.element)
        if flow.sink.kind not in _ANSWERS or place in told or not _is_caught(flow, without):
            continue
        told.add(place)
        message = f"{sentence(context, flow)} by the text of an exception"
        yield context.on_flow(number, flow, message)


def _is_caught(flow: Flow, without: tuple[str, ...]) -> bool:
    return any(
        mark in step.note and not any(f"{mark}{name} " in step.note for name in without)
        for step in flow.steps
        for mark in _CAUGHT
    )
