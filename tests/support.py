"""A scan of texts in memory, and findings in the short form that cases are written in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from data_etiquette.checks.run import Outcome, run_checks
from data_etiquette.declaration.load import load_declaration
from data_etiquette.flow.link import link
from data_etiquette.frontends.read import read_file
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.declaration import Declaration
from data_etiquette.model.graph import Graph
from data_etiquette.model.report import Finding, Practice


def link_texts(
    files: Mapping[str, str], catalog: Catalog, declaration: Declaration | None = None
) -> Graph:
    overrides = declaration.classify if declaration is not None else ()
    return link(
        [read_file(path, text.encode()) for path, text in files.items()], catalog, overrides
    )


def check_texts(
    files: Mapping[str, str], catalog: Catalog, declaration: Declaration | None = None
) -> tuple[Finding, ...]:
    return outcome_of(files, catalog, declaration).findings


def outcome_of(
    files: Mapping[str, str], catalog: Catalog, declaration: Declaration | None = None
) -> Outcome:
    return run_checks(link_texts(files, catalog, declaration), catalog, declaration)


def short_practice(practice: Practice) -> str:
    """`4: Customer`, `4: email`."""
    what = practice.element or practice.entity or practice.message
    return f"{practice.location.line}: {what}"


def declared(text: str, catalog: Catalog, folder: Path) -> Declaration | None:
    if not text:
        return None
    place = folder / "etiquette.yaml"
    place.write_text(text)
    return load_declaration(place, catalog, folder)


def short(finding: Finding) -> str:
    """`4: email -> log`, `3: email`, `2: Order`; the tool's own findings by their name."""
    if finding.sink:
        return f"{finding.location.line}: {finding.element} -> {finding.sink}"
    what = finding.element or finding.entity or finding.name
    return f"{finding.location.line}: {what}"
