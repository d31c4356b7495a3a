"""Personal data from sources to sinks, across functions and files.

Every sink's values are resolved in their own function. What comes from a parameter is looked for
in the function's callers, and theirs, until a source is found or a limit is reached. What is
remembered on the way is shared by the sinks of one file and dropped after it (`files.py`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.binding import named_keys
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.resolve.taint import Mode, Origin, Taint
from data_etiquette.flow.tracing.reached import Reached
from data_etiquette.flow.tracing.sinks import SinkFinder
from data_etiquette.flow.types.callsites import Site
from data_etiquette.flow.world import World
from data_etiquette.model.facts import AccessPath, Value
from data_etiquette.model.graph import Flow, Sink, Step
from data_etiquette.model.kind import Confidence, SinkKind
from data_etiquette.model.location import Location, Skipped
from data_etiquette.model.value import reached

MAX_CALLERS = 6
"""Functions between a sink and a source that data is followed through, backwards."""
MAX_SOURCES = 8
"""Places from which one field is reported to reach one sink; the rest say nothing new."""
MAX_HANDED = 40
"""The same for a wrapper that many places hand the field over to: each of them is told."""
MAX_PENDING = 4000
"""Steps taken for one sink."""
MANY_OVERRIDES = 4
"""Overrides of a method from which on a call that may run any of them tells little of one."""
Key = tuple[object, ...]
_ITSELF = {
    SinkKind.EMAIL: frozenset({"email_content"}),
    SinkKind.COOKIE: frozenset({"cookie", "cookie_id"}),
}
_OUTGOING = (SinkKind.EMAIL, SinkKind.THIRD_PARTY, SinkKind.LLM)


@dataclass(frozen=True, slots=True)
class _Pending:
    """Values in a function, on their way to a sink."""

    fn: FunctionRef
    value: Value
    line: int
    mode: Mode
    trail: tuple[Step, ...]
    sanitiser: str
    depth: int
    through: ClassRef | None = None
    """The class of the method that `self` was left by: see `Taint.through`."""
    is_guess: bool = False
    """Whether a call on the way may run any of many overrides, and this is but one of them."""


@dataclass(frozen=True, slots=True)
class Reads:
    """What was read, by the numbers of functions and classes."""

    bodies: tuple[int, ...] = ()
    stores: tuple[int, ...] = ()
    """Classes of which it was asked what their methods store."""
    callers: tuple[int, ...] = ()
    """Functions whose callers were asked for."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one file's functions let out; nothing in it belongs to a process."""

    flows: tuple[Flow, ...]
    outgoing: tuple[tuple[int, Reached], ...]
    """(number of the function among the file's, the sink)."""
    skipped: tuple[Skipped, ...]
    reads: Reads = Reads()


@dataclass(slots=True)
class Tracer:
    """Follows data to the sinks of some functions; what it remembers is shared by these alone."""

    world: World
    cut: set[FunctionRef] = field(default_factory=set)
    _passed: dict[
        tuple[FunctionRef, str, tuple[str, ...]],
        list[tuple[Site, Value, Step, ClassRef | None]],
    ] = field(default_factory=dict)

    def part(self, functions: Sequence[FunctionRef]) -> Part:
        """What reaches the sinks of one file's functions."""
        if self._is_made_up(functions[0].facts.path):
            return Part((), (), ())
        found: dict[Key, Flow] = {}
        outgoing: list[tuple[int, Reached]] = []
        finder = SinkFinder(self.world.types, self.world.types.knowledge, self.world.resolver)
        for number, fn in enumerate(functions):
            for sink in finder.of(fn):
                if sink.kind in _OUTGOING:
                    outgoing.append((number, sink))
                for flow in self.to_sink(fn, sink):
                    found.setdefault(key_of(flow), flow)
        return Part(tuple(found.values()), tuple(outgoing), tuple(self.skipped()))

    def _is_made_up(self, path: str) -> bool:
        """Whether a module makes up data to try the program with."""
        words = split(path.rpartition("/")[2].removesuffix(".py"))
        told = self.world.types.words("made-up-modules")
        return any("".join(words[at : at + 2]) in told for at in range(len(words)))

    def skipped(self) -> list[Skipped]:
        """Functions in which a limit was reached."""
        return cut_short(self.cut | self.world.resolver.limited)

    def to_sink(self, fn: FunctionRef, sink: Reached) -> Iterator[Flow]:
        """What reaches one sink: each field once from each place, of many places the first ones."""
        values: Value = tuple(part for value in sink.values for part in value)
        if not sink.page and all(part.path.root.startswith("const:") for part in values):
            return
        origins = self._origins(fn, sink, values)
        named = {o.element for o, _, _ in origins if not o.is_name}
        counts: dict[tuple[str, str, str], int] = {}
        sites: set[tuple[object, ...]] = set()
        for origin, steps, sanitiser in origins:
            if origin.is_name and origin.element in named:
                continue
            if _is_own_credential(sink, origin) or _is_itself(sink, origin):
                continue
            if self._is_made_up(origin.location.path):
                continue
            if origin.element in sink.expected:
                continue
            if sink.only and origin.field.rsplit(".", 1)[-1] not in sink.only:
                continue
            field_key = (origin.element, origin.entity, origin.field)
            counts[field_key] = counts.get(field_key, 0) + 1
            site = (*field_key, *_handed_over(steps))
            is_new = site not in sites
            sites.add(site)
            if counts[field_key] > (MAX_HANDED if is_new else MAX_SOURCES):
                continue
            yield _flow(fn, sink, origin, steps, sanitiser)

    def _origins(
        self, fn: FunctionRef, sink: Reached, values: Value
    ) -> list[tuple[Origin, tuple[Step, ...], str]]:
        last = Step(sink.location.path, sink.location.line, f"it reaches {sink.name}")
        queue = deque([_Pending(fn, values, sink.location.line, sink.mode, (last,), "", 0)])
        for value, step in sink.page:
            line = sink.location.line
            queue.append(_Pending(fn, value, line, Mode.TEXT, (step, last), "", 0))
        seen: set[tuple[object, ...]] = set()
        found: dict[tuple[object, ...], tuple[Origin, tuple[Step, ...], str]] = {}
        steps = 0
        self.world.resolver.start()
        while queue:
            pending = queue.popleft()
            steps += 1
            if steps > MAX_PENDING:
                self.cut.add(fn)
                break
            taints = self.world.resolver.value(
                pending.fn, pending.value, pending.line, pending.mode
            )
            for taint in taints:
                if not self.world.types.hierarchy.are_related(taint.through, pending.through):
                    continue
                sanitiser = taint.sanitiser or pending.sanitiser
                trail = (*taint.steps, *pending.trail)
                if taint.origin is not None:
                    origin = _unsure(taint.origin) if pending.is_guess else taint.origin
                    found.setdefault(taint.identity, (origin, trail, sanitiser))
                elif pending.depth < MAX_CALLERS:
                    queue += self._callers(taint, trail, sanitiser, pending, seen)
                elif taint.function is not None and self.world.sites.of(taint.function):
                    self.cut.add(taint.function)
        return list(found.values())

    def _callers(
        self,
        taint: Taint,
        trail: tuple[Step, ...],
        sanitiser: str,
        pending: _Pending,
        seen: set[tuple[object, ...]],
    ) -> Iterator[_Pending]:
        if taint.identity in seen or taint.function is None:
            return
        seen.add(taint.identity)
        for site, value, step, through in self._given(taint.function, taint.param, taint.keys):
            if not self.world.rendering.fits(site.caller, site.call, site.target, trail):
                continue
            yield _Pending(
                site.caller,
                value,
                site.call.line,
                taint.mode,
                (step, *trail),
                sanitiser,
                pending.depth + 1,
                through,
                pending.is_guess or self._is_one_of_many(site, pending.through),
            )

    def _is_one_of_many(self, site: Site, through: ClassRef | None) -> bool:
        """Whether a call may run any of many overrides, and nothing tells that it runs this one.

        Args:
            site: the call.
            through: the class whose override the called method of a base runs on `self`, if the
                data comes by one; only objects of that class do so.
        """
        hierarchy = self.world.types.hierarchy
        own = through or hierarchy.owner(site.target.function)
        receiver, name = site.target.receiver, site.target.function.name
        if own is None or receiver is None or not hierarchy.line(own)[1:]:
            return False
        params = site.caller.header.params
        if through is None and params and receiver == AccessPath(f"param:{params[0].name}"):
            return False  # the callers of the base's method tell
        called_on = self.world.types.of(site.caller, receiver).cls
        if called_on is None and through is not None:
            called_on = hierarchy.owner(site.target.function)
        if called_on is None or called_on is own or called_on not in hierarchy.line(own):
            return False
        if through is not None:
            return len(hierarchy.subclasses.get(called_on, ())) >= MANY_OVERRIDES
        return len(hierarchy.targets(called_on, name)) >= MANY_OVERRIDES

    def _given(
        self, fn: FunctionRef, param: str, keys: tuple[str, ...]
    ) -> list[tuple[Site, Value, Step, ClassRef | None]]:
        """The calls that pass something below the keys of a parameter; many sinks ask for it."""
        known = self._passed.get((fn, param, keys))
        if known is None:
            note = f"{fn.shown} gets it as `{param}`"
            known = self._passed[fn, param, keys] = [
                (site, value, Step(site.caller.facts.path, site.call.line, note), through)
                for site in self.world.sites.of(fn)
                for value in [reached(site.passed(param), named_keys(keys, site.passed))]
                if value
                for through in [self._left_by(site, fn)]
            ]
        return known

    def _left_by(self, site: Site, callee: FunctionRef) -> ClassRef | None:
        params = site.caller.header.params
        if not params or site.target.receiver != AccessPath(f"param:{params[0].name}"):
            return None
        return self.world.types.hierarchy.below(site.caller, callee)


def key_of(flow: Flow) -> Key:
    """What makes a flow another one: its sink, what reaches it, and from where."""
    field_key = (flow.element, flow.entity, flow.field)
    return (flow.sink.location, flow.sink.kind, *field_key, flow.source.path, flow.source.line)


def cut_short(functions: Iterable[FunctionRef]) -> list[Skipped]:
    """What a report says of functions in which a limit was reached."""
    return [
        Skipped(
            fn.facts.path,
            fn.function.line,
            f"{fn.header.qualname} passes data on in too many or too long ways; not all "
            "were followed",
            is_partial=True,
        )
        for fn in functions
    ]


def _unsure(origin: Origin) -> Origin:
    return replace(origin, confidence=Confidence.LOW)


def _handed_over(steps: tuple[Step, ...]) -> tuple[str, int]:
    """Where a field is handed over to the function that holds the sink."""
    for step in reversed(steps):
        if " gets it as " in step.note:
            return step.path, step.line
    return "", 0


def _is_own_credential(sink: Reached, origin: Origin) -> bool:
    """A token that goes back to who issued it is no disclosure."""
    return sink.kind in (SinkKind.THIRD_PARTY, SinkKind.LLM) and origin.element in (
        "access_token",
        "session_token",
        "personal_api_key",
        "cookie",
    )


def _is_itself(sink: Reached, origin: Origin) -> bool:
    """The text of a mail in a mail, the value of a cookie in a cookie, told by a name alone."""
    return origin.element in _ITSELF.get(sink.kind, ()) and not origin.entity


def _flow(
    fn: FunctionRef, sink: Reached, origin: Origin, steps: tuple[Step, ...], sanitiser: str
) -> Flow:
    return Flow(
        element=origin.element,
        entity=origin.entity,
        field=origin.field,
        source=Location(origin.location.path, origin.location.line),
        sink=Sink(
            kind=sink.kind,
            name=sink.name,
            location=sink.location,
            recipient=sink.recipient,
            recipient_name=sink.recipient_name,
            country=sink.country,
            options=sink.options,
            address=sink.address,
        ),
        steps=tuple(dict.fromkeys(steps)),
        sanitiser=sanitiser,
        confidence=origin.confidence,
        scope=fn.scope,
    )
