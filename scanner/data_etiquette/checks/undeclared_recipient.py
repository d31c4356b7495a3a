"""ETQ701: data flows to a third party that the declaration does not name."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import first_traces, sentence
from data_etiquette.model.kind import Severity, SinkKind
from data_etiquette.model.report import Finding

_OUTSIDE = (SinkKind.THIRD_PARTY, SinkKind.LLM)


def undeclared_recipient(context: Context) -> Iterator[Finding]:
    """Without a declaration every third-party flow is told, one level lower."""
    for number, flow in first_traces(context.graph.flows):
        if flow.sink.kind not in _OUTSIDE:
            continue
        if context.declaration is None:
            message = f"{sentence(context, flow)}, a third party; there is no declaration"
            yield context.on_flow(number, flow, message, Severity.MEDIUM)
        elif context.coverage.recipient_of(flow.sink) is None:
            message = f"{sentence(context, flow)}, which is not declared as a recipient"
            yield context.on_flow(number, flow, message)
