"""Functions found at run time: in registries, under keys, in attributes, by other names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.annotation import dependency
from data_etiquette.flow.program.program import Definition
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.types.names import Names
from data_etiquette.model.facts import AccessPath, CallFact, ValuePart

MAX_REGISTERED = 4
"""Functions of one name that a look-up by that name may mean."""
_MAX_KEYED = 8
_MIN_NAME = 5
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_BY_SETTING = re.compile(r"[\w.]+\((?:[\w.]*\.)?settings\.([A-Z][A-Z0-9_]*)\)")
_HANDING = frozenset(
    {"name:functools.partial", "name:asgiref.sync.async_to_sync", "name:asgiref.sync.sync_to_async"}
    | {"name:channels.db.database_sync_to_async"}
)
"""What they give is called like what they are given."""
_PARTIAL = re.compile(r"functools\.partial(?:method)?\(([A-Za-z_][\w.]*)")


@dataclass(slots=True)
class Lookups(Names):
    """Names behind names: what an alias, a key or an attribute stands for."""

    _loose: dict[str, list[FunctionRef]] = field(default_factory=dict)
    _keyed: dict[str, list[tuple[str, AccessPath, FunctionRef]]] = field(default_factory=dict)
    _set: dict[str, str] = field(default_factory=dict)
    _held: set[str] = field(default_factory=set)
    _aliases: set[str] = field(default_factory=set)

    def aliased(self, fn: FunctionRef, dotted: str) -> str:
        """`logging.Logger.info` for `tell`, where a module says `tell = logger.info`."""
        definition = self.program.find(dotted, fn.facts.path)
        if definition is None or definition.kind != "value":
            return ""
        made = _PARTIAL.match(definition.text)
        text = made.group(1) if made is not None else definition.text
        if _DOTTED.fullmatch(text) is None or text == dotted:
            return ""
        head, _, last = text.rpartition(".")
        held = self.program.find(head, definition.facts.path) if head else None
        if held is not None:
            library = self._value(held).library if held.kind == "value" else ""
            return f"{library}.{last}" if library else ""
        return "" if self.program.find(text, definition.facts.path) is not None else text

    def _set_up(self, definition: Definition | None) -> Definition | None:
        """`UserSerializer = import_string(settings.USER_SERIALIZER)`: what the setting names."""
        if definition is None or definition.kind != "value":
            return None
        asked = _BY_SETTING.fullmatch(definition.text)
        if asked is None:
            return None
        text = self._settings().get(asked.group(1), "")
        return self.program.find(text, definition.facts.path) if text else None

    def _settings(self) -> dict[str, str]:
        """Dotted names that settings hold as text."""
        if not self._set:
            self._set[""] = ""
            for facts in self.program.files:
                if "settings" in facts.path:
                    for name, value in facts.assigned:
                        text = value.strip("'\"")
                        if name.isupper() and value[:1] in "'\"" and _DOTTED.fullmatch(text):
                            self._set.setdefault(name, text)
        return self._set

    def shared(self) -> tuple[object, ...]:
        """What is looked up in indices of all functions' bodies and all modules' values."""
        self._loose_functions()
        self._note_aliases()
        self._note_all_keyed()
        return sorted(self.held_names()), sorted(self._settings().items()), sorted(self._aliases)

    def part_of(self, fn: FunctionRef, path: AccessPath) -> AccessPath:
        """The function of a `partial(…)` that a path is the result of."""
        made = fn.calls[int(path.root[5:])]
        return made.args[0][0].path

    def is_alias(self, fn: FunctionRef, path: AccessPath) -> bool:
        """Whether a module gives something else this name, so that its own name tells nothing."""
        self._note_aliases()
        if path.keys or not path.root.startswith("name:"):
            return path.root.startswith("call:") and not path.keys and self._is_partial(fn, path)
        return path.root.rpartition(".")[2] in self._aliases

    def _note_aliases(self) -> None:
        if not self._aliases:
            self._aliases.add("")
            for facts in self.program.files:
                for name, text in facts.assigned:
                    if "." in text and (_DOTTED.fullmatch(text) or _PARTIAL.match(text)):
                        self._aliases.add(name)

    def _is_partial(self, fn: FunctionRef, path: AccessPath) -> bool:
        made = fn.calls.get(int(path.root[5:]))
        if made is None or not made.args or len(made.args[0]) != 1:
            return False
        spelled = made.callee.root + "".join(made.callee.keys)
        return spelled in _HANDING and made.args[0][0].path.root != path.root

    def _registered(self, fn: FunctionRef, made: CallFact) -> list[FunctionRef]:
        """`get_action("user_show")(…)`, `import_string("app.tasks.send")(…)`."""
        for value in made.args[:2]:
            text = self.constant(fn, value[0].path) if len(value) == 1 else ""
            if _DOTTED.fullmatch(text) is None:
                continue
            if "." in text:
                found = self.hierarchy.function_of(self.program.find(text, fn.facts.path))
                return [found] if found is not None else []
            if "_" not in text.strip("_"):
                continue
            named = self._kept_in(made, self._loose_functions().get(text, []))
            return named if len(named) <= MAX_REGISTERED else []
        return []

    def _kept_in(self, made: CallFact, named: list[FunctionRef]) -> list[FunctionRef]:
        """Of several functions of one name those in a module called like what is asked for."""
        path = made.callee
        asked = path.keys[-1][1:] if path.keys else path.root.rpartition(".")[2]
        words = set(split(asked))
        fitting = [ref for ref in named if words & set(split(ref.facts.module))]
        return fitting or named

    def _loose_functions(self) -> dict[str, list[FunctionRef]]:
        """Functions that stand in no class and in no other function, by their names."""
        if not self._loose:
            for ref in self.hierarchy.functions.values():
                if not ref.header.owner and "." not in ref.header.qualname:
                    self._loose.setdefault(ref.name, []).append(ref)
        return self._loose

    def _prefixed(self, fn: FunctionRef, dotted: str) -> list[FunctionRef]:
        """`getattr(channels, f"send_to_{kind}")`: the module's functions of that beginning."""
        head, _, prefix = dotted.rpartition(".")
        if not prefix.endswith("_") or len(prefix) < _MIN_NAME:
            return []
        module = self.program.module(head, fn.facts.path)
        if module is None:
            return []
        found = [
            self.hierarchy.functions[module.path, function.qualname]
            for function in module.functions
            if function.qualname.startswith(prefix) and "." not in function.qualname
        ]
        return found if len(found) <= _MAX_KEYED else []

    def _prefixed_methods(self, ref: ClassRef, prefix: str) -> list[FunctionRef]:
        """`getattr(self, f"handle_{kind}")`: the class's methods of that beginning."""
        if not prefix.endswith("_") or prefix.startswith("__") or len(prefix) < _MIN_NAME:
            return []
        names = dict.fromkeys(
            name
            for cls in self.hierarchy.line(ref)
            for name in cls.cls.methods
            if name.startswith(prefix)
        )
        found = [self.hierarchy.method(ref, name) for name in names]
        return [method for method in found if method is not None][:_MAX_KEYED]

    def _under_a_key(self, path: AccessPath) -> list[FunctionRef]:
        """`HANDLERS[kind](event)`: what the module's own mapping holds there."""
        dotted, key = path.root[5:], path.keys[-1]
        self._note_all_keyed()
        name = dotted.rpartition(".")[2]
        found = []
        for held_key, held, module in self._keyed.get(name, ()):
            if key in (held_key, "[]"):
                definition = self.program.find(held.root[5:], module.facts.path)
                function = self.hierarchy.function_of(definition)
                if function is not None and function not in found:
                    found.append(function)
        return found if len(found) <= _MAX_KEYED else []

    def _note_all_keyed(self) -> None:
        if not self._keyed:
            self._keyed[""] = []
            for module in self.hierarchy.functions.values():
                if module.header.qualname == "<module>":
                    for store in module.header.stores:
                        self._note_keyed(module, store.target, store.value)

    def _note_keyed(
        self, module: FunctionRef, target: AccessPath, value: tuple[ValuePart, ...]
    ) -> None:
        if len(target.keys) == 1 and target.root.startswith("name:"):
            name = target.root.rpartition(".")[2].removeprefix("name:")
            self._keyed.setdefault(name, []).extend(
                (target.keys[0], part.path, module)
                for part in value
                if part.path.root.startswith("name:") and not part.path.keys
            )

    def held_names(self) -> set[str]:
        """Attributes into which something is put that may be a function."""
        if not self._held:
            self._held.add("")
            for ref in self.hierarchy.functions.values():
                if not ref.header.owner:
                    continue
                for store in ref.header.stores:
                    roots = (part.path.root for part in store.value if not part.path.keys)
                    is_held = any(root.startswith(("name:", "param:")) for root in roots)
                    if is_held and store.target.keys:
                        self._held.add(store.target.keys[-1][1:])
            self._held -= self.hierarchy.methods.keys()
        return self._held

    def _attribute_functions(self, ref: ClassRef, name: str) -> list[FunctionRef]:
        """`self.deliver(…)`, where `__init__` put a function into that attribute."""
        found: list[FunctionRef] = []
        for store_fn, store in self.hierarchy.stores(ref, name)[:4]:
            for part in store.value[:2]:
                if part.at or part.text or part.path.keys:
                    continue
                function = self._function_behind(store_fn, part.path)
                if function is not None and function not in found:
                    found.append(function)
        return found

    def _function_behind(self, fn: FunctionRef, path: AccessPath) -> FunctionRef | None:
        """The function that a name or a parameter most likely holds."""
        kind, _, name = path.root.partition(":")
        if kind == "name":
            return self.hierarchy.function_of(self.program.find(name, fn.facts.path))
        if kind == "call" and not path.keys and self._is_partial(fn, path):
            return self._function_behind(fn, self.part_of(fn, path))
        if kind != "param" or name not in fn.params:
            return None
        param = fn.params[name]
        found = self.hierarchy.function_of(self.program.find(param.default, fn.facts.path))
        if found is not None:
            return found
        wanted = dependency(param.default) or dependency(param.annotation)
        giver = self.hierarchy.function_of(self.program.find(wanted, fn.facts.path))
        if giver is not None:
            given = [part.path for _, value in giver.function.results for part in value]
            return self._function_behind(giver, given[0]) if given else None
        return self._only_function(name)

    def _only_function(self, name: str) -> FunctionRef | None:
        """The one function of so telling a name, for what is handed around under it."""
        if len(name) < _MIN_NAME or "_" not in name or self._is_common(name):
            return None
        named = self._loose_functions().get(name, [])
        return named[0] if len(named) == 1 else None

    def _is_common(self, name: str) -> bool:
        """Whether libraries have methods of the name too."""
        return "".join(split(name)) in self.words("common-methods")
