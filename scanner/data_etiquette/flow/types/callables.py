"""What a call runs: functions, methods with overrides, what is handed to something else."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.annotation import names_in
from data_etiquette.flow.program.binding import Target
from data_etiquette.flow.program.program import Definition
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.types.core import (
    MANAGERS,
    class_target,
    dispatched_paths,
    method_target,
    own_root,
    receiver_name,
)
from data_etiquette.flow.types.lookups import Lookups
from data_etiquette.model.catalog import DispatchModel
from data_etiquette.model.facts import AccessPath, CallFact

_MAX_CANDIDATES = 3
_MAX_BY_WORD = 8
_MAX_CHAIN = 6
"""Calls on results of calls that are looked through for what the first was made by."""
_MAX_DECORATED = 60
"""Functions under one decorator whose results are followed into its wrapper."""
_MIN_WORD = 4
_RUNNING = ("run", "__call__", "perform", "handle")
_SIGNING = frozenset({"s", "si", "signature", "subtask", "set", "clone", "configure", "options"})
"""Methods of a task that give the task again, to be sent later."""


@dataclass(slots=True)
class Callables(Lookups):
    """First-party functions behind calls."""

    _by_words: dict[tuple[str, str], list[FunctionRef]] = field(default_factory=dict)
    _of_managers: dict[str, list[FunctionRef]] = field(default_factory=dict)
    _under: dict[str, list[FunctionRef]] = field(default_factory=dict)

    def dispatched(self, fn: FunctionRef, call: CallFact) -> tuple[Target, ...]:
        """Functions that a call hands to something else to run: a queue, a thread, a pool."""
        model = self._dispatch(fn, call)
        if model is None:
            return ()
        for path in dispatched_paths(call, model):
            found = self.function_at(fn, path)
            if found is not None:
                bound = found.function.is_decorated("task", "shared_task", "actor")
                takes_self = bound and any(
                    "bind=True" in d for d in found.function.header.decorators
                )
                skip = found.skip + takes_self + model.skip
                found = replace(found, dispatch=model, skip=skip)
                return tuple(
                    replace(found, function=method) for method in self._overridden(fn, found)
                )
        return ()

    def _overridden(self, fn: FunctionRef, found: Target) -> list[FunctionRef]:
        """`Thread(target=self.track)`: the method and what subclasses put in its place."""
        owner = self.of(fn, found.receiver).cls if found.receiver is not None else None
        methods = self.hierarchy.targets(owner, found.function.name) if owner is not None else []
        return methods if found.function in methods else [found.function]

    def giving(self, fn: FunctionRef, call: CallFact) -> tuple[Target, ...]:
        """The function that a call runs elsewhere and whose result it gives back."""
        path = call.callee
        last = path.keys[-1][1:] if path.keys else path.root.rpartition(".")[2]
        if last not in self.knowledge.giving_names:
            return ()
        found = self.dispatched(fn, call)
        return tuple(t for t in found if t.dispatch is not None and t.dispatch.gives)

    def shared(self) -> tuple[object, ...]:
        """What is looked up in indices of all functions' bodies and all modules' values."""
        self._decorated_functions()
        return Lookups.shared(self)

    def decorated(self, fn: FunctionRef, call: CallFact) -> tuple[Target, ...]:
        """What a decorator's wrapper runs where it calls the function that was decorated.

        These are no targets of the call: a guard that wraps a view asks nothing of it, and who
        looks for what is asked must not go through all views there are.
        """
        path = call.callee
        outer = self.hierarchy.parent(fn) if path.root.startswith("outer:param:") else None
        if outer is None or path.keys or not outer.header.params:
            return ()
        name = outer.header.qualname.partition(".<locals>.")[0]
        if outer.header.params[0].name != path.root[12:] or "." in name:
            return ()
        found = self._decorated_functions().get(f"{fn.facts.module}.{name}", [])
        return tuple(Target(function) for function in found[:_MAX_DECORATED])

    def _decorated_functions(self) -> dict[str, list[FunctionRef]]:
        """Functions under each of the program's own decorators, by its id."""
        if not self._under:
            self._under[""] = []
            for ref in self.hierarchy.functions.values():
                for text in ref.header.decorators:
                    used = self.program.find(text.partition("(")[0], ref.facts.path)
                    if used is not None and used.kind == "function":
                        self._under.setdefault(used.id, []).append(ref)
        return self._under

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
            return self._function_of_name(fn, dotted)
        if path.root.startswith("const:"):
            return None if path.keys else self._function_of_text(fn, path.root[6:])
        if not path.keys:
            return self._run_object(fn, path)
        owner_path = AccessPath(path.root, path.keys[:-1])
        owner = self.of(fn, owner_path)
        if owner.cls is None:
            return None
        method = self.hierarchy.method(owner.cls, path.keys[-1][1:])
        if method is None:
            return self._held_function(owner.cls, path.keys[-1][1:])
        if method.is_decorated("property", "cached_property"):
            return None
        return Target(method, receiver=None if method.is_decorated("staticmethod") else owner_path)

    def _function_of_name(self, fn: FunctionRef, dotted: str) -> Target | None:
        definition = self.program.find(dotted, fn.facts.path)
        found = self.hierarchy.function_of(definition)
        if found is None and definition is not None:
            found = self._wrapped_function(definition)
        if found is None:
            ref = self.hierarchy.class_of(definition)
            found = self._running(ref) if ref is not None else None
            return Target(found, skip=1) if found is not None else None
        if found.header.owner and found.name == "__call__":
            return Target(found, skip=1)
        return Target(found)

    def _function_of_text(self, fn: FunctionRef, text: str) -> Target | None:
        """`"shop.tasks.remind"`, `"tasks:remind"`, `"remind"`: a function by its name in a text."""
        dotted = text.replace(":", ".")
        if not dotted.replace(".", "").replace("_", "").isalnum():
            return None
        if "." in dotted:
            found = self._function_of_name(fn, dotted)
            if found is not None:
                return found
        named = self._loose_functions().get(dotted.rpartition(".")[2], [])
        named = [ref for ref in named if "." not in dotted or ref.header.decorators]
        return Target(named[0]) if len(named) == 1 else None

    def _run_object(self, fn: FunctionRef, path: AccessPath) -> Target | None:
        """`Remind().delay(x)`: an object's `run`; `remind.s()`: the task that was signed."""
        made = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
        if made is not None and made.callee.keys[-1:] and made.callee.keys[-1][1:] in _SIGNING:
            inner = AccessPath(made.callee.root, made.callee.keys[:-1])
            return self.function_at(fn, inner)
        typed = self.of(fn, path)
        if typed.cls is None or typed.is_class:
            return None
        method = self._running(typed.cls)
        return Target(method, receiver=path) if method is not None else None

    def _running(self, ref: ClassRef) -> FunctionRef | None:
        """The method that a queue runs of a task that is a class."""
        found = (self.hierarchy.method(ref, name) for name in _RUNNING)
        return next((method for method in found if method is not None), None)

    def _held_function(self, ref: ClassRef, name: str) -> Target | None:
        """`self.task.delay(x)`, where the class says `task = remind`."""
        for function in self._attribute_functions(ref, name)[:1]:
            return Target(function)
        declared = self.hierarchy.attribute(ref, name)
        if declared is None:
            return None
        place, item = declared
        definition = self.program.find(item.option("="), place.facts.path)
        found = self.hierarchy.function_of(definition)
        if found is None and definition is not None:
            found = self._wrapped_function(definition)
        return Target(found) if found is not None else None

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
        return model, dispatched_paths(call, model) if model is not None else []

    def _find_targets(self, fn: FunctionRef, call: CallFact) -> list[Target]:
        path = call.callee
        if not path.keys:
            if path.root.startswith("name:"):
                return self._named_targets(fn, path.root[5:])
            return self._held_targets(fn, path)
        name = path.keys[-1][1:] if path.keys[-1][0] == "." else ""
        if not name:
            if path.root.startswith("name:") and len(path.keys) == 1:
                return [class_target(found) for found in self._under_a_key(path)]
            return []
        owner_path = AccessPath(path.root, path.keys[:-1])
        if self._is_super(fn, owner_path):
            above = self.hierarchy.above(fn, name)
            own = AccessPath(own_root(fn))
            return [Target(method, receiver=own, through=cls) for method, cls in above]
        if path.root.startswith("name:"):
            dotted = path.root[5:] + "".join(key for key in path.keys if key[0] == ".")
            found = self._named_targets(fn, dotted)
            if found:
                return found
        owner = self.of(fn, owner_path)
        if owner.cls is not None and owner.field is None:
            methods = self.hierarchy.targets(owner.cls, name)
            methods = methods or self._prefixed_methods(owner.cls, name)
            if methods:
                return [method_target(method, owner_path, owner) for method in methods]
            if owner.entity is not None:
                return self._manager_targets(owner_path, name)
            return [class_target(found) for found in self._attribute_functions(owner.cls, name)]
        if owner.library or owner.field is not None or owner.entity is not None:
            return []
        if self._is_foreign(fn, owner_path):
            return []
        return self._by_name(owner_path, name) or self._by_word(fn, owner_path, name)

    def _is_foreign(self, fn: FunctionRef, path: AccessPath) -> bool:
        """Whether an object comes from calls on an object of a library's class: it is not ours."""
        for _ in range(_MAX_CHAIN):
            made = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
            if made is None or path.keys:
                return False
            path = AccessPath(made.callee.root, made.callee.keys[:-1])
            if path.root.startswith("name:"):
                return self._is_library_object(fn, made.callee.root[5:] + "".join(made.callee.keys))
        return False

    def _is_library_object(self, fn: FunctionRef, dotted: str) -> bool:
        """Whether a call makes an object of a library: its class or a function known for it."""
        is_class = "." in dotted and dotted.rpartition(".")[2][:1].isupper()
        if not is_class and dotted not in self.knowledge.sanitisers:
            return False
        return self.program.find(dotted, fn.facts.path) is None and not self.is_first_party(
            fn, dotted
        )

    def _by_word(self, fn: FunctionRef, owner_path: AccessPath, name: str) -> list[Target]:
        """`backend.send(…)`: methods of the classes that are called a backend."""
        words = split(receiver_name(fn, owner_path))
        word = words[-1] if words else ""
        if len(word) < _MIN_WORD or word in self.words("vague-receivers"):
            return []
        found = self._worded(name, word)
        if not 0 < len(found) <= _MAX_BY_WORD:
            return []
        return [
            Target(method, receiver=None if method.is_decorated("staticmethod") else owner_path)
            for method in found
        ]

    def _worded(self, name: str, word: str) -> list[FunctionRef]:
        """Methods of a name whose class is called by a word."""
        known = self._by_words.get((name, word))
        if known is None:
            owned = ((m, self.hierarchy.owner(m)) for m in self.hierarchy.methods.get(name, ()))
            known = self._by_words[name, word] = [
                method
                for method, owner in owned
                if owner is not None and word in self._last_words(owner)
            ]
        return known

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
            if made is not None:
                registered = self._registered(fn, made)
                if registered:
                    return [Target(function) for function in registered]
        if path.root.startswith("param:") and typed.cls is None:
            held = self._function_behind(fn, path)
            return [class_target(held)] if held is not None else []
        if typed.cls is None or typed.is_class:
            return []
        method = self.hierarchy.method(typed.cls, "__call__")
        return [Target(method, receiver=path)] if method is not None else []

    def _is_super(self, fn: FunctionRef, path: AccessPath) -> bool:
        made = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
        return made is not None and not path.keys and made.callee == AccessPath("name:super")

    def _named_targets(self, fn: FunctionRef, dotted: str) -> list[Target]:
        definition = self.program.find(dotted, fn.facts.path)
        definition = self._set_up(definition) or definition
        if definition is None:
            return [class_target(found) for found in self._prefixed(fn, dotted)]
        function = self.hierarchy.function_of(definition)
        if function is not None:
            return [class_target(function)]
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
        return [class_target(found)] if found is not None else []

    def _manager_targets(self, path: AccessPath, name: str) -> list[Target]:
        """`Order.objects.paid()`: methods of managers and querysets of the scanned code."""
        if (path.keys and path.keys[-1] in MANAGERS) or path.root.startswith("call:"):
            found = self._of_managers.get(name)
            if found is None:
                candidates = self.hierarchy.methods.get(name, [])
                found = self._of_managers[name] = [m for m in candidates if self._is_manager(m)]
            if 0 < len(found) <= _MAX_CANDIDATES and not self._is_common(name):
                return [Target(method, receiver=path) for method in found]
        return []

    def _is_manager(self, method: FunctionRef) -> bool:
        owner = self.hierarchy.owner(method)
        return owner is not None and owner.cls.name.endswith(("Manager", "QuerySet", "Query"))

    def _by_name(self, owner_path: AccessPath, name: str) -> list[Target]:
        """A receiver of unknown type: the few methods of so telling a name."""
        if self._is_common(name) or name.startswith("__") or len(name) < 5:
            return []
        found = self.hierarchy.methods.get(name, [])
        if not 0 < len(found) <= _MAX_CANDIDATES:
            return []
        return [
            Target(method, receiver=None if method.is_decorated("staticmethod") else owner_path)
            for method in found
        ]
