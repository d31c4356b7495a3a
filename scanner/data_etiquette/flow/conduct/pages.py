"""Templates with what they show and ask for, judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.entities.classify import Classifier
from data_etiquette.flow.entities.entityindex import EntityIndex
from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.world import World
from data_etiquette.model.application import Endpoint, Page, Shown, Use
from data_etiquette.model.facts import FormFact, InputFact, TemplateFact
from data_etiquette.model.graph import Entity, Flow
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location

_MAX_NESTED = 8
_SHOWS = "the template shows it"
_NO_DATA = frozenset(
    {"hidden", "submit", "button", "reset", "image", "checkbox", "radio", "search"}
)
_SHOWN_WHOLE = frozenset({"as_p", "as_table", "as_ul", "as_div", "visible_fields", "fields"})
_ACCOUNT = frozenset({"user", "current_user"})
_MAIL_FOLDERS = frozenset({"mail", "mails", "email", "emails", "mailer", "newsletter"})


def find_pages(
    world: World, flows: Iterable[Flow], endpoints: Iterable[Endpoint], uses: Iterable[Use]
) -> tuple[Page, ...]:
    """One page for each template, sorted by path."""
    builder = _Builder(world.types.index, world.resolver.classifier)
    for facts in world.types.program.files:
        for template in facts.templates:
            builder.add(facts.path, template)
    builder.note_flows(flows)
    builder.note_forms(endpoints)
    builder.note_mail(use.template for use in uses)
    return tuple(builder.page(path) for path in sorted(builder.templates))


@dataclass(slots=True)
class _Builder:
    index: EntityIndex
    classifier: Classifier
    templates: dict[str, TemplateFact] = field(default_factory=dict)
    _named: dict[str, str] = field(default_factory=dict)
    """Name to path."""
    _traced: dict[str, dict[Shown, None]] = field(default_factory=dict)
    _mailed: set[str] = field(default_factory=set)
    _forms: dict[str, dict[str, None]] = field(default_factory=dict)
    """Path to the ids of the forms that its views read."""

    def add(self, path: str, template: TemplateFact) -> None:
        """Know a template by its names."""
        self.templates[path] = template
        for name in template.names:
            self._named.setdefault(name, path)

    def note_flows(self, flows: Iterable[Flow]) -> None:
        """What data was followed to a template's line."""
        for flow in flows:
            for step in flow.steps:
                if step.note == _SHOWS and step.path in self.templates:
                    shown = Shown(
                        flow.entity, flow.field, flow.element, Location(step.path, step.line)
                    )
                    self._traced.setdefault(step.path, {})[shown] = None
                    if flow.sink.kind is SinkKind.EMAIL:
                        self._mailed.add(step.path)

    def note_forms(self, endpoints: Iterable[Endpoint]) -> None:
        """Which forms a template's views read."""
        for endpoint in endpoints:
            for name in endpoint.templates:
                path = self._path(name)
                if path:
                    self._forms.setdefault(path, {}).update(dict.fromkeys(endpoint.takes))

    def note_mail(self, names: Iterable[str]) -> None:
        """Templates that mail is made of."""
        for name in names:
            path = self._path(name) if name else ""
            if path:
                self._mailed.add(path)

    def page(self, path: str) -> Page:
        """One template's page."""
        template = self.templates[path]
        shown = dict(self._traced.get(path, {}))
        shown.update(dict.fromkeys(self._shown(path, template, shown)))
        asked = dict.fromkeys(self._asked(path, template))
        parents = self._parents(path)
        folders = {part.lower() for part in path.split("/")[:-1]}
        mail = path in self._mailed or bool(folders & _MAIL_FOLDERS)
        return Page(path, template, _sorted(shown), _sorted(asked), parents, mail)

    def _path(self, name: str) -> str:
        plain = name.replace(":", "/").lstrip("/")
        return self._named.get(name) or self._named.get(plain, "")

    def _parents(self, path: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        queue = [(path, _MAX_NESTED)]
        while queue:
            current, depth = queue.pop()
            for include in self.templates[current].includes if depth else ():
                other = self._path(include.template)
                if other and other != path and other not in found:
                    found[other] = None
                    queue.append((other, depth - 1))
        return tuple(sorted(found))

    # --- shown ------------------------------------------------------------------------------

    def _shown(self, path: str, template: TemplateFact, known: Iterable[Shown]) -> Iterator[Shown]:
        """What a path's own names tell, on lines that no data was followed to."""
        lines = {shown.location.line for shown in known}
        for item in template.shown:
            if item.line in lines or item.place == "comment" or len(item.path) < 2:
                continue
            found = self._resolved(item.path)
            if found is not None:
                entity, name, element = found
                yield Shown(entity, name, element, Location(path, item.line, item.column))

    def _resolved(self, path: tuple[str, ...]) -> tuple[str, str, str] | None:
        names = [name for name in path if not name.startswith("[")]
        if names[:1] == ["request"]:
            names = names[1:]
        entity = self._root(names[0]) if names else None
        for name in names[1:]:
            if entity is None:
                return None
            declared = self.index.field(entity, name)
            if declared is not None and declared.element:
                return (entity.name, name, declared.element)
            entity = self.index.relation(entity, name)
        return None

    def _root(self, name: str) -> Entity | None:
        if name in _ACCOUNT:
            return self.index.user
        return self.index.by_variable.get("_".join(split(name)))

    # --- asked ------------------------------------------------------------------------------

    def _asked(self, path: str, template: TemplateFact) -> Iterator[Shown]:
        for form in template.forms:
            for control in form.inputs:
                yield from self._control(path, control)
            yield from self._form_fields(path, form)
        for control in template.inputs:
            yield from self._control(path, control)

    def _control(self, path: str, control: InputFact) -> Iterator[Shown]:
        if control.type in _NO_DATA:
            return
        element = self._input_element(control)
        if element:
            yield Shown("", control.name, element, Location(path, control.line))

    def _input_element(self, control: InputFact) -> str:
        if control.type in ("email", "password"):
            return control.type
        if control.type == "tel":
            return "phone"
        names = (control.name, control.autocomplete, control.label)
        told = (self.classifier.name_element(name) for name in names if name and len(name) < 40)
        return next((element for element in told if element), "")

    def _form_fields(self, path: str, form: FormFact) -> Iterator[Shown]:
        """`{{ form.email }}`, `{{ form.as_p }}`: fields of the forms that the views read."""
        forms = [
            entity
            for found in self._forms.get(path, ())
            if (entity := self.index.by_id.get(found)) is not None
        ]
        place = Location(path, form.line)
        for names in form.shown:
            if not names or "form" not in split(names[0]):
                continue
            whole = len(names) == 1 or names[1] in _SHOWN_WHOLE or names[1].startswith("[")
            for entity in forms:
                for item in self.index.personal_fields(entity):
                    if whole or item.name == names[1]:
                        yield Shown(entity.name, item.name, item.element, place)
            if not forms and len(names) > 1 and not whole:
                element = self.classifier.name_element(names[1])
                if element:
                    yield Shown("", names[1], element, place)


def _sorted(found: Iterable[Shown]) -> tuple[Shown, ...]:
    return tuple(sorted(found, key=lambda item: (item.location, item.entity, item.field)))
