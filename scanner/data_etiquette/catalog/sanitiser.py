"""Rule files of sanitisers: what ends or weakens a flow."""

from __future__ import annotations

from data_etiquette.catalog.braces import names_of
from data_etiquette.catalog.case import parse_cases
from data_etiquette.catalog.element import define
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import SanitiserModel

_KEYS = ("id", "label", "effect", "calls", "methods", "keywords", "filters", "ends", "cases")
_EFFECTS = ("anonymised", "pseudonymised", "hashed", "encrypted", "masked", "projected")


def parse_sanitiser(node: Node) -> SanitiserModel:
    """`sanitisers/<id>.yaml`."""
    record = node.record(_KEYS, ("id", "label", "effect"))
    sanitiser = SanitiserModel(
        id=record["id"].text(),
        effect=record["effect"].text(_EFFECTS),
        calls=names_of(record["calls"]),
        methods=names_of(record["methods"]),
        keywords=names_of(record["keywords"]),
        filters=names_of(record["filters"]),
        ends=record["ends"].is_true(default=True),
        cases=parse_cases(record["cases"]),
        path=node.path,
        label=record["label"].text(),
    )
    define(record["id"], "sanitiser", f"sanitisers/{sanitiser.id}.yaml")
    return sanitiser
