"""What keeps data beside the row: files, former values, and the calls that take data out again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data_etiquette.flow.lexicon.wordlists import WordLists, last_of
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.tracing.address import Addresses
from data_etiquette.flow.world import World
from data_etiquette.model.facts import CallFact
from data_etiquette.model.graph import Control, Entity, Flow, Removal
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location

FILE_FIELDS = ("FileField", "ImageField", "ImageFileField", "FileType", "ImageType")
_BOUNDED = {
    SinkKind.CACHE: "cache", SinkKind.QUEUE: "queue", SinkKind.FILE: "storage",
    SinkKind.DATABASE: "cache",
}  # fmt: skip
_KINDS = (
    ("search", "search"),
    ("elastic", "search"),
    ("index", "search"),
    ("solr", "search"),
    ("algolia", "search"),
    ("haystack", "search"),
    ("cache", "cache"),
    ("histor", "history"),
    ("version", "history"),
    ("storage", "file"),
    ("os.remove", "file"),
    ("unlink", "file"),
)
"""What a removing call's spelling says of the store."""
_ALWAYS = ("setex", "psetex", "enqueue")
_VERSIONING = ("history", "historical", "version", "audit", "log")


@dataclass(frozen=True, slots=True)
class Keeper:
    """Something that keeps former values of an entity."""

    entity: Entity
    name: str
    location: Location
    excluded: tuple[str, ...] = ()
    """Fields that it leaves out."""
    goes_along: bool = False
    """Whether it is deleted with the row."""


def find_keepers(world: World, words: WordLists, controls: Sequence[Control]) -> tuple[Keeper, ...]:
    """Trackers in fields, decorators, registrations and class options; versioned tables."""
    found = list(_declared(world, words)) + list(_registered(world, words))
    by_id = world.types.index.by_id
    for control in controls:
        is_on = control.detail("state").lower() not in ("off", "disable")
        if control.kind == "history" and is_on:
            # Snowflake's time travel and a stated period end by themselves.
            ends = bool(control.detail("days") or control.detail("period"))
            found += [
                Keeper(by_id[identity], "system versioning", control.location, goes_along=ends)
                for identity in control.entities
                if identity in by_id
            ]
    found += _triggered(world)
    return tuple(sorted(set(found), key=lambda item: (item.location, item.entity.id, item.name)))


def _declared(world: World, words: WordLists) -> Iterator[Keeper]:
    names = words["history-keepers"]
    lasts = {last_of(name) for name in names}
    for entity in world.types.index.by_id.values():
        ref = world.types.class_of_entity(entity)
        if ref is None or not entity.stored or entity.abstract:
            continue
        for cls in world.types.hierarchy.line(ref):
            for item in cls.cls.fields:
                called = item.call or item.name
                if called in names or (item.call and last_of(item.call) in lasts):
                    place = Location(cls.facts.path, item.line)
                    if item.name.startswith("__"):
                        yield Keeper(entity, item.name, place, _excluded(item.option("=")))
                        continue
                    yield Keeper(
                        entity, last_of(item.call), place,
                        _excluded(item.option("excluded_fields")),
                        goes_along=item.option("cascade_delete_history") == "True",
                    )  # fmt: skip
            for text in cls.cls.decorators:
                if text.partition("(")[0] in names:
                    yield Keeper(
                        entity, last_of(text), Location(cls.facts.path, cls.cls.line),
                        _excluded(text),
                    )  # fmt: skip


def _excluded(text: str) -> tuple[str, ...]:
    """Names in `exclude=['email', 'phone']` and the like."""
    _, _, rest = text.partition("exclud") if "exclud" in text else ("", "", text)
    found = [piece.strip(" '\"[]()") for piece in rest.replace("=", ",").split(",")]
    return tuple(sorted({piece for piece in found if piece.isidentifier()}))


def _registered(world: World, words: WordLists) -> Iterator[Keeper]:
    names = words["history-keepers"]
    for fn in world.types.hierarchy.functions.values():
        for call in fn.function.calls:
            path = call.callee
            last = path.keys[-1][1:] if path.keys else path.root.rpartition(".")[2]
            if last != "register" or not path.root.startswith("name:"):
                continue
            if path.root[5:] + "".join(path.keys) not in names:
                continue
            for value in call.args[:1]:
                for part in value[:1]:
                    typed = world.types.of(fn, part.path)
                    if typed.entity is not None:
                        yield _of_call(typed.entity, path.root[5:] + "".join(path.keys), fn, call)
    for ref in world.types.hierarchy.classes.values():
        bases = [base for base in ref.cls.bases if base in names]
        entity = _registered_model(world, ref) if bases else None
        if entity is not None:
            yield Keeper(entity, last_of(bases[0]), Location(ref.facts.path, ref.cls.line))


def _of_call(entity: Entity, name: str, fn: FunctionRef, call: CallFact) -> Keeper:
    left_out = [
        part.path.root[6:]
        for key, value in call.keywords
        if key in ("exclude_fields", "excluded_fields", "mask_fields", "exclude")
        for part in value
        if part.path.root.startswith("const:")
    ]
    return Keeper(
        entity, name.removesuffix(".register"), Location(fn.facts.path, call.line),
        tuple(sorted(left_out)),
    )  # fmt: skip


def _registered_model(world: World, ref: ClassRef) -> Entity | None:
    """`@admin.register(Order)` over a class of versioned administration pages."""
    for text in ref.cls.decorators:
        if "register(" in text:
            name = text.partition("(")[2].rstrip(")").split(",")[0].strip()
            found = world.types.hierarchy.class_of(world.types.program.find(name, ref.facts.path))
            if found is not None:
                return world.types.index.by_id.get(found.id)
    return None


def _triggered(world: World) -> Iterator[Keeper]:
    """Tables of a name that says history, filled from a table by the same file's triggers."""
    tables = {
        entity.table.lower().rsplit(".", 1)[-1]: entity
        for entity in world.types.index.by_id.values()
        if entity.kind == "sql-table" and entity.table
    }
    for facts in world.types.program.files:
        for statement in facts.statements:
            if statement.verb != "insert" or not statement.tables:
                continue
            name = statement.tables[0].lower().rsplit(".", 1)[-1]
            stem = _stem(name)
            entity = tables.get(stem) or tables.get(f"{stem}s")
            if stem and entity is not None and entity.table.lower() != name:
                yield Keeper(entity, name, Location(facts.path, statement.line))


def _stem(table: str) -> str:
    """`users` of `users_history`, `audit_users`."""
    parts = table.split("_")
    kept = [part for part in parts if part.rstrip("s") not in _VERSIONING]
    return "_".join(kept) if 0 < len(kept) < len(parts) else ""


def find_removals(world: World, words: WordLists, flows: Sequence[Flow]) -> tuple[Removal, ...]:
    """Calls that take data out of recipients, indexes, files and histories, or bound a store."""
    removals: set[Removal] = set()
    for fn in world.types.hierarchy.functions.values():
        for call in fn.function.calls:
            last = call.callee.keys[-1][1:] if call.callee.keys else last_of(call.callee.root[5:])
            if words.names("removing-words", last):
                removals.update(_removed(world, fn, call, last))
            elif last in words["expiry-calls"]:
                place = Location(fn.facts.path, call.line)
                removals.add(Removal("cache", last, place, fn.scope))
    removals.update(_bounded(world, words, flows))
    return tuple(sorted(removals, key=lambda r: (r.location, r.store, r.name, r.entity)))


def _removed(world: World, fn: FunctionRef, call: CallFact, last: str) -> Iterator[Removal]:
    types, knowledge = world.types, world.types.knowledge
    place = Location(fn.facts.path, call.line)
    keys = call.callee.keys
    name = types.callee(fn, call.callee)
    spelled = (call.callee.root[5:] if call.callee.root[:5] == "name:" else "") + "".join(keys)
    name = name or spelled
    recipient = knowledge.recipient_of_call(name) if name else None
    if recipient is not None and not types.is_first_party(fn, name):
        yield Removal(recipient.id, name, place, fn.scope)
    elif last == "delete" and name.partition(".")[0] in ("requests", "httpx", "aiohttp", "urllib3"):
        address = Addresses(types).of_call(fn, call, SinkKind.THIRD_PARTY, "0|url")
        host = _host(address)
        known = knowledge.recipient_of_host(host) if host else None
        yield Removal(known.id if known is not None else host, name, place, fn.scope)
    for kind, store in _KINDS:
        if kind in spelled.lower() or kind in name.lower():
            yield Removal(store, spelled or name, place, fn.scope)
            break
    if len(keys) > 1 and last == "delete":
        owner = types.of(fn, type(call.callee)(call.callee.root, keys[:-2]))
        if owner.entity is not None and keys[-2][0] == ".":
            item = types.index.field(owner.entity, keys[-2][1:])
            if item is not None and last_of(item.fact.call) in FILE_FIELDS:
                yield Removal("file", item.name, place, fn.scope, owner.entity.id)


def _host(address: str) -> str:
    _, _, rest = address.partition("://")
    return rest.partition("/")[0].partition(":")[0].lower()


def _bounded(world: World, words: WordLists, flows: Sequence[Flow]) -> Iterator[Removal]:
    """Calls into a cache, queue or store of objects that say when it ends."""
    wanted: dict[tuple[str, int], str] = {}
    for flow in flows:
        store = _BOUNDED.get(flow.sink.kind)
        known = world.types.knowledge.recipients.get(flow.sink.recipient)
        if flow.sink.kind is SinkKind.THIRD_PARTY and known is not None and known.kind == "storage":
            store = "storage"
        if store:
            wanted[flow.sink.location.path, flow.sink.location.line] = store
    for fn in world.types.hierarchy.functions.values():
        for call in fn.function.calls:
            store = wanted.get((fn.facts.path, call.line), "")
            if store and _ends(words, call, store):
                last = call.callee.keys[-1][1:] if call.callee.keys else call.callee.root
                yield Removal(store, last, Location(fn.facts.path, call.line), fn.scope)


def _ends(words: WordLists, call: CallFact, store: str) -> bool:
    last = call.callee.keys[-1][1:] if call.callee.keys else ""
    if last in _ALWAYS:
        return True
    for name, value in call.keywords:
        nothing = {part.path.root for part in value} in ({"const:None"}, {"const:0"})
        is_wait = name == "timeout" and store != "cache"
        if name.lower() in words["expiry-arguments"] and not nothing and not is_wait:
            return True
    if last not in ("set", "add", "set_many", "setdefault", "put") or len(call.args) < 3:
        return False
    return {part.path.root for part in call.args[2]} != {"const:None"}
