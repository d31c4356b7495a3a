"""What the rule files read so far define, name and get wrong; nothing is raised before the end."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a rule file, as the user is told."""

    shown: str
    line: int

    def __str__(self) -> str:
        return f"{self.shown}:{self.line}"


@dataclass(slots=True)
class Register:
    """Mistakes, and the names that files give and use; names are held together by `resolve`."""

    mistakes: set[tuple[Place, str]] = field(default_factory=set)
    defined: dict[tuple[str, str], Place] = field(default_factory=dict)
    """(kind, name) to where it is defined first."""
    used: list[tuple[str, str, Place]] = field(default_factory=list)
    is_complete: bool = True
    """False once a file could not be read: what it defines is unknown."""

    def wrong(self, place: Place, text: str) -> None:
        """Note one mistake."""
        self.mistakes.add((place, text))

    def unreadable(self, place: Place, text: str) -> None:
        """Note that nothing of a file is known."""
        self.is_complete = False
        self.wrong(place, text)

    def define(self, kind: str, name: str, place: Place) -> None:
        """Note that a file gives a name; a second one is a mistake."""
        first = self.defined.get((kind, name))
        if first is None:
            self.defined[kind, name] = place
        elif name:
            self.wrong(place, f"{kind} `{name}` is already defined at {first}")

    def use(self, kind: str, name: str, place: Place) -> None:
        """Note that a file relies on a name that any file may define; empty means none."""
        if name:
            self.used.append((kind, name, place))

    def resolve(self) -> None:
        """Turn every used name that nothing defines into a mistake."""
        if not self.is_complete:
            return
        for kind, name, place in self.used:
            if (kind, name) not in self.defined:
                known = [other for of, other in self.defined if of == kind]
                self.wrong(place, f"unknown {kind} `{name}`{suggestion(name, known)}")

    def lines(self) -> list[str]:
        """All mistakes as `path:line: message`, in order."""
        return [f"{place}: {text}" for place, text in sorted(self.mistakes)]


def suggestion(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?` when a known word is near, nothing otherwise."""
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""
