"""Attributes and items of what is typed: columns, relations, properties, what was stored."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data_etiquette.flow.program.annotation import is_scalar, names_in
from data_etiquette.flow.program.reading import READING
from data_etiquette.flow.program.reference import ClassRef
from data_etiquette.flow.types.callables import Callables
from data_etiquette.flow.types.core import (
    CONTEXT_OBJECTS,
    MANAGERS,
    NOT_DATA_KEYS,
)
from data_etiquette.flow.types.typed import UNKNOWN, Typed
from data_etiquette.model.graph import Entity
from data_etiquette.model.value import ENTERED

_DUMP_KEYS = frozenset(
    {".__dict__", ".cleaned_data", ".validated_data", ".data", ".initial_data", ".form_data"}
)


_PAGES = (".object_list", ".items", ".results", ".queryset")
"""Under these a page of rows holds the rows."""
_SAME = frozenset({"._mapping", "._data", ".__table__", ".c", ".columns"})
"""What a row or a mapped class shows of itself under the names of its columns."""

_KEY_COLUMNS = (".Column", ".mapped_column")
"""Calls that declare a column: of a foreign key it holds the key, and the relation is another."""


@dataclass(slots=True)
class Members(Callables):
    """One access further."""

    def _step(self, owner: Typed, key: str, depth: int) -> Typed:
        if owner.field is not None:
            return UNKNOWN if key in NOT_DATA_KEYS else owner
        if key == ENTERED:
            return self._entered(owner, depth)
        if owner.entity is not None:
            return self._entity_step(owner, key, depth)
        if owner.cls is not None:
            return self._class_step(owner, key, depth)
        if owner.library and key[0] == ".":
            return self._library_step(owner, key)
        if key == "[]" and owner.library and self.knowledge.is_client(owner.library):
            return owner  # one of the objects that a client lists
        name = key.strip(".[]")
        model = self.index.under(name) if key[0] == "[" else None
        if model is not None:
            return Typed(model, cls=self.class_of_entity(model))  # `self.env["res.partner"]`
        held = self.knowledge.returns.get(owner.library) if key[0] == "[" else None
        if held and held not in ("AUTH_USER", "FIRST_ARGUMENT"):
            return Typed(library=held)  # `caches["default"]`
        if owner.library in self._known_owners() and key[0] == "[":
            return owner  # one of what a query gave, or the object of `(object, created)`
        if key == ".user" or name in ("current_user", "request_user"):
            return self._account()
        is_object = key[0] == "." and name and name not in self.index.plain
        return self._by_variable(name) if is_object else UNKNOWN

    def _library_step(self, owner: Typed, key: str) -> Typed:
        name = f"{owner.library}{key}"
        if key == ".user" and self.index.user is not None:
            return self._account()
        known = self.knowledge.returns.get(name)
        if known and known not in ("AUTH_USER", "FIRST_ARGUMENT"):
            return Typed(library=known)
        if owner.library.startswith(CONTEXT_OBJECTS):
            return replace(self._by_variable(key[1:]), library=name)
        return Typed(library=name)

    def _entered(self, owner: Typed, depth: int) -> Typed:
        """What `with x as y` binds: what `__enter__` returns, mostly the object itself."""
        if owner.cls is not None and owner.entity is None:
            enter = self.hierarchy.method(owner.cls, "__enter__")
            if enter is not None:
                found = self._function_type(enter, depth - 1)
                if isinstance(found, Typed) and found is not UNKNOWN:
                    return found
        return owner

    def _entity_step(self, owner: Typed, key: str, depth: int) -> Typed:
        entity = owner.entity
        assert entity is not None  # noqa: S101 (the caller's condition, for the type checker)
        name = key.strip(".[]*")
        if owner.wrapper is not None and key[0] == ".":
            held = self.hierarchy.attribute(owner.wrapper, name)
            is_inner = held is not None and not is_scalar(held[1].annotation)
            return replace(owner, wrapper=None) if is_inner else UNKNOWN
        if key in _SAME:
            return owner
        if owner.columns:
            return self._column_step(owner, key, name)
        if entity.kind == "named-tuple" and name.isdigit():
            return self._place(entity, int(name))
        if key in MANAGERS or key == "[]" or name.isdigit():
            return replace(owner, is_class=False) if owner.is_class and key != ".query" else owner
        if key in _DUMP_KEYS and self.index.field(entity, name) is None:
            return replace(owner, is_dump=True)
        found = self.index.field(entity, name)
        if found is not None and found.element:
            return Typed(entity, found, cls=owner.cls, is_guess=owner.is_guess)
        if found is not None and found.fact.call.endswith(_KEY_COLUMNS):
            return UNKNOWN  # the key of a row elsewhere, as a column holds it
        target = self.index.relation(entity, name)
        if target is not None:
            return Typed(target, cls=self.class_of_entity(target))
        if key[0] == "." and owner.cls is not None:
            stepped = self._class_step(owner, key, depth)
            if stepped is not UNKNOWN:
                return stepped
        if found is None and key in _PAGES:
            return owner
        if found is None and key[0] == "." and name not in entity.methods:
            return self._by_variable(name)
        return UNKNOWN

    def _place(self, entity: Entity, place: int) -> Typed:
        """One value of a named tuple by its place."""
        found = entity.fields[place] if place < len(entity.fields) else None
        return Typed(entity, found) if found is not None and found.element else UNKNOWN

    def _column_step(self, owner: Typed, key: str, name: str) -> Typed:
        entity = owner.entity
        if entity is None or key == "[]":
            if owner.is_flat and entity is not None:
                return self._column(owner, owner.columns[0])
            return owner
        if name.isdigit() and int(name) < len(owner.columns):
            return self._column(owner, owner.columns[int(name)])
        return self._column(owner, name) if name in owner.columns or key[0] == "." else owner

    def _column(self, owner: Typed, name: str) -> Typed:
        """A column of a query's rows, through relations: `customer__email`."""
        entity = owner.entity
        named = dict(column.split("=", 1) for column in owner.columns if "=" in column)
        *through, last = named.get(name, name.rpartition("=")[2]).split("__")
        for relation in through:
            entity = self.index.relation(entity, relation) if entity is not None else None
        found = self.index.field(entity, last) if entity is not None else None
        if entity is None or found is None or not found.element:
            return UNKNOWN
        return Typed(entity, found)

    def columns_of(self, typed: Typed) -> list[Typed]:
        """The personal columns of a query's rows."""
        found = [self._column(typed, name) for name in typed.columns]
        return [item for item in found if item.field is not None]

    def _class_step(self, owner: Typed, key: str, depth: int) -> Typed:
        """An attribute of an instance of a first-party class."""
        ref = owner.cls
        if ref is None or key[0] != ".":
            return UNKNOWN
        if depth <= 0:
            return self._cut()
        name = key[1:]
        for member in self.knowledge.members.get(name, ()):
            if self._has_base(ref, member):
                found = self._member_type(ref, member.type)
                if found is not UNKNOWN:
                    return replace(
                        found, is_dump=name in ("cleaned_data", "validated_data", "data")
                    )
        known = self._held_type(ref, name, depth)
        if known is UNKNOWN and owner.library:
            return Typed(library=f"{owner.library}{key}")
        return known

    def _held_type(self, ref: ClassRef, name: str, depth: int) -> Typed:
        """What an attribute of a class's objects is, once for all of them."""
        key = (ref, name)
        sure = self._sure.stored.get(key)
        if sure is not None:
            READING.now.update(sure[1])
            return sure[0]
        own = self._own.stored
        known = own.get(key)
        if known is not None:
            self._is_cut = True
            return known
        own[key] = UNKNOWN
        outer, was_cut, self._is_cut = READING.apart(), self._is_cut, False
        known = self._attribute(ref, name, depth)
        self._remember(own, self._sure.stored, key, known, (outer, was_cut))
        return known

    def _attribute(self, ref: ClassRef, name: str, depth: int) -> Typed:
        method = self.hierarchy.method(ref, name)
        if method is not None:
            if not method.is_decorated("property", "cached_property", "hybrid_property"):
                return UNKNOWN
            found = self._function_type(self.hierarchy.inherited(method, ref), depth - 1)
            return found if isinstance(found, Typed) else UNKNOWN
        for store_fn, store in self.hierarchy.stores(ref, name)[:4]:
            for part in store.value[:2]:
                if part.at or part.text:
                    continue
                typed = self.of(self.hierarchy.inherited(store_fn, ref), part.path, depth - 1)
                if typed is not UNKNOWN:
                    return typed
        declared = self.hierarchy.attribute(ref, name)
        if declared is None:
            return self._by_variable(name)
        place, item = declared
        module = self.hierarchy.functions.get((place.facts.path, "<module>"))
        for named in names_in(item.annotation) if self.generics.parameters(place) else ():
            typed = self.meaning(ref, place, named)
            if typed is not UNKNOWN:
                return typed
        if item.annotation and module is not None:
            typed = self.annotated(item.annotation, module)
            if typed is not UNKNOWN or is_scalar(item.annotation):
                return typed
        made = self.hierarchy.class_of(self.program.find(item.call, place.facts.path))
        if item.call and made is not None:
            return Typed(self.index.by_id.get(made.id), cls=made)
        if item.call:
            first = item.args[0] if item.args else ""
            library = self.made_by(f"{item.call}({first})")
            return Typed(library=library) if library else self._by_variable(name)
        return self._by_variable(name)
