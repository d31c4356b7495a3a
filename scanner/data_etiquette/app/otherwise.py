"""Why a field is not personal, and what would have made it so: judged under other premises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from data_etiquette.flow.entities.classify import Classifier
from data_etiquette.flow.entities.context import EntityContext
from data_etiquette.flow.entities.role import role_of_name
from data_etiquette.flow.entities.valuetype import ValueType, value_type
from data_etiquette.flow.lexicon.vocabulary import Vocabulary
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.facts import FieldFact
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Role
from data_etiquette.reporting.sentence import in_sentence

ROLES = {
    Role.PERSON: "a person's record",
    Role.RECORD: "a record of a person's dealings",
    Role.CONTENT: "something a person wrote or was written",
    Role.ACTIVITY: "a log of persons' behaviour",
    Role.CREDENTIAL: "a person's credential",
    Role.HEALTH: "a clinical record",
    Role.ORGANISATION: "an organisation",
    Role.THING: "a thing",
}
_ABOUT_PEOPLE = tuple(role for role in ROLES if role not in (Role.ORGANISATION, Role.THING))
_KINDS = {
    "number": "a number",
    "boolean": "yes or no",
    "date": "a date",
    "datetime": "a time",
    "json": "JSON",
    "uuid": "a UUID",
    "choice": "a choice",
    "image": "an image",
    "file": "a file",
}


_MANY = 3
"""Roles that are told one by one."""
_ID_WORDS = frozenset({"id", "pk", "uuid", "guid", "fk"})


@dataclass(frozen=True, slots=True)
class Premises:
    """The vocabulary that fields were judged with."""

    vocabulary: Vocabulary
    classifier: Classifier

    def role_reason(self, entity: Entity, by_id: dict[str, Entity]) -> str:
        """What an entity is to a person, and what told it."""
        what = f"{entity.name} is taken for {ROLES[entity.role]}"
        role, known = role_of_name(entity.name, self.vocabulary)
        if role is entity.role and known:
            return f"{what}: its name says so"
        for base in entity.bases:
            if base in by_id and by_id[base].role is entity.role and entity.role in _ABOUT_PEOPLE:
                return f"{what}, as its base {by_id[base].name} is"
        if entity.role is Role.THING:
            return f"{what}: neither its name nor its fields together tell of a person"
        return f"{what}: its base classes, its model or its fields together tell it"

    def otherwise(self, entity: Entity, item: Field) -> tuple[str, ...]:
        """Sentences on a field that was judged not to be personal."""
        if item.evidence:
            return item.evidence
        if item.value == "relation":
            target = next((to for name, to, _ in entity.relations if name == item.name), "")
            to = f" to {target.rsplit('.', 1)[-1]}" if target else ""
            return (f"it is a link{to}: what it leads to is judged there, a link is not the data",)
        if entity.kind == "settings":
            return ("settings of the program are no data of a person",)
        found = tuple(self._hypotheses(entity, item))
        if not found and split(item.name)[-1:] and split(item.name)[-1] in _ID_WORDS:
            return ("an internal id or a link names nobody outside the program",)
        return found or (f"the catalogue knows no personal data by the words of `{item.name}`",)

    def _hypotheses(self, entity: Entity, item: Field) -> Iterator[str]:
        context = EntityContext(
            entity.name, entity.kind, entity.role, is_role_known=True, stored=entity.stored
        )
        value = self._value(entity, item)
        yield from self._by_role(item, value, context)
        if value.kind not in ("", "text"):
            label = self._label(item, ValueType("text", name="text"), context)
            if label:
                kind = _KINDS.get(value.kind, value.kind)
                yield f"it holds {kind}; a text under this name would be {label}"
        yield from self._by_part(item, context)

    def _by_part(self, item: Field, context: EntityContext) -> Iterator[str]:
        """`email_verified`, `has_phone`: the words around a name make it something else."""
        words = split(item.name)
        text = ValueType("text", name="text")
        if len(words) > 1 and words[0] in self.vocabulary.words["flag-prefixes"]:
            label = self._label(_named(item, words[1:]), text, context)
            if label:
                yield f"`{words[0]}` in front makes it a flag about {label}, not the data itself"
        for stop in range(len(words) - 1, 0, -1):
            label = self._label(_named(item, words[:stop]), text, context)
            if label:
                after = "_".join(words[stop:])
                yield f"`{after}` after it makes it something about {label}, not the data itself"
                return

    def _by_role(self, item: Field, value: ValueType, context: EntityContext) -> Iterator[str]:
        told: dict[str, list[str]] = {}
        for role in _ABOUT_PEOPLE:
            label = self._label(item, value, replace(context, role=role))
            if label and role is not context.role:
                told.setdefault(label, []).append(ROLES[role])
        for label, roles in told.items():
            where = "any record about people" if len(roles) > _MANY else _either(roles)
            yield f"on {where} it would be {label}"

    def _label(self, item: Field, value: ValueType, context: EntityContext) -> str:
        found = self.classifier.judge(item.fact, value, context)
        element = self.vocabulary.elements.get(found.element)
        return in_sentence(element.label) if element is not None else ""

    def _value(self, entity: Entity, item: Field) -> ValueType:
        is_sql = entity.kind.startswith("sql-")
        value = value_type(item.fact, self.vocabulary, is_sql=is_sql)
        return replace(value, kind=item.value) if item.value else value


def _named(item: Field, words: tuple[str, ...]) -> Field:
    """The field under another name, and nothing else that could tell what it is."""
    return replace(item, fact=FieldFact("_".join(words), item.fact.line))


def _either(words: list[str]) -> str:
    """`a, b or c`."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
