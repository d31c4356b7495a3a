"""What protects, exposes and expires the tables of the program, tied to their entities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.program import Program
from data_etiquette.flow.sql.migrations import is_applied
from data_etiquette.model.facts import ControlFact, Facts, StatementFact
from data_etiquette.model.graph import Control, Entity, Field
from data_etiquette.model.kind import Protection
from data_etiquette.model.location import Location

_ON = frozenset({"true", "1", "'1'", "b'1'", "'y'", "'t'", "'true'", "'yes'", "y", "'on'"})
_SOFT = frozenset(
    {"deletedat", "isdeleted", "deleted", "deletedon", "softdeleted", "datedeleted", "deletiondate"}
    | {"deletedflag", "isarchived", "archivedat", "voided", "deleteddate", "removedat", "erasedat"}
)
_CREATED = frozenset(
    {
        "createdat",
        "created",
        "createdon",
        "datecreated",
        "createddate",
        "creationdate",
        "insertedat",
    }
    | {"createddatetime", "createtime", "createdtime", "registeredat", "datejoined", "dateadded"}
)
_UPDATED = frozenset(
    {"updatedat", "updated", "modifiedat", "modified", "lastmodified", "updatedon", "lastupdate"}
    | {"lastupdated", "datemodified", "modifieddate", "changedat", "updateddate"}
)
_EXPIRES = frozenset(
    {"expiresat", "expires", "expiry", "expirydate", "expiration", "expirationdate", "deleteafter"}
    | {"retentionuntil", "purgeafter", "validuntil", "expireat"}
)
_TIMES = (("created", _CREATED), ("updated", _UPDATED), ("expires", _EXPIRES))
_ONCE = re.compile(r"(?:^|/)(?:migrations|alembic|versions)/")
"""Queries that run once, with values that the migration itself holds."""
_PROTECTIONS = {"masking": Protection.MASKED, "encryption": Protection.ENCRYPTED}


def find_controls(program: Program, entities: Sequence[Entity]) -> tuple[Control, ...]:
    """Statements and column clauses, each with the entities they concern; sorted."""
    tables = _by_table(entities)
    found = [
        _stated(facts, fact, tables)
        for facts in program.files
        if is_applied(facts.path)
        for fact in facts.controls
    ]
    found += [
        _built(facts, statement, tables)
        for facts in program.files
        for statement in facts.statements
        if statement.built and not _ONCE.search(facts.path)
    ]
    for entity in entities:
        if entity.kind == "sql-table":
            for item in entity.fields:
                found += _declared(entity, item)
    return tuple(sorted(found, key=control_order))


def control_order(item: Control) -> tuple[Location, str, tuple[str, ...]]:
    """What controls are sorted by."""
    return (item.location, item.kind, item.columns)


def protected(entities: Iterable[Entity], controls: Iterable[Control]) -> tuple[Entity, ...]:
    """Entities whose fields know the masking and encryption that later statements put on them."""
    levels: dict[tuple[str, str], Protection] = {}
    for control in controls:
        level = _PROTECTIONS.get(control.kind)
        state = control.detail("state").lower()
        if level is None or not control.columns or state not in ("enable", "disable"):
            continue
        for entity in control.entities:
            for column in control.columns:
                name = column.rpartition(".")[2].lower()
                levels[entity, name] = level if state == "enable" else Protection.NONE
    return tuple(_with_levels(entity, levels) for entity in entities) if levels else tuple(entities)


def _with_levels(entity: Entity, levels: dict[tuple[str, str], Protection]) -> Entity:
    if not any(key[0] == entity.id for key in levels):
        return entity
    fields = tuple(
        replace(item, protection=levels.get((entity.id, item.name.lower()), item.protection))
        for item in entity.fields
    )
    return replace(entity, fields=fields)


def _by_table(entities: Sequence[Entity]) -> dict[str, list[Entity]]:
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        if entity.table:
            full = entity.table.lower()
            for name in {full, full.rpartition(".")[2]}:
                found.setdefault(name, []).append(entity)
    return found


def _stated(facts: Facts, fact: ControlFact, tables: dict[str, list[Entity]]) -> Control:
    ids: set[str] = set()
    for name in fact.tables:
        full = name.lower()
        ids.update(entity.id for entity in _concerned(full, tables))
    return Control(
        kind=fact.kind,
        location=Location(facts.path, fact.line),
        entities=tuple(sorted(ids)),
        tables=fact.tables,
        columns=fact.columns,
        details=fact.details,
    )


def _built(facts: Facts, fact: StatementFact, tables: dict[str, list[Entity]]) -> Control:
    """A query whose text is put together with values in it."""
    ids = {e.id for name in fact.tables for e in _concerned(name.lower(), tables)}
    return Control(
        kind="built-query",
        location=Location(facts.path, fact.line),
        entities=tuple(sorted(ids)),
        tables=fact.tables,
        columns=tuple(sorted({*fact.reads, *fact.writes})),
        details=(("verb", fact.verb),),
    )


def _concerned(name: str, tables: dict[str, list[Entity]]) -> list[Entity]:
    schema, _, last = name.rpartition(".")
    if last == "*":
        every = {entity.id: entity for group in tables.values() for entity in group}
        inside = [e for e in every.values() if e.table.lower().rpartition(".")[0] == schema]
        # Most scripts write no schema at all.
        return inside or [e for e in every.values() if "." not in e.table]
    found = tables.get(name) or tables.get(last, [])
    return [e for e in found if not schema or _agree(schema, e.table.lower().rpartition(".")[0])]


def _agree(schema: str, other: str) -> bool:
    return not other or other == schema or schema.endswith(f".{other}") or other.endswith(schema)


def _declared(entity: Entity, item: Field) -> Iterator[Control]:
    """What a column's own definition says."""
    fact = item.fact
    name = "".join(split(item.name))
    protection = fact.option("protection")
    if protection in ("masked", "encrypted"):
        kind = "masking" if protection == "masked" else "encryption"
        yield _own(kind, entity, item, (("state", "enable"),))
    if fact.relation:
        action = fact.option("on_delete") or "NO ACTION"
        yield _own("on-delete", entity, item, (("action", action), ("to", fact.relation)))
    if name in _SOFT:
        yield _own("soft-delete", entity, item)
    for clock, names in _TIMES:
        if name in names:
            yield _own("time-column", entity, item, (("clock", clock),))
    if item.element == "privacy_preference" and fact.option("default"):
        value = fact.option("default").lower().strip("()")
        details = (("default", value), ("state", "on" if value in _ON else "off"))
        yield _own("consent-default", entity, item, details)


def _own(
    kind: str, entity: Entity, item: Field, details: tuple[tuple[str, str], ...] = ()
) -> Control:
    return Control(
        kind=kind,
        location=item.location,
        entities=(entity.id,),
        tables=(entity.table,),
        columns=(f"{entity.table}.{item.name}",),
        details=details,
    )
