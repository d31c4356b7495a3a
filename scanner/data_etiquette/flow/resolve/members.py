"""Attributes that code of our own gives: properties, what methods stored, dependencies."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.flow.program.annotation import dependency
from data_etiquette.flow.program.binding import Target
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.resolve.sought import Sought
from data_etiquette.flow.resolve.taint import Mode, Taint
from data_etiquette.flow.types.typed import UNKNOWN, Typed
from data_etiquette.model.facts import AccessPath, CallFact, ValuePart
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.value import ANY, reached


@dataclass(slots=True)
class MemberData(Sought):
    """What lies behind an attribute."""

    def _inside(
        self,
        fn: FunctionRef,
        part: ValuePart,
        typed: Typed,
        line: int,
        mode: Mode,
        depth: int,
    ) -> list[Taint] | None:
        """Attributes that code of our own gives: properties, what methods stored, results' keys."""
        path = part.path
        if not path.keys:
            return self._dependency(fn, path, mode, depth)
        for length in range(len(path.keys), 0, -1):
            key = path.keys[length - 1]
            owner_path = AccessPath(path.root, path.keys[: length - 1])
            owner = self.types.of(fn, owner_path)
            if owner.cls is None or owner.is_class:
                continue
            if key[0] != ".":
                taken = self._taken_out(
                    fn, owner.cls, owner_path, path.keys[length - 1 :], mode, depth
                )
                if taken is not None:
                    return taken
                continue
            found = self._member(fn, owner, owner_path, key[1:], path.keys[length:], mode, depth)
            if found is not None:
                return found
        if path.root.startswith("call:"):
            call = fn.calls.get(int(path.root[5:]))
            if call is not None:
                found = self._of_result(fn, call, path.keys, line, mode, depth)
                if found is not None and (found or typed is UNKNOWN):
                    return found or None
        return None

    def _taken_out(
        self,
        fn: FunctionRef,
        ref: ClassRef,
        owner_path: AccessPath,
        keys: tuple[str, ...],
        mode: Mode,
        depth: int,
    ) -> list[Taint] | None:
        """`for x in stock`, `stock[key]`: what a class's own `__iter__`, `__getitem__` gives."""
        name, rest = ("__iter__", keys) if keys[0] == ANY else ("__getitem__", keys[1:])
        method = self.types.hierarchy.method(ref, name)
        if method is None:
            return None
        call = CallFact(-1, AccessPath(owner_path.root, (*owner_path.keys, f".{name}")))
        target = Target(method, receiver=owner_path)
        return self._returned(fn, call, target, rest, mode, depth) or None

    def _member(
        self,
        fn: FunctionRef,
        owner: Typed,
        owner_path: AccessPath,
        name: str,
        rest: tuple[str, ...],
        mode: Mode,
        depth: int,
    ) -> list[Taint] | None:
        ref = owner.cls
        if ref is None:
            return None
        hierarchy = self.types.hierarchy
        entity = owner.entity
        if entity is not None and not rest and self._declared(entity, name) is not None:
            return None
        properties = [
            method
            for method in hierarchy.targets(ref, name)
            if method.is_decorated("property", "cached_property", "hybrid_property")
            # A template calls what it shows: `{{ user.get_full_name }}`.
            or (mode is Mode.TEXT and not rest)
        ]
        if properties:
            call = CallFact(-1, AccessPath(owner_path.root, (*owner_path.keys, f".{name}")))
            found = []
            for method in properties:
                target = Target(method, receiver=owner_path)
                found += self._returned(fn, call, target, rest, mode, depth)
            return found
        if owner_path.root.startswith("call:") and not owner_path.keys:
            return None
        stores = hierarchy.stores(ref, name)
        found = []
        for store_fn, store in stores[:8]:
            value = reached(store.value, rest)
            found += self.value(store_fn, value, store.line, mode, depth - 3)
        return found or None

    def _declared(self, entity: Entity, name: str) -> Field | None:
        found = self.types.index.field(entity, name)
        return found if found is not None and found.element else None

    def _dependency(
        self, fn: FunctionRef, path: AccessPath, mode: Mode, depth: int
    ) -> list[Taint] | None:
        """`token: str = Depends(read_token)`: what the dependency returns."""
        param = fn.params.get(path.root[6:]) if path.root.startswith("param:") else None
        if param is None:
            return None
        wanted = dependency(param.default) or dependency(param.annotation)
        if not wanted:
            return None
        program = self.types.program
        target = self.types.hierarchy.function_of(program.find(wanted, fn.facts.path))
        if target is None:
            return None
        found = [t for t in self.returns(target, (), mode, depth - 1) if t.origin is not None]
        return found or None
