"""What else holds data about a person, and what deleting the person's own row does to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from data_etiquette.flow.ending.keepers import FILE_FIELDS, Keeper
from data_etiquette.flow.entities.hanging import relations_of
from data_etiquette.flow.lexicon.wordlists import WordLists, last_of
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.world import World
from data_etiquette.model.application import Dependency, Setting
from data_etiquette.model.graph import Entity, Erasure, Flow, Holding, Removal
from data_etiquette.model.kind import Role, SinkKind
from data_etiquette.model.location import Location

_UNLINKED = frozenset({"SET_NULL", "SET_DEFAULT", "SET", "SETNULL"})
_BLOCKED = frozenset({"PROTECT", "RESTRICT", "NO_ACTION"})
_MAX_DEPTH = 4
_MAX_CHAIN = 3
_MAPPED = ("sqlalchemy", "sqlmodel")
_MAX_SCOPE = 80
_STORES = {SinkKind.SEARCH: "search", SinkKind.CACHE: "cache", SinkKind.LOG: "log",
           SinkKind.THIRD_PARTY: "third_party", SinkKind.LLM: "third_party"}  # fmt: skip
_SIGNALS = ("post_delete", "pre_delete")


@dataclass(slots=True)
class _Reasoner:
    world: World
    words: WordLists
    erasures: dict[str, list[Erasure]]
    removals: Sequence[Removal]
    keeps_files: bool
    _along: set[tuple[str, str]] = field(default_factory=set)
    """(holder, what it hangs on) of rows that go along."""
    _handled: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def _by_id(self) -> dict[str, Entity]:
        return self.world.types.index.by_id

    def all(self, flows: Sequence[Flow], keepers: Sequence[Keeper]) -> Iterator[Holding]:
        yield from self._entities()
        for entity in self._by_id.values():
            if entity.stored and not entity.abstract and self._is_erased(entity):
                yield from self._files(entity)
        for keeper in keepers:
            yield self._kept(keeper)
        yield from self._flowed(flows)

    def _entities(self) -> Iterator[Holding]:
        """What hangs on a person, and on what goes with the person's row."""
        index = self.world.types.index
        links: dict[str, list[tuple[Entity, str, str]]] = {}
        linked: set[str] = set()
        persons = [entity for entity in self._by_id.values() if self._is_person(entity)]
        if index.user is not None and index.user.id not in self._by_id:
            persons.append(index.user)
        identities = {person.id for person in persons}
        for holder, name, target, action in relations_of(index):
            links.setdefault(target, []).append((holder, name, action))
            if action == "CASCADE":
                self._along.add((holder.id, target))
            if target in identities:
                linked.add(holder.id)
        for person in persons:
            level, seen = [person.id], {person.id}
            for depth in range(_MAX_CHAIN):
                below: list[str] = []
                for identity in level:
                    for holder, name, action in links.get(identity, ()):
                        if holder is index.user:
                            continue  # an account outlives its preferences
                        if holder.id in seen or (depth and holder.id in linked):
                            continue
                        yield from self._related(person, holder, name, action)
                        if action == "CASCADE" and holder.id not in identities:
                            below.append(holder.id)
                seen.update(below)
                level = below

    def _is_person(self, entity: Entity) -> bool:
        """Whether deleting the row is what a person's erasure begins with."""
        if not entity.stored or entity.abstract:
            return False
        is_user = self.world.types.index.user is entity
        has_data = bool(self.world.types.index.personal_fields(entity))
        return is_user or (has_data and entity.role is Role.PERSON)

    def _is_erased(self, entity: Entity) -> bool:
        return any(item.is_real for item in self.erasures.get(entity.id, ()))

    def _related(self, person: Entity, holder: Entity, name: str, action: str) -> Iterator[Holding]:
        index = self.world.types.index
        fields = tuple(sorted(item.name for item in index.personal_fields(holder)))
        item = index.field(holder, name)
        if not holder.stored or holder.abstract or item is None or not fields:
            return
        is_mapped = holder.kind in _MAPPED
        if is_mapped and "relationship" in item.fact.call.lower():
            return
        if is_mapped and action != "CASCADE" and (holder.id, person.id) in self._along:
            return  # the ORM deletes the rows, whatever the column itself says
        if holder.kind == "mongo" and not action:
            action = "DO_NOTHING"
        if is_mapped and not action:
            action = self._orm_default(person, holder, name)
        outcome, via, left = self._outcome(person, holder, action, fields)
        yield Holding(person.id, holder.id, "entity", outcome, item.location, via, left)

    def _orm_default(self, person: Entity, holder: Entity, name: str) -> str:
        """A parent that knows its children takes itself out of them; else the database refuses."""
        item = self.world.types.index.field(holder, name)
        text = (item.fact.annotation + str(item.fact.options)) if item is not None else ""
        is_nullable = "None" in text or "Optional" in text or "('nullable', 'True')" in text
        knows = any(target == holder.id for _, target, _ in person.relations)
        return "SET_NULL" if knows and is_nullable else "NO_ACTION"

    def _outcome(
        self, person: Entity, holder: Entity, action: str, fields: tuple[str, ...]
    ) -> tuple[str, str, tuple[str, ...]]:
        if action == "CASCADE":
            return "erased", action, ()
        scopes = self._deletion(person)
        for erasure in self.erasures.get(holder.id, ()):
            is_along = erasure.scope in scopes or bool(scopes & set(erasure.within[:1]))
            if not is_along or not erasure.is_real:
                continue
            if erasure.how == "anonymise":
                left = tuple(f for f in fields if f not in erasure.fields)
                return "anonymised", erasure.scope, left
            return "erased", erasure.scope, ()
        for erasure in self.erasures.get(holder.id, ()):
            is_timed = bool(erasure.period) or erasure.run_by in ("clock", "database")
            if erasure.is_real and is_timed:
                return "later", erasure.scope or erasure.how, fields
        if action in _UNLINKED or action.startswith("SET"):
            return "unlinked", action, fields
        if action in _BLOCKED or (not action and holder.kind != "django-model"):
            return "blocked", action or "NO_ACTION", fields
        return ("kept", action, fields) if action == "DO_NOTHING" else ("unknown", action, fields)

    def _deletion(self, person: Entity) -> frozenset[str]:
        """Dotted names of the functions that take part when the person's row is deleted."""
        known = self._handled.get(person.id)
        if known is None:
            known = self._handled[person.id] = frozenset(self._taking_part(person))
        return known

    def _taking_part(self, person: Entity) -> Iterator[str]:
        hierarchy = self.world.types.hierarchy
        by_scope = {fn.scope: fn for fn in hierarchy.functions.values()}
        queue: list[FunctionRef] = []
        for erasure in self.erasures.get(person.id, ()):
            if erasure.how in ("delete", "anonymise", "soft delete", "sql delete", "view"):
                starts = {erasure.scope, *self._direct(erasure, by_scope)}
                queue += [by_scope[scope] for scope in sorted(starts) if scope in by_scope]
                yield erasure.scope
        queue += self._hooks(person)
        seen = set(queue)
        for _ in range(_MAX_DEPTH):
            level: list[FunctionRef] = []
            for fn in queue:
                yield fn.scope
                level += self._called(fn)
            queue = [fn for fn in dict.fromkeys(level) if fn not in seen]
            seen.update(queue)
            if not queue or len(seen) > _MAX_SCOPE:
                return

    def _direct(self, erasure: Erasure, by_scope: dict[str, FunctionRef]) -> Iterator[str]:
        """Direct callers: `close()` that erases the rows and then calls `remove(user)`."""
        fn = by_scope.get(erasure.scope)
        if fn is not None:
            for site in self.world.sites.of(fn)[:8]:
                yield site.caller.scope

    def _called(self, fn: FunctionRef) -> Iterator[FunctionRef]:
        types = self.world.types
        for call in fn.function.calls:
            for target in types.targets(fn, call)[:3]:
                yield target.function
            for target in types.dispatched(fn, call):
                yield target.function

    def _hooks(self, person: Entity) -> Iterator[FunctionRef]:
        """Signal receivers and the class's own `delete`."""
        hierarchy = self.world.types.hierarchy
        ref = self.world.types.class_of_entity(person)
        method = hierarchy.method(ref, "delete") if ref is not None else None
        if method is not None:
            yield method
        for fn in hierarchy.functions.values():
            for text in fn.function.decorators:
                if any(signal in text for signal in _SIGNALS) and person.name in text:
                    yield fn

    # -- beside the database --------------------------------------------------------------------

    def _files(self, entity: Entity) -> Iterator[Holding]:
        """Django keeps a file whose row is gone, unless something takes it away."""
        if entity.kind != "django-model" or self.keeps_files:
            return
        for item in self.world.types.index.personal_fields(entity):
            if last_of(item.fact.call) not in FILE_FIELDS:
                continue
            removed = self._file_removal(entity, item.name)
            outcome = "erased" if removed is not None else "kept"
            via = removed.scope if removed is not None else item.fact.call
            left = () if removed is not None else (item.name,)
            yield Holding(entity.id, entity.id, "file", outcome, item.location, via, left)

    def _file_removal(self, entity: Entity, name: str) -> Removal | None:
        """`order.file.delete()` anywhere; a receiver or `delete()` that calls the storage."""
        hooks = {fn.scope for fn in self._hooks(entity)}
        hooks |= {called.scope for fn in self._hooks(entity) for called in self._called(fn)}
        for removal in self.removals:
            if removal.store == "file" and (
                (removal.name == name and removal.entity == entity.id) or removal.scope in hooks
            ):
                return removal
        return None

    def _kept(self, keeper: Keeper) -> Holding:
        personal = {item.name for item in self.world.types.index.personal_fields(keeper.entity)}
        left = tuple(sorted(personal - set(keeper.excluded)))
        scopes = self._deletion(keeper.entity)
        removed = any(r.store == "history" and r.scope in scopes for r in self.removals)
        gone = keeper.goes_along or removed or not left
        outcome = "erased" if gone else "kept"
        identity = keeper.entity.id
        return Holding(
            identity, identity, "history", outcome, keeper.location, keeper.name,
            () if gone else left,
        )  # fmt: skip

    def _flowed(self, flows: Sequence[Flow]) -> Iterator[Holding]:
        """Copies in indexes, caches, logs and at third parties, one a place and entity."""
        by_name: dict[str, list[Entity]] = {}
        for entity in self._by_id.values():
            if entity.stored:
                by_name.setdefault(entity.name, []).append(entity)
        fields: dict[tuple[str, str, str, Location], set[str]] = {}
        for flow in flows:
            store = _STORES.get(flow.sink.kind)
            for entity in by_name.get(flow.entity, ())[:1] if store else ():
                via = flow.sink.recipient or flow.sink.name
                key = (entity.id, store or "", via, flow.sink.location)
                fields.setdefault(key, set()).add(flow.field)
        for (identity, store, via, location), names in sorted(fields.items()):
            stores = (via,) if store == "third_party" else (store,)
            removed = any(removal.store in stores for removal in self.removals)
            outcome = "erased" if removed else "kept"
            left = () if removed else tuple(sorted(names))
            yield Holding(identity, identity, store, outcome, location, via, left)


def find_holdings(  # noqa: PLR0913 (it joins what the other passes found)
    world: World,
    words: WordLists,
    erasures: Iterable[Erasure],
    removals: Sequence[Removal],
    keepers: Sequence[Keeper],
    flows: Sequence[Flow],
    settings: Sequence[Setting],
    dependencies: Sequence[Dependency],
) -> tuple[Holding, ...]:
    """All holdings, sorted by person, holder and place."""
    by_entity: dict[str, list[Erasure]] = {}
    for erasure in erasures:
        by_entity.setdefault(erasure.entity, []).append(erasure)
    named = {setting.value.partition(".")[0] for setting in settings if setting.value}
    named |= {dependency.name for dependency in dependencies}
    keeps_files = not words["file-keepers"].isdisjoint(named)
    reasoner = _Reasoner(world, words, by_entity, removals, keeps_files)
    found = set(reasoner.all(flows, keepers))
    return tuple(
        sorted(found, key=lambda h: (h.person, h.holder, h.store, h.location, h.outcome, h.via))
    )
