"""Rendered templates: which variables of the context they show."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve.objects import Objects
from data_etiquette.flow.resolve.taint import Mode, Taint
from data_etiquette.model.facts import CallFact


@dataclass(slots=True)
class Pages(Objects):
    """What a page shows."""

    def _rendered(
        self, fn: FunctionRef, call: CallFact, name: str, depth: int
    ) -> list[Taint] | None:
        """What of its context a known template shows."""
        model = self.types.knowledge.renders.get(name) if name else None
        if model is None or self.rendering is None:
            return None
        page = self.rendering.page(fn, call, model)
        if page is None:
            return None
        return [
            taint.after(step)
            for value, step in page
            for taint in self.value(fn, value, call.line, Mode.TEXT, depth)
        ]
