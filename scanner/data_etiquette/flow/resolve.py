"""What personal data a symbolic value holds, through calls, attributes and results of functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from data_etiquette.flow.annotation import dependency, is_scalar
from data_etiquette.flow.binding import Target, bind
from data_etiquette.flow.classify import Classifier
from data_etiquette.flow.reference import FunctionRef
from data_etiquette.flow.rows import Rows
from data_etiquette.flow.scope import DUMPING_METHODS, Types
from data_etiquette.flow.taint import Mode, Origin, Taint
from data_etiquette.flow.typed import UNKNOWN, Typed
from data_etiquette.flow.words import singular, split
from data_etiquette.model.catalog import SanitiserModel
from data_etiquette.model.facts import AccessPath, CallFact, Value, ValuePart
from data_etiquette.model.graph import Entity, Field, Step
from data_etiquette.model.kind import Confidence, Role
from data_etiquette.model.location import Location
from data_etiquette.model.value import NAMES, reached

MAX_DEPTH = 12
"""Calls, attributes and results that one value is followed through."""
MAX_TAINTS = 120
MAX_SPENT = 20_000
"""Values looked into for one sink."""
_SHALLOW = 3
_ROUNDS = 3
_ENDING_METHODS = (
    "is_", "has_", "can_", "check_", "validate", "verify", "count", "exists", "__len__",
)  # fmt: skip
_NOT_DATA_KEYS = frozenset({".id", ".pk", ".uuid", ".DoesNotExist", ".MultipleObjectsReturned"})
_REQUEST_MAPS = frozenset({"META", "environ", "headers", "COOKIES", "cookies"})
"""Mappings of a web request whose keys are written in capitals or with dashes."""
_NO_SOURCE_OWNERS = frozenset({"errors", "settings", "config", "conf", "options", "messages"})
_SHOWING_KINDS = frozenset(
    {"pydantic", "dataclass", "attrs", "sqlmodel", "named-tuple", "typed-dict", "msgspec"}
)
"""Kinds whose objects show all their fields as text by themselves."""
_NO_CARRIERS = frozenset(
    {"Q", "F", "Exists", "OuterRef", "Value", "Subquery", "Case", "When", "Path"}
)
"""Constructors of queries and names: they hold what is looked for, not what is sent."""
_RETURNING_WORDS = ("get_", "fetch_", "read_", "load_", "find_", "extract_", "current_", "decode_")


@dataclass(slots=True)
class Resolver:
    """Resolves values; results of functions are summarised once."""

    types: Types
    classifier: Classifier
    shown: dict[str, tuple[tuple[tuple[str, ...], int, str], ...]] = field(default_factory=dict)
    """Template name to (path shown, line, file)."""
    callers: Callable[[FunctionRef, str], Iterable[tuple[FunctionRef, Value]]] | None = None
    """What callers pass for a parameter: (caller, value)."""
    rows: Rows | None = None
    limited: set[FunctionRef] = field(default_factory=set)
    """Functions in which something was too much to follow."""
    _summaries: dict[tuple[object, ...], tuple[Taint, ...]] = field(default_factory=dict)
    _open: dict[tuple[object, ...], bool] = field(default_factory=dict)
    _parts: dict[tuple[object, ...], tuple[Taint, ...]] = field(default_factory=dict)
    _active: set[tuple[object, ...]] = field(default_factory=set)
    _circles: int = 0
    _spent: int = 0

    def start(self) -> None:
        """A new sink: what may be spent on it is whole again."""
        self._spent = 0

    def value(
        self, fn: FunctionRef, value: Value, line: int, mode: Mode, depth: int = MAX_DEPTH
    ) -> list[Taint]:
        """All that a value used on a line holds, each once."""
        found: dict[tuple[object, ...], Taint] = {}
        for part in value:
            for taint in self._part(fn, part, line, mode, depth):
                found.setdefault(taint.identity, taint)
            if len(found) > MAX_TAINTS:
                self.limited.add(fn)
                break
        return list(found.values())[:MAX_TAINTS]

    def _part(
        self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode, depth: int
    ) -> list[Taint]:
        if depth <= 0 or part.path.root.startswith("const:"):
            return []
        key = (fn, part, line, mode)
        known = self._parts.get(key)
        if known is not None:
            return list(known)
        if key in self._active:
            self._circles += 1
            return []
        self._spent += 1
        if self._spent > MAX_SPENT:
            self.limited.add(fn)
            return []
        circles = self._circles
        self._active.add(key)
        found = self._fresh(fn, part, line, Mode.TEXT if part.text else mode, depth)
        self._active.discard(key)
        if circles == self._circles and depth > _SHALLOW and self._spent <= MAX_SPENT:
            # What a circle or a limit cut short is not remembered: elsewhere it may hold more.
            self._parts[key] = tuple(found)
        return found

    def _fresh(
        self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode, depth: int
    ) -> list[Taint]:
        path = part.path
        if path.root.startswith("outer:"):
            return self._outer(fn, part, line, mode, depth)
        if path.root.startswith("exception:"):
            return self._caught(fn, path.root[10:], line, depth)
        at = part.lines[0] if part.lines else line
        found = self._of_path(fn, part, at, mode, depth)
        if part.at and not any(taint.origin is not None for taint in found):
            found = [*found, *self._under_key(fn, part, at)]
        steps = [
            Step(fn.facts.path, number, "it is assigned") for number in part.lines if number != at
        ]
        return [taint.after(*steps) for taint in found] if steps else found

    def _under_key(self, fn: FunctionRef, part: ValuePart, line: int) -> list[Taint]:
        """`{"phone": number}`, `session["otp"] = code`: the key says what an unknown value is."""
        kind = part.path.root.partition(":")[0]
        key = part.at[-1].strip("[]*")
        element = self._named(key) if kind in ("call", "param", "local") else ""
        if not element or not self._is_unknown(fn, part.path):
            return []
        note = f"`{key}` means {self._label(element)} by its name"
        place = Location(fn.facts.path, line)
        origin = Origin(element, "", key, Confidence.LOW, place, note, is_name=True)
        return [self._origin(fn, origin)]

    def _is_unknown(self, fn: FunctionRef, path: AccessPath) -> bool:
        """Whether nothing tells what a value is: no type, no function of our own, no sanitiser."""
        typed = self.types.of(fn, path)
        if typed.entity is not None or typed.cls is not None:
            return False
        if path.root.startswith("param:"):
            param = fn.params.get(path.root[6:])
            annotation = param.annotation if param is not None else ""
            return not path.keys and (not annotation or _may_be_text(annotation))
        if not path.root.startswith("call:"):
            return not path.keys
        call = fn.calls.get(int(path.root[5:]))
        if call is None or path.keys or self.types.targets(fn, call):
            return False
        name = self.types.callee(fn, call.callee)
        method = call.callee.keys[-1][1:] if call.callee.keys else name.rsplit(".", 1)[-1]
        return self._sanitiser(name, method, first_party=False) is None

    def _outer(
        self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode, depth: int
    ) -> list[Taint]:
        parent = self.types.hierarchy.parent(fn)
        if parent is None:
            return []
        inner = ValuePart(
            AccessPath(part.path.root[6:], part.path.keys),
            part.at,
            part.text,
            part.lines,
            part.name,
        )
        return self._part(parent, inner, line, mode, depth - 1)

    def _caught(self, fn: FunctionRef, text: str, line: int, depth: int) -> list[Taint]:
        """The text of a caught exception: what the functions that the block calls raised with."""
        names, _, span = text.partition("@")
        first, _, last = span.partition("-")
        classes = {name.rsplit(".", 1)[-1] for name in names.split("|")}
        found: list[Taint] = []
        for name in names.split("|"):
            element = self.types.knowledge.exceptions.get(name)
            if element:
                note = f"the text of {name} quotes {self._label(element)}"
                place = Location(fn.facts.path, line)
                origin = Origin(element, "", name, Confidence.MEDIUM, place, note)
                found.append(self._origin(fn, origin))
        for call in fn.function.calls:
            if not (first.isdigit() and int(first) <= call.line <= int(last)):
                continue
            for target in self.types.targets(fn, call):
                raised = self._raised(target.function, classes, depth)
                found += self._substituted(fn, call, target, raised, depth)
        return found

    def _raised(self, target: FunctionRef, classes: set[str], depth: int) -> list[Taint]:
        """What a function puts into exceptions of some classes, in terms of its parameters."""
        found: list[Taint] = []
        for line, value in target.function.raises:
            for part in value[:2]:
                call = _call_of(target, part)
                if call is None:
                    continue
                name = spell(call.callee).rsplit(".", 1)[-1]
                if not classes & {name, "Exception", "BaseException"} and not self._is_kind(
                    target, call, classes
                ):
                    continue
                values = _all_given(call)
                step = Step(target.facts.path, line, f"{target.shown} raises {name} with it")
                inner = self.value(target, values, line, Mode.TEXT, depth - 2)
                found += [taint.after(step) for taint in inner]
        return found

    def _is_kind(self, fn: FunctionRef, call: CallFact, classes: set[str]) -> bool:
        """Whether a first-party exception is built on one of the classes."""
        cls = self.types.of(fn, call.callee).cls
        if cls is None:
            return False
        hierarchy = self.types.hierarchy
        lasts = {base.rsplit(".", 1)[-1] for base in hierarchy.library_bases(cls)}
        return bool(classes & (lasts | {ref.cls.name for ref in hierarchy.line(cls)}))

    def _of_path(
        self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode, depth: int
    ) -> list[Taint]:
        path = part.path
        if path.keys[-1:] and path.keys[-1] in _NOT_DATA_KEYS:
            return []
        told = self._told(fn, path, line)
        if told is not None:
            return [told]
        if path.root.startswith("call:") and not path.keys:
            return self._of_call(fn, part, line, mode, depth)
        typed = self.types.of(fn, path)
        if typed.field is not None and typed.entity is not None:
            return [self._from_field(fn, typed.entity, typed.field, line)]
        inner = self._inside(fn, part, typed, line, mode, depth)
        if inner is not None:
            return inner
        if typed.entity is not None and not typed.is_class:
            found = self._of_object(fn, path, typed, line, mode, depth)
            if path.root.startswith("param:") and typed.is_guess:
                found += [self._promise(fn, path, mode)]
            return found
        return self._of_unknown(fn, part, line, mode)

    def _told(self, fn: FunctionRef, path: AccessPath, line: int) -> Taint | None:
        """What a framework's model says of a path: `request.META[REMOTE_ADDR]`."""
        if not path.keys:
            return None
        last = path.keys[-1].strip(".[]")
        models = self.types.knowledge.source_names.get(last)
        if not models:
            return None
        spelled = spell(path)
        owner = self.types.of(fn, AccessPath(path.root, path.keys[:-1]))
        library = f"{owner.library}{path.keys[-1]}" if owner.library else ""
        for name, element in models:
            if spelled == name or spelled.endswith(f".{name}") or library == name:
                note = f"`{spelled}` holds {self._label(element)}"
                return self._origin(
                    fn,
                    Origin(
                        element, "", spelled, Confidence.HIGH, Location(fn.facts.path, line), note
                    ),
                )
        return None

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
            if key[0] != ".":
                continue
            owner_path = AccessPath(path.root, path.keys[: length - 1])
            owner = self.types.of(fn, owner_path)
            if owner.cls is None or owner.is_class:
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
        for store_fn, store in stores[:6]:
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
        if path.keys and _is_plural(path.keys[-1]):
            return []
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
        if entity.kind in _SHOWING_KINDS:
            return self._all_fields(fn, entity, line)
        item = self.types.index.field(entity, "username")
        is_account = any(
            base.endswith(("AbstractUser", "AbstractBaseUser"))
            for base in (
                self.types.hierarchy.library_bases(typed.cls) if typed.cls is not None else ()
            )
        )
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
            elif taint.function is method and taint.keys:
                typed = self.types.of(fn, AccessPath(path.root, (*path.keys, *taint.keys)))
                if typed.entity is not None and typed.field is not None:
                    found.append(self._from_field(fn, typed.entity, typed.field, line))
        step = Step(fn.facts.path, line, f"it is formatted as text by {method.shown}")
        return [taint.after(step) for taint in found]

    def _of_call(
        self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode, depth: int
    ) -> list[Taint]:
        call = fn.calls.get(int(part.path.root[5:]))
        if call is None:
            return []
        found = self._of_result(fn, call, (), line, mode, depth)
        if found is not None:
            return found
        typed = self.types.of(fn, part.path)
        if typed.field is not None and typed.entity is not None:
            return [self._from_field(fn, typed.entity, typed.field, line)]
        if typed.entity is not None and not typed.is_class:
            return self._of_object(fn, part.path, typed, line, mode, depth)
        if typed.cls is not None and not typed.is_class and mode is Mode.TEXT:
            return self._plain_object(fn, part.path, typed, depth)
        return self._named_variable(fn, part, line)

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

    def _of_result(
        self,
        fn: FunctionRef,
        call: CallFact,
        keys: tuple[str, ...],
        line: int,
        mode: Mode,
        depth: int,
    ) -> list[Taint] | None:
        """What a call's result holds below some keys; None when nothing is known of the call."""
        name = self.types.callee(fn, call.callee)
        method = call.callee.keys[-1][1:] if call.callee.keys else name.rsplit(".", 1)[-1]
        targets = self.types.targets(fn, call)
        sanitiser = self._sanitiser(name, method, first_party=bool(targets))
        if sanitiser is not None:
            return [] if sanitiser.ends else self._marked(fn, call, mode, depth, sanitiser.id)
        element = self.types.knowledge.source_calls.get(name) if name else None
        if element and keys:
            # One claim of a profile says more than that it is a profile.
            element = self._named(keys[-1].strip(".[]*")) or element
        if element:
            note = f"`{method}()` gives {self._label(element)}"
            place = Location(fn.facts.path, call.line)
            return [self._origin(fn, Origin(element, "", method, Confidence.HIGH, place, note))]
        whole = mode is not Mode.PLAIN
        columns = self.rows.columns(fn, call, keys, whole=whole) if self.rows is not None else []
        if columns:
            return [self._from_field(fn, entity, item, line) for entity, item in columns]
        rendered = self._rendered(fn, call, name)
        if rendered is not None:
            return self.value(fn, rendered, call.line, Mode.TEXT, depth - 1)
        if name in self.types.knowledge.passes:
            passed = reached(_all_given(call), keys)
            inner = Mode.DUMP if method in ("asdict", "jsonable_encoder", "model_to_dict") else mode
            return self.value(fn, passed, call.line, inner, depth - 1)
        if targets and not any(target.is_init for target in targets):
            return self._through(fn, call, targets, keys, line, mode, depth)
        if targets or self._is_construction(fn, call):
            return self._constructed(fn, call, targets, keys, mode, depth)
        if call.callee.keys:
            found = self._of_method(fn, call, method, keys, line, mode, depth)
            if found is not None:
                return found
        if method[:1].isupper() and method not in _NO_CARRIERS and not keys:
            # An object of a library, made of what it is given: a message, a request, a mail.
            return self.value(fn, _all_given(call), call.line, mode, depth - 1) or None
        return None

    def _is_construction(self, fn: FunctionRef, call: CallFact) -> bool:
        typed = self.types.of(fn, call.callee)
        return typed.is_class and typed.cls is not None

    def _constructed(
        self,
        fn: FunctionRef,
        call: CallFact,
        targets: tuple[Target, ...],
        keys: tuple[str, ...],
        mode: Mode,
        depth: int,
    ) -> list[Taint] | None:
        """`Card(holder=name).holder`: what the constructor was given for an attribute."""
        if not keys:
            return self._given(fn, call, mode, depth) if mode is not Mode.PLAIN else None
        if keys[0][0] != ".":
            return None
        name, rest = keys[0][1:], keys[1:]
        for target in targets:
            hierarchy = self.types.hierarchy
            owner = hierarchy.owner(target.function)
            if owner is None:
                continue
            found: list[Taint] = []
            for store_fn, store in hierarchy.stores(owner, name):
                if store_fn is not target.function:
                    continue
                value = reached(store.value, rest)
                inner = self.value(store_fn, value, store.line, mode, depth - 1)
                found += self._substituted(fn, call, target, inner, depth)
            if found:
                return found
        given = [value for keyword, value in call.keywords if keyword == name]
        if given:
            return self.value(fn, reached(given[0], rest), call.line, mode, depth - 1) or None
        return None

    def _given(self, fn: FunctionRef, call: CallFact, mode: Mode, depth: int) -> list[Taint] | None:
        """All that a constructor was given, where the object shows or writes all of itself."""
        typed = self.types.of(fn, call.callee)
        kind = typed.entity.kind if typed.entity is not None else ""
        shows = kind in _SHOWING_KINDS or mode in (Mode.DUMP, Mode.MADE)
        if typed.cls is None or not shows:
            return None
        if mode is Mode.TEXT and any(
            self.types.hierarchy.method(typed.cls, name) for name in ("__str__", "__repr__")
        ):
            return None
        return self.value(fn, _all_given(call), call.line, mode, depth - 1)

    def _through(
        self,
        fn: FunctionRef,
        call: CallFact,
        targets: tuple[Target, ...],
        keys: tuple[str, ...],
        line: int,
        mode: Mode,
        depth: int,
    ) -> list[Taint] | None:
        found: list[Taint] = []
        for target in targets:
            found += self._returned(fn, call, target, keys, mode, depth)
        if found:
            return found
        name = targets[0].function.name
        if keys or not name.startswith(_RETURNING_WORDS):
            # What such a function returns is known, and it is no personal data: unless it is an
            # object, whose type tells more.
            path = AccessPath(f"call:{call.id}", keys)
            return None if self.types.of(fn, path).entity is not None else []
        return self._named_result(fn, targets[0].function, call, line)

    def _named_result(
        self, fn: FunctionRef, target: FunctionRef, call: CallFact, line: int
    ) -> list[Taint] | None:
        """`get_client_ip(request)`, whose results nothing is known of."""
        opaque = any(
            part.path.root.startswith(("call:", "name:"))
            for _, value in target.function.results
            for part in value
        )
        if not opaque or is_scalar(target.function.returns.replace("str", "")):
            return None
        element = self._returning_name(target.name)
        if not element:
            return None
        note = f"{target.shown} returns {self._label(element)} by its name"
        place = Location(fn.facts.path, call.line or line)
        return [self._origin(fn, Origin(element, "", target.name, Confidence.MEDIUM, place, note))]

    def _returning_name(self, name: str) -> str:
        for prefix in _RETURNING_WORDS:
            if name.startswith(prefix):
                return self._named(name[len(prefix) :])
        return ""

    def returns(
        self, target: FunctionRef, keys: tuple[str, ...], mode: Mode, depth: int
    ) -> tuple[Taint, ...]:
        """Summary: what a function's result holds below some keys, in terms of its parameters."""
        key = (target, keys, mode)
        known = self._summaries.get(key)
        if known is not None:
            if key in self._open:
                self._circles += 1
                self._open[key] = True  # a circle: whoever is computing it looks again
            return known
        if depth <= 0:
            self.limited.add(target)
            return ()
        self._summaries[key] = ()
        for _ in range(_ROUNDS):
            self._open[key] = False
            found = self._summarised(target, keys, mode, depth)
            is_stable = not self._open.pop(key) or found == self._summaries[key]
            self._summaries[key] = found
            if is_stable:
                break
        return self._summaries[key]

    def _summarised(
        self, target: FunctionRef, keys: tuple[str, ...], mode: Mode, depth: int
    ) -> tuple[Taint, ...]:
        found: dict[tuple[object, ...], Taint] = {}
        for line, value in target.function.results:
            inner = _entered(value, keys) if keys[:1] == ("[*with]",) else reached(value, keys)
            for taint in self.value(target, inner, line, mode, depth - 1):
                step = Step(target.facts.path, line, f"{target.shown} returns it")
                found.setdefault(taint.identity, taint.after(step))
        return tuple(found.values())[:MAX_TAINTS]

    def _returned(
        self,
        fn: FunctionRef,
        call: CallFact,
        target: Target,
        keys: tuple[str, ...],
        mode: Mode,
        depth: int,
    ) -> list[Taint]:
        summary = self.returns(target.function, keys, mode, depth - 1)
        return self._substituted(fn, call, target, list(summary), depth)

    def _substituted(
        self, fn: FunctionRef, call: CallFact, target: Target, summary: list[Taint], depth: int
    ) -> list[Taint]:
        """A summary's promises kept with the arguments of one call."""
        found: list[Taint] = []
        own = fn.function.params[0].name if fn.function.params else ""
        if target.receiver == AccessPath(f"param:{own}"):
            below = self.types.hierarchy.below(fn, target.function)
            if below is not None:
                summary = [replace(taint, through=taint.through or below) for taint in summary]
        for taint in summary:
            if taint.origin is not None or taint.function is not target.function:
                found.append(taint)
                continue
            if call.id < 0 and not taint.keys and taint.mode is Mode.TEXT:
                continue  # an object that shows itself by formatting itself
            value = reached(bind(call, target, taint.param), taint.keys)
            for given in self.value(fn, value, call.line, taint.mode, depth - 2):
                note = f"{target.function.shown} gets it as `{taint.param}`"
                passed = given.after(Step(fn.facts.path, call.line, note), *taint.steps)
                through = given.through or taint.through
                if self.types.hierarchy.are_related(given.through, taint.through):
                    sanitiser = given.sanitiser or taint.sanitiser
                    found.append(replace(passed, sanitiser=sanitiser, through=through))
        return found

    def _of_method(
        self,
        fn: FunctionRef,
        call: CallFact,
        method: str,
        keys: tuple[str, ...],
        line: int,
        mode: Mode,
        depth: int,
    ) -> list[Taint] | None:
        """`user.birth_date.isoformat()`, `user.get_full_name()`, `buffer.getvalue()`."""
        if method.startswith(_ENDING_METHODS):
            return []
        owner_path = AccessPath(call.callee.root, call.callee.keys[:-1])
        typed = self.types.of(fn, owner_path)
        if typed.field is not None and typed.entity is not None:
            return [self._from_field(fn, typed.entity, typed.field, line)]
        if method in DUMPING_METHODS and not keys and typed.entity is not None:
            return self._part(fn, ValuePart(owner_path), line, Mode.DUMP, depth - 1)
        if method in self.types.knowledge.passing_methods:
            passed = ValuePart(AccessPath(owner_path.root, (*owner_path.keys, *keys)))
            dumped = Mode.DUMP if typed.entity is not None else mode
            found = self._part(fn, passed, line, dumped, depth - 1)
            return found or None
        if typed.entity is not None and not keys and method.startswith("get_"):
            return self._named_method(fn, typed.entity, method[4:], line) or None
        return None

    def _named_method(self, fn: FunctionRef, entity: Entity, name: str, line: int) -> list[Taint]:
        declared = self.types.index.field(entity, name)
        if declared is not None:
            return [self._from_field(fn, entity, declared, line)] if declared.element else []
        element = self._named(name)
        if not element or entity.role in (Role.THING, Role.ORGANISATION):
            return []
        note = f"{entity.name}.get_{name}() returns it by its name"
        place = Location(fn.facts.path, line)
        return [
            self._origin(fn, Origin(element, entity.name, name, Confidence.MEDIUM, place, note))
        ]

    def _marked(
        self, fn: FunctionRef, call: CallFact, mode: Mode, depth: int, sanitiser: str
    ) -> list[Taint]:
        value = tuple(part for item in call.args for part in item)
        found = self.value(fn, value, call.line, mode, depth - 1)
        return [replace(taint, sanitiser=taint.sanitiser or sanitiser) for taint in found]

    def _sanitiser(self, name: str, method: str, *, first_party: bool) -> SanitiserModel | None:
        knowledge = self.types.knowledge
        found = knowledge.sanitisers.get(name)
        if found is None and not first_party:
            found = knowledge.sanitiser_methods.get(method)
        if found is None and not method.startswith(("get_", "from_")):
            found = knowledge.sanitiser_by_name(method)
        return found

    def _rendered(self, fn: FunctionRef, call: CallFact, name: str) -> Value | None:
        """The variables of its context that a known template shows."""
        model = self.types.knowledge.renders.get(name) if name else None
        if model is None:
            return None
        template, context = model
        return self.shown_by(fn, call, template, context)

    def shown_by(
        self, fn: FunctionRef, call: CallFact, template: str, context: str
    ) -> Value | None:
        """What a rendering call puts on the page; None when the template is not known."""
        names = [
            name
            for value in _argument(call, template)
            for part in value
            for name in self._constants(fn, part.path, 3)
        ]
        if not any(name in self.shown for name in names) and context != "**":
            # The other order of arguments: the name wherever it stands, its context behind it.
            for place, value in enumerate(call.args):
                texts = [self.types.constant(fn, part.path) for part in value]
                if any(text in self.shown for text in texts):
                    names, context = texts, str(place + 1)
        if not any(name in self.shown for name in names):
            return None
        shown = [item for name in names for item in self.shown.get(name, ())]
        if context == "**":
            given: Value = tuple(
                ValuePart(part.path, (f"[{key}]", *part.at), part.text, part.lines, part.name)
                for key, value in call.keywords
                if key != "**"
                for part in value
            ) + tuple(part for key, value in call.keywords if key == "**" for part in value)
        else:
            given = tuple(part for value in _argument(call, context) for part in value)
        found: dict[ValuePart, None] = {}
        for path, _, _ in shown:
            first, *rest = path
            keys = (f"[{first}]", *(f".{name}" for name in rest))
            for part in _looked_up(given, keys):
                found[
                    ValuePart(part.path, part.at, text=True, lines=part.lines, name=part.name)
                ] = None
        return tuple(found)

    def _constants(self, fn: FunctionRef, path: AccessPath, depth: int) -> list[str]:
        """Literals that a path may hold, also those that callers pass."""
        found = self.types.constant(fn, path)
        if found:
            return [found]
        if depth <= 0 or path.keys or not path.root.startswith("param:") or self.callers is None:
            return []
        names: dict[str, None] = {}
        for caller, value in self.callers(fn, path.root[6:]):
            for part in value:
                names.update(dict.fromkeys(self._constants(caller, part.path, depth - 1)))
        return list(names)

    def _of_unknown(self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode) -> list[Taint]:
        found = self._by_name(fn, part, line)
        if part.path.root.startswith("param:"):
            found.append(self._promise(fn, part.path, mode))
        return found

    def _promise(self, fn: FunctionRef, path: AccessPath, mode: Mode) -> Taint:
        return Taint(None, fn, path.root[6:], path.keys, mode)

    def _named_variable(self, fn: FunctionRef, part: ValuePart, line: int) -> list[Taint]:
        """`email = lookup(key)`: only the variable's name tells."""
        if not part.name:
            return []
        element = self._named(part.name)
        if not element:
            return []
        note = f"`{part.name}` means {self._label(element)} by its name"
        place = Location(fn.facts.path, line)
        origin = Origin(element, "", part.name, Confidence.LOW, place, note, is_name=True)
        return [self._origin(fn, origin)]

    def _by_name(self, fn: FunctionRef, part: ValuePart, line: int) -> list[Taint]:
        path = part.path
        if path.keys:
            return self._by_key(fn, part, line) or self._named_variable(fn, part, line)
        kind, _, name = path.root.partition(":")
        if kind not in ("param", "local"):
            return []
        param = fn.params.get(name)
        if param is not None and (
            (param.annotation and not _may_be_text(param.annotation))
            or param.default in ("True", "False")
        ):
            return []
        element = self._named(name)
        if not element:
            return []
        note = f"`{name}` means {self._label(element)} by its name"
        place = Location(fn.facts.path, line)
        return [
            self._origin(
                fn, Origin(element, "", name, Confidence.MEDIUM, place, note, is_name=True)
            )
        ]

    def _by_key(self, fn: FunctionRef, part: ValuePart, line: int) -> list[Taint]:
        path = part.path
        last = path.keys[-1]
        name = last.strip(".[]*")
        owner = _owner_name(fn, path)
        if owner in _REQUEST_MAPS:
            name = name.lower().removeprefix("http_")
        if last in _NOT_DATA_KEYS or not name or name.isupper() or _is_module_path(path):
            return []
        if name in ("errors", "error_messages") or owner in _NO_SOURCE_OWNERS or last == NAMES:
            return []
        element = self._named(name)
        if not element or self._is_of_thing(fn, path, owner, element):
            return []
        holder = self.types.of(fn, AccessPath(path.root, path.keys[:-1])).entity
        declared = self.types.index.field(holder, name) if holder is not None else None
        if declared is not None and not declared.fact.call.endswith("association_proxy"):
            # The field is declared and was judged not to be personal.
            return []
        shown = f"{owner}{last}" if last[0] == "." else f"{owner}[{name}]"
        note = f"`{shown}` means {self._label(element)} by its name"
        entity = holder.name if holder is not None else ""
        place = Location(fn.facts.path, line)
        return [self._origin(fn, Origin(element, entity, name, Confidence.MEDIUM, place, note))]

    def _is_of_thing(self, fn: FunctionRef, path: AccessPath, owner: str, element: str) -> bool:
        """A repository's full name, the user name in a URL or of a service: nobody's data."""
        if owner and (split(owner)[-1:] or ("",))[0] in self.classifier.words("not-persons"):
            return True
        if owner and self.classifier.is_thing(owner):
            return True
        if element not in ("username", "password", "access_token"):
            return False
        words = set(split(owner))
        typed = self.types.of(fn, AccessPath(path.root, path.keys[:-1]))
        return bool(words & self.classifier.words("service-owners")) or typed.library.startswith(
            ("urllib", "yarl", "furl")
        )

    def _from_field(self, fn: FunctionRef, entity: Entity, item: Field, line: int) -> Taint:
        place = f"{item.location.path}:{item.location.line}"
        return self._origin(
            fn,
            Origin(
                element=item.element,
                entity=entity.name,
                field=item.name,
                confidence=item.confidence,
                location=Location(fn.facts.path, line),
                note=f"{entity.name}.{item.name} is read (declared at {place})",
            ),
        )

    def _origin(self, fn: FunctionRef, origin: Origin) -> Taint:
        return Taint(origin, steps=(Step(fn.facts.path, origin.location.line, origin.note),))

    def _named(self, name: str) -> str:
        """Element of a name in code, which is less than a field's: `avatar_url`, `fname`."""
        words, told = split(name), self.classifier.words
        if not words or words[-1] in told("code-name-ends") or "".join(words) in told("code-names"):
            return ""
        return self.classifier.name_element(name)

    def _label(self, element: str) -> str:
        return element.replace("_", " ")


def _owner_name(fn: FunctionRef, path: AccessPath) -> str:
    """What the object before the last key is called."""
    if len(path.keys) > 1:
        return path.keys[-2].strip(".[]*")
    call = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
    root = spell(call.callee) if call is not None else path.root.rsplit(":", 1)[-1]
    return root.rsplit(".", 1)[-1]


def _all_given(call: CallFact) -> Value:
    """All arguments of a call together."""
    values = (*call.args, *(value for _, value in call.keywords))
    return tuple(part for value in values for part in value)


def _call_of(fn: FunctionRef, part: ValuePart) -> CallFact | None:
    root = part.path.root
    return fn.calls.get(int(root[5:])) if root.startswith("call:") and not part.path.keys else None


def spell(path: AccessPath) -> str:
    """`request.META[REMOTE_ADDR]` as it stands in the code, the root by its last name."""
    root = path.root.rsplit(":", 1)[-1].rsplit(".", 1)[-1]
    return root + "".join(path.keys)


def _argument(call: CallFact, which: str) -> Iterable[Value]:
    if which.isdigit():
        place = int(which)
        return call.args[place : place + 1]
    return [value for name, value in call.keywords if name == which]


def _looked_up(value: Value, keys: tuple[str, ...]) -> Value:
    """A template's path: each name is an attribute or a key, whichever is there."""
    first, *rest = keys
    current = reached(value, (first,))
    for key in rest:
        name = key[1:]
        current = (
            *reached(current, (key,)),
            *(
                part
                for part in reached(current, (f"[{name}]",))
                if part.at or not part.path.keys or part.path.keys[-1] != f"[{name}]"
            ),
        )
    return current


def _entered(value: Value, keys: tuple[str, ...]) -> Value:
    """What a context manager made of a generator gives: the value it yields."""
    return reached(value, ("[]", *keys[1:]))


def _is_plural(key: str) -> bool:
    """`week.orders` is a collection or a number of them; neither shows a person as text."""
    name = key.strip(".[]").lower()
    return key[0] == "." and singular(name) != name


def _is_module_path(path: AccessPath) -> bool:
    """`settings.EMAIL`, `views.password` are names of code, not data."""
    return path.root.startswith("name:") and len(path.keys) == 1 and "." in path.root


_TEXTS = ("str", "Any", "typing.Any", "EmailStr", "pydantic.EmailStr", "bytes", "None", "object")


def _may_be_text(annotation: str) -> bool:
    names = [
        name.strip()
        for name in annotation.replace("[", " ")
        .replace("]", " ")
        .replace("|", " ")
        .replace(",", " ")
        .split()
    ]
    return any(
        name in _TEXTS or name.endswith(("Str", "Email", ".IPvAnyAddress")) for name in names
    )
