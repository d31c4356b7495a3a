"""Parts of a framework's rule file that say who gets in where: guards, routes, generic views."""

from __future__ import annotations

from data_etiquette.catalog.braces import names_of
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import GuardModel, RouteModel, ViewModel

_GUARD_KINDS = ("guard", "open", "refusal", "own")
_DEEDS = ("read", "create", "update", "delete")


def parse_guard(node: Node) -> GuardModel:
    """One entry under `guards:`."""
    parts = ("decorators", "bases", "calls", "reads", "middleware")
    record = node.record(("kind", *parts), ("kind",))
    if not any(part in record for part in parts):
        node.wrong("a guard has `decorators`, `bases`, `calls`, `reads` or `middleware`")
    return GuardModel(
        kind=record["kind"].text(_GUARD_KINDS),
        decorators=names_of(record["decorators"]),
        bases=names_of(record["bases"]),
        calls=names_of(record["calls"]),
        reads=names_of(record["reads"]),
        middleware=names_of(record["middleware"]),
    )


def parse_route(node: Node) -> RouteModel:
    """One entry under `routes:`."""
    record = node.record(("framework", "calls", "methods", "path", "view"), ("framework",))
    if "calls" not in record and "methods" not in record:
        node.wrong("a route has `calls` or `methods`")
    return RouteModel(
        framework=record["framework"].text(),
        calls=names_of(record["calls"]),
        methods=names_of(record["methods"]),
        path=record["path"].texts() or ("0",),
        view=record["view"].texts() or ("1",),
    )


def parse_view(node: Node) -> ViewModel:
    """One entry under `views:`."""
    record = node.record(("framework", "bases", "does", "whole"), ("framework", "bases"))
    does = record["does"].texts()
    for deed in does:
        if deed not in _DEEDS:
            node.wrong(f"`{deed}` is nothing that a view does: {', '.join(_DEEDS)}")
    return ViewModel(
        framework=record["framework"].text(),
        bases=names_of(record["bases"]),
        does=does,
        whole=record["whole"].is_true(),
    )
