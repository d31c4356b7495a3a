"""What files let out, kept from one scan to the next, and which of it still stands.

A file's flows are a function of the bodies that were read on the way, of the calls of the functions
that were asked for, and of what is declared and looked up by name all over the program. The first
two are kept with the flows; where the last has changed, nothing stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import msgspec

from data_etiquette.flow.program.edits import Edit
from data_etiquette.flow.tracing.files import Files, Parts, Traced
from data_etiquette.flow.tracing.flows import Part, Reads
from data_etiquette.flow.world import World
from data_etiquette.model.graph import Entity
from data_etiquette.model.location import Location

_NOWHERE = Location("", 0)
_encode = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Kept:
    """What one scan knows, for the next one."""

    digests: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each file's bytes."""
    shared: str = ""
    """Digest of what is declared and looked up by name."""
    functions: tuple[tuple[str, str], ...] = ()
    """(path, name) of each function, by the numbers that the parts have for them."""
    classes: tuple[tuple[str, str], ...] = ()
    callers: dict[int, str] = field(default_factory=dict)
    """Digest of a function's calls, where they were asked for."""
    parts: dict[str, Part] = field(default_factory=dict)
    """By path."""


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier scan kept, and all that has been edited since."""

    kept: Kept
    edits: tuple[Edit, ...]


def kept(files: Files, traced: Traced) -> Kept:
    """What is to be kept of a scan."""
    return Kept(
        {facts.path: facts.digest for facts in files.world.types.program.files},
        _shared(files.world),
        tuple(files.numbers.functions),
        tuple(files.numbers.classes),
        dict(traced.callers),
        {files.path(number): part for number, part in traced.parts.items()},
    )


def standing(before: Before | None, files: Files) -> Parts:
    """The parts of files that say what they said, with today's numbers."""
    if before is None or before.kept.shared != _shared(files.world):
        return Parts({}, {}, ())
    changes = _Changes(before.kept, {edit.path: edit for edit in before.edits}, files)
    parts = dict(changes.standing())
    asked = {function for part in parts.values() for function in part.reads.callers}
    return Parts(parts, {function: files.calls_of(function) for function in asked}, ())


@dataclass(slots=True)
class _Changes:
    """Compares what parts were made of with today's program."""

    before: Kept
    edits: Mapping[str, Edit]
    files: Files
    bodies: set[int] = field(default_factory=set)
    stores: set[int] = field(default_factory=set)
    functions: list[int] = field(default_factory=list)
    """Today's numbers of the functions, -1 for those that are gone."""
    classes: list[int] = field(default_factory=list)
    _calls: dict[int, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Translate what was edited into numbers."""
        numbers = self.files.numbers
        self.functions = [numbers.functions.get(key, -1) for key in self.before.functions]
        self.classes = [numbers.classes.get(key, -1) for key in self.before.classes]
        for number, (path, name) in enumerate(self.before.functions):
            edit = self.edits.get(path)
            if self.functions[number] < 0 or (edit is not None and name in edit.bodies):
                self.bodies.add(number)
        for number, (path, name) in enumerate(self.before.classes):
            edit = self.edits.get(path)
            if self.classes[number] < 0 or (edit is not None and name in edit.storing):
                self.stores.add(number)

    def standing(self) -> Iterator[tuple[int, Part]]:
        """Each part that stands."""
        for number in range(len(self.files.functions)):
            path = self.files.path(number)
            part = self.before.parts.get(path)
            if part is not None and path not in self.edits and self._stands(part):
                yield number, replace(part, reads=self._today(part.reads))

    def _stands(self, part: Part) -> bool:
        reads = part.reads
        return (
            self.bodies.isdisjoint(reads.bodies)
            and self.stores.isdisjoint(reads.stores)
            and not any(edit.moved and _tells(part, edit.path) for edit in self.edits.values())
            and all(self._has_same_calls(number) for number in reads.callers)
        )

    def _has_same_calls(self, number: int) -> bool:
        known = self._calls.get(number)
        if known is None:
            today, earlier = self.functions[number], self.before.callers.get(number)
            known = today >= 0 and self.files.calls_of(today) == earlier
            self._calls[number] = known
        return known

    def _today(self, reads: Reads) -> Reads:
        return Reads(
            tuple(self.functions[number] for number in reads.bodies),
            tuple(self.classes[number] for number in reads.stores),
            tuple(self.functions[number] for number in reads.callers),
        )


def _tells(part: Part, path: str) -> bool:
    """Whether a part names a line of a file that none of the bodies it was made of stand in."""
    return any(
        path in (flow.source.path, step.path) or f"{path}:" in step.note
        for flow in part.flows
        for step in flow.steps
    )


def _shared(world: World) -> str:
    """Digest of what answers are made of beside bodies and calls, wherever it stands."""
    types, index = world.types, world.types.index
    digest = blake2b(digest_size=16)
    for name, entity in index.by_id.items():
        digest.update(_encode((name, _unplaced(entity))))
    for facts in types.program.files:
        if facts.statements or facts.tables:  # other files say which dialect they are read in
            digest.update(_encode((facts.path, facts.statements, facts.tables)))
    told = (
        [(name, entity.id) for name, entity in index.by_variable.items()],
        index.user.id if index.user is not None else "",
        sorted(index.bequeathed),
        sorted(types.program.roots),
        types.shared(),
    )
    digest.update(_encode(told))
    return digest.hexdigest()


def _unplaced(entity: Entity) -> Entity:
    """An entity without the lines it is declared on."""
    fields = tuple(
        replace(item, location=_NOWHERE, fact=replace(item.fact, line=0, column=0, end_line=0))
        for item in entity.fields
    )
    return replace(entity, location=Location(entity.location.path, 0), fields=fields)
