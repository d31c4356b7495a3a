"""Rule files of libraries: what the program knows of foreign code."""

from __future__ import annotations

from data_etiquette.catalog.access import parse_guard, parse_route, parse_view
from data_etiquette.catalog.braces import expanded, name_map, names_of
from data_etiquette.catalog.case import parse_cases
from data_etiquette.catalog.dispatch import parse_dispatch, parse_page, parse_render
from data_etiquette.catalog.element import define
from data_etiquette.catalog.sink import parse_endpoint, parse_sink
from data_etiquette.catalog.source import (
    parse_exceptions,
    parse_handler,
    parse_member,
    parse_source,
)
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import EntityPattern, FieldType, FrameworkModel
from data_etiquette.model.kind import Protection

_KEYS = (
    "id", "label", "modules", "entities", "field_types", "sinks", "returns", "passes",
    "passing_methods", "endpoints", "sources", "dispatches", "members", "handlers", "exceptions",
    "renders", "pages", "guards", "routes", "views", "cases",
)  # fmt: skip
_PROTECTIONS = tuple(kind.value for kind in Protection)
_VALUES = (
    "text", "number", "boolean", "date", "datetime", "file", "image", "json", "relation", "uuid",
    "choice",
)  # fmt: skip


def parse_framework(node: Node) -> FrameworkModel:
    """`frameworks/<id>.yaml`."""
    record = node.record(_KEYS, ("id", "label", "modules"))
    types = (_field_types(item) for item in record["field_types"].items())
    renders = (parse_render(item) for item in record["renders"].items())
    framework = FrameworkModel(
        id=record["id"].text(),
        label=record["label"].text(),
        modules=record["modules"].texts(),
        entities=tuple(_entity_pattern(item) for item in record["entities"].items()),
        field_types=tuple(kind for kinds in types for kind in kinds),
        sinks=tuple(parse_sink(item) for item in record["sinks"].items()),
        returns=tuple((name, value.text()) for name, value in name_map(record["returns"])),
        passes=names_of(record["passes"]),
        passing_methods=names_of(record["passing_methods"]),
        endpoints=tuple(parse_endpoint(item) for item in record["endpoints"].items()),
        sources=tuple(parse_source(item) for item in record["sources"].items()),
        dispatches=tuple(parse_dispatch(item) for item in record["dispatches"].items()),
        members=tuple(parse_member(item) for item in record["members"].items()),
        handlers=tuple(parse_handler(item) for item in record["handlers"].items()),
        exceptions=parse_exceptions(record["exceptions"]),
        renders=tuple(render for found in renders for render in found),
        pages=tuple(parse_page(item) for item in record["pages"].items()),
        guards=tuple(parse_guard(item) for item in record["guards"].items()),
        routes=tuple(parse_route(item) for item in record["routes"].items()),
        views=tuple(parse_view(item) for item in record["views"].items()),
        cases=parse_cases(record["cases"]),
        path=node.path,
    )
    define(record["id"], "framework", f"frameworks/{framework.id}.yaml")
    return framework


def _entity_pattern(node: Node) -> EntityPattern:
    record = node.record(("kind", "bases", "decorators", "stored"), ("kind",))
    return EntityPattern(
        kind=record["kind"].text(),
        bases=names_of(record["bases"]),
        decorators=names_of(record["decorators"]),
        stored=record["stored"].is_true(),
    )


def _field_types(node: Node) -> list[FieldType]:
    """One type for each name in the braces."""
    record = node.record(("name", "means", "validates", "protection", "value"), ("name",))
    means = record["means"].text()
    node.register.use("element", means, record["means"].place)
    validates = record["validates"].is_true()
    protection = record["protection"].text(_PROTECTIONS)
    value = record["value"].text(_VALUES)
    return [
        FieldType(name, means, validates, protection, value)
        for name in expanded((record["name"].text(),))
    ]
