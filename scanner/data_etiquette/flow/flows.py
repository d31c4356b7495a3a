"""Personal data from sources to sinks, function by function."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from data_etiquette.flow.classify import Classifier
from data_etiquette.flow.knowledge import Knowledge
from data_etiquette.flow.program import Program
from data_etiquette.flow.scope import EntityIndex
from data_etiquette.flow.sources import Origin, Sources
from data_etiquette.model.catalog import KnownRecipient, SinkModel
from data_etiquette.model.facts import AccessPath, CallFact, Facts, FunctionFact, Value
from data_etiquette.model.graph import Flow, Sink, Step
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location

_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//(?:[^/@\s]*@)?([^/:?#\s]+)", re.IGNORECASE)
_TEXT_SINKS = frozenset({SinkKind.LOG, SinkKind.FILE, SinkKind.EMAIL, SinkKind.PROCESS})
_OWN_HOSTS = ("localhost", "127.", "0.0.0.0", "::1", "testserver")  # noqa: S104 (compared, not bound)
_QUIET_SDK_METHODS = frozenset({"init", "Client", "configure", "setup", "api_key", "set_level"})


@dataclass(frozen=True, slots=True)
class _Reached:
    """A call recognised as a sink."""

    kind: SinkKind
    name: str
    values: tuple[Value, ...]
    recipient: str = ""
    recipient_name: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Tracer:
    """Everything that following data needs to look things up in."""

    program: Program
    index: EntityIndex
    knowledge: Knowledge
    classifier: Classifier

    def flows(self, files: Iterable[Facts]) -> tuple[Flow, ...]:
        """All flows, sorted, one for each source field, sink call and element."""
        found: dict[tuple[str, ...], Flow] = {}
        for facts in files:
            for function in facts.functions:
                for flow in self._of_function(facts, function):
                    place = f"{flow.sink.location.line}:{flow.sink.location.column}"
                    key = (facts.path, place, flow.sink.kind, flow.element, flow.entity, flow.field)
                    found.setdefault(key, flow)
        return tuple(sorted(found.values(), key=_order))

    def _of_function(self, facts: Facts, function: FunctionFact) -> Iterator[Flow]:
        sources: Sources | None = None
        for call in function.calls:
            if not call.args and not call.keywords:
                continue
            if sources is None:
                sources = Sources(
                    self.program, facts, function, self.index, self.knowledge, self.classifier
                )
            reached = self._sink(call, sources)
            if reached is None:
                continue
            for value in reached.values:
                as_text = reached.kind in _TEXT_SINKS
                for origin in sources.origins(value, call.line, as_text=as_text):
                    yield _flow(facts, function, call, origin, reached)

    def _sink(self, call: CallFact, sources: Sources) -> _Reached | None:
        name = sources.scope.callee(call.callee)
        model = self.knowledge.sinks.get(name) if name else None
        if model is None:
            model = self._by_convention(call.callee)
        if model is not None:
            return self._modelled(call, model, name, sources)
        if name and not sources.scope.is_first_party(name):
            return self._sdk(call, name)
        return None

    def _by_convention(self, path: AccessPath) -> SinkModel | None:
        """`self.logger.info`, `logger.info` of a star import: the receiver's name tells."""
        if not path.keys or path.keys[-1][0] != ".":
            return None
        receiver = path.keys[-2][1:] if len(path.keys) > 1 else re.split(r"[:.]", path.root)[-1]
        return self.knowledge.receivers.get((receiver, path.keys[-1][1:]))

    def _modelled(
        self, call: CallFact, model: SinkModel, name: str, sources: Sources
    ) -> _Reached | None:
        shown = name or _spelled(call.callee)
        values = _chosen(call, model.args)
        if model.kind is not SinkKind.THIRD_PARTY:
            return _Reached(model.kind, shown, values)
        host = _host(call, model.address, sources)
        if host.startswith(_OWN_HOSTS) or (host and "." not in host):
            return None
        known = self.knowledge.recipient_of_host(host) if host else None
        return _to_recipient(shown, values, known, host)

    def _sdk(self, call: CallFact, name: str) -> _Reached | None:
        recipient = self.knowledge.recipient_of_call(name)
        if recipient is None or name.rsplit(".", 1)[-1] in _QUIET_SDK_METHODS:
            return None
        values = (*call.args, *(value for _, value in call.keywords))
        reached = _to_recipient(name, values, recipient, "")
        if recipient.kind == "llm":
            return _Reached(
                SinkKind.LLM, name, values, recipient.id, recipient.name, recipient.country
            )
        return reached


def _to_recipient(
    name: str, values: tuple[Value, ...], known: KnownRecipient | None, host: str
) -> _Reached:
    if known is not None:
        return _Reached(SinkKind.THIRD_PARTY, name, values, known.id, known.name, known.country)
    return _Reached(SinkKind.THIRD_PARTY, name, values, host, host)


def _chosen(call: CallFact, wanted: tuple[str, ...]) -> tuple[Value, ...]:
    """The arguments that leak: all of them, or the listed positions and keywords."""
    if not wanted or "*" in wanted:
        return (*call.args, *(value for name, value in call.keywords if name not in _QUIET))
    positions = [value for place, value in enumerate(call.args) if str(place) in wanted]
    return (*positions, *(value for name, value in call.keywords if name in wanted or name == "**"))


_QUIET = frozenset(
    {"exc_info", "stack_info", "stacklevel", "timeout", "verify", "file", "end", "sep"}
)


def _host(call: CallFact, address: str, sources: Sources) -> str:
    """Host of the URL argument as far as literals tell it."""
    value: Value = ()
    if address.isdigit() and int(address) < len(call.args):
        value = call.args[int(address)]
    else:
        value = next((item for name, item in call.keywords if name in (address, "url")), ())
    for part in value:
        match = _HOST.match(sources.scope.constant(part.path))
        if match:
            return match.group(1).lower()
    return ""


def _spelled(path: AccessPath) -> str:
    root = re.split(r"[:.]", path.root)[-1]
    return root + "".join(key for key in path.keys if key[0] == ".")


def _flow(
    facts: Facts, function: FunctionFact, call: CallFact, origin: Origin, reached: _Reached
) -> Flow:
    steps = [Step(facts.path, origin.line, origin.note)]
    steps += [
        Step(facts.path, line, "it is assigned") for line in origin.lines if line != origin.line
    ]
    steps.append(Step(facts.path, call.line, f"it reaches {reached.name}"))
    return Flow(
        element=origin.element,
        entity=origin.entity,
        field=origin.field,
        source=Location(facts.path, origin.line),
        sink=Sink(
            kind=reached.kind,
            name=reached.name,
            location=Location(facts.path, call.line, call.column, call.end_line),
            recipient=reached.recipient,
            recipient_name=reached.recipient_name,
            country=reached.country,
        ),
        steps=tuple(dict.fromkeys(steps)),
        sanitiser=origin.sanitiser,
        confidence=origin.confidence,
        scope=f"{facts.module}.{function.qualname}",
    )


def _order(flow: Flow) -> tuple[object, ...]:
    return (flow.sink.location, flow.element, flow.entity, flow.field, flow.source)
