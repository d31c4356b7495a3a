"""Rule files of legal instruments, and which of their provisions speak about which principle."""

from __future__ import annotations

import re
from dataclasses import replace

from data_etiquette.catalog.element import define
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import LawReference
from data_etiquette.model.kind import Principle

MAPPING = "law/mapping.yaml"
REGIONS = "law/regions.yaml"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Mapping = tuple[tuple[Principle, tuple[tuple[str, tuple[str, ...]], ...]], ...]
"""(principle, ((instrument, ids of its references), …)), …"""


def parse_law(node: Node) -> tuple[LawReference, ...]:
    """`law/<instrument>.yaml`."""
    record = node.record(
        ("instrument", "title", "reviewed", "url", "general", "references"),
        ("instrument", "title", "reviewed", "references"),
    )
    record["title"].text()
    reviewed = record["reviewed"].date()
    if reviewed and not _DAY.fullmatch(reviewed):
        record["reviewed"].wrong("must be a day like 2026-11-24")
    define(record["instrument"], "instrument", f"law/{record['instrument'].text()}.yaml")
    common = LawReference(
        id="",
        short="",
        title="",
        url=record["url"].text(),
        reviewed=reviewed,
        instrument=record["instrument"].text(),
        general=record["general"].is_true(),
    )
    return tuple(_reference(item, common) for item in record["references"].items())


def _reference(node: Node, common: LawReference) -> LawReference:
    """One provision; its address is the instrument's unless it has its own."""
    record = node.record(("id", "short", "title", "url", "like"), ("id", "short", "title"))
    node.register.define("law", record["id"].text(), record["id"].place)
    for item in record["like"].items():
        node.register.use("law", item.text(), item.place)
    return replace(
        common,
        id=record["id"].text(),
        short=record["short"].text(),
        title=record["title"].text(),
        url=record["url"].text() if "url" in record else common.url,
        like=record["like"].texts(),
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


def parse_regions(node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`law/regions.yaml`: countries that the law of transfers treats alike."""
    record = node.record(("reviewed", "url", "note", "regions"), ("reviewed", "regions"))
    record["reviewed"].date()
    record["url"].text()
    record["note"].text()
    return tuple((name, codes.texts()) for name, codes in record["regions"].mapping().items())
