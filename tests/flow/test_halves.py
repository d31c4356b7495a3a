"""A large program is linked in two halves; what comes out is the same for whoever does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from data_etiquette.app.cache import FactsCache
from data_etiquette.app.discover import Selection, discover
from data_etiquette.app.fork import beside
from data_etiquette.app.map import read_files
from data_etiquette.flow import link as linking
from data_etiquette.flow.link import link
from data_etiquette.flow.tracing.flows import Part
from data_etiquette.model.catalog import Catalog

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.mark.parametrize("name", ["shop", "clinic", "kiosk"])
def test_halves_give_the_same_graph(
    name: str, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = discover(Selection((FIXTURES / name,)))
    facts = read_files(found.files, FactsCache(None))
    whole = link(facts, catalog, (), found.skipped)
    monkeypatch.setattr(linking, "_MANY", 0)
    for other in (None, beside, _here, _in_vain):
        assert link(facts, catalog, (), found.skipped, other) == whole


def _here(compute: Callable[[], Part]) -> Callable[[], Part]:
    return compute


def _in_vain(_: Callable[[], Part]) -> Callable[[], None]:
    return lambda: None
