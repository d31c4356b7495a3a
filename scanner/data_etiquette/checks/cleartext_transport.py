"""ETQ306: personal data on its way without encryption."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import first_traces, sentence
from data_etiquette.checks.stated import severity_of, stated
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import Confidence, Severity, SinkKind
from data_etiquette.model.report import Finding

_SENDING = (SinkKind.THIRD_PARTY, SinkKind.LLM, SinkKind.EMAIL, SinkKind.QUEUE, SinkKind.SEARCH)

_UNSAID = "that is also sent without TLS: nothing sets secure"


def cleartext_transport(context: Context) -> Iterator[Finding]:
    """One finding for each flow that is sent in clear, and for each setting that allows it."""
    for number, flow in first_traces(context.graph.flows):
        reason = _reason(context, flow)
        if reason:
            # What only nobody said may be said by a proxy: less sure, and less grave.
            severity = Severity.MEDIUM if reason == _UNSAID else None
            message = f"{sentence(context, flow)} {reason}"
            yield context.on_flow(number, flow, message, severity)
    for setting, told in stated(context):
        severity = severity_of(context, setting)
        yield context.on_place(setting.location, told, setting.key, severity=severity)
    yield from _unsaid(context)


def _reason(context: Context, flow: Flow) -> str:
    options = dict(flow.sink.options)
    if flow.sink.kind is SinkKind.COOKIE:
        return _of_cookie(context, flow, options)
    if flow.sink.kind not in _SENDING:
        return ""
    for scheme in context.query("schemes"):
        if flow.sink.address.lower().startswith(scheme):
            return f"by {scheme.rstrip(':/')}, without encryption"
    for name in context.query("verifying"):
        if _is_off(options, name):
            return f"without a check of the certificate: {name} is off"
    return ""


def _of_cookie(context: Context, flow: Flow, options: dict[str, str]) -> str:
    if _is_off(options, "secure"):
        return "that is also sent without TLS: secure is off"
    if "secure" in options or "**" in options or not flow.sink.name.lower().endswith("cookie"):
        return ""
    if flow.element in context.query("cookies.except_elements") or _sealed_by_settings(context):
        return ""
    return _UNSAID


def _sealed_by_settings(context: Context) -> bool:
    """Whether settings send people to TLS and make their browsers remember it."""
    return any(
        setting.key.lower() in context.query("cookies.hsts") and setting.value not in ("", "0")
        for setting in context.graph.settings
        if setting.meets_people
    )


def _unsaid(context: Context) -> Iterator[Finding]:
    """A mail server elsewhere, where no setting speaks of encryption."""
    stating = [setting for setting in context.graph.settings if setting.meets_people]
    keys = {setting.key.lower() for setting in stating}
    told: set[str] = set()
    for setting in stating:
        key = setting.key.lower()
        wanted = context.query(f"unsaid.{key}")
        is_near = not setting.value or setting.value.startswith(context.query("near"))
        if not wanted or key in told or keys & set(wanted):
            continue
        if setting.kind != "reference" and is_near:
            continue
        told.add(key)
        message = f"{setting.key} names a mail server, and no setting turns encryption on"
        yield context.on_place(setting.location, message, setting.key, confidence=Confidence.MEDIUM)


def _is_off(options: dict[str, str], name: str) -> bool:
    return options.get(name, "").lower() in ("false", "0", "none", "cert_none") and name in options
