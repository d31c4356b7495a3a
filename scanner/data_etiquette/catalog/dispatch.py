"""Parts of a framework's rule file that say what code runs elsewhere: dispatches, templates."""

from __future__ import annotations

from data_etiquette.catalog.braces import expanded, name_map, names_of
from data_etiquette.catalog.sink import SINK_KINDS
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import DispatchModel, PageModel, RenderModel

_DISPATCH = ("target", "calls", "methods", "pass", "sink", "gives", "skip", "name")
_PASSES = ("all", "rest", "packed", "each")
_GIVES = ("result", "each")


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
        gives=record["gives"].text(_GIVES),
        skip=int(record["skip"].text(("1", "2")) or "0"),
        name=record["name"].text(),
    )


def parse_render(node: Node) -> list[RenderModel]:
    """One entry under `renders:`; one render for each name in the braces."""
    record = node.record(("call", "template", "context", "given"), ("call", "template"))
    template, context = record["template"].text(), record["context"].text()
    given = tuple((name, value.text()) for name, value in name_map(record["given"]))
    return [
        RenderModel(call, template, context, given) for call in expanded((record["call"].text(),))
    ]


def parse_page(node: Node) -> PageModel:
    """One entry under `pages:`."""
    record = node.record(("name", "bases", "rows", "option", "template", "default"),
                         ("name", "bases"))  # fmt: skip
    return PageModel(
        name=record["name"].text(),
        bases=names_of(record["bases"]),
        rows=record["rows"].texts(),
        option=record["option"].text(),
        template=record["template"].text() or "template_name",
        default=record["default"].text(),
    )
