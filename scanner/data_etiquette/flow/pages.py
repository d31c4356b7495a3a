"""Templates with what they show and ask for, judged."""

from __future__ import annotations

from data_etiquette.flow.world import World
from data_etiquette.model.application import Page


def find_pages(world: World) -> tuple[Page, ...]:
    """One page for each template, sorted by path."""
    program = world.types.program
    return tuple(
        Page(facts.path, template) for facts in program.files for template in facts.templates
    )
