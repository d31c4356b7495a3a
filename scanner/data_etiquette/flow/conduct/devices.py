"""What is kept on the reader's device: cookies that code sets, storage that scripts write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data_etiquette.flow.conduct.asking import Asking
from data_etiquette.flow.conduct.consents import Consents
from data_etiquette.flow.conduct.guards import given
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.world import World
from data_etiquette.model.application import Cookie
from data_etiquette.model.facts import CallFact, TemplateFact, Value
from data_etiquette.model.location import Location

_SETTERS = frozenset({".set_cookie", ".set_signed_cookie", ".set_secure_cookie"})
_LASTING = frozenset({"max_age", "expires", "expires_days"})
_STORAGE = {"localStorage": "local", "sessionStorage": "session"}


def find_cookies(world: World, asking: Asking, consents: Consents) -> tuple[Cookie, ...]:
    """All that is set, sorted by place."""
    finder = _Finder(world, asking, consents)
    found: dict[Cookie, None] = {}
    for fn in world.types.hierarchy.functions.values():
        found.update(dict.fromkeys(finder.function(fn)))
    for facts in world.types.program.files:
        for template in facts.templates:
            found.update(dict.fromkeys(_in_page(facts.path, template, consents)))
    return tuple(sorted(found, key=lambda item: (item.location, item.name)))


@dataclass(slots=True)
class _Finder:
    world: World
    asking: Asking
    consents: Consents

    def function(self, fn: FunctionRef) -> Iterator[Cookie]:
        for call in fn.function.calls:
            if call.callee.keys[-1:] and call.callee.keys[-1] in _SETTERS:
                yield self._set(fn, call)
        for store in fn.function.stores:
            if store.target.keys[-2:-1] == (".cookies",) and store.target.keys[-1][0] == "[":
                name = store.target.keys[-1].strip("[]")
                yield Cookie(name, Location(fn.facts.path, store.line), fn.scope)

    def _set(self, fn: FunctionRef, call: CallFact) -> Cookie:
        named = dict(call.keywords)
        key = named.get("key") or named.get("name") or (call.args[0] if call.args else ())
        lasts = any(not _is_none(value) for name, value in call.keywords if name in _LASTING)
        return Cookie(
            self._constant(fn, key),
            Location(fn.facts.path, call.line, call.column, call.end_line),
            fn.scope,
            "cookie",
            lasts or len(call.args) > 2,
            given(self.asking.before(fn, call), self.consents),
        )

    def _constant(self, fn: FunctionRef, value: Value) -> str:
        found = (self.world.types.constant(fn, part.path) for part in value)
        return next((text for text in found if text), "")


def _is_none(value: Value) -> bool:
    return all(part.path.root == "const:None" for part in value) if value else False


def _in_page(path: str, template: TemplateFact, consents: Consents) -> Iterator[Cookie]:
    for call in template.calls:
        place = Location(path, call.line)
        guards = tuple(
            sorted({("", asked[-1]) for asked in call.guards if consents.is_named(asked[-1])})
        )
        if call.callee == "document.cookie =" and call.args:
            name, _, rest = call.args[0].partition("=")
            text = " ".join((rest, *call.args[1:])).lower()
            lasts = "max-age" in text or "expires" in text
            yield Cookie(name.strip(), place, "", "cookie", lasts, guards)
        elif call.callee.partition(".")[0].removesuffix(" =") in _STORAGE and call.args:
            kind = _STORAGE[call.callee.partition(".")[0].removesuffix(" =")]
            named = call.callee.removesuffix(" =").partition(".")[2]
            if call.callee.endswith((".setItem", " =")):
                # `localStorage.theme = "dark"` says its name before the value.
                name = call.args[0] if named in ("", "setItem") else named
                yield Cookie(name, place, "", kind, kind == "local", guards)
