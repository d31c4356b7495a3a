"""Times of rows and marks of deletion in classes, as the same typed facts that tables have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data_etiquette.flow.entities.hanging import relations_of
from data_etiquette.flow.lexicon.wordlists import WordLists, last_of
from data_etiquette.flow.lexicon.words import joined, split
from data_etiquette.flow.world import World
from data_etiquette.model.graph import Control, Entity, Field

_TIMES = frozenset({"date", "datetime", "time"})
_NOT_ROWS = frozenset({"date_of_birth", "age", "death", "child_birth_date"})
_CREATED = frozenset({"create", "created", "added", "joined", "registered", "creation", "inserted"})
_TELLING = frozenset({"created", "updated", "timestamp", "modified", "expire", "expires"})
_EXPIRES = frozenset({"expire", "expires", "expiry", "expiration", "until", "retention"})


def find_clocks(world: World, words: WordLists) -> tuple[Control, ...]:
    """`time-column` and `soft-delete` of every stored class, sorted."""
    marks = frozenset(joined(word) for word in words["soft-delete-fields"])
    found: set[Control] = set()
    for entity in world.types.index.by_id.values():
        if entity.kind.startswith("sql-") or not entity.stored:
            continue
        for item in entity.fields:
            found.update(_of_field(entity, item, marks))
        ref = world.types.class_of_entity(entity)
        for base in world.types.hierarchy.library_bases(ref) if ref is not None else ():
            if last_of(base) in words["clocked-bases"]:
                found.add(_control("time-column", entity, entity.fields[:1], base, "created"))
            if last_of(base) in words["soft-delete-bases"]:
                found.add(_control("soft-delete", entity, entity.fields[:1], base, ""))
    user = world.types.index.user
    if user is not None and user.id not in world.types.index.by_id:
        # Django's own account knows when somebody joined, and takes along what hangs on it.
        for entity, name, target, action in relations_of(world.types.index):
            if target == user.id and action == "CASCADE":
                link = world.types.index.field(entity, name)
                found.add(_control("time-column", entity, (link,) if link else (), name, "other"))
    return tuple(sorted(found, key=lambda c: (c.location, c.kind, c.entities, c.columns)))


def _of_field(entity: Entity, item: Field, marks: frozenset[str]) -> Iterator[Control]:
    if joined(item.name) in marks:
        yield _control("soft-delete", entity, (item,), item.name, "")
    names = set(split(item.name))
    # Some keep seconds since 1970: `created_at = Column(BigInteger)`.
    is_counted = item.value == "number" and bool(names & _TELLING) and "by" not in names
    if (item.value in _TIMES or is_counted) and item.element not in _NOT_ROWS:
        is_created = bool(names & _CREATED) or item.fact.option("auto_now_add") == "True"
        clock = "created" if is_created else "expires" if names & _EXPIRES else "other"
        if item.fact.option("auto_now") == "True" or names & {"updated", "modified", "changed"}:
            clock = "updated"
        yield _control("time-column", entity, (item,), item.name, clock)


def _control(kind: str, entity: Entity, items: Sequence[Field], name: str, clock: str) -> Control:
    place = items[0].location if items and items[0].name == name else entity.location
    return Control(
        kind=kind,
        location=place,
        entities=(entity.id,),
        columns=(f"{entity.id}.{name}",),
        details=(("clock", clock),) if clock else (),
    )
