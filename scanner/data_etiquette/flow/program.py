"""All files as one program: modules, definitions, what a dotted name stands for across files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from data_etiquette.model.facts import ClassFact, Facts, FunctionFact

_MAX_HOPS = 8


@dataclass(frozen=True, slots=True)
class Definition:
    """A class, function or module-level name of the scanned code."""

    kind: str
    """`class`, `function`, `value`."""
    facts: Facts
    cls: ClassFact | None = None
    function: FunctionFact | None = None
    text: str = ""
    """For values: the right-hand side as text."""

    @property
    def id(self) -> str:
        """Dotted name by the file's own path."""
        name = self.cls.qualname if self.cls else self.function.qualname if self.function else ""
        return f"{self.facts.module}.{name}" if self.facts.module else name


@dataclass(slots=True)
class Program:
    """Lookup over the facts of all files."""

    files: tuple[Facts, ...]
    modules: dict[str, list[Facts]] = field(default_factory=dict)
    """Every dotted suffix of a module's name: the scanned root need not be the import root."""
    classes: dict[tuple[str, str], ClassFact] = field(default_factory=dict)
    functions: dict[tuple[str, str], FunctionFact] = field(default_factory=dict)
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    aliases: dict[tuple[str, str], str] = field(default_factory=dict)
    stars: dict[str, list[str]] = field(default_factory=dict)
    _cache: dict[tuple[str, str], Definition | None] = field(default_factory=dict)

    def module(self, dotted: str, near: str = "") -> Facts | None:
        """The file of a module; with several of that name, the one nearest to `near`'s path."""
        found = self.modules.get(dotted)
        if not found:
            return None
        if len(found) == 1:
            return found[0]
        return max(found, key=lambda facts: (_common(facts.path, near), -len(facts.path)))

    def find(self, dotted: str, near: str = "") -> Definition | None:
        """What a dotted name is in the scanned code; None when it comes from elsewhere."""
        key = (dotted, near.rsplit("/", 1)[0])
        if key not in self._cache:
            self._cache[key] = None  # guards against circles of re-exports
            self._cache[key] = self._find(dotted, near, _MAX_HOPS)
        return self._cache[key]

    def is_first_party(self, dotted: str, near: str = "") -> bool:
        """Whether the name's module is part of the scanned code."""
        head = dotted
        while head:
            if self.module(head, near) is not None:
                return True
            head = head.rpartition(".")[0]
        return False

    def _find(self, dotted: str, near: str, hops: int) -> Definition | None:
        if hops <= 0:
            return None
        head, _, rest = dotted.rpartition(".")
        tail = rest
        while head:
            facts = self.module(head, near)
            if facts is not None:
                found = self._member(facts, tail, hops)
                if found is not None:
                    return found
            head, _, part = head.rpartition(".")
            tail = f"{part}.{tail}"
        return None

    def _member(self, facts: Facts, name: str, hops: int) -> Definition | None:
        path = facts.path
        if (path, name) in self.classes:
            return Definition("class", facts, cls=self.classes[path, name])
        if (path, name) in self.functions:
            return Definition("function", facts, function=self.functions[path, name])
        first, _, rest = name.partition(".")
        if (path, first) in self.aliases:
            target = self.aliases[path, first]
            return self._find(f"{target}.{rest}" if rest else target, path, hops - 1)
        if (path, name) in self.values:
            return Definition("value", facts, text=self.values[path, name])
        for star in self.stars.get(path, ()):
            found = self._find(f"{star}.{name}", path, hops - 1)
            if found is not None:
                return found
        return None


def build_program(files: Iterable[Facts]) -> Program:
    """Index the facts; later files never hide earlier ones."""
    program = Program(tuple(sorted(files, key=lambda facts: facts.path)))
    for facts in program.files:
        if facts.language != "python":
            continue
        _index_module(program, facts)
        for cls in facts.classes:
            program.classes.setdefault((facts.path, cls.qualname), cls)
        for function in facts.functions:
            program.functions.setdefault((facts.path, function.qualname), function)
        for name, text in facts.assigned:
            program.values.setdefault((facts.path, name), text)
        for name, target in facts.imports:
            if name == "*":
                program.stars.setdefault(facts.path, []).append(target)
            else:
                program.aliases[facts.path, name] = target
    return program


def _index_module(program: Program, facts: Facts) -> None:
    parts = facts.module.split(".") if facts.module else []
    for start in range(len(parts)):
        program.modules.setdefault(".".join(parts[start:]), []).append(facts)


def _common(left: str, right: str) -> int:
    """Leading folders that two paths share."""
    count = 0
    for a, b in zip(left.split("/")[:-1], right.split("/")[:-1], strict=False):
        if a != b:
            break
        count += 1
    return count
