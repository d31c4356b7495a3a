"""Write what is made from the declaration's table: its JSON Schema and its reference."""

from __future__ import annotations

from pathlib import Path

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.declaration.jsonschema import schema_text
from data_etiquette.declaration.reference import reference
from data_etiquette.model.catalog import Catalog

FOLDER = Path(__file__).parent
SCHEMA = FOLDER / "etiquette.schema.json"
PAGE = FOLDER / "declaration.md"
_MARK = "<!-- Below: written by `python docs/declaration.py` from the table that validates. -->\n"


def page() -> str:
    """The page: its hand-written beginning stays."""
    text = PAGE.read_text(encoding="utf-8")
    return text.split(_MARK)[0] + _MARK + "\n# All keys\n\n" + reference()


def main(catalog: Catalog) -> None:
    """Write both files."""
    SCHEMA.write_text(schema_text(catalog), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(load_catalog(data_folder("rules")))
