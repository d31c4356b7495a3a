"""Views, routes, commands and handlers that somebody outside can reach, with what limits them."""

from __future__ import annotations

from data_etiquette.flow.world import World
from data_etiquette.model.application import Endpoint


def find_endpoints(world: World) -> tuple[Endpoint, ...]:  # noqa: ARG001 (to come)
    """All endpoints of the program, sorted by place."""
    return ()
