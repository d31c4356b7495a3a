"""Summaries of functions' results, and what a call makes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data_etiquette.flow.binding import Target, bind
from data_etiquette.flow.reference import FunctionRef
from data_etiquette.flow.resolve.core import (
    MAX_TAINTS,
    RETURNING_WORDS,
)
from data_etiquette.flow.resolve.pages import Pages
from data_etiquette.flow.resolve.paths import (
    all_given,
    call_of,
    entered,
    spell,
)
from data_etiquette.flow.taint import Mode, Origin, Taint
from data_etiquette.model.facts import AccessPath, CallFact
from data_etiquette.model.graph import Step
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.value import reached

_ROUNDS = 3


@dataclass(slots=True)
class Summaries(Pages):
    """What functions return, in terms of their parameters."""

    def returns(
        self, target: FunctionRef, keys: tuple[str, ...], mode: Mode, depth: int
    ) -> tuple[Taint, ...]:
        """Summary: what a function's result holds below some keys, in terms of its parameters."""
        key = (target, keys, mode)
        known = self._summaries.get(key)
        if known is not None:
            if key in self._open:
                self._circles += 1
                self._open[key] = True  # a circle: whoever is computing it looks again
            return known
        if depth <= 0:
            self.limited.add(target)
            return ()
        self._summaries[key] = ()
        for _ in range(_ROUNDS):
            self._open[key] = False
            found = self._summarised(target, keys, mode, depth)
            is_stable = not self._open.pop(key) or found == self._summaries[key]
            self._summaries[key] = found
            if is_stable:
                break
        return self._summaries[key]

    def _summarised(
        self, target: FunctionRef, keys: tuple[str, ...], mode: Mode, depth: int
    ) -> tuple[Taint, ...]:
        found: dict[tuple[object, ...], Taint] = {}
        for line, value in target.function.results:
            inner = entered(value, keys) if keys[:1] == ("[*with]",) else reached(value, keys)
            for taint in self.value(target, inner, line, mode, depth - 1):
                step = Step(target.facts.path, line, f"{target.shown} returns it")
                found.setdefault(taint.identity, taint.after(step))
        return tuple(found.values())[:MAX_TAINTS]

    def _returned(
        self,
        fn: FunctionRef,
        call: CallFact,
        target: Target,
        keys: tuple[str, ...],
        mode: Mode,
        depth: int,
    ) -> list[Taint]:
        summary = self.returns(target.function, keys, mode, depth - 1)
        return self._substituted(fn, call, target, list(summary), depth)

    def _substituted(
        self, fn: FunctionRef, call: CallFact, target: Target, summary: list[Taint], depth: int
    ) -> list[Taint]:
        """A summary's promises kept with the arguments of one call."""
        found: list[Taint] = []
        own = fn.function.params[0].name if fn.function.params else ""
        if target.receiver == AccessPath(f"param:{own}"):
            below = self.types.hierarchy.below(fn, target.function)
            if below is not None:
                summary = [replace(taint, through=taint.through or below) for taint in summary]
        for taint in summary:
            if self.rendering and not self.rendering.fits(fn, call, target, taint.steps):
                continue
            if taint.origin is not None or taint.function is not target.function:
                found.append(taint)
                continue
            if call.id < 0 and not taint.keys and taint.mode is Mode.TEXT:
                continue  # an object that shows itself by formatting itself
            value = reached(bind(call, target, taint.param), taint.keys)
            for given in self.value(fn, value, call.line, taint.mode, depth - 2):
                note = f"{target.function.shown} gets it as `{taint.param}`"
                passed = given.after(Step(fn.facts.path, call.line, note), *taint.steps)
                through = given.through or taint.through
                if self.types.hierarchy.are_related(given.through, taint.through):
                    sanitiser = given.sanitiser or taint.sanitiser
                    found.append(replace(passed, sanitiser=sanitiser, through=through))
        return found

    def _through(
        self,
        fn: FunctionRef,
        call: CallFact,
        targets: tuple[Target, ...],
        keys: tuple[str, ...],
        line: int,
        mode: Mode,
        depth: int,
    ) -> list[Taint] | None:
        found: list[Taint] = []
        for target in targets:
            found += self._returned(fn, call, target, keys, mode, depth)
        if found:
            return found
        name = targets[0].function.name
        if keys or not name.startswith(RETURNING_WORDS):
            # What such a function returns is known, and it is no personal data: unless it is an
            # object, whose type tells more.
            path = AccessPath(f"call:{call.id}", keys)
            return None if self.types.of(fn, path).entity is not None else []
        return self._named_result(fn, targets[0].function, call, line)

    def _caught(self, fn: FunctionRef, text: str, line: int, depth: int) -> list[Taint]:
        """The text of a caught exception: what the functions that the block calls raised with."""
        names, _, span = text.partition("@")
        first, _, last = span.partition("-")
        classes = {name.rsplit(".", 1)[-1] for name in names.split("|")}
        found: list[Taint] = []
        for name in names.split("|"):
            element = self.types.knowledge.exceptions.get(name)
            if element:
                note = f"the text of {name} quotes {self._label(element)}"
                place = Location(fn.facts.path, line)
                origin = Origin(element, "", name, Confidence.MEDIUM, place, note)
                found.append(self._origin(fn, origin))
        for call in fn.function.calls:
            if not (first.isdigit() and int(first) <= call.line <= int(last)):
                continue
            for target in self.types.targets(fn, call):
                raised = self._raised(target.function, classes, depth)
                found += self._substituted(fn, call, target, raised, depth)
        return found

    def _raised(self, target: FunctionRef, classes: set[str], depth: int) -> list[Taint]:
        """What a function puts into exceptions of some classes, in terms of its parameters."""
        found: list[Taint] = []
        for line, value in target.function.raises:
            for part in value[:2]:
                call = call_of(target, part)
                if call is None:
                    continue
                name = spell(call.callee).rsplit(".", 1)[-1]
                if not classes & {name, "Exception", "BaseException"} and not self._is_kind(
                    target, call, classes
                ):
                    continue
                values = all_given(call)
                step = Step(target.facts.path, line, f"{target.shown} raises {name} with it")
                inner = self.value(target, values, line, Mode.TEXT, depth - 2)
                found += [taint.after(step) for taint in inner]
        return found

    def _is_kind(self, fn: FunctionRef, call: CallFact, classes: set[str]) -> bool:
        """Whether a first-party exception is built on one of the classes."""
        cls = self.types.of(fn, call.callee).cls
        if cls is None:
            return False
        hierarchy = self.types.hierarchy
        lasts = {base.rsplit(".", 1)[-1] for base in hierarchy.library_bases(cls)}
        return bool(classes & (lasts | {ref.cls.name for ref in hierarchy.line(cls)}))
