"""Parts of a framework's rule file that say where data enters and what type it has there."""

from __future__ import annotations

from data_etiquette.catalog.braces import name_map, names_of
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import HandlerModel, MemberModel, SourceModel


def parse_source(node: Node) -> SourceModel:
    """One entry under `sources:`."""
    record = node.record(("element", "names", "calls"), ("element",))
    if "names" not in record and "calls" not in record:
        node.wrong("a source has `names` or `calls`")
    return SourceModel(_element(record["element"]), names_of(record["names"]),
                       names_of(record["calls"]))  # fmt: skip


def parse_member(node: Node) -> MemberModel:
    """One entry under `members:`; it gives a type to attributes, or to a parameter of hooks."""
    record = node.record(("bases", "type", "names", "methods", "parameter"), ("bases", "type"))
    if ("methods" in record) != ("parameter" in record):
        node.wrong("`methods` and `parameter` go together")
    if "names" not in record and "methods" not in record:
        node.wrong("a member has `names`, or `methods` and `parameter`")
    return MemberModel(
        bases=names_of(record["bases"]),
        type=record["type"].text(),
        names=names_of(record["names"]),
        methods=names_of(record["methods"]),
        parameter=record["parameter"].text(),
    )


def parse_handler(node: Node) -> HandlerModel:
    """One entry under `handlers:`."""
    keys = ("decorators", "parameter", "keyword")
    record = node.record(keys, keys)
    return HandlerModel(
        names_of(record["decorators"]), record["parameter"].text(), record["keyword"].text()
    )


def parse_exceptions(node: Node) -> tuple[tuple[str, str], ...]:
    """The mapping under `exceptions:`: class to the element that its text quotes."""
    return tuple((name, _element(value)) for name, value in name_map(node))


def _element(node: Node) -> str:
    name = node.text()
    node.register.use("element", name, node.place)
    return name
