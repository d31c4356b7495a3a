"""Answers that a framework gives by itself: what a serializer or a response model writes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.tracing.answers import Answers
from data_etiquette.flow.types import Types
from data_etiquette.flow.world import World
from data_etiquette.model.facts import Value
from data_etiquette.model.graph import Entity, Field, Flow, Sink, Step
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location

_BASES = ("rest_framework.generics.", "rest_framework.viewsets.", "rest_framework.mixins.")
_DESTROYING = frozenset({"DestroyAPIView", "DestroyModelMixin"})
_OPTION = "serializer_class"
_SCHEMAS = frozenset({"pydantic", "sqlmodel", "dataclass", "msgspec", "attrs", "typed-dict"})
_MAX_NESTED = 3
_WRITE_ONLY = frozenset({"password", "password_hash"})
"""Elements that serializers take and, as a rule, do not give back."""


def generic_answers(types: Types) -> Iterator[Flow]:
    """One flow for each personal field of a generic view's serializer."""
    for ref in types.hierarchy.classes.values():
        declared = next((item for item in ref.cls.fields if item.name == _OPTION), None)
        if declared is None or not _answers(types, ref):
            continue
        entity = types.option_class(ref, _OPTION).entity
        if entity is None or entity.stored:
            continue
        place = Location(ref.facts.path, declared.line, declared.column, declared.end_line)
        for owner, item in _written(types, entity, _MAX_NESTED):
            if item.element not in _WRITE_ONLY and item.fact.option("write_only") != "True":
                yield _flow(ref.id, f"{ref.cls.name} answers with it", owner, item, place)


def model_answers(world: World, known: Iterable[Flow]) -> Iterator[Flow]:
    """What a response model lets through of a result that nothing else is known of."""
    told = {
        (flow.sink.location.path, flow.sink.location.line, flow.element)
        for flow in known
        if flow.sink.kind is SinkKind.RESPONSE
    }
    answers = Answers(world.types, world.types.knowledge, world.rendering)
    for fn in world.types.hierarchy.functions.values():
        endpoint = answers.endpoint(fn) if fn.header.decorators and fn.function.results else None
        if endpoint is None or not endpoint.returns or endpoint.kind is not SinkKind.RESPONSE:
            continue
        entity = answers.response_model(fn)
        line, value = fn.function.results[0]
        is_opaque = any(part.path.root.startswith("call:") for part in value)
        if entity is None or entity.kind not in _SCHEMAS or not is_opaque:
            continue
        place = Location(fn.facts.path, line)
        empty = _left_empty(world.types, fn, entity, value)
        for owner, item in _written(world.types, entity, _MAX_NESTED):
            if owner is entity and item.name in empty:
                continue
            lines = {at for at, _ in fn.function.results}
            if not any((fn.facts.path, at, item.element) in told for at in lines):
                yield _flow(fn.scope, f"{fn.shown} answers with it", owner, item, place)


def _left_empty(types: Types, fn: FunctionRef, entity: Entity, value: Value) -> frozenset[str]:
    """Fields of `Message(message="deleted")` that hold literals, or are not given at all."""
    if len(value) != 1 or not value[0].path.root.startswith("call:") or value[0].path.keys:
        return frozenset()
    call = fn.calls.get(int(value[0].path.root[5:]))
    made = types.of(fn, call.callee) if call is not None else None
    if call is None or made is None or not made.is_class or made.entity is not entity:
        return frozenset()
    given = dict(call.keywords)
    if call.args or "**" in given:
        return frozenset()
    return frozenset(
        item.name
        for item in entity.fields
        if all(part.path.root.startswith("const:") for part in given.get(item.name, ()))
    )


def _written(types: Types, entity: Entity, depth: int) -> Iterator[tuple[Entity, Field]]:
    """Personal fields of a schema and of the schemas nested in it."""
    yield from ((entity, item) for item in types.index.personal_fields(entity))
    nested = [types.index.by_id.get(target) for _, target, _ in entity.relations]
    for item in entity.fields:
        made = types.program.find(item.fact.call, item.location.path) if item.fact.call else None
        ref = types.hierarchy.class_of(made)
        nested.append(types.index.by_id.get(ref.id) if ref is not None else None)
    for inner in dict.fromkeys(nested) if depth > 0 else ():
        if inner is not None and not inner.stored and inner is not entity:
            yield from _written(types, inner, depth - 1)


def _answers(types: Types, ref: ClassRef) -> bool:
    bases = [base for base in types.hierarchy.library_bases(ref) if base.startswith(_BASES)]
    return any(base.rsplit(".", 1)[-1] not in _DESTROYING for base in bases)


def _flow(scope: str, answered: str, entity: Entity, item: Field, place: Location) -> Flow:
    declared = f"{item.location.path}:{item.location.line}"
    note = f"{entity.name}.{item.name} is written out (declared at {declared})"
    return Flow(
        element=item.element,
        entity=entity.name,
        field=item.name,
        source=Location(item.location.path, item.location.line),
        sink=Sink(SinkKind.RESPONSE, "REST response", place),
        steps=(
            Step(item.location.path, item.location.line, note),
            Step(place.path, place.line, answered),
        ),
        confidence=item.confidence,
        scope=scope,
    )
