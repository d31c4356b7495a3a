"""What another tool's file says, before it is held against the code."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.declaration.draft.parts import DraftActivity


@dataclass(frozen=True, slots=True)
class FieldSaid:
    """A person's decision about a field, or about all fields of an entity."""

    entity: str
    """Entity's or table's name, with what stands before it: `auth.User`, `shop.orders`."""
    field: str
    """Empty for the whole entity."""
    personal: bool
    elements: tuple[str, ...] = ()
    why: str = ""


@dataclass(slots=True)
class Said:
    """Everything that one import says."""

    fields: list[FieldSaid] = field(default_factory=list)
    activities: list[DraftActivity] = field(default_factory=list)

    def add(self, other: Said) -> None:
        """Take over what another file says."""
        self.fields += other.fields
        self.activities += other.activities
