"""A scan of texts in memory, and findings in the short form that cases are written in."""

from __future__ import annotations

from collections.abc import Mapping

from data_etiquette.app.cases import declared, link_texts, outcome_of, short, short_practice
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.declaration import Declaration
from data_etiquette.model.report import Finding

__all__ = ["check_texts", "declared", "link_texts", "outcome_of", "short", "short_practice"]


def check_texts(
    files: Mapping[str, str], catalog: Catalog, declaration: Declaration | None = None
) -> tuple[Finding, ...]:
    return outcome_of(files, catalog, declaration).findings
