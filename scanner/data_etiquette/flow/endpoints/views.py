"""Class-based views: which classes answer requests, and what they do with rows by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.endpoints.writing import Writes
from data_etiquette.flow.program.reference import ClassRef
from data_etiquette.flow.types import Types
from data_etiquette.model.application import Write
from data_etiquette.model.catalog import ViewModel
from data_etiquette.model.graph import Entity
from data_etiquette.model.location import Location

FORM_OPTIONS = ("form_class", "serializer_class", "form")


@dataclass(slots=True)
class Views:
    """The view models of all frameworks by their bases."""

    types: Types
    _by_base: dict[str, list[ViewModel]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for model in self.types.knowledge.views:
            for base in model.bases:
                self._by_base.setdefault(base, []).append(model)

    def models(self, ref: ClassRef) -> list[ViewModel]:
        """The models that fit a class by its library bases; empty for no view."""
        return [
            model
            for base in self.types.hierarchy.library_bases(ref)
            for model in self._by_base.get(base, ())
        ]

    def deeds(self, ref: ClassRef) -> frozenset[str]:
        """`read`, `create`, `update`, `delete`: what its generic bases do."""
        return frozenset(deed for model in self.models(ref) for deed in model.does)

    def form(self, ref: ClassRef) -> ClassRef | None:
        """The form or serializer that the class names."""
        for option in FORM_OPTIONS:
            found = self.types.option_class(ref, option)
            if found.cls is not None:
                return found.cls
        return None

    def model(self, ref: ClassRef) -> Entity | None:
        """The stored entity that the class is about."""
        for option in ("model", "queryset"):
            found = self.types.option_class(ref, option).entity
            if found is not None:
                return found
        form = self.form(ref)
        return self.types.option_class(form, "model").entity if form is not None else None

    def writes(self, writes: Writes) -> Iterator[Write]:
        """What generic views write through their form, serializer or list of fields."""
        for ref in self.types.hierarchy.classes.values():
            yield from self.writes_of(ref, writes)

    def writes_of(self, ref: ClassRef, writes: Writes) -> Iterator[Write]:
        """What one generic view writes."""
        place = Location(ref.facts.path, ref.cls.line)
        for deed in sorted(self.deeds(ref) & {"create", "update"}):
            form = self.form(ref)
            if form is not None:
                yield from writes.of_form(form, deed, ref.id, place)
                continue
            entity = self.model(ref)
            declared = self.types.hierarchy.attribute(ref, "fields")
            if entity is None or not entity.stored:
                continue
            text = declared[1].option("=") if declared is not None else ""
            names = [name.strip(" '\"[]()") for name in text.split(",")] if text else []
            known = [name for name in names if self.types.index.field(entity, name) is not None]
            for name in known or [""]:
                yield Write(entity.id, name, deed, place, ref.id)
