"""ETQ314: personal data in a shared cache, for ever or as a key."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import fitting_flows, sentence
from data_etiquette.model.graph import Flow
from data_etiquette.model.report import Finding


def cached_data(context: Context) -> Iterator[Finding]:
    """One finding for each flow into a cache that is no source of expiry, or into its key."""
    for number, flow in fitting_flows(context):
        reason = _reason(context, flow)
        if reason:
            yield context.on_flow(number, flow, f"{sentence(context, flow)} {reason}")


def _reason(context: Context, flow: Flow) -> str:
    if flow.sink.name.endswith(" key"):
        return "as a key, which every tool for the cache shows"
    return "" if has_expiry(context, flow) else "without an expiry"


def has_expiry(context: Context, flow: Flow) -> bool:
    """Whether the call, its method or the cache's set-up says when the value goes."""
    options = dict(flow.sink.options)
    method = flow.sink.name.rsplit(".", 1)[-1]
    given = [options[name].lower() for name in context.query("expiry") if name in options]
    if given:
        return "none" not in given and "0" not in given
    if method in context.query("expiring"):
        return True
    # A call with three values says how long by the third.
    third = options.get("2", "")
    if third:
        return third.lower() != "none"
    return not any(word in flow.sink.name.lower() for word in context.query("endless"))
