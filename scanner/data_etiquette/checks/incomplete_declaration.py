"""ETQ004: a declaration that still has work to be done."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.declaration.complete import unfinished_parts
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding


def incomplete_declaration(context: Context) -> Iterator[Finding]:
    """One finding for each `TODO` and each missing part."""
    if context.declaration is None:
        return
    for part in unfinished_parts(context.declaration):
        location = Location(context.declaration.path, part.line, part.column)
        told = f"{part.key}: {part.reason}" if part.reason else f"{part.key} is still TODO"
        yield context.on_place(location, told, part.key)
