"""Models of a clinical program that belong to one patient: what they say is of that care."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from data_etiquette.flow.entities.classify import Judgement
from data_etiquette.flow.entities.clinical import Clinical, Table
from data_etiquette.flow.entities.valuetype import ValueType
from data_etiquette.flow.lexicon.vocabulary import Vocabulary
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.facts import FieldFact

_LINKS = frozenset({"patient", "episode", "encounter", "admission", "stay"})
"""Relations by these names make a model part of one patient's record."""

_OTHERS = frozenset(
    {"identity", "contact", "demographic", "government_id", "online_id", "credentials", "financial"}
)
"""Groups of elements that stay what they are on a clinical record."""


class Care:
    """Tells the records of a patient among the stored models of a program."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._clinical = Clinical(vocabulary)
        self._elements = vocabulary.elements
        self._tables: dict[str, Table] = {}

    def learn(self, models: Iterable[tuple[str, str, Sequence[FieldFact]]]) -> None:
        """Look at all stored models: (id, name, fields with those of its bases)."""
        known = list(models)
        if not any("patient" in split(name) for _, name, _ in known):
            return
        names = [name for _, name, _ in known]
        names += [fact.name for _, _, fields in known for fact in fields]
        if not self._clinical.is_clinical(names):
            return
        for identity, name, fields in known:
            if any(split(fact.name) and split(fact.name)[-1] in _LINKS for fact in fields):
                self._tables[identity] = self._clinical.table(name, fields, inherits=True)

    def holds(self, identity: str) -> bool:
        """Whether a model is part of a patient's record."""
        return bool(self._tables.get(identity, Table()).element)

    def judge(
        self, identity: str, fact: FieldFact, value: ValueType, found: Judgement
    ) -> Judgement:
        """The judgement of a field, given what its name alone said."""
        table = self._tables.get(identity)
        if table is None or not table.element or value.kind == "relation":
            return found
        if found.element and self._is_told(fact, found):
            return found
        if value.kind == "number" and table.element == "medical_appointment":
            return found  # how long a visit takes is set by the calendar
        return self._clinical.judge(fact, value, table, found)

    def _is_told(self, fact: FieldFact, found: Judgement) -> bool:
        """Whether the field's own name says more than the record it stands on."""
        element = self._elements.get(found.element)
        is_bare = split(fact.name) == ("name",)
        return element is not None and element.group in _OTHERS and not is_bare
