"""Entities by id, by the variable that would hold one, by relation in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.entities.kind import REGISTERED_KINDS
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.facts import FieldFact
from data_etiquette.model.graph import Entity, Field

_MAX_DEPTH = 6
LINKS = ("ForeignKey", "OneToOneField")
USERS = ("AUTH_USER_MODEL", "auth.User", "auth.models.User", "get_user_model()")
"""How a link to Django's own account is written."""
_PLAIN = frozenset({"text", "number", "boolean", "date", "datetime", "choice"})


@dataclass(slots=True)
class EntityIndex:
    """Lookups over the entities of a graph."""

    by_id: dict[str, Entity] = field(default_factory=dict)
    by_variable: dict[str, Entity] = field(default_factory=dict)
    reverse: dict[tuple[str, str], Entity] = field(default_factory=dict)
    """(entity's id, accessor) to the entity whose relation points here: `user.order_set`."""
    user: Entity | None = None
    owners: frozenset[tuple[str, str]] = frozenset()
    """(entity's id, its link) that leads to an account of the library, no class of ours."""
    bequeathed: dict[str, Entity] = field(default_factory=dict)
    """Entity's id to the library's class that its class is built on, which is not scanned."""
    registered: dict[str, Entity] = field(default_factory=dict)
    """By the name that a registry knows a model under: `self.env["res.partner"]`."""
    plain: frozenset[str] = frozenset()
    """Names of fields that hold a value wherever they are declared, and lead to no row."""
    keys: frozenset[str] = frozenset()
    """Names under which an ORM gives the key of what a relation leads to: `tax_id` of `tax`."""

    def under(self, name: str) -> Entity | None:
        """The model that a registry knows under a dotted name."""
        return self.registered.get(name.replace(".", "_")) if "." in name else None

    def field(self, entity: Entity, name: str, depth: int = _MAX_DEPTH) -> Field | None:
        """A field by name, own or inherited."""
        for item in entity.fields:
            if item.name == name:
                return item
        for base in entity.bases:
            parent = self.by_id.get(base)
            if parent is not None and depth > 0:
                found = self.field(parent, name, depth - 1)
                if found is not None:
                    return found
        library = self.bequeathed.get(entity.id)
        return self.field(library, name, 0) if library is not None else None

    def relation(self, entity: Entity, name: str, depth: int = _MAX_DEPTH) -> Entity | None:
        """The entity that a relation field points to, or that points here under this name."""
        for attribute, target, _ in entity.relations:
            if attribute == name:
                return self.by_id.get(target)
        found = self.reverse.get((entity.id, name))
        if found is not None:
            return found
        if (entity.id, name) in self.owners:
            return self.user
        for base in entity.bases:
            parent = self.by_id.get(base)
            if parent is not None and depth > 0:
                found = self.relation(parent, name, depth - 1)
                if found is not None:
                    return found
        return None

    def personal_fields(self, entity: Entity, depth: int = _MAX_DEPTH) -> list[Field]:
        """Personal fields, own and inherited; an own one hides an inherited one of its name."""
        found = {item.name: item for item in entity.personal_fields}
        own = {item.name for item in entity.fields}
        for base in entity.bases:
            parent = self.by_id.get(base)
            if parent is not None and parent is not entity and depth > 0:
                for item in self.personal_fields(parent, depth - 1):
                    if item.name not in own:
                        found.setdefault(item.name, item)
        library = self.bequeathed.get(entity.id)
        for item in library.fields if library is not None else ():
            if item.name not in own:
                found.setdefault(item.name, item)
        return list(found.values())


def build_index(
    entities: tuple[Entity, ...],
    account: str = "",
    library: Entity | None = None,
    heirs: tuple[str, ...] = (),
) -> EntityIndex:
    """Index the entities; stored ones are preferred where names collide.

    `heirs` are classes that have the fields of the library's account beside their own.
    """
    index = EntityIndex()
    for entity in sorted(entities, key=lambda item: not item.stored):
        index.by_id[entity.id] = entity
        if not entity.kind.startswith("sql-"):
            index.by_variable.setdefault("_".join(split(entity.name)), entity)
    for entity in entities:
        _note_reverse(index, entity)
        if entity.kind in REGISTERED_KINDS:
            _note_registered(index, entity)
    leading = {name for entity in entities for name, _, _ in entity.relations}
    leading |= {accessor for _, accessor in index.reverse}
    index.plain = frozenset(
        item.name for entity in entities for item in entity.fields if item.value in _PLAIN
    ).difference(leading)
    declared = {item.name for entity in entities for item in entity.fields}
    related = (name for entity in entities for name, _, _ in entity.relations)
    index.keys = frozenset(f"{name}_id" for name in related) - declared
    index.user = index.by_id.get(account) or library
    if library is not None:
        index.bequeathed = dict.fromkeys(heirs, library)
        index.owners = frozenset(_owners(entities) if index.user is library else ())
    return index


def account_link(fact: FieldFact) -> bool:
    """Whether a field is a link to the account that Django's settings name."""
    target = fact.args[0] if fact.args else fact.option("to")
    return fact.call.endswith(LINKS) and target.strip("'\"").endswith(USERS)


def _owners(entities: tuple[Entity, ...]) -> Iterator[tuple[str, str]]:
    """Links to an account that is no class of the program."""
    for entity in entities:
        known = {name for name, _, _ in entity.relations}
        for item in entity.fields:
            if item.name not in known and account_link(item.fact):
                yield entity.id, item.name


def _note_registered(index: EntityIndex, entity: Entity) -> None:
    """The class that defines a model goes before those that add to it."""
    known = index.registered.get(entity.table)
    if known is None or entity.id in known.bases:
        index.registered[entity.table] = entity


def _note_reverse(index: EntityIndex, entity: Entity) -> None:
    for attribute, target, _ in entity.relations:
        declared = next((item for item in entity.fields if item.name == attribute), None)
        fact = declared.fact if declared is not None else None
        named = fact.option("related_name") or fact.option("backref") if fact is not None else ""
        name = named.strip("'\"") or f"{entity.name.lower()}_set"
        index.reverse.setdefault((target, name), entity)
        if fact is not None and fact.call.endswith("OneToOneField") and not named:
            index.reverse.setdefault((target, entity.name.lower()), entity)
