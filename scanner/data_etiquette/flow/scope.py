"""Types of symbolic values in one function: which entity or library object a path stands for."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.flow.knowledge import Knowledge
from data_etiquette.flow.program import Program
from data_etiquette.flow.words import split
from data_etiquette.model.facts import AccessPath, CallFact, Facts, FunctionFact
from data_etiquette.model.graph import Entity, Field

_MAX_DEPTH = 8
_MANAGERS = frozenset({".objects", ".query", "._default_manager", ".all_objects", ".cls"})
_NUMBERS = frozenset({"delete", "count", "exists", "update", "bulk_update", "rowcount"})
"""Methods of a query whose result is a number or a truth value, not a row."""
_SELECTORS = frozenset(
    {
        "query",
        "select",
        "get",
        "get_one",
        "scalars",
        "scalar",
        "execute",
        "exec",
        "merge",
        "refresh",
    }
)
_REQUEST_NAMES = frozenset({"request", "req"})
_PERSON_NAMES = frozenset(
    {"user", "current_user", "customer", "patient", "employee", "member", "person", "account"}
    | {"profile", "contact", "student", "subscriber", "guest", "attendee", "author", "owner"}
    | {"recipient", "applicant", "candidate", "buyer", "client", "new_user", "db_user", "instance"}
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a path stands for: an entity (or rows of it), a personal field of one, or an object."""

    entity: Entity | None = None
    field: Field | None = None
    library: str = ""
    """Qualified class of a library object: `logging.Logger`."""


UNKNOWN = Typed()


@dataclass(slots=True)
class EntityIndex:
    """Entities by id and by the name of a variable that would hold one."""

    by_id: dict[str, Entity] = field(default_factory=dict)
    by_variable: dict[str, Entity] = field(default_factory=dict)
    user: Entity | None = None

    def field(self, entity: Entity, name: str, depth: int = 6) -> Field | None:
        """A field by name, own or inherited."""
        for item in entity.fields:
            if item.name == name:
                return item
        for base in entity.bases:
            parent = self.by_id.get(base)
            if parent is not None and depth > 0:
                found = self.field(parent, name, depth - 1)
                if found is not None:
                    return found
        return None

    def relation(self, entity: Entity, name: str, depth: int = 6) -> Entity | None:
        """The entity that a relation field points to."""
        for attribute, target, _ in entity.relations:
            if attribute == name:
                return self.by_id.get(target)
        for base in entity.bases:
            parent = self.by_id.get(base)
            if parent is not None and depth > 0:
                found = self.relation(parent, name, depth - 1)
                if found is not None:
                    return found
        return None


def build_index(entities: tuple[Entity, ...], account: str = "") -> EntityIndex:
    """Index the entities; stored ones are preferred where names collide."""
    index = EntityIndex()
    for entity in sorted(entities, key=lambda item: not item.stored):
        index.by_id[entity.id] = entity
        if entity.kind != "sql-table":
            index.by_variable.setdefault("_".join(split(entity.name)), entity)
    index.user = index.by_id.get(account)
    return index


class Scope:
    """Types of the paths of one function."""

    def __init__(
        self,
        program: Program,
        facts: Facts,
        function: FunctionFact,
        index: EntityIndex,
        knowledge: Knowledge,
    ) -> None:
        self._program = program
        self._facts = facts
        self._function = function
        self._index = index
        self._knowledge = knowledge
        self.calls = {call.id: call for call in function.calls}
        self._params = {param.name: param for param in function.params}
        self._types: dict[AccessPath, Typed] = {}

    def type_of(self, path: AccessPath, depth: int = _MAX_DEPTH) -> Typed:
        """What a path stands for; `UNKNOWN` when nothing tells."""
        known = self._types.get(path)
        if known is None:
            self._types[path] = UNKNOWN  # guards against circles
            known = self._types[path] = self._walk(path, depth)
        return known

    def callee(self, path: AccessPath, depth: int = _MAX_DEPTH) -> str:
        """Qualified name of a callee, the receiver's type resolved; empty when unknown."""
        if not path.keys:
            return path.root[5:] if path.root.startswith("name:") else ""
        receiver = self._library(AccessPath(path.root, path.keys[:-1]), depth)
        return f"{receiver}{path.keys[-1]}" if receiver and path.keys[-1][0] == "." else ""

    def is_first_party(self, dotted: str) -> bool:
        """Whether a name resolves inside the scanned code."""
        return self._program.is_first_party(dotted, self._facts.path)

    def constant(self, path: AccessPath) -> str:
        """Text behind a literal or a module-level constant."""
        if path.root.startswith("const:"):
            return path.root[6:]
        if path.root.startswith("name:") and not path.keys:
            definition = self._program.find(path.root[5:], self._facts.path)
            if definition is not None and definition.text[:1] in "'\"":
                return definition.text.strip("'\"")
        return ""

    def _library(self, path: AccessPath, depth: int) -> str:
        if depth <= 0:
            return ""
        if not path.keys:
            return self._root_library(path.root, depth)
        if path.root == "param:self" and len(path.keys) == 1:
            return self._attribute_library(path.keys[0][1:])
        if path.root.startswith("name:"):
            return self._named_library(path.root[5:] + "".join(k for k in path.keys if k[0] == "."))
        receiver = self._library(AccessPath(path.root, path.keys[:-1]), depth - 1)
        return f"{receiver}{path.keys[-1]}" if receiver and path.keys[-1][0] == "." else ""

    def _root_library(self, root: str, depth: int) -> str:
        kind, _, name = root.partition(":")
        match kind:
            case "name":
                return self._named_library(name)
            case "param":
                param = self._params.get(name)
                return self._annotated_library(param.annotation) if param else ""
            case "call":
                call = self.calls.get(int(name)) if name.isdigit() else None
                return self._result_library(call, depth - 1) if call is not None else ""
            case _:
                return ""

    def _named_library(self, dotted: str) -> str:
        """A module-level name: the type of the object it holds, else the name itself."""
        head, tail = dotted, ""
        while head:
            definition = self._program.find(head, self._facts.path)
            if definition is not None:
                made = self._made_by(definition.text) if definition.kind == "value" else ""
                return f"{made}{tail}" if made else dotted
            head, _, part = head.rpartition(".")
            tail = f".{part}{tail}"
        return dotted

    def _attribute_library(self, name: str) -> str:
        """`self.client` by what `__init__` or the class body puts there."""
        cls = self._program.classes.get((self._facts.path, self._function.owner))
        for item in cls.fields if cls is not None else ():
            if item.name == name and item.call:
                first = item.args[0] if item.args else ""
                return self._made_by(f"{item.call}({first})")
        return ""

    def _annotated_library(self, annotation: str) -> str:
        name = annotation.split("[", 1)[0].split(" | ", 1)[0]
        return name if "." in name else ""

    def _result_library(self, call: CallFact, depth: int) -> str:
        name = self.callee(call.callee, depth)
        if not name:
            return ""
        first = ""
        if name in self._knowledge.factories and call.args:
            first = next((self.constant(part.path) for part in call.args[0]), "")
        return self._made_by(f"{name}('{first}')")

    def _made_by(self, text: str) -> str:
        """Type of the result of `name(arguments)` as text."""
        name, _, arguments = text.partition("(")
        if name in self._knowledge.factories:
            return f"{name}({arguments.split(',')[0].strip(chr(39) + chr(34) + ')')})"
        known = self._knowledge.returns.get(name)
        if known is not None:
            return known
        # A constructor's result has the class's own name; a plain function's result is unknown.
        last = name.rsplit(".", 1)[-1]
        return name if last[:1].isupper() or name in self._knowledge.modules else ""

    def _walk(self, path: AccessPath, depth: int) -> Typed:
        if depth <= 0:
            return UNKNOWN
        current = self._root_entity(path.root, depth)
        keys = path.keys
        if current is UNKNOWN and path.root.startswith("name:") and keys:
            # `models.User.objects`: the class may be an attribute of an imported module.
            dotted = path.root[5:] + keys[0]
            entity = self._entity(dotted)
            if entity is not None:
                current, keys = Typed(entity), keys[1:]
        for key in keys:
            current = self._step(current, key)
        return current

    def _root_entity(self, root: str, depth: int) -> Typed:
        kind, _, name = root.partition(":")
        match kind:
            case "name":
                entity = self._entity(name)
                return (
                    Typed(entity)
                    if entity is not None
                    else self._by_variable(name.rsplit(".", 1)[-1])
                )
            case "param":
                return self._param_entity(name)
            case "call":
                call = self.calls.get(int(name)) if name.isdigit() else None
                return self._result_entity(call, depth) if call is not None else UNKNOWN
            case "local" | "outer":
                return self._by_variable(name.rsplit(":", 1)[-1])
            case _:
                return UNKNOWN

    def _entity(self, dotted: str) -> Entity | None:
        definition = self._program.find(dotted, self._facts.path)
        if definition is not None and definition.cls is not None:
            return self._index.by_id.get(definition.id)
        if definition is not None and "get_user_model" in definition.text:
            return self._index.user
        return self._index.user if dotted == "django.contrib.auth.models.User" else None

    def _param_entity(self, name: str) -> Typed:
        if name in ("self", "cls") and self._function.owner:
            identity = f"{self._facts.module}.{self._function.owner}"
            entity = self._index.by_id.get(identity)
            return Typed(entity) if entity is not None else UNKNOWN
        param = self._params.get(name)
        if param is not None and param.annotation:
            for word in (
                param.annotation.replace("[", " ").replace("]", " ").replace(",", " ").split()
            ):
                entity = self._entity(word)
                if entity is not None:
                    return Typed(entity)
            if param.annotation.split(".")[-1] in ("str", "int", "bool", "dict", "float", "bytes"):
                return UNKNOWN
        return self._by_variable(name)

    def _by_variable(self, name: str) -> Typed:
        """A variable named for an entity most likely holds one."""
        words = split(name)
        for start in range(len(words)):
            entity = self._index.by_variable.get("_".join(words[start:]))
            if entity is not None:
                return Typed(entity)
        if words and words[-1] == "user" and self._index.user is not None:
            return Typed(self._index.user)
        return UNKNOWN

    def _result_entity(self, call: CallFact, depth: int) -> Typed:
        path = call.callee
        name = self.callee(path)
        if name.endswith((".get_user_model", "get_user_model")):
            return Typed(self._index.user)
        last = path.keys[-1][1:] if path.keys and path.keys[-1][0] == "." else ""
        if self._knowledge.returns.get(name) == "FIRST_ARGUMENT" or last in _SELECTORS:
            found = self._first_argument(call, depth)
            if found is not UNKNOWN:
                return found
        if path.root.startswith("name:") and not path.keys:
            entity = self._entity(path.root[5:])
            if entity is not None:
                return Typed(entity)
            return self._annotated_result(path.root[5:])
        if last in _NUMBERS:
            return UNKNOWN
        if path.keys:
            owner = self.type_of(AccessPath(path.root, path.keys[:-1]), depth - 1)
            if (
                owner.entity is not None
                and owner.field is None
                and last not in owner.entity.methods
            ):
                return Typed(owner.entity)
        return UNKNOWN

    def _first_argument(self, call: CallFact, depth: int) -> Typed:
        for value in call.args[:1]:
            for part in value:
                found = self.type_of(part.path, depth - 1)
                if found.entity is not None:
                    return Typed(found.entity)
        return UNKNOWN

    def _annotated_result(self, dotted: str) -> Typed:
        definition = self._program.find(dotted, self._facts.path)
        if definition is None or definition.function is None:
            return UNKNOWN
        for word in definition.function.returns.replace("[", " ").replace("]", " ").split():
            found = self._program.find(word, definition.facts.path)
            if found is not None and found.cls is not None and found.id in self._index.by_id:
                return Typed(self._index.by_id[found.id])
        return UNKNOWN

    def _step(self, current: Typed, key: str) -> Typed:
        if current.field is not None:
            return current
        if current.entity is None:
            name = key.strip(".[]")
            if key == ".user" or name in ("current_user", "request_user"):
                return Typed(self._index.user) if self._index.user is not None else UNKNOWN
            return self._by_variable(name) if key[0] == "." and name else UNKNOWN
        if key in _MANAGERS or key == "[]" or key.strip("[]").isdigit():
            return Typed(current.entity)
        name = key.strip(".[]")
        found = self._index.field(current.entity, name)
        if found is not None and found.element:
            return Typed(current.entity, found)
        target = self._index.relation(current.entity, name)
        if target is not None:
            return Typed(target)
        if found is None and key[0] == "." and name not in current.entity.methods:
            return self._by_variable(name)
        return UNKNOWN
