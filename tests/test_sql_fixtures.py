"""Small schemas, one a dialect: their personal columns, lineage and controls, exactly as marked.

Marks stand at the end of a line: `-- pii: email` the data element of the column declared there,
`-- from: t.a, t.b` the sources of a view's column, `-- control: grant` what the statement or the
column's clause protects or exposes. `ignore` leaves a line open: readers may differ there.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data_etiquette.app.cache import FactsCache
from data_etiquette.app.discover import Selection, discover
from data_etiquette.app.map import read_files
from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.flow.link import link
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.graph import Graph
from tests.conftest import ROOT

FOLDER = ROOT / "fixtures" / "sql"
SCHEMAS = sorted(place.name for place in FOLDER.iterdir() if place.is_dir())
_MARK = re.compile(r"--\s*((?:pii|from|control):.*)$")
_PART = re.compile(r"(pii|from|control):\s*(.+)")
_DECLARED = frozenset({"consent-default", "soft-delete", "time-column"})
"""What columns' names say, which no statement does."""

Marks = set[tuple[str, int, str]]


def marks(name: str, kind: str) -> tuple[Marks, set[tuple[str, int]]]:
    """(what is marked, lines left open)."""
    found: Marks = set()
    open_lines = set()
    for place in sorted((FOLDER / name).rglob("*.sql")):
        path = place.relative_to(FOLDER / name).as_posix()
        for number, line in enumerate(place.read_text().splitlines(), start=1):
            mark = _MARK.search(line)
            for piece in mark[1].split(";") if mark is not None else ():
                part = _PART.match(piece.strip())
                if part is None or part[1] != kind:
                    continue
                if part[2].strip() == "ignore":
                    open_lines.add((path, number))
                else:
                    found.add((path, number, part[2].strip()))
    return found, open_lines


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    cache: Path = tmp_path_factory.mktemp("cache")
    return load_catalog(data_folder("rules"), cache)


@pytest.fixture(scope="module", params=SCHEMAS)
def schema(request: pytest.FixtureRequest, catalog: Catalog) -> tuple[str, Graph]:
    found = discover(Selection((FOLDER / request.param,)))
    return request.param, link(read_files(found.files, FactsCache(None)), catalog)


def differences(name: str, kind: str, found: Marks) -> dict[str, list[tuple[str, int, str]]]:
    wanted, open_lines = marks(name, kind)
    found = {item for item in found if item[:2] not in open_lines}
    return {"missing": sorted(wanted - found), "extra": sorted(found - wanted)}


NONE: dict[str, list[object]] = {"missing": [], "extra": []}


def test_personal_columns(schema: tuple[str, Graph]) -> None:
    name, graph = schema
    found = {
        (item.location.path, item.location.line, item.element)
        for entity in graph.entities
        for item in entity.personal_fields
    }
    assert differences(name, "pii", found) == NONE


def test_lineage(schema: tuple[str, Graph]) -> None:
    name, graph = schema
    found = {
        (item.location.path, item.location.line, ", ".join(item.sources)) for item in graph.lineage
    }
    assert differences(name, "from", found) == NONE


def test_controls(schema: tuple[str, Graph]) -> None:
    name, graph = schema
    found = {
        (item.location.path, item.location.line, item.kind)
        for item in graph.controls
        if item.kind not in _DECLARED
    }
    assert differences(name, "control", found) == NONE


def test_nothing_is_skipped(schema: tuple[str, Graph]) -> None:
    assert schema[1].skipped == ()
