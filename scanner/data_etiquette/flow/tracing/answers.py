"""Functions whose result is the answer: endpoints, the fields they let through, their pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data_etiquette.flow.lexicon.knowledge import Knowledge
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve.shown import Page, Rendering
from data_etiquette.flow.resolve.taint import Mode
from data_etiquette.flow.tracing.reached import Reached
from data_etiquette.flow.types import Types
from data_etiquette.model.catalog import EndpointModel
from data_etiquette.model.facts import Value, ValuePart
from data_etiquette.model.graph import Entity
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location

_MAX_NESTED = 4
_ANSWERING = frozenset({SinkKind.TEMPLATE, SinkKind.URL})
_PAGE_OPTIONS = ("template_name", "template")


@dataclass(slots=True)
class Answers:
    """Recognises endpoints and what they answer."""

    types: Types
    knowledge: Knowledge
    rendering: Rendering | None = None

    def of(self, fn: FunctionRef) -> Iterator[Reached]:
        """A sink for each result of an endpoint."""
        endpoint = self.endpoint(fn)
        if endpoint is None or not endpoint.returns:
            return
        only = self._response_fields(fn)
        for line, value in fn.function.results:
            place = Location(fn.facts.path, line)
            page = self._page(fn, value) if endpoint.kind is SinkKind.TEMPLATE else None
            if page is not None:
                yield Reached(endpoint.kind, endpoint.name, place, (), Mode.TEXT, page=page)
                continue
            # A page shows of an object what its template asks for; data is written out whole.
            mode = Mode.DUMP if endpoint.kind is SinkKind.RESPONSE else Mode.PLAIN
            left = tuple(part for part in value if not self._is_told(fn, part))
            if left:
                yield Reached(endpoint.kind, endpoint.name, place, (left,), mode, only=only)

    def _is_told(self, fn: FunctionRef, part: ValuePart) -> bool:
        """Whether a result is a page or redirect made by a call that is a sink of its own."""
        path = part.path
        call = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
        if call is None or path.keys or part.at:
            return False
        model = self.knowledge.sinks.get(self.types.callee(fn, call.callee))
        return model is not None and model.kind in _ANSWERING

    def endpoint(self, fn: FunctionRef) -> EndpointModel | None:
        """The model by which a function answers requests."""
        for text in fn.header.decorators:
            name = self.types.decorator(fn, text.split("(", 1)[0])
            model = self.knowledge.endpoint_decorators.get(name)
            if model is not None:
                return model
        owner = self.types.hierarchy.owner(fn)
        if owner is None:
            return None
        wild = f"{fn.name.split('_', 1)[0]}_*"
        models = self.knowledge.endpoint_methods
        bases = self.types.hierarchy.library_bases(owner)
        fitting = [*models.get(fn.name, ()), *models.get(wild, ())]
        return next((m for m in fitting if any(base in m.bases for base in bases)), None)

    def _page(self, fn: FunctionRef, context: Value) -> Page | None:
        """What the template of a view's class shows of a context that one of its methods makes."""
        owner = self.types.hierarchy.owner(fn)
        if owner is None or self.rendering is None:
            return None
        for option in _PAGE_OPTIONS:
            declared = self.types.hierarchy.attribute(owner, option)
            text = declared[1].option("=").strip("'\"") if declared is not None else ""
            shown = self.rendering.named([text]) if text else None
            if shown is not None:
                return self.rendering.lines(fn, shown, context)
        return None

    def _response_fields(self, fn: FunctionRef) -> frozenset[str]:
        """Names that the endpoint's response model lets through, nested models' included."""
        entity = self.response_model(fn)
        return frozenset(self._field_names(entity, _MAX_NESTED) if entity is not None else ())

    def response_model(self, fn: FunctionRef) -> Entity | None:
        """The schema that an endpoint's answer is written by."""
        texts = [text.partition("response_model=")[2] for text in fn.header.decorators]
        for text in (*texts, fn.header.returns):
            named = self.types.annotated(text, fn) if text else None
            if named is not None and named.entity is not None and not named.entity.stored:
                return named.entity
        return None

    def _field_names(self, entity: Entity, depth: int) -> set[str]:
        index = self.types.index
        names = {item.name for item in entity.fields}
        near = [target for _, target, _ in entity.relations] if depth > 0 else []
        for other in (*entity.bases, *near):
            found = index.by_id.get(other)
            if found is not None and depth > 0:
                names |= self._field_names(found, depth - 1)
        return names
