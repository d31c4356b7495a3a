"""The two questions most rules ask: does data reach a kind of sink; is a field of some kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data_etiquette.checks.context import Context
from data_etiquette.model.graph import Flow
from data_etiquette.model.report import Finding


def flow_query(context: Context) -> Iterator[Finding]:
    """`flow: {to: [log], elements: […], groups: […]}`: one finding for each flow that fits.

    `except` names sinks by the last part of their name, `except_elements` data that may go there.
    """
    for number, flow in fitting_flows(context):
        # Who runs a command sees what it prints: that is less than a log, which stays.
        on_console = flow.sink.name.endswith(context.query("console"))
        severity = context.rule.severity if on_console else None
        yield context.on_flow(number, flow, sentence(context, flow), severity)


def fitting_flows(context: Context) -> Iterator[tuple[int, Flow]]:
    """The flows that the rule's `flow` query asks for, with their numbers; one of each end."""
    kinds, without = context.query("flow.to"), context.query("flow.except")
    for number, flow in first_traces(context.graph.flows):
        if flow.sink.kind.value not in kinds or not _fits(context, flow):
            continue
        if flow.sink.name.rsplit(".", 1)[-1] not in without:
            yield number, flow


def first_traces(flows: Sequence[Flow]) -> Iterator[tuple[int, Flow]]:
    """The first of all flows of one field to one sink, with its number: one finding each."""
    seen: set[tuple[object, ...]] = set()
    for number, flow in enumerate(flows):
        if flow.end not in seen:
            seen.add(flow.end)
            yield number, flow


def field_query(context: Context) -> Iterator[Finding]:
    """`field: {elements: […], groups: […]}`: one finding for each stored field that fits."""
    elements, groups = context.query("field.elements"), context.query("field.groups")
    for entity, item in context.stored_fields():
        if item.element in elements or item.group in groups:
            message = f"{context.label(item.element)} is stored in {entity.name}.{item.name}"
            yield context.on_field(entity, item, message)


def sentence(context: Context, flow: Flow) -> str:
    """`E-mail address of Customer reaches logging.info`."""
    owner = f" of {flow.entity}" if flow.entity else ""
    where = flow.sink.recipient_name or flow.sink.name
    if flow.sink.recipient_name and flow.sink.recipient_name not in flow.sink.name:
        where = f"{flow.sink.recipient_name} through {flow.sink.name}"
    return f"{context.label(flow.element)}{owner} reaches {where}"


def _fits(context: Context, flow: Flow) -> bool:
    elements, groups = context.query("flow.elements"), context.query("flow.groups")
    if flow.element in context.query("flow.except_elements"):
        return False
    if not elements and not groups:
        return True
    known = context.elements.get(flow.element)
    return flow.element in elements or (known is not None and known.group in groups)
