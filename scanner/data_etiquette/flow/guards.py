"""Fields whose values decide what code does: read by conditions, asked for by filters."""

from __future__ import annotations

from data_etiquette.flow.world import World
from data_etiquette.model.application import Guard


def find_guards(world: World) -> tuple[Guard, ...]:  # noqa: ARG001 (to come)
    """All reads of entity fields by conditions and filters, sorted by place."""
    return ()
