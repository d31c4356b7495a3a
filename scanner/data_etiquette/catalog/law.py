"""Rule files of legal instruments, and which of their provisions speak about which principle."""

from __future__ import annotations

import re

from data_etiquette.catalog.element import define
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import LawReference
from data_etiquette.model.kind import Principle

MAPPING = "law/mapping.yaml"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Mapping = tuple[tuple[Principle, tuple[tuple[str, tuple[str, ...]], ...]], ...]
"""(principle, ((instrument, ids of its references), …)), …"""


def parse_law(node: Node) -> tuple[LawReference, ...]:
    """`law/<instrument>.yaml`."""
    record = node.record(
        ("instrument", "title", "reviewed", "url", "references"),
        ("instrument", "title", "reviewed", "references"),
    )
    record["title"].text()
    reviewed = record["reviewed"].date()
    if reviewed and not _DAY.fullmatch(reviewed):
        record["reviewed"].wrong("must be a day like 2026-11-24")
    define(record["instrument"], "instrument", f"law/{record['instrument'].text()}.yaml")
    url = record["url"].text()
    return tuple(_reference(item, reviewed, url) for item in record["references"].items())


def _reference(node: Node, reviewed: str, url: str) -> LawReference:
    """One provision; its address is the instrument's unless it has its own."""
    record = node.record(("id", "short", "title", "url"), ("id", "short", "title"))
    node.register.define("law", record["id"].text(), record["id"].place)
    return LawReference(
        id=record["id"].text(),
        short=record["short"].text(),
        title=record["title"].text(),
        url=record["url"].text() if "url" in record else url,
        reviewed=reviewed,
    )


def parse_mapping(node: Node) -> Mapping:
    """`law/mapping.yaml`."""
    words = {item.word: item for item in Principle if item is not Principle.TOOL}
    record = node.record(words, words)
    return tuple(
        (principle, _by_instrument(record[word]))
        for word, principle in words.items()
        if word in record
    )


def _by_instrument(node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = []
    for instrument, ids in node.mapping().items():
        node.register.use("instrument", instrument, ids.place)
        for item in ids.items():
            node.register.use("law", item.text(), item.place)
        found.append((instrument, ids.texts()))
    return tuple(found)
