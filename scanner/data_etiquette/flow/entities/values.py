"""What values fields hold and what they point to, with the classes of the scanned code."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data_etiquette.flow.entities.draft import ACCOUNT, Draft
from data_etiquette.flow.entities.valuetype import ValueType, value_type
from data_etiquette.flow.lexicon.vocabulary import Vocabulary
from data_etiquette.flow.program.program import Program
from data_etiquette.model.facts import ClassFact, Facts, FieldFact


@dataclass(slots=True)
class Values:
    """Types of fields, resolved over all files."""

    _program: Program
    _vocabulary: Vocabulary
    _drafts: dict[str, Draft]
    _account: str
    """The class that the program's own users are of."""

    def of(self, draft: Draft, fact: FieldFact) -> ValueType:
        """Type of a field's values."""
        value = value_type(fact, self._vocabulary, is_sql=draft.kind.name == "sql-table")
        if value.target:
            definition = self._program.find(value.target, draft.facts.path)
            if definition is not None and definition.cls is not None:
                return self.of_class(definition.facts, definition.cls)
        if not value.kind:
            # `field(ActorField(…))`: a wrapper tells nothing, what it wraps may.
            for made in (fact.call, *(piece.split("(", 1)[0] for piece in fact.args[:2])):
                definition = self._program.find(made, draft.facts.path) if made else None
                if definition is not None and definition.cls is not None:
                    found = self.of_class(definition.facts, definition.cls)
                    if made == fact.call and self._is_input(definition.id, found):
                        return ValueType(name=found.name)
                    is_told = found.kind != "relation" or made.endswith(("Field", "Serializer"))
                    if is_told or (made == fact.call and definition.id in self._drafts):
                        return found
        return value

    def _is_input(self, identity: str, found: ValueType) -> bool:
        """A form's field of the scanned code's own: it links to nothing, whatever its base."""
        return (
            found.kind == "relation"
            and found.name.endswith("Field")
            and identity not in self._drafts
        )

    def of_class(self, facts: Facts, cls: ClassFact, depth: int = 6) -> ValueType:
        """A first-party class as a field's type: an enum, a custom field, or another entity."""
        lasts = [base.rsplit(".", 1)[-1] for base in cls.bases]
        if any(last.endswith(("Enum", "Choices")) for last in lasts):
            return ValueType("choice", name=cls.name)
        if "str" in cls.bases:
            return ValueType("text", name=cls.name)
        if any(last.endswith("TypeDecorator") for last in lasts):
            return self._decorated(cls)
        for base in cls.bases:
            known = self._vocabulary.field_type(base)
            if known is not None and known.value:
                own = value_type(FieldFact("", 0, call=base), self._vocabulary)
                named = value_type(FieldFact("", 0, call=cls.name), self._vocabulary)
                return replace(own, name=cls.name, protection=named.protection or own.protection)
            definition = self._program.find(base, facts.path)
            if (
                definition is not None
                and definition.cls is not None
                and depth > 0
                and definition.cls is not cls
            ):
                found = self.of_class(definition.facts, definition.cls, depth - 1)
                if found.kind and found.kind != "relation":
                    return replace(found, name=cls.name)
        return ValueType("relation", name=cls.name)

    def _decorated(self, cls: ClassFact) -> ValueType:
        """A column type of the scanned code's own, by the type that it keeps its values in."""
        if "enum" in cls.name.lower():
            return ValueType("choice", name=cls.name)
        kept = next((item for item in cls.fields if item.name == "impl"), None)
        named = (kept.call or kept.option("=")) if kept is not None else ""
        known = self._vocabulary.field_type(named) if named else None
        own = value_type(FieldFact("", 0, call=cls.name), self._vocabulary)
        kind = known.value if known is not None else "text"
        return ValueType(kind, own.means, cls.name, protection=own.protection)

    def target(self, draft: Draft, fact: FieldFact) -> str:
        """Id of the entity that a relation points to, or the empty string."""
        pieces = [*fact.args[:1], fact.option("to"), fact.annotation, *fact.args[1:]]
        for piece in pieces:
            for text in _names_in(piece):
                found = self._entity_named(text, draft)
                if found:
                    return found
        return ""

    def _entity_named(self, text: str, draft: Draft) -> str:
        definition = self._program.find(text, draft.facts.path)
        if definition is not None and definition.cls is not None and definition.id in self._drafts:
            return definition.id
        if text.endswith(("AUTH_USER_MODEL", "get_user_model")):
            return self.model(replace(draft, model=ACCOUNT))
        known = [item for item in self._drafts.values() if text and item.registered == text]
        if known:
            return min(known, key=lambda item: (item.extends, item.id)).id
        last = text.rsplit(".", 1)[-1]
        same = [item.id for item in self._drafts.values() if item.name == last and item.kind.stored]
        if same:
            return same[0]
        tables = [
            item.id
            for item in self._drafts.values()
            if item.table and item.table == text.split(".", maxsplit=1)[0]
        ]
        return tables[0] if tables else ""

    def model(self, draft: Draft) -> str:
        """Id of the model behind an entity; that of the program's users where it says so."""
        if draft.model != ACCOUNT:
            return draft.model
        return self._account if self._account in self._drafts else ""


def _names_in(piece: str) -> list[str]:
    """Dotted names in a rendered argument: `'auth.User'`, `sqlalchemy.ForeignKey('users.id')`."""
    names: list[str] = []
    word = ""
    for character in piece + " ":
        if character.isalnum() or character in "._":
            word += character
        else:
            if word.strip("."):
                names.append(word)
            word = ""
    return [name for name in names if not name.endswith(("ForeignKey", "relationship", "Mapped"))]
