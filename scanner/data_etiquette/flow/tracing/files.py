"""Flows of the whole program, file by file.

What is remembered while one file's sinks are looked into is forgotten for the next: what a limit
cuts depends on what is remembered, and a file's flows must depend on the program alone, not on the
files before it nor on which process looked into them. It costs a tenth of the time that they take.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import groupby

import msgspec

from data_etiquette.flow.program.binding import Target
from data_etiquette.flow.program.reading import READING
from data_etiquette.flow.program.reference import Callers, ClassRef, FunctionRef
from data_etiquette.flow.tracing.bound import bound_flows
from data_etiquette.flow.tracing.classpages import class_pages
from data_etiquette.flow.tracing.flows import Key, Part, Reads, Tracer, cut_short, key_of
from data_etiquette.flow.tracing.generic import generic_answers, model_answers
from data_etiquette.flow.tracing.reached import Reached
from data_etiquette.flow.world import World
from data_etiquette.model.graph import Flow
from data_etiquette.model.location import Skipped

_encode = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Parts:
    """What some files' functions let out, by the files' numbers."""

    of_files: Mapping[int, Part]
    callers: Mapping[int, str]
    """Digests of the calls of functions that were asked for, by the functions' numbers."""
    skipped: tuple[Skipped, ...]
    """Functions whose callers were too many."""


@dataclass(frozen=True, slots=True)
class Traced:
    """All flows of a program."""

    flows: tuple[Flow, ...]
    outgoing: tuple[tuple[FunctionRef, Reached], ...]
    """Sinks that write to people or to others, whether or not personal data reaches them."""
    skipped: tuple[Skipped, ...]
    parts: Mapping[int, Part]
    callers: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers for functions and classes, which stand for them outside of this process."""

    functions: dict[tuple[str, str], int]
    classes: dict[tuple[str, str], int]
    refs: Sequence[FunctionRef]
    _of_facts: dict[int, int]
    """By the identity of their facts, which a method shares with itself as part of a subclass."""

    def reads(self, read: Iterable[object]) -> Reads:
        """What was read, in numbers."""
        bodies, stores, callers = set(), set(), set()
        for item in read:
            match item:
                case FunctionRef():
                    bodies.add(self.of(item))
                case Callers():
                    callers.add(self.of(item.function))
                case ClassRef():
                    # `Repository[Account]` is made of an annotation: what it holds is its bases'.
                    number = self._of_facts.get(id(item.cls))
                    if number is not None:
                        stores.add(number)
        return Reads(tuple(sorted(bodies)), tuple(sorted(stores)), tuple(sorted(callers)))

    def of(self, fn: FunctionRef) -> int:
        """The number of a function."""
        return self._of_facts[id(fn.header)]


@dataclass(frozen=True, slots=True)
class Files:
    """A program's functions by the files they stand in."""

    world: World
    functions: Sequence[Sequence[FunctionRef]]
    numbers: Numbers

    def path(self, number: int) -> str:
        """A file's path."""
        return self.functions[number][0].facts.path

    def by_size(self) -> list[int]:
        """The files' numbers, those with most calls first, so that no process ends late alone."""
        sizes = [sum(len(fn.function.calls) for fn in held) for held in self.functions]
        return sorted(range(len(sizes)), key=lambda number: (-sizes[number], number))

    def parts(self, numbers: Iterable[int]) -> Parts:
        """What the functions of some files let out."""
        found = {number: self._part(number) for number in numbers}
        asked = {function for part in found.values() for function in part.reads.callers}
        callers = {function: self.calls_of(function) for function in sorted(asked)}
        return Parts(found, callers, tuple(cut_short(self.world.sites.limited)))

    def _part(self, number: int) -> Part:
        tracer = Tracer(self.world.apart())
        outer = READING.apart()
        part = tracer.part(self.functions[number])
        read, READING.now = READING.now, outer
        return replace(part, reads=self.numbers.reads(read))

    def calls_of(self, function: int) -> str:
        """Digest of all calls of a function: who calls, with what, and how it arrives."""
        sites = self.world.sites.of(self.numbers.refs[function])
        digest = blake2b(digest_size=12)
        for site in sites:
            inner, run = site.inner or (None, None)
            digest.update(
                _encode((self._told(site.target), site.call, inner, run and self._told(run)))
            )
            digest.update(_encode(self._key(site.caller)))
        return digest.hexdigest()

    def _told(self, target: Target) -> tuple[object, ...]:
        through = target.through.id if target.through is not None else ""
        return (
            self._key(target.function), target.receiver, target.is_init, target.skip,
            target.dispatch, through,
        )  # fmt: skip

    def _key(self, fn: FunctionRef) -> tuple[str, str, str]:
        return fn.facts.path, fn.header.qualname, fn.own.id if fn.own is not None else ""

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
            known,
            {number: told for some in (*parts, rest) for number, told in some.callers.items()},
        )

    def _outgoing(self, parts: Sequence[Part]) -> Iterator[tuple[FunctionRef, Reached]]:
        for functions, part in zip(self.functions, parts, strict=True):
            for number, sink in part.outgoing:
                yield functions[number], sink


def files_of(world: World) -> Files:
    """The functions of a program, file by file in the files' order."""
    hierarchy = world.types.hierarchy
    world.types.shared()  # before anything is read for one file's sake
    grouped = groupby(hierarchy.functions.values(), key=lambda fn: fn.facts.path)
    of_facts = {id(fn.header): at for at, fn in enumerate(hierarchy.functions.values())}
    of_facts.update((id(ref.cls), at) for at, ref in enumerate(hierarchy.classes.values()))
    numbers = Numbers(
        {key: at for at, key in enumerate(hierarchy.functions)},
        {key: at for at, key in enumerate(hierarchy.classes)},
        list(hierarchy.functions.values()),
        of_facts,
    )
    return Files(world, [tuple(held) for _, held in grouped], numbers)


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
