"""What one statement touches, whoever found it out."""

from __future__ import annotations

from dataclasses import dataclass

FILL = "\u01c0"
"""Stands for a placeholder inside an identifier: a letter that nobody uses in SQL."""


@dataclass(frozen=True, slots=True)
class Output:
    """One column of a query's result."""

    name: str
    start: int
    """Offset in the parsed text."""
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """Tables and columns; columns stand with their table where it can be told."""

    verb: str
    tables: tuple[str, ...] = ()
    """The one that is changed first."""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    outputs: tuple[Output, ...] = ()
