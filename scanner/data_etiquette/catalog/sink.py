"""Parts of a framework's rule file that say where data leaves: sinks and endpoints."""

from __future__ import annotations

from data_etiquette.catalog.braces import names_of
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import EndpointModel, SinkModel
from data_etiquette.model.kind import SinkKind

SINK_KINDS = tuple(kind.value for kind in SinkKind)
_SINK = (
    "kind", "name", "calls", "receivers", "methods", "args", "recipient", "address", "stores",
    "joined", "expected",
)  # fmt: skip
_ENDPOINT = ("name", "decorators", "bases", "methods", "kind", "returns")


def parse_sink(node: Node) -> SinkModel:
    """One entry under `sinks:`."""
    record = node.record(_SINK, ("kind", "name"))
    recipient = record["recipient"].text()
    node.register.use("recipient", recipient, record["recipient"].place)
    return SinkModel(
        kind=SinkKind(record["kind"].text(SINK_KINDS) or SinkKind.LOG),
        name=record["name"].text(),
        calls=names_of(record["calls"]),
        receivers=names_of(record["receivers"]),
        methods=names_of(record["methods"]),
        args=names_of(record["args"]),
        recipient=recipient,
        address=record["address"].text(),
        stores=names_of(record["stores"]),
        joined=record["joined"].is_true(),
        expected=_elements(record["expected"]),
    )


def _elements(node: Node) -> tuple[str, ...]:
    names = node.texts()
    for name in names:
        node.register.use("element", name, node.place)
    return names


def parse_endpoint(node: Node) -> EndpointModel:
    """One entry under `endpoints:`; it names decorators, or base classes and their methods."""
    record = node.record(_ENDPOINT, ("name",))
    if ("bases" in record) != ("methods" in record):
        node.wrong("`bases` and `methods` go together")
    if "decorators" not in record and "bases" not in record:
        node.wrong("an endpoint has `decorators`, or `bases` and `methods`")
    return EndpointModel(
        name=record["name"].text(),
        decorators=names_of(record["decorators"]),
        bases=names_of(record["bases"]),
        methods=names_of(record["methods"]),
        kind=SinkKind(record["kind"].text(SINK_KINDS) or SinkKind.RESPONSE),
        returns=record["returns"].is_true(default=True),
    )
