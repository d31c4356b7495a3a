"""What a template's local names stand for: loop variables, `with`, `set`; and open blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from data_etiquette.frontends.template.expression import MAX_PATH, Path, Ref

MAX_GUARDS = 8
"""Conditions kept of those around a place: the innermost."""


@dataclass(slots=True)
class Block:
    """An open block."""

    tag: str
    undo: list[tuple[str, tuple[Ref, ...] | None]] = field(default_factory=list)
    """(name, what it stood for outside)."""
    guards: tuple[tuple[Path, ...], tuple[Path, ...]] = ((), ())
    """Guards outside of it."""
    condition: tuple[tuple[Path, ...], tuple[Path, ...]] = ((), ())
    """(true, false) paths of its own condition."""
    name: str = ""
    """Of a macro, or the name that a `set` block gives a value to."""
    start: int = 0
    """How many values had been shown when it began."""


class Scope:
    """Names and conditions at one place of the template."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[Ref, ...]] = {}
        self._blocks: list[Block] = []
        self._open: dict[str, int] = {}
        self.guards: tuple[Path, ...] = ()
        self.unless: tuple[Path, ...] = ()

    def resolve(self, path: Path) -> Iterable[Ref]:
        """A path as written, from the context on."""
        known = self._names.get(path[0])
        if known is None:
            return (Ref(path),)
        return tuple(
            replace(ref, path=_joined(ref.path, path[1:]) if path[1:] else ref.path)
            for ref in known
        )

    def bindings(self) -> tuple[tuple[str, Path], ...]:
        """All local names, each with the paths it stands for."""
        return tuple(
            (name, ref.path) for name, refs in sorted(self._names.items()) for ref in refs[:4]
        )

    def bind(self, name: str, refs: Iterable[Ref]) -> None:
        """Give a name a value until the innermost block that scopes it ends."""
        for block in reversed(self._blocks[-50:]):
            # An `if` is no scope.
            if block.tag not in ("if", "elif", "else"):
                block.undo.append((name, self._names.get(name)))
                break
        self._names[name] = tuple(refs)

    def push(self, block: Block) -> None:
        """Open a block."""
        block.guards = (self.guards, self.unless)
        self._blocks.append(block)
        self._open[block.tag] = self._open.get(block.tag, 0) + 1

    def guard(self, true: Iterable[Path], false: Iterable[Path]) -> None:
        """What is below only runs under this condition."""
        self.guards = unique((*self.guards, *true))
        self.unless = unique((*self.unless, *false))

    def pop(self, tag: str) -> list[Block]:
        """Close the innermost block of this tag and those left open inside it; inner first."""
        closed: list[Block] = []
        if not self._open.get(tag):
            return closed
        while True:
            block = self._blocks.pop()
            self._open[block.tag] -= 1
            for name, before in reversed(block.undo):
                if before is None:
                    self._names.pop(name, None)
                else:
                    self._names[name] = before
            self.guards, self.unless = block.guards
            closed.append(block)
            if block.tag == tag:
                return closed

    def pop_innermost(self) -> None:
        """Close the innermost block, whatever it is."""
        if self._blocks:
            self.pop(self._blocks[-1].tag)

    def innermost(self, *tags: str) -> Block | None:
        """The innermost open block if it is one of these."""
        block = self._blocks[-1] if self._blocks else None
        return block if block is not None and block.tag in tags else None

    def macro(self) -> str:
        """Name of the macro around this place; empty outside."""
        if not self._open.get("macro"):
            return ""
        return next(block.name for block in reversed(self._blocks) if block.tag == "macro")


def _joined(base: Path, rest: Path) -> Path:
    return (base + rest)[:MAX_PATH]


def unique(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The last few of the paths, each once."""
    return tuple(dict.fromkeys(paths))[-MAX_GUARDS:]
