"""Fields whose values decide what code does: read by conditions, asked for by filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from data_etiquette.flow.conduct.asking import Asking
from data_etiquette.flow.conduct.consents import Consents
from data_etiquette.flow.conduct.queries import Asked, Queries
from data_etiquette.flow.lexicon.phrases import Phrases
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve.rows import Rows
from data_etiquette.flow.world import World
from data_etiquette.model.application import Guard
from data_etiquette.model.facts import (
    AccessPath,
    CallFact,
    ConditionFact,
    StatementFact,
    TemplateFact,
)
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import Role
from data_etiquette.model.location import Location

_PEOPLE = (Role.PERSON, Role.RECORD, Role.HEALTH)
_PASSED = " gets it as "
"""Part of the note of a step that passes data to a function."""
_FORM_FIELDS = ".fields"
_VALUES = frozenset({"data", "cleaned_data", "validated_data", "raw_data", "object_data"})


def find_guards(world: World, asking: Asking, consents: Consents) -> tuple[Guard, ...]:
    """All reads of personal and consent fields by conditions and filters, sorted by place."""
    finder = _Finder(world, asking, consents)
    found: dict[Guard, None] = {}
    for fn in world.types.hierarchy.functions.values():
        found.update(dict.fromkeys(finder.conditions(fn)))
        found.update(dict.fromkeys(finder.filters(fn)))
    for facts in world.types.program.files:
        for statement in facts.statements:
            found.update(dict.fromkeys(finder.statement(statement.line, facts.path, statement)))
        for template in facts.templates:
            found.update(dict.fromkeys(finder.template(facts.path, template)))
    return tuple(sorted(found, key=lambda item: (item.location, item.how, item.entity, item.field)))


@dataclass(slots=True)
class _Finder:
    world: World
    asking: Asking
    consents: Consents
    _telling: dict[str, bool] = field(default_factory=dict)
    _personal: frozenset[str] = frozenset()
    _deciding: Phrases = field(default_factory=lambda: Phrases(frozenset()))
    _predicting: Phrases = field(default_factory=lambda: Phrases(frozenset()))

    def __post_init__(self) -> None:
        self._deciding = Phrases(self.world.types.words("deciding-calls"))
        self._predicting = Phrases(self.world.types.words("predicting-calls"))
        self._personal = frozenset(
            item.name
            for entity in self.world.types.index.by_id.values()
            for item in entity.personal_fields
        )

    def conditions(self, fn: FunctionRef) -> Iterator[Guard]:
        """What the tests of a function read."""
        decides: dict[int, str] | None = None
        for place, fact in enumerate(fn.function.conditions):
            path, call = self._asked_path(fn, fact.path)
            judged = self._judged(fn, fact.path)
            if judged and (deed := self._done_to_person(fn, place)):
                location = Location(fn.facts.path, fact.line)
                yield Guard("", judged, location, fn.scope, element="risk_score", decides=deed)
            if path is None or not self._tells(path.keys[-1]):
                continue
            asked = self._field(fn, path, call)
            if asked is None:
                continue
            if decides is None:
                decides = self._decides(fn)
            dead = fact.dead or self._object(fn, path)
            location = Location(fn.facts.path, fact.line)
            yield self._guard(asked, location, fn.scope, dead, decides.get(place, ""))

    def filters(self, fn: FunctionRef) -> Iterator[Guard]:
        """What queries of a function filter by."""
        for call in fn.function.calls:
            if not self._may_filter(call):
                continue
            for asked in self.asking.queries.own(fn, call):
                if self._tells(asked.field):
                    yield self._guard(asked, Location(fn.facts.path, call.line), fn.scope)

    def statement(self, line: int, path: str, statement: StatementFact) -> Iterator[Guard]:
        """What the conditions of a SQL statement read."""
        for asked in self.asking.queries.conditions(statement):
            if self._tells(asked.field):
                yield self._guard(asked, Location(path, line), "")

    def template(self, path: str, template: TemplateFact) -> Iterator[Guard]:
        """What conditions of a template read, where its name says consent."""
        seen: set[tuple[str, ...]] = set()
        conditions = [
            *((item.line, (*item.guards, *item.unless)) for item in template.shown),
            *((item.line, (*item.guards, *item.unless)) for item in template.resources),
            *((item.line, (*item.guards, *item.unless)) for item in template.calls),
        ]
        for line, paths in conditions:
            for asked in paths:
                if asked and asked not in seen and self.consents.is_named(asked[-1]):
                    seen.add(asked)
                    place = Location(path, line)
                    yield Guard("", asked[-1], place, "", "template", "privacy_preference")

    def _may_filter(self, call: CallFact) -> bool:
        for name, _ in call.keywords:
            if any(self._tells(part) for part in name.split("__")):
                return True
        return any(
            part.path.keys or part.path.root.startswith("call:")
            for value in call.args
            for part in value
        ) and call.callee.keys[-1:] in ((".where",), (".filter",), (".exclude",))

    def _tells(self, key: str) -> bool:
        name = key.strip(".[]*")
        known = self._telling.get(name)
        if known is None:
            known = name in self._personal or self.consents.is_consent(Asked("", name, None))
            self._telling[name] = known
        return known

    def _asked_path(
        self, fn: FunctionRef, path: AccessPath
    ) -> tuple[AccessPath | None, CallFact | None]:
        if path.keys:
            return path, None
        call = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
        if call is None or call.callee.keys[-1:] not in ((".get",), (".pop",)) or not call.args:
            return None, None
        key = next((p.path.root[6:] for p in call.args[0] if p.path.root[:6] == "const:"), "")
        inner = AccessPath(call.callee.root, (*call.callee.keys[:-1], f"[{key}]"))
        return (inner, call) if key else (None, None)

    def _field(self, fn: FunctionRef, path: AccessPath, call: CallFact | None) -> Asked | None:
        fact = ConditionFact(path, call.line if call is not None else 0)
        found = self.asking.condition(fn, fact)
        name = path.keys[-1].strip(".[]*")
        return next((asked for asked in sorted(found, key=str) if asked.field == name), None)

    def _judged(self, fn: FunctionRef, path: AccessPath) -> str:
        """`model.predict(features)[0] > 0.8`: the method by which a model judged."""
        call = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
        last = call.callee.keys[-1][1:] if call is not None and call.callee.keys else ""
        return last if last and self._predicting.names(last) else ""

    def _done_to_person(self, fn: FunctionRef, place: int) -> str:
        """The first call below a condition that does something to a person or their record."""
        for call in fn.function.calls:
            if place not in call.under or not call.callee.keys:
                continue
            last = call.callee.keys[-1][1:]
            owner = AccessPath(call.callee.root, call.callee.keys[:-1])
            paths = [owner, *(part.path for value in call.args for part in value)]
            entities = [self.world.types.of(fn, path).entity for path in paths]
            about = any(entity is not None and entity.role in _PEOPLE for entity in entities)
            if about and self._deciding.names(last):
                return last
        return ""

    def _object(self, fn: FunctionRef, path: AccessPath) -> str:
        """`form.fields["wants_sms"]`, `User.newsletter`, a WTForms field without `.data`."""
        if path.keys[-2:-1] == (_FORM_FIELDS,):
            return "object"
        if path.keys[-1][0] != "." or path.keys[-1][1:] in _VALUES:
            return ""
        owner = self.world.types.of(fn, AccessPath(path.root, path.keys[:-1]))
        if owner.entity is None or owner.is_guess:
            return ""
        name = path.keys[-1][1:]
        declared = self.world.types.index.field(owner.entity, name)
        if declared is None or not declared.fact.call:
            return ""
        is_form = owner.entity.kind == "form" and not owner.is_dump
        return "object" if is_form or (owner.is_class and owner.entity.stored) else ""

    def _decides(self, fn: FunctionRef) -> dict[int, str]:
        """For each condition the first call below it that does something to somebody."""
        found: dict[int, str] = {}
        for call in fn.function.calls:
            last = call.callee.keys[-1][1:] if call.callee.keys else call.callee.root
            last = last.rpartition(":")[2].rpartition(".")[2]
            if call.under and self._deciding.names(last):
                for place in call.under:
                    found.setdefault(place, last)
        return found

    def _guard(
        self, asked: Asked, location: Location, scope: str, dead: str = "", decides: str = ""
    ) -> Guard:
        element = self.consents.element(asked)
        if not element and self.consents.is_named(asked.field):
            element = "privacy_preference"
        return Guard(asked.entity, asked.field, location, scope, asked.how, element, dead, decides)


def guarded(
    world: World, asking: Asking, consents: Consents, flows: Iterable[Flow]
) -> tuple[Flow, ...]:
    """Flows that know which consents every way to their sink asks before."""
    known = tuple(flows)
    wanted = {(flow.sink.location.path, flow.sink.location.line) for flow in known}
    wanted |= {(s.path, s.line) for flow in known for s in flow.steps if _PASSED in s.note}
    calls = _calls_at(world, wanted)
    return tuple(_with_guards(flow, calls, asking, consents) for flow in known)


_Calls = dict[tuple[str, int], list[tuple[FunctionRef, CallFact]]]


def _calls_at(world: World, wanted: set[tuple[str, int]]) -> _Calls:
    found: _Calls = {}
    paths = {path for path, _ in wanted}
    for fn in world.types.hierarchy.functions.values():
        if fn.facts.path in paths:
            for call in fn.function.calls:
                place = (fn.facts.path, call.line)
                if place in wanted:
                    found.setdefault(place, []).append((fn, call))
    return found


def _with_guards(flow: Flow, calls: _Calls, asking: Asking, consents: Consents) -> Flow:
    place = flow.sink.location
    asked: set[Asked] = set()
    for fn, call in calls.get((place.path, place.line), ()):
        if call.column == place.column or len(calls[place.path, place.line]) == 1:
            asked |= asking.before(fn, call)
            break
    for step in flow.steps:
        if _PASSED in step.note:
            name = step.note.partition("()")[0].rpartition(".")[2]
            for fn, call in calls.get((step.path, step.line), ()):
                last = call.callee.keys[-1] if call.callee.keys else call.callee.root
                if last.endswith(name):
                    asked |= asking.here(fn, call)
    found = given(asked, consents)
    return replace(flow, guards=found) if found else flow


def given(asked: Iterable[Asked], consents: Consents) -> tuple[tuple[str, str], ...]:
    """The consents among what was asked whose answer lets one go on."""
    return tuple(sorted({(a.entity, a.field) for a in asked if consents.is_given(a)}))


def build_asking(world: World) -> Asking:
    """What looks up conditions, over one program."""
    return Asking(world, Queries(world.types, Rows(world.types)))
