"""What an endpoint takes, gives, looks up, writes and deletes, with the functions that it calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.endpoints.access import Access
from data_etiquette.flow.endpoints.lookups import Lookup, Lookups
from data_etiquette.flow.endpoints.views import Views
from data_etiquette.flow.endpoints.writing import Writes
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.model.facts import AccessPath, CallFact
from data_etiquette.model.graph import Entity

_MAX_DEPTH = 2
_MAX_FUNCTIONS = 30
_INPUT_KEYS = frozenset(
    {".POST", ".data", ".FILES", ".GET", ".form", ".json", ".args", ".body", ".query_params"}
)
_TEMPLATE_OPTIONS = ("template_name", "template")
_FORMS = frozenset({"form", "serializer"})


@dataclass(slots=True)
class Doings:
    """What one endpoint does, collected."""

    takes: set[str] = field(default_factory=set)
    gives: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    """Entities of which it looks up rows of anybody."""
    creates: set[str] = field(default_factory=set)
    updates: set[str] = field(default_factory=set)
    deletes: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)
    is_personal: bool = False


@dataclass(slots=True)
class Collector:
    """Collects what endpoints do."""

    access: Access
    lookups: Lookups
    writes: Writes
    views: Views
    _reached: dict[FunctionRef, tuple[FunctionRef, ...]] = field(default_factory=dict)
    _single: dict[FunctionRef, Doings] = field(default_factory=dict)
    _whole: dict[FunctionRef, Doings] = field(default_factory=dict)

    def of_functions(self, functions: Iterable[FunctionRef]) -> Doings:
        """What some functions do together, and what they call."""
        total = Doings()
        for fn in functions:
            whole = self._whole.get(fn)
            if whole is None:
                whole = self._whole[fn] = Doings()
                self._surface(fn, whole)
                for called in self._reach(fn):
                    self._add(self._own_doings(called), whole)
            self._add(whole, total)
        return total

    def of_class(self, ref: ClassRef, methods: Iterable[FunctionRef]) -> Doings:
        """What a class-based view does by its methods and by its bases."""
        total = self.of_functions(methods)
        deeds = self.views.deeds(ref)
        form = self.views.form(ref)
        if form is not None:
            if deeds & {"create", "update"} or not deeds:
                total.takes.add(form.id)
            if any(model.whole for model in self.views.models(ref)):
                total.gives.add(form.id)
        chooses = any(
            self.access.world.types.hierarchy.method(ref, name) is not None
            for name in ("get_queryset", "get_object")
        )
        if deeds & {"read", "update", "delete"} and not chooses:
            self._look(self.lookups.of_class(ref), total)
        model = self.views.model(ref)
        if model is not None and model.stored:
            total.creates |= {model.id} if "create" in deeds else set()
            total.updates |= {model.id} if "update" in deeds else set()
            total.deletes |= {model.id} if "delete" in deeds else set()
        for option in _TEMPLATE_OPTIONS:
            declared = self.access.world.types.hierarchy.attribute(ref, option)
            text = declared[1].option("=").strip("'\"") if declared is not None else ""
            if text:
                total.templates.add(text)
        return total

    def _look(self, found: Iterable[Lookup], total: Doings) -> None:
        for lookup in found:
            total.reads.add(lookup.entity)
            if not lookup.own:
                total.foreign.add(lookup.entity)

    def _add(self, part: Doings, total: Doings) -> None:
        total.takes |= part.takes
        total.gives |= part.gives
        total.reads |= part.reads
        total.foreign |= part.foreign
        total.creates |= part.creates
        total.updates |= part.updates
        total.deletes |= part.deletes
        total.templates |= part.templates
        total.is_personal = total.is_personal or part.is_personal

    def _own_doings(self, fn: FunctionRef) -> Doings:
        known = self._single.get(fn)
        if known is None:
            known = self._single[fn] = Doings()
            self._look(self.lookups.of_function(fn), known)
            for write in self.writes.of_function(fn):
                (known.creates if write.how == "create" else known.updates).add(write.entity)
            known.deletes |= set(self._deleted(fn))
            known.templates |= set(self._templates(fn))
            known.is_personal = self._asks_person(fn)
        return known

    def _reach(self, fn: FunctionRef) -> tuple[FunctionRef, ...]:
        known = self._reached.get(fn)
        if known is None:
            found: dict[FunctionRef, None] = {fn: None}
            level = [fn]
            for _ in range(_MAX_DEPTH):
                level = [
                    target.function
                    for caller in level
                    for call in caller.function.calls
                    for target in self.access.world.types.targets(caller, call)[:2]
                    if target.function not in found
                ]
                found.update(dict.fromkeys(level[:_MAX_FUNCTIONS]))
                if len(found) > _MAX_FUNCTIONS:
                    break
            known = self._reached[fn] = tuple(found)
        return known

    def _asks_person(self, fn: FunctionRef) -> bool:
        words = self.access.words
        paths = (
            part.path
            for call in fn.function.calls
            for value in (*call.args, *(value for _, value in call.keywords))
            for part in value[:3]
        )
        if any(words.is_person(path) for path in paths):
            return True
        if any(words.is_person(call.callee) for call in fn.function.calls):
            return True
        return any(words.is_person(part.path) for _, value in fn.function.results for part in value)

    def _surface(self, fn: FunctionRef, total: Doings) -> None:
        """What the endpoint's own signature and body say of what goes in and out."""
        types = self.access.world.types
        for param in fn.function.params:
            if param.annotation:
                entity = types.annotated(param.annotation, fn).entity
                if entity is not None and not entity.stored:
                    total.takes.add(entity.id)
        texts = [text.partition("response_model=")[2] for text in fn.function.decorators]
        for text in (*texts, fn.function.returns):
            given = types.annotated(text, fn).entity if text else None
            if given is not None:
                total.gives.add(given.id)
        for call in fn.function.calls:
            made = self._form(fn, call)
            if made is not None:
                (total.takes if self._is_filled(call, made) else total.gives).add(made.id)

    def _form(self, fn: FunctionRef, call: CallFact) -> Entity | None:
        path = call.callee
        last = path.keys[-1][1:] if path.keys else path.root.rsplit(".", 1)[-1]
        if not path.root.startswith("name:") or not last[:1].isupper():
            return None
        typed = self.access.world.types.of(fn, path)
        if not typed.is_class or typed.entity is None or typed.entity.stored:
            return None
        return typed.entity if typed.entity.kind in _FORMS or "form" in typed.entity.kind else None

    def _is_filled(self, call: CallFact, entity: Entity) -> bool:
        if any(name == "data" for name, _ in call.keywords):
            return True
        if entity.kind != "serializer" and not call.args:
            return True
        return any(
            key in _INPUT_KEYS
            for value in call.args[:1]
            for part in value
            for key in part.path.keys
        )

    def _deleted(self, fn: FunctionRef) -> Iterator[str]:
        types = self.access.world.types
        for call in fn.function.calls:
            if call.callee.keys[-1:] != (".delete",):
                continue
            paths = [AccessPath(call.callee.root, call.callee.keys[:-1])]
            paths += [part.path for value in call.args[:1] for part in value[:1]]
            for path in paths:
                entity = types.of(fn, path).entity
                if entity is not None and entity.stored:
                    yield entity.id
                    break

    def _templates(self, fn: FunctionRef) -> Iterator[str]:
        for call in fn.function.calls:
            for value in (*call.args[:2], *(v for name, v in call.keywords if "template" in name)):
                for part in value[:2]:
                    text = part.path.root[6:] if part.path.root.startswith("const:") else ""
                    if text.endswith((".html", ".jinja", ".j2", ".jinja2", ".txt", ".htm")):
                        yield text
