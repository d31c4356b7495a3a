"""Columns of SQL tables: short forms written out, glued words cut, tables of care told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from data_etiquette.flow.entities.classify import NOTHING, Classifier, Judgement
from data_etiquette.flow.entities.clinical import Clinical, Table, clinical_role
from data_etiquette.flow.entities.context import EntityContext
from data_etiquette.flow.entities.valuetype import ValueType
from data_etiquette.flow.lexicon.vocabulary import Vocabulary
from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.sql.queried import KEY
from data_etiquette.model.facts import Facts, FieldFact, TableFact
from data_etiquette.model.kind import Confidence, Role

_PLAIN = Table()
_SUFFIXES = frozenset({"code", "char", "display", "path", "text", "description", "cd", "blob"})
_PERSONAL_TAG = frozenset({"pii", "phi", "personal", "sensitive", "gdpr", "privacy", "pci", "spi"})
_CUT_GROUPS = frozenset({"contact", "identity", "demographic", "government_id", "employment"})
_ONE_CHARACTER = re.compile(r"\bn?(?:var)?char2?\s*\(\s*1\s*(?:char|byte)?\s*\)", re.IGNORECASE)
_NOT_IN_ONE = frozenset({"contact", "identity", "credentials", "government_id", "financial"})
"""Groups of data that no single character holds: such a column is a flag."""
_IN_ONE = frozenset({"middle_name", "first_name", "last_name", "date_of_death"})
"""Initials, and whether someone is dead."""
_CONCEPTS = frozenset({"concept", "coded", "code"})
_SHORT_NAME = 8
"""Characters of a text column that is too short for a person's name."""
_LENGTH = re.compile(r"char\w*\s*\(\s*(\d+)", re.IGNORECASE)
_POSTAL = frozenset(
    {"zip", "zipcode", "postalcode", "postcode", "postal", "street", "country"}
    | {"streetaddress", "address", "address1", "addressline1", "address2"}
)
_REACHED = frozenset({"email", "emailaddress", "phone", "phonenumber", "mobile", "telephone"})
_MAY_BE_BODY = frozenset({"iscompany", "isperson", "isorganization", "isorganisation"})
_PERSONAL_ASIDE = _MAY_BE_BODY | {
    "gender", "birthday", "birthdate", "dateofbirth", "dob", "jobtitle", "function", "lang",
    "salutation", "maritalstatus", "firstname", "lastname", "nationality",
}  # fmt: skip
_FIRST_NAMES = frozenset({"firstname", "fname", "forename", "givenname", "given", "first"})
_LAST_NAMES = frozenset({"lastname", "lname", "surname", "familyname", "family", "last"})
_NAME_PARTS = frozenset(
    {"title", "prefix", "suffix", "salutation", "honorific", "courtesytitle"}
    | {"nameprefix", "namesuffix", "courtesy"}
)
_VISITORS = frozenset({"contact", "location", "behavioural", "online_id"})
_SESSION_DATA = frozenset({"data", "payload", "sessiondata", "ipaddress", "useragent"})
_KEYS = frozenset({"pk", "fk", "ufk", "xfk", "xmin"})
_LEDGER = frozenset(
    {"accno", "accountno", "gifiaccno", "contra", "debit", "credit", "ledger", "glaccount", "chart"}
)
"""Columns of a table of accounts that books are kept on."""
_DESCRIBING = frozenset({"demographic", "behavioural"})
_WORDS_AS_KEYS = frozenset({"gender", "sex", "maritalstatus", "religion", "ethnicity", "race"})
_MIN_PREFIXED = 4
_MAX_PREFIX = 5
_PREFIXED_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Prefix:
    """A word that nearly all columns of a table begin with."""

    word: str = ""
    is_short: bool = False
    """Whether it is short for the table's name, and so says nothing of a column."""

    def without(self, fact: FieldFact) -> FieldFact:
        """The column by the rest of its name."""
        words = split(fact.name)
        if not self.word or len(words) < 2 or words[0] != self.word:
            return fact
        return replace(fact, name="_".join(words[1:]))


_NO_PREFIX = Prefix()


class Columns:
    """Judges columns of all SQL tables; tables of one folder are one schema."""

    def __init__(self, vocabulary: Vocabulary, classifier: Classifier) -> None:
        self._clinical = Clinical(vocabulary)
        self._classifier = classifier
        self._prefixes = sorted(vocabulary.words["glued-prefixes"], key=len, reverse=True)
        self._vocabulary = vocabulary
        self._tables: dict[str, Table] = {}
        self._lookups: set[str] = set()
        self._ledgers: set[str] = set()
        self._sessions: set[str] = set()
        """Tables of sessions, whose text key is what a cookie holds."""
        self._prefix_of: dict[str, Prefix] = {}
        self._visits: set[str] = set()
        """Tables of visits: a row says where from and with what someone came."""
        self._parties: set[str] = set()
        """Tables of whom one deals with, people among them, whatever they are called."""
        self._named: set[str] = set()
        """Tables with people's first and last names: a title beside them is a part of the name."""
        self._cities: dict[str, FieldFact] = {}
        """The city beside a column called `state`, which else may be anything's state."""
        self._owners: dict[tuple[str, str], str] = {}
        """(folder, name of an id) to the table that it is the id of."""

    def learn(self, tables: Sequence[tuple[Facts, TableFact]]) -> None:
        """Look at all tables before any is judged."""
        folders: dict[str, list[tuple[Facts, TableFact]]] = {}
        for facts, table in tables:
            folder = facts.path.rpartition("/")[0]
            folders.setdefault(folder, []).append((facts, table))
            identity = f"{facts.path}:{table.name}"
            self._prefix_of[identity] = _prefix(table)
            for fact in table.columns:
                if _is_id_of(fact.name, table.name):
                    self._owners.setdefault((folder, fact.name.lower()), identity)
        for members in folders.values():
            self._learn_schema(members)
        for facts, table in tables:
            self._learn_neighbours(facts, table)
            if self._is_lookup(table):
                self._lookups.add(f"{facts.path}:{table.name}")

    def _learn_schema(self, members: Sequence[tuple[Facts, TableFact]]) -> None:
        names = [_last(table.name) for _, table in members]
        columns = [fact.name for _, table in members for fact in table.columns]
        if not self._clinical.is_clinical([*names, *columns]):
            return
        bare = {
            f"{facts.path}:{table.name}": self._bare_columns(facts, table)
            for facts, table in members
        }
        has_keys = any(
            self._clinical.is_patient_key(fact) for columns in bare.values() for fact in columns
        )
        for facts, table in members:
            known = self._clinical.table(
                _last(table.name),
                bare[f"{facts.path}:{table.name}"],
                has_keys=has_keys,
                inherits=any(key == "inherits" for key, _ in table.options),
            )
            self._tables[f"{facts.path}:{table.name}"] = known

    def _learn_neighbours(self, facts: Facts, table: TableFact) -> None:
        identity = f"{facts.path}:{table.name}"
        prefix = self._prefix_of[identity]
        by_name = {"".join(split(prefix.without(fact).name)): fact for fact in table.columns}
        if not self._vocabulary.words["visit-columns"].isdisjoint(by_name):
            self._visits.add(identity)
        told = _PERSONAL_ASIDE & by_name.keys()
        if not _REACHED.isdisjoint(by_name) and (len(told) > 1 or told & _MAY_BE_BODY):
            self._parties.add(identity)
        ends = split(_last(table.name))[-1:]
        is_ledger = ends in (("account",), ("accounts",)) and not _LEDGER.isdisjoint(by_name)
        if is_ledger and not told and _REACHED.isdisjoint(by_name):
            self._ledgers.add(identity)
        if ends in (("session",), ("sessions",)) and not _SESSION_DATA.isdisjoint(by_name):
            self._sessions.add(identity)
        if not _FIRST_NAMES.isdisjoint(by_name) and not _LAST_NAMES.isdisjoint(by_name):
            self._named.add(identity)
        is_placed = identity in self._visits or not _POSTAL.isdisjoint(by_name)
        if "city" in by_name and is_placed:
            self._cities[identity] = by_name["city"]

    def _bare_columns(self, facts: Facts, table: TableFact) -> list[FieldFact]:
        """The columns without their common prefix, unless it is what links them to a patient."""
        prefix = self._prefix_of[f"{facts.path}:{table.name}"]
        if not prefix.is_short and prefix.word in self._vocabulary.words["clinical-keys"]:
            return list(table.columns)
        return [prefix.without(fact) for fact in table.columns]

    def role(self, identity: str, role: Role, *, is_known: bool) -> tuple[Role, bool]:
        """The role of a table's entity, corrected by what its schema says."""
        known = self._tables.get(identity, _PLAIN)
        if identity in self._ledgers:
            return Role.THING, True
        if identity in self._lookups and (role is not Role.PERSON or not is_known):
            return Role.THING, True
        words = split(_last(identity))
        if words and words[-1] in self._vocabulary.words["lookup-endings"] and not known.element:
            return Role.THING, True
        if role in (Role.ORGANISATION, Role.THING) and identity in self._parties:
            return Role.PERSON, True
        if not is_known and words and words[-1] in self._vocabulary.words["person-tables"]:
            return Role.PERSON, True
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
        prefix = self._prefix_of.get(identity, _NO_PREFIX)
        written = fact
        if prefix.is_short:
            fact = prefix.without(fact)
        words = split(fact.name)
        if (
            (fact.relation and not self._is_told_by_key(fact, value))
            or self._is_link(identity, written)
            or is_key(fact.name)
            or self._is_id(fact, value)
        ):
            return NOTHING
        if identity in self._lookups and entity.role is not Role.PERSON:
            return NOTHING
        if identity in self._sessions and words in (("id",), ("sid",)) and value.kind == "text":
            why = ("the key of a session, as a cookie holds it",)
            return Judgement("session_token", Confidence.MEDIUM, evidence=why)
        found = self._classifier.judge(fact, value, entity)
        for name in self._other_names(fact, prefix) if not found.element else ():
            other = self._classifier.judge(replace(fact, name=name), value, entity)
            if other.element:
                short = f"`{written.name}` is `{name}`"
                found = replace(other, evidence=(short, *other.evidence))
                break
        if not found.element:
            found = self._told(fact, value, entity)
        if not found.element and self._is_named_role(prefix.without(fact), value):
            why = (f"text in `{written.name}` is the name of a person in that role",)
            found = Judgement("full_name", Confidence.MEDIUM, evidence=why)
        by_keys = self._by_keys(fact, entity)
        if by_keys.element and self._telling(by_keys) > self._telling(found):
            found = by_keys
        if not found.element:
            found = self._of_visitor(identity, fact, value, entity)
        if not found.element and identity in self._named and value.kind in ("text", ""):
            found = _name_part(prefix.without(fact))
        if not found.element:
            found = self._beside_city(identity, prefix.without(fact), value, entity)
        if found.element and self._is_too_short(fact, found.element):
            found = NOTHING
        is_body = entity.role is Role.ORGANISATION and "contact" not in words
        if is_body and self._is_of_people(found.element):
            found = NOTHING
        table = self._tables.get(identity, _PLAIN)
        if table.is_clinical and found.element == "insurance_policy":
            found = replace(found, element="health_insurance_id")
        return self._clinical.judge(fact, value, table, found)

    def _of_visitor(
        self, identity: str, fact: FieldFact, value: ValueType, entity: EntityContext
    ) -> Judgement:
        """Places, pages and clients in a table of visits are the visitor's."""
        if identity not in self._visits or entity.role is Role.ORGANISATION:
            return NOTHING
        for role in (Role.ACTIVITY, Role.PERSON):
            visit = replace(entity, role=role, is_role_known=True)
            found = self._classifier.judge(fact, value, visit)
            element = self._vocabulary.elements.get(found.element)
            if element is not None and element.group in _VISITORS and element.id != "app_usage":
                why = "in a table of visits"
                return replace(found, evidence=(*found.evidence, why), confidence=Confidence.MEDIUM)
        return NOTHING

    def _beside_city(
        self, identity: str, fact: FieldFact, value: ValueType, entity: EntityContext
    ) -> Judgement:
        """`state` between a personal city and postal code is a part of the address."""
        city = self._cities.get(identity)
        if city is None or value.kind not in ("text", "") or split(fact.name) != ("state",):
            return NOTHING
        if self.judge(identity, city, value, entity).element not in ("city", "coarse_location"):
            return NOTHING
        return Judgement(
            "region", Confidence.MEDIUM, evidence=(f"part of an address, as `{city.name}` is",)
        )

    def _by_keys(self, fact: FieldFact, entity: EntityContext) -> Judgement:
        """What the keys that queries read from a JSON column say; the most telling one counts."""
        judgements = []
        for option, text in fact.options:
            if option != KEY:
                continue
            key, _, place = text.rpartition(" ")
            inner = FieldFact(key, fact.line, origin="column")
            found = self._classifier.judge(inner, ValueType("text", name="key"), entity)
            if found.element:
                why = f"its key `{key}` ({place}): "
                evidence = (why + found.evidence[0], *found.evidence[1:])
                judgements.append(replace(found, evidence=evidence))
        return max(judgements, key=self._telling, default=NOTHING)

    def _telling(self, found: Judgement) -> tuple[int, int, str]:
        known = self._vocabulary.elements.get(found.element)
        sensitivity = known.sensitivity if known is not None else -1
        return sensitivity, found.confidence.rank, found.element

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

    def _is_told_by_key(self, fact: FieldFact, value: ValueType) -> bool:
        """Whether the key into a list of words is the word itself: `gender text REFERENCES …`."""
        return value.kind == "text" and "".join(split(fact.name)) in _WORDS_AS_KEYS

    def _is_link(self, identity: str, fact: FieldFact) -> bool:
        """Whether a column is named like the id of another table of the schema."""
        if not _CONCEPTS.isdisjoint(split(fact.name)):
            return False  # what a row says in codes
        folder = identity.rpartition(":")[0].rpartition("/")[0]
        owner = self._owners.get((folder, fact.name.lower()))
        return owner is not None and owner != identity

    def _is_named_role(self, fact: FieldFact, value: ValueType) -> bool:
        """Text that is called by what a person does: `market_manager varchar(40)`."""
        length = _LENGTH.search(fact.annotation)
        if value.kind != "text" or (length is not None and int(length.group(1)) < _SHORT_NAME):
            return False
        return "".join(split(fact.name)) in self._vocabulary.words["named-roles"]

    def _is_of_people(self, element: str) -> bool:
        """Whether organisations are described by the same word: a vendor's credit rating."""
        known = self._vocabulary.elements.get(element)
        return known is not None and (known.group in _DESCRIBING or element == "credit_score")

    def _is_too_short(self, fact: FieldFact, element: str) -> bool:
        known = self._vocabulary.elements.get(element)
        if known is None or known.group not in _NOT_IN_ONE or element in _IN_ONE:
            return False
        return _ONE_CHARACTER.search(fact.annotation) is not None

    def _is_id(self, fact: FieldFact, value: ValueType) -> bool:
        """Numbers and UUIDs called ids are links or keys; text may be a person's number."""
        words = split(fact.name)
        if len(words) == 2 and len(words[0]) == 1 and words[1] == "id":
            return True  # `s_id` is the id of staff, no session's
        if value.kind not in ("number", "uuid") or len(words) < 2:
            return False
        is_concept = "concept" in words or "coded" in words
        return not is_concept and (words[-1] == "id" or words[0] == "id")

    def _other_names(self, fact: FieldFact, prefix: Prefix) -> list[str]:
        """The name with short forms written out, with glued words cut, without the prefix."""
        rest = prefix.without(fact)
        found = self._long_names(fact.name)
        if rest.name != fact.name:
            found += [rest.name.lower(), *self._long_names(rest.name)]
        return found

    def _long_names(self, name: str) -> list[str]:
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
        for suffix in self._vocabulary.words["glued-suffixes"]:
            stem = word.removesuffix(suffix)
            if stem != word and len(stem) > 2 and self._is_name(stem):
                return (stem,)
        return (word,)

    def _is_name(self, word: str) -> bool:
        run = "".join(split(word))
        known = self._vocabulary
        found = [*known.strong.get(run, ()), *known.by_role.get(run, ())]
        return run == "name" or any(item[0].group in _CUT_GROUPS for item in found)


def _name_part(fact: FieldFact) -> Judgement:
    """`Dr`, `Jr`: what stands before or behind a person's name."""
    if "".join(split(fact.name)) not in _NAME_PARTS:
        return NOTHING
    why = ("stands beside a first and a last name",)
    return Judgement("full_name", Confidence.MEDIUM, evidence=why)


def _prefix(table: TableFact) -> Prefix:
    """The word before nearly all columns' names: `ca_city` of customer_address."""
    names = [split(fact.name) for fact in table.columns]
    if len(names) < _MIN_PREFIXED:
        return _NO_PREFIX
    counts = Counter(words[0] for words in names if len(words) > 1)
    word, count = counts.most_common(1)[0] if counts else ("", 0)
    if count < _PREFIXED_SHARE * len(names):
        return _NO_PREFIX
    own = split(_last(table.name))
    initials = "".join(part[:1] for part in own)
    is_short = len(word) <= _MAX_PREFIX and (word == initials or "".join(own).startswith(word))
    return Prefix(word, is_short and word not in own)


def _is_id_of(column: str, table: str) -> bool:
    """`Staff_ID` of Staff."""
    words = split(column)
    return len(words) > 1 and words[-1] == "id" and words[:-1] == split(_last(table))


def is_key(name: str) -> bool:
    """`pk_episode`, `fk_person`, `xmin_address`: keys and versions, whatever they point to."""
    words = split(name)
    return bool(words) and words[0] in _KEYS


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]
