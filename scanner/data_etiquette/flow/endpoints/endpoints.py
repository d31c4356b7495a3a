"""Views, routes and handlers that somebody outside can reach, with what limits them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from data_etiquette.flow.endpoints.access import Access, build_access
from data_etiquette.flow.endpoints.asks import asked_in_path, asked_in_query
from data_etiquette.flow.endpoints.doings import Collector, Doings
from data_etiquette.flow.endpoints.gates import Gates, find_gates
from data_etiquette.flow.endpoints.lookups import Lookups
from data_etiquette.flow.endpoints.mounts import Mounts, find_mounts, under
from data_etiquette.flow.endpoints.routes import Route, Routes, find_routes
from data_etiquette.flow.endpoints.views import Views
from data_etiquette.flow.endpoints.writing import Writes
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.tracing.answers import Answers
from data_etiquette.flow.world import World
from data_etiquette.model.application import Endpoint
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location

_VERBS = frozenset({"get", "post", "put", "patch", "delete"})
_REST_VERBS = {"list": "get", "retrieve": "get", "create": "post", "update": "put",
               "partial_update": "patch", "destroy": "delete"}  # fmt: skip
_DEED_VERBS = {"read": "GET", "create": "POST", "update": "PUT", "delete": "DELETE"}
_ERROR_HANDLERS = frozenset({"exception_handler", "errorhandler", "app_errorhandler", "middleware"})
_QUOTED = re.compile(r"""["']([^"']*)["']""")
_METHODS = re.compile(r"(?:methods=|api_view\()\[?\s*((?:'[A-Za-z]+'[,\s]*)+)")
_URL_PATH = re.compile(r"""url_path=["']([^"']*)["']""")
_EXTRA_ACTIONS = frozenset({"action", "detail_route", "list_route"})
_PARAMETER = re.compile(r"[<{](?:P<)?(uuid(?=:)|(?:\w+:)?\w+)")
"""A parameter of a path: `<str:key>`, `(?P<secret>…)`, `{token}`; of `<uuid:pk>` the type."""
_GRAPHQL_ROOTS = ("Query", "Queries", "Mutation", "Mutations", "QueryMixin")
_ANSWERS = frozenset({SinkKind.RESPONSE, SinkKind.TEMPLATE})
_REST = "djangorestframework"
_PLAIN_VIEW = ("request", "req")


def find_endpoints(world: World) -> tuple[Endpoint, ...]:
    """All endpoints of the program, sorted by place."""
    access = build_access(world)
    views = Views(world.types)
    collector = Collector(access, Lookups(access), Writes(world.types), views)
    finder = _Finder(
        world, access, find_routes(access), find_gates(access), collector, views,
        Answers(world.types, world.types.knowledge), find_mounts(world.types),
    )  # fmt: skip
    found = {(item.name, item.location): item for item in finder.all()}
    return tuple(sorted(found.values(), key=lambda item: (item.location, item.name)))


@dataclass(slots=True)
class _Finder:
    world: World
    access: Access
    routes: Routes
    gates: Gates
    collector: Collector
    views: Views
    answers: Answers
    mounts: Mounts

    def all(self) -> Iterator[Endpoint]:
        hierarchy = self.world.types.hierarchy
        for ref in hierarchy.classes.values():
            endpoint = self._class(ref)
            if endpoint is not None:
                yield endpoint
        for fn in hierarchy.functions.values():
            endpoint = self._function(fn)
            if endpoint is not None:
                yield endpoint

    def _class(self, ref: ClassRef) -> Endpoint | None:
        models = self.views.models(ref)
        routes = self.routes.by_view.get(ref.id, [])
        if not models and not routes:
            return None
        hierarchy = self.world.types.hierarchy
        if not routes and self.routes.is_django and hierarchy.subclasses.get(ref):
            return None  # a base class of views, reached through its subclasses
        framework = models[0].framework if models else routes[0].framework
        methods = [
            fn
            for cls in hierarchy.line(ref)
            for name in cls.cls.methods
            if (fn := hierarchy.functions.get((cls.facts.path, f"{cls.cls.qualname}.{name}")))
            and not fn.is_decorated("action", "detail_route", "list_route")
        ]
        names = list(self.access.permissions(ref) or ())
        guards, is_open = self._rest(framework, self.access.permissions(ref), ref)
        guards |= set(self.access.of_class(ref)) - {name.rsplit(".", 1)[-1] for name in names}
        return self._endpoint(
            name=ref.id,
            location=Location(ref.facts.path, ref.cls.line, end_line=ref.cls.end_line),
            framework=framework,
            routes=routes,
            verbs=self._class_verbs(ref),
            guards=guards,
            is_open=is_open,
            owner="",
            doings=self.collector.of_class(ref, methods),
            module=ref.facts.module,
            functions=methods,
        )

    def _rest(
        self, framework: str, names: list[str] | None, ref: ClassRef
    ) -> tuple[set[str], bool]:
        """Guards by permission classes: the class's own, those of a method, or the settings'."""
        if framework != _REST:
            return set(), False
        chosen = self.world.types.hierarchy.method(ref, "get_permissions")
        if chosen is not None:
            return {"get_permissions"}, False
        if names is None:
            return ({self.gates.rest_default} if self.gates.rest_default else set()), False
        closed = {
            name.rsplit(".", 1)[-1]
            for name in names
            if not self.access.lets_in(name, ref.facts.path)
        }
        return closed, not closed

    def _class_verbs(self, ref: ClassRef) -> set[str]:
        verbs = {_DEED_VERBS[deed] for deed in self.views.deeds(ref)}
        for cls in self.world.types.hierarchy.line(ref):
            for method in cls.cls.methods:
                verb = _REST_VERBS.get(method, method)
                verbs |= {verb.upper()} if verb in _VERBS else set()
        return verbs

    def _function(self, fn: FunctionRef) -> Endpoint | None:
        routes = self.routes.by_view.get(fn.scope, [])
        framework, owner = self._framework(fn)
        if not framework and routes:
            framework = routes[0].framework
        if not framework and not self.routes.is_django and self._is_plain_view(fn):
            framework = "django"
        if not framework:
            return None
        cls = self.world.types.hierarchy.owner(fn)
        guards = set(self.access.of_function(fn))
        is_open = self._opens(fn)
        if cls is not None:
            permissions = self.access.permissions(cls)
            inherited, opened = self._rest(framework, permissions, cls)
            own = any("permission_classes" in text for text in fn.function.decorators)
            guards |= set() if own else inherited
            is_open = is_open or (opened and not own)
            guards |= set(self._class_level(cls))
        elif framework == _REST and not guards and not is_open and self.gates.rest_default:
            guards.add(self.gates.rest_default)
        return self._endpoint(
            name=fn.scope,
            location=Location(fn.facts.path, fn.function.line, end_line=fn.function.end_line),
            framework=framework,
            routes=[*routes, *self._decorated_routes(fn, framework, owner), *self._extra(fn, cls)],
            verbs=set(self._verbs(fn)),
            guards=guards,
            is_open=is_open,
            owner=owner,
            doings=self.collector.of_functions([fn]),
            module=fn.facts.module,
            functions=[fn],
        )

    def _class_level(self, ref: ClassRef) -> Iterator[str]:
        """Guards of a class that its other methods have no part in."""
        for cls in self.world.types.hierarchy.line(ref):
            for text in (*cls.cls.decorators, *cls.cls.bases):
                found = self.access.named(text, cls.facts.path)
                if found:
                    yield found.rsplit(".", 1)[-1]
            for name in ("dispatch", "initial", "setup", "prepare", "check_permissions"):
                fn = self.world.types.hierarchy.functions.get(
                    (cls.facts.path, f"{cls.cls.qualname}.{name}")
                )
                if fn is not None:
                    yield from self.access.of_function(fn)

    def _framework(self, fn: FunctionRef) -> tuple[str, str]:
        """(framework, router) of a function that a decorator makes an endpoint."""
        for text in fn.function.decorators:
            head, _, last = text.partition("(")[0].rpartition(".")
            if last in _ERROR_HANDLERS:
                return "", ""
            name = self.world.types.decorator(fn, text.partition("(")[0])
            model = self.world.types.knowledge.endpoint_decorators.get(name)
            if model is not None and model.kind in _ANSWERS and "command" not in model.name:
                root = name.partition(".")[0]
                return (_REST if root == "rest_framework" else root), head
        owner = self.world.types.hierarchy.owner(fn)
        if owner is None or not fn.name.startswith(("resolve_", "mutate")):
            return "", ""
        is_root = fn.name.startswith("mutate") or owner.cls.name.endswith(_GRAPHQL_ROOTS)
        model = self.answers.endpoint(fn) if is_root else None
        return ("graphql", "") if model is not None and "GraphQL" in model.name else ("", "")

    def _is_plain_view(self, fn: FunctionRef) -> bool:
        """A function that takes a request and answers, where no URL configuration is at hand."""
        params = fn.function.params
        if not params or params[0].name not in _PLAIN_VIEW or fn.function.owner:
            return False
        if ".<locals>." in fn.function.qualname:
            return False
        sinks = self.world.types.knowledge.sinks
        for call in fn.function.calls:
            if call.callee.root.startswith("name:django.") or call.callee.root.startswith(
                "name:rest_framework."
            ):
                model = sinks.get(call.callee.root[5:] + "".join(call.callee.keys))
                if model is not None and model.kind in (*_ANSWERS, SinkKind.URL):
                    return True
        return False

    def _opens(self, fn: FunctionRef) -> bool:
        for text in fn.function.decorators:
            name, _, inside = text.partition("(")
            if self.access.words.is_open(name) or "auth=None" in inside:
                return True
            if "permission_classes" in text:
                listed = text.partition("permission_classes")[2]
                names = [part for part in re.findall(r"[A-Za-z_][\w.]*", listed)
                         if part.rsplit(".", 1)[-1][:1].isupper()]  # fmt: skip
                if all(self.access.lets_in(part, fn.facts.path) for part in names):
                    return True
        return False

    def _decorated_routes(self, fn: FunctionRef, framework: str, owner: str) -> Iterator[Route]:
        for text in fn.function.decorators:
            inside = text.partition("(")[2]
            found = _QUOTED.match(inside)
            if found is not None and "(" in text:
                for prefix in self.mounts.prefixes(owner, fn.facts.path):
                    yield Route(under(prefix, found.group(1)), framework)

    def _extra(self, fn: FunctionRef, cls: ClassRef | None) -> Iterator[Route]:
        """Paths of an extra action of a view set: below its own, with the row's key or without."""
        for text in fn.function.decorators if cls is not None else ():
            name, _, inside = text.partition("(")
            if name.rsplit(".", 1)[-1] not in _EXTRA_ACTIONS:
                continue
            is_detail = "detail=True" in inside or name.endswith("detail_route")
            given = _URL_PATH.search(inside)
            last = given.group(1) if given else fn.name
            for route in self.routes.by_view.get(cls.id, []) if cls is not None else ():
                path = under(route.path, f"{{pk}}/{last}" if is_detail else last)
                yield Route(path, route.framework, route.guards, route.owner)

    def _verbs(self, fn: FunctionRef) -> Iterator[str]:
        for text in fn.function.decorators:
            name, _, inside = text.partition("(")
            if name.rsplit(".", 1)[-1] in _EXTRA_ACTIONS and "methods=" not in inside:
                yield "GET"
            last = text.partition("(")[0].rsplit(".", 1)[-1].lower()
            if last in _VERBS:
                yield last.upper()
            if last == "require_post":
                yield "POST"
            for found in _METHODS.findall(text):
                yield from (verb.upper() for verb in _QUOTED.findall(found))

    def _endpoint(  # noqa: PLR0913 (an endpoint is that many things)
        self,
        *,
        name: str,
        location: Location,
        framework: str,
        routes: Iterable[Route],
        verbs: set[str],
        guards: set[str],
        is_open: bool,
        owner: str,
        doings: Doings,
        module: str,
        functions: Iterable[FunctionRef],
    ) -> Endpoint:
        listed = list(routes)
        paths = tuple(sorted({route.path for route in listed}))
        verbs = verbs | {route.method for route in listed if route.method}
        guards |= {guard for route in listed for guard in route.guards}
        if owner:
            definition = self.world.types.program.find(owner, location.path)
            text = definition.text if definition is not None else ""
            found = self.access.named(text, location.path) if "(" in text else ""
            guards |= {found.rsplit(".", 1)[-1]} if found and not is_open else set()
        for path in paths:
            secret = next(
                (p for p in _PARAMETER.findall(path) if self.access.words.is_secret(p)), ""
            )
            guards |= {f"{secret} in the address"} if secret else set()
        if not is_open:
            owners = {owner, *(route.owner for route in listed)}
            for each in sorted(owners):
                guards |= set(self.gates.of(each, paths, module))
        judge = self.world.resolver.element_of_name
        asked = set(asked_in_path(paths, judge))
        for fn in functions:
            asked |= set(asked_in_query(fn, framework, verbs, " ".join(paths), judge))
        return Endpoint(
            name=name,
            location=location,
            kind=framework,
            routes=paths,
            methods=tuple(sorted(verbs)),
            guards=tuple(sorted(guards)),
            is_open=is_open,
            takes=tuple(sorted(doings.takes)),
            gives=tuple(sorted(doings.gives)),
            reads=tuple(sorted(doings.reads)),
            own=tuple(sorted(doings.reads - doings.foreign)),
            is_personal=doings.is_personal,
            creates=tuple(sorted(doings.creates)),
            updates=tuple(sorted(doings.updates)),
            deletes=tuple(sorted(doings.deletes)),
            templates=tuple(sorted(doings.templates)),
            asked=tuple(sorted(asked)),
        )
