"""Purposes that the code states, with the full name of what they are said of."""

from __future__ import annotations

from data_etiquette.flow.program.program import Program
from data_etiquette.model.application import PurposeNote
from data_etiquette.model.location import Location


def find_purposes(program: Program) -> tuple[PurposeNote, ...]:
    """All of them, sorted by place."""
    found = [
        PurposeNote(
            fact.purpose,
            Location(facts.path, fact.line),
            ".".join(filter(None, (facts.module, fact.scope))),
        )
        for facts in program.files
        for fact in facts.purposes
    ]
    return tuple(sorted(found, key=lambda note: (note.location, note.purpose)))
