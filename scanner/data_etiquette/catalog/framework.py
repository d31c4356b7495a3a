"""Rule files of libraries and of sanitisers: what the program knows of foreign code."""

from __future__ import annotations

import re

from data_etiquette.catalog.case import parse_cases
from data_etiquette.catalog.element import define
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import (
    EntityPattern,
    FieldType,
    FrameworkModel,
    SanitiserModel,
    SinkModel,
)
from data_etiquette.model.kind import Protection, SinkKind

_FRAMEWORK = (
    "id", "label", "modules", "entities", "field_types", "sinks", "returns", "passes", "cases",
)  # fmt: skip
_SINK = ("kind", "name", "calls", "receivers", "methods", "args", "recipient", "address")
_SANITISER = ("id", "label", "effect", "calls", "methods", "keywords", "ends", "cases")
_SINK_KINDS = tuple(kind.value for kind in SinkKind)
_PROTECTIONS = tuple(kind.value for kind in Protection)
_VALUES = (
    "text", "number", "boolean", "date", "datetime", "file", "image", "json", "relation", "uuid",
    "choice",
)  # fmt: skip
_EFFECTS = ("anonymised", "pseudonymised", "hashed", "encrypted", "masked", "projected")
_BRACES = re.compile(r"\{([^{}]*)\}")


def parse_framework(node: Node) -> FrameworkModel:
    """`frameworks/<id>.yaml`."""
    record = node.record(_FRAMEWORK, ("id", "label", "modules"))
    types = (_field_types(item) for item in record["field_types"].items())
    framework = FrameworkModel(
        id=record["id"].text(),
        label=record["label"].text(),
        modules=record["modules"].texts(),
        entities=tuple(_entity_pattern(item) for item in record["entities"].items()),
        field_types=tuple(kind for kinds in types for kind in kinds),
        sinks=tuple(_sink(item) for item in record["sinks"].items()),
        returns=tuple((name, value.text()) for name, value in record["returns"].mapping().items()),
        passes=expanded(record["passes"].texts()),
        cases=parse_cases(record["cases"]),
        path=node.path,
    )
    define(record["id"], "framework", f"frameworks/{framework.id}.yaml")
    return framework


def parse_sanitiser(node: Node) -> SanitiserModel:
    """`sanitisers/<id>.yaml`."""
    record = node.record(_SANITISER, ("id", "label", "effect"))
    sanitiser = SanitiserModel(
        id=record["id"].text(),
        effect=record["effect"].text(_EFFECTS),
        calls=expanded(record["calls"].texts()),
        methods=record["methods"].texts(),
        keywords=record["keywords"].texts(),
        ends=record["ends"].is_true(default=True),
        cases=parse_cases(record["cases"]),
        path=node.path,
    )
    record["label"].text()
    define(record["id"], "sanitiser", f"sanitisers/{sanitiser.id}.yaml")
    return sanitiser


def expanded(texts: tuple[str, ...]) -> tuple[str, ...]:
    """`a.{b,c}` as `a.b` and `a.c`."""
    found: list[str] = []
    for text in texts:
        match = _BRACES.search(text)
        if match is None:
            found.append(text)
            continue
        head, tail = text[: match.start()], text[match.end() :]
        found += expanded(tuple(head + word.strip() + tail for word in match[1].split(",")))
    return tuple(found)


def _entity_pattern(node: Node) -> EntityPattern:
    record = node.record(("kind", "bases", "decorators", "stored"), ("kind",))
    return EntityPattern(
        kind=record["kind"].text(),
        bases=expanded(record["bases"].texts()),
        decorators=expanded(record["decorators"].texts()),
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


def _sink(node: Node) -> SinkModel:
    record = node.record(_SINK, ("kind", "name"))
    recipient = record["recipient"].text()
    node.register.use("recipient", recipient, record["recipient"].place)
    return SinkModel(
        kind=SinkKind(record["kind"].text(_SINK_KINDS) or SinkKind.LOG),
        name=record["name"].text(),
        calls=expanded(record["calls"].texts()),
        receivers=record["receivers"].texts(),
        methods=record["methods"].texts(),
        args=record["args"].texts(),
        recipient=recipient,
        address=record["address"].text(),
    )
