"""Who gets into a function or class: decorators, dependencies, checks in the body, own rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.endpoints.guardwords import GuardWords, compile_guard_words, statuses_in
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.world import World
from data_etiquette.model.facts import AccessPath, CallFact, ParamFact, Value

_DEPENDS = re.compile(r"\b(?:Depends|Security|Inject)\(([A-Za-z_][\w.]*)")
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_AUTH_OPTION = re.compile(r"\bauth=(?!None)")
_SIGN_IN = re.compile(r"log_?in|sign_?-?in|authenticate|\bauth\b", re.IGNORECASE)
_MAX_DEPTH = 3
_SHORT = 4
_REQUESTS = frozenset({"request", "req", "info", "self", "cls", "user", "current_user"})
_NOT_FOUND = frozenset(
    {"Http404", "abort", "HTTPException", "redirect", "HttpResponseRedirect", "NotFound"}
)
"""What sends away those that a condition on the signed-in person does not fit."""
_EMPTY = frozenset({"", "None", "[]", "()", "{}", "False", "True", "''"})
_RANKS = frozenset({".is_staff", ".is_superuser", ".has_perm", ".has_perms", ".is_admin"})
_CLASS_OPTIONS = ("permission_classes", "permission_required", "decorators", "method_decorators",
                  "permissions", "permission", "dependencies", "raise_exception")  # fmt: skip


@dataclass(slots=True)
class Access:
    """Guards of functions and classes, remembered."""

    world: World
    words: GuardWords
    _functions: dict[tuple[FunctionRef, int], tuple[str, ...]] = field(default_factory=dict)
    _dependencies: dict[str, str] = field(default_factory=dict)
    _own: dict[tuple[FunctionRef, AccessPath], bool] = field(default_factory=dict)

    def of_function(self, fn: FunctionRef, depth: int = _MAX_DEPTH) -> tuple[str, ...]:
        """What lets only some people into a function; empty when nothing was found."""
        key = (fn, depth)
        known = self._functions.get(key)
        if known is None:
            self._functions[key] = ()
            known = self._functions[key] = tuple(sorted(set(self._guards(fn, depth))))
        return known

    def of_class(self, ref: ClassRef) -> tuple[str, ...]:
        """What lets only some people into a class-based view."""
        return tuple(sorted(set(self._class_guards(ref))))

    def permissions(self, ref: ClassRef) -> list[str] | None:
        """Names of a class's permission classes; None where it says nothing."""
        declared = self.world.types.hierarchy.attribute(ref, "permission_classes")
        if declared is None:
            return None
        item = declared[1]
        texts = [item.option("="), item.call, *item.args]
        return [name for text in texts for name in _names_in(text)]

    def lets_in(self, name: str, near: str = "") -> bool:
        """Whether a permission class lets everybody in, or everybody read."""
        if self.words.is_open(name):
            return True
        definition = self.world.types.program.find(name, near)
        ref = self.world.types.hierarchy.class_of(definition)
        if ref is None:
            return False
        method = self.world.types.hierarchy.method(ref, "has_permission")
        if method is None:
            return False
        is_short = method.function.end_line - method.function.line <= _SHORT
        # A longer method chooses by it which permission it asks for.
        return is_short and any(
            "SAFE_METHODS" in path.root or path.keys[-1:] == (".SAFE_METHODS",)
            for _, path in method.function.compared
        )

    def named(self, text: str, near: str) -> str:
        """The guard that a decorator's text names; empty for none."""
        name, _, inside = text.partition("(")
        last = name.rsplit(".", 1)[-1]
        if last in ("method_decorator", "permission_classes", "decorator_from_middleware"):
            inner = [part for part in _names_in(inside) if part != "name"]
            return next((part for part in inner if self._is_guard(part, near)), "")
        if "permission_classes=" in inside:
            listed = _names_in(inside.partition("permission_classes=")[2].partition("]")[0])
            return next((part for part in listed if self._is_guard(part, near)), "")
        if "optional=True" in inside:
            return ""
        if _AUTH_OPTION.search(inside) or "_required=True" in inside:
            return "auth"
        for wanted in _DEPENDS.findall(inside):
            found = self.dependency(wanted, near)
            if found:
                return found
        return name if self._is_guard(name, near) else ""

    def dependency(self, name: str, near: str) -> str:
        """The name of a dependency that lets only some people in, else empty."""
        key = f"{near}:{name}"
        if key not in self._dependencies:
            self._dependencies[key] = ""
            self._dependencies[key] = name if self._is_dependency_guard(name, near) else ""
        return self._dependencies[key]

    def is_own(self, fn: FunctionRef, path: AccessPath, depth: int = _MAX_DEPTH) -> bool:
        """Whether a path starts at the signed-in person, or at rows found by that person."""
        key = (fn, path)
        known = self._own.get(key)
        if known is None:
            self._own[key] = False
            known = self._own[key] = self._is_own(fn, path, depth)
        return known

    def any_own(self, fn: FunctionRef, values: Iterable[Value]) -> bool:
        """Whether one of the values comes from the signed-in person."""
        return any(self.is_own(fn, part.path) for value in values for part in value[:3])

    def _is_guard(self, name: str, near: str) -> bool:
        if self.words.is_guard(name):
            return True
        if self.words.is_open(name):
            return False
        definition = self.world.types.program.find(name, near)
        if definition is not None and definition.kind == "value":
            # `manager_required = user_passes_test(lambda u: u.is_manager)`
            made, is_call, _ = definition.text.partition("(")
            made = made.strip()
            return bool(is_call) and made != name and self._is_guard(made, definition.facts.path)
        function = self.world.types.hierarchy.function_of(definition)
        if function is None:
            return False
        return any(
            self.of_function(inner, _MAX_DEPTH - 1) for inner in (function, *self.inner(function))
        )

    def inner(self, fn: FunctionRef) -> Iterator[FunctionRef]:
        """Functions that a function defines: a decorator's wrapper."""
        prefix = f"{fn.function.qualname}.<locals>."
        functions = self.world.types.hierarchy.functions
        for function in fn.facts.functions:
            if function.qualname.startswith(prefix):
                found = functions.get((fn.facts.path, function.qualname))
                if found is not None:
                    yield found

    def _is_dependency_guard(self, name: str, near: str) -> bool:
        definition = self.world.types.program.find(name, near)
        if definition is None:
            told = self.words.is_guard(name) or self.words.is_person_lookup(name)
            return name in self.words.guards or told
        if definition.kind == "value":
            inner = _names_in(definition.text)[:1]
            optional = "auto_error=False" in definition.text
            return not optional and any(part in self.words.guards for part in inner)
        function = self.world.types.hierarchy.function_of(definition)
        if function is None:
            ref = self.world.types.hierarchy.class_of(definition)
            return ref is not None and bool(self.of_class(ref) or self.words.is_guard(name))
        if self.words.is_person_lookup(name) or self.words.is_guard(name):
            return not any("None" in text for text in (function.function.returns,))
        return bool(self.of_function(function, _MAX_DEPTH - 1))

    def _guards(self, fn: FunctionRef, depth: int) -> Iterator[str]:
        near = fn.facts.path
        for text in fn.function.decorators:
            found = self.named(text, near)
            if found:
                yield found.rsplit(".", 1)[-1]
        for param in fn.function.params:
            yield from self._param_guards(param, near)
        yield from self._body_guards(fn, depth)

    def _param_guards(self, param: ParamFact, near: str) -> Iterator[str]:
        texts = [param.default, param.annotation]
        for name in _names_in(param.annotation)[:2] if param.annotation else ():
            definition = self.world.types.program.find(name, near)
            if definition is not None and definition.kind == "value":
                texts.append(definition.text)
        for text in texts:
            for wanted in _DEPENDS.findall(text):
                found = self.dependency(wanted, near)
                if found:
                    yield f"Depends({found.rsplit('.', 1)[-1]})"

    def _body_guards(self, fn: FunctionRef, depth: int) -> Iterator[str]:
        checked = False
        asks = any(self._asks(path) or self.is_own(fn, path) for _, path in fn.function.compared)
        for call in fn.function.calls:
            name = _dotted(call.callee)
            last = name.rsplit(".", 1)[-1]
            asked = any(self._asks(path) for path in call.guards)
            checked = checked or asked
            if self._turns_away(fn, call, name):
                yield f"{last}(…)"
            elif (
                (asked or asks)
                and (last in _NOT_FOUND or "edirect" in last)
                and self._leads_out(fn, call, last)
            ):
                yield "a check of the signed-in person"
            elif self.words.is_checking(name) or self.words.is_checking(
                self._qualified(fn, call, last)
            ):
                yield last
            elif depth > 1 and self._hands_on(call):
                for target in self.world.types.targets(fn, call)[:3]:
                    if self.of_function(target.function, depth - 1):
                        yield target.function.name
                        break
        for _, value in fn.function.raises:
            for part in value[:2]:
                dotted = _dotted(part.path)
                if part.path.root.startswith("name:") and self.words.is_refusal(dotted):
                    yield dotted.rsplit(".", 1)[-1]
        if checked and self._answers_are_asked(fn):
            yield "a check of the signed-in person"

    def _qualified(self, fn: FunctionRef, call: CallFact, last: str) -> str:
        """The library's name of a method that some guard model names; costly, so by name first."""
        if not call.callee.keys or last not in self._guard_lasts():
            return ""
        return self.world.types.callee(fn, call.callee)

    def _guard_lasts(self) -> frozenset[str]:
        if not self._lasts:
            self._lasts.append(frozenset(name.rsplit(".", 1)[-1] for name in self.words.guards))
        return self._lasts[0]

    _lasts: list[frozenset[str]] = field(default_factory=list)

    def _turns_away(self, fn: FunctionRef, call: CallFact, name: str) -> bool:
        last = name.rsplit(".", 1)[-1]
        if last not in self.words.refusal_lasts:
            return self.words.is_refusal(last)
        values = (*call.args, *(value for _, value in call.keywords))
        paths = [part.path for value in values for part in value]
        statuses = statuses_in(_dotted(path) for path in paths)
        if self.words.is_refusal(name, statuses):
            return True
        qualified = self.world.types.callee(fn, call.callee) if call.callee.keys else ""
        return bool(qualified) and self.words.is_refusal(qualified, statuses)

    def _leads_out(self, fn: FunctionRef, call: CallFact, last: str) -> bool:
        """Whether what is called ends the request, or sends it to where one signs in."""
        if "edirect" not in last:
            return True
        texts = [text for value in call.args[:2] for text in self._texts(fn, value)]
        return any(_SIGN_IN.search(text) for text in texts)

    def _texts(self, fn: FunctionRef, value: Value) -> Iterator[str]:
        for part in value[:4]:
            yield _dotted(part.path)
            made = (
                fn.calls.get(int(part.path.root[5:]))
                if part.path.root.startswith("call:")
                else None
            )
            for inner in made.args[:1] if made is not None else ():
                yield from (_dotted(item.path) for item in inner[:2])

    def _hands_on(self, call: CallFact) -> bool:
        """Whether a call can know who asks: it gets the request, or is one of the object's own."""
        root = call.callee.root.partition(":")[2]
        if root in ("self", "cls") and len(call.callee.keys) == 1:
            return True
        if call.callee.root == "name:super" or not call.args:
            return False
        return any(
            part.path.root.partition(":")[2] in _REQUESTS or self.words.is_person(part.path)
            for value in call.args[:3]
            for part in value[:1]
        )

    def _asks(self, path: AccessPath) -> bool:
        return self.words.is_checked(path) or self.words.is_person(path)

    def _answers_are_asked(self, fn: FunctionRef) -> bool:
        """Whether every answer is made behind a condition on who asks."""
        made = [
            fn.calls.get(int(part.path.root[5:]))
            for _, value in fn.function.results
            for part in value[:1]
            if part.path.root.startswith("call:")
        ]
        return bool(made) and all(
            call is not None and any(_is_rank(path) for path in call.guards) for call in made
        )

    def _class_guards(self, ref: ClassRef) -> Iterator[str]:
        hierarchy = self.world.types.hierarchy
        for cls in hierarchy.line(ref):
            near = cls.facts.path
            for text in cls.cls.decorators:
                found = self.named(text, near)
                if found:
                    yield found.rsplit(".", 1)[-1]
            for name in (cls.cls.name, *cls.cls.bases):
                if self.words.is_guard(name) and (name != cls.cls.name or cls is not ref):
                    yield name.rsplit(".", 1)[-1]
            for item in cls.cls.fields:
                told = any(text not in _EMPTY for text in (item.option("="), item.call))
                if item.name not in _CLASS_OPTIONS and told and self.words.is_permission(item.name):
                    yield item.name
                if item.name in _CLASS_OPTIONS and item.name != "permission_classes":
                    texts = (item.option("="), item.call, *item.args)
                    if item.name == "permission_required" and any(texts):
                        yield "permission_required"
                    for text in texts:
                        found = self.named(text.strip("[]"), near) if text else ""
                        if found:
                            yield found.rsplit(".", 1)[-1]
            for method in cls.cls.methods:
                fn = hierarchy.functions.get((near, f"{cls.cls.qualname}.{method}"))
                if fn is not None:
                    yield from self.of_function(fn)

    def _is_own(self, fn: FunctionRef, path: AccessPath, depth: int) -> bool:
        if self.words.is_person(path):
            return True
        kind, _, name = path.root.partition(":")
        if depth <= 0:
            return False
        if kind == "param":
            return self._is_own_param(fn, path, name, depth)
        if kind == "outer":
            parent = self.world.types.hierarchy.parent(fn)
            return parent is not None and self.is_own(
                parent, AccessPath(name, path.keys), depth - 1
            )
        if kind != "call" or not name.isdigit():
            return False
        call = fn.calls.get(int(name))
        return call is not None and self._is_own_call(fn, call, depth)

    def _is_own_param(self, fn: FunctionRef, path: AccessPath, name: str, depth: int) -> bool:
        param = fn.params.get(name)
        if param is not None and any(self._param_guards(param, fn.facts.path)):
            return True
        owner = self.world.types.hierarchy.owner(fn)
        if owner is None or not path.keys or fn.function.params[0].name != name:
            return False
        stores = self.world.types.hierarchy.stores(owner, path.keys[0][1:])[:3]
        return any(
            self.is_own(other, part.path, depth - 1)
            for other, store in stores
            for part in store.value[:2]
        )

    def _is_own_call(self, fn: FunctionRef, call: CallFact, depth: int) -> bool:
        name = _dotted(call.callee)
        if name in self.words.own.names or self.words.is_person(call.callee):
            return True
        receiver = AccessPath(call.callee.root, call.callee.keys[:-1])
        if call.callee.root.startswith(("call:", "param:")) and self.is_own(
            fn, receiver, depth - 1
        ):
            return True
        values = (*call.args, *(value for _, value in call.keywords))
        if self.any_own(fn, values) or self.is_compared_with_person(fn, call):
            return True
        if self.words.is_person_lookup(name):
            return True
        return any(
            self.is_own(target.function, part.path, depth - 1)
            for target in self.world.types.targets(fn, call)[:2]
            for _, value in target.function.function.results[:3]
            for part in value[:2]
            if not part.path.root.startswith("param:")
        )

    def is_compared_with_person(self, fn: FunctionRef, call: CallFact) -> bool:
        """`.filter(Order.user_id == current_user.id)`: a comparison inside the call's lines."""
        last = call.end_line or call.line
        return any(
            call.line <= line <= last and self.words.is_person(path)
            for line, path in fn.function.compared
        )


def _is_rank(path: AccessPath) -> bool:
    """Whether a condition asks for more than being signed in; that much often only decorates."""
    return bool(path.keys) and path.keys[-1] in _RANKS


def build_access(world: World) -> Access:
    """Guards by the models of all frameworks and the word lists."""
    return Access(world, compile_guard_words(world.types.knowledge, world.types.words))


def _dotted(path: AccessPath) -> str:
    return path.root.partition(":")[2] + "".join(path.keys)


def _names_in(text: str) -> list[str]:
    return _NAME.findall(re.sub(r"'[^']*'|\"[^\"]*\"", " ", text)) if text else []
