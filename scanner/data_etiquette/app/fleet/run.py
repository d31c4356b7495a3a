"""What goes into a history and what comes out of it, whatever keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from data_etiquette.reporting.fleet.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Entry:
    """One system of a run that is to be kept."""

    system: str
    snapshot: Snapshot | None = None
    reason: str = ""
    team: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A system as an earlier run left it."""

    snapshot: Snapshot | None
    """None where it was never read."""
    day: str
    """When it was read."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is held against, and what was last known."""

    day: str = ""
    """Of the run that is held against; empty where there is none."""
    systems: Mapping[str, Known] = field(default_factory=dict)
    """As that run left them."""
    last: Mapping[str, Known] = field(default_factory=dict)
    """As the last run left them."""
