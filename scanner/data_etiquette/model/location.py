"""A place in a scanned file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place: path relative to the scanned root (POSIX), line and column from 1."""

    path: str
    line: int
    column: int = 1
    end_line: int = 0
    """Last line of the construct; 0 means the same line."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Skipped:
    """Something that could not be analysed. It reaches every report."""

    path: str
    line: int
    """First line concerned; 0 when the whole file is meant."""
    reason: str
    is_partial: bool = False
    """Whether it was read, and a limit ended the following of its data."""
