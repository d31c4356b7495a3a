"""Both sides and the lookups that every search for differences needs."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass, field

from data_etiquette.declaration.match import Coverage, field_names
from data_etiquette.model.catalog import Catalog, DataElement, KnownRecipient
from data_etiquette.model.declaration import Activity, Declaration, DeclaredRecipient
from data_etiquette.model.graph import Entity, Field, Graph
from data_etiquette.model.location import Location


@dataclass(slots=True)
class View:
    """Code on one side, declaration on the other."""

    graph: Graph
    declaration: Declaration
    catalog: Catalog
    coverage: Coverage = field(init=False)
    elements: dict[str, DataElement] = field(init=False)
    recipients: dict[str, KnownRecipient] = field(init=False)
    names: frozenset[str] = field(init=False, default=frozenset())
    """All names of all fields; empty until somebody asks."""
    near: frozenset[str] = field(init=False)
    """Countries of the European Economic Area."""

    def __post_init__(self) -> None:
        self.coverage = Coverage(self.declaration)
        self.elements = {element.id: element for element in self.catalog.elements}
        self.near = frozenset(
            code for name, codes in self.catalog.regions if name == "EEA" for code in codes
        )
        self.recipients = {recipient.id: recipient for recipient in self.catalog.recipients}

    def label(self, element: str) -> str:
        """An element's label in a sentence."""
        known = self.elements.get(element)
        return known.label if known is not None else element

    def personal_fields(self) -> Iterator[tuple[Entity, Field]]:
        """Fields that a declaration must know: repeats of a model's fields and views are not."""
        for entity in self.graph.entities:
            for item in entity.personal_fields:
                if entity.kind != "sql-view" and item.fact.origin != "meta":
                    yield entity, item

    def is_field(self, pattern: str) -> bool:
        """Whether a pattern means any field, personal or not."""
        if not self.names:
            self.names = frozenset(
                name
                for entity in self.graph.entities
                for item in entity.fields
                for name in field_names(entity, item)
            )
        return pattern in self.names or bool(fnmatch.filter(self.names, pattern))

    def in_file(self, *keys: str) -> Location:
        """The line of the declaration that says it."""
        return Location(self.declaration.path, self.declaration.line_of(*keys))

    def activity_near(self, entity: Entity) -> Activity | None:
        """The activity that covers most of an entity's other fields."""
        counts: dict[str, int] = {}
        for item in entity.personal_fields:
            for activity in self.coverage.activities_of(entity, item):
                counts[activity.id] = counts.get(activity.id, 0) + 1
        if not counts:
            return None
        best = max(sorted(counts), key=lambda name: counts[name])
        return next(item for item in self.declaration.activities if item.id == best)

    def declared_as(self, recipient: str) -> DeclaredRecipient | None:
        """The declared recipient that a transfer's or sink's recipient is."""
        known = self.recipients.get(recipient)
        for transfer in self.graph.transfers:
            if transfer.recipient == recipient:
                return self.coverage.recipient_named(transfer, known)
        return None


def fits(pattern: str, entity: Entity, item: Field) -> bool:
    """Whether a pattern of fields means a field."""
    return any(fnmatch.fnmatchcase(name, pattern) for name in field_names(entity, item))


def entity_fits(pattern: str, entity: Entity) -> bool:
    """Whether a name means an entity: its dotted name from any package on, or its table."""
    parts = entity.id.split(".")
    names = {entity.id, entity.name, entity.table, entity.table.rsplit(".", 1)[-1]}
    names |= {".".join(parts[start:]) for start in range(1, len(parts))}
    return any(fnmatch.fnmatchcase(name, pattern) for name in names if name)
