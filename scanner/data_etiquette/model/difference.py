"""What code and declaration say differently, in either direction."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.model.declaration import Unfinished
from data_etiquette.model.location import Location, Skipped
from data_etiquette.model.report import Finding


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that only one side says, or that both say differently."""

    kind: str
    """`undeclared` (found, not declared), `stale` (declared, not found), `different`."""
    about: str
    """`element`, `field`, `recipient`, `data`, `purpose`, `retention`, `country`, `subject`,
    `consent`, `table`, `measure`, `override`, `code`."""
    key: str
    """Where in the declaration: `activities[orders].data[email]`; what it would be if it is new."""
    message: str
    location: Location
    """In the code for what was found, in the declaration for what is stale."""
    patch: str = ""
    """YAML that can be pasted: lists of entries are told apart by `id`, `# remove` marks lines to
    take out."""
    element: str = ""
    entity: str = ""
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A declaration held against the code."""

    declaration: str
    """Path of the file."""
    findings: tuple[Finding, ...] = ()
    """Of the rules about the declaration itself."""
    unfinished: tuple[Unfinished, ...] = ()
    """Each part that is missing or still `TODO`."""
    differences: tuple[Difference, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    files: int = 0
    """Files read."""
