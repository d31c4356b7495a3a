"""Answers that a framework's generic views give by themselves: what their serializer writes out."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.flow.reference import ClassRef
from data_etiquette.flow.types import Types
from data_etiquette.model.graph import Entity, Field, Flow, Sink, Step
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location

_BASES = ("rest_framework.generics.", "rest_framework.viewsets.", "rest_framework.mixins.")
_DESTROYING = frozenset({"DestroyAPIView", "DestroyModelMixin"})
_OPTION = "serializer_class"
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
        for item in types.index.personal_fields(entity):
            if item.element not in _WRITE_ONLY and item.fact.option("write_only") != "True":
                yield _flow(ref, entity, item, place)


def _answers(types: Types, ref: ClassRef) -> bool:
    bases = [base for base in types.hierarchy.library_bases(ref) if base.startswith(_BASES)]
    return any(base.rsplit(".", 1)[-1] not in _DESTROYING for base in bases)


def _flow(ref: ClassRef, entity: Entity, item: Field, place: Location) -> Flow:
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
            Step(place.path, place.line, f"{ref.cls.name} answers with it"),
        ),
        confidence=item.confidence,
        scope=ref.id,
    )
