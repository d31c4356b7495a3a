"""What all lookups of types share: the program, what is remembered, where circles end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self, TypeVar

from data_etiquette.flow.entities.entityindex import EntityIndex
from data_etiquette.flow.lexicon.knowledge import Knowledge
from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.binding import Target
from data_etiquette.flow.program.generics import Generics
from data_etiquette.flow.program.hierarchy import Hierarchy
from data_etiquette.flow.program.program import Definition, Program
from data_etiquette.flow.program.reading import READING
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.types.typed import UNKNOWN, Typed
from data_etiquette.model.catalog import DispatchModel
from data_etiquette.model.facts import AccessPath, CallFact, Value
from data_etiquette.model.graph import Entity
from data_etiquette.model.value import without_parameters

Reads = frozenset[object]

_K = TypeVar("_K")
_V = TypeVar("_V")

MAX_DEPTH = 10
MANAGERS = frozenset({".objects", ".query", "._default_manager", ".all_objects", ".cls"})
NOT_DATA_KEYS = frozenset({".id", ".pk", ".uuid", ".DoesNotExist", ".MultipleObjectsReturned"})
CONTEXT_OBJECTS = ("flask.g", "flask.request", "quart.g", "quart.request", "flask_login")
DUMPING_METHODS = frozenset(
    {"model_dump", "model_dump_json", "dict", "to_dict", "as_dict", "asdict", "json", "serialize"}
    | {"to_json", "_asdict", "to_representation", "dump", "to_python"}
)


@dataclass(slots=True)
class Known:
    """What was found for good, and all that was read on the way to it."""

    types: dict[tuple[FunctionRef, AccessPath], tuple[Typed, Reads]] = field(default_factory=dict)
    targets: dict[tuple[FunctionRef, int], tuple[tuple[Target, ...], Reads]] = field(
        default_factory=dict
    )
    results: dict[FunctionRef, tuple[Typed | AccessPath, Reads]] = field(default_factory=dict)
    stored: dict[tuple[ClassRef, str], tuple[Typed, Reads]] = field(default_factory=dict)
    sets: dict[Reads, Reads] = field(default_factory=dict)
    """Each set of what was read, once."""


@dataclass(slots=True)
class Memory:
    """What was found for questions asked before."""

    types: dict[tuple[FunctionRef, AccessPath], Typed] = field(default_factory=dict)
    targets: dict[tuple[FunctionRef, int], tuple[Target, ...]] = field(default_factory=dict)
    results: dict[FunctionRef, Typed | AccessPath] = field(default_factory=dict)
    stored: dict[tuple[ClassRef, str], Typed] = field(default_factory=dict)


@dataclass(slots=True)
class TypesCore:
    """Types of all functions' paths, remembered; circles end in `UNKNOWN`."""

    program: Program
    hierarchy: Hierarchy
    index: EntityIndex
    knowledge: Knowledge
    words: Callable[[str], frozenset[str]]
    """A word list of `rules/words/`."""
    generics: Generics
    _sure: Known = field(default_factory=Known)
    """What depends on the program alone."""
    _own: Memory = field(default_factory=Memory)
    """What a circle or a limit cut short: asked for on another way it may be more."""
    _is_cut: bool = False
    """Whether something was cut short in what is being found."""
    _owners: set[str] = field(default_factory=set)

    def apart(self) -> Self:
        """The same lookups, but for what depends on the questions that were asked before.

        Where types run in circles, what a path is depends on what was asked first.
        """
        return replace(self, _own=Memory(), _is_cut=False)

    def of(self, fn: FunctionRef, path: AccessPath, depth: int = MAX_DEPTH) -> Typed:
        """What a path stands for; `UNKNOWN` when nothing tells."""
        key = (fn, path)
        sure = self._sure.types.get(key)
        if sure is not None:
            READING.now.update(sure[1])
            return sure[0]
        own = self._own.types
        known = own.get(key)
        if known is not None:
            self._is_cut = True
            return known
        own[key] = UNKNOWN  # circles end here
        outer, was_cut, self._is_cut = READING.apart(), self._is_cut, depth <= 0
        asked = AccessPath(path.root, without_parameters(path.keys)) if path.keys else path
        known = self._walk(fn, asked, depth) if depth > 0 else UNKNOWN
        if known is UNKNOWN and path in fn.named:
            known = self._by_variable(fn.named[path])
        self._remember(own, self._sure.types, key, known, (outer, was_cut))
        return known

    def _cut(self) -> Typed:
        """Nothing is known, because a limit is reached."""
        self._is_cut = True
        return UNKNOWN

    def _remember(
        self,
        own: dict[_K, _V],
        sure: dict[_K, tuple[_V, Reads]],
        key: _K,
        known: _V,
        before: tuple[set[object], bool],
    ) -> None:
        """Remember what was found for good, unless something was cut short on the way to it.

        Args:
            own: for what was cut short.
            sure: for the rest.
            key: what was asked.
            known: the answer.
            before: what was read, and whether something was cut short, before it was asked.
        """
        read, (outer, was_cut) = READING.now, before
        READING.now = outer
        outer.update(read)
        if self._is_cut:
            own[key] = known
        else:
            del own[key]
            reads = frozenset(read)
            sure[key] = known, self._sure.sets.setdefault(reads, reads)
            self._is_cut = was_cut

    def callee(self, fn: FunctionRef, path: AccessPath) -> str:
        """Qualified library name of a callee, its receiver's type resolved; empty when unknown."""
        if not path.keys:
            if not path.root.startswith("name:"):
                return self.callee(fn, self.part_of(fn, path)) if self.is_alias(fn, path) else ""
            if self.is_alias(fn, path):
                return self.aliased(fn, path.root[5:]) or path.root[5:]
            return self.program.beyond(path.root[5:], fn.facts.path) or path.root[5:]
        if path.keys[-1][0] != ".":
            return ""
        owner = self.of(fn, AccessPath(path.root, path.keys[:-1]))
        return f"{owner.library}{path.keys[-1]}" if owner.library else ""

    def is_first_party(self, fn: FunctionRef, dotted: str) -> bool:
        """Whether a name resolves inside the scanned code."""
        return self.program.is_first_party(dotted, fn.facts.path)

    def constant(self, fn: FunctionRef, path: AccessPath) -> str:
        """Text behind a literal or a module-level constant."""
        if path.root.startswith("const:"):
            return path.root[6:]
        if path.root.startswith("name:"):
            dotted = path.root[5:] + "".join(key for key in path.keys if key[0] == ".")
            definition = self.program.find(dotted, fn.facts.path)
            if definition is not None and definition.text[:1] in ("'", '"'):
                return definition.text.strip("'\"")
        owner = self.hierarchy.owner(fn)
        if owner is not None and len(path.keys) == 1 and path.root == own_root(fn):
            declared = self.hierarchy.attribute(owner, path.keys[0][1:])
            text = declared[1].option("=") if declared is not None else ""
            return text.strip("'\"") if text[:1] in ("'", '"') else ""
        return ""

    def targets(self, fn: FunctionRef, call: CallFact) -> tuple[Target, ...]:
        """First-party functions that a call may run."""
        key = (fn, call.id)
        sure = self._sure.targets.get(key)
        if sure is not None:
            READING.now.update(sure[1])
            return sure[0]
        own = self._own.targets
        known = own.get(key)
        if known is not None:
            self._is_cut = True
            return known
        own[key] = ()
        outer, was_cut, self._is_cut = READING.apart(), self._is_cut, False
        known = tuple(self._find_targets(fn, call))
        self._remember(own, self._sure.targets, key, known, (outer, was_cut))
        return known

    def _by_variable(self, name: str) -> Typed:
        """A variable named for an entity most likely holds one."""
        words = split(name)
        if len(words) == 1 and words[0] in self.words("vague-variables"):
            return UNKNOWN
        is_vague = bool(words) and words[-1] in self.words("vague-tails")
        is_vague = is_vague or name[:1].isupper()  # a class, of which no other is a kind
        for start in range(1 if is_vague else len(words)):
            entity = self.index.by_variable.get("_".join(words[start:]))
            if entity is not None:
                return self._guessed(entity)
        if words and words[-1] == "user" and self.index.user is not None:
            return self._guessed(self.index.user)
        return UNKNOWN

    def _account(self, library: str = "", *, is_class: bool = False) -> Typed:
        """The class that signs in, or one of its objects."""
        user = self.index.user
        if user is None:
            return Typed(library=library, is_class=is_class) if library or is_class else UNKNOWN
        return Typed(user, cls=self.class_of_entity(user), library=library, is_class=is_class)

    def _guessed(self, entity: Entity) -> Typed:
        return Typed(entity, cls=self.class_of_entity(entity), is_guess=True)

    def class_of_entity(self, entity: Entity) -> ClassRef | None:
        """The class statement behind an entity; None for tables."""
        parts = entity.id.split(".")
        for start in range(len(parts)):
            found = self.hierarchy.classes.get((entity.location.path, ".".join(parts[start:])))
            if found is not None:
                return found
        return None

    def _walk(self, fn: FunctionRef, path: AccessPath, depth: int) -> Typed:
        """The type of a path that is not remembered yet."""
        raise NotImplementedError

    def part_of(self, fn: FunctionRef, path: AccessPath) -> AccessPath:
        """The function of a `partial(…)` that a path is the result of."""
        raise NotImplementedError

    def is_alias(self, fn: FunctionRef, path: AccessPath) -> bool:
        """Whether a module gives something else this name, so that its own name tells nothing."""
        raise NotImplementedError

    def aliased(self, fn: FunctionRef, dotted: str) -> str:
        """The library's name behind a module-level name for it."""
        raise NotImplementedError

    def _set_up(self, definition: Definition | None) -> Definition | None:
        """What a setting names, where a module-level name is looked up by it."""
        raise NotImplementedError

    def _find_targets(self, fn: FunctionRef, call: CallFact) -> list[Target]:
        """What a call may run that is not remembered yet."""
        raise NotImplementedError

    def _function_type(self, target: FunctionRef, depth: int) -> Typed | AccessPath:
        """Type of a function's result, or the parameter's path that it is."""
        raise NotImplementedError


def own_root(fn: FunctionRef) -> str:
    """Root of a method's own object."""
    params = fn.header.params
    return f"param:{params[0].name}" if fn.header.owner and params else ""


def receiver_name(fn: FunctionRef, path: AccessPath) -> str:
    """What a receiver is called: its attribute's, parameter's or making function's name."""
    for key in reversed(path.keys):
        if key[0] == ".":
            return key[1:]
    if path.root.startswith("call:"):
        made = fn.calls.get(int(path.root[5:]))
        return receiver_name(fn, made.callee) if made is not None else ""
    return path.root.rsplit(":", 1)[-1].rsplit(".", 1)[-1]


def is_typing(name: str) -> bool:
    """Whether a name of an annotation is a construct of typing, no type of data."""
    return name.startswith(("typing.", "typing_extensions.", "collections.abc.", "fastapi.Depends"))


def method_target(method: FunctionRef, owner_path: AccessPath, owner: Typed) -> Target:
    """A method on the object that it is called on."""
    if method.is_decorated("staticmethod"):
        return Target(method)
    if method.is_decorated("classmethod"):
        return Target(method, skip=1)
    if owner.is_class and not owner_path.root.startswith("param:"):
        return Target(method)  # `Order.save(order)`: the object is the first argument
    return Target(method, receiver=owner_path)


def class_target(function: FunctionRef) -> Target:
    """A function by its dotted name; of a classmethod the class is already given."""
    return Target(function, skip=1 if function.is_decorated("classmethod") else 0)


def dispatched_paths(call: CallFact, model: DispatchModel) -> list[AccessPath]:
    """What a call hands on to be run."""
    if model.target == "receiver":
        return [AccessPath(call.callee.root, call.callee.keys[:-1])] if call.callee.keys else []
    values: list[Value] = [value for name, value in call.keywords if name == model.target]
    if model.target.isdigit() and int(model.target) < len(call.args):
        values.append(call.args[int(model.target)])
    return [part.path for value in values for part in value[:3] if not part.at]
