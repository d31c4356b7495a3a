"""Data that only a name tells: variables, keys, functions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.annotation import is_scalar
from data_etiquette.flow.program.paths import (
    is_ending,
    is_module_path,
    may_be_text,
    owner_name,
    spell,
)
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.resolve.core import (
    NOT_DATA_KEYS,
    RETURNING_WORDS,
    Core,
)
from data_etiquette.flow.resolve.taint import Mode, Origin, Taint
from data_etiquette.model.facts import AccessPath, CallFact, Value, ValuePart
from data_etiquette.model.graph import Entity
from data_etiquette.model.kind import Confidence, Role
from data_etiquette.model.location import Location
from data_etiquette.model.value import NAMES

_REQUEST_MAPS = frozenset({"META", "environ", "headers", "COOKIES", "cookies"})
"""Mappings of a web request whose keys are written in capitals or with dashes."""
_OF_SERVICES = frozenset({"username", "password", "access_token", "personal_api_key"})
"""What a service is opened with as well as a person's account."""
_ADDRESSES = frozenset({"url", "uri"})
"""No row is called so, whatever its type seems to be."""
_GRANTS = frozenset({"code", "refresh_token", "username", "password", "assertion", "device_code"})
"""What somebody's token is asked for with."""
_BEHIND = re.compile(r"_(?:from|by|for|with|of)_")
"""What stands behind one of these in a function's name is what it starts from."""
_MAX_CHAIN = 8
"""Calls on results of calls that a query is built of."""
_NO_SOURCE_OWNERS = frozenset({"errors", "settings", "config", "conf", "options", "messages"})


@dataclass(slots=True)
class Naming(Core):
    """What a value's own name says of it."""

    _owners: dict[str, list[ClassRef]] = field(default_factory=dict)
    """Classes by the names of what they have."""

    def _under_key(self, fn: FunctionRef, part: ValuePart, line: int) -> list[Taint]:
        """`{"phone": number}`, `session["otp"] = code`: the key says what an unknown value is."""
        kind = part.path.root.partition(":")[0]
        key = part.at[-1].strip("[]*")
        element = self._named(key) if kind in ("call", "param", "local") else ""
        if not element or not self._is_unknown(fn, part.path, element):
            return []
        if element == "user_agent" and "-" in key:
            return []  # a header in which the program names itself
        note = f"`{key}` means {self._label(element)} by its name"
        place = Location(fn.facts.path, line)
        origin = Origin(element, "", key, Confidence.LOW, place, note, is_name=True)
        return [self._origin(fn, origin)]

    def _is_unknown(self, fn: FunctionRef, path: AccessPath, element: str) -> bool:
        """Whether nothing tells what a value is: no type, no function of our own, no sanitiser.

        A credential may be made by a function of our own: out of nothing that is known.
        """
        typed = self.types.of(fn, path)
        if typed.entity is not None or typed.cls is not None:
            return False
        if path.root.startswith("param:"):
            param = fn.params.get(path.root[6:])
            annotation = param.annotation if param is not None else ""
            return not path.keys and (not annotation or may_be_text(annotation))
        if not path.root.startswith("call:"):
            return not path.keys
        call = fn.calls.get(int(path.root[5:]))
        if call is None or path.keys:
            return False
        targets = self.types.targets(fn, call)
        if targets and not self.classifier.is_credential(element):
            return False
        if any(is_ending(target.function) for target in targets):
            return False
        name = self.types.callee(fn, call.callee)
        method = call.callee.keys[-1][1:] if call.callee.keys else name.rsplit(".", 1)[-1]
        return self._sanitiser(call, name, method, first_party=bool(targets)) is None

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

    def _named_variable(self, fn: FunctionRef, part: ValuePart, line: int) -> list[Taint]:
        """`email = lookup(key)`: only the variable's name tells."""
        if not part.name:
            return []
        element = self._named(part.name)
        if not element or self._is_judged(fn, part.path, element):
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
            (param.annotation and not may_be_text(param.annotation))
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
        owner = owner_name(fn, path)
        if owner in _REQUEST_MAPS:
            name = name.lower().removeprefix("http_")
        if last in NOT_DATA_KEYS or not name or name.isupper() or is_module_path(path):
            return []
        if name in ("errors", "error_messages") or last == NAMES:
            return []
        if owner in _NO_SOURCE_OWNERS and not _is_rest(fn, path):
            return []
        element = self._named(name)
        if not element or self._is_of_thing(fn, path, owner, element):
            return []
        typed = self.types.of(fn, AccessPath(path.root, path.keys[:-1]))
        if element == "access_token" and _is_own_grant(fn):
            return []
        if typed.cls is None and typed.entity is None and last[0] == ".":
            if self._only_things_have(name, owner):
                return []
        elif typed.cls is not None and self._is_nobodys(typed.cls, typed.entity, name):
            return []
        holder = typed.entity
        declared = self.types.index.field(holder, name) if holder is not None else None
        if declared is not None and not declared.fact.call.endswith("association_proxy"):
            # The field is declared and was judged not to be personal.
            return []
        if holder is not None and not typed.is_guess and self._is_strange(typed.cls, holder, last):
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
        if element not in _OF_SERVICES:
            return False
        words = set(split(owner))
        typed = self.types.of(fn, AccessPath(path.root, path.keys[:-1]))
        return bool(words & self.classifier.words("service-owners")) or typed.library.startswith(
            ("urllib", "yarl", "furl")
        )

    def _is_strange(self, ref: ClassRef | None, holder: Entity, key: str) -> bool:
        """`depot.latitude`: a thing of a known class that has no such attribute."""
        if holder.role not in (Role.THING, Role.ORGANISATION) or key[0] != ".":
            return False
        return ref is None or self.types.hierarchy.method(ref, key[1:]) is None

    def _is_services(self, fn: FunctionRef, path: AccessPath) -> bool:
        """`url.password`, wherever the address comes from: its variable says what it opens."""
        name = path.keys[-1].strip(".[]*")
        if self._named(name) not in _OF_SERVICES:
            return False
        owner_path = AccessPath(path.root, path.keys[:-1])
        owner = fn.named.get(owner_path) or owner_name(fn, path)
        words = split(owner)
        if self.classifier.words("service-owners").isdisjoint(words):
            return False
        return words[-1] in _ADDRESSES or self.types.of(fn, owner_path).entity is None

    def _is_judged(self, fn: FunctionRef, path: AccessPath, element: str) -> bool:
        """`password` out of `query(Database.password)`: that field is not personal."""
        for _ in range(_MAX_CHAIN):
            call = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
            if call is None:
                return False
            for column in (part.path for value in call.args for part in value):
                name = column.keys[-1].strip(".[]") if column.keys else ""
                if name and self._named(name) == element:
                    entity = self.types.of(fn, AccessPath(column.root, column.keys[:-1])).entity
                    declared = self.types.index.field(entity, name) if entity is not None else None
                    if declared is not None and not declared.element:
                        return True
            path = call.callee
        return False

    def _is_nobodys(self, ref: ClassRef, entity: Entity | None, name: str) -> bool:
        """What a thing has, or a text that the class itself sets: `session_key = "passed"`."""
        if entity is None and self._is_nobody(ref):
            return True
        declared = self.types.hierarchy.attribute(ref, name)
        item = declared[1] if declared is not None else None
        is_set = item is not None and not item.annotation and len(item.option("=").strip("'\"")) > 0
        is_text = item is not None and item.option("=")[:1] in ("'", '"')
        return is_set and is_text and not self.types.hierarchy.stores(ref, name)

    def _only_things_have(self, name: str, owner: str) -> bool:
        """Whether all classes of the program that have an attribute of a name are things."""
        if not self.classifier.words("person-nouns").isdisjoint(split(owner)[-1:]):
            return False
        if not self._owners:
            self._owners.update(self._attributes())
        owners = self._owners.get(name, [])
        user = self.types.index.user
        if not owners or (user is not None and self.types.index.field(user, name) is not None):
            return False
        return all(self._is_things(ref, name) for ref in owners)

    def _is_things(self, ref: ClassRef, name: str) -> bool:
        entity = self.types.index.by_id.get(ref.id)
        if entity is None:
            return self._is_nobody(ref)
        declared = self.types.index.field(entity, name)
        if declared is not None:
            return not declared.element
        return entity.role in (Role.THING, Role.ORGANISATION)

    def _attributes(self) -> dict[str, list[ClassRef]]:
        found: dict[str, list[ClassRef]] = {}
        hierarchy = self.types.hierarchy
        for ref in hierarchy.classes.values():
            for item in ref.cls.fields:
                found.setdefault(item.name, []).append(ref)
        for methods in hierarchy.methods.values():
            for method in methods:
                owner = hierarchy.owner(method)
                if owner is not None and method.is_decorated("property", "cached_property"):
                    found.setdefault(method.name, []).append(owner)
        return found

    def _is_nobody(self, ref: ClassRef) -> bool:
        """Whether a class that is no entity is called a thing: its full name is a label."""
        last = (split(ref.cls.name)[-1:] or ("",))[0]
        told = self.classifier.words
        is_vague = last in told("not-persons") or last in told("vague-receivers")
        return is_vague or self.classifier.is_thing(last)

    def _of_unknown(self, fn: FunctionRef, part: ValuePart, line: int, mode: Mode) -> list[Taint]:
        found = self._by_name(fn, part, line)
        if part.path.root.startswith("param:") and not self._is_told(fn, part.path):
            found.append(self._promise(fn, part.path, mode))
        return found

    def _is_told(self, fn: FunctionRef, path: AccessPath) -> bool:
        """Whether a method's own class says that what its name promises is nobody's."""
        if not path.keys or not self._named(path.keys[-1].strip(".[]")):
            return False
        typed = self.types.of(fn, AccessPath(path.root, path.keys[:-1]))
        if typed.entity is None or typed.is_guess:
            return False
        declared = self.types.index.field(typed.entity, path.keys[-1].strip(".[]"))
        return declared is not None and not declared.element

    def _named_result(
        self, fn: FunctionRef, target: FunctionRef, call: CallFact, line: int
    ) -> list[Taint] | None:
        """`get_client_ip(request)`, whose results nothing is known of."""
        opaque = any(
            part.path.root.startswith(("call:", "name:"))
            for _, value in target.function.results
            for part in value
        )
        if not opaque or is_scalar(target.header.returns.replace("str", "")):
            return None
        element = self._returning_name(target.name)
        if not element:
            return None
        note = f"{target.shown} returns {self._label(element)} by its name"
        place = Location(fn.facts.path, call.line or line)
        return [self._origin(fn, Origin(element, "", target.name, Confidence.MEDIUM, place, note))]

    def _by_callee(self, fn: FunctionRef, call: CallFact) -> list[Taint]:
        """`create_access_token(user)`, `get_ssn(key)` of a module that is not scanned."""
        method = spell(call.callee).rpartition(".")[2]
        element, verb = self._generated(method), "makes"
        if not element and self._is_elsewhere(fn, call):
            element, verb = self._returning_name(method), "returns"
        if not element:
            return []
        note = f"`{method}()` {verb} {self._label(element)} by its name"
        place = Location(fn.facts.path, call.line)
        return [self._origin(fn, Origin(element, "", method, Confidence.MEDIUM, place, note))]

    def _is_elsewhere(self, fn: FunctionRef, call: CallFact) -> bool:
        """Whether a function of a module that nothing is known of is called."""
        if not call.callee.root.startswith("name:"):
            return False
        is_plain = not call.callee.keys or is_module_path(call.callee)
        return is_plain and not self.types.targets(fn, call)

    def _returning_name(self, name: str) -> str:
        name = _BEHIND.split(name)[0]
        for prefix in RETURNING_WORDS:
            if name.startswith(prefix):
                return self._named(name[len(prefix) :])
        return self._generated(name)

    def _generated(self, name: str) -> str:
        """`generate_reset_token`, `create_access_token`: a credential that is made here."""
        first, _, rest = name.lstrip("_").partition("_")
        if not rest or first not in self.types.words("generating-words"):
            return ""
        element = self._named(rest)
        return element if self.classifier.is_credential(element) else ""

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


def _is_own_grant(fn: FunctionRef) -> bool:
    """Whether a function asks for a token of the program itself, which no user stands behind."""
    given = (value for call in fn.function.calls for value in _all_values(call))
    keys = {part.at[-1].strip("[]") for value in given for part in value if part.at}
    return "client_secret" in keys and keys.isdisjoint(_GRANTS)


def _all_values(call: CallFact) -> tuple[Value, ...]:
    return (*call.args, *(value for _, value in call.keywords))


def _is_rest(fn: FunctionRef, path: AccessPath) -> bool:
    """Whether a mapping is the `**options` that whoever runs a command gives."""
    param = fn.params.get(path.root[6:]) if path.root.startswith("param:") else None
    return param is not None and param.kind == "**" and len(path.keys) == 1
