"""Constant parts of a sink's call: where it sends to, and the options that it is called with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.types import Types
from data_etiquette.model.facts import AccessPath, CallFact, Value
from data_etiquette.model.kind import SinkKind

_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//(?:[^/@\s]*@)?([^/:?#\s]+)", re.IGNORECASE)
_BARE_HOST = re.compile(r"^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?$", re.IGNORECASE)
_URL = re.compile(r"['\"]((?:https?|wss?|ftps?|ldaps?)://[^'\"\s]+)['\"]")
_OWN_HOSTS = ("localhost", "127.", "0.0.0.0", "::1", "testserver", "host.docker.")  # noqa: S104 (compared, not bound)
_OWN_ENDS = (".local", ".internal", ".localhost", ".svc")
_MAX_OPTIONS = 16
_MAX_TEXT = 80
_MAX_DEPTH = 4
_DECIDING = frozenset({"secure", "**"})
"""Arguments of which it counts that they are given at all."""
_PLACED = {SinkKind.CACHE: ("0", "key", "name"), SinkKind.SESSION: ("0",)}
"""Arguments that a sink's address stands in where its model names none."""


def is_own(host: str) -> bool:
    """Whether a host is the application's own machine or network."""
    return bool(host) and (
        host.startswith(_OWN_HOSTS) or host.endswith(_OWN_ENDS) or "." not in host
    )


def host_of(address: str) -> str:
    """Host of a URL, or of a name that is one; empty when nothing tells."""
    match = _HOST.match(address)
    if match:
        return match.group(1).lower()
    return address.partition(":")[0].lower() if _BARE_HOST.match(address) else ""


def options_of(call: CallFact) -> tuple[tuple[str, str], ...]:
    """Constant arguments, by keyword or position; `…` for another value of what decides."""
    given = [(str(place), value) for place, value in enumerate(call.args)]
    found = []
    for name, value in (*given, *call.keywords):
        texts = {part.path.root[6:] for part in value if part.path.root.startswith("const:")}
        is_constant = len(value) == 1 and len(texts) == 1 and not value[0].at
        if is_constant and name not in ("*", "**"):
            found.append((name, texts.pop()[:_MAX_TEXT]))
        elif name in _DECIDING:
            found.append((name, "…"))
    return tuple(sorted(found)[:_MAX_OPTIONS])


@dataclass(frozen=True, slots=True)
class Addresses:
    """Looks for the constant that a URL, path or key starts with."""

    types: Types

    def of_call(self, fn: FunctionRef, call: CallFact, kind: SinkKind, address: str) -> str:
        """Constant beginning of where a call sends or writes to."""
        wanted = (*address.split("|"), "url") if address else _PLACED.get(kind, ())
        own = next(
            (text for value in _arguments(call, wanted) for text in self._texts(fn, value)), ""
        )
        if host_of(own) or kind not in (SinkKind.THIRD_PARTY, SinkKind.FILE, SinkKind.LLM):
            return own[:_MAX_TEXT]
        receiver = AccessPath(call.callee.root, call.callee.keys[:-1])
        made = next(self._of_maker(fn, receiver, _MAX_DEPTH), "") if call.callee.keys else ""
        return (made or own)[:_MAX_TEXT]

    def _texts(self, fn: FunctionRef, value: Value) -> Iterator[str]:
        for part in value[:4]:
            if not part.at:
                yield from self._of_path(fn, part.path, _MAX_DEPTH)

    def _of_path(self, fn: FunctionRef, path: AccessPath, depth: int) -> Iterator[str]:
        text = self.types.constant(fn, path)
        if text:
            yield text
        elif depth <= 0:
            return
        elif path.root.startswith("call:"):
            call = fn.calls.get(int(path.root[5:]))
            yield from self._in_call(fn, call, depth - 1) if call is not None else ()
        elif path.root.startswith("name:"):
            yield from self._of_setting(fn, path)
        else:
            yield from self._of_attribute(fn, path, depth - 1)

    def _in_call(self, fn: FunctionRef, call: CallFact, depth: int) -> Iterator[str]:
        """`urljoin(BASE, "x")`, `os.environ.get("API", "https://…")`, `Path("/tmp") / name`."""
        for value in (*call.args, *(value for _, value in call.keywords)):
            for part in value[:2]:
                for text in self._of_path(fn, part.path, depth):
                    if host_of(text) or text[:1] in ("/", "~", "."):
                        yield text

    def _of_setting(self, fn: FunctionRef, path: AccessPath) -> Iterator[str]:
        """`settings.API_URL`, `config.API_URL`: what the settings module holds, or a default."""
        name = (path.keys[-1][1:] if path.keys else path.root.rpartition(".")[2]).strip("[]")
        dotted = path.root[5:] + "".join(key for key in path.keys if key[0] == ".")
        definition = self.types.program.find(dotted, fn.facts.path)
        texts = [definition.text] if definition is not None else []
        if not texts and name.isupper():
            for (file, known), text in self.types.program.values.items():
                if known == name and ("settings" in file or "config" in file):
                    texts.append(text)
        for text in texts[:2]:
            yield from _URL.findall(text)

    def _of_attribute(self, fn: FunctionRef, path: AccessPath, depth: int) -> Iterator[str]:
        """`self.base_url`, stored by the constructor."""
        if not path.keys or path.keys[-1][0] != ".":
            return
        owner = self.types.of(fn, AccessPath(path.root, path.keys[:-1])).cls
        if owner is None:
            return
        for store_fn, store in self.types.hierarchy.stores(owner, path.keys[-1][1:])[:3]:
            for part in store.value[:2]:
                yield from self._of_path(store_fn, part.path, depth)

    def _of_maker(self, fn: FunctionRef, path: AccessPath, depth: int) -> Iterator[str]:
        """What an object was made with: `httpx.Client(base_url="https://…")`, `open("/tmp/x")`."""
        keys = tuple(key for key in path.keys if key != "[*with]")
        if path.root.startswith("call:"):
            call = fn.calls.get(int(path.root[5:]))
            if call is None or depth <= 0:
                return
            if not keys:
                yield from self._first(fn, call)
            if call.callee.keys:
                above = AccessPath(call.callee.root, call.callee.keys[:-1])
                yield from self._of_maker(fn, above, depth - 1)
            for value in call.args[:1]:
                for part in value[:1]:
                    yield from self._of_maker(fn, part.path, depth - 1)
        elif path.root.startswith("name:") and not keys:
            definition = self.types.program.find(path.root[5:], fn.facts.path)
            yield from _URL.findall(definition.text) if definition is not None else ()
        elif keys and keys[-1][0] == "." and depth > 0:
            owner = self.types.of(fn, AccessPath(path.root, path.keys[:-1])).cls
            stores = self.types.hierarchy.stores(owner, keys[-1][1:]) if owner is not None else ()
            for store_fn, store in stores[:3]:
                for part in store.value[:1]:
                    yield from self._of_maker(store_fn, part.path, depth - 1)

    def _first(self, fn: FunctionRef, call: CallFact) -> Iterator[str]:
        named = [value for name, value in call.keywords if name in ("base_url", "host", "url")]
        for value in (*named, *call.args[:1]):
            yield from self._texts(fn, value)


def _arguments(call: CallFact, wanted: Iterable[str]) -> Iterator[Value]:
    for which in wanted:
        if which.isdigit():
            yield from call.args[int(which) : int(which) + 1]
        else:
            yield from (value for name, value in call.keywords if name == which)
