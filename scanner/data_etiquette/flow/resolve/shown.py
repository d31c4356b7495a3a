"""What a rendering call shows of its context: the values that its template asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.program.binding import Target, bind
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.program.templates import Shown, Templates
from data_etiquette.flow.types import Types
from data_etiquette.model.catalog import RenderModel
from data_etiquette.model.facts import AccessPath, CallFact, Value, ValuePart
from data_etiquette.model.graph import Step
from data_etiquette.model.value import reached, under

MAX_NAMES = 24
"""Templates that one call may render; a wrapper used for more is not told apart."""
MAX_READINGS = 16
"""Ways to read a template's path that are tried: each of its names may be attribute or key."""
_MAX_CALLERS = 3
_LITERAL = re.compile(r"\(\s*['\"]([^'\"]+)['\"]")
_FILLED = frozenset({"instance", "initial", "obj"})
"""Arguments of a form that fill it before anybody has typed anything."""

_NOTE = "the template shows it"

Page = tuple[tuple[Value, Step], ...]
"""What a page shows: each value with the template's line."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """Looks up the templates of rendering calls."""

    types: Types
    templates: Templates
    callers: Callable[[FunctionRef, str], Iterable[tuple[FunctionRef, Value]]]
    """What callers pass for a parameter: (caller, value)."""
    choosing: dict[FunctionRef, set[str]] = field(default_factory=dict)
    """Functions that render whatever template their callers name: the parameters that name it."""

    def page(self, fn: FunctionRef, call: CallFact, model: RenderModel) -> Page | None:
        """What a call puts on its page; None when its template is not known."""
        context = _context(call, model)
        shown = self._known(self._names(fn, call, model.template))
        if shown is None and model.context != "**":
            # The other order of arguments: the name wherever it stands, its context behind it.
            for place, value in enumerate(call.args):
                shown = self._known(self._texts(fn, value, 0))
                if shown is not None:
                    context = tuple(part for item in call.args[place + 1 :] for part in item)
                    break
        if shown is None:
            return None
        return self.lines(fn, shown, context, _given(call, model))

    def lines(
        self,
        fn: FunctionRef,
        shown: tuple[Shown, ...],
        context: Value,
        given: dict[str, AccessPath] | None = None,
    ) -> Page:
        """What of a context the lines of a template show."""
        found: dict[tuple[str, int], dict[ValuePart, None]] = {}
        named = tuple(part for part in context if part.at)
        for item in shown:
            # What a layout shows is said once for all pages, unless this page puts it there.
            value = self._looked_up(fn, named if item.in_layout else context, item.path)
            first, *rest = item.path
            if not value and given and first in given and not item.in_layout:
                value = _followed((ValuePart(given[first]),), rest)
            if value:
                parts = found.setdefault((item.file, item.line), {})
                parts.update(dict.fromkeys(_as_shown(part) for part in value))
        return tuple(
            (tuple(parts), Step(file, line, _NOTE)) for (file, line), parts in sorted(found.items())
        )

    def _looked_up(self, fn: FunctionRef, context: Value, path: tuple[str, ...]) -> Value:
        first, *rest = path
        held = tuple(
            part
            for part in reached(context, (f"[{first}]",))
            if not self._is_never_passed(fn, part, first)
        )
        if rest:
            is_form = first.lower().endswith(("form", "formset"))
            held = tuple(part for part in held if not self._is_blank(fn, part, is_form=is_form))
        objects = tuple(part for part in held if self._is_object(fn, part))
        others = tuple(part for part in held if part not in objects)
        return (*_followed(objects, rest, may_be_keys=False), *_followed(others, rest))

    def _is_object(self, fn: FunctionRef, part: ValuePart) -> bool:
        """Whether names behind it are attributes: a row is no mapping."""
        typed = self.types.of(fn, part.path)
        return typed.entity is not None and not typed.is_dump and not typed.is_guess

    def _is_never_passed(self, fn: FunctionRef, part: ValuePart, name: str) -> bool:
        """Whether no caller puts that name into the mapping that it hands over as context."""
        path = part.path
        if not path.root.startswith("param:") or path.keys != (f"[{name}]",):
            return False
        given = [value for _, value in self.callers(fn, path.root[6:])]
        return bool(given) and not any(reached(value, path.keys) for value in given)

    def _is_blank(self, fn: FunctionRef, part: ValuePart, *, is_form: bool) -> bool:
        """Whether it is a form that nothing was filled into: its fields show nobody's data."""
        typed = self.types.of(fn, part.path)
        if typed.entity is None:
            return is_form and not part.path.root.startswith("param:")
        if typed.entity.kind != "form":
            return False
        made = fn.calls.get(int(part.path.root[5:])) if part.path.root.startswith("call:") else None
        return made is None or not any(name in _FILLED for name, _ in made.keywords)

    def fits(self, fn: FunctionRef, call: CallFact, target: Target, steps: Iterable[Step]) -> bool:
        """Whether a call names the template that a value on its way was shown by."""
        chosen = self.choosing.get(target.function)
        files = [step.path for step in steps if step.note == _NOTE] if chosen else ()
        if not chosen or not files:
            return True
        texts = [
            text
            for param in sorted(chosen)
            for part in bind(call, target, param)
            for text in self._constants(fn, part.path, 0)
        ]
        return not texts or any(
            text.replace(":", "/").strip("/") in file for text in texts for file in files
        )

    def named(self, names: Iterable[str]) -> tuple[Shown, ...] | None:
        """What the templates of these names show together; None when none is known."""
        return self._known(names)

    def _known(self, names: Iterable[str]) -> tuple[Shown, ...] | None:
        found = [self.templates.shown(name) for name in dict.fromkeys(names)]
        known = [shown for shown in found if shown is not None]
        if not known or len(known) > MAX_NAMES:
            return None
        return tuple(dict.fromkeys(item for shown in known for item in shown))

    def _names(self, fn: FunctionRef, call: CallFact, template: str) -> list[str]:
        if template == "receiver":
            return self._of_receiver(fn, AccessPath(call.callee.root, call.callee.keys[:-1]))
        values = [value for which in template.split("|") for value in _argument(call, which)]
        return [name for value in values for name in self._texts(fn, value, _MAX_CALLERS)]

    def _of_receiver(self, fn: FunctionRef, path: AccessPath) -> list[str]:
        """`env.get_template("welcome.html").render(…)`: the name that the template was got by."""
        made = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
        if made is not None and not path.keys:
            return [
                name for value in made.args[:2] for name in self._texts(fn, value, _MAX_CALLERS)
            ]
        if path.root.startswith("name:") and not path.keys:
            definition = self.types.program.find(path.root[5:], fn.facts.path)
            return _LITERAL.findall(definition.text) if definition is not None else []
        return self._of_attribute(fn, path)

    def _of_attribute(self, fn: FunctionRef, path: AccessPath) -> list[str]:
        owner = self.types.of(fn, AccessPath(path.root, path.keys[:-1])) if path.keys else None
        if owner is None or owner.cls is None or path.keys[-1][0] != ".":
            return []
        return [
            name
            for store_fn, store in self.types.hierarchy.stores(owner.cls, path.keys[-1][1:])
            for part in store.value
            if part.path.root.startswith("call:")
            for name in self._of_receiver(store_fn, part.path)
        ]

    def _texts(self, fn: FunctionRef, value: Value, depth: int) -> list[str]:
        """Names that a value may hold; open parts of a name are filled from the templates."""
        if not any(part.text for part in value):
            return [name for part in value for name in self._constants(fn, part.path, depth)]
        patterns: list[tuple[str, ...]] = [("",)]
        for part in value:
            known = self._constants(fn, part.path, depth)[:MAX_NAMES]
            patterns = [
                (*before[:-1], before[-1] + text) for before in patterns for text in known
            ] or [before if before[1:] and not before[-1] else (*before, "") for before in patterns]
            patterns = patterns[:MAX_NAMES]
        told = [pattern for pattern in patterns if sum(map(len, pattern)) > len(".html")]
        # Of the pieces of a text the last ones may be unknown.
        return [name for pieces in told for name in self.templates.matching(pieces)]

    def _constants(self, fn: FunctionRef, path: AccessPath, depth: int) -> list[str]:
        """Literals that a path may hold, also those that callers pass."""
        found = self.types.constant(fn, path)
        if found:
            return [found]
        if depth <= 0 or path.keys or not path.root.startswith("param:"):
            return []
        names: dict[str, None] = {}
        param = fn.params.get(path.root[6:])
        if param is not None and param.default[:1] in ("'", '"'):
            names[param.default.strip("'\"")] = None
        self.choosing.setdefault(fn, set()).add(path.root[6:])
        for caller, value in self.callers(fn, path.root[6:]):
            for part in value:
                names.update(dict.fromkeys(self._constants(caller, part.path, depth - 1)))
        return list(names)


def _context(call: CallFact, model: RenderModel) -> Value:
    """The mapping that a template is filled with."""
    if model.context != "**":
        values = (value for which in model.context.split("|") for value in _argument(call, which))
        return tuple(part for value in values for part in value)
    taken = model.template.split("|")
    named = [
        value if name in ("**", "*") else under(value, f"[{name}]")
        for name, value in call.keywords
        if name not in taken
    ]
    placed = [value for place, value in enumerate(call.args) if str(place) not in taken]
    return tuple(part for value in (*placed, *named) for part in value)


def _given(call: CallFact, model: RenderModel) -> dict[str, AccessPath]:
    """What every template knows, whatever the context holds."""
    found = {}
    for name, text in model.given:
        first, _, rest = text.partition(".")
        if not first[0].isdigit():
            found[name] = AccessPath(f"name:{text}")
            continue
        for value in (value for which in first.split("|") for value in _argument(call, which)):
            for part in value[:1]:
                keys = tuple(f".{key}" for key in rest.split(".") if key)
                found[name] = AccessPath(part.path.root, (*part.path.keys, *keys))
    return found


def _argument(call: CallFact, which: str) -> Iterator[Value]:
    if which.isdigit():
        yield from call.args[int(which) : int(which) + 1]
    else:
        yield from (value for name, value in call.keywords if name == which)


def _followed(value: Value, path: Iterable[str], *, may_be_keys: bool = True) -> Value:
    """A template's path: each name is an attribute or a key, whichever is there."""
    current = value
    for name in path:
        if name[:1] == "[" or not may_be_keys:
            current = reached(current, (name if name[:1] == "[" else f".{name}",))
        else:
            found = (*reached(current, (f".{name}",)), *reached(current, (f"[{name}]",)))
            current = tuple(dict.fromkeys(found))[:MAX_READINGS]
    return current


def _as_shown(part: ValuePart) -> ValuePart:
    return part._replace(text=True)
