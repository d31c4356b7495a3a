"""Ways on which people are written to, tracked or profiled, with what each asks before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from data_etiquette.flow.conduct.asking import Asking
from data_etiquette.flow.conduct.consents import Consents
from data_etiquette.flow.conduct.guards import given
from data_etiquette.flow.conduct.queries import Asked
from data_etiquette.flow.lexicon.phrases import Phrases
from data_etiquette.flow.lexicon.words import fold, split
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.tracing.reached import Reached
from data_etiquette.flow.world import World
from data_etiquette.model.application import Use
from data_etiquette.model.facts import AccessPath, CallFact, Value
from data_etiquette.model.graph import Entity
from data_etiquette.model.kind import Role, SinkKind
from data_etiquette.model.location import Location

MAX_WAYS = 24
"""Callers of one sink that are told apart."""
_MAX_DEPTH = 3
_MAX_MADE = 4
_MAX_WORDS = 60
_MAX_TEXT = 80
_PEOPLE = (Role.PERSON, Role.RECORD, Role.HEALTH)
_MESSAGES = frozenset({"sms", "notifications", "messaging"})
_MAILS = frozenset({"email", "marketing"})
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_TEMPLATE = re.compile(r"\.(?:html?|txt|jinja2?|j2|mako|mjml|md)$")


@dataclass(frozen=True, slots=True)
class _Way:
    """The part of a way that is known so far, from its end backwards."""

    fn: FunctionRef
    call: CallFact
    asked: frozenset[Asked]
    words: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(slots=True)
class UseFinder:
    """Finds the uses of one program."""

    world: World
    asking: Asking
    consents: Consents
    _profiling: Phrases = field(default_factory=lambda: Phrases(frozenset()))

    def __post_init__(self) -> None:
        self._profiling = Phrases(self.world.types.words("profiling"))

    def all(self, outgoing: Sequence[tuple[FunctionRef, Reached]]) -> tuple[Use, ...]:
        """Mail, messages, what services get, and what judges people; sorted by place."""
        found: dict[tuple[object, ...], Use] = {}
        for fn, sink in outgoing:
            call = _call_at(fn, sink.location)
            kind = self._kind(sink)
            if call is not None and kind:
                for use in self._sent(fn, call, sink, kind):
                    found.setdefault((use.location, use.sink, use.kind), use)
        for fn in self.world.types.hierarchy.functions.values():
            for use in self._profiled(fn):
                found.setdefault((use.location, use.sink, use.kind), use)
        uses = sorted(found.values(), key=lambda use: (use.location, use.sink, use.kind))
        return tuple(_without_parts(uses))

    def _kind(self, sink: Reached) -> str:
        if sink.kind is SinkKind.EMAIL:
            return "mail"
        known = self.world.types.knowledge.recipients.get(sink.recipient)
        service = known.kind if known is not None else ""
        if service in _MESSAGES:
            return "message"
        if service in _MAILS and "send" in split(sink.name.rpartition(".")[2]):
            return "mail"
        return "share" if sink.kind is SinkKind.THIRD_PARTY else ""

    def _sent(self, fn: FunctionRef, call: CallFact, sink: Reached, kind: str) -> Iterator[Use]:
        texts = self._texts(fn, call)
        words = (*_own_words(fn), *_in_words(texts))
        start = _Way(fn, call, self.asking.here(fn, call), words, _module_words(fn))
        for way in self._ways(start, _MAX_DEPTH):
            place = Location(way.fn.facts.path, way.call.line, way.call.column, way.call.end_line)
            entity = self._person(fn, call) or self._person(way.fn, way.call)
            yield Use(
                kind=kind,
                name=sink.name,
                location=place,
                scope=way.fn.scope,
                sink=sink.location,
                words=way.words[:_MAX_WORDS],
                places=way.places,
                entity=entity.id if entity is not None else "",
                recipient=sink.recipient,
                guards=given(way.asked | self.asking.entry(way.fn), self.consents),
                options=self._options(fn, call),
                template=next((text for text in texts if _TEMPLATE.search(text)), ""),
            )

    def _ways(self, way: _Way, depth: int) -> Iterator[_Way]:
        """Back to where the person was chosen: up the callers that hand a person on."""
        sites = self.world.sites.of(way.fn) if self._takes_person(way) else ()
        if depth <= 0 or not sites or len(sites) > MAX_WAYS:
            yield way
            return
        for site in sites:
            yield from self._ways(
                _Way(
                    site.caller,
                    site.call,
                    way.asked | self.asking.here(site.caller, site.call),
                    (*_own_words(site.caller), *way.words),
                    (*_module_words(site.caller), *way.places),
                ),
                depth - 1,
            )

    def _takes_person(self, way: _Way) -> bool:
        """Whether a call is given a person, or something of them, that came as a parameter."""
        for value in _arguments(way.call):
            for part in value:
                root = part.path.root
                if root.startswith("param:") and self._is_person(way.fn, root):
                    return True
        return False

    def _is_person(self, fn: FunctionRef, root: str) -> bool:
        typed = self.world.types.of(fn, AccessPath(root))
        return typed.entity is not None and typed.entity.role in _PEOPLE

    def _person(self, fn: FunctionRef, call: CallFact) -> Entity | None:
        """The entity whose data a call is given."""
        for value in _arguments(call):
            for part in value:
                for length in range(len(part.path.keys), -1, -1):
                    path = part.path._replace(keys=part.path.keys[:length])
                    entity = self.world.types.of(fn, path).entity
                    if entity is not None and entity.role in _PEOPLE and not entity.abstract:
                        return entity
        return None

    def _texts(self, fn: FunctionRef, call: CallFact, depth: int = 2) -> list[str]:
        """Constant texts among a call's arguments, and those of the calls that made these."""
        found: dict[str, None] = {}
        for value in _arguments(call):
            for part in value:
                text = self.world.types.constant(fn, part.path)
                if text:
                    found[text] = None
                elif part.path.root.startswith("call:") and depth > 0:
                    inner = fn.calls.get(int(part.path.root[5:]))
                    if inner is not None:
                        found.update(dict.fromkeys(self._texts(fn, inner, depth - 1)))
        return list(found)

    def _options(self, fn: FunctionRef, call: CallFact) -> tuple[str, ...]:
        """Names of keywords and keys that go with a call; of its object's stores as well."""
        names: set[str] = set()
        for name, value in call.keywords:
            names.add(name)
            names.update(key.strip("[].*") for part in value for key in part.at)
            names.update(self._keys_made(fn, value))
        for store in fn.function.stores:
            names.update(key.strip("[].*") for key in store.target.keys[-1:])
        return tuple(sorted(name for name in names if name))

    def _keys_made(self, fn: FunctionRef, value: Value) -> Iterator[str]:
        """Keys of what a property or a helper gives: `headers=self.extra_headers`."""
        for part in value[:_MAX_MADE]:
            path = part.path
            if path.root.startswith("call:"):
                made = fn.calls.get(int(path.root[5:]))
                target = self.world.types.function_at(fn, made.callee) if made else None
                function = target.function if target is not None else None
            elif path.keys and path.keys[-1][0] == ".":
                owner = self.world.types.of(fn, AccessPath(path.root, path.keys[:-1])).cls
                name = path.keys[-1][1:]
                function = self.world.types.hierarchy.method(owner, name) if owner else None
            else:
                function = None
            for _, result in function.function.results if function is not None else ():
                yield from (key.strip("[].*") for each in result for key in each.at)

    # --- profiles ---------------------------------------------------------------------------

    def _profiled(self, fn: FunctionRef) -> Iterator[Use]:
        for call in fn.function.calls:
            name = self._profiling_name(fn, call)
            if not name:
                continue
            entity = self._person(fn, call)
            if entity is None or entity.role is not Role.PERSON:
                continue
            place = Location(fn.facts.path, call.line, call.column, call.end_line)
            asked = self.asking.before(fn, call)
            words = (*_own_words(fn), *split(name))
            yield Use(
                "profile", name, place, fn.scope, place, words, _module_words(fn), entity.id,
                guards=given(asked, self.consents),
            )  # fmt: skip

    def _profiling_name(self, fn: FunctionRef, call: CallFact) -> str:
        path = call.callee
        root = path.root[5:] if path.root.startswith("name:") else ""
        dotted = root + "".join(key for key in path.keys if key[0] == ".")
        last = dotted.rpartition(".")[2]
        if not last or last.startswith(("get_", "set_")):
            return ""
        owner = dotted.rpartition(".")[0].rpartition(".")[2]
        if not self._profiling.names(f"{owner}_{last}"):
            return ""
        targets = self.world.types.targets(fn, call)
        if not targets or any(target.function.facts is fn.facts for target in targets):
            return ""
        return f"{owner}.{last}" if owner else last


def _without_parts(uses: Sequence[Use]) -> Iterator[Use]:
    """Uses without what only adds to a message that is made in the same function.

    `EmailMessage(…)` and `message.attach(…)` are one mail.
    """
    made = {(use.scope, use.sink.path, use.name) for use in uses}
    for use in uses:
        owner = use.name.rpartition(".")[0]
        if (use.scope, use.sink.path, owner) not in made:
            yield use


def _call_at(fn: FunctionRef, location: Location) -> CallFact | None:
    on_line = [call for call in fn.function.calls if call.line == location.line]
    exact = [call for call in on_line if call.column == location.column]
    return next(iter(exact or on_line[:1]), None)


def _arguments(call: CallFact) -> Iterator[Value]:
    yield from call.args
    yield from (value for _, value in call.keywords)


def _own_words(fn: FunctionRef) -> tuple[str, ...]:
    """Words of the function's name and of its class's."""
    own = fn.function.qualname.replace(".<locals>", "").replace("<module>", "")
    return tuple(word for name in own.split(".") for word in (*split(name), ""))


def _module_words(fn: FunctionRef) -> tuple[str, ...]:
    """Words of the last two parts of the module's name."""
    modules = fn.facts.module.split(".")[-2:]
    return tuple(word for name in modules for word in (*split(name), ""))


def _in_words(texts: Iterable[str]) -> tuple[str, ...]:
    """Words of texts, an empty one between two of them so that no phrase spans both."""
    found: list[str] = []
    for text in texts:
        for word in _WORD.findall(fold(text[:_MAX_TEXT])):
            found += split(word)
        found.append("")
    return tuple(found)
