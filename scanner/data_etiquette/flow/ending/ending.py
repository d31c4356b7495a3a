"""How data ends: erasures, calls that take it out of stores, and what remains of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data_etiquette.flow.ending.clocks import find_clocks
from data_etiquette.flow.ending.erasure import find_erasures
from data_etiquette.flow.ending.holdings import find_holdings
from data_etiquette.flow.ending.keepers import find_keepers, find_removals
from data_etiquette.flow.ending.occasion import build_occasions
from data_etiquette.flow.ending.spans import build_spans
from data_etiquette.flow.lexicon.wordlists import compile_word_lists
from data_etiquette.flow.world import World
from data_etiquette.model.application import Dependency, Endpoint, Schedule, Setting
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.graph import Control, Erasure, Flow, Holding, Removal


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the other passes found that endings depend on."""

    flows: Sequence[Flow]
    controls: Sequence[Control]
    endpoints: Sequence[Endpoint]
    settings: Sequence[Setting]
    schedules: Sequence[Schedule]
    dependencies: Sequence[Dependency]


@dataclass(frozen=True, slots=True)
class Endings:
    """The outcome, for the graph."""

    erasures: tuple[Erasure, ...]
    removals: tuple[Removal, ...]
    holdings: tuple[Holding, ...]
    functions: frozenset[tuple[str, str]]
    clocks: tuple[Control, ...]
    """Times and marks of deletion of classes."""


def find_endings(world: World, catalog: Catalog, around: Surroundings) -> Endings:
    """Everything that puts an end to data, and what it misses."""
    words = compile_word_lists(catalog)
    occasions = build_occasions(world, words, around.endpoints, around.schedules, around.settings)
    spans = build_spans(world.types.program, around.settings)
    erasures = find_erasures(world, words, occasions, spans, around.controls)
    removals = find_removals(world, words, around.flows)
    holdings = find_holdings(
        world, words, erasures, removals, find_keepers(world, words, around.controls),
        around.flows, around.settings, around.dependencies,
    )  # fmt: skip
    functions = frozenset(
        (facts.path, function.qualname)
        for facts in world.types.program.files
        for function in facts.functions
        if function.qualname != "<module>"
    )
    return Endings(erasures, removals, holdings, functions, find_clocks(world, words))
