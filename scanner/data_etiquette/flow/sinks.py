"""Places where data leaves the program: calls, assignments, results of endpoints, exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from data_etiquette.flow.binding import passed
from data_etiquette.flow.knowledge import Knowledge
from data_etiquette.flow.reference import FunctionRef
from data_etiquette.flow.resolve import Resolver, spell
from data_etiquette.flow.taint import Mode
from data_etiquette.flow.types import Types
from data_etiquette.model.catalog import EndpointModel, KnownRecipient, SinkModel
from data_etiquette.model.facts import AccessPath, CallFact, Value, ValuePart
from data_etiquette.model.graph import Entity
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location
from data_etiquette.model.value import under

_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//(?:[^/@\s]*@)?([^/:?#\s]+)", re.IGNORECASE)
_TEXT_SINKS = frozenset(
    {
        SinkKind.LOG,
        SinkKind.FILE,
        SinkKind.EMAIL,
        SinkKind.PROCESS,
        SinkKind.EXCEPTION,
        SinkKind.LLM,
    }
)
_KEEPING_SINKS = frozenset({SinkKind.DATABASE, SinkKind.QUEUE, SinkKind.SESSION, SinkKind.CACHE})
_OWN_HOSTS = ("localhost", "127.", "0.0.0.0", "::1", "testserver")  # noqa: S104 (compared, not bound)
_QUIET_SDK_METHODS = frozenset(
    {
        "init",
        "Client",
        "configure",
        "setup",
        "api_key",
        "set_level",
        "session",
        "resource",
        "client",
    }
    | {"from_env", "close", "connect", "login", "authenticate", "retrieve", "list", "get"}
)
_QUIET = frozenset(
    {
        "exc_info",
        "stack_info",
        "stacklevel",
        "timeout",
        "verify",
        "file",
        "end",
        "sep",
        "auth",
        "cert",
    }
)
_ADDRESSING_METHODS = frozenset({"get", "delete", "head", "options"})


@dataclass(frozen=True, slots=True)
class Reached:
    """A sink, and the values that go into it."""

    kind: SinkKind
    name: str
    location: Location
    values: tuple[Value, ...]
    mode: Mode
    recipient: str = ""
    recipient_name: str = ""
    country: str = ""
    only: frozenset[str] = frozenset()
    """Fields that a response model lets through; empty for all."""


@dataclass(slots=True)
class SinkFinder:
    """Recognises the sinks of one function after another."""

    types: Types
    knowledge: Knowledge
    resolver: Resolver

    def of(self, fn: FunctionRef) -> Iterator[Reached]:
        """All sinks of a function."""
        talks = self._imports_sdk(fn)
        for call in fn.function.calls:
            if call.args or call.keywords or call.callee.keys:
                yield from self._call(fn, call, talks=talks)
        for store in fn.function.stores:
            yield from self._store(fn, store.target, store.value, store.line)
        yield from self._answer(fn)
        yield from self._raises(fn)

    def _imports_sdk(self, fn: FunctionRef) -> bool:
        return any(
            target.split(".", 1)[0] in self.knowledge.modules or target in self.knowledge.modules
            for _, target in fn.facts.imports
        )

    def _call(self, fn: FunctionRef, call: CallFact, *, talks: bool) -> Iterator[Reached]:
        path = call.callee
        last = path.keys[-1][1:] if path.keys else path.root.rsplit(".", 1)[-1].rsplit(":", 1)[-1]
        if last in self.knowledge.dispatch_methods or path.root.startswith("name:"):
            yield from self._queued(fn, call)
        if last not in self.knowledge.sink_names and not talks:
            return
        name = self.types.callee(fn, path)
        model = self.knowledge.sinks.get(name) if name else None
        if model is None:
            model = self._by_convention(fn, path)
        if model is not None:
            reached = self._modelled(fn, call, model, name)
            if reached is not None:
                yield reached
        elif (
            name
            and not (path.root.startswith("name:") and self.types.targets(fn, call))
            and (not self.types.is_first_party(fn, name))
        ):
            reached = self._sdk(fn, call, name)
            if reached is not None:
                yield reached

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
            yield Reached(SinkKind(model.sink), name, _place(fn, call), values, Mode.MADE)

    def _by_convention(self, fn: FunctionRef, path: AccessPath) -> SinkModel | None:
        """`self.logger.info`, `logger.info` of a star import: the receiver's name tells."""
        if not path.keys or path.keys[-1][0] != ".":
            return None
        receiver = path.keys[-2][1:] if len(path.keys) > 1 else re.split(r"[:.]", path.root)[-1]
        model = self.knowledge.receivers.get((receiver, path.keys[-1][1:]))
        if model is None:
            return None
        owner = self.types.of(fn, AccessPath(path.root, path.keys[:-1]))
        if owner.cls is not None and self.types.hierarchy.method(owner.cls, path.keys[-1][1:]):
            return None
        return model

    def _modelled(
        self, fn: FunctionRef, call: CallFact, model: SinkModel, name: str
    ) -> Reached | None:
        shown = name or spell(call.callee)
        values = _chosen(call, model.args)
        place = _place(fn, call)
        if model.kind is SinkKind.TEMPLATE or name in self.knowledge.renders:
            template, context = self.knowledge.renders.get(name, ("0", "1"))
            rendered = self.resolver.shown_by(fn, call, template, context)
            if rendered is not None:
                values = (rendered,)
        if model.recipient:
            known = self.knowledge.recipients.get(model.recipient)
            return _to_recipient(shown, place, values, known, "")
        if model.kind is SinkKind.EMAIL:
            values = tuple(_without_addresses(value) for value in values)
        if model.kind is not SinkKind.THIRD_PARTY:
            return Reached(model.kind, shown, place, values, _mode(model.kind))
        host = self._host(fn, call, model.address)
        if host.startswith(_OWN_HOSTS) or (host and "." not in host):
            return None
        known = self.knowledge.recipient_of_host(host) if host else None
        return _to_recipient(shown, place, values, known, host)

    def _sdk(self, fn: FunctionRef, call: CallFact, name: str) -> Reached | None:
        recipient = self.knowledge.recipient_of_call(name)
        last = name.rsplit(".", 1)[-1]
        if recipient is None or last in _QUIET_SDK_METHODS:
            return None
        if last.endswith(("Error", "Exception", "Client", "Config", "Session")):
            return None
        values = (*call.args, *_keyed(call))
        reached = _to_recipient(name, _place(fn, call), values, recipient, "")
        if recipient.kind == "llm":
            return Reached(
                SinkKind.LLM, name, reached.location, values, Mode.TEXT,
                recipient.id, recipient.name, recipient.country,
            )  # fmt: skip
        return reached

    def _host(self, fn: FunctionRef, call: CallFact, address: str) -> str:
        """Host of the URL argument as far as literals tell it."""
        value: Value = ()
        if address.isdigit() and int(address) < len(call.args):
            value = call.args[int(address)]
        else:
            value = next((item for name, item in call.keywords if name in (address, "url")), ())
        for part in value:
            match = _HOST.match(self.types.constant(fn, part.path))
            if match:
                return match.group(1).lower()
        return ""

    def _store(
        self, fn: FunctionRef, target: AccessPath, value: Value, line: int
    ) -> Iterator[Reached]:
        if not self.knowledge.stores or not target.keys:
            return
        owner = AccessPath(target.root, target.keys[:-1])
        spelled = spell(owner)
        names = (spelled, self.types.of(fn, owner).library or spelled)
        for pattern, model in self.knowledge.stores.items():
            if any(name == pattern or name.endswith(f".{pattern}") for name in names):
                place = Location(fn.facts.path, line)
                stored = under(value, target.keys[-1])
                yield Reached(model.kind, model.name, place, (stored,), _mode(model.kind))
                return

    def _answer(self, fn: FunctionRef) -> Iterator[Reached]:
        endpoint = self.endpoint(fn)
        if endpoint is None or not endpoint.returns:
            return
        only = self._response_fields(fn)
        for line, value in fn.function.results:
            place = Location(fn.facts.path, line)
            # A page shows of an object what its template asks for; data is written out whole.
            mode = Mode.DUMP if endpoint.kind is SinkKind.RESPONSE else Mode.PLAIN
            yield Reached(endpoint.kind, endpoint.name, place, (value,), mode, only=only)

    def _response_fields(self, fn: FunctionRef) -> frozenset[str]:
        """Names that the endpoint's response model lets through, nested models' included."""
        texts = [text.partition("response_model=")[2] for text in fn.function.decorators]
        for text in (*texts, fn.function.returns):
            named = self.types.annotated(text, fn) if text else None
            if named is not None and named.entity is not None and not named.entity.stored:
                return frozenset(self._field_names(named.entity, 4))
        return frozenset()

    def _field_names(self, entity: Entity, depth: int) -> set[str]:
        index = self.types.index
        names = {item.name for item in entity.fields}
        near = [target for _, target, _ in entity.relations] if depth > 0 else []
        for other in (*entity.bases, *near):
            found = index.by_id.get(other)
            if found is not None and depth > 0:
                names |= self._field_names(found, depth - 1)
        return names

    def endpoint(self, fn: FunctionRef) -> EndpointModel | None:
        """The model by which a function answers requests."""
        for text in fn.function.decorators:
            name = self._decorator(fn, text.split("(", 1)[0])
            model = self.knowledge.endpoint_decorators.get(name)
            if model is not None:
                return model
        owner = self.types.hierarchy.owner(fn)
        if owner is None:
            return None
        wild = f"{fn.name.split('_', 1)[0]}_*"
        models = self.knowledge.endpoint_methods
        bases = self.types.hierarchy.library_bases(owner)
        fitting = [*models.get(fn.name, ()), *models.get(wild, ())]
        return next((m for m in fitting if any(base in m.bases for base in bases)), None)

    def _decorator(self, fn: FunctionRef, dotted: str) -> str:
        """`router.get` as `fastapi.APIRouter.get`."""
        head, _, last = dotted.rpartition(".")
        if not head:
            return dotted
        typed = self.types.of(fn, AccessPath(f"name:{head}"))
        return f"{typed.library}.{last}" if typed.library else dotted

    def _raises(self, fn: FunctionRef) -> Iterator[Reached]:
        for line, value in fn.function.raises:
            for part in value[:2]:
                if not part.path.root.startswith("call:") or part.path.keys:
                    continue
                call = fn.calls.get(int(part.path.root[5:]))
                if call is None or not (call.args or call.keywords):
                    continue
                name = spell(call.callee)
                values = (*call.args, *(v for key, v in call.keywords if key not in _QUIET))
                place = Location(fn.facts.path, line, call.column, call.end_line)
                yield Reached(SinkKind.EXCEPTION, name, place, values, Mode.TEXT)


_ADDRESS_HEADERS = frozenset(
    {"[to]", "[from]", "[cc]", "[bcc]", "[reply-to]", "[sender]", "[return-path]", "[recipients]"}
)


def _without_addresses(value: Value) -> Value:
    """A mail without the addresses that it goes to and comes from: they are no leak."""
    return tuple(
        part for part in value if not part.at or part.at[0].lower() not in _ADDRESS_HEADERS
    )


def _mode(kind: SinkKind) -> Mode:
    if kind in _KEEPING_SINKS:
        return Mode.MADE
    return Mode.TEXT if kind in _TEXT_SINKS else Mode.PLAIN


def _place(fn: FunctionRef, call: CallFact) -> Location:
    return Location(fn.facts.path, call.line, call.column, call.end_line)


def _to_recipient(
    name: str, place: Location, values: tuple[Value, ...], known: KnownRecipient | None, host: str
) -> Reached:
    if known is not None:
        return Reached(
            SinkKind.THIRD_PARTY,
            name,
            place,
            values,
            Mode.PLAIN,
            known.id,
            known.name,
            known.country,
        )
    return Reached(SinkKind.THIRD_PARTY, name, place, values, Mode.PLAIN, host, host)


def _chosen(call: CallFact, wanted: tuple[str, ...]) -> tuple[Value, ...]:
    """The arguments that leak: all of them, or the listed positions and keywords."""
    if not wanted or "*" in wanted:
        return (*call.args, *_keyed(call))
    if "receiver" in wanted:
        return ((ValuePart(AccessPath(call.callee.root, call.callee.keys[:-1])),),)
    positions = [value for place, value in enumerate(call.args) if str(place) in wanted]
    return (*positions, *_keyed(call, wanted))


def _keyed(call: CallFact, wanted: tuple[str, ...] = ()) -> Iterator[Value]:
    """Keyword arguments, each under its name."""
    for name, value in call.keywords:
        if name in ("*", "**"):
            yield value
        elif name in wanted or (not wanted and name not in _QUIET):
            yield under(value, f"[{name}]")
