"""Places where whole rows are taken or handed out, and where copies in caches are renewed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_etiquette.flow.endpoints.routes import last_name
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.types import Types
from data_etiquette.flow.world import World
from data_etiquette.model.application import Dump, Refresh
from data_etiquette.model.facts import AccessPath, CallFact, Facts, StatementFact
from data_etiquette.model.graph import Entity
from data_etiquette.model.location import Location

_MIGRATION = re.compile(r"(^|/)(migrations|alembic|versions)(/|\.py$)")
_OBJECT_METHODS = frozenset({"model_dump", "model_dump_json", "to_dict", "as_dict", "_asdict"})
_OBJECT_CALLS = frozenset({"model_to_dict", "asdict", "vars", "jsonable_encoder"})
_DROPPING = frozenset(
    {
        "delete",
        "delete_many",
        "delete_multi",
        "delete_pattern",
        "clear",
        "invalidate",
        "evict",
        "expire",
    }
    | {
        "adelete",
        "aclear",
        "unlink",
        "delete_memoized",
        "hdel",
        "touch",
        "cache_clear",
        "invalidate_all",
    }
)
_UNINDEXING = frozenset(
    {"delete", "delete_by_query", "remove", "remove_object", "update_object", "delete_document"}
    | {
        "delete_documents",
        "update_document",
        "update_documents",
        "index",
        "reindex",
        "delete_by_term",
    }
)
_CACHES = ("cache", "redis", "memcache", "rds")
_INDEXES = ("index", "search", "elastic", "es", "solr", "meili", "documents", "typesense")


def find_dumps(world: World) -> tuple[Dump, ...]:
    """All places where every field of a stored entity is taken, sorted."""
    types = world.types
    found: dict[Dump, None] = {}
    for fn in types.hierarchy.functions.values():
        for call in () if _MIGRATION.search(fn.facts.path) else fn.function.calls:
            dump = _call(types, fn, call)
            if dump is not None:
                found[dump] = None
    found.update(dict.fromkeys(_serializers(types)))
    tables = _tables(types)
    for facts in types.program.files:
        for statement in () if _MIGRATION.search(facts.path) else facts.statements:
            found.update(dict.fromkeys(_stars(facts, statement, tables)))
    return tuple(sorted(found, key=lambda item: (item.location, item.entity, item.how)))


def find_refreshes(world: World) -> tuple[Refresh, ...]:
    """All calls that drop or renew what a cache or an index holds, sorted."""
    found = [
        Refresh(kind, _key(world.types, fn, call), Location(fn.facts.path, call.line), fn.scope)
        for fn in world.types.hierarchy.functions.values()
        for call in fn.function.calls
        if (kind := _renews(world.types, fn, call))
    ]
    return tuple(sorted(found, key=lambda item: (item.location, item.kind, item.key)))


def _call(types: Types, fn: FunctionRef, call: CallFact) -> Dump | None:
    last = last_name(call.callee)
    if last == "values" and not call.args and not call.keywords and call.callee.keys:
        owner = types.of(fn, AccessPath(call.callee.root, call.callee.keys[:-1]))
        # Of a plain dictionary `.values()` gives its values; of a queryset all columns.
        is_query = not owner.is_dump and not owner.columns and not owner.is_guess
        return _dump(fn, call, owner.entity if is_query else None, "values")
    if last in _OBJECT_METHODS and call.callee.keys and not call.args:
        owner = types.of(fn, AccessPath(call.callee.root, call.callee.keys[:-1]))
        if owner.cls is not None and types.hierarchy.method(owner.cls, last) is not None:
            return None  # a method of the application's own chooses what it gives
        limited = any(name in ("include", "exclude", "only") for name, _ in call.keywords)
        return None if limited or owner.is_guess else _dump(fn, call, owner.entity, "object")
    if last in _OBJECT_CALLS and len(call.args) == 1 and not call.keywords:
        for part in call.args[0][:1]:
            typed = types.of(fn, part.path)
            if not typed.is_guess and not typed.is_class and typed.field is None:
                return _dump(fn, call, typed.entity, "object")
    return None


def _dump(fn: FunctionRef, call: CallFact, entity: Entity | None, how: str) -> Dump | None:
    if entity is None or not entity.stored:
        return None
    return Dump(entity.id, how, Location(fn.facts.path, call.line), fn.scope)


def _serializers(types: Types) -> Iterator[Dump]:
    """`fields = "__all__"`, `exclude = […]` of serializers and forms of models."""
    for ref in types.hierarchy.classes.values():
        entity = types.index.by_id.get(ref.id)
        if entity is None or entity.stored or entity.kind != "serializer":
            continue
        exclude = ref.cls.option("exclude")
        if ref.cls.option("fields").strip("'\"") != "__all__" and not exclude:
            continue
        model = types.option_class(ref, "model").entity
        if model is not None and model.stored:
            without = tuple(sorted(name.strip(" '\"[]()") for name in exclude.split(",") if name))
            place = Location(ref.facts.path, ref.cls.line, end_line=ref.cls.end_line)
            yield Dump(model.id, "serializer", place, ref.id, without)


def _tables(types: Types) -> dict[str, list[Entity]]:
    tables: dict[str, list[Entity]] = {}
    for entity in types.index.by_id.values():
        if entity.stored and entity.table:
            tables.setdefault(entity.table.lower().rsplit(".", 1)[-1], []).append(entity)
    return tables


def _stars(
    facts: Facts, statement: StatementFact, tables: dict[str, list[Entity]]
) -> Iterator[Dump]:
    lineage = statement.lineage
    if lineage is None or "*" not in "".join(statement.reads):
        return
    names = {
        lineage.sources[source].table.lower().rsplit(".", 1)[-1]
        for relation in lineage.relations
        for output in relation.outputs
        if output.name == "*"
        for use in output.uses
        for source in use.sources
        if source < len(lineage.sources) and not output.without
    }
    for name in sorted(names - {""}):
        for entity in tables.get(name, ())[:1]:
            place = Location(facts.path, statement.line)
            yield Dump(entity.id, "select *", place, lineage.target or facts.module or facts.path)


def _renews(types: Types, fn: FunctionRef, call: CallFact) -> str:
    """`cache` or `search` where a call drops or renews an entry, else empty."""
    last = last_name(call.callee)
    if not call.callee.keys or (last not in _DROPPING and last not in _UNINDEXING):
        return ""
    receiver = AccessPath(call.callee.root, call.callee.keys[:-1])
    words = last_name(receiver).lower()
    library = types.callee(fn, call.callee).lower()
    for kind, names, methods in (("cache", _CACHES, _DROPPING), ("search", _INDEXES, _UNINDEXING)):
        if last not in methods:
            continue
        short = words in names or any(len(n) > 2 and n in words for n in names)
        if short or any(len(n) > 4 and n in library for n in names):
            return kind
    return ""


def _key(types: Types, fn: FunctionRef, call: CallFact) -> str:
    for value in call.args[:1]:
        for part in value[:1]:
            return types.constant(fn, part.path)
    return ""
