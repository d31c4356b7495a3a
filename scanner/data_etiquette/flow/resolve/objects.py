"""Whole objects: written out, or formatted as text."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.flow.program.paths import (
    is_plural,
)
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve.core import (
    SHOWING_KINDS,
)
from data_etiquette.flow.resolve.members import MemberData
from data_etiquette.flow.resolve.taint import Mode, Origin, Taint
from data_etiquette.flow.types.typed import Typed
from data_etiquette.model.facts import AccessPath
from data_etiquette.model.graph import Entity, Step
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.value import ANY_ATTRIBUTE

_SILENT_KINDS = frozenset({"sqlalchemy", "plain"})
"""Kinds whose objects show no field as text unless a method says how."""
_ALL_ATTRIBUTES = ((ANY_ATTRIBUTE,), (".__dict__",))


@dataclass(slots=True)
class Objects(MemberData):
    """What an object shows of itself."""

    def _of_object(
        self, fn: FunctionRef, path: AccessPath, typed: Typed, line: int, mode: Mode, depth: int
    ) -> list[Taint]:
        entity = typed.entity
        if entity is None:
            return []
        if typed.columns:
            return [
                self._from_field(fn, column.entity, column.field, line)
                for column in self.types.columns_of(typed)
                if column.entity is not None and column.field is not None
            ]
        if typed.is_dump or mode is Mode.DUMP:
            found = self._all_fields(fn, entity, line)
            if path.root.startswith("param:") and not path.keys:
                found.append(self._promise(fn, path, Mode.DUMP))
            return found
        if path.keys and is_plural(path.keys[-1]):
            return []
        if mode is Mode.KEPT and not typed.is_guess and entity.stored:
            return self._all_fields(fn, entity, line)
        if mode is Mode.TEXT:
            return self._as_text(fn, path, typed, line, depth)
        return []

    def _all_fields(
        self, fn: FunctionRef, entity: Entity, line: int, depth: int = 3
    ) -> list[Taint]:
        """All personal fields of an object, with those of the models nested in it."""
        fields = self.types.index.personal_fields(entity)
        found = [self._from_field(fn, entity, item, line) for item in fields]
        if entity.stored or depth <= 0:
            return found
        for _, target, _ in entity.relations:
            nested = self.types.index.by_id.get(target)
            if nested is not None and not nested.stored and nested is not entity:
                found += self._all_fields(fn, nested, line, depth - 1)
        return found

    def _as_text(
        self, fn: FunctionRef, path: AccessPath, typed: Typed, line: int, depth: int
    ) -> list[Taint]:
        """What an object shows of itself when it is formatted."""
        entity = typed.entity
        if entity is None:
            return []
        if typed.cls is not None:
            for name in ("__str__", "__unicode__", "__repr__"):
                method = self.types.hierarchy.method(typed.cls, name)
                if method is not None:
                    return self._shown_by(fn, path, method, line, depth)
        if entity.kind in SHOWING_KINDS:
            return self._all_fields(fn, entity, line)
        item = self.types.index.field(entity, "username")
        is_account = any(
            base.endswith(("AbstractUser", "AbstractBaseUser"))
            for base in (
                self.types.hierarchy.library_bases(typed.cls) if typed.cls is not None else ()
            )
        )
        if typed.cls is not None and not is_account and entity.kind in _SILENT_KINDS:
            return []  # `<User object at …>`
        if item is not None and item.element:
            return [self._from_field(fn, entity, item, line)]
        if is_account:
            note = f"{entity.name} is formatted as text, which shows the user name"
            return [
                self._origin(
                    fn,
                    Origin(
                        "username",
                        entity.name,
                        "username",
                        Confidence.MEDIUM,
                        Location(fn.facts.path, line),
                        note,
                    ),
                )
            ]
        return []

    def _shown_by(
        self, fn: FunctionRef, path: AccessPath, method: FunctionRef, line: int, depth: int
    ) -> list[Taint]:
        """What a `__str__` returns: its own summary; what it promises of `self` by type alone."""
        found = []
        for taint in self.returns(method, (), Mode.TEXT, depth - 1):
            if taint.origin is not None:
                found.append(taint)
            elif taint.function is method and taint.keys[:1] in _ALL_ATTRIBUTES:
                typed = self.types.of(fn, path)
                if typed.entity is not None and not typed.is_guess:
                    found += self._all_fields(fn, typed.entity, line)
            elif taint.function is method and taint.keys:
                typed = self.types.of(fn, AccessPath(path.root, (*path.keys, *taint.keys)))
                if typed.entity is not None and typed.field is not None:
                    found.append(self._from_field(fn, typed.entity, typed.field, line))
        step = Step(fn.facts.path, line, f"it is formatted as text by {method.shown}")
        return [taint.after(step) for taint in found]

    def _plain_object(
        self, fn: FunctionRef, path: AccessPath, typed: Typed, depth: int
    ) -> list[Taint]:
        """An object of a class that is no entity, formatted as text."""
        if typed.cls is None:
            return []
        for name in ("__str__", "__repr__"):
            method = self.types.hierarchy.method(typed.cls, name)
            if method is not None:
                return self._shown_by(fn, path, method, 0, depth)
        return []
