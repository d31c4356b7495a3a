"""What a symbolic value stands for."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.flow.program.reference import ClassRef
from data_etiquette.model.graph import Entity, Field


@dataclass(frozen=True, slots=True)
class Typed:
    """An entity (or rows of it), a personal field, a class of the scanned code, or a library's."""

    entity: Entity | None = None
    field: Field | None = None
    library: str = ""
    """Qualified name of a library object's class: `logging.Logger`."""
    cls: ClassRef | None = None
    """The first-party class; set for entities that are classes as well."""
    is_class: bool = False
    """Whether it is the class itself, not an instance."""
    is_dump: bool = False
    """Whether all its fields lie open: `.values()`, `.model_dump()`, `serializer.data`."""
    columns: tuple[str, ...] = ()
    """Fields that the rows of a query are made of, in order; empty for whole rows."""
    is_flat: bool = False
    """Whether each row is the one column's value."""
    wrapper: ClassRef | None = None
    """For `Page[Customer]`: the class that holds the entity in its own attributes."""
    is_guess: bool = False
    """Whether only a variable's name told it."""


UNKNOWN = Typed()
