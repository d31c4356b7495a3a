"""Templates by their names: what each puts on its page, with what it includes and builds on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from data_etiquette.flow.lexicon.knowledge import Knowledge
from data_etiquette.flow.program.program import Program
from data_etiquette.model.facts import IncludeFact, ShownFact, TemplateFact

MAX_NESTED = 5
"""Templates inside templates that are looked into."""
MAX_SHOWN = 400
"""Values of one page that are followed; the rest of a page so large is left out."""
MAX_FOUND = 16
"""Templates that one name with open parts may mean."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One value on a page, and the template's line that shows it."""

    path: tuple[str, ...]
    """Names from the context's variable on."""
    file: str
    line: int
    in_layout: bool = False
    """Whether a template that the page builds on shows it, as it does on every other page."""


@dataclass(frozen=True, slots=True)
class _Known:
    file: str
    template: TemplateFact


@dataclass(slots=True)
class Templates:
    """All templates of a program."""

    knowledge: Knowledge
    _named: dict[str, _Known] = field(default_factory=dict)
    _matching: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    _expanded: dict[str, tuple[Shown, ...]] = field(default_factory=dict)

    def shown(self, name: str) -> tuple[Shown, ...] | None:
        """All that a template shows; None when there is none of that name."""
        known = self._find(name)
        if known is None:
            return None
        found = self._expanded.get(known.file)
        if found is None:
            found = tuple(dict.fromkeys(self._all(known, MAX_NESTED)))[:MAX_SHOWN]
            self._expanded[known.file] = found
        return found

    def matching(self, pieces: tuple[str, ...]) -> list[str]:
        """Names that hold some pieces in their order, one for each template.

        The first piece begins the name; what stands between the pieces is open.
        """
        known = self._matching.get(pieces)
        if known is None:
            found: dict[str, str] = {}
            for name, template in self._named.items():
                if template.file not in found and _holds(name, pieces):
                    found[template.file] = name
            known = self._matching[pieces] = sorted(found.values())[:MAX_FOUND]
        return known

    def _find(self, name: str) -> _Known | None:
        plain = name.replace(":", "/").lstrip("/")
        return self._named.get(name) or self._named.get(plain)

    def _all(self, known: _Known, depth: int) -> Iterator[Shown]:
        for item in known.template.shown:
            if self._is_told(item):
                yield Shown(item.path, known.file, item.line)
        for include in known.template.includes if depth > 0 else ():
            yield from self._included(include, depth - 1)

    def _included(self, include: IncludeFact, depth: int) -> Iterator[Shown]:
        known = self._find(include.template)
        if known is None:
            return
        params: tuple[str, ...] = ()
        inner: Iterable[Shown] = ()
        if include.kind == "macro":
            macro = next((m for m in known.template.macros if m.name == include.macro), None)
            if macro is not None:
                params = macro.params
                inner = (
                    Shown(item.path, known.file, item.line)
                    for item in macro.shown
                    if self._is_told(item)
                )
        else:
            inner = self._all(known, depth)
        bound = _bound(include, params)
        is_layout = include.kind == "extends"
        for item in inner:
            first, *rest = item.path
            if first in bound:
                item = replace(item, path=(*bound[first], *rest))  # noqa: PLW2901
            elif include.only or first in params:
                continue
            yield replace(item, in_layout=True) if is_layout else item

    def _is_told(self, item: ShownFact) -> bool:
        """Whether what is shown still tells something of the value."""
        filters = self.knowledge.sanitiser_filters
        ends = (filters.get(name.removesuffix("()")) for name in item.filters)
        return bool(item.path) and not any(model is not None and model.ends for model in ends)


def _bound(include: IncludeFact, params: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Names there to paths here; a macro's arguments by position get the parameter's name."""
    found = {}
    for name, path in include.bindings:
        if name.isdigit():
            if int(name) < len(params):
                found[params[int(name)]] = path
        else:
            found[name] = path
    return found


def build_templates(program: Program, knowledge: Knowledge) -> Templates:
    """Index templates: the full name of one goes before the bare name of another."""
    templates = Templates(knowledge)
    known = [
        (template.names, _Known(facts.path, template))
        for facts in program.files
        for template in facts.templates
    ]
    for rank in range(max((len(names) for names, _ in known), default=0)):
        for names, item in known:
            if rank < len(names) - 1:
                templates._named.setdefault(names[rank], item)  # noqa: SLF001
    bare: dict[str, list[_Known]] = {}
    for names, item in known:
        bare.setdefault(names[-1], []).append(item)
    for name, items in bare.items():
        if len(items) == 1:
            templates._named.setdefault(name, items[0])  # noqa: SLF001
    return templates


def _holds(name: str, pieces: tuple[str, ...]) -> bool:
    """Whether a name is made of the pieces with anything between them, and ends in no word.

    Pieces are looked for one after the other: a pattern with as many wildcards would try them all
    against each other.
    """
    first, *others = pieces
    if not name.startswith(first):
        return False
    at = len(first)
    if not others:
        return _ends_word(name, at)
    *inner, last = others
    for piece in inner:
        found = name.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    found = name.find(last, at)
    while found >= 0:
        if _ends_word(name, found + len(last)):
            return True
        found = name.find(last, found + 1)
    return False


def _ends_word(name: str, at: int) -> bool:
    after = name[at : at + 1]
    return not (after.isascii() and after.isalnum())
