"""Handles of classes and functions: one object each, compared by identity, cheap as keys."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.flow.program.reading import READING
from data_etiquette.model.facts import (
    AccessPath,
    CallFact,
    ClassFact,
    Facts,
    FunctionFact,
    ParamFact,
)


@dataclass(frozen=True, slots=True, eq=False)
class ClassRef:
    """A class of the scanned code."""

    facts: Facts
    cls: ClassFact

    @property
    def id(self) -> str:
        """Dotted name by the file's own path."""
        module = self.facts.module
        return f"{module}.{self.cls.qualname}" if module else self.cls.qualname


@dataclass(frozen=True, slots=True, eq=False)
class FunctionRef:
    """A function of the scanned code. Whoever asks for something of its body is noted to do so."""

    facts: Facts
    header: FunctionFact
    """For what stands outside of the body: name, owner, parameters, annotations, decorators."""
    _calls: dict[int, CallFact]
    params: dict[str, ParamFact]
    _annotated: dict[int, str]
    _named: dict[AccessPath, str]
    name: str
    """The function's own name."""
    decorated: frozenset[str]
    """Last parts of its decorators' names."""
    own: ClassRef | None = None
    """For an inherited method seen as part of a subclass: that class."""

    @property
    def function(self) -> FunctionFact:
        """All that is known of it."""
        READING.now.add(self)
        return self.header

    @property
    def calls(self) -> dict[int, CallFact]:
        """Its calls by their ids."""
        READING.now.add(self)
        return self._calls

    @property
    def annotated(self) -> dict[int, str]:
        """Annotations of the variables that calls' results are assigned to, by the calls' ids."""
        READING.now.add(self)
        return self._annotated

    @property
    def named(self) -> dict[AccessPath, str]:
        """First variables that results of calls and elements were assigned to."""
        READING.now.add(self)
        return self._named

    @property
    def scope(self) -> str:
        """Dotted name for fingerprints."""
        return f"{self.facts.module}.{self.header.qualname}"

    @property
    def shown(self) -> str:
        """The function's name as a trace shows it."""
        name = self.header.qualname.replace(".<locals>", "")
        return "the module" if name == "<module>" else f"{name}()"

    def is_decorated(self, *names: str) -> bool:
        """Whether a decorator's last part is one of the names."""
        return not self.decorated.isdisjoint(names)


@dataclass(frozen=True, slots=True)
class Callers:
    """Stands for all calls of a function, among what is read."""

    function: FunctionRef


def function_ref(facts: Facts, function: FunctionFact) -> FunctionRef:
    """Make the one handle of a function."""
    return FunctionRef(
        facts,
        function,
        {call.id: call for call in function.calls},
        {param.name: param for param in function.params},
        dict(function.annotated),
        dict(function.named),
        function.qualname.rpartition(".")[2],
        frozenset(text.split("(", 1)[0].rsplit(".", 1)[-1] for text in function.decorators),
    )
