"""Places where data leaves the program: calls, assignments, results of endpoints, exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from data_etiquette.flow.lexicon.knowledge import Knowledge
from data_etiquette.flow.lexicon.words import joined, occurs, split
from data_etiquette.flow.program.binding import passed
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve import Resolver, spell
from data_etiquette.flow.resolve.taint import Mode
from data_etiquette.flow.tracing.address import Addresses, host_of, is_own, options_of
from data_etiquette.flow.tracing.answers import Answers
from data_etiquette.flow.tracing.reached import Reached, mode_of
from data_etiquette.flow.types import Types
from data_etiquette.model.catalog import SinkModel
from data_etiquette.model.facts import AccessPath, CallFact, Value, ValuePart
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location
from data_etiquette.model.value import reached as below
from data_etiquette.model.value import under

_ADDRESSED = frozenset(
    {SinkKind.THIRD_PARTY, SinkKind.LLM, SinkKind.URL, SinkKind.FILE, SinkKind.CACHE}
)
"""Kinds of sinks of which it matters where exactly they lie."""

_SAVING = frozenset({"save", "asave"})
_PAIR = 2
"""Arguments of a call that names a key and gives a value."""


@dataclass(slots=True)
class SinkFinder:
    """Recognises the sinks of one function after another."""

    types: Types
    knowledge: Knowledge
    resolver: Resolver
    _talking: dict[str, bool] = field(default_factory=dict)
    _store_lasts: frozenset[str] = frozenset()
    """Last parts of the stores' names: nearly nothing that is stored has one of them."""

    def __post_init__(self) -> None:
        """Note what is asked of every store."""
        self._store_lasts = frozenset(name.rpartition(".")[2] for name in self.knowledge.stores)

    def of(self, fn: FunctionRef) -> Iterator[Reached]:
        """All sinks of a function."""
        talks = self._talks(fn)
        for call in fn.function.calls:
            if call.args or call.keywords or call.callee.keys:
                yield from self._call(fn, call, talks=talks)
        for store in fn.function.stores:
            yield from self._store(fn, store.target, store.value, store.line)
        yield from Answers(self.types, self.knowledge, self.resolver.rendering).of(fn)
        yield from self._raises(fn)

    def _talks(self, fn: FunctionRef) -> bool:
        """Whether a file imports the SDK of a recipient."""
        path = fn.facts.path
        if path not in self._talking:
            modules = self.knowledge.modules
            self._talking[path] = any(
                target.split(".", 1)[0] in modules or target in modules
                for _, target in fn.facts.imports
            )
        return self._talking[path]

    def _call(self, fn: FunctionRef, call: CallFact, *, talks: bool) -> Iterator[Reached]:
        path = call.callee
        last = path.keys[-1][1:] if path.keys else path.root.rsplit(".", 1)[-1].rsplit(":", 1)[-1]
        if (
            last in self.knowledge.dispatch_methods
            or last in self.knowledge.dispatch_names
            or path.root.startswith("name:")
        ):
            yield from self._queued(fn, call)
        is_named = last in self.knowledge.sink_names or self.types.is_alias(fn, path)
        if last in _SAVING and len(path.keys) > 0:
            yield from self._saved(fn, call)
        if not is_named and not talks and not path.keys:
            return
        name = self.types.callee(fn, path)
        model = self._named(name)
        if model is not None and path.root.startswith("call:") and not path.keys:
            call = _with_given(fn, call)
        is_made = path.root.startswith("call:") and len(path.keys) == 1
        if model is None and not (name and is_made):
            model = self._by_convention(fn, path)
        if model is not None:
            reached = self._modelled(fn, call, model, name)
            if reached is not None:
                yield from _key_apart(call, reached)
        elif (
            name
            and not (path.root.startswith("name:") and self.types.targets(fn, call))
            and (not self.types.is_first_party(fn, name))
        ):
            told = self._sdk(fn, call, name)
            if told is not None:
                yield told

    def _is_quiet(self, method: str) -> bool:
        """Whether a method of an SDK sets it up or only asks: what it gets is no disclosure."""
        words = split(method)
        if "".join(words) in self.types.words("quiet-sdk-methods"):
            return True
        is_object = method[:1].isupper() and bool(words)
        return is_object and words[-1] in self.types.words("quiet-sdk-objects")

    def _saved(self, fn: FunctionRef, call: CallFact) -> Iterator[Reached]:
        """`user.save()`: what the function has put into the row."""
        owner = AccessPath(call.callee.root, call.callee.keys[:-1])
        typed = self.types.of(fn, owner)
        if typed.entity is None or not typed.entity.stored or typed.is_class:
            return
        values = tuple(
            under(store.value, f"[{store.target.keys[-1][1:]}]")
            for store in fn.function.stores
            if store.line <= call.line
            and store.target.keys[-1:]
            and AccessPath(store.target.root, store.target.keys[:-1]) == owner
        )
        if values:
            name = f"{typed.entity.name}.{call.callee.keys[-1][1:]}"
            yield Reached(SinkKind.DATABASE, name, _place(fn, call), values, Mode.MADE)

    def _named(self, name: str) -> SinkModel | None:
        """The sink that a callee's name tells, by itself or as part of a client."""
        found = self.knowledge.sinks.get(name) if name else None
        owner, _, last = name.rpartition(".")
        if found is None and owner and not self._is_quiet(last):
            found = self.knowledge.client_of(owner)
        return found

    def _queued(self, fn: FunctionRef, call: CallFact) -> Iterator[Reached]:
        model, paths = self.types.handed_paths(fn, call)
        for path in paths if model is not None else ():
            name = self.types.callee(fn, path)
            sink = self.knowledge.sinks.get(name) if name else None
            if sink is not None:
                # `Thread(target=send_mail, args=(…))`: a library's sink, run elsewhere.
                args, keywords = passed(call, model)
                run = replace(call, callee=path, args=args, keywords=keywords)
                reached = self._modelled(fn, run, sink, name)
                if reached is not None:
                    yield reached
        targets = self.types.dispatched(fn, call)
        is_known = self.types.callee(fn, call.callee) in self.knowledge.dispatch_calls
        if (targets or is_known) and model is not None and model.sink:
            values = (*call.args, *(value for _, value in call.keywords))
            name = model.name or spell(call.callee)
            yield Reached(SinkKind(model.sink), name, _place(fn, call), values, Mode.KEPT)

    def _by_convention(self, fn: FunctionRef, path: AccessPath) -> SinkModel | None:
        """`self.logger.info`, `logger.info` of a star import: the receiver's name tells."""
        if not path.keys or path.keys[-1][0] != ".":
            return None
        method = path.keys[-1][1:]
        found = (self.knowledge.receivers.get((name, method)) for name in _called(fn, path))
        model = next((item for item in found if item is not None), None)
        if model is None:
            return None
        owner = self.types.of(fn, AccessPath(path.root, path.keys[:-1]))
        if owner.cls is not None and self.types.hierarchy.method(owner.cls, path.keys[-1][1:]):
            return None
        return model

    def _modelled(
        self, fn: FunctionRef, call: CallFact, model: SinkModel, name: str
    ) -> Reached | None:
        reached = Reached(
            model.kind, name or spell(call.callee), _place(fn, call),
            self._chosen(call, model.args),
            mode_of(model.kind), options=options_of(call),
        )  # fmt: skip
        if model.joined and not _is_joined(fn, call):
            return None
        if model.expected:
            reached = replace(reached, expected=frozenset(model.expected))
        render = self.knowledge.renders.get(name)
        if render is None and model.kind is SinkKind.TEMPLATE:
            render = self.knowledge.render_methods.get(reached.name.rpartition(".")[2])
        if render is not None and self.resolver.rendering is not None:
            page = self.resolver.rendering.page(fn, call, render)
            if page is not None:
                # What the context holds and the template does not show goes nowhere.
                reached = replace(reached, values=(), page=page)
        if model.kind in _ADDRESSED:
            address = Addresses(self.types).of_call(fn, call, model.kind, model.address)
            reached = replace(reached, address=address)
        if model.kind is SinkKind.PROTECTION and self._is_keyed(reached.values):
            reached = replace(reached, options=(*reached.options, ("keyed", "True")))
        if model.kind is SinkKind.EMAIL:
            values = tuple(self._without_addresses(value) for value in reached.values)
            reached = replace(reached, values=values)
        if model.kind is SinkKind.THIRD_PARTY:
            values = tuple(_without_headers(value) for value in reached.values)
            reached = replace(reached, values=values)
        if model.kind is SinkKind.URL:
            values = tuple(self._without_told(fn, call, value) for value in reached.values)
            reached = replace(reached, values=values)
        return self._sent(reached, model.recipient)

    def _without_told(self, fn: FunctionRef, call: CallFact, value: Value) -> Value:
        """An address without what the call that makes it, in the same statement, is told for."""
        kept = []
        for part in value:
            made = fn.calls.get(int(part.path.root[5:])) if part.path.root[:5] == "call:" else None
            is_near = made is not None and call.line <= made.line <= max(call.end_line, call.line)
            model = self._named(self.types.callee(fn, made.callee)) if made and is_near else None
            if model is None or model.kind is not SinkKind.URL:
                kept.append(part)
        return tuple(kept)

    def _sent(self, reached: Reached, recipient: str) -> Reached | None:
        """The sink with whoever gets the data; None for the application's own machines."""
        if not recipient and reached.kind is not SinkKind.THIRD_PARTY:
            return reached
        reached = replace(reached, kind=SinkKind.THIRD_PARTY, mode=Mode.PLAIN)
        host = host_of(reached.address)
        if not recipient and is_own(host):
            return None
        known = self.knowledge.recipients.get(recipient) or self.knowledge.recipient_of_host(host)
        if known is None:
            return replace(reached, recipient=host, recipient_name=host)
        return replace(
            reached, recipient=known.id, recipient_name=known.name, country=known.country
        )

    def _is_keyed(self, values: tuple[Value, ...]) -> bool:
        """Whether a secret is hashed along: `sha1(settings.SECRET_KEY + email)`."""
        told = self.types.words("hash-keys")
        names = (
            split(part.path.keys[-1] if part.path.keys else part.path.root.partition(":")[2])
            for value in values
            for part in value
            if part.path.keys or not part.path.root.startswith(("const:", "call:"))
        )
        return any(occurs(run, words) for words in names for run in told)

    def _is_kept(self, keyword: str) -> bool:
        """Whether a keyword argument says how to send and is not sent on."""
        return joined(keyword) in self.types.words("quiet-arguments")

    def _without_addresses(self, value: Value) -> Value:
        """A mail without the addresses that it goes to and comes from: they are no leak."""
        told = self.types.words("address-headers")
        return tuple(part for part in value if not part.at or joined(part.at[0]) not in told)

    def _chosen(self, call: CallFact, wanted: tuple[str, ...]) -> tuple[Value, ...]:
        """The arguments that leak: all of them, or the listed positions and keywords."""
        if not wanted or "*" in wanted:
            return (*call.args, *self._keyed(call))
        if "receiver" in wanted:
            return ((ValuePart(AccessPath(call.callee.root, call.callee.keys[:-1])),),)
        positions = [value for place, value in enumerate(call.args) if str(place) in wanted]
        inside = [_inside(call, spec) for spec in wanted if "[" in spec]
        return (*positions, *inside, *self._keyed(call, wanted))

    def _keyed(self, call: CallFact, wanted: tuple[str, ...] = ()) -> Iterator[Value]:
        """Keyword arguments, each under its name."""
        for name, value in call.keywords:
            if name in ("*", "**"):
                yield value
            elif name in wanted or (not wanted and not self._is_kept(name)):
                yield under(value, f"[{name}]")

    def _sdk(self, fn: FunctionRef, call: CallFact, name: str) -> Reached | None:
        """A call of a recipient's own SDK that no sink names."""
        known = self.knowledge.recipient_of_call(name)
        last = name.rsplit(".", 1)[-1]
        if known is None or self._is_quiet(last):
            return None
        is_model = known.kind == "llm"
        return Reached(
            SinkKind.LLM if is_model else SinkKind.THIRD_PARTY, name, _place(fn, call),
            (*call.args, *self._keyed(call)), Mode.TEXT if is_model else Mode.PLAIN,
            known.id, known.name, known.country, options=options_of(call),
        )  # fmt: skip

    def _store(
        self, fn: FunctionRef, target: AccessPath, value: Value, line: int
    ) -> Iterator[Reached]:
        if not self.knowledge.stores or not target.keys:
            return
        owner = AccessPath(target.root, target.keys[:-1])
        spelled, key = spell(owner), target.keys[-1]
        library = self.types.of(fn, owner).library
        names = [spelled, library or spelled]
        if library and key[0] == ".":
            names.append(f"{library}{key}")  # `message.body = text`
        if self._store_lasts.isdisjoint(name.rpartition(".")[2] for name in names):
            return
        for pattern, model in self.knowledge.stores.items():
            if any(name == pattern or name.endswith(f".{pattern}") for name in names):
                place = Location(fn.facts.path, line)
                stored = under(value, target.keys[-1])
                yield Reached(model.kind, model.name, place, (stored,), mode_of(model.kind))
                return

    def _raises(self, fn: FunctionRef) -> Iterator[Reached]:
        for line, value in fn.function.raises:
            for part in value[:2]:
                if not part.path.root.startswith("call:") or part.path.keys:
                    continue
                call = fn.calls.get(int(part.path.root[5:]))
                if call is None or not (call.args or call.keywords):
                    continue
                name = spell(call.callee)
                values = (*call.args, *(v for key, v in call.keywords if not self._is_kept(key)))
                place = Location(fn.facts.path, line, call.column, call.end_line)
                yield Reached(SinkKind.EXCEPTION, name, place, values, Mode.TEXT)


def _with_given(fn: FunctionRef, call: CallFact) -> CallFact:
    """A call of a `partial(…)` with the arguments that it was made with."""
    made = fn.calls[int(call.callee.root[5:])]
    keywords = (*made.keywords, *call.keywords)
    return replace(call, args=(*made.args[1:], *call.args), keywords=keywords)


def _called(fn: FunctionRef, path: AccessPath) -> list[str]:
    """What the object of a method call is called: its attribute, its variable, what made it."""
    if len(path.keys) > 1:
        return [path.keys[-2].strip(".[]")]
    if not path.root.startswith("call:"):
        return [re.split(r"[:.]", path.root)[-1]]
    made = fn.calls.get(int(path.root[5:]))
    maker = made.callee.keys[-1][1:] if made is not None and made.callee.keys else ""
    return [fn.named.get(AccessPath(path.root), ""), maker]


def _is_joined(fn: FunctionRef, call: CallFact) -> bool:
    """Whether a call's result is put together with other text."""
    made = AccessPath(f"call:{call.id}")
    function = fn.function
    given = (v for c in function.calls for v in (*c.args, *(value for _, value in c.keywords)))
    values = (*given, *(s.value for s in function.stores), *(v for _, v in function.results))
    for value in values:
        parts = [part for part in value if part.path == made]
        if any(
            part.text or other.path.root.startswith("const:")
            for part in parts
            for other in value
            if other is not part and other.at == part.at
        ):
            return True
    return False


def _without_headers(value: Value) -> Value:
    """A request without the header in which the program names itself."""
    return tuple(part for part in value if not part.at or part.at[-1].lower() != "[user-agent]")


def _place(fn: FunctionRef, call: CallFact) -> Location:
    return Location(fn.facts.path, call.line, call.column, call.end_line)


def _key_apart(call: CallFact, reached: Reached) -> Iterator[Reached]:
    """What goes into a cache's key and what goes under it are two things."""
    keys = [*call.args[:1], *(value for name, value in call.keywords if name == "key")][:1]
    if reached.kind is not SinkKind.CACHE or len(call.args) + len(call.keywords) < _PAIR:
        yield reached
        return
    rest = tuple(value for value in reached.values if value not in keys)
    yield replace(reached, name=f"{reached.name} key", values=tuple(keys))
    yield replace(reached, values=rest)


def _inside(call: CallFact, spec: str) -> Value:
    """`0[][1]`: the second of each of the first argument's elements."""
    place, _, rest = spec.partition("[")
    keys = tuple(f"[{key}" for key in f"{rest}".split("["))
    return below(call.args[int(place)], keys) if int(place) < len(call.args) else ()
