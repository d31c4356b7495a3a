"""The facts of all files joined into one graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from data_etiquette.flow.conduct.conduct import find_conduct
from data_etiquette.flow.ending.ending import Surroundings, find_endings
from data_etiquette.flow.endpoints.dumps import find_dumps, find_refreshes
from data_etiquette.flow.endpoints.endpoints import find_endpoints
from data_etiquette.flow.endpoints.writes import find_writes
from data_etiquette.flow.entities.account import account_class, heirs, library_account
from data_etiquette.flow.entities.classify import Classifier
from data_etiquette.flow.entities.entities import build_entities
from data_etiquette.flow.entities.entityindex import build_index
from data_etiquette.flow.entities.lineage import trace_lineage
from data_etiquette.flow.lexicon.knowledge import compile_knowledge
from data_etiquette.flow.lexicon.vocabulary import compile_vocabulary
from data_etiquette.flow.program.program import build_program
from data_etiquette.flow.program.purposes import find_purposes
from data_etiquette.flow.program.reading import READING
from data_etiquette.flow.program.remarks import find_remarks
from data_etiquette.flow.program.settings import find_dependencies, find_schedules, find_settings
from data_etiquette.flow.sql.controls import control_order, find_controls, protected
from data_etiquette.flow.sql.described import described
from data_etiquette.flow.sql.queried import queried
from data_etiquette.flow.sql.tables import column_history
from data_etiquette.flow.tracing.files import Files, Parts, files_of
from data_etiquette.flow.tracing.flows import cut_short
from data_etiquette.flow.tracing.kept import Before, Kept, kept, standing
from data_etiquette.flow.tracing.sent import find_sent
from data_etiquette.flow.tracing.transfers import find_transfers
from data_etiquette.flow.world import build_world
from data_etiquette.model.application import RealValue
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.declaration import ClassifyOverride
from data_etiquette.model.facts import Facts
from data_etiquette.model.graph import Graph, SourceFile
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location, Skipped

_IN_MIGRATION = re.compile(r"(^|/)(migrations|alembic|versions)/")
"""What a migration names is not used by that."""


_MANY = 2000
"""Functions whose sinks are to be looked into, from which other processes pay."""


class Beside(Protocol):
    """Shares numbers out among this process and others, which compute something of theirs."""

    def __call__(
        self, numbers: Sequence[int], compute: Callable[[Iterable[int]], Parts]
    ) -> tuple[Iterable[int], Callable[[], list[Parts]]]:
        """Start the others; gives this process's numbers, and what waits for the others' outcomes.

        A process that came to nothing has no outcome.
        """
        ...


@dataclass(frozen=True, slots=True)
class Linked:
    """A graph, and what is kept of its making."""

    graph: Graph
    kept: Kept


def link(
    files: Iterable[Facts],
    catalog: Catalog,
    overrides: Sequence[ClassifyOverride] = (),
    skipped: Sequence[Skipped] = (),
    beside: Beside | None = None,
) -> Graph:
    """Join facts, judge fields, follow data. The outcome does not depend on the files' order."""
    return link_again(files, catalog, overrides, skipped, beside).graph


@READING.forgotten()
def link_again(  # noqa: PLR0913 (what is linked, and how)
    files: Iterable[Facts],
    catalog: Catalog,
    overrides: Sequence[ClassifyOverride] = (),
    skipped: Sequence[Skipped] = (),
    beside: Beside | None = None,
    before: Before | None = None,
) -> Linked:
    """Link, with what an earlier scan of the program kept; the outcome is the same without it.

    In a large program other processes look into the sinks of some files, while this one finds
    what needs no flows and then takes of the files that are left.
    """
    program = build_program(queried(described(files)))
    vocabulary = compile_vocabulary(catalog)
    knowledge = compile_knowledge(catalog)
    traced = trace_lineage(program, build_entities(program, vocabulary, overrides), vocabulary)
    controls = find_controls(program, traced.entities)
    entities = protected(traced.entities, controls)
    index = build_index(entities, account_class(program), library_account(program), heirs(program))

    world = build_world(program, index, knowledge, Classifier(vocabulary))
    sinks = files_of(world)
    stands = standing(before, sinks)
    mine, others = _shared(sinks, stands, beside)
    # What needs no flows comes first: others look for flows meanwhile.
    endpoints = find_endpoints(world)
    written, dumps, refreshes = find_writes(world), find_dumps(world), find_refreshes(world)
    settings = find_settings(program, frozenset(dict(catalog.words)["setup-calls"]))
    schedules, dependencies = find_schedules(program), find_dependencies(program)
    own = sinks.parts(mine)
    found = sinks.traced([stands, own, *others()])
    conduct = find_conduct(
        world,
        (flow for flow in found.flows if flow.sink.kind is not SinkKind.PROTECTION),
        found.outgoing,
        endpoints,
    )
    flows = (*conduct.flows, *find_sent(conduct.pages, knowledge, dict(catalog.words)))
    endings = find_endings(
        world,
        catalog,
        Surroundings(flows, controls, endpoints, settings, schedules, dependencies),
    )
    graph = Graph(
        entities=entities,
        flows=flows,
        protections=tuple(flow for flow in found.flows if flow.sink.kind is SinkKind.PROTECTION),
        transfers=find_transfers(program, knowledge, flows),
        lineage=traced.lineage,
        controls=tuple(sorted((*controls, *endings.clocks), key=control_order)),
        history=column_history(program.files),
        erasures=endings.erasures,
        removals=endings.removals,
        holdings=endings.holdings,
        functions=endings.functions,
        reads=frozenset(
            name
            for facts in program.files
            if not _IN_MIGRATION.search(facts.path)
            for name in facts.reads
        ),
        writes=frozenset(name for facts in program.files for name in facts.writes),
        endpoints=endpoints,
        written=written,
        dumps=dumps,
        refreshes=refreshes,
        asked=conduct.asked,
        pages=conduct.pages,
        uses=conduct.uses,
        cookies=conduct.cookies,
        arrivals=conduct.arrivals,
        settings=settings,
        schedules=schedules,
        dependencies=dependencies,
        purposes=find_purposes(program),
        values=tuple(
            RealValue(item.element, Location(facts.path, item.line))
            for facts in program.files
            for item in facts.values
        ),
        remarks=find_remarks(program),
        files=tuple(SourceFile(facts.path, facts.digest, facts.lines) for facts in program.files),
        skipped=tuple(
            sorted(
                {
                    *skipped,
                    *_cut(program.files),
                    *found.skipped,
                    *cut_short(world.resolver.limited | world.sites.limited),
                }
            )
        ),
    )
    return Linked(graph, kept(sinks, found))


def _shared(
    sinks: Files, known: Parts, beside: Beside | None
) -> tuple[Iterable[int], Callable[[], list[Parts]]]:
    """Which files' sinks this process looks into, and what waits for the others'."""
    left = [number for number in sinks.by_size() if number not in known.of_files]
    if beside is None or sum(len(sinks.functions[number]) for number in left) < _MANY:
        return (), list
    return beside(left, sinks.parts)


def _cut(files: Sequence[Facts]) -> list[Skipped]:
    """What the files report as left out, and functions that a limit cut."""
    found = [item for facts in files for item in facts.skipped]
    for facts in files:
        for function in facts.functions:
            if function.truncated:
                reason = f"{function.qualname} has too many calls; the rest was not followed"
                found.append(Skipped(facts.path, function.line, reason, is_partial=True))
    return found
