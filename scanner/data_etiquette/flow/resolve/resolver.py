"""What personal data a symbolic value holds, through calls, attributes and results of functions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data_etiquette.flow.program.binding import Target
from data_etiquette.flow.program.paths import (
    all_given,
    call_of,
)
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve.core import (
    NOT_DATA_KEYS,
    SHOWING_KINDS,
)
from data_etiquette.flow.resolve.exceptions import Raised
from data_etiquette.flow.resolve.rows import Rows
from data_etiquette.flow.resolve.shown import Rendering
from data_etiquette.flow.resolve.taint import Mode, Origin, Taint
from data_etiquette.flow.types import DUMPING_METHODS, Types
from data_etiquette.flow.types.typed import Typed
from data_etiquette.model.facts import AccessPath, CallFact, Value, ValuePart
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.value import ANY, GIVING_ATTRIBUTES, reached

_ENDING_METHODS = (
    "is_", "has_", "can_", "check_", "validate", "verify", "count", "exists", "__len__",
)  # fmt: skip
_SURE_DUMPS = DUMPING_METHODS - {"json", "dump", "serialize", "to_python", "to_representation"}
"""Methods by which an unknown object writes out itself, and not what it is given."""
_VALIDATING = frozenset(
    {"model_validate", "model_validate_json", "parse_obj", "parse_raw", "from_orm", "from_dict"}
    | {"model_construct", "validate_python", "validate_json", "from_json"}
)
"""Methods of a class that make an object of data."""
_WRITING_OUT = frozenset({"asdict", "jsonable_encoder", "model_to_dict", "serialize"})
"""Library functions that write out the objects they are given."""
_EACH = frozenset({"[]", "[0]", "[1]"})
"""Keys that going through a mapping's items gives."""
_RANDOM = "random-values"
"""The sanitiser that stands for drawing by lot: what is drawn may become a credential."""
_WHOLE_MODES = (Mode.DUMP, Mode.MADE, Mode.KEPT)
_NO_CARRIERS = frozenset(
    {"Q", "F", "Exists", "OuterRef", "Value", "Subquery", "Case", "When", "Path"}
)
"""Constructors of queries and names: they hold what is looked for, not what is sent."""


@dataclass(slots=True)
class Resolver(Raised):
    """Resolves values; results of functions are summarised once."""

    def apart(self, types: Types, rendering: Rendering) -> Resolver:
        """A resolver of the same program, with nothing remembered of what was resolved before.

        Indices that say what stands in the program are shared.
        """
        if self._kept is None:
            self._kept = self._collected()
        return Resolver(
            types, self.classifier, rendering, Rows(types),
            _kept=self._kept, _kept_names=self._kept_names, _elements=self._elements,
            _owners=self._owners, _mappings=self._mappings,
        )  # fmt: skip

    def _of_path(
        self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode, depth: int
    ) -> list[Taint]:
        path = part.path
        if path.keys and (path.keys[-1] in NOT_DATA_KEYS or self._is_services(fn, path)):
            return []
        told = self._told(fn, path, line)
        if told is not None:
            return [told]
        if path.root.startswith("call:") and not path.keys:
            return self._of_call(fn, part, line, mode, depth)
        typed = self.types.of(fn, path)
        if typed.field is not None and typed.entity is not None:
            return [self._from_field(fn, typed.entity, typed.field, line)]
        if mode is Mode.DUMP and typed.is_class and typed.entity is not None:
            # A class that was handed over to be filled and written out: `schema(**row).dict()`.
            is_schema = not typed.entity.stored and path.root.startswith("name:")
            return self._all_fields(fn, typed.entity, line) if is_schema else []
        if self.rows is not None and ANY in path.keys:
            used = part.lines[-1] if part.lines else line
            columns = self.rows.iterated(fn, path, used, whole=mode is not Mode.PLAIN)
            if columns:
                return [self._from_field(fn, entity, item, used) for entity, item in columns]
        inner = self._inside(fn, part, typed, line, mode, depth)
        if inner is None and path.root.startswith("name:") and not typed.is_class:
            inner = self._of_module(fn, part, mode, depth)
        if inner is not None:
            return inner
        if typed.entity is not None and not typed.is_class:
            found = self._of_object(fn, path, typed, line, mode, depth)
            if path.root.startswith("param:") and typed.is_guess:
                found += [self._promise(fn, path, mode)]
            return found
        found = self._of_unknown(fn, part, line, mode)
        if not any(taint.origin is not None for taint in found):
            found = [*self._sought(fn, part, line), *found]
        return found

    def _of_call(
        self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode, depth: int
    ) -> list[Taint]:
        call = fn.calls.get(int(part.path.root[5:]))
        if call is None:
            return []
        found = self._of_result(fn, call, (), line, mode, depth)
        if found is not None:
            return found or self._drawn(fn, call, part, line)
        typed = self.types.of(fn, part.path)
        if typed.field is not None and typed.entity is not None:
            return [self._from_field(fn, typed.entity, typed.field, line)]
        if typed.entity is not None and not typed.is_class:
            return self._of_object(fn, part.path, typed, line, mode, depth)
        if typed.library and mode is Mode.TEXT:
            told = self._told(fn, AccessPath(part.path.root, (".__str__",)), line)
            if told is not None:
                return [told]
        if typed.cls is not None and not typed.is_class and mode is Mode.TEXT:
            return self._plain_object(fn, part.path, typed, depth)
        kept = self._of_variable(fn, part, mode, depth)
        if kept is not None:
            return kept
        return self._by_callee(fn, call) or self._named_variable(fn, part, line)

    def _drawn(self, fn: FunctionRef, call: CallFact, part: ValuePart, line: int) -> list[Taint]:
        """`password = get_random_string(14)`: drawn by lot, and from now on somebody's password."""
        name = self.types.callee(fn, call.callee)
        sanitiser = self.types.knowledge.sanitisers.get(name) if part.name else None
        if sanitiser is None or sanitiser.id != _RANDOM:
            return []
        found = self._named_variable(fn, part, line)
        return [
            taint
            for taint in found
            if taint.origin is not None and self.classifier.is_credential(taint.origin.element)
        ]

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
        sanitiser = self._sanitiser(call, name, method, first_party=bool(targets))
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
        whole = mode is not Mode.PLAIN or keys in ((), (ANY,))
        rows = self.rows
        columns = rows.columns(fn, call, keys, whole=whole) if rows is not None else []
        if columns:
            return [self._from_field(fn, entity, item, line) for entity, item in columns]
        rendered = self._rendered(fn, call, name, depth - 1)
        if rendered is not None:
            return rendered
        giving = self.types.giving(fn, call) if not targets else ()
        if giving:
            result = self._given_by(fn, call, giving, keys, mode, depth)
            if result or name not in self.types.knowledge.passes:
                return result
        if name in self.types.knowledge.passes:
            passed = _passed_on(call, keys)
            inner = Mode.DUMP if method in _WRITING_OUT else mode
            given = self.value(fn, passed, call.line, inner, depth - 1)
            return _chosen(call, given) if inner is Mode.DUMP else given
        if targets and not any(target.is_init for target in targets):
            wanted = self._wanted(fn, call, method) if not keys else ()
            return self._through(fn, call, targets, wanted or keys, line, mode, depth)
        wrapped = self.types.decorated(fn, call) if not targets else ()
        if wrapped:
            return self._through(fn, call, wrapped, keys, line, mode, depth)
        if targets or self._is_construction(fn, call):
            return self._constructed(fn, call, targets, keys, mode, depth)
        if call.callee.keys:
            found = self._of_method(fn, call, method, keys, line, mode, depth)
            if found is not None:
                return found
        is_given_back = not keys or (len(keys) == 1 and keys[0] in GIVING_ATTRIBUTES)
        named = [value for keyword, value in call.keywords if keys and f".{keyword}" == keys[0]]
        if method[:1].isupper() and named:
            # `EmailMessage(to=[address]).to`: a keyword and the attribute of its name.
            return self.value(fn, reached(named[0], keys[1:]), call.line, mode, depth - 1) or None
        # `server.SendPacket(request)` makes nothing, `messages.Customer(mail=address)` does.
        is_made = call.callee.root.startswith("name:") or not call.args
        if method[:1].isupper() and is_made and method not in _NO_CARRIERS and is_given_back:
            # An object of a library, made of what it is given: a message, a request, a mail.
            return self.value(fn, all_given(call), call.line, mode, depth - 1) or None
        return None

    def _wanted(self, fn: FunctionRef, call: CallFact, method: str) -> tuple[str, ...]:
        """`token.get("serial")` of a class that gives all it has when no key is named."""
        if method != "get" or not call.args or len(call.args[0]) != 1:
            return ()
        root = call.args[0][0].path.root
        is_row = self.types.of(fn, AccessPath(f"call:{call.id}")).entity is not None
        return (f"[{root[6:]}]",) if root.startswith("const:") and not is_row else ()

    def _given_by(
        self,
        fn: FunctionRef,
        call: CallFact,
        targets: tuple[Target, ...],
        keys: tuple[str, ...],
        mode: Mode,
        depth: int,
    ) -> list[Taint]:
        """`to_thread(load, key)`, `pool.map(load, keys)`: what the function returns."""
        found: list[Taint] = []
        for target in targets:
            is_each = target.dispatch is not None and target.dispatch.gives == "each"
            inner = keys[1:] if is_each else keys
            found += self._returned(fn, call, target, inner, mode, depth)
        return found

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
        filled = self._filled_in(fn, call, keys, mode, depth)
        if filled:
            return filled
        if not keys:
            return self._given(fn, call, mode, depth) if mode is not Mode.PLAIN else None
        if keys[0][0] != ".":
            is_tuple = self.types.of(fn, call.callee).entity
            place = keys[0].strip("[]")
            if is_tuple is None or is_tuple.kind != "named-tuple" or not place.isdigit():
                return None
            given = list(call.args[int(place) : int(place) + 1])
            return (
                self.value(fn, reached(given[0], keys[1:]), call.line, mode, depth)
                if given
                else None
            )
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
        given = given or self._placed(fn, call, name)
        if given:
            return self.value(fn, reached(given[0], rest), call.line, mode, depth - 1) or None
        return None

    def _filled_in(
        self, fn: FunctionRef, call: CallFact, keys: tuple[str, ...], mode: Mode, depth: int
    ) -> list[Taint]:
        """`EmailForm(initial={"email": user.email})`: what a form shows when it is opened."""
        given = [value for keyword, value in call.keywords if keyword == "initial"]
        if not given or (not keys and mode is not Mode.TEXT):
            return []
        below = tuple(f"[{key[1:]}]" if key[0] == "." else key for key in keys[:1])
        return self.value(fn, reached(given[0], below), call.line, mode, depth - 1)

    def _placed(self, fn: FunctionRef, call: CallFact, name: str) -> list[Value]:
        """`Point(mail, number).mail`: of a class that takes its fields in their order."""
        entity = self.types.of(fn, call.callee).entity
        if entity is None or entity.kind not in SHOWING_KINDS or not call.args:
            return []
        names = [item.name for item in entity.fields][: len(call.args)]
        return [call.args[names.index(name)]] if name in names else []

    def _given(self, fn: FunctionRef, call: CallFact, mode: Mode, depth: int) -> list[Taint] | None:
        """All that a constructor was given, where the object shows or writes all of itself."""
        typed = self.types.of(fn, call.callee)
        kind = typed.entity.kind if typed.entity is not None else ""
        shows = kind in SHOWING_KINDS or mode in _WHOLE_MODES
        if typed.cls is None or not shows:
            return None
        if mode is Mode.TEXT and any(
            self.types.hierarchy.method(typed.cls, name) for name in ("__str__", "__repr__")
        ):
            return None
        found = self.value(fn, all_given(call), call.line, mode, depth - 1)
        return [*found, *self._declared_of_given(fn, call, typed, depth)]

    def _declared_of_given(
        self, fn: FunctionRef, call: CallFact, typed: Typed, depth: int
    ) -> list[Taint]:
        """`TokenResponse(api_token=made)`: the field tells what nothing else tells."""
        found: list[Taint] = []
        for name, value in call.keywords:
            item = self._declared(typed.entity, name) if typed.entity is not None else None
            if item is None or typed.entity is None or not _is_made(value):
                continue
            is_credential = self.classifier.is_credential(item.element)
            if is_credential or not self.value(fn, value, call.line, Mode.PLAIN, depth - 1):
                found.append(self._from_field(fn, typed.entity, item, call.line))
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
        if method == "keys" and typed.entity is not None and not call.args:
            return []  # names of what it has
        if method == "items" and keys[1:2] == ("[0]",) and not call.args:
            return None  # the keys, which hold nothing of what lies under them
        if method == "values" and call.args and typed.entity is not None:
            return None  # of a query, which gives the columns that it is asked for
        is_whole = all(key in _EACH for key in keys)
        if method in _VALIDATING and mode in _WHOLE_MODES and not keys and typed.is_class:
            is_told = typed.entity is not None and self.types.index.personal_fields(typed.entity)
            given = call.args[0] if call.args and not is_told else ()
            return self.value(fn, given, call.line, Mode.DUMP, depth - 1) or None
        if method in DUMPING_METHODS and is_whole and typed.entity is not None:
            if typed.entity.kind == "serializer" and call.args and not typed.is_class:
                return self._all_fields(fn, typed.entity, line)  # `Schema().dump(row)`
            dumped = self._part(fn, ValuePart(owner_path), line, Mode.DUMP, depth - 1)
            return _chosen(call, dumped)
        is_unknown = typed.entity is None and typed.cls is None
        if method in _SURE_DUMPS and is_whole and is_unknown:
            made = call_of(fn, ValuePart(owner_path))
            if (
                made is not None
                and made.callee.keys[-1:]
                and made.callee.keys[-1][1:] in _VALIDATING
            ):
                # `schema.model_validate(row).model_dump()`: what the schema lets through.
                owner_path = AccessPath(made.callee.root, made.callee.keys[:-1])
            if owner_path.root[:6] == "param:":
                return [self._promise(fn, owner_path, Mode.DUMP)]
        if method in self.types.knowledge.passing_methods:
            passed = ValuePart(AccessPath(owner_path.root, (*owner_path.keys, *keys)))
            is_mapping = method == "items" and typed.is_guess and not typed.is_dump
            shown = Mode.DUMP if typed.entity is not None and not is_mapping else mode
            found = self._part(fn, passed, line, shown, depth - 1)
            if is_unknown and all(taint.origin is None for taint in found):
                # `session.scalars(select(Account))`: rows of what is selected, not the session.
                rows = self.types.of(fn, AccessPath(f"call:{call.id}", keys))
                if rows.entity is not None and not rows.is_guess:
                    return None
            return found or None
        if typed.entity is not None and not keys and method.startswith("get_"):
            return self._named_method(fn, typed.entity, method[4:], line) or None
        return None

    def _marked(
        self, fn: FunctionRef, call: CallFact, mode: Mode, depth: int, sanitiser: str
    ) -> list[Taint]:
        value = tuple(part for item in call.args for part in item)
        found = self.value(fn, value, call.line, mode, depth - 1)
        return [replace(taint, sanitiser=taint.sanitiser or sanitiser) for taint in found]


def _passed_on(call: CallFact, keys: tuple[str, ...]) -> Value:
    """What lies below some keys of a result that holds the arguments: `Namespace(mail=x).mail`."""
    name = keys[0].strip(".[]") if keys else ""
    named = [value for keyword, value in call.keywords if keyword == name] if name else []
    return reached(named[0], keys[1:]) if named else reached(all_given(call), keys)


def _is_made(value: Value) -> bool:
    """Whether a value comes out of calls, not out of literals and names alone."""
    return any(part.path.root.startswith(("call:", "local:")) for part in value)


def _chosen(call: CallFact, found: list[Taint]) -> list[Taint]:
    """The fields that `model_dump(include=…)`, `model_to_dict(exclude=…)` leave of an object."""
    wanted = _listed(call, ("include", "fields", "only"))
    unwanted = _listed(call, ("exclude",))
    if not wanted and not unwanted:
        return found
    return [
        taint
        for taint in found
        if taint.origin is None
        or (taint.origin.field not in unwanted and (not wanted or taint.origin.field in wanted))
    ]


def _listed(call: CallFact, keywords: tuple[str, ...]) -> set[str]:
    """The literals that a call lists under one of the keywords."""
    return {
        part.path.root[6:]
        for name, value in call.keywords
        if name in keywords
        for part in value
        if part.path.root.startswith("const:") and part.at
    }
