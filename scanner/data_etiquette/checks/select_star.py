"""ETQ405: whole rows of people are taken where some columns would do."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.over_exposed_response import personal
from data_etiquette.checks.surface import Surface, in_words
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding

_WORDS = {
    "select *": "`SELECT *` takes all columns",
    "values": "`.values()` takes all columns",
    "object": "the whole object is dumped",
}


def select_star(context: Context) -> Iterator[Finding]:
    """One finding for each file and entity of which all is taken, at the first place."""
    surface = Surface(context.graph)
    told: set[tuple[str, str, str]] = set()
    for dump in context.graph.dumps:
        words = _WORDS.get(dump.how)
        entity = surface.entities.get(dump.entity)
        if words is None or entity is None:
            continue
        shown = personal(surface, entity)
        if not shown:
            continue
        if (dump.location.path, entity.id, dump.how) in told:
            continue  # a file that does so once mostly does it all over
        told.add((dump.location.path, entity.id, dump.how))
        data = in_words(context.label(item.element) for item in shown)
        message = f"{words} of {entity.name}: {data}"
        yield context.on_place(
            dump.location, message, f"{dump.scope}:{entity.id}:{dump.how}",
            confidence=Confidence.MEDIUM, entity=entity.name,
        )  # fmt: skip
