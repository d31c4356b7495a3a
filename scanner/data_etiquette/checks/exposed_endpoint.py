"""ETQ309: endpoints that answer anybody with personal data of others."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.surface import Surface, in_words, route_of
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.application import Endpoint
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import Confidence, Role, Severity
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Practice

_GRAVITY = ("credentials", "health", "financial", "government_id")
_PERSONAL = frozenset({Role.PERSON, Role.RECORD, Role.CONTENT, Role.HEALTH, Role.CREDENTIAL})


def exposed_endpoint(context: Context) -> Iterator[Finding]:
    """One finding for each endpoint, on its first line, naming what it shows."""
    surface = Surface(context.graph)
    signs_up = _signs_up(context, surface)
    for endpoint in context.graph.endpoints:
        found = _exposed(context, surface, endpoint)
        if not found:
            continue
        if not endpoint.guards:
            yield _finding(context, endpoint, found, "no login, permission or ownership check")
        elif signs_up and _is_login_only(context, endpoint) and _belongs(surface, endpoint):
            told = "whoever signs up can, as no check that the rows are the person's own"
            yield _finding(context, endpoint, found, told, Confidence.LOW)


def guarded_endpoints(context: Context) -> Iterator[Practice]:
    """One practice for each kind of guard and application."""
    surface = Surface(context.graph)
    found: dict[tuple[str, str], list[Endpoint]] = {}
    for endpoint in context.graph.endpoints:
        guard = endpoint.guards[0] if endpoint.guards else ""
        shown = [flow for _, flow in surface.shown(endpoint)]
        if guard and shown:
            app = endpoint.location.path.rpartition("/")[0] or endpoint.location.path
            found.setdefault((app, guard), []).append(endpoint)
    for (app, guard), endpoints in sorted(found.items()):
        place = endpoints[0].location
        several = f"{len(endpoints)} endpoints" if len(endpoints) > 1 else route_of(endpoints[0])
        message = f"{several} in {app} that show personal data are behind {guard}"
        yield context.kept(Location(place.path, place.line), message)


def _finding(
    context: Context,
    endpoint: Endpoint,
    flows: list[Flow],
    told: str,
    confidence: Confidence = Confidence.MEDIUM,
) -> Finding:
    worst = max(flows, key=lambda flow: (_gravity(context, flow.element), flow.element))
    data = in_words(context.label(flow.element) for flow in flows)
    owners = in_words(flow.entity for flow in flows if flow.entity)
    message = f"{route_of(endpoint)} shows {data} of {owners}: {told} was found"
    if confidence is Confidence.LOW:
        message = f"{route_of(endpoint)} shows {data} of {owners} to others: {told} was found"
    place = Location(endpoint.location.path, endpoint.location.line)
    return context.on_place(
        place, message, endpoint.name, confidence=confidence, element=worst.element,
        entity=worst.entity, field_name=worst.field,
        severity=None if _is_sure(context, endpoint, flows) else Severity.MEDIUM,
    )  # fmt: skip


def _is_sure(context: Context, endpoint: Endpoint, flows: list[Flow]) -> bool:
    """Whether nothing speaks for it that the answer is meant for whoever asks.

    What somebody wrote may be there to be read by all; an endpoint that asks who is signed in, or
    reads the visitor's own session, may answer by it; and some frameworks' views are guarded by
    settings, which an application that others install leaves to them.
    """
    is_by_settings = endpoint.kind in context.query("settings.kinds")
    if endpoint.is_personal or (is_by_settings and not _is_told_open(context, endpoint)):
        return False
    return any(not _is_written(context, flow.element) for flow in flows)


def _is_written(context: Context, element: str) -> bool:
    known = context.elements.get(element)
    return known is not None and known.group in context.query("written.groups")


def _is_told_open(context: Context, endpoint: Endpoint) -> bool:
    """By the view itself, or by settings that are here and name no guard."""
    keys = context.query("settings.keys")
    return endpoint.is_open or any(
        setting.key.removesuffix("[]") in keys for setting in context.graph.settings
    )


def _exposed(context: Context, surface: Surface, endpoint: Endpoint) -> list[Flow]:
    """What the endpoint shows of people other than whoever asks."""
    foreign = [each for each in endpoint.reads if each not in endpoint.own]
    if not foreign or _signs_in(context, endpoint):
        return []
    near = surface.reach(foreign)
    given = surface.names(endpoint.takes) - surface.names(endpoint.gives)
    made = surface.names(endpoint.creates) - surface.names(foreign)
    own = surface.names(endpoint.own) - surface.names(foreign)
    flows = []
    for _, flow in surface.shown(endpoint):
        stored = any(entity.stored for entity in surface.named(flow.entity))
        is_other = flow.entity in near if stored else bool(flow.entity)
        if not is_other or flow.entity in given | made | own or flow.sanitiser:
            continue
        if flow.confidence is Confidence.LOW or _is_public(context, surface, flow):
            continue
        flows.append(flow)
    return flows


def _signs_in(context: Context, endpoint: Endpoint) -> bool:
    """Whether the endpoint is there to find out who somebody is."""
    words = set(split(endpoint.name.rsplit(".", 1)[-1]))
    words |= {word for route in endpoint.routes for word in split(route)}
    return bool(words & set(context.query("authentication.words")))


def _is_public(context: Context, surface: Surface, flow: Flow) -> bool:
    """Names by which people are known in public; names of staff and speakers."""
    if flow.element in context.query("public.elements"):
        return True
    subjects = {entity.subject for entity in surface.named(flow.entity)}
    owners = set(split(flow.entity)) & set(context.query("public.owners"))
    is_professional = bool(subjects & set(context.query("public.subjects"))) or bool(owners)
    return is_professional and flow.element in context.query("public.names")


def _gravity(context: Context, element: str) -> int:
    known = context.elements.get(element)
    if known is None:
        return 0
    return known.sensitivity * 2 + known.special_category + (known.group in _GRAVITY)


def _is_login_only(context: Context, endpoint: Endpoint) -> bool:
    return set(endpoint.guards) <= set(context.query("login.guards"))


def _signs_up(context: Context, surface: Surface) -> bool:
    """Whether anybody can make an account: an open endpoint takes a password and makes a person."""
    for endpoint in context.graph.endpoints:
        if endpoint.guards or not endpoint.creates:
            continue
        asked = {
            item.element
            for each in endpoint.takes
            if each in surface.entities
            for item in surface.entities[each].personal_fields
        }
        made = {surface.entities[e].role for e in endpoint.creates if e in surface.entities}
        if "password" in asked and Role.PERSON in made:
            return True
    return False


def _belongs(surface: Surface, endpoint: Endpoint) -> bool:
    """Whether the rows that it looks up belong to single persons."""
    foreign = [each for each in endpoint.reads if each not in endpoint.own]
    people = {
        each
        for each in foreign
        if each in surface.entities
        and surface.entities[each].role in _PERSONAL
        and any(
            surface.entities[target].role is Role.PERSON
            for _, target, _ in surface.entities[each].relations
            if target in surface.entities
        )
    }
    return bool(people) and not endpoint.is_personal
