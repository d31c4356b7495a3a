"""ETQ502: people of whom data is held, and nothing that gives it to them."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.over_exposed_response import personal
from data_etiquette.checks.surface import Surface, in_words, route_of
from data_etiquette.declaration.ways import endpoints_at, is_by_hand
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.application import Endpoint
from data_etiquette.model.graph import Entity
from data_etiquette.model.kind import Confidence, Role
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Practice

_MUCH = 3
"""Kinds of data from which a page is one of the person's own, not one that greets by name."""


def no_access_path(context: Context) -> Iterator[Finding]:
    """One finding for each kind of person that no page of their own and no export serves."""
    ways = _ways(context)
    if not context.graph.endpoints or is_by_hand(ways):
        return
    surface = Surface(context.graph)
    served = {name for _, names in _serving(context, surface) for name in names}
    for entity in context.graph.entities:
        if not _is_asked(context, entity) or entity.name in served:
            continue
        left_out = context.query("not.groups")
        data = {item.element for item in personal(surface, entity) if item.group not in left_out}
        if len(data) < int((context.query("least") or ("2",))[0]):
            continue
        labels = in_words(context.label(each) for each in data)
        message = f"No view or export was found that gives {entity.name} their own data ({labels})"
        if ways:
            message += f"; declared is {ways[0]}, which was not seen to"
        yield context.on_entity(entity, message, Confidence.LOW)


def access_paths(context: Context) -> Iterator[Practice]:
    """Each export, and the first page of their own for each entity."""
    surface = Surface(context.graph)
    told: set[str] = set()
    for endpoint, names in _serving(context, surface):
        shown = sorted({flow.entity for _, flow in surface.shown(endpoint)} & names)
        new = [name for name in shown if name not in told]
        is_export = _is_export(context, endpoint)
        if not (new and _is_much(surface, endpoint)) and not is_export:
            continue
        told.update(new)
        place = Location(endpoint.location.path, endpoint.location.line)
        is_own = not set(endpoint.reads) - set(endpoint.own)
        does = "gives people their own data" if is_own else "exports what is held of people"
        owner = (new or shown or sorted(names) or [""])[0]
        yield context.kept(place, f"{route_of(endpoint)} {does}", entity=owner)


def _serving(context: Context, surface: Surface) -> Iterator[tuple[Endpoint, set[str]]]:
    """Endpoints that show people what is held of them, with the names of the entities."""
    for endpoint in context.graph.endpoints:
        is_export = _is_export(context, endpoint)
        if not (endpoint.is_personal or endpoint.own or is_export):
            continue
        names = {flow.entity for _, flow in surface.shown(endpoint)}
        names |= surface.names((*endpoint.own, *endpoint.gives, *endpoint.updates))
        if is_export:
            names |= surface.reach(endpoint.reads, 1)
        related = {each.id for name in names for each in surface.named(name)}
        # A form or serializer shows the model that it is made for.
        names |= {
            surface.entities[target].name
            for each in related
            if not surface.entities[each].stored
            for target in surface.near.get(each, ())
            if target in surface.entities
        }
        names |= {_model_name(name) for name in names}
        if names:
            yield endpoint, names


def _is_much(surface: Surface, endpoint: Endpoint) -> bool:
    return len({flow.element for _, flow in surface.shown(endpoint)}) >= _MUCH


def _model_name(name: str) -> str:
    for tail in ("Serializer", "Form", "Schema", "Out", "Read", "Response", "Detail"):
        name = name.removesuffix(tail)
    return name


def _is_export(context: Context, endpoint: Endpoint) -> bool:
    if any(endpoint in endpoints_at(way, (endpoint,)) for way in _ways(context)):
        return True
    words = {*split(endpoint.name.rsplit(".", 1)[-1])}
    words |= {word for route in endpoint.routes for word in split(route)}
    return bool(words & set(context.query("export.words")))


def _is_asked(context: Context, entity: Entity) -> bool:
    if not entity.stored or entity.abstract or entity.role is not Role.PERSON:
        return False
    if entity.kind == "sql-table":
        return False
    return entity.subject not in context.query("not.subjects")


def _ways(context: Context) -> tuple[str, ...]:
    """What the declaration says that gives people their data."""
    if context.declaration is None:
        return ()
    rights = (context.declaration.right("access"), context.declaration.right("portability"))
    return tuple(way for right in rights if right is not None for way in right.served_by)
