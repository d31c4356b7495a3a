"""Parts of a framework's rule file that say what code runs elsewhere: dispatches, templates."""

from __future__ import annotations

from data_etiquette.catalog.braces import expanded, names_of
from data_etiquette.catalog.sink import SINK_KINDS
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import DispatchModel

_DISPATCH = ("target", "calls", "methods", "pass", "sink", "name")
_PASSES = ("all", "rest", "packed")


def parse_dispatch(node: Node) -> DispatchModel:
    """One entry under `dispatches:`."""
    record = node.record(_DISPATCH, ("target",))
    if "calls" not in record and "methods" not in record:
        node.wrong("a dispatch has `calls` or `methods`")
    return DispatchModel(
        target=record["target"].text(),
        calls=names_of(record["calls"]),
        methods=names_of(record["methods"]),
        passing=record["pass"].text(_PASSES) or "all",
        sink=record["sink"].text(SINK_KINDS),
        name=record["name"].text(),
    )


def parse_render(node: Node) -> list[tuple[str, str, str]]:
    """One entry under `renders:`; one render for each name in the braces."""
    record = node.record(("call", "template", "context"), ("call", "template"))
    template, context = record["template"].text(), record["context"].text()
    return [(call, template, context) for call in expanded((record["call"].text(),))]
