"""All files as one program: modules, definitions, what a dotted name stands for across files."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from data_etiquette.model.facts import ClassFact, Facts, FunctionFact

_MAX_PARTS = 24
_MAX_HOPS = 4
"""Modules that give an imported name on, one after the other."""


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
    name: str = ""
    """For values: what it is called in its file."""

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
    """Every dotted name a module may be imported by: the scan's root need not be the imports'."""
    classes: dict[tuple[str, str], ClassFact] = field(default_factory=dict)
    functions: dict[tuple[str, str], FunctionFact] = field(default_factory=dict)
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    aliases: dict[tuple[str, str], str] = field(default_factory=dict)
    stars: dict[str, list[str]] = field(default_factory=dict)
    roots: frozenset[str] = frozenset()
    """Folders that are also on Python's path."""
    root_is_package: bool = False
    """Whether the scanned folder is itself a package, so that its name stands before all others."""
    _cache: dict[tuple[str, str], Definition | None] = field(default_factory=dict)
    _starred: dict[tuple[str, str], Definition | None] = field(default_factory=dict)
    _beyond: dict[tuple[str, str], str] = field(default_factory=dict)

    def classes_with_files(
        self,
    ) -> Iterable[tuple[tuple[str, str], tuple[Facts, ClassFact]]]:
        """Every class once, under its file and qualified name."""
        for facts in self.files:
            for cls in facts.classes:
                if self.classes.get((facts.path, cls.qualname)) is cls:
                    yield (facts.path, cls.qualname), (facts, cls)

    def functions_with_files(
        self,
    ) -> Iterable[tuple[tuple[str, str], tuple[Facts, FunctionFact]]]:
        """Every function under its file and qualified name; a later one of the same, numbered."""
        for facts in self.files:
            for number, function in enumerate(facts.functions):
                is_first = self.functions.get((facts.path, function.qualname)) is function
                name = function.qualname if is_first else f"{function.qualname}#{number}"
                yield (facts.path, name), (facts, function)

    def module(self, dotted: str, near: str = "") -> Facts | None:
        """The file of a module; with several of that name, the one nearest to `near`'s path."""
        found = self.modules.get(dotted)
        if not found and self.root_is_package:
            found = self.modules.get(dotted.partition(".")[2])
        if found and "." not in dotted and near:
            # `import stripe` in `pay/stripe.py` is the library: a bare name is the scanned code's
            # only where Python would look, in the importing file's folder and those above it.
            found = [facts for facts in found if _reaches(facts, dotted, near)]
        if not found:
            return None
        if len(found) == 1:
            return found[0]
        return max(found, key=lambda facts: (_common(facts.path, near), -len(facts.path)))

    def find(self, dotted: str, near: str = "") -> Definition | None:
        """What a dotted name is in the scanned code; None when it comes from elsewhere."""
        key = (dotted, near.rpartition("/")[0])
        if dotted.count(".") > _MAX_PARTS:  # an alias that stands for something below itself
            return None
        if key not in self._cache:
            self._cache[key] = None  # circles of re-exports end here
            self._cache[key] = self._find(dotted, near)
        found = self._cache[key]
        return self._by_star(dotted, near) if found is None and near in self.stars else found

    def is_first_party(self, dotted: str, near: str = "") -> bool:
        """Whether the name's module is part of the scanned code."""
        head = dotted
        while head:
            if self.module(head, near) is not None:
                return True
            head = head.rpartition(".")[0]
        return False

    def beyond(self, dotted: str, near: str = "", depth: int = _MAX_HOPS) -> str:
        """The library's name that a module of the scanned code gives on; empty when it is none.

        `shop.proxies.current_user` is `flask_login.current_user` where `shop/proxies.py` imports
        it from there.
        """
        key = (dotted, near.rpartition("/")[0])
        if key not in self._beyond:
            self._beyond[key] = self._behind(dotted, near, depth) if depth > 0 else ""
        return self._beyond[key]

    def _behind(self, dotted: str, near: str, depth: int) -> str:
        head, _, tail = dotted.rpartition(".")
        while head and self.module(head, near) is None:
            head, _, part = head.rpartition(".")
            tail = f"{part}.{tail}"
        facts = self.module(head, near) if head else None
        if facts is None:
            return ""
        first, _, rest = tail.partition(".")
        target = self.aliases.get((facts.path, first), "")
        whole = f"{target}.{rest}" if rest else target
        if not target or whole == dotted:
            return ""
        if self.is_first_party(whole, facts.path):
            return self.beyond(whole, facts.path, depth - 1)
        return whole

    def _find(self, dotted: str, near: str) -> Definition | None:
        head, _, tail = dotted.rpartition(".")
        while head:
            facts = self.module(head, near)
            if facts is not None:
                return self._member(facts, tail)
            head, _, part = head.rpartition(".")
            tail = f"{part}.{tail}"
        return None

    def _by_star(self, dotted: str, near: str) -> Definition | None:
        """`Account` in a file that says `from .models import *`."""
        key = (dotted, near)
        if key not in self._starred:
            self._starred[key] = None
            for star in self.stars[near]:
                module = self.module(star, near)
                found = self._member(module, dotted) if module is not None else None
                if found is not None:
                    self._starred[key] = found
                    break
        return self._starred[key]

    def _member(self, facts: Facts, name: str) -> Definition | None:
        path = facts.path
        if (path, name) in self.classes:
            return Definition("class", facts, cls=self.classes[path, name])
        if (path, name) in self.functions:
            return Definition("function", facts, function=self.functions[path, name])
        first, _, rest = name.partition(".")
        if (path, first) in self.aliases:
            target = self.aliases[path, first]
            return self.find(f"{target}.{rest}" if rest else target, path)
        if (path, name) in self.values:
            return Definition("value", facts, text=self.values[path, name], name=name)
        for star in self.stars.get(path, ()):
            if self.module(star, path) is None:
                continue
            found = self.find(f"{star}.{name}", path)
            if found is not None:
                return found
        return None


def build_program(files: Iterable[Facts]) -> Program:
    """Index the facts; later files never hide earlier ones."""
    program = Program(tuple(sorted(files, key=lambda facts: facts.path)))
    packages = frozenset(
        facts.path.rpartition("/")[0]
        for facts in program.files
        if facts.path.endswith("__init__.py")
    )
    program.root_is_package = "" in packages
    roots = program.roots = _import_roots(program.files)
    for facts in program.files:
        if facts.language != "python":
            continue
        _index_module(program, facts, packages, roots)
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


def _import_roots(files: tuple[Facts, ...]) -> frozenset[str]:
    """Packages that the application also puts on Python's path: `users.models` in `app/users/`.

    Two different packages below a folder, imported by names that nothing else explains, tell it.
    """
    holders: dict[str, set[str]] = {}
    tops: set[str] = set()
    for facts in files:
        parts = facts.module.split(".") if facts.module else []
        tops.update(parts[:1])
        for start in range(1, len(parts) - 1):
            name = ".".join(parts[start : start + 2])
            holders.setdefault(name, set()).add("/".join(parts[:start]))
    counts: dict[str, set[str]] = {}
    for facts in files:
        for _, target in facts.imports:
            first, _, rest = target.partition(".")
            if first in tops or first in sys.stdlib_module_names or not rest:
                continue
            for folder in holders.get(f"{first}.{rest.partition('.')[0]}", ()):
                counts.setdefault(folder, set()).add(first)
    return frozenset(folder for folder, names in counts.items() if len(names) > 1)


def _index_module(
    program: Program, facts: Facts, packages: frozenset[str], roots: frozenset[str]
) -> None:
    parts = facts.module.split(".") if facts.module else []
    folders = facts.path.split("/")[:-1]
    for start in range(len(parts)):
        # Inside a package a module can't be imported by less than the package's own name.
        above = "/".join(folders[:start])
        if start and above in packages and above not in roots:
            continue
        name = ".".join(parts[start:])
        if start and name in sys.stdlib_module_names:
            continue
        program.modules.setdefault(name, []).append(facts)


def _reaches(facts: Facts, name: str, near: str) -> bool:
    """Whether a file may be what `near` imports by a bare name."""
    if facts.path == near:
        return facts.module == name
    base = facts.path.removesuffix("/__init__.py").rpartition("/")[0]
    return facts.module == name or near.startswith(f"{base}/" if base else "")


def _common(left: str, right: str) -> int:
    """Leading folders that two paths share."""
    count = 0
    for a, b in zip(left.split("/")[:-1], right.split("/")[:-1], strict=False):
        if a != b:
            break
        count += 1
    return count
