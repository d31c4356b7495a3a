"""Summaries of functions' results, and what a call makes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.binding import Target, bind, keys_of
from data_etiquette.flow.program.paths import (
    entered,
)
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve.core import (
    MAX_TAINTS,
    RETURNING_WORDS,
)
from data_etiquette.flow.resolve.pages import Pages
from data_etiquette.flow.resolve.taint import Mode, Taint
from data_etiquette.flow.types import DUMPING_METHODS
from data_etiquette.model.facts import AccessPath, CallFact
from data_etiquette.model.graph import Step
from data_etiquette.model.value import ANY_ATTRIBUTE, reached

MAX_ROUNDS = 3


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
        for _ in range(MAX_ROUNDS):
            self._open[key] = False
            found = self._summarised(target, keys, mode, depth)
            is_stable = not self._open.pop(key) or found == self._summaries[key]
            self._summaries[key] = found
            if is_stable:
                break
        else:
            self.limited.add(target)
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
        own = fn.header.params[0].name if fn.header.params else ""
        if target.through is not None:
            summary = [replace(taint, through=taint.through or target.through) for taint in summary]
        if target.receiver is not None and any(taint.through for taint in summary):
            # An override of a sibling class is none of this object's.
            cls = self.types.of(fn, target.receiver).cls
            related = self.types.hierarchy.are_related
            summary = [taint for taint in summary if related(taint.through, cls)]
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
            if taint.keys[-1:] == (ANY_ATTRIBUTE,) and target.function.name in DUMPING_METHODS:
                # `{name: getattr(self, name) for name in …}`: all that there is.
                taint = replace(taint, keys=taint.keys[:-1], mode=Mode.DUMP)  # noqa: PLW2901
            value = reached(bind(call, target, taint.param), keys_of(call, target, taint.keys))
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
        if (split(targets[0].function.name)[-1:] or ("",))[0] in self.types.words("measures"):
            return found
        for target in targets:
            found += self._returned(fn, call, target, keys, mode, depth)
        name = targets[0].function.name
        if found:
            if any(taint.origin is not None for taint in found):
                return found
            if not keys and self.classifier.is_credential(self._returning_name(name)):
                found += self._named_result(fn, targets[0].function, call, line) or []
            return [*found, *self._typed_result(fn, call, keys, line, mode, depth)]
        is_first = keys == ("[0]",) and bool(self._generated(name))  # `code, digest = make_code()`
        named = name.startswith(RETURNING_WORDS) or self._generated(name)
        if (keys and not is_first) or not named:
            # What such a function returns is known, and it is no personal data: unless it is an
            # object, whose type tells more.
            path = AccessPath(f"call:{call.id}", keys)
            return None if self.types.of(fn, path).entity is not None else []
        return self._named_result(fn, targets[0].function, call, line)

    def _typed_result(
        self,
        fn: FunctionRef,
        call: CallFact,
        keys: tuple[str, ...],
        line: int,
        mode: Mode,
        depth: int,
    ) -> list[Taint]:
        """`-> Account`, made by something handed in: the type tells what the callers may not."""
        path = AccessPath(f"call:{call.id}", keys)
        typed = self.types.of(fn, path)
        if typed.entity is None or typed.is_class or typed.is_guess:
            return []
        if typed.field is not None:
            return [self._from_field(fn, typed.entity, typed.field, line)]
        return self._of_object(fn, path, typed, line, mode, depth)
