"""ETQ506: copies in caches and search indexes that no change or deletion renews."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import first_traces
from data_etiquette.checks.surface import Surface
from data_etiquette.model.application import Refresh
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.report import Finding, Practice

_KINDS = {SinkKind.CACHE: "cache", SinkKind.SEARCH: "search"}
_FOREVER = frozenset({"None", "0", "-1"})


def stale_copy(context: Context) -> Iterator[Finding]:
    """One finding for each cache entry or index with data of stored entities."""
    surface = Surface(context.graph)
    changed = {write.entity for write in context.graph.written if write.how == "update"}
    changed |= {erasure.entity for erasure in context.graph.erasures}
    names = surface.names(changed)
    told: set[tuple[str, int, str]] = set()
    for number, flow in first_traces(context.graph.flows):
        kind = _KINDS.get(flow.sink.kind, "")
        place = (flow.sink.location.path, flow.sink.location.line, flow.entity)
        if not kind or flow.entity not in names or place in told or "key" in flow.sink.name:
            continue
        if _expires(context, flow) or _renews_itself(context, flow):
            continue
        if any(_fits(refresh, flow, kind) for refresh in context.graph.refreshes):
            continue
        told.add(place)
        message = (
            f"{context.label(flow.element)} of {flow.entity} is kept by {flow.sink.name}, and "
            "nothing was found that renews or drops it when the original changes"
        )
        yield context.on_flow(number, flow, message, context.rule.severity)


def renewed_copies(context: Context) -> Iterator[Practice]:
    """Calls that drop or renew a copy that was found to hold personal data."""
    flows = [f for f in context.graph.flows if f.sink.kind in _KINDS and f.entity]
    told: set[str] = set()
    for refresh in context.graph.refreshes:
        fitting = [f for f in flows if _fits(refresh, f, _KINDS[f.sink.kind])]
        if fitting and fitting[0].entity not in told:
            told.add(fitting[0].entity)
            name = refresh.scope.rsplit(".", 1)[-1]
            message = f"{name} renews the copy of {fitting[0].entity} in the {refresh.kind}"
            yield context.kept(refresh.location, message, entity=fitting[0].entity)


def _expires(context: Context, flow: Flow) -> bool:
    """An entry with a time to live is stale for that long only."""
    names = context.query("expiry.options")
    given = [value for name, value in flow.sink.options if name in names]
    return any(value not in _FOREVER for value in given)


def _renews_itself(context: Context, flow: Flow) -> bool:
    return any(word in flow.sink.name for word in context.query("automatic.sinks"))


def _fits(refresh: Refresh, flow: Flow, kind: str) -> bool:
    if refresh.kind != kind:
        return False
    if refresh.key and flow.sink.address:
        return refresh.key.startswith(flow.sink.address) or flow.sink.address.startswith(
            refresh.key
        )
    folder = flow.sink.location.path.rpartition("/")[0]
    return refresh.location.path.rpartition("/")[0] == folder or kind == "search"
