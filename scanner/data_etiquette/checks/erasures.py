"""What retention rules share: entities that count, their data, their erasures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data_etiquette.checks.context import Context
from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.sql.migrations import is_migrations_code
from data_etiquette.model.declaration import Activity
from data_etiquette.model.graph import Entity, Erasure, Field
from data_etiquette.model.period import in_words

_FORMER = frozenset({"version", "versions", "history", "historical"})
_MAX_DEPTH = 6
_MAX_SHOWN = 4
_HOW = {
    "delete": "deleted", "cascade": "deleted along", "anonymise": "anonymised",
    "sql delete": "deleted", "truncate": "emptied", "expiry": "expired by the store",
    "partition": "dropped by partition", "view": "deleted", "admin": "deleted by hand",
    "soft delete": "marked as deleted",
}  # fmt: skip
_BY = {
    "clock": "by the clock", "person": "on request", "command": "by a command",
    "database": "by the database",
}  # fmt: skip


def keeping(context: Context) -> Iterator[Entity]:
    """Stored entities with personal data of their own; a table that a model speaks for is left."""
    spoken = frozenset(
        _bare(entity) for entity in context.graph.entities if entity.kind != "sql-table"
    )
    mixed_in = frozenset(
        base
        for entity in context.graph.entities
        if entity.stored and entity.personal_fields
        for base in entity.bases
        if "mixin" in split(base.rpartition(".")[2])
    )
    made_up = {split(folder) for folder in dict(context.catalog.words)["made-up-folders"]}
    for entity in context.graph.entities:
        if not entity.stored or entity.abstract or not entity.personal_fields:
            continue
        if entity.id in mixed_in or made_up & _folders(entity):
            continue
        if entity.kind == "sql-table" and (_bare(entity) in spoken or _is_history(entity, spoken)):
            continue
        if entity.kind != "sql-table" and is_migrations_code(entity.location.path):
            continue  # a migration's own picture of a table
        yield entity


def all_personal(context: Context, entity: Entity) -> tuple[Field, ...]:
    """Personal fields, own and inherited."""
    found = {item.name: item for item in entity.personal_fields}
    for base in lineage(context, entity):
        for item in base.personal_fields:
            found.setdefault(item.name, item)
    return tuple(found.values())


def lineage(context: Context, entity: Entity, depth: int = _MAX_DEPTH) -> Iterator[Entity]:
    """Base entities, nearest first."""
    for base in entity.bases:
        parent = by_id(context).get(base)
        if parent is not None and depth > 0:
            yield parent
            yield from lineage(context, parent, depth - 1)


def by_id(context: Context) -> dict[str, Entity]:
    """Entities by id."""
    return {item.id: item for item in context.graph.entities}


def erasures_of(context: Context) -> dict[str, list[Erasure]]:
    """All erasures by the entity's id."""
    found: dict[str, list[Erasure]] = {}
    for erasure in context.graph.erasures:
        found.setdefault(erasure.entity, []).append(erasure)
    return found


def is_own(erasure: Erasure) -> bool:
    """Whether code or the database erases, as against somebody in administration pages."""
    return erasure.is_real and erasure.how != "admin"


def labels(context: Context, items: Iterable[Field]) -> str:
    """`Email address, Phone number` of at most four fields."""
    return ", ".join(sorted({context.label(item.element) for item in items})[:_MAX_SHOWN])


def activities_of(context: Context, entity: Entity) -> tuple[Activity, ...]:
    """Activities that cover any field of an entity, in the declaration's order."""
    found: dict[str, Activity] = {}
    for item in all_personal(context, entity):
        for activity in context.coverage.activities_of(entity, item):
            found[activity.id] = activity
    return tuple(found.values())


def told(erasure: Erasure) -> str:
    """`deleted by orders.tasks.purge_orders after 10 years, by the clock`."""
    parts = [_HOW.get(erasure.how, erasure.how)]
    if erasure.scope:
        parts.append(f"by {erasure.scope}")
    if erasure.period:
        parts.append(f"after {in_words(erasure.period)}")
    text = " ".join(parts)
    by = _BY.get(erasure.run_by, "")
    return f"{text}, {by}" if by else text


def _is_history(entity: Entity, spoken: frozenset[str]) -> bool:
    """Whether a table that only a migration makes holds former rows of a model's: ETQ608's."""
    name, _, last = _bare(entity).rpartition("_")
    return last in _FORMER and name in spoken and is_migrations_code(entity.location.path)


def _folders(entity: Entity) -> set[tuple[str, ...]]:
    """The words of each folder above it."""
    return {split(folder) for folder in entity.location.path.split("/")[:-1]}


def _bare(entity: Entity) -> str:
    return entity.table.rsplit(".", 1)[-1].lower()
