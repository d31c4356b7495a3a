"""What `init --update` added or changed, for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addition:
    """One thing that was added."""

    what: str
    """`activities[orders].data`."""
    names: tuple[str, ...]
