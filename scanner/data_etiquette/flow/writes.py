"""Places where fields of stored entities get values: constructors, stores, updates, SQL."""

from __future__ import annotations

from data_etiquette.flow.world import World
from data_etiquette.model.application import Write


def find_writes(world: World) -> tuple[Write, ...]:  # noqa: ARG001 (to come)
    """All writes that could be tied to a field of a stored entity, sorted by place."""
    return ()
