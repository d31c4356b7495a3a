"""Where personal data enters a function: fields of entities, request input, telling names."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.flow.classify import Classifier
from data_etiquette.flow.knowledge import Knowledge
from data_etiquette.flow.program import Program
from data_etiquette.flow.scope import EntityIndex, Scope
from data_etiquette.flow.words import singular
from data_etiquette.model.facts import AccessPath, CallFact, Facts, FunctionFact, Value, ValuePart
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence

_DUMPS = frozenset(
    {
        "model_dump",
        "model_dump_json",
        "dict",
        "to_dict",
        "as_dict",
        "asdict",
        "json",
        "serialize",
        "to_json",
        "__dict__",
        "values",
    }
)
_OBJECT_DUMPS = frozenset({"model_to_dict", "asdict", "jsonable_encoder", "vars"})
_ENDING_METHODS = (
    "is_",
    "has_",
    "can_",
    "check_",
    "validate",
    "verify",
    "count",
    "exists",
    "__len__",
)
_NOT_DATA_KEYS = frozenset({".id", ".pk", ".uuid", ".DoesNotExist", ".MultipleObjectsReturned"})
_REQUEST_MAPS = frozenset({"META", "environ", "headers"})
"""Mappings of a web request whose keys are written in capitals or with dashes."""
_PLAIN_TYPES = frozenset(
    {"bool", "int", "float", "datetime.datetime", "datetime.date", "datetime.timedelta"}
)
_SCALAR_BASES = ("call", "name", "const")
_MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Origin:
    """One piece of personal data that a value holds."""

    element: str
    entity: str
    field: str
    confidence: Confidence
    line: int
    lines: tuple[int, ...]
    note: str
    sanitiser: str = ""
    declared: Field | None = None


class Sources:
    """Finds the personal data in the values of one function."""

    def __init__(  # noqa: PLR0913 (everything one function's analysis looks things up in)
        self,
        program: Program,
        facts: Facts,
        function: FunctionFact,
        index: EntityIndex,
        knowledge: Knowledge,
        classifier: Classifier,
    ) -> None:
        self.scope = Scope(program, facts, function, index, knowledge)
        self._program = program
        self._facts = facts
        self._function = function
        self._index = index
        self._knowledge = knowledge
        self._classifier = classifier
        self._params = {param.name: param for param in function.params}

    def origins(self, value: Value, line: int, *, as_text: bool) -> list[Origin]:
        """All personal data in a value that is used on a line."""
        found: dict[tuple[str, str, str], Origin] = {}
        for part in value:
            for origin in self._of_part(part, line, _MAX_DEPTH, as_text=as_text or part.text):
                found.setdefault((origin.element, origin.entity, origin.field), origin)
        return list(found.values())

    def _of_part(self, part: ValuePart, line: int, depth: int, *, as_text: bool) -> list[Origin]:
        path = part.path
        if depth <= 0 or path.root.startswith("const:"):
            return []
        at = part.lines[0] if part.lines else line
        if path.root.startswith("call:") and not path.keys:
            return self._of_call(part, at, depth, as_text=as_text)
        typed = self.scope.type_of(path)
        if typed.field is not None and typed.entity is not None:
            if path.keys[-1] in _NOT_DATA_KEYS:
                return []
            return [self._from_field(typed.entity, typed.field, part, at)]
        if typed.entity is not None and path.keys and _is_plural(path.keys[-1]):
            return []
        if typed.entity is not None and self._is_instance(path):
            return self._whole(typed.entity, part, at) if as_text else []
        return self._by_name(part, at)

    def _of_call(self, part: ValuePart, line: int, depth: int, *, as_text: bool) -> list[Origin]:
        call = self.scope.calls.get(int(part.path.root[5:]))
        if call is None:
            return []
        name = self.scope.callee(call.callee)
        method = call.callee.keys[-1][1:] if call.callee.keys else name.rsplit(".", 1)[-1]
        if self._is_sanitised(name, method):
            return []
        if name in self._knowledge.passes or method in _OBJECT_DUMPS:
            whole = method in _OBJECT_DUMPS
            return self._of_arguments(call, part, depth, as_text=as_text or whole)
        if call.callee.keys:
            found = self._of_method(call, method, part, line)
            if found:
                return found
        if as_text:
            typed = self.scope.type_of(part.path)
            if typed.entity is not None:
                return self._whole(typed.entity, part, line)
        return []

    def _is_sanitised(self, name: str, method: str) -> bool:
        if name in self._knowledge.sanitisers or method in self._knowledge.sanitiser_methods:
            return True
        model = self._knowledge.sanitiser_by_name(method)
        return model is not None and not method.startswith("get_")

    def _of_arguments(
        self, call: CallFact, outer: ValuePart, depth: int, *, as_text: bool
    ) -> list[Origin]:
        found = []
        for value in (*call.args, *(value for _, value in call.keywords)):
            for part in value:
                inner = self._of_part(part, call.line, depth - 1, as_text=as_text)
                found += [_followed(origin, outer) for origin in inner]
        return found

    def _of_method(self, call: CallFact, method: str, part: ValuePart, line: int) -> list[Origin]:
        """`user.birth_date.isoformat()`, `user.get_full_name()`, `user.model_dump()`."""
        if method.startswith(_ENDING_METHODS):
            return []
        owner = AccessPath(call.callee.root, call.callee.keys[:-1])
        typed = self.scope.type_of(owner)
        if typed.field is not None and typed.entity is not None:
            return [self._from_field(typed.entity, typed.field, part, line)]
        if typed.entity is not None and method in _DUMPS and self._is_instance(owner):
            return self._all_fields(typed.entity, part, line)
        if typed.entity is not None and method.startswith("get_"):
            return self._named_method(typed.entity, method[4:], part, line)
        return []

    def _named_method(self, entity: Entity, name: str, part: ValuePart, line: int) -> list[Origin]:
        declared = self._index.field(entity, name)
        if declared is not None:
            return [self._from_field(entity, declared, part, line)] if declared.element else []
        element = self._classifier.name_element(name)
        if not element:
            return []
        return [
            Origin(element, entity.name, name, Confidence.MEDIUM, line, part.lines,
                   f"{entity.name}.get_{name}() returns it by its name")
        ]  # fmt: skip

    def _from_field(self, entity: Entity, item: Field, part: ValuePart, line: int) -> Origin:
        place = f"{item.location.path}:{item.location.line}"
        return Origin(
            element=item.element,
            entity=entity.name,
            field=item.name,
            confidence=item.confidence,
            line=line,
            lines=part.lines,
            note=f"{entity.name}.{item.name} is read (declared at {place})",
            declared=item,
        )

    def _all_fields(self, entity: Entity, part: ValuePart, line: int) -> list[Origin]:
        found = [self._from_field(entity, item, part, line) for item in entity.personal_fields]
        for base in entity.bases:
            parent = self._index.by_id.get(base)
            if parent is not None and parent is not entity:
                found += self._all_fields(parent, part, line)
        return found

    def _whole(self, entity: Entity, part: ValuePart, line: int) -> list[Origin]:
        """What an object shows of itself when it is formatted: the fields its `__str__` returns."""
        names = self._shown_by(entity)
        found = []
        for name in names:
            item = self._index.field(entity, name)
            if item is None:
                # A field of a library's base class, such as the e-mail of Django's user.
                found += self._named_method(entity, name, part, line)
            elif item.element:
                origin = self._from_field(entity, item, part, line)
                note = f"{entity.name} is formatted as text, and its __str__ shows {item.name}"
                found.append(_noted(origin, note))
        return found

    def _shown_by(self, entity: Entity, depth: int = 5) -> list[str]:
        if (
            entity.kind
            in (
                "pydantic",
                "dataclass",
                "attrs",
                "sqlmodel",
                "named-tuple",
                "typed-dict",
            )
            and "__str__" not in entity.methods
            and "__repr__" not in entity.methods
        ):
            return [item.name for item in entity.personal_fields]
        path = entity.location.path
        qualname = entity.id
        for method in ("__str__", "__repr__", "__unicode__"):
            if method in entity.methods:
                function = self._method(path, qualname, method)
                return _self_attributes(function) if function is not None else []
        for base in entity.bases:
            parent = self._index.by_id.get(base)
            if parent is not None and depth > 0:
                shown = self._shown_by(parent, depth - 1)
                if shown:
                    return shown
        # Django's own user shows its user name.
        return ["username"] if self._index.field(entity, "username") is not None else []

    def _method(self, path: str, identity: str, method: str) -> FunctionFact | None:
        for (file, qualname), function in self._program.functions.items():
            if (
                file == path
                and identity.endswith(qualname.rpartition(".")[0])
                and qualname.endswith(f".{method}")
            ):
                return function
        return None

    def _is_instance(self, path: AccessPath) -> bool:
        """Whether a typed path is an object, as against the class itself."""
        if path.root.startswith("name:"):
            return path.root[5:].rsplit(".", 1)[-1][:1].islower() and not path.keys
        return True

    def _by_name(self, part: ValuePart, line: int) -> list[Origin]:
        path = part.path
        if path.keys:
            return self._by_key(part, line)
        kind, _, name = path.root.partition(":")
        if kind not in ("param", "outer", "local"):
            return []
        param = self._params.get(name)
        if param is not None and (
            param.annotation.split(" | ")[0] in _PLAIN_TYPES or param.default in ("True", "False")
        ):
            return []
        element = self._classifier.name_element(name.rsplit(":", 1)[-1])
        if not element:
            return []
        note = f"`{name.rsplit(':', 1)[-1]}` means {element} by its name"
        return [Origin(element, "", name, Confidence.MEDIUM, line, part.lines, note)]

    def _by_key(self, part: ValuePart, line: int) -> list[Origin]:
        path = part.path
        last = path.keys[-1]
        name = last.strip(".[]")
        owner = path.keys[-2].strip(".[]") if len(path.keys) > 1 else path.root.rsplit(":", 1)[-1]
        if owner in _REQUEST_MAPS:
            name = name.lower().removeprefix("http_")
        if last in _NOT_DATA_KEYS or not name or name.isupper() or _is_module_path(path):
            return []
        if name in ("errors", "error_messages") or owner in (
            "errors",
            "settings",
            "config",
            "conf",
        ):
            return []
        element = self._classifier.name_element(name)
        if not element:
            return []
        holder = self.scope.type_of(AccessPath(path.root, path.keys[:-1])).entity
        if holder is not None and self._index.field(holder, name) is not None:
            # The field is declared and was judged not to be personal.
            return []
        shown = f"{owner}{last}" if last[0] == "." else f"{owner}[{name}]"
        note = f"`{shown}` means {element} by its name"
        entity = holder.name if holder is not None else ""
        return [Origin(element, entity, name, Confidence.MEDIUM, line, part.lines, note)]


def _is_plural(key: str) -> bool:
    """`week.orders` is a collection or a number of them; neither shows a person as text."""
    name = key.strip(".[]").lower()
    return key[0] == "." and singular(name) != name


def _is_module_path(path: AccessPath) -> bool:
    """`settings.EMAIL`, `views.password` are names of code, not data."""
    return path.root.startswith("name:") and len(path.keys) == 1 and "." in path.root


def _self_attributes(function: FunctionFact) -> list[str]:
    """Attributes of `self` that a function returns, also through a call such as `format`."""
    calls = {f"call:{call.id}": call for call in function.calls}
    parts = [part for _, value in function.results for part in value]
    names = [_own_attribute(part.path) for part in parts]
    for part in parts:
        call = calls.get(part.path.root)
        if call is None:
            continue
        names += [_own_attribute(inner.path) for value in call.args for inner in value]
        names.append(_own_attribute(call.callee).removeprefix("get_"))
    return [name for name in dict.fromkeys(names) if name]


def _own_attribute(path: AccessPath) -> str:
    """`name` of `self.name`; empty for anything else."""
    is_own = path.root == "param:self" and path.keys and path.keys[0][0] == "."
    return path.keys[0][1:] if is_own else ""


def _followed(origin: Origin, outer: ValuePart) -> Origin:
    lines = tuple(dict.fromkeys((*origin.lines, *outer.lines)))
    return Origin(
        origin.element, origin.entity, origin.field, origin.confidence, origin.line, lines,
        origin.note, origin.sanitiser, origin.declared,
    )  # fmt: skip


def _noted(origin: Origin, note: str) -> Origin:
    return Origin(
        origin.element, origin.entity, origin.field, origin.confidence, origin.line, origin.lines,
        note, origin.sanitiser, origin.declared,
    )  # fmt: skip
