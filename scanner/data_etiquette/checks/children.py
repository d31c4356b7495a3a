"""ETQ209: children's data, or birth dates asked at sign-up, with nobody's age looked at."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.wording import phrases
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Practice

_BIRTH = "date_of_birth"
_PERMISSIONS = frozenset({"parental_consent", "guardian"})


def children_without_age_gate(context: Context) -> Iterator[Finding]:
    """One finding for each entity that takes such data in, where no check was found."""
    folders = {_folder(place.path) for place, _ in _checks(context)}
    for entity, item, is_child in _taken_in(context):
        if _permitted(context, entity):
            continue
        if not is_child and any(_is_near(entity, folder) for folder in folders):
            continue
        what = "data of children" if is_child else "a birth date"
        wanted = "no parental consent" if is_child else _wanted(context)
        message = f"{entity.name} asks for {what} ({item.name}), and {wanted} was found"
        yield context.on_field(
            entity, item, message, Confidence.MEDIUM if is_child else Confidence.LOW
        )


def age_gate_found(context: Context) -> Iterator[Practice]:
    """Checks of age and permissions of parents."""
    for location, what in _checks(context):
        yield context.kept(location, f"An age is checked: {what}", element=_BIRTH)
    for entity in context.graph.entities:
        for item in entity.fields:
            if item.element == "parental_consent":
                message = f"{entity.name}.{item.name} keeps the permission of a parent"
                yield context.kept(item.location, message, element="parental_consent")


def _wanted(context: Context) -> str:
    """`no check of age`, with the age that the declaration names."""
    declared = context.declaration.consent if context.declaration is not None else ()
    ages = [consent.min_age for consent in declared if consent.min_age]
    return f"no check of age ({min(ages)} is declared)" if ages else "no check of age"


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _is_near(entity: Entity, folder: str) -> bool:
    """Whether a check stands in the entity's own part of the program, or above it."""
    own = f"{_folder(entity.location.path)}/"
    return own.startswith(f"{folder}/") or f"{folder}/".startswith(own) or folder == ""


def _taken_in(context: Context) -> Iterator[tuple[Entity, Field, bool]]:
    signup = phrases(context, "sign-up")
    children = set(context.query("children"))
    for entity in context.graph.entities:
        if entity.kind == "sql-view" or entity.abstract:
            continue
        first = next((item for item in entity.personal_fields if item.element in children), None)
        if first is not None and entity.stored:
            yield entity, first, True
        elif not entity.stored and signup.names(entity.name):
            born = next((item for item in entity.personal_fields if item.element == _BIRTH), None)
            if born is not None:
                yield entity, born, False


def _permitted(context: Context, entity: Entity) -> bool:
    """Whether the entity, or one tied to it, keeps a parent's permission."""
    related = {target for _, target, _ in entity.relations}
    related |= {e.id for e in context.graph.entities if entity.id in {t for _, t, _ in e.relations}}
    return any(
        item.element in _PERMISSIONS
        for other in context.graph.entities
        if other.id == entity.id or other.id in related or other.id in entity.bases
        for item in other.fields
    )


def _checks(context: Context) -> Iterator[tuple[Location, str]]:
    """Conditions on birth dates, and fields and functions named for an age check."""
    words = phrases(context, "age-checks")
    for guard in context.graph.asked:
        is_age = guard.element in (_BIRTH, "age") and guard.how == "condition" and not guard.dead
        if is_age and (words.names(guard.scope.rpartition(".")[2]) or guard.decides):
            yield guard.location, guard.scope
    for entity in context.graph.entities:
        for name in entity.methods:
            if words.names(name):
                yield entity.location, f"{entity.name}.{name}"
        for item in entity.fields:
            if words.names(item.name) or any(words.names(text) for text in _validators(item)):
                yield item.location, f"{entity.name}.{item.name}"


def _validators(item: Field) -> tuple[str, ...]:
    return (item.fact.option("validators"), item.fact.option("ge"), item.fact.call)
