"""Columns of SQL tables: short forms written out, glued words cut, tables of care told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data_etiquette.flow.classify import NOTHING, Classifier, EntityContext, Judgement
from data_etiquette.flow.clinical import Clinical, Table, clinical_role
from data_etiquette.flow.valuetype import ValueType
from data_etiquette.flow.vocabulary import Vocabulary
from data_etiquette.flow.words import split
from data_etiquette.model.facts import Facts, FieldFact, TableFact
from data_etiquette.model.kind import Confidence, Role

_PLAIN = Table()
_SUFFIXES = frozenset({"code", "char", "display", "path", "text", "description", "cd", "blob"})
_PERSONAL_TAG = frozenset({"pii", "phi", "personal", "sensitive", "gdpr", "privacy", "pci", "spi"})
_CUT_GROUPS = frozenset({"contact", "identity", "demographic", "government_id", "employment"})


class Columns:
    """Judges columns of all SQL tables; tables of one folder are one schema."""

    def __init__(self, vocabulary: Vocabulary, classifier: Classifier) -> None:
        self._clinical = Clinical(vocabulary)
        self._classifier = classifier
        self._prefixes = sorted(vocabulary.words["glued-prefixes"], key=len, reverse=True)
        self._vocabulary = vocabulary
        self._tables: dict[str, Table] = {}
        self._lookups: set[str] = set()

    def learn(self, tables: Sequence[tuple[Facts, TableFact]]) -> None:
        """Look at all tables before any is judged."""
        folders: dict[str, list[tuple[Facts, TableFact]]] = {}
        for facts, table in tables:
            folders.setdefault(facts.path.rpartition("/")[0], []).append((facts, table))
        for members in folders.values():
            self._learn_schema(members)
        for facts, table in tables:
            if self._is_lookup(table):
                self._lookups.add(f"{facts.path}:{table.name}")

    def _learn_schema(self, members: Sequence[tuple[Facts, TableFact]]) -> None:
        names = [_last(table.name) for _, table in members]
        columns = [fact.name for _, table in members for fact in table.columns]
        if not self._clinical.is_clinical([*names, *columns]):
            return
        has_keys = any(
            self._clinical.is_patient_key(fact) for _, table in members for fact in table.columns
        )
        for facts, table in members:
            known = self._clinical.table(
                _last(table.name),
                table.columns,
                has_keys=has_keys,
                inherits=any(key == "inherits" for key, _ in table.options),
            )
            self._tables[f"{facts.path}:{table.name}"] = known

    def role(self, identity: str, role: Role, *, is_known: bool) -> tuple[Role, bool]:
        """The role of a table's entity, corrected by what its schema says."""
        known = self._tables.get(identity, _PLAIN)
        if identity in self._lookups and (role is not Role.PERSON or not is_known):
            return Role.THING, True
        words = split(_last(identity))
        if words and words[-1] in self._vocabulary.words["lookup-endings"] and not known.element:
            return Role.THING, True
        return clinical_role(known, role, is_known=is_known)

    def _is_lookup(self, table: TableFact) -> bool:
        """Whether a table has but names of its own things: `country (id, name, code)`."""
        own = {word for name in (_last(table.name),) for word in split(name)}
        allowed = self._vocabulary.words["lookup-columns"] | own
        return bool(table.columns) and all(
            bool(fact.relation) or allowed.issuperset(split(fact.name)) for fact in table.columns
        )

    def judge(
        self, identity: str, fact: FieldFact, value: ValueType, entity: EntityContext
    ) -> Judgement:
        """Judge one column."""
        words = split(fact.name)
        if (
            fact.relation
            or (words and words[0] in ("fk", "ufk", "xfk"))
            or self._is_id(fact, value)
        ):
            return NOTHING
        if identity in self._lookups and entity.role is not Role.PERSON:
            return NOTHING
        found = self._classifier.judge(fact, value, entity)
        for name in self._other_names(fact.name) if not found.element else ():
            other = self._classifier.judge(replace(fact, name=name), value, entity)
            if other.element:
                found = replace(other, evidence=(f"`{fact.name}` is `{name}`", *other.evidence))
                break
        if not found.element:
            found = self._told(fact, value, entity)
        return self._clinical.judge(fact, value, self._tables.get(identity, _PLAIN), found)

    def _told(self, fact: FieldFact, value: ValueType, entity: EntityContext) -> Judgement:
        """What tags and meta of a column say: `tags: [pii, email]`, `meta: {pii: true}`."""
        pairs = [pair for pair in fact.options if pair[0] == "tag" or pair[0].startswith("meta.")]
        is_personal = False
        person = replace(entity, role=Role.PERSON, is_role_known=True)
        for key, text in pairs:
            name = key.removeprefix("meta.") if key != "tag" else text
            if not _PERSONAL_TAG.intersection(split(name)) and key != "tag":
                continue
            if text.lower() in ("false", "no", "none", "0", "public", "non_pii"):
                continue
            is_personal = is_personal or bool(_PERSONAL_TAG.intersection(split(name)))
            said = text.rpartition("=")[2].strip(" '\"")
            other = self._classifier.judge(FieldFact(said, fact.line), value, person)
            if other.element:
                return replace(other, evidence=(f"tagged `{said}`", *other.evidence))
        if not is_personal:
            return NOTHING
        reason = "tagged as personal by its owners"
        return Judgement("demographic_profile", Confidence.LOW, evidence=(reason,))

    def _is_id(self, fact: FieldFact, value: ValueType) -> bool:
        """Numbers and UUIDs called ids are links or keys; text may be a person's number."""
        words = split(fact.name)
        if value.kind not in ("number", "uuid") or len(words) < 2:
            return False
        is_concept = "concept" in words or "coded" in words
        return not is_concept and (words[-1] == "id" or words[0] == "id")

    def _other_names(self, name: str) -> list[str]:
        """The name with short forms written out, and with glued words cut."""
        words = split(name)
        long = self._clinical.expanded(name)
        cut = tuple(part for word in long for part in self._cut(word))
        bare = long[:-1] if len(long) > 1 and long[-1] in _SUFFIXES else long
        names = [other for other in (long, cut, bare) if other != words]
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
        found = [*known.strong.get(run, ()), *known.by_role.get(run, ())]
        return run == "name" or any(item[0].group in _CUT_GROUPS for item in found)


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]
