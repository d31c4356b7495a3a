"""Code that deletes, anonymises or expires rows, found entity by entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.entityindex import EntityIndex
from data_etiquette.flow.program import Program
from data_etiquette.flow.reference import FunctionRef
from data_etiquette.flow.types import Types
from data_etiquette.flow.words import split
from data_etiquette.model.facts import AccessPath, CallFact, ClassFact, Facts
from data_etiquette.model.graph import Entity, Erasure
from data_etiquette.model.location import Location

_DELETING = frozenset(
    {
        "delete",
        "delete_one",
        "delete_many",
        "remove",
        "delete_instance",
        "hard_delete",
        "_raw_delete",
    }
)
_DELETING_CALLS = frozenset(
    {"delete", "sqlalchemy.delete", "sqlmodel.delete", "sqlalchemy.sql.expression.delete"}
)
_DELETING_VIEWS = (
    "DeleteView", "DestroyModelMixin", "DestroyAPIView", "RetrieveUpdateDestroyAPIView",
    "RetrieveDestroyAPIView", "ModelViewSet", "ModelAdmin", "ModelView", "DeleteMutation",
)  # fmt: skip
_ERASING_WORDS = frozenset(
    {
        "anonymise",
        "anonymize",
        "erase",
        "purge",
        "shred",
        "scrub",
        "forget",
        "redact",
        "expire",
        "wipe",
    }
    | {"deidentify", "prune", "cleanup", "clear", "delete", "remove", "destroy"}
)
_CASCADES = frozenset({"CASCADE"})


@dataclass(slots=True)
class _Finder:
    program: Program
    index: EntityIndex
    types: Types
    found: dict[str, Erasure] = field(default_factory=dict)

    def add(self, entity: Entity, how: str, location: Location) -> None:
        self.found.setdefault(entity.id, Erasure(entity.id, how, location))

    def search(self) -> None:
        for ref in self.types.hierarchy.functions.values():
            self._function(ref)
        for facts in self.program.files:
            for cls in facts.classes:
                self._view(facts, cls)
            for statement in facts.statements:
                if statement.verb in ("delete", "truncate"):
                    for table in statement.tables[:1]:
                        self._table(table, Location(facts.path, statement.line))
        self._cascade()
        self._inherit()

    def _function(self, ref: FunctionRef) -> None:
        facts, function, types = ref.facts, ref.function, self.types
        erasing = bool(_ERASING_WORDS & set(split(function.qualname.rsplit(".", 1)[-1])))
        for call in function.calls:
            last = call.callee.keys[-1][1:] if call.callee.keys else ""
            if last not in _DELETING and "delete" not in (last, call.callee.root[-6:]):
                continue
            name = types.callee(ref, call.callee)
            if last in _DELETING or name in _DELETING_CALLS:
                for entity in self._deleted(call, ref):
                    self.add(entity, "delete", Location(facts.path, call.line))
        if erasing:
            for store in function.stores:
                owner = AccessPath(store.target.root, store.target.keys[:-1])
                typed = types.of(ref, owner)
                if typed.entity is not None:
                    self.add(typed.entity, "anonymise", Location(facts.path, store.line))
            for call in function.calls:
                if call.callee.keys and call.callee.keys[-1] == ".update":
                    typed = types.of(ref, AccessPath(call.callee.root, call.callee.keys[:-1]))
                    if typed.entity is not None:
                        self.add(typed.entity, "anonymise", Location(facts.path, call.line))

    def _deleted(self, call: CallFact, ref: FunctionRef) -> Iterator[Entity]:
        types = self.types
        if call.callee.keys:
            typed = types.of(ref, AccessPath(call.callee.root, call.callee.keys[:-1]))
            if typed.entity is not None and typed.field is None:
                yield typed.entity
                return
        for value in call.args[:1]:
            for part in value:
                typed = types.of(ref, part.path)
                if typed.entity is not None and typed.field is None:
                    yield typed.entity

    def _view(self, facts: Facts, cls: ClassFact) -> None:
        """A generic view that deletes: `class X(DeleteView): model = Order`."""
        if not any(base.rsplit(".", 1)[-1].endswith(_DELETING_VIEWS) for base in cls.bases):
            return
        if any(base.endswith("ReadOnlyModelViewSet") for base in cls.bases):
            return
        for item in cls.fields:
            if item.name not in ("model", "queryset", "serializer_class", "form_class"):
                continue
            for text in (item.option("=").split("(")[0], item.call):
                self._named(text, facts, Location(facts.path, item.line))

    def _named(self, dotted: str, facts: Facts, location: Location) -> None:
        while dotted:
            definition = self.program.find(dotted, facts.path)
            if definition is not None and definition.cls is not None:
                entity = self.index.by_id.get(definition.id)
                if entity is not None:
                    self.add(entity, "delete", location)
                return
            dotted = dotted.rpartition(".")[0]

    def _table(self, table: str, location: Location) -> None:
        wanted = table.lower().rsplit(".", 1)[-1]
        for entity in self.index.by_id.values():
            if entity.table and entity.table.lower().rsplit(".", 1)[-1] == wanted:
                self.add(entity, "sql delete", location)

    def _cascade(self) -> None:
        """What hangs on an erased entity by CASCADE is erased with it."""
        changed = True
        while changed:
            changed = False
            for entity in self.index.by_id.values():
                if entity.id in self.found:
                    continue
                for name, target, on_delete in entity.relations:
                    if on_delete in _CASCADES and target in self.found:
                        item = self.index.field(entity, name)
                        place = item.location if item is not None else entity.location
                        self.add(entity, "cascade", place)
                        changed = True
                        break

    def _inherit(self) -> None:
        """Erasing a base class's rows erases those of the classes built on it, and back."""
        for entity in self.index.by_id.values():
            for base in entity.bases:
                erasure = self.found.get(base)
                if erasure is not None:
                    self.add(entity, erasure.how, erasure.location)


def find_erasures(program: Program, index: EntityIndex, types: Types) -> tuple[Erasure, ...]:
    """One erasure for each entity that some code deletes, anonymises or expires."""
    finder = _Finder(program, index, types)
    finder.search()
    return tuple(sorted(finder.found.values(), key=lambda item: (item.entity, item.location)))


def erased_ids(erasures: Iterable[Erasure]) -> frozenset[str]:
    """Ids of the entities that are erased."""
    return frozenset(item.entity for item in erasures)
