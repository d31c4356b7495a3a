"""Rule files of purposes: what personal data is used for."""

from __future__ import annotations

from data_etiquette.catalog.element import define
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import KnownPurpose


def parse_purpose(node: Node) -> KnownPurpose:
    """`purposes/<id>.yaml`."""
    record = node.record(
        ("id", "label", "crosswalk", "services", "words"), ("id", "label", "crosswalk")
    )
    crosswalk = record["crosswalk"].record(("fideslang", "dpv"), ("fideslang", "dpv"))
    purpose = KnownPurpose(
        id=record["id"].text(),
        label=record["label"].text(),
        fideslang=crosswalk["fideslang"].text(),
        dpv=crosswalk["dpv"].text(),
        services=record["services"].texts(),
        words=record["words"].words(),
        path=node.path,
    )
    define(record["id"], "purpose", f"purposes/{purpose.id}.yaml")
    return purpose
