"""Personal fields whose values come from somebody other than the person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.conduct.queries import declaring
from data_etiquette.flow.lexicon.phrases import Phrases
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.world import World
from data_etiquette.model.application import Arrival
from data_etiquette.model.facts import AccessPath, CallFact, Value
from data_etiquette.model.graph import Entity
from data_etiquette.model.location import Location

_HTTP = ("requests.", "httpx.", "urllib.request.", "urllib3.", "aiohttp.")
_READERS = ("csv.", "openpyxl.", "pandas.read_", "xlrd.", "tablib.")
_BODY = (".body", ".data", ".json", ".POST", ".form", ".get_json", ".content")
_WRITING = frozenset({"create", "update", "get_or_create", "update_or_create", "create_user"})
_MAX_DEPTH = 5


def find_arrivals(world: World) -> tuple[Arrival, ...]:
    """One for each write of a personal field with a value from elsewhere, sorted by place."""
    finder = _Finder(world)
    found: dict[Arrival, None] = {}
    for fn in world.types.hierarchy.functions.values():
        found.update(dict.fromkeys(finder.function(fn)))
    return tuple(sorted(found, key=lambda item: (item.location, item.entity, item.field)))


@dataclass(slots=True)
class _Finder:
    world: World
    _names: frozenset[str] = field(default_factory=frozenset)
    _hooks: Phrases = field(default_factory=lambda: Phrases(frozenset()))
    _profiles: Phrases = field(default_factory=lambda: Phrases(frozenset()))

    def __post_init__(self) -> None:
        self._hooks = Phrases(self.world.types.words("webhooks"))
        self._profiles = Phrases(self.world.types.words("identity-profiles"))
        self._names = frozenset(
            item.name
            for entity in self.world.types.index.by_id.values()
            if entity.stored
            for item in entity.personal_fields
        )

    def function(self, fn: FunctionRef) -> Iterator[Arrival]:
        """Writes of one function."""
        for call in fn.function.calls:
            if any(name in self._names for name, _ in call.keywords):
                yield from self._call(fn, call)
        for store in fn.function.stores:
            name = store.target.keys[-1][1:] if store.target.keys else ""
            if name in self._names and store.target.keys[-1][0] == ".":
                owner = AccessPath(store.target.root, store.target.keys[:-1])
                entity = self.world.types.of(fn, owner).entity
                if entity is not None:
                    yield from self._arrived(fn, entity, name, store.value, store.line)

    def _call(self, fn: FunctionRef, call: CallFact) -> Iterator[Arrival]:
        last = call.callee.keys[-1][1:] if call.callee.keys else ""
        entity: Entity | None = None
        if last in _WRITING:
            owner = AccessPath(call.callee.root, call.callee.keys[:-1])
            entity = self.world.types.of(fn, owner).entity
        elif not last:
            made = self.world.types.of(fn, call.callee)
            entity = made.entity if made.is_class else None
        if entity is None:
            return
        for name, value in call.keywords:
            if name in self._names:
                yield from self._arrived(fn, entity, name, value, call.line)

    def _arrived(
        self, fn: FunctionRef, entity: Entity, name: str, value: Value, line: int
    ) -> Iterator[Arrival]:
        declared = declaring(self.world.types.index, entity, name)
        item = self.world.types.index.field(entity, name)
        if not entity.stored or declared is None or item is None or not item.element:
            return
        told = self._origin(fn, value, _MAX_DEPTH)
        if told is not None:
            place = Location(fn.facts.path, line)
            yield Arrival(declared.id, name, place, fn.scope, *told)

    def _origin(self, fn: FunctionRef, value: Value, depth: int) -> tuple[str, str] | None:
        for part in value[:4]:
            found = self._of_path(fn, part.path, depth)
            if found is not None:
                return found
        return None

    def _of_path(self, fn: FunctionRef, path: AccessPath, depth: int) -> tuple[str, str] | None:
        if depth <= 0:
            return None
        kind, _, name = path.root.partition(":")
        if any(self._profiles.names(key) for key in path.keys[:-1]):
            return ("profile", "")
        if kind == "call":
            call = fn.calls.get(int(name))
            return self._of_call(fn, call, depth) if call is not None else None
        if kind == "param":
            if name in ("request", "req") and any(key in _BODY for key in path.keys):
                return ("webhook", "") if self._is_hook(fn) else None
            return self._of_callers(fn, name, depth)
        return None

    def _of_call(self, fn: FunctionRef, call: CallFact, depth: int) -> tuple[str, str] | None:
        name = self.world.types.callee(fn, call.callee)
        if name.startswith(_HTTP):
            return ("answer", self._host(fn, call))
        if name.startswith(_READERS):
            return ("import", name.partition(".")[0])
        recipient = self.world.types.knowledge.recipient_of_call(name) if name else None
        if recipient is not None:
            return ("service", recipient.id)
        targets = self.world.types.targets(fn, call)
        for target in targets[:2]:
            for _, value in target.function.function.results[:4]:
                found = self._origin(target.function, value, depth - 2)
                if found is not None:
                    return found
        if targets:
            return None
        return self._through(fn, call, depth)

    def _through(self, fn: FunctionRef, call: CallFact, depth: int) -> tuple[str, str] | None:
        """`answer.json()`, `json.loads(request.body)`: what a call of a library takes apart."""
        found = self._of_path(fn, call.callee, depth - 1)
        if found is None and call.args and call.callee.root in ("name:json", "name:json.loads"):
            found = self._origin(fn, call.args[0], depth - 1)
        return found

    def _of_callers(self, fn: FunctionRef, name: str, depth: int) -> tuple[str, str] | None:
        sites = self.world.sites.of(fn)
        found = [self._origin(site.caller, site.passed(name), depth - 2) for site in sites[:6]]
        return found[0] if found and all(item == found[0] for item in found) else None

    def _is_hook(self, fn: FunctionRef) -> bool:
        return self._hooks.names(f"{fn.function.qualname}_{fn.facts.module}")

    def _host(self, fn: FunctionRef, call: CallFact) -> str:
        texts: Iterable[str] = (
            self.world.types.constant(fn, part.path) for value in call.args[:2] for part in value
        )
        for text in texts:
            if "//" in text:
                return text.split("//", 1)[1].split("/", 1)[0]
        return ""
