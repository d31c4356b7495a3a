"""What an organisation keeps of a system's report: no lines, no texts, nothing that an edit moves.

The names are those of `etiquette/report/v1`, so that a snapshot is read from a report as it stands.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

import msgspec

from data_etiquette.model.kind import Principle, Severity
from data_etiquette.reporting.compare import (
    Side,
    SideField,
    SideFinding,
    SideRecipient,
    SideTool,
)

COUNTED = ("new", "baseline")
"""Findings that say that a promise is broken; those that a person accepted do not."""


@dataclass(frozen=True, slots=True, order=True)
class Held:
    """One personal field of one entity."""

    entity: str
    field: str
    element: str
    group: str = ""
    subject: str = ""
    protection: str = "none"
    special_category: bool = False
    purposes: tuple[str, ...] = ()
    retention: str | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """One recipient of data, as far as it is known."""

    recipient: str
    name: str = ""
    kind: str = ""
    elements: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    declared: bool = False
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One finding."""

    rule: str
    severity: Severity
    message: str
    fingerprint: str
    name: str = ""
    principle: str = ""
    path: str = ""
    status: str = "new"


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a rule was checked."""

    rule: str
    checked: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise found kept."""

    principle: str


@dataclass(frozen=True, slots=True)
class Scope:
    """How the system was read."""

    skipped: int = 0
    declaration: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One system at one time."""

    tool: SideTool = field(default_factory=SideTool)
    scan: Scope = Scope()
    inventory: tuple[Held, ...] = ()
    recipients: tuple[Shared, ...] = ()
    findings: tuple[Found, ...] = ()
    rules: tuple[Checked, ...] = ()
    practices: tuple[Kept, ...] = ()

    @property
    def counted(self) -> tuple[Found, ...]:
        """Findings that nobody accepted."""
        return tuple(item for item in self.findings if item.status in COUNTED)


def snapshot_of(report: bytes) -> Snapshot:
    """Of a report for programs, in an order that the report's does not tell.

    Raises:
        msgspec.MsgspecError: it is none.
    """
    found = msgspec.json.decode(report, type=Snapshot)
    return replace(
        found,
        inventory=tuple(sorted(set(found.inventory), key=repr)),
        recipients=tuple(
            sorted(set(found.recipients), key=lambda item: (item.recipient, item.name))
        ),
        findings=tuple(sorted(set(found.findings), key=repr)),
        rules=tuple(sorted(set(found.rules), key=repr)),
        practices=tuple(sorted(set(found.practices), key=repr)),
    )


def written(snapshot: Snapshot) -> str:
    """As a history keeps it; the same snapshot is always the same text."""
    return msgspec.json.encode(snapshot).decode()


def digest_of(content: str) -> str:
    """By which a history knows what it has."""
    return hashlib.sha256(content.encode()).hexdigest()


def side_of(snapshot: Snapshot) -> Side:
    """As comparisons see it."""
    return Side(
        inventory=tuple(
            SideField(
                entity=item.entity,
                field=item.field,
                element=item.element,
                subject=item.subject,
                path=item.path,
                protection=item.protection,
                special_category=item.special_category,
                purposes=item.purposes,
                retention=item.retention,
            )
            for item in snapshot.inventory
        ),
        recipients=tuple(
            SideRecipient(
                item.recipient,
                item.name,
                item.elements,
                item.purposes,
                item.declared,
                item.country,
            )
            for item in snapshot.recipients
        ),
        findings=tuple(
            SideFinding(
                item.rule, item.severity, item.message, item.path, 0, item.fingerprint, item.status
            )
            for item in snapshot.findings
        ),
        tool=snapshot.tool,
    )


def promise_of(snapshot: Snapshot, principle: Principle) -> tuple[str, int]:
    """(`broken`, findings), else one of the other states of the compliance report, and 0."""
    word = principle.word
    number = sum(item.principle == word for item in snapshot.counted)
    if number:
        return "broken", number
    own = [item.checked for item in snapshot.rules if item.rule.startswith(f"ETQ{principle.value}")]
    if not any(own):
        return "not checked", 0
    if not all(own):
        return "partly checked", 0
    is_kept = any(item.principle == word for item in snapshot.practices)
    return ("kept" if is_kept else "nothing found"), 0
