"""What one statement touches, whoever found it out."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.model.facts import LineageFact

FILL = "\u01c0"
"""Stands for a placeholder inside an identifier: a letter that nobody uses in SQL."""


@dataclass(frozen=True, slots=True)
class Output:
    """One column of a query's result."""

    name: str
    """`*` for columns that only the schema can tell."""
    line: int
    column: int
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
    lineage: LineageFact | None = None
    meetings: tuple[tuple[int, str, bool], ...] = ()
    """(offset of a placeholder, column it meets, whether it is written to that)."""
    keys: tuple[tuple[str, str], ...] = ()
    """(JSON column, key that is read from it)."""
    others: tuple[Access, ...] = ()
    """What the rest of a statement does that fills several tables."""
