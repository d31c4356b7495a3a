"""The JSON Schema of the declaration, as this version has it."""

from __future__ import annotations

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.declaration.jsonschema import schema_text


def schema() -> str:
    """The schema as text."""
    return schema_text(load_catalog(data_folder("rules")))
