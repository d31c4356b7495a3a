"""Who calls a function: found by name first, by the receiver's type after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from data_etiquette.flow.program.binding import Target, bind, keys_of
from data_etiquette.flow.program.paths import spell
from data_etiquette.flow.program.reading import READING
from data_etiquette.flow.program.reference import Callers, ClassRef, FunctionRef
from data_etiquette.flow.types import Types
from data_etiquette.model.catalog import DispatchModel
from data_etiquette.model.facts import AccessPath, CallFact, Value
from data_etiquette.model.value import as_text, join, reached

MAX_SITES = 300
"""Calls of one function that data is followed back to."""
_SENDING = frozenset({"send", "send_robust", "asend", "asend_robust", "emit", "fire", "publish"})
_CONNECTING = (".connect", ".connect_via")
_SIGNAL = DispatchModel(target="0", passing="all")


@dataclass(frozen=True, slots=True)
class Site:
    """One call of a function."""

    caller: FunctionRef
    call: CallFact
    target: Target
    inner: tuple[CallFact, Target] | None = None
    """For a function handed to a wrapper: the wrapper's own call of it."""

    def passed(self, param: str) -> Value:
        """What arrives as a parameter, in terms of the caller."""
        if self.inner is None:
            return bind(self.call, self.target, param)
        call, target = self.inner
        found: list[Value] = []
        for part in bind(call, target, param):
            if part.path.root.startswith("param:"):
                keys = keys_of(self.call, self.target, part.path.keys)
                given = reached(bind(self.call, self.target, part.path.root[6:]), keys)
                found.append(as_text(given) if part.text else given)
        return join(*found) if found else ()


@dataclass(slots=True)
class CallSites:
    """Calls of the whole program, by the name they are made under."""

    types: Types
    named: dict[str, list[tuple[FunctionRef, CallFact]]] = field(default_factory=dict)
    handed: dict[FunctionRef, list[Site]] = field(default_factory=dict)
    """Calls that go through a queue, a thread or a signal."""
    decorated: dict[str, list[FunctionRef]] = field(default_factory=dict)
    """Functions by the last part of a decorator's name."""
    limited: set[FunctionRef] = field(default_factory=set)
    complete: bool = False
    """Whether all calls are noted; until then nothing is remembered."""
    _known: dict[FunctionRef, tuple[Site, ...]] = field(default_factory=dict)
    _groups: dict[str, dict[FunctionRef, list[Site]]] = field(default_factory=dict)

    def of(self, fn: FunctionRef) -> tuple[Site, ...]:
        """All calls of a function, in the order of the files."""
        known = self._known.get(fn)
        READING.now.add(Callers(fn))
        if known is None:
            outer = READING.apart()
            known = tuple(self._found(fn))
            READING.now = outer
            if self.complete:
                self._known[fn] = known
        return known

    def _found(self, fn: FunctionRef) -> Iterator[Site]:
        count = 0
        for name in self._names(fn):
            sites = self._called(name).get(fn, ())
            count += len(sites)
            yield from sites[:MAX_SITES]
            if count > MAX_SITES:
                self.limited.add(fn)
                return
        yield from self.handed.get(fn, ())
        yield from self._wrapped(fn)

    def given(self, fn: FunctionRef, param: str) -> Iterator[tuple[FunctionRef, Value]]:
        """What callers pass for a parameter."""
        for site in self.of(fn):
            yield site.caller, site.passed(param)

    def _called(self, name: str) -> dict[FunctionRef, list[Site]]:
        """What the calls made under a name run; looked up once for all functions of that name."""
        known = self._groups.get(name)
        if known is None:
            known, types = {}, self.types.apart()
            for caller, call in self.named.get(name, ()):
                for target in types.targets(caller, call):
                    known.setdefault(target.function, []).append(Site(caller, call, target))
            self._groups[name] = known
        return known

    def _names(self, fn: FunctionRef) -> Iterator[str]:
        yield fn.name
        owner = self.types.hierarchy.owner(fn)
        if fn.name == "__init__" and owner is not None:
            yield from dict.fromkeys(cls.cls.name for cls in self._with_subclasses(owner))

    def _with_subclasses(self, ref: ClassRef) -> list[ClassRef]:
        found = [ref]
        for cls in found:
            if len(found) > MAX_SITES:
                break
            found += [c for c in self.types.hierarchy.subclasses.get(cls, ()) if c not in found]
        return found

    def _wrapped(self, fn: FunctionRef) -> Iterator[Site]:
        """A decorator's inner function is called wherever a decorated function is."""
        head, inner, _ = fn.header.qualname.rpartition(".<locals>.")
        if not inner or "." in head or not any(p.kind for p in fn.header.params):
            return
        types = self.types.apart()
        for wrapped in self.decorated.get(head, ()):
            for caller, call in self.named.get(wrapped.name, ()):
                for target in types.targets(caller, call):
                    if target.function is wrapped and target.receiver is None:
                        yield Site(caller, call, Target(fn, skip=target.skip))


def build_call_sites(types: Types) -> CallSites:
    """Index every call once."""
    sites = CallSites(types)
    handlers: dict[str, list[FunctionRef]] = {}
    functions = list(types.hierarchy.functions.values())
    for fn in functions:
        for text in fn.header.decorators:
            name = text.split("(", 1)[0]
            sites.decorated.setdefault(name.rsplit(".", 1)[-1], []).append(fn)
            if name.endswith("receiver") and "(" in text:
                for signal in _signals(text):
                    handlers.setdefault(signal, []).append(fn)
            if name.endswith(_CONNECTING):
                signal = name.rpartition(".")[0].rpartition(".")[2]
                handlers.setdefault(signal, []).append(fn)
    for fn in functions:
        for call in fn.function.calls:
            if call.callee.keys[-1:] and call.callee.keys[-1] in _CONNECTING:
                _note_connected(sites, fn, call, handlers)
    for fn in functions:
        for call in fn.function.calls:
            _note(sites, fn, call, handlers)
    for fn in functions:
        _note_wrapper(sites, fn)
    sites.complete = True
    return sites


def _note_connected(
    sites: CallSites, fn: FunctionRef, call: CallFact, handlers: dict[str, list[FunctionRef]]
) -> None:
    """`registered.connect(welcome)`: a handler of a signal."""
    path = call.callee
    held = AccessPath(path.root, path.keys[:-1])
    signal = fn.named.get(held) or spell(held).rpartition(".")[2]
    if not call.args or path.root.startswith("const:"):
        return
    for part in call.args[0][:2]:
        target = None if part.at else sites.types.function_at(fn, part.path)
        if target is not None and target.function not in handlers.get(signal, ()):
            handlers.setdefault(signal, []).append(target.function)


def _note_wrapper(sites: CallSites, fn: FunctionRef) -> None:
    """`def run(task, *args): task.send(*args)`: whoever calls `run` calls the task."""
    names = {param.name for param in fn.header.params}
    for inner in fn.function.calls:
        root, _, name = inner.callee.root.partition(":")
        if root != "param" and not any(
            part.path.root.startswith("param:") for value in inner.args[:1] for part in value
        ):
            continue
        model, paths = sites.types.handed_paths(fn, inner)
        for path in paths:
            name = path.root[6:]
            if (
                not path.root.startswith("param:")
                or path.keys
                or name not in names
                or name == "self"
            ):
                continue
            for site in sites.of(fn)[:MAX_SITES]:
                for part in bind(site.call, site.target, name)[:2]:
                    target = sites.types.function_at(site.caller, part.path)
                    if target is not None and target.function is not fn:
                        run = replace(target, dispatch=model)
                        composite = Site(site.caller, site.call, site.target, (inner, run))
                        sites.handed.setdefault(target.function, []).append(composite)


def _note(
    sites: CallSites, fn: FunctionRef, call: CallFact, handlers: dict[str, list[FunctionRef]]
) -> None:
    path = call.callee
    last = path.keys[-1][1:] if path.keys else path.root.rsplit(":", 1)[-1].rsplit(".", 1)[-1]
    sites.named.setdefault(last, []).append((fn, call))
    if "__call__" in sites.types.hierarchy.methods and last not in sites.types.hierarchy.methods:
        _note_called_object(sites, fn, call)
    if _is_found_at_run_time(sites.types, path, last):
        for target in sites.types.targets(fn, call):
            if target.function.name != last:  # under its own name it is found anyhow
                sites.handed.setdefault(target.function, []).append(Site(fn, call, target))
    knowledge = sites.types.knowledge
    if last in knowledge.dispatch_methods or last in knowledge.dispatch_names:
        for target in sites.types.dispatched(fn, call):
            sites.handed.setdefault(target.function, []).append(Site(fn, call, target))
    if last in _SENDING and path.keys:
        held = AccessPath(path.root, path.keys[:-1])
        signal = fn.named.get(held) or spell(held).rpartition(".")[2]
        for handler in handlers.get(signal, ()):
            # A method is called on the object that connected it.
            skip = 1 if handler.header.owner and not handler.is_decorated("staticmethod") else 0
            target = Target(handler, dispatch=_SIGNAL, skip=skip)
            sites.handed.setdefault(handler, []).append(Site(fn, call, target))


def _note_called_object(sites: CallSites, fn: FunctionRef, call: CallFact) -> None:
    """`audit(message)`, where `audit` is an object with a `__call__`."""
    if call.callee.root.startswith("name:") and not call.callee.keys:
        return
    typed = sites.types.of(fn, call.callee)
    if typed.cls is None or typed.is_class:
        return
    method = sites.types.hierarchy.method(typed.cls, "__call__")
    if method is not None:
        sites.handed.setdefault(method, []).append(
            Site(fn, call, Target(method, receiver=call.callee))
        )


def _signals(text: str) -> list[str]:
    """Last names of the signals that `@receiver(a)` or `@receiver([a, b])` listens to."""
    inside = text.partition("(")[2].partition("=")[0]
    names = inside.replace("[", " ").replace("]", " ").replace(",", " ").replace(")", " ").split()
    return [name.rsplit(".", 1)[-1] for name in names]


def _is_found_at_run_time(types: Types, path: AccessPath, last: str) -> bool:
    """Whether a call's own name need not be the name of what it runs."""
    if last.endswith("_") and not last.startswith("_"):
        return True  # the beginning of a name that is put together
    if not path.keys:
        return path.root.startswith(("call:", "param:"))
    if path.keys[-1][0] == "[":
        return path.root.startswith("name:")
    return len(path.keys) == 1 and path.root.startswith("param:") and last in types.held_names()
