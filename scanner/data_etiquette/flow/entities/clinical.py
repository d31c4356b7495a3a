"""Tables of a clinical schema: whose care a row speaks of, and which of its columns say it.

Names of clinical columns (`code`, `value`, `description`) mean nothing alone. What the table is
about and whether its rows belong to a patient decide: dictionaries, units, ranges and provenance
hold nobody's data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data_etiquette.flow.entities.classify import NOTHING, Judgement
from data_etiquette.flow.entities.valuetype import ValueType
from data_etiquette.flow.lexicon.vocabulary import Vocabulary
from data_etiquette.flow.lexicon.words import occurs, split
from data_etiquette.model.facts import FieldFact
from data_etiquette.model.kind import Confidence, Role

_PREFIX = "clinical-table-"
_ORDER = (
    "family_medical_history", "allergy", "vaccination", "genetic_data", "mental_health",
    "pregnancy", "diagnosis", "health_insurance_id", "medication", "lab_result", "vital_signs",
    "clinical_notes", "medical_appointment", "medical_history",
)  # fmt: skip
"""The more telling word wins: an encounter's diagnosis is a diagnosis."""
_IDS = frozenset(
    {"id", "key", "pk", "fk", "uuid", "guid", "oid", "sk", "ide", "ufk", "xfk", "identifier"}
    | {"number", "nbr", "num", "item"}
)
_COUNTS = frozenset({"number", "num", "nbr", "item"})
"""Before a noun they count: `num_refills`."""
_SHOWN = frozenset({"code", "display", "text", "name"})
_CODED = frozenset({"concept", "coded", "code"})
_DATED = frozenset({"medical_appointment", "diagnosis", "allergy", "vaccination"})
_HEALTH_TIMES = ("birth", "death", "deceased", "admission", "discharge", "onset", "admitted",
                 "discharged")  # fmt: skip
_DOCUMENTS = frozenset({"document", "documents", "attachment", "attachments", "file", "files"})
_OF_FILES = frozenset({"file", "filename", "document", "attachment", "title", "caption", "url"})
_ABOUT_FILES = frozenset({"type", "size", "format", "category", "status", "mime", "hash", "id"})
_STRUCTURE = frozenset({"dim", "dimension", "fact", "tbl", "t", "stg", "raw", "src", "vw", "v"})
_ENDS = frozenset({"type", "category", "class", "code", "rank", "label", "type2"})


@dataclass(frozen=True, slots=True)
class Table:
    """What a table is, in a clinical schema."""

    element: str = ""
    """Element that its rows hold; empty for tables that are not clinical."""
    is_dictionary: bool = False
    role: Role | None = None
    """What its rows are, where a clinical schema means more by the name than others do."""
    is_clinical: bool = False
    """Whether its schema is a clinical one."""
    is_document: bool = False
    """Whether its rows are files of a patient's record."""


_UUID = re.compile(r"\buuid|uniqueidentifier", re.IGNORECASE)
"""The type of a link or a key, whatever the column is called."""
_DIGEST = re.compile(r"\bchar\w*\s*\(\s*(\d+)", re.IGNORECASE)
_DIGEST_LENGTH = 32
"""Characters of the shortest digest in hexadecimal."""


class Clinical:
    """Judges tables and columns with the words of the catalog."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words = vocabulary.words
        self._elements = vocabulary.elements
        raw = dict(vocabulary.catalog.words)
        pairs = (item.split() for item in raw.get("abbreviations", ()))
        self._long = {pair[0]: tuple(pair[1].split("_")) for pair in pairs if len(pair) == 2}

    def expanded(self, name: str) -> tuple[str, ...]:
        """Words of a name, short forms written out."""
        found: list[str] = []
        for word in split(name):
            found += self._long.get(word, (word,))
        return tuple(found)

    def is_clinical(self, names: Iterable[str]) -> bool:
        """Whether a schema with these tables and columns is a record of care."""
        found: set[str] = set()
        telling = self._words["clinical-schema"]
        for name in names:
            found.update(telling.intersection(self.expanded(name)))
            if len(found) > 1:
                return True
        return False

    def table(
        self,
        name: str,
        columns: Sequence[FieldFact],
        *,
        has_keys: bool = True,
        inherits: bool = False,
    ) -> Table:
        """Tell a table of a clinical schema; `has_keys`: whether its tables link to patients."""
        words = tuple(w for w in self.expanded(name) if w not in _STRUCTURE)
        is_linked = inherits or any(self.is_patient_key(fact) for fact in columns)
        if words and words[-1] in self._words["clinical-people"]:
            return Table(role=Role.PERSON, is_clinical=True)
        is_body = bool(words) and words[-1] in self._words["clinical-bodies"]
        # `laboratory` with a link to a patient lists tests, no laboratories.
        if is_body and not (is_linked and self._element(words[-1:])):
            return Table(role=Role.ORGANISATION, is_clinical=True)
        if not is_linked and self._is_dictionary(name, words):
            return Table(is_dictionary=True, is_clinical=True)
        element = self._element(words)
        if element and not is_linked and has_keys and not self._is_event(columns):
            return Table(is_dictionary=True, is_clinical=True)
        if not element and is_linked and not self._is_person(words):
            element = "medical_history"
        is_document = is_linked and not _DOCUMENTS.isdisjoint(words[-1:])
        return Table(element, is_clinical=True, is_document=is_document)

    def is_patient_key(self, fact: FieldFact) -> bool:
        """Whether a column links its row to a patient or to a piece of a patient's care."""
        words = self.expanded(fact.name)
        core = tuple(word for word in words if word not in _IDS)
        if "".join(split(fact.name)) in self._words["patient-ids"]:
            return True
        digest = _DIGEST.search(fact.annotation)
        if digest is not None and int(digest.group(1)) >= _DIGEST_LENGTH and not fact.relation:
            return False  # `patient_key char(64)` that points nowhere is a pseudonym
        is_key = len(core) < len(words) or bool(fact.relation) or "uuid" in fact.annotation.lower()
        return is_key and "".join(core) in self._words["clinical-keys"]

    def _is_dictionary(self, name: str, words: tuple[str, ...]) -> bool:
        if split(name)[:1] == ("d",):
            return True
        told = self._words["dictionary-words"]
        return bool(words) and any(
            word in told and (word not in _ENDS or word == words[-1]) for word in words
        )

    def _is_person(self, words: tuple[str, ...]) -> bool:
        return bool(words) and words[-1] in self._words["person-nouns"] | {
            "address", "name", "contact", "attribute", "mapping", "identifier", "kin",
        }  # fmt: skip

    def _element(self, words: tuple[str, ...]) -> str:
        if words and words[-1] in ("patient", "person", "provider", "practitioner"):
            return ""
        for element in _ORDER:
            listed = self._words.get(_PREFIX + element.replace("_", "-"), frozenset())
            if any(occurs(run, words) for run in listed):
                return element
        return ""

    def _is_event(self, columns: Sequence[FieldFact]) -> bool:
        """Whether rows happen at a time or measure something, as against defining a code."""
        for fact in columns:
            words = self.expanded(fact.name)
            if {"value", "result", "onset", "recorded", "narrative", "email", "phone"} & set(words):
                return True
            if {"patient", "person"} & set(words) and "name" in words:
                return True
            is_time = bool({"date", "datetime", "start", "when"} & set(words))
            is_time = is_time or fact.annotation.lower().startswith(("date", "timestamp"))
            if is_time and not {"valid", "created", "updated", "effective"} & set(words):
                return True
        return False

    # -- columns --------------------------------------------------------------------------------

    def judge(self, fact: FieldFact, value: ValueType, table: Table, found: Judgement) -> Judgement:
        """The judgement of a column, given what its name alone said."""
        words = self.expanded(fact.name)
        if table.is_dictionary:
            return NOTHING
        if not table.element:
            is_number = value.kind in ("number", "uuid")
            is_key = table.is_clinical and is_number and self.is_patient_key(fact)
            return NOTHING if is_key else found
        if fact.relation or self.is_patient_key(fact) or _UUID.search(fact.annotation):
            return NOTHING
        if words[-1:] == ("name",) and {"patient", "person"} & set(words):
            why = ("the name of the patient that the record is about",)
            return Judgement("full_name", Confidence.HIGH, found.protection, why)
        if {"count", "pages"} & set(words) and value.kind == "number":
            return NOTHING
        element = self._content(words, value, table)
        if not element and table.is_document and value.kind == "text" and _is_of_file(words):
            element = "user_file"
        if not element and found.element and self._is_health(found.element):
            return NOTHING
        if found.element and (not element or not self._is_generic(found.element)):
            return found
        if not element:
            return NOTHING
        label = self._elements[element].label.lower()
        reasons = (f"content of a patient's record: {label}", f"type {value.name}")
        return Judgement(element, Confidence.MEDIUM, found.protection, reasons)

    def _is_health(self, element: str) -> bool:
        known = self._elements.get(element)
        return known is not None and known.group in ("health", "biometric")

    def _is_generic(self, element: str) -> bool:
        return self._is_health(element) or element in ("full_name", "app_usage", "public_post")

    def _content(self, words: tuple[str, ...], value: ValueType, table: Table) -> str:
        if not words or self._is_key(words):
            return ""
        kind = value.kind
        times = self._words["clinical-times"]
        is_time = kind in ("date", "datetime") or (kind in ("text", "") and words[-1] in times)
        if any(word in _HEALTH_TIMES for word in words) and is_time:
            return table.element
        if is_time:
            return table.element if self._is_dated(words, table) else ""
        is_told = any(occurs(run, words) for run in self._words["clinical-content"])
        if not self._words["clinical-hard-noise"].isdisjoint(words):
            return ""
        if self._is_noise(words, table) and not is_told:
            return ""
        if kind == "boolean" or words[0] in ("is", "has") or words[-1] == "flag":
            return table.element if is_told else ""
        if kind == "text" and any(occurs(run, words) for run in self._words["clinical-people"]):
            return "full_name"
        is_judged = words[-1] in ("rating", "score")
        if kind == "number" and not is_judged and not set(words) & _CODED and self._is_actor(words):
            return ""
        return self._meant(words, table)

    def _is_key(self, words: tuple[str, ...]) -> bool:
        """Ids are links, but codes of a dictionary are what the row says."""
        if words[-1] in ("number", "num"):
            core = "".join(word for word in words if word not in _IDS)
            return not core or core in self._words["clinical-keys"] or core == "instance"
        if len(words) > 1 and words[-2] == "id" and len(words[-1]) == 1:
            return True  # `ward_id_a`
        if words[-1] not in _IDS and words[0] not in _IDS - _COUNTS:
            return words == ("code", "system")
        content = [w for w in words if w not in _IDS and w not in _CODED]
        if not set(words) & _CODED:
            return True
        return any(word in self._words["clinical-noise"] for word in content)

    def _is_dated(self, words: tuple[str, ...], table: Table) -> bool:
        bad = {"created", "updated", "modified", "recorded", "loaded", "load", "import", "update"}
        bad |= {"download", "upload", "voided", "changed", "inserted", "entered", "archived"}
        bad |= {"expiry", "expiration", "expire", "notified", "reminded", "valid", "locked"}
        bad |= {"payment", "paid", "billed", "printed", "synced"}
        is_event = any(occurs(run, words) for run in self._words["clinical-events"])
        return (table.element in _DATED or is_event) and not bad & set(words)

    def _is_noise(self, words: tuple[str, ...], table: Table) -> bool:
        noise = self._words["clinical-noise"]
        bare = words[:-1] if len(words) > 1 and words[-1] in _SHOWN else words
        if table.element == "medical_appointment" and bare[-1] in ("type", "class"):
            return False
        if table.element == "allergy" and bare[-1] in ("type", "category"):
            return False
        if table.element == "genetic_data" and words[0] == "variant":
            return False
        return any(occurs(run, words) for run in noise)

    def _is_actor(self, words: tuple[str, ...]) -> bool:
        people = self._words["person-nouns"] | self._words["clinical-people"] | {"orderer", "by"}
        return any(word in people for word in words)

    def _meant(self, words: tuple[str, ...], table: Table) -> str:
        if table.element == "family_medical_history":
            return table.element
        if any(occurs(run, words) for run in self._words["clinical-reason"]):
            return "diagnosis"
        if {"note", "comment", "narrative", "blob"} & set(words):
            return "clinical_notes"
        return table.element


def _is_of_file(words: Sequence[str]) -> bool:
    """Where a patient's file is, and what it is called."""
    return not _OF_FILES.isdisjoint(words) and _ABOUT_FILES.isdisjoint(words)


def clinical_role(table: Table, role: Role, *, is_known: bool) -> tuple[Role, bool]:
    """The role of a table's entity in a clinical schema."""
    if table.is_dictionary:
        return Role.THING, True
    if table.role is not None:
        return table.role, True
    return (Role.HEALTH, True) if table.element else (role, is_known)
