"""Columns of SQL tables: short forms written out, glued words cut, tables of care told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data_etiquette.flow.classify import Classifier, EntityContext, Judgement
from data_etiquette.flow.clinical import Clinical, Table, clinical_role
from data_etiquette.flow.valuetype import ValueType
from data_etiquette.flow.vocabulary import Vocabulary
from data_etiquette.flow.words import split
from data_etiquette.model.facts import Facts, FieldFact, TableFact
from data_etiquette.model.kind import Role

_PLAIN = Table()


class Columns:
    """Judges columns of all SQL tables; tables of one folder are one schema."""

    def __init__(self, vocabulary: Vocabulary, classifier: Classifier) -> None:
        self._clinical = Clinical(vocabulary)
        self._classifier = classifier
        self._prefixes = sorted(vocabulary.words["glued-prefixes"], key=len, reverse=True)
        self._vocabulary = vocabulary
        self._tables: dict[str, Table] = {}

    def learn(self, tables: Sequence[tuple[Facts, TableFact]]) -> None:
        """Look at all tables before any is judged."""
        folders: dict[str, list[tuple[Facts, TableFact]]] = {}
        for facts, table in tables:
            folders.setdefault(facts.path.rpartition("/")[0], []).append((facts, table))
        for members in folders.values():
            self._learn_schema(members)

    def _learn_schema(self, members: Sequence[tuple[Facts, TableFact]]) -> None:
        names = [_last(table.name) for _, table in members]
        columns = [fact.name for _, table in members for fact in table.columns]
        if not self._clinical.is_clinical([*names, *columns]):
            return
        has_keys = any(
            self._clinical.is_patient_key(fact) for _, table in members for fact in table.columns
        )
        for facts, table in members:
            known = self._clinical.table(_last(table.name), table.columns, has_keys=has_keys)
            self._tables[f"{facts.path}:{table.name}"] = known

    def role(self, identity: str, role: Role, *, is_known: bool) -> tuple[Role, bool]:
        """The role of a table's entity, corrected by what its schema says."""
        return clinical_role(self._tables.get(identity, _PLAIN), role, is_known=is_known)

    def judge(
        self, identity: str, fact: FieldFact, value: ValueType, entity: EntityContext
    ) -> Judgement:
        """Judge one column."""
        found = self._classifier.judge(fact, value, entity)
        for name in self._other_names(fact.name) if not found.element else ():
            other = self._classifier.judge(replace(fact, name=name), value, entity)
            if other.element:
                found = replace(other, evidence=(f"`{fact.name}` is `{name}`", *other.evidence))
                break
        return self._clinical.judge(fact, value, self._tables.get(identity, _PLAIN), found)

    def _other_names(self, name: str) -> list[str]:
        """The name with short forms written out, and with glued words cut."""
        words = split(name)
        long = self._clinical.expanded(name)
        cut = tuple(part for word in long for part in self._cut(word))
        names = [tuple_ for tuple_ in (long, cut) if tuple_ != words]
        return ["_".join(found) for found in dict.fromkeys(names)]

    def _cut(self, word: str) -> tuple[str, ...]:
        """`homephone` as home, phone where the rest is the name of an element."""
        for prefix in self._prefixes:
            rest = word[len(prefix) :]
            if word.startswith(prefix) and len(rest) > 1 and self._is_name(rest):
                return (prefix, *split(rest))
        return (word,)

    def _is_name(self, word: str) -> bool:
        run = "".join(split(word))
        known = self._vocabulary
        return run in known.strong or run in known.by_role or run in ("name", "number")


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]
