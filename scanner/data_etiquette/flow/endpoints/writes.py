"""Every place where a field of a stored entity gets a value, whatever writes it."""

from __future__ import annotations

from data_etiquette.flow.endpoints.views import Views
from data_etiquette.flow.endpoints.writing import Writes, admin_writes, sql_writes
from data_etiquette.flow.world import World
from data_etiquette.model.application import Write


def find_writes(world: World) -> tuple[Write, ...]:
    """All writes that could be tied to a field of a stored entity, sorted by place."""
    writes = Writes(world.types)
    found: dict[Write, None] = {}
    for fn in world.types.hierarchy.functions.values():
        found.update(dict.fromkeys(writes.of_function(fn)))
    found.update(dict.fromkeys(Views(world.types).writes(writes)))
    found.update(dict.fromkeys(admin_writes(writes)))
    found.update(dict.fromkeys(sql_writes(world.types.program, world.types)))
    return tuple(sorted(found, key=lambda item: (item.location, item.entity, item.field, item.how)))
