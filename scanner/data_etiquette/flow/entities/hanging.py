"""What hangs on what, and what happens to it when that is deleted: in every ORM's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data_etiquette.flow.entities.entityindex import EntityIndex, account_link
from data_etiquette.model.graph import Entity, Field

Relation = tuple[Entity, str, str, str]
"""(holder, its field or nothing, id of what it hangs on, action on deletion)."""

_SAME = {"NULLIFY": "SET_NULL", "DENY": "PROTECT", "PULL": "SET_NULL", "SETNULL": "SET_NULL"}
_PARTS = ("Embedded", "GenericRelation")
"""Fields whose rows are part of the row that holds them, or go with it."""


def relations_of(index: EntityIndex) -> Iterator[Relation]:
    """All relations, whichever end states them."""
    tables = _by_table(index.by_id.values())
    for entity in index.by_id.values():
        yield from _of_user(index, entity)
        if entity.kind == "sql-table":
            yield from _referenced(entity, tables)
        elif entity.kind == "sqlmodel":
            yield from _keyed(entity, tables)
        for name, target, declared in entity.relations:
            item = next((field for field in entity.fields if field.name == name), None)
            child = index.by_id.get(target)
            if item is not None and child is not None and _takes_along(item):
                backs = (back for back, parent, _ in child.relations if parent == entity.id)
                yield child, next(backs, ""), entity.id, "CASCADE"
            else:
                yield entity, name, target, _action(item, declared)


def _action(item: Field | None, declared: str) -> str:
    """`CASCADE`, `SET_NULL`, …; empty where nothing is said."""
    if item is None:
        return _named(declared)
    fact = item.fact
    if _is_cascading(fact.option("backref")):
        return "CASCADE"
    stated = declared or fact.option("ondelete") or fact.option("reverse_delete_rule")
    return _named(stated or _inside(" ".join((*fact.args, fact.option("sa_column")))))


def _named(text: str) -> str:
    name = text.rpartition(".")[2].strip("'\"").replace(" ", "_").upper()
    return _SAME.get(name, name)


def _takes_along(item: Field) -> bool:
    """`relationship(cascade="all")`, `cascade_delete=True`, embedded documents, GenericRelation."""
    cascade = item.fact.option("cascade").strip("'\"")
    if any(word in cascade for word in ("all", "delete")):
        return True
    texts = (item.fact.call, *item.fact.args)
    is_part = any(part in text for part in _PARTS for text in texts)
    return is_part or item.fact.option("cascade_delete") == "True"


def _is_cascading(text: str) -> bool:
    """`backref('answers', cascade='all, delete-orphan')`, said at the child."""
    _, found, rest = text.partition("cascade='")
    words = rest.partition("'")[0]
    return bool(found) and ("all" in words or "delete" in words)


def _inside(text: str) -> str:
    """`ForeignKey('users.id', ondelete='SET NULL')` inside of a column."""
    _, found, rest = text.partition("ondelete='")
    return rest.partition("'")[0] if found else ""


def _by_table(entities: Iterable[Entity]) -> dict[str, Entity]:
    """Entities by their table's bare name; a model is preferred to the table that it speaks for."""
    found: dict[str, Entity] = {}
    for entity in sorted(entities, key=lambda item: (item.kind == "sql-table", item.id)):
        if entity.table:
            found.setdefault(_bare(entity.table), entity)
    return found


def _referenced(entity: Entity, tables: dict[str, Entity]) -> Iterator[Relation]:
    """Foreign keys of a table that no model speaks for."""
    if tables.get(_bare(entity.table)) is not entity:
        return
    for item in entity.fields:
        target = tables.get(_bare(item.fact.relation))
        if item.fact.relation and target is not None:
            yield entity, item.name, target.id, _named(item.fact.option("on_delete") or "NO ACTION")


def _keyed(entity: Entity, tables: dict[str, Entity]) -> Iterator[Relation]:
    """`Field(foreign_key="user.id", ondelete="SET NULL")`."""
    for item in entity.fields:
        key = item.fact.option("foreign_key").strip("'\"")
        target = tables.get(_bare(key.rpartition(".")[0])) if key else None
        if target is not None:
            yield entity, item.name, target.id, _action(item, "")


def _of_user(index: EntityIndex, entity: Entity) -> Iterator[Relation]:
    """Links to Django's own user, which is no entity of the program."""
    if index.user is None or index.user.id in index.by_id or entity.kind != "django-model":
        return
    for item in entity.fields:
        if account_link(item.fact):
            yield (
                entity,
                item.name,
                index.user.id,
                _named(item.fact.option("on_delete") or "CASCADE"),
            )


def _bare(table: str) -> str:
    return table.lower().rpartition(".")[2]
