"""ETQ004: a declaration that still has work to be done."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.declaration.complete import unfinished_parts
from data_etiquette.model.declaration import Unfinished
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding


def incomplete_declaration(context: Context) -> Iterator[Finding]:
    """One finding for what is still `TODO` in a section or an activity, one for a missing part.

    A fresh draft has dozens of gaps; one finding for each would hide everything else.
    """
    declaration = context.declaration
    if declaration is None:
        return
    sections: dict[str, list[Unfinished]] = {}
    for part in unfinished_parts(declaration):
        place = Location(declaration.path, part.line, part.column)
        if part.reason:
            yield context.on_place(place, f"{part.key}: {part.reason}", part.key)
        else:
            sections.setdefault(_section(part.key), []).append(part)
    for section, parts in sections.items():
        place = Location(declaration.path, parts[0].line, parts[0].column)
        yield context.on_place(place, f"{section} still says TODO{_of(section, parts)}", section)


def _section(key: str) -> str:
    """`organisation`, `activities[orders]`: the part of the file that one person fills in."""
    head, bracket, rest = key.partition("[")
    if "." in head or not bracket:
        return head.partition(".")[0]
    return f"{head}[{rest.partition(']')[0]}]"


def _of(section: str, parts: list[Unfinished]) -> str:
    """` for label, purposes, retention.period`; nothing when the whole of it is meant."""
    names = dict.fromkeys(part.key.removeprefix(section).lstrip(".") for part in parts)
    told = ", ".join(filter(None, names))
    return f" for {told}" if told else ""
