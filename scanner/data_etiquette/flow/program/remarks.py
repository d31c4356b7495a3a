"""Comments addressed to the tool, of all files."""

from __future__ import annotations

from data_etiquette.flow.program.program import Program
from data_etiquette.model.application import Remark
from data_etiquette.model.location import Location


def find_remarks(program: Program) -> tuple[Remark, ...]:
    """Every comment that starts with `etiquette:`, sorted by place."""
    found = [
        Remark(
            Location(facts.path, item.line),
            item.text,
            item.first or item.line,
            max(item.last, item.line) if item.first else item.line + 1,
        )
        for facts in program.files
        for item in facts.comments
    ]
    return tuple(sorted(found, key=lambda item: (item.location, item.text)))
