"""ETQ701: data flows to a third party that the declaration does not name."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import sentence
from data_etiquette.checks.recipients import declared_for, goes_to_unknown_host
from data_etiquette.declaration.match import OUTSIDE
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import Severity
from data_etiquette.model.report import Finding, Practice


def undeclared_recipient(context: Context) -> Iterator[Finding]:
    """Without a declaration every third-party flow is told, one level lower."""
    told: set[tuple[object, ...]] = set()
    for number, flow in enumerate(context.graph.flows):
        # Whose e-mail address it is, the buyer's or the visitor's, changes nothing of what to do.
        end = (flow.sink.location, flow.sink.kind, flow.element)
        if flow.sink.kind not in OUTSIDE or end in told or goes_to_unknown_host(context, flow):
            continue
        told.add(end)
        if context.declaration is None:
            message = f"{sentence(context, flow)}, a third party; there is no declaration"
            yield context.on_flow(number, flow, message, Severity.MEDIUM)
        elif declared_for(context, flow) is None:
            message = f"{sentence(context, flow)}, which is not declared as a recipient"
            yield context.on_flow(number, flow, message)


def recipient_declared(context: Context) -> Iterator[Practice]:
    """Each declared recipient that data was seen to reach, where it first does."""
    first: dict[str, Flow] = {}
    for flow in context.graph.flows:
        recipient = declared_for(context, flow) if flow.sink.kind in OUTSIDE else None
        if recipient is not None:
            first.setdefault(recipient.name, flow)
    for name, flow in sorted(first.items()):
        yield context.kept(flow.sink.location, f"{name}, which gets data, is declared")
