"""Rule files of imports: which words of another tool are which words of a declaration."""

from __future__ import annotations

from data_etiquette.catalog.element import define
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import ImportWords


def parse_import(node: Node) -> ImportWords:
    """`imports/<tool>.yaml`."""
    record = node.record(("id", "label", "words"), ("id", "label", "words"))
    words = tuple((name, value.texts()) for name, value in record["words"].mapping().items())
    found = ImportWords(record["id"].text(), record["label"].text(), words, node.path)
    define(record["id"], "import", f"imports/{found.id}.yaml")
    return found
