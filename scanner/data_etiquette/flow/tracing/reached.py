"""A sink in a function, and the values that go into it."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.flow.resolve.shown import Page
from data_etiquette.flow.resolve.taint import Mode
from data_etiquette.model.facts import Value
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location

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
_PICKLING_SINKS = frozenset({SinkKind.QUEUE, SinkKind.SESSION, SinkKind.CACHE})


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
    expected: frozenset[str] = frozenset()
    """Elements that belong there."""
    page: Page = ()
    """Of a known template what it shows, instead of `values`."""
    options: tuple[tuple[str, str], ...] = ()
    address: str = ""


def mode_of(kind: SinkKind) -> Mode:
    """How much of an object a kind of sink shows."""
    if kind in _PICKLING_SINKS:
        return Mode.KEPT
    if kind is SinkKind.DATABASE:
        return Mode.MADE
    return Mode.TEXT if kind in _TEXT_SINKS else Mode.PLAIN
