"""Values bound to statements: the column that they are written to tells what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve import spell
from data_etiquette.flow.resolve.rows import Rows
from data_etiquette.flow.world import World
from data_etiquette.model.facts import CallFact
from data_etiquette.model.graph import Entity, Field, Flow, Sink, Step
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location


def bound_flows(world: World, known: Iterable[Flow]) -> Iterator[Flow]:
    """`execute("UPDATE users SET email = %s", (text,))`, where nothing else tells of the value."""
    told = {
        (flow.sink.location.path, flow.sink.location.line, flow.element)
        for flow in known
        if flow.sink.kind is SinkKind.DATABASE
    }
    rows = Rows(world.types)
    for fn in world.types.hierarchy.functions.values():
        if not any(item.written for item in fn.facts.statements):
            continue
        for call in fn.function.calls:
            for _, entity, item in rows.bound(fn, call):
                key = (fn.facts.path, call.line, item.element)
                if key not in told:
                    told.add(key)
                    yield _flow(fn, call, entity, item)


def _flow(fn: FunctionRef, call: CallFact, entity: Entity, item: Field) -> Flow:
    place = Location(fn.facts.path, call.line, call.column, call.end_line)
    declared = f"{item.location.path}:{item.location.line}"
    note = f"it is written to {entity.name}.{item.name} (declared at {declared})"
    return Flow(
        element=item.element,
        entity="",
        field="",
        source=Location(place.path, place.line),
        sink=Sink(SinkKind.DATABASE, spell(call.callee), place),
        steps=(Step(place.path, place.line, note),),
        confidence=item.confidence,
        scope=fn.scope,
    )
