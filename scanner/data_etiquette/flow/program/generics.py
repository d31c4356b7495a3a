"""Generic classes: what their type parameters stand for in a class that is built on them."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.flow.program.hierarchy import Hierarchy
from data_etiquette.flow.program.reference import ClassRef
from data_etiquette.model.facts import ClassFact, Facts

_DECLARING = frozenset({"Generic", "Protocol", "GenericModel"})
"""Bases whose subscript lists the parameters themselves."""
_MAX_STEPS = 12


@dataclass(frozen=True, slots=True)
class Meaning:
    """The type that a parameter stands for, as it is written in one file."""

    text: str
    path: str


@dataclass(slots=True)
class Generics:
    """`S` of `Repository(Generic[S])` is `Account` in `Accounts(Repository[Account])`."""

    hierarchy: Hierarchy
    _parameters: dict[ClassRef, tuple[str, ...]] = field(default_factory=dict)
    _meanings: dict[ClassRef, dict[tuple[ClassRef, str], Meaning]] = field(default_factory=dict)
    _made: dict[tuple[ClassRef, tuple[str, ...], str], ClassRef] = field(default_factory=dict)

    def parameters(self, ref: ClassRef) -> tuple[str, ...]:
        """Names of a class's type parameters, in their order."""
        found = self._parameters.get(ref)
        if found is None:
            found = self._parameters[ref] = self._declared(ref)
        return found

    def meaning(self, ref: ClassRef, place: ClassRef, name: str) -> Meaning | None:
        """What a parameter of one class of the line is in an object of `ref`; None if open."""
        if name not in self.parameters(place):
            return None
        known = self._meanings.get(ref)
        if known is None:
            known = self._meanings[ref] = {}
            self._descend(ref, {}, known, _MAX_STEPS)
        return known.get((place, name))

    def made(self, ref: ClassRef, name: str, arguments: tuple[str, ...], facts: Facts) -> ClassRef:
        """`Repository[Account]` as a class of its own, built on `Repository`."""
        key = (ref, arguments, facts.path)
        found = self._made.get(key)
        if found is None:
            shown = f"{ref.cls.qualname}[{', '.join(arguments)}]"
            fact = ClassFact(
                ref.cls.name, shown, ref.cls.line, ref.cls.end_line,
                bases=(name,), arguments=((name, arguments),),
            )  # fmt: skip
            found = self._made[key] = ClassRef(facts, fact)
        return found

    def _declared(self, ref: ClassRef) -> tuple[str, ...]:
        implied: dict[str, None] = {}
        for base, arguments in ref.cls.arguments:
            names = [argument.rpartition(".")[2] for argument in arguments]
            if base.rpartition(".")[2] in _DECLARING:
                return tuple(names)
            implied.update(
                dict.fromkeys(
                    name
                    for name, argument in zip(names, arguments, strict=True)
                    if self._is_variable(argument, ref)
                )
            )
        return tuple(implied)

    def _is_variable(self, name: str, ref: ClassRef) -> bool:
        found = self.hierarchy.program.find(name, ref.facts.path)
        return found is not None and found.kind == "value" and "TypeVar(" in found.text[:40]

    def _descend(
        self,
        ref: ClassRef,
        own: dict[str, Meaning],
        known: dict[tuple[ClassRef, str], Meaning],
        steps: int,
    ) -> None:
        """Carry what a class's parameters stand for to the classes that it is built on."""
        for name, meant in own.items():
            known.setdefault((ref, name), meant)
        for base in ref.cls.bases if steps > 0 else ():
            program = self.hierarchy.program
            parent = self.hierarchy.class_of(program.find(base, ref.facts.path))
            if parent is None or parent is ref:
                continue
            given = next((texts for name, texts in ref.cls.arguments if name == base), ())
            handed = {
                name: own.get(text.rpartition(".")[2]) or Meaning(text, ref.facts.path)
                for name, text in zip(self.parameters(parent), given, strict=False)
                if text.rpartition(".")[2] in own or not self._is_variable(text, ref)
            }
            self._descend(parent, handed, known, steps - 1)


def arguments_of(annotation: str, name: str) -> tuple[str, ...]:
    """What stands in the brackets behind a name: `A`, `B[C]` of `Repository[A, B[C]]`."""
    _, bracket, rest = annotation.partition(f"{name}[")
    found: list[str] = []
    depth, start = 0, 0
    for index, letter in enumerate(rest if bracket else ""):
        if letter in "[(":
            depth += 1
        elif letter in "])" and depth:
            depth -= 1
        elif letter == "," and not depth:
            found.append(rest[start:index].strip())
            start = index + 1
        elif letter == "]":
            found.append(rest[start:index].strip())
            return tuple(found)
    return ()
