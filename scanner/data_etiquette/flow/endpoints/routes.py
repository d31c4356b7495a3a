"""Where views hang: URL configuration, routers, and what guards whole groups of routes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from data_etiquette.flow.endpoints.access import Access
from data_etiquette.flow.endpoints.mounts import held
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.model.catalog import RouteModel
from data_etiquette.model.facts import AccessPath, CallFact, Facts, Value
from data_etiquette.model.value import MAX_PARTS

_MAX_NESTED = 6
_WRAPPING = frozenset({"decorators", "method_decorators", "dependencies", "middleware"})
_DOCUMENT = "openapi"
_TABLE = "flask"
"""Where tables of views are handed to functions of the application's own."""


@dataclass(frozen=True, slots=True)
class Route:
    """One path that leads to one view."""

    path: str
    framework: str
    guards: tuple[str, ...] = ()
    owner: str = ""
    """Dotted name of the blueprint or router that it is added to."""
    method: str = ""
    """In capitals, where the route is of one alone."""


@dataclass(frozen=True, slots=True)
class _Include:
    """A path below which another module's routes hang."""

    path: str
    module: str
    """Module in which the call stands."""
    guards: tuple[str, ...]


@dataclass(slots=True)
class Routes:
    """Routes by the dotted id of the function or class that they lead to."""

    by_view: dict[str, list[Route]] = field(default_factory=dict)
    is_django: bool = False
    """Whether there is any URL configuration of Django's kind."""
    _raw: list[tuple[str, str, Route]] = field(default_factory=list)
    """(module, id of the view, route without what stands before it)."""
    _includes: dict[str, list[_Include]] = field(default_factory=dict)
    _routers: dict[str, list[_Include]] = field(default_factory=dict)
    """Router to where its own module hangs it: `path("api/", include(router.urls))`."""

    def add(self, module: str, view: str, route: Route) -> None:
        """Note a route as it stands in one module."""
        self._raw.append((module, view, route))

    def include(self, target: str, include: _Include) -> None:
        """Note that a module's routes hang below a path."""
        self._includes.setdefault(target, []).append(include)

    def include_router(self, owner: str, include: _Include) -> None:
        """Note that a router's routes hang below a path of the module that it stands in."""
        self._routers.setdefault(owner, []).append(include)

    def join(self) -> None:
        """Put all routes under the paths of the modules and routers that include theirs."""
        for module, view, route in self._raw:
            for path, guards in self._over(module, route.owner):
                whole = (*guards, *route.guards)
                joined = replace(route, path=path + route.path, guards=whole)
                self.by_view.setdefault(view, []).append(joined)

    def _over(self, module: str, owner: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        for above, guards in self._above(module, _MAX_NESTED):
            for include in self._routers.get(owner, ()) if owner else ():
                yield above + include.path, (*guards, *include.guards)
            if owner not in self._routers:
                yield above, guards

    def _above(self, module: str, depth: int) -> list[tuple[str, tuple[str, ...]]]:
        includes = self._includes.get(module, []) if depth > 0 else []
        found = [
            (above + include.path, (*guards, *include.guards))
            for include in includes
            for above, guards in self._above(include.module, depth - 1)
        ]
        return found or [("", ())]


def find_routes(access: Access) -> Routes:
    """Read every call that ties a path to a view."""
    finder = _Finder(access)
    for fn in access.world.types.hierarchy.functions.values():
        finder.read(fn)
    finder.documents()
    finder.routes.join()
    return finder.routes


@dataclass(slots=True)
class _Finder:
    access: Access
    routes: Routes = field(default_factory=Routes)
    _calls: dict[str, RouteModel] = field(default_factory=dict)
    _methods: dict[str, RouteModel] = field(default_factory=dict)
    _lasts: set[str] = field(default_factory=set)
    _owner: str = ""

    def __post_init__(self) -> None:
        for model in self.access.world.types.knowledge.routes:
            self._calls.update(dict.fromkeys(model.calls, model))
            self._methods.update(dict.fromkeys(model.methods, model))
        self._lasts = {name.rsplit(".", 1)[-1] for name in self._calls}

    def read(self, fn: FunctionRef) -> None:
        wrapped = self._wrapped(fn) if fn.name == "<module>" else ()
        for call in fn.function.calls:
            model = self._model(call)
            if model is not None:
                self._route(fn, call, model, wrapped)
            elif call.keywords and len(call.args) > 1:
                self._table(fn, call)

    def documents(self) -> None:
        """Operations of OpenAPI documents that name the function which serves them."""
        program = self.access.world.types.program
        for facts in program.files:
            for item in facts.operations:
                definition = program.find(item.name, facts.path) if "." in item.name else None
                if definition is None or definition.kind != "function":
                    continue
                guards = () if item.secured in ("", "none") else (f"{item.secured} (OpenAPI)",)
                route = Route(item.path, _DOCUMENT, guards, method=item.method.upper())
                self.routes.add(definition.facts.module, definition.id, route)

    def _table(self, fn: FunctionRef, call: CallFact) -> None:
        """`register(blueprint, [("/me", Me)], decorators=[login_required])`: guards of a table."""
        guards = tuple(
            name.rsplit(".", 1)[-1]
            for key, value in call.keywords
            if key in _WRAPPING
            for part in value
            if part.path.root.startswith("name:")
            and self.access.named(name := _dotted(part.path), fn.facts.path)
        )
        for value in call.args if guards else ():
            for part in value:
                if part.at[1:] and part.path.root.startswith("name:"):
                    self._view(fn, part.path, "", _TABLE, guards)
            if len(value) >= MAX_PARTS:
                # The table is longer than a value is kept: its other views are imported here too.
                for _, target in fn.facts.imports:
                    self._view(fn, AccessPath(f"name:{target}"), "", _TABLE, guards)

    def _model(self, call: CallFact) -> RouteModel | None:
        path = call.callee
        last = last_name(path)
        if path.keys and last in self._methods and not path.root.startswith("name:django.contrib"):
            return self._methods[last]
        if last not in self._lasts or not path.root.startswith("name:"):
            return None
        return self._calls.get(path.root[5:] + "".join(path.keys))

    def _wrapped(self, fn: FunctionRef) -> tuple[str, ...]:
        """`urlpatterns = decorate(urlpatterns, require_login)`: what guards all of a module."""
        found = []
        for call in fn.function.calls:
            if len(call.args) < 2 or call.callee.keys[-1:] == (".as_view",):
                continue
            if not any(part.at[:1] for part in call.args[0][:1]):
                continue
            for value in call.args[1:3]:
                for part in value[:1]:
                    name = _dotted(part.path)
                    if part.path.root.startswith("name:") and self.access.named(
                        name, fn.facts.path
                    ):
                        found.append(name.rsplit(".", 1)[-1])
        return tuple(found)

    def _route(
        self, fn: FunctionRef, call: CallFact, model: RouteModel, wrapped: tuple[str, ...]
    ) -> None:
        text = next((p.path.root[6:] for p in _argument(call, model.path)
                     if p.path.root.startswith("const:")), "")  # fmt: skip
        receiver = AccessPath(call.callee.root, call.callee.keys[:-1])
        held = fn.named.get(receiver, "")
        self._owner = f"{fn.facts.module}.{held}" if held else ""
        if receiver.root.startswith("name:"):
            self._owner = _dotted(receiver)
        self.routes.is_django = self.routes.is_django or model.framework == "django"
        for part in _argument(call, model.view)[:4]:
            self._view(fn, part.path, text, model.framework, wrapped)

    def _view(
        self, fn: FunctionRef, path: AccessPath, text: str, framework: str, guards: tuple[str, ...]
    ) -> None:
        module = fn.facts.module
        if path.root.startswith("call:"):
            made = fn.calls.get(int(path.root[5:]))
            if made is not None:
                self._made(fn, made, text, framework, guards)
            return
        definition = self.access.world.types.program.find(_dotted(path), fn.facts.path)
        if definition is not None and definition.kind in ("class", "function"):
            self.routes.add(module, definition.id, Route(text, framework, guards, self._owner))

    def _made(
        self, fn: FunctionRef, made: CallFact, text: str, framework: str, guards: tuple[str, ...]
    ) -> None:
        """A view that a call makes: `.as_view()`, `login_required(view)`, `include(…)`."""
        if made.callee.keys[-1:] == (".as_view",):
            owner = AccessPath(made.callee.root, made.callee.keys[:-1])
            self._view(fn, owner, text, framework, guards)
            return
        name = _dotted(made.callee)
        if name.rsplit(".", 1)[-1] == "include":
            include = _Include(text, fn.facts.module, guards)
            for target in self._included(fn, made):
                self.routes.include(target, include)
            for value in made.args[:1]:
                for part in value[:4]:
                    router = held(fn, AccessPath(part.path.root, part.path.keys[:-1]))
                    is_here = router.rpartition(".")[0] == fn.facts.module
                    if part.path.keys[-1:] == (".urls",) and is_here:
                        self.routes.include_router(router, include)
            return
        guard = self.access.named(name, fn.facts.path)
        inner = (*guards, guard.rsplit(".", 1)[-1]) if guard else guards
        for value in made.args[:2]:
            for part in value[:2]:
                self._view(fn, part.path, text, framework, inner)
        if made.callee.root.startswith("call:"):
            outer = fn.calls.get(int(made.callee.root[5:]))
            # `user_passes_test(check)(view)`: the inner call makes the decorator.
            named = self.access.named(_dotted(outer.callee), fn.facts.path) if outer else ""
            if named:
                for value in made.args[:1]:
                    for part in value[:2]:
                        self._view(fn, part.path, text, framework, (*guards, named))

    def _included(self, fn: FunctionRef, made: CallFact) -> Iterator[str]:
        program = self.access.world.types.program
        for value in made.args[:1]:
            for part in value[:4]:
                text = part.path.root.partition(":")[2]
                if part.path.root.startswith("name:"):
                    text = _dotted(part.path)
                module: Facts | None = None
                while text and module is None:
                    module = program.module(text, fn.facts.path)
                    text = text.rpartition(".")[0]
                if module is not None and module is not fn.facts:
                    yield module.module


def _argument(call: CallFact, names: tuple[str, ...]) -> Value:
    keywords = dict(call.keywords)
    for name in names:
        if name.isdigit() and int(name) < len(call.args):
            return call.args[int(name)]
        if name in keywords:
            return keywords[name]
    return ()


def _dotted(path: AccessPath) -> str:
    return path.root.partition(":")[2] + "".join(key for key in path.keys if key[0] == ".")


def last_name(path: AccessPath) -> str:
    """What a callee is called, without its owner."""
    return path.keys[-1][1:] if path.keys else path.root.rsplit(".", 1)[-1].rsplit(":", 1)[-1]
