"""What guards whole groups of endpoints: settings, middleware, hooks, routers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.endpoints.access import Access
from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.model.facts import AccessPath, CallFact

_HOOKS = frozenset({"before_request", "before_app_request", "before_websocket"})
_PREPARING = frozenset({"url_value_preprocessor", "app_url_value_preprocessor"})
_PATHS = frozenset(
    {".path", ".path_info", ".resolver_match", ".full_path", ".url", ".url_rule", ".endpoint"}
)
_MIN_SEGMENT = 3
_DEFAULTS = "REST_FRAMEWORK.DEFAULT_PERMISSION_CLASSES"


@dataclass(frozen=True, slots=True)
class Gate:
    """A guard of many endpoints."""

    guard: str
    owner: str = ""
    """Dotted name of the router or blueprint whose endpoints it guards; empty for all."""
    segments: tuple[str, ...] = ()
    """Path segments that it is limited to; empty for no limit."""


@dataclass(slots=True)
class Gates:
    """All gates of a program."""

    gates: list[Gate] = field(default_factory=list)
    rest_default: str = ""
    """Permission class that REST views have by the settings; empty when everybody may."""
    routers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Router to (router that includes it, guard of that)."""

    def of(self, owner: str, routes: tuple[str, ...], module: str) -> Iterator[str]:
        """Guards of an endpoint by its router, its paths and its module."""
        owners = {owner, *self._above(owner)}
        for gate in self.gates:
            if gate.owner and gate.owner not in owners:
                continue
            places = {*module.split("."), *(part for route in routes for part in route.split("/"))}
            if not gate.segments or places & set(gate.segments):
                yield gate.guard
        for router in sorted(owners):
            yield from (guard for _, guard in self.routers.get(router, ()) if guard)

    def _above(self, router: str, depth: int = 6) -> set[str]:
        found: set[str] = set()
        for parent, _ in self.routers.get(router, ()) if depth > 0 else ():
            if parent and parent not in found:
                found |= {parent, *self._above(parent, depth - 1)}
        return found


def find_gates(access: Access) -> Gates:
    """Read settings, hooks, middleware and routers."""
    gates = Gates()
    _settings(access, gates)
    for fn in access.world.types.hierarchy.functions.values():
        for text in fn.function.decorators:
            _hook(access, gates, fn, text)
        for call in fn.function.calls:
            last = call.callee.keys[-1:] or ("",)
            if last[0] == ".include_router":
                _router(access, gates, fn, call)
            elif last[0] == ".add_middleware":
                _middleware_call(access, gates, fn, call)
            elif last[0][1:] in _HOOKS and call.args:
                _hook_call(access, gates, fn, call)
    return gates


def _settings(access: Access, gates: Gates) -> None:
    names: list[tuple[str, str]] = []
    for facts in access.world.types.program.files:
        for item in facts.settings:
            if item.key.rstrip("[]") == _DEFAULTS:
                names.append((item.value, facts.path))
            elif item.key.rstrip("[]") in ("MIDDLEWARE", "MIDDLEWARE_CLASSES"):
                _middleware(access, gates, item.value, facts.path)
    names = [(name, near) for name, near in names if not near.rsplit("/", 1)[-1].startswith("test")]
    if names and not any(access.lets_in(name, near) for name, near in names):
        gates.rest_default = f"{names[0][0].rsplit('.', 1)[-1]} (settings)"


def _middleware(access: Access, gates: Gates, name: str, near: str) -> None:
    last = name.rsplit(".", 1)[-1]
    if name in access.words.middleware:
        gates.gates.append(Gate(last))
        return
    hierarchy = access.world.types.hierarchy
    definition = access.world.types.program.find(name, near)
    ref = hierarchy.class_of(definition)
    methods = [hierarchy.method(ref, key) for key in _MIDDLEWARE_METHODS] if ref is not None else []
    functions = [fn for fn in (*methods, hierarchy.function_of(definition)) if fn is not None]
    for fn in functions:
        inner = [fn, *access.inner(fn)]
        if any(access.of_function(item) for item in inner):
            package = near if definition is None else definition.facts.path
            gates.gates.append(Gate(last, segments=_limits(access, last, inner, package)))
            return


_MIDDLEWARE_METHODS = ("__call__", "process_request", "process_view", "dispatch")


def _limits(access: Access, name: str, functions: list[FunctionRef], path: str) -> tuple[str, ...]:
    """What a middleware is limited to: the paths that it asks for, and its own package."""
    if access.words.words("demanding-words") & set(split(name)):
        return ()  # the paths it asks for are those that it lets pass
    found = _segments(functions)
    return (*found, *path.split("/")[-2:-1]) if found else ()


def _segments(functions: list[FunctionRef]) -> tuple[str, ...]:
    """Path segments that a function compares the request's path with; empty for none."""
    asks_path = False
    found: set[str] = set()
    for fn in functions:
        paths = [path for _, path in fn.function.compared]
        for call in fn.function.calls:
            paths += [call.callee, *call.guards, *(p.path for v in call.args for p in v)]
        for path in paths:
            asks_path = asks_path or any(key in _PATHS for key in path.keys)
            if path.root.startswith("const:"):
                found |= {part for part in path.root[6:].split("/") if len(part) >= _MIN_SEGMENT}
    return tuple(sorted(found)) if asks_path else ()


def _hook(access: Access, gates: Gates, fn: FunctionRef, text: str) -> None:
    head, _, last = text.partition("(")[0].rpartition(".")
    if last in _HOOKS or last in _PREPARING or last == "middleware":
        if not access.of_function(fn):
            return
        typed = access.world.types.of(fn, AccessPath(f"name:{head}"))
        is_part = "Blueprint" in typed.library and not last.startswith(("before_app", "app_"))
        gates.gates.append(Gate(f"{fn.name} ({last})", head if is_part else ""))


def _hook_call(access: Access, gates: Gates, fn: FunctionRef, call: CallFact) -> None:
    for part in call.args[0][:1]:
        target = access.world.types.function_at(fn, part.path)
        if target is not None and access.of_function(target.function):
            owner = _dotted(AccessPath(call.callee.root, call.callee.keys[:-1]))
            typed = access.world.types.of(fn, AccessPath(call.callee.root, call.callee.keys[:-1]))
            part_of = owner if "Blueprint" in typed.library else ""
            gates.gates.append(Gate(f"{target.function.name} (before_request)", part_of))


def _middleware_call(access: Access, gates: Gates, fn: FunctionRef, call: CallFact) -> None:
    for part in call.args[0][:1] if call.args else ():
        ref = access.world.types.of(fn, part.path).cls
        if ref is None:
            continue
        method = access.world.types.hierarchy.method(ref, "dispatch") or (
            access.world.types.hierarchy.method(ref, "__call__")
        )
        if method is not None and access.of_function(method):
            gates.gates.append(Gate(ref.cls.name, segments=_segments([method])))


def _router(access: Access, gates: Gates, fn: FunctionRef, call: CallFact) -> None:
    receiver = AccessPath(call.callee.root, call.callee.keys[:-1])
    parent = _held(fn, receiver)
    guard = ""
    for name, value in call.keywords:
        if name in ("dependencies", "auth"):
            for part in value:
                guard = guard or _dependency(access, fn, part.path)
    for part in call.args[0][:12] if call.args else ():
        router = _held(fn, part.path)
        definition = access.world.types.program.find(router, fn.facts.path) if router else None
        if definition is not None and definition.kind == "value":
            gates.routers.setdefault(router, []).append((parent, guard))


def _held(fn: FunctionRef, path: AccessPath) -> str:
    """Dotted name of what a variable of the module, or another's, holds."""
    if path.root.startswith("name:"):
        return _dotted(path)
    name = fn.named.get(path, "")
    return f"{fn.facts.module}.{name}" if name else ""


def _dependency(access: Access, fn: FunctionRef, path: AccessPath) -> str:
    made = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
    named = made.args[0][:1] if made is not None and made.args else ()
    for part in named:
        if part.path.root.startswith("name:"):
            found = access.dependency(_dotted(part.path), fn.facts.path)
            if found:
                return f"Depends({found.rsplit('.', 1)[-1]})"
    return ""


def _dotted(path: AccessPath) -> str:
    return path.root.partition(":")[2] + "".join(key for key in path.keys if key[0] == ".")
