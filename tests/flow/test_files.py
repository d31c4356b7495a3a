"""Flows are looked for file by file; what comes out is the same, whoever does it and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from data_etiquette.app.cache import FactsCache
from data_etiquette.app.discover import Selection, discover
from data_etiquette.app.fork import Forks
from data_etiquette.app.map import read_files
from data_etiquette.flow import link as linking
from data_etiquette.flow.link import link
from data_etiquette.flow.tracing.files import Parts
from data_etiquette.model.catalog import Catalog

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"

Computing = Callable[[Iterable[int]], Parts]
Shared = tuple[Iterable[int], Callable[[], list[Parts]]]


@pytest.mark.parametrize("name", ["shop", "clinic", "kiosk"])
def test_whoever_looks_into_a_file_finds_the_same(
    name: str, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = discover(Selection((FIXTURES / name,)))
    facts = read_files(found.files, FactsCache(None))
    whole = link(facts, catalog, (), found.skipped)
    monkeypatch.setattr(linking, "_MANY", 0)
    for beside in (Forks(0), Forks(1), Forks(3), _backwards, _all_elsewhere, _in_vain):
        assert link(facts, catalog, (), found.skipped, beside) == whole


def _backwards(numbers: Sequence[int], _: Computing) -> Shared:
    return sorted(numbers, reverse=True), list


def _all_elsewhere(numbers: Sequence[int], compute: Computing) -> Shared:
    return (), lambda: [compute(numbers[1::2]), compute(numbers[::2])]


def _in_vain(numbers: Sequence[int], _: Computing) -> Shared:
    return numbers[::2], list
