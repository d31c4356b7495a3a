"""ETQ310: answers that hold more personal data than was chosen for them."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.control import controls
from data_etiquette.checks.surface import Surface, in_words, route_of
from data_etiquette.model.application import Dump, Endpoint
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding

_MAX_DEPTH = 4
_SEVERAL = 2


def over_exposed_response(context: Context) -> Iterator[Finding]:
    """Serializers of all fields, people nested in things, rows as they are, secrets, views."""
    surface = Surface(context.graph)
    for dump in context.graph.dumps:
        if dump.how == "serializer":
            yield from _all_fields(context, surface, dump)
    given = {each for endpoint in context.graph.endpoints for each in endpoint.gives}
    for entity in context.graph.entities:
        if not entity.stored and entity.kind in context.query("schemas"):
            yield from _nested(context, surface, entity, given)
    for each in sorted(_with_nested(surface, given)):
        entity_given = surface.entities[each]
        if not entity_given.stored:
            yield from _secrets(context, entity_given)
    for endpoint in context.graph.endpoints:
        yield from _rows(context, surface, endpoint)
    yield from _views(context, surface)


def _views(context: Context, surface: Surface) -> Iterator[Finding]:
    """Rights on a view that takes all columns: it was made to show some of them."""
    stars: dict[tuple[str, str], list[Entity]] = {}
    for dump in context.graph.dumps:
        entity = surface.entities.get(dump.entity)
        if dump.how == "select *" and entity is not None:
            name = dump.scope.rpartition(".")[2].lower()
            stars.setdefault((dump.location.path, name), []).append(entity)
    for control, entities in controls(context, "grant", "share"):
        for view in entities:
            key = (view.location.path, view.name.lower())
            for entity in stars.get(key, ()) if view.kind == "sql-view" else ():
                shown = personal(surface, entity)
                to = control.detail("to") or control.detail("share")
                if not shown or not to:
                    continue
                data = in_words(context.label(item.element) for item in shown)
                message = (
                    f"The view {view.name} gives {to} all columns of {entity.name}, so that {data}"
                    " and whatever is added later go out"
                )
                yield context.on_place(
                    control.location, message, f"{view.id}:{to}", confidence=Confidence.MEDIUM,
                    element=_gravest(context, shown).element, entity=entity.name,
                )  # fmt: skip


def personal(surface: Surface, entity: Entity, depth: int = _MAX_DEPTH) -> list[Field]:
    """Personal fields, own and inherited."""
    found = {item.name: item for item in entity.personal_fields}
    own = {item.name for item in entity.fields}
    for base in entity.bases if depth > 0 else ():
        parent = surface.entities.get(base)
        for item in personal(surface, parent, depth - 1) if parent is not None else ():
            if item.name not in own:
                found.setdefault(item.name, item)
    return list(found.values())


def _all_fields(context: Context, surface: Surface, dump: Dump) -> Iterator[Finding]:
    model = surface.entities.get(dump.entity)
    if model is None:
        return
    shown = [item for item in personal(surface, model) if item.name not in dump.without]
    if not shown:
        return
    data = in_words(context.label(item.element) for item in shown)
    name = dump.scope.rsplit(".", 1)[-1]
    how = "leaves fields out by name" if dump.without else "takes all fields"
    message = f"{name} {how} of {model.name}, so that {data} and whatever is added later go out"
    yield context.on_place(
        Location(dump.location.path, dump.location.line), message, dump.scope,
        confidence=Confidence.MEDIUM, element=_gravest(context, shown).element, entity=model.name,
        # Whoever leaves some out has thought of what goes out today.
        severity=context.rule.severity if dump.without else None,
    )  # fmt: skip


def _nested(
    context: Context, surface: Surface, entity: Entity, given: set[str]
) -> Iterator[Finding]:
    """`author = MeSerializer()`: made for the person's own page, put into something public."""
    own = {
        each
        for endpoint in context.graph.endpoints
        if endpoint.is_personal and not set(endpoint.reads) - set(endpoint.own)
        for each in endpoint.gives
    }
    for field, inner in surface.nested(entity):
        if inner.id not in own or entity.id not in given:
            continue
        shown = [
            item
            for item in personal(surface, inner)
            if item.element not in context.query("public.elements")
        ]
        wanted = context.query("nested.elements")
        if len({item.element for item in shown}) < _SEVERAL or not any(
            item.element in wanted for item in shown
        ):
            continue
        name = field.name
        data = in_words(context.label(item.element) for item in shown)
        message = (
            f"{entity.name}.{name} nests {inner.name}, which serves people their own data: "
            f"{data} go out with it"
        )
        yield context.on_place(
            field.location, message, f"{entity.id}.{name}", confidence=Confidence.MEDIUM,
            element=_gravest(context, shown).element, entity=entity.name, field_name=name,
        )  # fmt: skip


def _with_nested(surface: Surface, given: set[str]) -> set[str]:
    found = {each for each in given if each in surface.entities}
    for _ in range(_MAX_DEPTH):
        found |= {inner.id for each in found for _, inner in surface.nested(surface.entities[each])}
    return found


def _secrets(context: Context, entity: Entity) -> Iterator[Finding]:
    """A token among other fields of an answer; an answer that is a token is meant to be one."""
    words = context.query("secret.names")
    if entity.kind == "form":
        return  # what was typed into a box for a password is not written back into the page
    if any(word in entity.name.lower() for word in words):
        return
    if len(entity.fields) < int((context.query("secret.fields") or ("3",))[0]):
        return
    for item in entity.personal_fields:
        if item.element not in context.query("secret.elements") or item.value == "boolean":
            continue
        if item.fact.option("write_only") == "True" or item.fact.option("exclude") == "True":
            continue
        message = f"{context.label(item.element)} is part of the answer {entity.name}"
        yield context.on_field(entity, item, message, Confidence.MEDIUM)


def _rows(context: Context, surface: Surface, endpoint: Endpoint) -> Iterator[Finding]:
    """A route that returns a stored row with no response model chooses nothing."""
    given = [surface.entities[each] for each in endpoint.gives if each in surface.entities]
    if endpoint.kind not in context.query("returning") or any(not e.stored for e in given):
        return
    for entity in given:
        grave = [
            item
            for item in personal(surface, entity)
            if item.element in context.query("secret.elements") or item.special_category
        ]
        if grave and entity.kind in context.query("rows"):
            data = in_words(context.label(item.element) for item in grave)
            message = f"{route_of(endpoint)} returns whole rows of {entity.name}: {data}"
            yield context.on_place(
                Location(endpoint.location.path, endpoint.location.line), message, endpoint.name,
                confidence=Confidence.MEDIUM, element=_gravest(context, grave).element,
                entity=entity.name,
            )  # fmt: skip


def _gravest(context: Context, items: list[Field]) -> Field:
    def gravity(item: Field) -> tuple[int, str]:
        known = context.elements.get(item.element)
        return (known.sensitivity if known is not None else 0, item.element)

    return max(items, key=gravity)
