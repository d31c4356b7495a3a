"""What an edit of a file changes: bodies of functions, or more than can be told from them.

An answer that was made of functions' bodies stands while these are what they were, if nothing that
is looked up by name has changed its meaning. So an edit is either the functions whose bodies are
others now, with the names that came or went, or it is not understood and everything is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass, replace

from data_etiquette.model.facts import Facts, FunctionFact

_PLACES = frozenset({"line", "column", "end_line", "first", "last"})
_MAPPING = ("mapper", "map_imperatively")
_MIN_PREFIX = 5
"""Letters from which the beginning of a name may be looked up: see `Lookups._prefixed`."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What is another in a file now."""

    path: str
    bodies: frozenset[str]
    """Functions whose bodies changed, that came or that went, as `Program` numbers them."""
    storing: frozenset[str]
    """Classes whose methods store something else on their objects."""
    names: frozenset[str]
    """Names of the module that came, went or stand for something else."""
    moved: bool
    """Whether declarations of classes stand on other lines."""


def edit_of(before: Facts, now: Facts) -> Edit | None:
    """How facts of one file differ; None where it can't be told what depends on that."""
    if (
        before.has_sql
        or now.has_sql
        or now.language != "python"
        or _outline(before) != _outline(now)
    ):
        return None
    old, new = _numbered(before), _numbered(now)
    other = frozenset(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    come = frozenset(name for name in other if name not in old or name not in new)
    if any("#" in name or not _is_plain(old.get(name) or new[name]) for name in come):
        return None
    if any(_header(old[name]) != _header(new[name]) for name in other - come):
        return None
    names = {name.rpartition(".")[2] for name in come}
    names |= {name for name, _ in set(before.assigned) ^ set(now.assigned)}
    names |= {name for name, _ in set(before.imports) ^ set(now.imports)}
    same = [function for name, function in new.items() if name not in other]
    if "*" in names or (names and _written(names).search(repr((same, now.classes)))):
        return None
    changed = [(old.get(name), new.get(name)) for name in other]
    if any(_sets_elsewhere(left) != _sets_elsewhere(right) for left, right in changed):
        return None
    return Edit(
        now.path,
        other,
        frozenset(
            function.owner
            for left, right in changed
            for function in (left, right)
            if function is not None and _stores(left) != _stores(right)
        ),
        frozenset(names),
        before.classes != now.classes,
    )


def mentioned(edits: Iterable[Edit], sources: Iterable[tuple[str, Callable[[], bytes]]]) -> bool:
    """Whether a name that an edit gives another meaning occurs in another file.

    Args:
        edits: what was edited.
        sources: (path, what gives the text) of all files.
    """
    wanted = [
        (edit.path, [name.encode() for name in _beginnings(edit.names)], _written(edit.names))
        for edit in edits
        if edit.names
    ]
    return bool(wanted) and any(
        own != path
        and any(name in text for name in names)  # to look for words takes ten times as long
        and written.search(text.decode("utf-8", "replace"))
        for path, read in sources
        for text in [read()]
        for own, names, written in wanted
    )


def _beginnings(names: Iterable[str]) -> set[str]:
    """Each name, and the beginning of it by which it may be looked up."""
    found: set[str] = set()
    for name in names:
        at = name.find("_", _MIN_PREFIX - 1)
        found.update((name, name[: at + 1]) if at > 0 else (name,))
    return found


def _written(names: Iterable[str]) -> re.Pattern[str]:
    """Matches these as words."""
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _beginnings(names))))})\b")


def _numbered(facts: Facts) -> dict[str, FunctionFact]:
    """Functions as `Program.functions_with_files` names them."""
    found: dict[str, FunctionFact] = {}
    for number, function in enumerate(facts.functions):
        name = (
            function.qualname if function.qualname not in found else f"{function.qualname}#{number}"
        )
        # Where a module ends, nobody asks.
        is_module = function.qualname == "<module>"
        found[name] = replace(function, end_line=0) if is_module else function
    return found


def _is_plain(function: FunctionFact) -> bool:
    """Whether a function is reached by its name alone: no method, and under no decorator."""
    return not function.owner and not function.decorators


def _header(function: FunctionFact) -> tuple[object, ...]:
    params = tuple(replace(param, line=0) for param in function.params)
    return function.owner, params, function.returns, function.decorators


def _stores(function: FunctionFact | None) -> tuple[object, ...]:
    return function.stores if function is not None and function.owner else ()


def _sets_elsewhere(function: FunctionFact | None) -> tuple[object, ...]:
    """What a body says that indices of the whole program are made of.

    What is put under a module's name, into a context variable, or maps a class to a table.
    """
    if function is None:
        return ()
    stores = [item for item in function.stores if item.target.root.startswith("name:")]
    is_module = function.qualname == "<module>"
    if is_module:
        # Of what a module itself puts there only mappings are looked into, and no lines of them.
        stores = [replace(item, line=0) for item in stores if len(item.target.keys) == 1]
    calls = [
        call
        for call in function.calls
        if (call.callee.keys[-1:] or (call.callee.root,))[0].endswith(_MAPPING)
        or (not is_module and call.callee.keys == (".set",))
    ]
    return (*stores, *calls)


def _outline(facts: Facts) -> tuple[object, ...]:
    """What a file says beside its functions' bodies and names, wherever in it that stands."""
    rest = replace(
        facts,
        digest="", lines=0, functions=(), classes=(), imports=(), assigned=(),
        reads=(), writes=(), comments=(), skipped=(), purposes=(), values=(),
        settings=(),  # no flow is made of them
    )  # fmt: skip
    return rest, _unplaced(facts.classes)


def _unplaced(value: object) -> object:
    """A value of facts without the lines and columns at which it stands."""
    if isinstance(value, tuple):
        return tuple(_unplaced(item) for item in value)
    if is_dataclass(value):
        return tuple(
            _unplaced(getattr(value, item.name))
            for item in fields(value)
            if item.name not in _PLACES
        )
    return value
