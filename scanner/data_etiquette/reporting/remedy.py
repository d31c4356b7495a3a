"""What would end a flow: leaving data out, passing an id, and the sanitisers of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data_etiquette.model.catalog import SanitiserModel
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import SinkKind

_LEAVE_OUT = {
    SinkKind.RESPONSE: "Leave the field out of what the endpoint returns",
    SinkKind.TEMPLATE: "Leave the value out of what the template shows",
    SinkKind.EMAIL: "Leave the value out of the text and the subject",
    SinkKind.DATABASE: "Do not store it",
    SinkKind.COOKIE: "Keep it on the server, and only a session id in the cookie",
    SinkKind.URL: "Send it in the body, not in the address",
    SinkKind.EXCEPTION: "Leave the value out of the exception's text",
}
_ID_SUITS = frozenset(
    {SinkKind.LOG, SinkKind.EXCEPTION, SinkKind.QUEUE, SinkKind.CACHE, SinkKind.SESSION}
    | {SinkKind.COOKIE, SinkKind.URL, SinkKind.PROCESS}
)
_READ_BY_PEOPLE = ("masked", "pseudonymised", "anonymised")
_KEPT = ("encrypted", "pseudonymised", "masked", "anonymised")
_EFFECTS = {
    SinkKind.DATABASE: ("hashed", *_KEPT),
    SinkKind.CACHE: _KEPT,
    SinkKind.SESSION: _KEPT,
    SinkKind.COOKIE: _KEPT,
    SinkKind.QUEUE: _KEPT,
    SinkKind.FILE: ("encrypted", *_READ_BY_PEOPLE),
}
"""Effects that serve at each kind of sink, best first; other kinds are read by people."""
_WHAT_REMAINS = {
    "masked": "part of the value remains",
    "pseudonymised": "it stays personal data for whoever can link it back",
    "anonymised": "nothing of the person remains",
    "encrypted": "whoever holds the key can read it",
    "hashed": "it can be compared, not read",
}
_COARSE_GROUPS = frozenset({"online_id", "location", "demographic", "identity", "financial"})
_MAX_CALLS = 3


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to end a flow."""

    what: str
    remains: str = ""
    """What is left of the person's data afterwards."""
    calls: tuple[str, ...] = ()
    """Callees that the catalogue knows to do it."""
    name: str = ""
    """A word in the name of a function of one's own that is taken for it."""


def remedies(flow: Flow, group: str, sanitisers: Sequence[SanitiserModel]) -> list[Remedy]:
    """All that would end a flow, the plainest first."""
    sink = flow.sink
    place = f"{sink.location.path}:{sink.location.line}"
    leave_out = _LEAVE_OUT.get(sink.kind, f"Leave the argument out of {sink.name}")
    found = [Remedy(f"{leave_out} ({place})", "nothing is passed on")]
    if sink.kind in _ID_SUITS:
        found.append(Remedy("Pass the record's id instead", "an internal id is not followed"))
    effects = _effects(sink.kind, group)
    fitting = (item for item in sanitisers if item.ends and _fits(item, effects, group))
    best = sorted(fitting, key=lambda item: (effects.index(item.effect), _weakness(item)))
    return [*found, *map(_by_sanitiser, best)]


def _effects(kind: SinkKind, group: str) -> Sequence[str]:
    """Effects that serve; a secret has no place outside a store, not even as a hash."""
    if group == "credentials" and kind is not SinkKind.DATABASE:
        return ("masked",)
    return _EFFECTS.get(kind, _READ_BY_PEOPLE)


def _fits(sanitiser: SanitiserModel, effects: Sequence[str], group: str) -> bool:
    if sanitiser.effect not in effects:
        return False
    if sanitiser.effect == "hashed":
        return group == "credentials"
    if sanitiser.effect == "anonymised" and sanitiser.methods:
        return False  # counting answers another question than the value does
    if sanitiser.effect == "anonymised":
        return group in _COARSE_GROUPS
    return True


def _weakness(sanitiser: SanitiserModel) -> tuple[bool, str]:
    """A hash with a key stands before one that anybody can repeat."""
    return ("keyed" not in sanitiser.id, sanitiser.id)


def _by_sanitiser(sanitiser: SanitiserModel) -> Remedy:
    return Remedy(
        what=sanitiser.label,
        remains=_WHAT_REMAINS[sanitiser.effect],
        calls=_telling(sanitiser.calls),
        name=sanitiser.keywords[0] if sanitiser.keywords else "",
    )


def _telling(calls: Sequence[str]) -> tuple[str, ...]:
    """A few calls, each of another library."""
    by_library: dict[str, str] = {}
    for call in calls:
        by_library.setdefault(call.split(".", 1)[0], call)
    return tuple(list(by_library.values())[:_MAX_CALLS])
