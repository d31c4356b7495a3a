"""What another tool's file says, held against the code: what both know needs no words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from data_etiquette.declaration.difference.view import View, entity_fits
from data_etiquette.declaration.draft.parts import Draft
from data_etiquette.declaration.imports.said import FieldSaid, Said
from data_etiquette.declaration.match import name_of
from data_etiquette.model.graph import Entity, Field, Graph


def imported_draft(said: Said, view: View) -> Draft:
    """Activities as they are declared there, and overrides where code was judged otherwise."""
    draft = Draft(activities=list(said.activities))
    written = {override.match for override in view.declaration.classify}
    found = {item for one in said.fields for item in _overrides(one, view)}
    draft.overrides = sorted(item for item in found if item[0] not in written)
    return draft


def without_nobodys(graph: Graph, imported: Draft) -> Graph:
    """The graph without what a file says is nobody's data: such fields need no activity."""
    nobodys = {name for name, element, _ in imported.overrides if element == "none"}
    if not nobodys:
        return graph
    entities = []
    for entity in graph.entities:
        lead = name_of(entity)
        fields = tuple(
            replace(item, element="") if f"{lead}.{item.name}" in nobodys else item
            for item in entity.fields
        )
        entities.append(replace(entity, fields=fields))
    return replace(graph, entities=tuple(entities))


def add_elements(draft: Draft, said: Said, view: View) -> None:
    """Data that somebody says an entity holds, for the activity that names the entity."""
    for one in said.fields:
        if not one.personal or one.field:
            continue
        for entity in view.graph.entities:
            if entity.stored and _is_meant(one.entity, entity):
                for activity in draft.activities:
                    if f"{name_of(entity)}.*" in activity.include:
                        activity.elements |= set(one.elements)


def _overrides(said: FieldSaid, view: View) -> Iterator[tuple[str, str, str]]:
    for entity in view.graph.entities:
        if not _is_meant(said.entity, entity):
            continue
        for item in entity.fields:
            if said.field and said.field not in (item.name, item.fact.column_name):
                continue
            element = _otherwise(said, item)
            if element:
                yield f"{name_of(entity)}.{item.name}", element, said.why or "decided elsewhere"


def _otherwise(said: FieldSaid, item: Field) -> str:
    """What the field must be called; empty where code and file agree, or the file does not tell."""
    if not said.personal:
        return "none" if item.element else ""
    if item.element or not said.field:
        # An annotation of a whole class does not say which of its fields it means.
        return ""
    return said.elements[0] if len(said.elements) == 1 else "TODO"


def _is_meant(name: str, entity: Entity) -> bool:
    """`auth.User` is any class User below something called auth; `User` any class of that name."""
    if entity_fits(name, entity) or entity.name.lower() == name.lower():
        return True
    lead, _, last = name.rpartition(".")
    return bool(lead) and entity.name == last and lead in entity.id.split(".")[:-1]
