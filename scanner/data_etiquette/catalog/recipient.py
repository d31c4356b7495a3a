"""Rule files of known recipients."""

from __future__ import annotations

from data_etiquette.catalog.case import parse_cases
from data_etiquette.catalog.element import define
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import KnownRecipient

_KEYS = ("id", "name", "kind", "modules", "calls", "hosts", "country", "cases")


def parse_recipient(node: Node) -> KnownRecipient:
    """`recipients/<id>.yaml`."""
    record = node.record(_KEYS, ("id", "name", "kind"))
    recipient = KnownRecipient(
        id=record["id"].text(),
        name=record["name"].text(),
        kind=record["kind"].text(),
        modules=record["modules"].texts(),
        calls=record["calls"].texts(),
        hosts=record["hosts"].texts(),
        country=record["country"].text(),
        cases=parse_cases(record["cases"]),
        path=node.path,
    )
    define(record["id"], "recipient", f"recipients/{recipient.id}.yaml")
    return recipient
