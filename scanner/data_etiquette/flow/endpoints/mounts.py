"""Below which paths routers and blueprints hang: their own prefix, and those they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.program.program import Program
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.types.types import Types
from data_etiquette.model.facts import AccessPath, CallFact, Value

_PREFIX = re.compile(r"\b(?:url_)?prefix\s*=\s*[\"']([^\"']*)[\"']")
_PATH_FIRST = ("mount", "add_router")
"""`app.mount("/v1", app)`: the path stands before what hangs there."""
_KEYWORDS = {"include_router": "prefix", "register_blueprint": "url_prefix"}
_INSTEAD = "register_blueprint"
"""What it is given stands instead of the blueprint's own prefix."""
_MAX_NESTED = 6
_MAX_WAYS = 8
"""Prefixes of one router that are told apart."""


@dataclass(frozen=True, slots=True)
class _Mount:
    """One call that hangs a router below another."""

    parent: str
    prefix: str
    instead: bool = False


@dataclass(slots=True)
class Mounts:
    """Routers and blueprints by file and name, with the calls that hang them somewhere."""

    program: Program
    _found: dict[tuple[str, str], list[_Mount]] = field(default_factory=dict)

    def read(self, fn: FunctionRef) -> None:
        """Note the mounting calls of one function."""
        for call in fn.function.calls:
            last = call.callee.keys[-1][1:] if call.callee.keys else ""
            if last in _KEYWORDS:
                given = dict(call.keywords).get(_KEYWORDS[last])
                target = call.args[0] if call.args else ()
                self._note(fn, call, target, given, instead=last == _INSTEAD)
            elif last in _PATH_FIRST and len(call.args) > 1:
                self._note(fn, call, call.args[1], call.args[0])

    def prefixes(self, owner: str, near: str) -> tuple[str, ...]:
        """All paths that routes of a router hang below; one empty when nothing says any."""
        found = dict.fromkeys(self._above(owner, near, _MAX_NESTED))
        return tuple(found)[:_MAX_WAYS] or ("",)

    def _above(self, owner: str, near: str, depth: int) -> Iterator[str]:
        known = self.program.find(owner, near) if owner and depth > 0 else None
        if known is None or known.kind != "value":
            yield ""
            return
        match = _PREFIX.search(known.text)
        own = match.group(1) if match else ""
        mounts = self._found.get((known.facts.path, known.name), [])
        if not mounts:
            yield own
        for mount in mounts:
            below = mount.prefix if mount.instead and mount.prefix else under(mount.prefix, own)
            for above in self._above(mount.parent, known.facts.path, depth - 1):
                yield under(above, below)

    def _note(
        self,
        fn: FunctionRef,
        call: CallFact,
        target: Value,
        given: Value | None,
        *,
        instead: bool = False,
    ) -> None:
        texts = (part.path.root for part in given or ())
        prefix = next((text[6:] for text in texts if text.startswith("const:")), "")
        parent = held(fn, AccessPath(call.callee.root, call.callee.keys[:-1]))
        for part in target[:_MAX_WAYS]:
            name = held(fn, part.path)
            known = self.program.find(name, fn.facts.path) if name else None
            if known is not None and known.kind == "value":
                key = (known.facts.path, known.name)
                self._found.setdefault(key, []).append(_Mount(parent, prefix, instead))


def find_mounts(types: Types) -> Mounts:
    """Read every call that hangs a router below a path."""
    mounts = Mounts(types.program)
    for fn in types.hierarchy.functions.values():
        mounts.read(fn)
    return mounts


def held(fn: FunctionRef, path: AccessPath) -> str:
    """Dotted name of what a variable of the module, or another's, holds."""
    if path.root.startswith("name:"):
        return path.root[5:] + "".join(key for key in path.keys if key[0] == ".")
    name = fn.named.get(path, "")
    return f"{fn.facts.module}.{name}" if name else ""


def under(above: str, below: str) -> str:
    """A path below another; either may be empty."""
    return f"{above.rstrip('/')}/{below.lstrip('/')}" if above and below else above or below
