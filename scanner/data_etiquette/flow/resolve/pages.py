"""Rendered templates: which variables of the context they show."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.flow.reference import FunctionRef
from data_etiquette.flow.resolve.objects import Objects
from data_etiquette.flow.resolve.paths import (
    argument,
    looked_up,
)
from data_etiquette.model.facts import AccessPath, CallFact, Value, ValuePart


@dataclass(slots=True)
class Pages(Objects):
    """What a page shows."""

    def _rendered(self, fn: FunctionRef, call: CallFact, name: str) -> Value | None:
        """The variables of its context that a known template shows."""
        model = self.types.knowledge.renders.get(name) if name else None
        if model is None:
            return None
        template, context = model
        return self.shown_by(fn, call, template, context)

    def shown_by(
        self, fn: FunctionRef, call: CallFact, template: str, context: str
    ) -> Value | None:
        """What a rendering call puts on the page; None when the template is not known."""
        names = [
            name
            for value in argument(call, template)
            for part in value
            for name in self._constants(fn, part.path, 3)
        ]
        if not any(name in self.shown for name in names) and context != "**":
            # The other order of arguments: the name wherever it stands, its context behind it.
            for place, value in enumerate(call.args):
                texts = [self.types.constant(fn, part.path) for part in value]
                if any(text in self.shown for text in texts):
                    names, context = texts, str(place + 1)
        if not any(name in self.shown for name in names):
            return None
        shown = [item for name in names for item in self.shown.get(name, ())]
        if context == "**":
            given: Value = tuple(
                ValuePart(part.path, (f"[{key}]", *part.at), part.text, part.lines, part.name)
                for key, value in call.keywords
                if key != "**"
                for part in value
            ) + tuple(part for key, value in call.keywords if key == "**" for part in value)
        else:
            given = tuple(part for value in argument(call, context) for part in value)
        found: dict[ValuePart, None] = {}
        for path, _, _ in shown:
            first, *rest = path
            keys = (f"[{first}]", *(f".{name}" for name in rest))
            for part in looked_up(given, keys):
                found[
                    ValuePart(part.path, part.at, text=True, lines=part.lines, name=part.name)
                ] = None
        return tuple(found)

    def _constants(self, fn: FunctionRef, path: AccessPath, depth: int) -> list[str]:
        """Literals that a path may hold, also those that callers pass."""
        found = self.types.constant(fn, path)
        if found:
            return [found]
        if depth <= 0 or path.keys or not path.root.startswith("param:") or self.callers is None:
            return []
        names: dict[str, None] = {}
        for caller, value in self.callers(fn, path.root[6:]):
            for part in value:
                names.update(dict.fromkeys(self._constants(caller, part.path, depth - 1)))
        return list(names)
