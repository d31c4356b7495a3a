"""ETQ306: personal data on its way without encryption."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import first_traces, sentence
from data_etiquette.checks.stated import stated
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.report import Finding

_SENDING = (SinkKind.THIRD_PARTY, SinkKind.LLM, SinkKind.EMAIL, SinkKind.QUEUE, SinkKind.SEARCH)


def cleartext_transport(context: Context) -> Iterator[Finding]:
    """One finding for each flow that is sent in clear, and for each setting that allows it."""
    for number, flow in first_traces(context.graph.flows):
        reason = _reason(context, flow)
        if reason:
            yield context.on_flow(number, flow, f"{sentence(context, flow)} {reason}")
    for setting, told in stated(context):
        yield context.on_place(setting.location, told, setting.key)


def _reason(context: Context, flow: Flow) -> str:
    options = dict(flow.sink.options)
    if flow.sink.kind is SinkKind.COOKIE:
        return "that is also sent without TLS: secure is off" if _is_off(options, "secure") else ""
    if flow.sink.kind not in _SENDING:
        return ""
    for scheme in context.query("schemes"):
        if flow.sink.address.lower().startswith(scheme):
            return f"by {scheme.rstrip(':/')}, without encryption"
    for name in context.query("verifying"):
        if _is_off(options, name):
            return f"without a check of the certificate: {name} is off"
    return ""


def _is_off(options: dict[str, str], name: str) -> bool:
    return options.get(name, "").lower() in ("false", "0", "none", "cert_none") and name in options
