"""ETQ702: a declared recipient gets data that its entry does not list."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import sentence
from data_etiquette.checks.recipients import declared_for, leaving, lists_element
from data_etiquette.model.graph import Flow
from data_etiquette.model.report import Finding, Practice


def undeclared_data_to_recipient(context: Context) -> Iterator[Finding]:
    """One finding for each field at each sink whose element is not listed."""
    for number, flow in leaving(context):
        recipient = declared_for(context, flow)
        if recipient is None or not recipient.data:
            continue
        if not lists_element(context, recipient.data, flow.element):
            message = f"{sentence(context, flow)}; the entry of {recipient.name} does not list it"
            yield context.on_flow(number, flow, message)


def data_within_list(context: Context) -> Iterator[Practice]:
    """Each recipient that was seen to get nothing but what is listed."""
    flows: dict[str, list[Flow]] = {}
    wrong: set[str] = set()
    for _, flow in leaving(context):
        recipient = declared_for(context, flow)
        if recipient is None or not recipient.data:
            continue
        flows.setdefault(recipient.name, []).append(flow)
        if not lists_element(context, recipient.data, flow.element):
            wrong.add(recipient.name)
    for name, found in sorted(flows.items()):
        if name not in wrong:
            data = ", ".join(sorted({context.label(flow.element) for flow in found}))
            message = f"{name} gets only what is declared: {data}"
            yield context.kept(found[0].sink.location, message)
