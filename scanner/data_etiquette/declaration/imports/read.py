"""Files of other tools."""

from __future__ import annotations

from pathlib import Path

from data_etiquette.declaration.draft.parts import Draft
from data_etiquette.model.catalog import Catalog


def read_import(place: Path, catalog: Catalog) -> Draft:
    """Placeholder."""
    del place, catalog
    return Draft()
