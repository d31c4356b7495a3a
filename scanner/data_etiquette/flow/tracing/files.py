"""Flows of the whole program, file by file.

What is remembered while one file's sinks are looked into is forgotten for the next: what a limit
cuts depends on what is remembered, and a file's flows must depend on the program alone, not on the
files before it nor on which process looked into them. It costs a tenth of the time that they take.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.tracing.bound import bound_flows
from data_etiquette.flow.tracing.classpages import class_pages
from data_etiquette.flow.tracing.flows import Key, Part, Tracer, cut_short, key_of
from data_etiquette.flow.tracing.generic import generic_answers, model_answers
from data_etiquette.flow.tracing.reached import Reached
from data_etiquette.flow.world import World
from data_etiquette.model.graph import Flow
from data_etiquette.model.location import Skipped


@dataclass(frozen=True, slots=True)
class Parts:
    """What some files' functions let out, by the files' numbers."""

    of_files: Mapping[int, Part]
    skipped: tuple[Skipped, ...]
    """Functions whose callers were too many."""


@dataclass(frozen=True, slots=True)
class Traced:
    """All flows of a program."""

    flows: tuple[Flow, ...]
    outgoing: tuple[tuple[FunctionRef, Reached], ...]
    """Sinks that write to people or to others, whether or not personal data reaches them."""
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """A program's functions by the files they stand in."""

    world: World
    functions: Sequence[Sequence[FunctionRef]]

    def by_size(self) -> list[int]:
        """The files' numbers, those with most calls first, so that no process ends late alone."""
        sizes = [sum(len(fn.function.calls) for fn in held) for held in self.functions]
        return sorted(range(len(sizes)), key=lambda number: (-sizes[number], number))

    def parts(self, numbers: Iterable[int]) -> Parts:
        """What the functions of some files let out."""
        found = {
            number: Tracer(self.world.apart()).part(self.functions[number]) for number in numbers
        }
        return Parts(found, tuple(cut_short(self.world.sites.limited)))

    def traced(self, parts: Sequence[Parts]) -> Traced:
        """All flows, sorted; one for each sink, element, field and place of the source.

        Args:
            parts: what is known of the files already; the others are looked into here.
        """
        known = {number: part for some in parts for number, part in some.of_files.items()}
        rest = self.parts(number for number in range(len(self.functions)) if number not in known)
        known.update(rest.of_files)
        ordered = [known[number] for number in range(len(self.functions))]
        found: dict[Key, Flow] = {}
        for part in ordered:
            for flow in part.flows:
                found.setdefault(key_of(flow), flow)
        tracer = Tracer(self.world.apart())
        told = _all_told(tracer, found)
        skipped = {item for part in ordered for item in part.skipped}
        skipped.update(item for some in (*parts, rest) for item in some.skipped)
        return Traced(
            tuple(sorted(told, key=_order)),
            tuple(self._outgoing(ordered)),
            tuple(sorted({*skipped, *tracer.skipped()})),
        )

    def _outgoing(self, parts: Sequence[Part]) -> Iterator[tuple[FunctionRef, Reached]]:
        for functions, part in zip(self.functions, parts, strict=True):
            for number, sink in part.outgoing:
                yield functions[number], sink


def files_of(world: World) -> Files:
    """The functions of a program, file by file in the files' order."""
    functions = world.types.hierarchy.functions.values()
    grouped = groupby(functions, key=lambda fn: fn.facts.path)
    return Files(world, [tuple(held) for _, held in grouped])


def _all_told(tracer: Tracer, found: dict[Key, Flow]) -> Iterator[Flow]:
    """The flows to functions' sinks, and those that no function's own sink tells of."""
    for fn, sink in class_pages(tracer.world):
        for flow in tracer.to_sink(fn, sink):
            found.setdefault(key_of(flow), flow)
    for flow in generic_answers(tracer.world.types):
        key = (flow.sink.location, flow.sink.kind, flow.element, flow.entity, flow.field)
        found.setdefault(key, flow)
    yield from found.values()
    yield from bound_flows(tracer.world, found.values())
    yield from model_answers(tracer.world, found.values())


def _order(flow: Flow) -> tuple[object, ...]:
    return (flow.sink.location, flow.sink.kind, flow.element, flow.entity, flow.field, flow.source)
