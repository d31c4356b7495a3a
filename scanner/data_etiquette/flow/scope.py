"""Types of symbolic values across functions and files: what a path is, what a call runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from data_etiquette.flow.annotation import dependency, is_scalar, names_in
from data_etiquette.flow.binding import Target, bind
from data_etiquette.flow.entityindex import EntityIndex
from data_etiquette.flow.hierarchy import Hierarchy
from data_etiquette.flow.knowledge import Knowledge
from data_etiquette.flow.program import Definition, Program
from data_etiquette.flow.reference import ClassRef, FunctionRef
from data_etiquette.flow.typed import UNKNOWN, Typed
from data_etiquette.flow.words import split
from data_etiquette.model.catalog import DispatchModel, MemberModel
from data_etiquette.model.facts import AccessPath, CallFact, ParamFact, Value
from data_etiquette.model.graph import Entity
from data_etiquette.model.value import ENTERED

_MAX_DEPTH = 10
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
    | {"get_or_404", "first_or_404", "get_object_or_404", "retrieve_or_404"}
)
_COLUMN_METHODS = frozenset({"values", "values_list", "with_entities"})
DUMPING_METHODS = frozenset(
    {"model_dump", "model_dump_json", "dict", "to_dict", "as_dict", "asdict", "json", "serialize"}
    | {"to_json", "_asdict", "to_representation", "dump", "to_python"}
)
_DUMP_KEYS = frozenset(
    {".__dict__", ".cleaned_data", ".validated_data", ".data", ".initial_data", ".form_data"}
)
_MAPPING_METHODS = frozenset({"get", "pop", "setdefault", "keys", "update"})
_WHOLE_DUMPS = frozenset({"model_to_dict", "asdict", "jsonable_encoder", "vars", "astuple"})
_NOT_DATA_KEYS = frozenset({".id", ".pk", ".uuid", ".DoesNotExist", ".MultipleObjectsReturned"})
_CONTEXT_OBJECTS = ("flask.g", "flask.request", "quart.g", "quart.request", "flask_login")
_COMMON_METHODS = frozenset(
    {"translate", "acquire", "add", "all", "append", "apply", "call", "clean", "clear", "close"}
    | {"commit"}
    | {"configure", "connect", "copy", "count", "create", "data", "debug", "decode", "delay"}
    | {"delete", "dispatch", "done", "dump", "dumps", "encode", "error", "exception"}
    | {"exclude", "execute", "exists", "extend", "filter", "first", "flush", "format", "get"}
    | {"group", "handle", "index", "info", "insert", "is_valid", "items", "join", "json"}
    | {"keys", "last", "list", "load", "loads", "log", "lower", "match", "name", "open"}
    | {"order_by", "patch", "pop", "post", "process", "put", "put_nowait", "query", "read"}
    | {"register", "release", "remove", "render", "replace", "request", "result", "run"}
    | {"save", "scalar", "scalars", "search", "seek", "select", "send", "set", "setup"}
    | {"split", "start", "stop", "strip", "sub", "text", "title", "update", "upper"}
    | {"validate", "values", "wait", "warning", "write"}
)  # fmt: skip
"""Names of methods that libraries use too: without a type they name nothing of the scanned code."""
_VAGUE_VARIABLES = frozenset(
    {"message", "event", "record", "item", "entry", "log", "note", "data", "content", "session"}
    | {"token", "field", "value", "answer", "result", "response", "request", "form", "option"}
    | {"rule", "file", "document", "image", "page", "site", "task", "job", "state", "action"}
    | {"query", "model", "key", "text", "email", "address", "phone", "language", "file"}
)
"""Variables that may hold anything, whatever entity is called so."""
_MAX_CANDIDATES = 3
_MAX_BY_WORD = 8
_MIN_WORD = 4
_VAGUE_WORDS = frozenset(
    {"self", "data", "item", "result", "value", "object", "request", "response", "model", "form"}
    | {"list", "session", "query", "queryset", "manager", "config", "settings", "view", "field"}
)
"""Names of variables that say nothing of a class, or of too many."""


_CHAINED = re.compile(r"([\w.]+)\(['\"]([\w-]+)['\"][^()]*\)((?:\.\w+)+)\(")
"""`boto3.resource('dynamodb').Table(`."""


@dataclass(slots=True)
class Types:
    """Types of all functions' paths, remembered; circles end in `UNKNOWN`."""

    program: Program
    hierarchy: Hierarchy
    index: EntityIndex
    knowledge: Knowledge
    _types: dict[tuple[FunctionRef, AccessPath], Typed] = field(default_factory=dict)
    _targets: dict[tuple[FunctionRef, int], tuple[Target, ...]] = field(default_factory=dict)
    _results: dict[FunctionRef, Typed | AccessPath] = field(default_factory=dict)
    _stored: dict[tuple[ClassRef, str], Typed] = field(default_factory=dict)
    _owners: set[str] = field(default_factory=set)

    def of(self, fn: FunctionRef, path: AccessPath, depth: int = _MAX_DEPTH) -> Typed:
        """What a path stands for; `UNKNOWN` when nothing tells."""
        key = (fn, path)
        known = self._types.get(key)
        if known is None:
            self._types[key] = UNKNOWN  # circles end here
            known = self._walk(fn, path, depth) if depth > 0 else UNKNOWN
            if known is UNKNOWN and path in fn.named:
                known = self._by_variable(fn.named[path])
            self._types[key] = known
        return known

    def callee(self, fn: FunctionRef, path: AccessPath) -> str:
        """Qualified library name of a callee, its receiver's type resolved; empty when unknown."""
        if not path.keys:
            return path.root[5:] if path.root.startswith("name:") else ""
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
        if owner is not None and len(path.keys) == 1 and path.root == _own(fn):
            declared = self.hierarchy.attribute(owner, path.keys[0][1:])
            text = declared[1].option("=") if declared is not None else ""
            return text.strip("'\"") if text[:1] in ("'", '"') else ""
        return ""

    def targets(self, fn: FunctionRef, call: CallFact) -> tuple[Target, ...]:
        """First-party functions that a call may run."""
        key = (fn, call.id)
        known = self._targets.get(key)
        if known is None:
            self._targets[key] = ()
            known = self._targets[key] = tuple(self._find_targets(fn, call))
        return known

    def dispatched(self, fn: FunctionRef, call: CallFact) -> tuple[Target, ...]:
        """Functions that a call hands to something else to run: a queue, a thread, a pool."""
        model = self._dispatch(fn, call)
        if model is None:
            return ()
        for path in _dispatched_paths(call, model):
            found = self.function_at(fn, path)
            if found is not None:
                bound = found.function.is_decorated("task", "shared_task", "actor")
                takes_self = bound and any(
                    "bind=True" in d for d in found.function.function.decorators
                )
                return (replace(found, dispatch=model, skip=found.skip + takes_self),)
        return ()

    def _dispatch(self, fn: FunctionRef, call: CallFact) -> DispatchModel | None:
        path = call.callee
        if path.keys:
            last = path.keys[-1][1:]
            if last in self.knowledge.dispatch_methods:
                return self.knowledge.dispatch_methods[last]
        name = self.callee(fn, path)
        return self.knowledge.dispatch_calls.get(name) if name else None

    def function_at(self, fn: FunctionRef, path: AccessPath) -> Target | None:
        """The function that a path names, as against what it returns."""
        if path.root.startswith("name:"):
            dotted = path.root[5:] + "".join(key for key in path.keys if key[0] == ".")
            definition = self.program.find(dotted, fn.facts.path)
            found = self.hierarchy.function_of(definition)
            if found is None and definition is not None:
                found = self._wrapped_function(definition)
            if found is not None and found.function.owner and found.name == "__call__":
                return Target(found, skip=1)
            return Target(found) if found is not None else None
        if not path.keys:
            return None
        owner_path = AccessPath(path.root, path.keys[:-1])
        owner = self.of(fn, owner_path)
        if owner.cls is None:
            return None
        method = self.hierarchy.method(owner.cls, path.keys[-1][1:])
        if method is None:
            return None
        return Target(method, receiver=None if method.is_decorated("staticmethod") else owner_path)

    def _wrapped_function(self, definition: Definition) -> FunctionRef | None:
        """`task = actor(Handler())`, `task = app.task(handle)`: what the variable runs."""
        for name in names_in(definition.text)[1:3]:
            found = self.program.find(name, definition.facts.path)
            function = self.hierarchy.function_of(found)
            if function is not None:
                return function
            ref = self.hierarchy.class_of(found)
            if ref is not None:
                return self.hierarchy.method(ref, "__call__") or self.hierarchy.method(ref, "run")
        return None

    def handed_paths(
        self, fn: FunctionRef, call: CallFact
    ) -> tuple[DispatchModel | None, list[AccessPath]]:
        """Where a call's function comes from, if it is one of the function's own parameters."""
        path = call.callee
        if path.root.startswith("param:") and not path.keys:
            return None, [path]
        model = self._dispatch(fn, call)
        return model, _dispatched_paths(call, model) if model is not None else []

    def _find_targets(self, fn: FunctionRef, call: CallFact) -> list[Target]:
        path = call.callee
        if not path.keys:
            if path.root.startswith("name:"):
                return self._named_targets(fn, path.root[5:])
            return self._held_targets(fn, path)
        name = path.keys[-1][1:] if path.keys[-1][0] == "." else ""
        if not name:
            return []
        owner_path = AccessPath(path.root, path.keys[:-1])
        if self._is_super(fn, owner_path):
            # In a mixin it is whatever stands behind it in the class at hand, which is not known
            # here: nothing is better than a stranger's method.
            above = self._above(fn, name)
            return [above] if above is not None else []
        if path.root.startswith("name:"):
            dotted = path.root[5:] + "".join(key for key in path.keys if key[0] == ".")
            found = self._named_targets(fn, dotted)
            if found:
                return found
        owner = self.of(fn, owner_path)
        if owner.cls is not None:
            methods = self.hierarchy.targets(owner.cls, name)
            if methods:
                return [_method_target(method, owner_path, owner) for method in methods]
            if owner.entity is not None:
                return self._manager_targets(owner_path, name)
            return []
        if owner.library or owner.field is not None or owner.entity is not None:
            return []
        return self._by_name(owner_path, name) or self._by_word(fn, owner_path, name)

    def _by_word(self, fn: FunctionRef, owner_path: AccessPath, name: str) -> list[Target]:
        """`backend.send(…)`: methods of the classes that are called a backend."""
        words = split(_receiver_name(fn, owner_path))
        word = words[-1] if words else ""
        if len(word) < _MIN_WORD or word in _VAGUE_WORDS:
            return []
        found = []
        for method in self.hierarchy.methods.get(name, []):
            owner = self.hierarchy.owner(method)
            if owner is not None and word in self._last_words(owner):
                found.append(method)
        if not 0 < len(found) <= _MAX_BY_WORD:
            return []
        return [
            Target(method, receiver=None if method.is_decorated("staticmethod") else owner_path)
            for method in found
        ]

    def _last_words(self, ref: ClassRef) -> set[str]:
        names = [ref.cls.name, *(base.rsplit(".", 1)[-1] for base in ref.cls.bases)]
        return {split(name)[-1] for name in names if split(name)}

    def _held_targets(self, fn: FunctionRef, path: AccessPath) -> list[Target]:
        """`callback(x)`: an inner function, an object with `__call__`, a class that a call gave."""
        typed = self.of(fn, path)
        if path.root.startswith("call:"):
            made = fn.calls.get(int(path.root[5:]))
            handed = self.dispatched(fn, made) if made is not None else ()
            if handed and made is not None:
                # `show = partial(report, "mail")`: the first arguments are given already.
                given = max(len(made.args) - 1, 0)
                return [replace(t, dispatch=None, skip=t.skip + given) for t in handed]
        if typed.cls is None or typed.is_class:
            return []
        method = self.hierarchy.method(typed.cls, "__call__")
        return [Target(method, receiver=path)] if method is not None else []

    def _is_super(self, fn: FunctionRef, path: AccessPath) -> bool:
        made = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
        return made is not None and not path.keys and made.callee == AccessPath("name:super")

    def _above(self, fn: FunctionRef, name: str) -> Target | None:
        """`super().method(…)`."""
        owner = self.hierarchy.owner(fn)
        method = self.hierarchy.above(owner, name) if owner is not None else None
        return Target(method, receiver=AccessPath(_own(fn))) if method is not None else None

    def _named_targets(self, fn: FunctionRef, dotted: str) -> list[Target]:
        definition = self.program.find(dotted, fn.facts.path)
        if definition is None:
            return []
        function = self.hierarchy.function_of(definition)
        if function is not None:
            return [_class_target(function)]
        ref = self.hierarchy.class_of(definition)
        if ref is not None:
            init = self.hierarchy.method(ref, "__init__")
            if init is None:
                return []
            return [Target(init, is_init=True, skip=1)]
        if definition.kind == "value" and definition.text:
            return self._alias_targets(definition)
        return []

    def _alias_targets(self, definition: Definition) -> list[Target]:
        """`send = partial(deliver, …)` is left to dispatches; `send = deliver` is the function."""
        text = definition.text
        if not text.replace(".", "").replace("_", "").isalnum():
            return []
        found = self.hierarchy.function_of(self.program.find(text, definition.facts.path))
        return [_class_target(found)] if found is not None else []

    def _manager_targets(self, path: AccessPath, name: str) -> list[Target]:
        """`Order.objects.paid()`: methods of managers and querysets of the scanned code."""
        if (path.keys and path.keys[-1] in _MANAGERS) or path.root.startswith("call:"):
            candidates = self.hierarchy.methods.get(name, [])
            found = [m for m in candidates if self._is_manager(m)]
            if 0 < len(found) <= _MAX_CANDIDATES and name not in _COMMON_METHODS:
                return [Target(method, receiver=path) for method in found]
        return []

    def _is_manager(self, method: FunctionRef) -> bool:
        owner = self.hierarchy.owner(method)
        return owner is not None and owner.cls.name.endswith(("Manager", "QuerySet", "Query"))

    def _by_name(self, owner_path: AccessPath, name: str) -> list[Target]:
        """A receiver of unknown type: the few methods of so telling a name."""
        if name in _COMMON_METHODS or name.startswith("__") or len(name) < 5:
            return []
        found = self.hierarchy.methods.get(name, [])
        if not 0 < len(found) <= _MAX_CANDIDATES:
            return []
        return [
            Target(method, receiver=None if method.is_decorated("staticmethod") else owner_path)
            for method in found
        ]

    def _walk(self, fn: FunctionRef, path: AccessPath, depth: int) -> Typed:
        if not path.keys:
            return self._root(fn, path.root, depth)
        last = path.keys[-1]
        if path.root.startswith("name:") and last[0] == ".":
            dotted = path.root[5:] + "".join(path.keys)
            if "[" not in dotted:
                named = self._name(fn, dotted)
                if named.entity is not None or named.cls is not None:
                    return named
        owner = self.of(fn, AccessPath(path.root, path.keys[:-1]), depth - 1)
        return self._step(owner, last, depth)

    def _root(self, fn: FunctionRef, root: str, depth: int) -> Typed:
        kind, _, name = root.partition(":")
        match kind:
            case "name":
                found = self._name(fn, name)
                if found is not UNKNOWN:
                    return found
                return self._by_variable(name) if "." not in name else UNKNOWN
            case "param":
                return self._param(fn, name, depth)
            case "call":
                call = fn.calls.get(int(name)) if name.isdigit() else None
                return self._result(fn, call, depth) if call is not None else UNKNOWN
            case "outer":
                parent = self.hierarchy.parent(fn)
                return self.of(parent, AccessPath(name), depth - 1) if parent else UNKNOWN
            case "local":
                return self._by_variable(name)
            case "exception":
                return Typed(library=name.split("@", 1)[0])
            case _:
                return UNKNOWN

    def _name(self, fn: FunctionRef, dotted: str) -> Typed:
        """A module-level or imported name."""
        definition = self.program.find(dotted, fn.facts.path)
        if definition is None:
            return self._library_name(fn, dotted)
        ref = self.hierarchy.class_of(definition)
        if ref is not None:
            entity = self.index.by_id.get(ref.id)
            return Typed(entity, cls=ref, is_class=True, library=self._library_of(ref))
        if definition.kind == "value":
            return self._value(definition)
        return UNKNOWN

    def _library_name(self, fn: FunctionRef, dotted: str) -> Typed:
        if dotted == "django.contrib.auth.models.User":
            return Typed(self.index.user, is_class=True, library=dotted)
        known = self.knowledge.returns.get(dotted)
        if known == "AUTH_USER":
            return Typed(self.index.user, library="" if self.index.user else dotted)
        head, _, last = dotted.rpartition(".")
        if head:
            definition = self.program.find(head, fn.facts.path)
            if definition is not None and definition.kind == "value":
                held = self._value(definition)
                return Typed(library=f"{held.library}.{last}") if held.library else UNKNOWN
        if self.program.is_first_party(dotted, fn.facts.path):
            return UNKNOWN
        if dotted.startswith(_CONTEXT_OBJECTS) and last:
            return replace(self._by_variable(last), library=dotted)
        return Typed(library=dotted)

    def _value(self, definition: Definition) -> Typed:
        """A module-level variable by its right-hand side."""
        text = definition.text
        if "get_user_model" in text:
            return Typed(self.index.user, is_class=True)
        callee, _, _ = text.partition("(")
        if callee == text:
            return UNKNOWN
        chained = _CHAINED.match(text)
        if chained is not None and chained.group(1) in self.knowledge.factories:
            name, service, rest = chained.groups()
            return Typed(library=f"{name}({service}){rest}")
        made = self.hierarchy.class_of(self.program.find(callee, definition.facts.path))
        if made is not None:
            library = self._library_of(made)
            return Typed(self.index.by_id.get(made.id), cls=made, library=library)
        return Typed(library=self.made_by(text))

    def _library_of(self, ref: ClassRef) -> str:
        """A class built on a library's is used as that: the base's name."""
        for base in self.hierarchy.library_bases(ref):
            if base in self._known_owners():
                return base
        return ""

    def _known_owners(self) -> set[str]:
        if not self._owners:
            self._owners.update(self.knowledge.returns.values())
            self._owners.update(self.knowledge.modules)
            self._owners.update(self.knowledge.sink_owners)
        return self._owners

    def made_by(self, text: str) -> str:
        """Type of the result of `name(arguments)` as text."""
        name, _, arguments = text.partition("(")
        if name in self.knowledge.factories:
            return f"{name}({arguments.split(',')[0].strip(chr(39) + chr(34) + ')')})"
        known = self.knowledge.returns.get(name)
        if known is not None:
            return known if known not in ("AUTH_USER", "FIRST_ARGUMENT") else ""
        # A constructor's result has the class's own name; a plain function's result is unknown.
        last = name.rsplit(".", 1)[-1]
        return name if last[:1].isupper() or name in self.knowledge.modules else ""

    def _param(self, fn: FunctionRef, name: str, depth: int) -> Typed:
        param = fn.params.get(name)
        if param is None:
            return self._by_variable(name)
        owner = self.hierarchy.owner(fn)
        first = fn.function.params[0].name == name and ".<locals>." not in fn.function.qualname
        if owner is not None and first and not fn.is_decorated("staticmethod"):
            library = self._library_of(owner)
            return Typed(
                self.index.by_id.get(owner.id), cls=owner, library=library,
                is_class=fn.is_decorated("classmethod"),
            )  # fmt: skip
        hooked = self._hook(fn, owner, name)
        if hooked is not UNKNOWN:
            return hooked
        if param.annotation:
            found = self.annotated(param.annotation, fn)
            if found is not UNKNOWN:
                return found
            if is_scalar(param.annotation):
                return UNKNOWN
        found = self._depended(fn, param, depth)
        return found if found is not UNKNOWN else self._by_variable(name)

    def _depended(self, fn: FunctionRef, param: ParamFact, depth: int) -> Typed:
        """`user = Depends(get_user)`: what the dependency returns."""
        wanted = dependency(param.default) or dependency(param.annotation)
        if not wanted:
            return UNKNOWN
        definition = self.program.find(wanted, fn.facts.path)
        function = self.hierarchy.function_of(definition)
        if function is None:
            ref = self.hierarchy.class_of(definition)
            return Typed(self.index.by_id.get(ref.id), cls=ref) if ref is not None else UNKNOWN
        found = self._function_type(function, depth - 1)
        return found if isinstance(found, Typed) else UNKNOWN

    def annotated(self, annotation: str, fn: FunctionRef, depth: int = 3) -> Typed:
        """The entity, class or library object that an annotation names first."""
        library = ""
        for name in names_in(annotation):
            definition = self.program.find(name, fn.facts.path)
            ref = self.hierarchy.class_of(definition)
            if ref is not None:
                return Typed(self.index.by_id.get(ref.id), cls=ref, library=self._library_of(ref))
            if definition is not None and definition.kind == "value" and depth > 0:
                module = self.hierarchy.functions.get((definition.facts.path, "<module>"))
                inner = self.annotated(definition.text, module, depth - 1) if module else UNKNOWN
                if inner is not UNKNOWN:
                    return inner
            if name == "django.contrib.auth.models.User" and self.index.user is not None:
                return Typed(self.index.user)
            if definition is None and "." in name and not library and not _is_typing(name):
                library = name
        return Typed(library=library) if library else UNKNOWN

    def _hook(self, fn: FunctionRef, owner: ClassRef | None, name: str) -> Typed:
        """Parameters whose type a framework gives: `form_valid(self, form)`, `@receiver(…)`."""
        for handler in self.knowledge.handlers:
            if handler.parameter == name:
                for text in fn.function.decorators:
                    if text.split("(", 1)[0] in handler.decorators:
                        found = self._keyword_class(text, handler.keyword, fn)
                        if found is not UNKNOWN:
                            return found
        if owner is None:
            return UNKNOWN
        for member in self.knowledge.members.get(f"{fn.name}({name})", ()):
            if self._has_base(owner, member):
                return self._member_type(owner, member.type)
        return UNKNOWN

    def _keyword_class(self, text: str, keyword: str, fn: FunctionRef) -> Typed:
        _, _, tail = text.partition(f"{keyword}=")
        name = tail.split(",", 1)[0].split(")", 1)[0].strip("' \"")
        if not name:
            return UNKNOWN
        if "AUTH_USER_MODEL" in name or "get_user_model" in name:
            return Typed(self.index.user) if self.index.user else UNKNOWN
        named = self._name(fn, name)
        if named.entity is None and named.cls is None:
            return UNKNOWN
        return replace(named, is_class=False)

    def _has_base(self, ref: ClassRef, member: MemberModel) -> bool:
        lasts = {base.rsplit(".", 1)[-1] for base in member.bases}
        return any(
            base in member.bases or base.rsplit(".", 1)[-1] in lasts
            for base in self.hierarchy.library_bases(ref)
        )

    def _member_type(self, ref: ClassRef, text: str) -> Typed:
        if text == "AUTH_USER":
            return Typed(self.index.user) if self.index.user else UNKNOWN
        if not text.startswith("option:"):
            return Typed(library=text)
        for option in text[7:].split("|"):
            found = self.option_class(ref, option)
            if found is not UNKNOWN:
                return found
        return UNKNOWN

    def option_class(self, ref: ClassRef, option: str) -> Typed:
        """The class that a class attribute or a Meta option names: `model = Order`."""
        declared = self.hierarchy.attribute(ref, option)
        texts = []
        if declared is not None:
            place, item = declared
            texts = [
                (item.option("="), place),
                (item.call, place),
                *((a, place) for a in item.args),
            ]
        texts += [(cls.cls.option(option), cls) for cls in self.hierarchy.line(ref)]
        for text, place in texts:
            if "get_user_model" in text and self.index.user is not None:
                return Typed(self.index.user)
            name = text.split("(", 1)[0].strip("'\"")
            while name:
                found = self.hierarchy.class_of(self.program.find(name, place.facts.path))
                if found is not None:
                    return Typed(self.index.by_id.get(found.id), cls=found)
                name = name.rpartition(".")[0]
        return UNKNOWN

    def _by_variable(self, name: str) -> Typed:
        """A variable named for an entity most likely holds one."""
        words = split(name)
        if len(words) == 1 and words[0] in _VAGUE_VARIABLES:
            return UNKNOWN
        for start in range(len(words)):
            entity = self.index.by_variable.get("_".join(words[start:]))
            if entity is not None:
                return self._guessed(entity)
        if words and words[-1] == "user" and self.index.user is not None:
            return self._guessed(self.index.user)
        return UNKNOWN

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

    def _result(self, fn: FunctionRef, call: CallFact, depth: int) -> Typed:
        """Type of what a call returns."""
        if depth <= 0:
            return UNKNOWN
        if call.id in fn.annotated:
            found = self.annotated(fn.annotated[call.id], fn)
            if found is not UNKNOWN:
                return found
        path = call.callee
        last = path.keys[-1][1:] if path.keys and path.keys[-1][0] == "." else ""
        name = self.callee(fn, path)
        if path.root == "name:super" and not path.keys:
            owner = self.hierarchy.owner(fn)
            return Typed(self.index.by_id.get(owner.id), cls=owner) if owner else UNKNOWN
        made = self._made(fn, path)
        if made is not UNKNOWN:
            return made
        library = self._library_result(fn, call, name, last, depth)
        if library is not UNKNOWN:
            return library
        for target in self.targets(fn, call):
            found = self._target_type(fn, call, target, depth)
            if found is not UNKNOWN:
                return found
        return self._method_result(fn, call, last, depth)

    def _made(self, fn: FunctionRef, path: AccessPath) -> Typed:
        """A constructor's result."""
        if not path.root.startswith(("name:", "call:", "param:")):
            return UNKNOWN
        typed = self.of(fn, path)
        if typed.is_class and (typed.entity is not None or typed.cls is not None):
            return replace(typed, is_class=False, is_guess=False)
        return UNKNOWN

    def _library_result(
        self, fn: FunctionRef, call: CallFact, name: str, last: str, depth: int
    ) -> Typed:
        if name.endswith("get_user_model"):
            return Typed(self.index.user, is_class=True)
        returns = self.knowledge.returns.get(name)
        if returns == "AUTH_USER":
            return Typed(self.index.user) if self.index.user else UNKNOWN
        if returns == "FIRST_ARGUMENT" or last in _SELECTORS or name == "typing.cast":
            found = self._selected(fn, call, depth)
            if found is not UNKNOWN:
                return found
        if last in _WHOLE_DUMPS or name.rsplit(".", 1)[-1] in _WHOLE_DUMPS:
            found = self._selected(fn, call, depth)
            if found.entity is not None:
                return replace(found, is_dump=True)
        if not name or self.program.find(name, fn.facts.path) is not None:
            return UNKNOWN
        first = ""
        if name in self.knowledge.factories and call.args:
            first = next((self.constant(fn, part.path) for part in call.args[0]), "")
        library = self.made_by(f"{name}('{first}')")
        return Typed(library=library) if library else UNKNOWN

    def _selected(self, fn: FunctionRef, call: CallFact, depth: int) -> Typed:
        """What a query selects: `select(User)`, `session.get(User, 1)`, `query(User.email)`."""
        columns: list[str] = []
        entity: Typed = UNKNOWN
        for value in call.args[:12]:
            for part in value[:2]:
                found = self.of(fn, part.path, depth - 1)
                if found.entity is None and found.cls is None:
                    continue
                if entity is UNKNOWN:
                    entity = found
                if found.field is not None and found.entity is entity.entity:
                    columns.append(found.field.name)
        if entity is UNKNOWN:
            return UNKNOWN
        shown = tuple(columns) if entity.field is not None else entity.columns
        return replace(
            entity, field=None, is_class=False, columns=shown, is_dump=bool(shown) or entity.is_dump
        )

    def _target_type(self, fn: FunctionRef, call: CallFact, target: Target, depth: int) -> Typed:
        if target.is_init:
            return UNKNOWN
        found = self._function_type(target.function, depth - 1)
        if isinstance(found, Typed):
            return found
        name = found.root.partition(":")[2]
        for part in bind(call, target, name)[:2]:
            if not part.at:
                path = AccessPath(part.path.root, (*part.path.keys, *found.keys))
                typed = self.of(fn, path, depth - 1)
                if typed is not UNKNOWN:
                    return replace(typed, is_class=False) if typed.is_class else typed
        return UNKNOWN

    def _function_type(self, target: FunctionRef, depth: int) -> Typed | AccessPath:
        """Type of a function's result, or the parameter's path that it is."""
        known = self._results.get(target)
        if known is None:
            self._results[target] = UNKNOWN
            known = self._results[target] = self._infer(target, depth)
        return known

    def _infer(self, target: FunctionRef, depth: int) -> Typed | AccessPath:
        returns = target.function.returns
        if returns:
            found = self.annotated(returns, target)
            if found is not UNKNOWN:
                return found
            if is_scalar(returns):
                return UNKNOWN
        if depth <= 0:
            return UNKNOWN
        parameter: AccessPath | None = None
        for _, value in target.function.results[:6]:
            for part in value[:4]:
                if part.text or part.path.root.startswith("const:") or part.at not in ((), ("[]",)):
                    continue
                found = self.of(target, part.path, depth - 1)
                if found is not UNKNOWN and not (
                    found.library and not found.entity and not found.cls
                ):
                    return replace(found, is_class=False) if found.is_class else found
                if found.library:
                    return found
                if part.path.root.startswith("param:") and parameter is None:
                    parameter = part.path
        return parameter or UNKNOWN

    def _method_result(self, fn: FunctionRef, call: CallFact, last: str, depth: int) -> Typed:
        path = call.callee
        if not path.keys or last in _NUMBERS:
            return UNKNOWN
        owner = self.of(fn, AccessPath(path.root, path.keys[:-1]), depth - 1)
        if owner.cls is not None:
            for member in self.knowledge.members.get(last, ()):
                if self._has_base(owner.cls, member):
                    return self._member_type(owner.cls, member.type)
        if owner.entity is None or owner.field is not None or last in owner.entity.methods:
            return UNKNOWN
        if last == "save" and owner.cls is not None and not owner.entity.stored:
            # A form or serializer that is saved gives the row it made.
            return self.option_class(owner.cls, "model")
        if last in _COLUMN_METHODS:
            names = tuple(
                part.path.root[6:]
                for value in call.args
                for part in value
                if part.path.root.startswith("const:")
            )
            flat = any(name == "flat" for name, _ in call.keywords)
            return replace(
                owner, is_class=False, is_dump=True, columns=names or owner.columns, is_flat=flat
            )
        if last in DUMPING_METHODS:
            return replace(owner, is_class=False, is_dump=True)
        if owner.is_dump and last in _MAPPING_METHODS:
            return UNKNOWN  # one key's value, which the frontend reads as such
        if last.startswith(("get_", "is_", "has_", "can_", "check_")) and last != "get_or_create":
            return UNKNOWN
        return replace(owner, is_class=False)

    def _step(self, owner: Typed, key: str, depth: int) -> Typed:
        if owner.field is not None:
            return UNKNOWN if key in _NOT_DATA_KEYS else owner
        if key == ENTERED:
            return self._entered(owner, depth)
        if owner.entity is not None:
            return self._entity_step(owner, key, depth)
        if owner.cls is not None:
            return self._class_step(owner, key, depth)
        if owner.library and key[0] == ".":
            return self._library_step(owner, key)
        name = key.strip(".[]")
        if key == ".user" or name in ("current_user", "request_user"):
            return Typed(self.index.user) if self.index.user is not None else UNKNOWN
        return self._by_variable(name) if key[0] == "." and name else UNKNOWN

    def _library_step(self, owner: Typed, key: str) -> Typed:
        name = f"{owner.library}{key}"
        if key == ".user" and self.index.user is not None:
            return Typed(self.index.user)
        known = self.knowledge.returns.get(name)
        if known and known not in ("AUTH_USER", "FIRST_ARGUMENT"):
            return Typed(library=known)
        if owner.library.startswith(_CONTEXT_OBJECTS):
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
        if owner.columns:
            return self._column_step(owner, key, name)
        if key in _MANAGERS or key == "[]" or name.isdigit():
            return replace(owner, is_class=False) if owner.is_class and key != ".query" else owner
        if key in _DUMP_KEYS and self.index.field(entity, name) is None:
            return replace(owner, is_dump=True)
        found = self.index.field(entity, name)
        if found is not None and found.element:
            return Typed(entity, found, cls=owner.cls, is_guess=owner.is_guess)
        target = self.index.relation(entity, name)
        if target is not None:
            return Typed(target, cls=self.class_of_entity(target))
        if key[0] == "." and owner.cls is not None:
            stepped = self._class_step(owner, key, depth)
            if stepped is not UNKNOWN:
                return stepped
        if found is None and key[0] == "." and name not in entity.methods:
            return self._by_variable(name)
        return UNKNOWN

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
        *through, last = name.split("__")
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
        if ref is None or key[0] != "." or depth <= 0:
            return UNKNOWN
        name = key[1:]
        for member in self.knowledge.members.get(name, ()):
            if self._has_base(ref, member):
                found = self._member_type(ref, member.type)
                if found is not UNKNOWN:
                    return replace(
                        found, is_dump=name in ("cleaned_data", "validated_data", "data")
                    )
        known = self._stored.get((ref, name))
        if known is None:
            self._stored[ref, name] = UNKNOWN
            known = self._stored[ref, name] = self._attribute(ref, name, depth)
        if known is UNKNOWN and owner.library:
            return Typed(library=f"{owner.library}{key}")
        return known

    def _attribute(self, ref: ClassRef, name: str, depth: int) -> Typed:
        method = self.hierarchy.method(ref, name)
        if method is not None:
            if not method.is_decorated("property", "cached_property", "hybrid_property"):
                return UNKNOWN
            found = self._function_type(method, depth - 1)
            return found if isinstance(found, Typed) else UNKNOWN
        for store_fn, store in self.hierarchy.stores(ref, name)[:4]:
            for part in store.value[:2]:
                if part.at or part.text:
                    continue
                typed = self.of(store_fn, part.path, depth - 1)
                if typed is not UNKNOWN:
                    return typed
        declared = self.hierarchy.attribute(ref, name)
        if declared is None:
            return self._by_variable(name)
        place, item = declared
        module = self.hierarchy.functions.get((place.facts.path, "<module>"))
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


def _own(fn: FunctionRef) -> str:
    """Root of a method's own object."""
    params = fn.function.params
    return f"param:{params[0].name}" if fn.function.owner and params else ""


def _receiver_name(fn: FunctionRef, path: AccessPath) -> str:
    """What a receiver is called: its attribute's, parameter's or making function's name."""
    for key in reversed(path.keys):
        if key[0] == ".":
            return key[1:]
    if path.root.startswith("call:"):
        made = fn.calls.get(int(path.root[5:]))
        return _receiver_name(fn, made.callee) if made is not None else ""
    return path.root.rsplit(":", 1)[-1].rsplit(".", 1)[-1]


def _is_typing(name: str) -> bool:
    return name.startswith(("typing.", "typing_extensions.", "collections.abc.", "fastapi.Depends"))


def _method_target(method: FunctionRef, owner_path: AccessPath, owner: Typed) -> Target:
    if method.is_decorated("staticmethod"):
        return Target(method)
    if method.is_decorated("classmethod"):
        return Target(method, skip=1)
    if owner.is_class and not owner_path.root.startswith("param:"):
        return Target(method)  # `Order.save(order)`: the object is the first argument
    return Target(method, receiver=owner_path)


def _class_target(function: FunctionRef) -> Target:
    """A function by its dotted name; of a classmethod the class is already given."""
    return Target(function, skip=1 if function.is_decorated("classmethod") else 0)


def _dispatched_paths(call: CallFact, model: DispatchModel) -> list[AccessPath]:
    if model.target == "receiver":
        return [AccessPath(call.callee.root, call.callee.keys[:-1])] if call.callee.keys else []
    values: list[Value] = [value for name, value in call.keywords if name == model.target]
    if model.target.isdigit() and int(model.target) < len(call.args):
        values.append(call.args[int(model.target)])
    return [part.path for value in values for part in value[:3] if not part.at]
