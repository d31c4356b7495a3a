"""Classes and functions of all files: inheritance, methods with overrides, what methods store."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from data_etiquette.flow.program.program import Definition, Program
from data_etiquette.flow.program.reading import READING
from data_etiquette.flow.program.reference import ClassRef, FunctionRef, function_ref
from data_etiquette.model.facts import AccessPath, FieldFact, StoreFact
from data_etiquette.model.value import under

MAX_OVERRIDES = 12
"""Overrides followed from one call; a base class with more is a framework of its own."""
_MAX_BASES = 40
_MAX_BEHIND = 3
"""Methods that may stand behind a mixin's; one used in more ways tells nothing."""


@dataclass(slots=True)
class Hierarchy:
    """Lookup from classes to their members, through inheritance in both directions."""

    program: Program
    classes: dict[tuple[str, str], ClassRef] = field(default_factory=dict)
    functions: dict[tuple[str, str], FunctionRef] = field(default_factory=dict)
    subclasses: dict[ClassRef, list[ClassRef]] = field(default_factory=dict)
    methods: dict[str, list[FunctionRef]] = field(default_factory=dict)
    """Methods by their own name, over all classes."""
    _stores: dict[tuple[str, str], dict[str, list[tuple[FunctionRef, StoreFact]]]] = field(
        default_factory=dict
    )
    _inherited: dict[tuple[FunctionRef, ClassRef], FunctionRef] = field(default_factory=dict)
    _library: dict[ClassRef, list[str]] = field(default_factory=dict)
    _lines: dict[ClassRef, list[ClassRef]] = field(default_factory=dict)
    _held: dict[ClassRef, dict[str, list[tuple[FunctionRef, StoreFact]]]] = field(
        default_factory=dict
    )
    """What instances of a class get stored on them, by attribute."""
    _storing: dict[ClassRef, tuple[ClassRef, ...]] = field(default_factory=dict)
    """The classes whose methods do so."""

    def class_of(self, definition: Definition | None) -> ClassRef | None:
        """The handle of a class that a name was found to be."""
        if definition is None or definition.cls is None:
            return None
        return self.classes.get((definition.facts.path, definition.cls.qualname))

    def function_of(self, definition: Definition | None) -> FunctionRef | None:
        """The handle of a function that a name was found to be."""
        if definition is None or definition.function is None:
            return None
        return self.functions.get((definition.facts.path, definition.function.qualname))

    def owner(self, function: FunctionRef) -> ClassRef | None:
        """The class that a method, or a function inside one, belongs to."""
        if function.own is not None:
            return function.own
        return self.classes.get((function.facts.path, function.header.owner))

    def inherited(self, function: FunctionRef, ref: ClassRef) -> FunctionRef:
        """A method as part of a class that inherits it, where calls on `self` run that class's."""
        own = self.classes.get((function.facts.path, function.header.owner))
        if own is None or own is ref or own not in self.line(ref):
            return function
        key = (function, ref)
        found = self._inherited.get(key)
        if found is None:
            found = self._inherited[key] = replace(function, own=ref)
        return found

    def parent(self, function: FunctionRef) -> FunctionRef | None:
        """The enclosing function of a nested one; a module's own functions stand in none."""
        path, qualname = function.facts.path, function.header.qualname
        head, _, _ = qualname.rpartition(".<locals>.")
        return self.functions.get((path, head or "<module>")) if head or qualname else None

    def line(self, ref: ClassRef) -> list[ClassRef]:
        """The class and its first-party ancestors, nearest first."""
        found = self._lines.get(ref)
        if found is None:
            found = self._lines[ref] = self._ancestors(ref)
        return found

    def library_bases(self, ref: ClassRef) -> list[str]:
        """Dotted names of the bases that are not in the scanned code, over all ancestors."""
        known = self._library.get(ref)
        if known is None:
            found: dict[str, None] = {}
            for cls in self.line(ref):
                for base in cls.cls.bases:
                    definition = self.program.find(base, cls.facts.path)
                    if definition is None or definition.cls is None:
                        found[self.program.beyond(base, cls.facts.path) or base] = None
            known = self._library[ref] = list(found)
        return known

    def method(self, ref: ClassRef, name: str) -> FunctionRef | None:
        """A method by name, own or inherited."""
        for cls in self.line(ref):
            found = self.functions.get((cls.facts.path, f"{cls.cls.qualname}.{name}"))
            if found is not None:
                return found
        return None

    def targets(self, ref: ClassRef, name: str) -> list[FunctionRef]:
        """What `instance.name()` may run: the method and what subclasses put in its place."""
        own = self.method(ref, name)
        found = [own] if own is not None else []
        queue = list(self.subclasses.get(ref, ()))
        seen = {ref}
        while queue and len(found) < MAX_OVERRIDES:
            cls = queue.pop(0)
            if cls in seen:
                continue
            seen.add(cls)
            override = self.functions.get((cls.facts.path, f"{cls.cls.qualname}.{name}"))
            if override is not None and override not in found:
                found.append(override)
            queue += self.subclasses.get(cls, ())
        return found

    def below(self, caller: FunctionRef, callee: FunctionRef) -> ClassRef | None:
        """The class of an override, where a base's own method calls it; else None."""
        owner, base = self.owner(callee), self.owner(caller)
        if owner is None or base is None or owner is base:
            return None
        return owner if base in self.line(owner) else None

    def are_related(self, left: ClassRef | None, right: ClassRef | None) -> bool:
        """Whether one object can be of both classes."""
        if left is None or right is None:
            return True
        return left in self.line(right) or right in self.line(left)

    def above(self, function: FunctionRef, name: str) -> list[tuple[FunctionRef, ClassRef | None]]:
        """What `super().name()` runs in a method: of a mixin, what stands behind it in a class."""
        own = self.classes.get((function.facts.path, function.header.owner))
        if own is None:
            return []
        found = self._behind(function.own or own, own, name)
        if found is not None:
            return [(found, None)]
        others: dict[FunctionRef, ClassRef | None] = {}
        queue = list(self.subclasses.get(own, ()))
        for cls in queue:
            behind = self._behind(cls, own, name)
            if behind is not None:
                others.setdefault(behind, cls)
            if len(others) >= _MAX_BEHIND or len(queue) > _MAX_BASES:
                break
            queue += self.subclasses.get(cls, ())
        return list(others.items())

    def _behind(self, ref: ClassRef, own: ClassRef, name: str) -> FunctionRef | None:
        """The next method of a name after a class in the line of another."""
        line = self.line(ref)
        for cls in line[line.index(own) + 1 :] if own in line else ():
            found = self.functions.get((cls.facts.path, f"{cls.cls.qualname}.{name}"))
            if found is not None:
                return found
        return None

    def attribute(self, ref: ClassRef, name: str) -> tuple[ClassRef, FieldFact] | None:
        """A declared attribute and the class that declares it."""
        for cls in self.line(ref):
            for item in cls.cls.fields:
                if item.name == name:
                    return cls, item
        return None

    def stores(self, ref: ClassRef, name: str) -> list[tuple[FunctionRef, StoreFact]]:
        """Assignments to `self.name` in the methods of a class, its ancestors and subclasses."""
        held = self._held.get(ref)
        if held is None:
            held = self._held[ref] = {}
            self._storing[ref] = (*self.line(ref), *self.subclasses.get(ref, ()))
            for cls in self._storing[ref]:
                stored = self._stores.get((cls.facts.path, cls.cls.qualname), {})
                for own, stores in stored.items():
                    held.setdefault(own, []).extend(stores)
        READING.now.update(self._storing[ref])
        return held.get(name, [])

    def _ancestors(self, ref: ClassRef) -> list[ClassRef]:
        found: dict[ClassRef, None] = {ref: None}
        queue = [ref]
        while queue and len(found) < _MAX_BASES:
            cls = queue.pop(0)
            for base in cls.cls.bases:
                parent = self.class_of(self.program.find(base, cls.facts.path))
                if parent is not None and parent not in found:
                    found[parent] = None
                    queue.append(parent)
        return list(found)


def build_hierarchy(program: Program) -> Hierarchy:
    """Index all classes and functions."""
    hierarchy = Hierarchy(program)
    for (path, qualname), (facts, cls) in program.classes_with_files():
        hierarchy.classes[path, qualname] = ClassRef(facts, cls)
    for (path, qualname), (facts, function) in program.functions_with_files():
        ref = function_ref(facts, function)
        hierarchy.functions[path, qualname] = ref
        if function.owner and ".<locals>." not in qualname:
            hierarchy.methods.setdefault(ref.name, []).append(ref)
        _note_stores(hierarchy, ref)
    for cls_ref in hierarchy.classes.values():
        for base in cls_ref.cls.bases:
            parent = hierarchy.class_of(program.find(base, cls_ref.facts.path))
            if parent is not None and parent is not cls_ref:
                hierarchy.subclasses.setdefault(parent, []).append(cls_ref)
    return hierarchy


def _note_stores(hierarchy: Hierarchy, ref: FunctionRef) -> None:
    function = ref.header
    if not function.owner or not function.stores:
        return
    own = f"param:{function.params[0].name}" if function.params else ""
    inner = f"outer:{own}" if ".<locals>." not in function.qualname else "outer:param:self"
    kept = hierarchy._stores.setdefault((ref.facts.path, function.owner), {})  # noqa: SLF001
    for store in function.stores:
        if store.target.root not in (own, inner) or not store.target.keys:
            continue
        first, *rest = store.target.keys
        if not rest:
            kept.setdefault(first[1:], []).append((ref, store))
        elif len(rest) == 1 and rest[0][0] == "[" and first[0] == "." and store.value:
            # `self.labels[key] = value`: the attribute holds it below that key.
            whole = StoreFact(
                AccessPath(store.target.root, (first,)), under(store.value, rest[0]), store.line
            )
            kept.setdefault(first[1:], []).append((ref, whole))
