"""Exceptions: what the functions that a block calls put into the text of what they raise."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from data_etiquette.flow.program.paths import all_given, call_of, spell
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve.core import MAX_TAINTS
from data_etiquette.flow.resolve.summaries import Summaries
from data_etiquette.flow.resolve.taint import Mode, Origin, Taint
from data_etiquette.model.facts import CallFact
from data_etiquette.model.graph import Step
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location

_BROAD = frozenset({"Exception", "BaseException"})
_BROAD_OR_SYSTEM = _BROAD | {"OSError", "IOError", "EnvironmentError"}
_MAX_LEVELS = 6
"""Calls between a handler and the function that raises."""

_Key = tuple[FunctionRef, frozenset[str], int]


@dataclass(slots=True)
class Raised(Summaries):
    """What the text of a caught exception holds."""

    _raises: dict[_Key, tuple[Taint, ...]] = field(default_factory=dict)

    def _caught(self, fn: FunctionRef, text: str, line: int, depth: int) -> list[Taint]:
        """The text of a caught exception: what the functions that the block calls raised with."""
        names, _, span = text.partition("@")
        first, _, last = span.partition("-")
        classes = frozenset(name.rsplit(".", 1)[-1] for name in names.split("|"))
        found = [
            self._quoting(fn, element, name, line)
            for name in names.split("|")
            if (element := self.types.knowledge.exceptions.get(name))
        ]
        if first.isdigit():
            found += self._raised_here(fn, classes, depth, (int(first), int(last)))
        levels = 1 if classes & _BROAD_OR_SYSTEM else _MAX_LEVELS
        for call in fn.function.calls:
            if not (first.isdigit() and int(first) <= call.line <= int(last)):
                continue
            found += self._refused(fn, call, names, line)
            for target in self.types.targets(fn, call):
                raised = self._raised(target.function, classes, levels, depth)
                found += self._substituted(fn, call, target, list(raised), depth)
        return found

    def _quoting(self, fn: FunctionRef, element: str, name: str, line: int) -> Taint:
        note = f"the text of {name} quotes {self._label(element)}"
        place = Location(fn.facts.path, line)
        return self._origin(fn, Origin(element, "", name, Confidence.MEDIUM, place, note))

    def _refused(self, fn: FunctionRef, call: CallFact, names: str, line: int) -> list[Taint]:
        """A library's call in the block, whose exceptions quote what it was given."""
        name = self.types.callee(fn, call.callee)
        element = self.types.knowledge.exceptions.get(name) if name else None
        if not element:
            return []
        module = name.partition(".")[0]
        for caught in names.split("|"):
            is_base = caught.startswith(f"{module}.") and caught.endswith("Exception")
            if is_base or caught.rsplit(".", 1)[-1] in _BROAD_OR_SYSTEM:
                return [self._quoting(fn, element, f"{name}'s exceptions", line)]
        return []

    def _raised(
        self, target: FunctionRef, classes: frozenset[str], levels: int, depth: int
    ) -> tuple[Taint, ...]:
        """What a function puts into exceptions of some classes, in terms of its parameters."""
        key = (target, classes, levels)
        known = self._raises.get(key)
        if known is None:
            self._raises[key] = ()
            found = self._raised_here(target, classes, depth)
            if levels > 1:
                found += self._raised_below(target, classes, levels - 1, depth)
            known = self._raises[key] = self._each_once(target, found)
        return known

    def _each_once(self, target: FunctionRef, found: list[Taint]) -> tuple[Taint, ...]:
        """Functions that run each other raise the same in many ways; one of each will do."""
        once: dict[tuple[object, ...], Taint] = {}
        for taint in found:
            once.setdefault(taint.identity, taint)
        if len(once) > MAX_TAINTS:
            self.limited.add(target)
        return tuple(once.values())[:MAX_TAINTS]

    def _raised_below(
        self, target: FunctionRef, classes: frozenset[str], levels: int, depth: int
    ) -> list[Taint]:
        found: list[Taint] = []
        for call in target.function.calls:
            for inner in self.types.targets(target, call):
                raised = self._raised(inner.function, classes, levels, depth)
                if raised:
                    found += self._substituted(target, call, inner, list(raised), depth)
            if len(found) > MAX_TAINTS:
                found = list(self._each_once(target, found))
        return found

    def _raised_here(
        self,
        target: FunctionRef,
        classes: frozenset[str],
        depth: int,
        lines: tuple[int, int] = (0, sys.maxsize),
    ) -> list[Taint]:
        found: list[Taint] = []
        for line, value in target.function.raises:
            if not lines[0] <= line <= lines[1]:
                continue
            for part in value[:2]:
                call = call_of(target, part)
                if call is None:
                    continue
                name = spell(call.callee).rsplit(".", 1)[-1]
                if not classes & (_BROAD | {name}) and not self._is_kind(target, call, classes):
                    continue
                step = Step(target.facts.path, line, f"{target.shown} raises {name} with it")
                inner = self.value(target, all_given(call), line, Mode.TEXT, depth - 2)
                found += [taint.after(step) for taint in inner]
        return found

    def _is_kind(self, fn: FunctionRef, call: CallFact, classes: frozenset[str]) -> bool:
        """Whether a first-party exception is built on one of the classes."""
        cls = self.types.of(fn, call.callee).cls
        if cls is None:
            return False
        hierarchy = self.types.hierarchy
        lasts = {base.rsplit(".", 1)[-1] for base in hierarchy.library_bases(cls)}
        return bool(classes & (lasts | {ref.cls.name for ref in hierarchy.line(cls)}))
