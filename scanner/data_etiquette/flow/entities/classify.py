"""Whether a field holds personal data, and which: decided through its entity, never by name alone.

Every judgement says why. The word lists are data (`rules/data`, `rules/roles`, `rules/words`); what
stands here is how the pieces of evidence are weighed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from data_etiquette.flow.entities.context import EntityContext
from data_etiquette.flow.entities.institutional import is_institutional
from data_etiquette.flow.entities.role import core
from data_etiquette.flow.entities.valuetype import ValueType
from data_etiquette.flow.lexicon.vocabulary import Match, Vocabulary
from data_etiquette.flow.lexicon.words import occurs, split
from data_etiquette.model.catalog import DataElement
from data_etiquette.model.facts import FieldFact
from data_etiquette.model.kind import Confidence, Protection, Role

_ID_WORDS = frozenset({"id", "pk", "uuid", "guid", "fk", "oid", "slug", "ulid"})
_MAX_LABEL_WORDS = 5
_SWITCHES = frozenset({"enable", "enforce", "disable", "require", "show", "ask", "collect"})
"""First words of a switch that asks everybody for a choice; the choice itself is a person's."""
_REACHES = frozenset({"email", "mail", "phone", "mobile", "address", "city", "surname", "zip"})
"""Words of fields that tell that a record knows somebody."""
_SIGNED = frozenset(
    {"comment", "testimonial", "guestbook", "feedback", "contact", "registration", "review"}
)
_PLACES = frozenset({"billing", "shipping", "delivery", "invoice", "billed"})
"""Behind these stands somebody's name or address; `invoice_title` is of the invoice."""
_ADDRESSED = frozenset({"city", "town", "zip", "zipcode", "postcode", "postal", "street"})
_PARTS_OF_ADDRESSES = frozenset({"country", "house", "line", "line1", "postbox", "region"})
_KEY_LENGTH = re.compile(r"(String|Char|CHAR|VARCHAR|max_length)[(=](length=)?(32|36)\)?$")
"""Text as long as a printed UUID."""
_HOW_MANY = re.compile(r"[^s]s_(number|num|nr|no|qty)$")
_PERMISSION = re.compile(
    r"\b(giv(e|ing) (my |your )?(permission|consent)|(i|i hereby|you) (agree|consent))\b"
    r"|\b(consent|permission) to\b.*\b(me|my|you|your)\b",
    re.IGNORECASE,
)
_OF_KNOWN_PERSONS = frozenset(
    {"profile_segment", "account_settings", "interests", "referrer", "physical_trait", "gender"}
)
"""Elements with names as common as `title`, `description` and `tags`."""
_HOOKS = frozenset({"webhook", "hook"})
_BARE_IN_LOGS = frozenset({"referrer", "push_token"})
"""Elements with names in logs as common as `source` and `keys`."""
_SEARCHED = (("q",), ("query",), ("search",))
_WRITTEN = frozenset({"text", "choice", "number"})
"""Values of `terms` that say how an invoice is paid, and are no tick of somebody who agrees."""
_TIMES = frozenset({"ts", "dt", "utc"})
_OF_WHOM = frozenset({"for", "by", "with", "of", "to", "from"})
_OF = frozenset({"of", "for", "to", "in"})
_PERSONAL_ROLES = (
    Role.PERSON,
    Role.RECORD,
    Role.CONTENT,
    Role.ACTIVITY,
    Role.CREDENTIAL,
    Role.HEALTH,
)
_INPUT_KINDS = frozenset({"form", "serializer"})
_BY_NAME = _INPUT_KINDS | {"django-model"}
_NETWORK_ELEMENTS = frozenset({"ip_address", "mac_address", "hostname"})
_FULL_NAMES = frozenset({"fullname", "realname", "displayname"})
_SET_TO = frozenset(
    {"settings", "setting", "config", "configuration", "value", "address", "target", "option"}
)
_SHARED_BY = frozenset(
    {"team", "organization", "organisation", "org", "project", "workspace", "tenant", "company"}
    | {"environment", "master"}
)
"""In front of a token these say whose it is: not one person's."""
_INVITED = frozenset({"email", "mail", "invited", "invitee", "user"})
_RECORDS = frozenset({"record", "public", "private"})
"""Words for machines before an address, which say nothing in the name of an entity."""
_OF_SESSIONS = (("status",), ("state",), ("metadata",), ("meta",), ("result",), ("category",))
_LISTABLE = frozenset({"employment", "demographic"})
"""Groups of elements that a person's record often has as a row of a list."""
_TAKEN_IN = ("required", "max_length", "allow_blank", "allow_null")
"""Options that only say something of what a client sends."""
_HASH_WORDS = frozenset({"hash", "hashed", "digest"})
_ENCRYPTION_WORDS = frozenset({"encrypted", "enc", "cipher", "ciphertext"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome for one field."""

    element: str = ""
    confidence: Confidence = Confidence.LOW
    protection: Protection = Protection.NONE
    evidence: tuple[str, ...] = ()


NOTHING = Judgement()


class Classifier:
    """Judges fields with a compiled vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words = vocabulary.words
        self._names: dict[str, str] = {}

    def judge(self, fact: FieldFact, value: ValueType, entity: EntityContext) -> Judgement:
        """Judge one field of one entity."""
        shows_text = bool(fact.option("slug_field"))
        if entity.kind == "settings":
            return NOTHING
        words = split(fact.name)
        if value.kind == "relation" and not shows_text:
            told = self._by_lookup(words, entity)
            return self._judged(told, words, value) if told is not None else NOTHING
        is_filter = entity.kind == "filter" or "filter" in split(entity.name)
        if value.kind == "choice" and entity.kind == "form" and is_filter:
            return NOTHING  # one of a few, to narrow a list by
        if is_filter and words in _SEARCHED:
            return NOTHING  # what is looked for in a list
        if value.kind == "relation":
            shown = self._by_source(fact, value)
            return self._judged(shown, words, value) if shown is not None else NOTHING
        found = self._by_type(words, value, entity)
        if found is None:
            found = self._by_source(fact, value)
        if found is None:
            found = self._by_name(words, value, entity)
        if found is None and fact.column_name and not set(words) <= _ID_WORDS:
            found = self._by_name(split(fact.column_name), value, entity, where="column name")
        if found is None:
            found = self._by_address(words, value, entity)
        if found is None and entity.reaches_owner:
            found = self._by_owner(words, value)
        if found is None:
            found = self._by_label(fact, value, entity)
        if found is None:
            found = None if _is_key(fact) else self._by_person_noun(words, value, entity)
        if found is None:
            found = self._by_form(fact, value, entity)
        if (
            found is None
            or self._is_list_of(found, words, entity)
            or _is_rank(fact, found)
            or _is_count(fact, value)
        ):
            return NOTHING
        found = self._of_mail(found, fact, entity)
        told = self._of_hash(self._of_login(found, words, entity), entity)
        return self._judged(told, words, value)

    def _of_mail(self, found: _Found, fact: FieldFact, entity: EntityContext) -> _Found:
        """`address` of a mailbox or a sender: where mail goes to, and nobody lives."""
        element = self._vocabulary.elements.get("email")
        if found.element.id != "postal_address" or element is None:
            return found
        if (_ADDRESSED | _PARTS_OF_ADDRESSES) & entity.siblings:
            return found
        said = {*entity.siblings, *split(entity.name), *split(fact.option("source"))}
        if not self._words["mail-words"] & said:
            return found
        reason = f"an address among words of mail: {element.label.lower()}"
        return _Found(element, Confidence.MEDIUM, (reason,))

    def _of_login(self, found: _Found, words: tuple[str, ...], entity: EntityContext) -> _Found:
        """`name` of an account beside a full name and a password is what one signs in with."""
        element = self._vocabulary.elements.get("username")
        is_other = _FULL_NAMES & entity.siblings or {"full", "name"} <= entity.siblings
        if words != ("name",) or element is None or not is_other:
            return found
        if found.element.id != "full_name" or "password" not in entity.siblings:
            return found
        return _Found(element, found.confidence, ("`name` beside a full name and a password",))

    def name_element(self, name: str) -> str:
        """Element of a bare variable, key or method whose name alone is strong; else empty."""
        known = self._names.get(name)
        if known is None:
            nobody = EntityContext("", "", Role.THING, is_role_known=False)
            found = self._by_name(split(name), ValueType(), nobody)
            known = self._names[name] = found.element.id if found is not None else ""
        return known

    def words(self, purpose: str) -> frozenset[str]:
        """One of the word lists of `rules/words/`."""
        return self._words[purpose]

    def is_credential(self, element: str) -> bool:
        """Whether a data element opens an account."""
        found = self._vocabulary.elements.get(element)
        return found is not None and found.group == "credentials"

    def is_thing(self, name: str) -> bool:
        """Whether a variable's name says that it holds a thing."""
        words = split(name)
        role = self._vocabulary.roles.get(words[-1]) if words else None
        return role is Role.THING

    def _by_type(
        self, words: tuple[str, ...], value: ValueType, entity: EntityContext
    ) -> _Found | None:
        element = self._vocabulary.elements.get(value.means)
        if element is None:
            return None
        if self._is_rejected(element, words):
            return None
        if self._is_institutional(element, words, len(words), 0, entity):
            return None
        is_place = entity.role is Role.ORGANISATION or (
            entity.role is Role.THING and entity.is_role_known
        )
        if element.id == "time_zone" and is_place:
            return None  # where a conference or an office is
        if element.id in _NETWORK_ELEMENTS and self._is_infrastructure(words, entity):
            return None
        named = self._by_name(words, value, entity)
        if named is not None and named.element.group == element.group:
            return _Found(named.element, Confidence.HIGH, (*named.reasons, f"type {value.name}"))
        return _Found(
            element, Confidence.HIGH, (f"type {value.name} holds {element.label.lower()}",)
        )

    def _is_institutional(
        self,
        element: DataElement,
        words: tuple[str, ...],
        start: int,
        stop: int,
        entity: EntityContext,
    ) -> bool:
        return is_institutional(element, words, start, stop, entity, self._words)

    def _is_infrastructure(self, words: tuple[str, ...], entity: EntityContext) -> bool:
        told = self._words["infrastructure-words"]
        if told & set(words):
            return True
        return entity.role in (Role.THING, Role.ORGANISATION) and bool(
            (told - _RECORDS) & set(split(entity.name))
        )

    def _by_name(
        self,
        words: tuple[str, ...],
        value: ValueType,
        entity: EntityContext,
        where: str = "name",
    ) -> _Found | None:
        best: tuple[tuple[int, int], Match] | None = None
        for match in self._vocabulary.matches(words):
            if where == "label" and _OF & set(words[: match.start]):
                continue  # `Name of the secret` speaks of a name
            if not self._fits(match, words, value, entity):
                continue
            length = sum(len(word) for word in words[match.start : match.stop])
            rank = 2 if match.entities else 1 if match.role is None else 0
            score = (length, rank)
            if best is None or score > best[0]:
                best = (score, match)
        if best is None:
            return None
        return self._explained(best[1], value, entity, where)

    def _by_source(self, fact: FieldFact, value: ValueType) -> _Found | None:
        """`CharField(source='author.email')`, `SlugRelatedField(slug_field='username')`."""
        source = fact.option("source")
        shown = fact.option("slug_field") or (source if "." in source else "")
        last = shown.strip("'\"").rsplit(".", 1)[-1].removeprefix("get_")
        element = self._vocabulary.elements.get(self.name_element(last)) if last else None
        if element is None or value.kind in ("boolean", "number"):
            return None
        return _Found(element, Confidence.MEDIUM, (f"shows `{last}`: {element.label.lower()}",))

    def _by_lookup(self, words: tuple[str, ...], entity: EntityContext) -> _Found | None:
        """`country = ForeignKey(Country)` of an address says the same as a text would."""
        if not entity.stored or entity.role is not Role.PERSON or words[-1] in _ID_WORDS:
            return None
        found = self._by_name(words, ValueType(), entity)
        if found is None or found.element.id not in self._words["lookup-elements"]:
            return None
        return _Found(found.element, Confidence.MEDIUM, (*found.reasons, "a row of a list"))

    def _by_label(self, fact: FieldFact, value: ValueType, entity: EntityContext) -> _Found | None:
        """A verbose name or a short comment read as if it were the field's name."""
        if _ID_WORDS & set(split(fact.name)[-1:]):
            return None
        for text in (fact.doc, fact.comment):
            words = split(text.strip(" .:*?").replace(" ", "_"))
            is_asked = words[:1] == ("consent",) or _PERMISSION.search(text)
            if is_asked and value.kind == "boolean":
                return self._consent()
            if words[:1] == ("your",):
                words = words[1:]  # a label that speaks to the person it asks
            elif entity.role not in _PERSONAL_ROLES:
                continue
            if not words or len(words) > _MAX_LABEL_WORDS:
                continue
            found = self._by_name(words, value, entity, where="label")
            if found is not None and not (value.kind == "number" and _is_said(found.element)):
                return _Found(found.element, Confidence.MEDIUM, found.reasons)
        return None

    def _by_address(
        self, words: tuple[str, ...], value: ValueType, entity: EntityContext
    ) -> _Found | None:
        """`state` beside `city` is where somebody lives, not how something stands."""
        owners = self._words["person-nouns"]
        if words[-1:] != ("state",) or any(word not in owners for word in words[:-1]):
            return None
        if value.kind not in ("text", "choice", "") or entity.role not in _PERSONAL_ROLES:
            return None
        if value.kind == "choice" and entity.role is not Role.PERSON:
            return None  # where an order stands is one of a few
        if not _ADDRESSED & entity.siblings:
            return None
        element = self._vocabulary.elements.get("region")
        reason = "`state` among the parts of an address"
        return _Found(element, Confidence.MEDIUM, (reason,)) if element is not None else None

    def _by_owner(self, words: tuple[str, ...], value: ValueType) -> _Found | None:
        """What a user's channel of notification is set to: an address or a number."""
        if len(words) != 1 or words[0] not in _SET_TO or value.kind not in ("text", "json"):
            return None
        element = self._vocabulary.elements.get("email")
        reason = f"`{words[0]}` of what belongs to one user and says where that user is reached"
        return _Found(element, Confidence.LOW, (reason,)) if element is not None else None

    def _by_form(self, fact: FieldFact, value: ValueType, entity: EntityContext) -> _Found | None:
        """A form whose name tells nothing asks for a comment: what is written is a message."""
        words = split(fact.name)
        is_asking = entity.kind == "form" and entity.role is Role.THING and not entity.is_role_known
        if not is_asking and not (entity.kind == "serializer" and _is_taken_in(fact)):
            return None
        is_written = value.kind == "text" and " ".join(words) in ("message", "comment", "feedback")
        element = self._vocabulary.elements.get("message_content")
        if not is_written or element is None:
            return None
        return _Found(element, Confidence.LOW, (f"a form asks for a `{words[0]}`",))

    def _is_list_of(self, found: _Found, words: tuple[str, ...], entity: EntityContext) -> bool:
        """`Gender.gender`: a list of what there is, of which a person's record has one."""
        if not entity.stored or entity.role is not Role.THING or words != split(entity.name):
            return False
        element = found.element
        return element.id in self._words["lookup-elements"] or element.group in _LISTABLE

    def _consent(self) -> _Found | None:
        """A tick behind a label such as `Consent: visible to other members`."""
        element = self._vocabulary.elements.get("privacy_preference")
        reason = "label says `consent`, a choice of yes or no"
        return _Found(element, Confidence.MEDIUM, (reason,)) if element is not None else None

    def _by_person_noun(
        self, words: tuple[str, ...], value: ValueType, entity: EntityContext
    ) -> _Found | None:
        """`author = CharField()`: text under a noun for a person is that person's name."""
        is_said_user = value.kind == "" and value.name.startswith("User")
        if value.name == "SerializerMethodField" and (len(words) == 1 or words[-1] in ("by", "to")):
            is_said_user = True
        if not words or (value.kind != "text" and not is_said_user):
            return None
        if entity.kind not in _INPUT_KINDS and not entity.stored:
            return None
        if words[0] in self._words["flag-prefixes"] or len(words) > 2:
            return None
        if words[-1] == "user":
            if entity.role is Role.THING and self._words["service-words"] & set(split(entity.name)):
                return None
            element = self._vocabulary.elements.get("username")
        elif self._names_somebody(words, entity):
            element = self._vocabulary.elements.get("full_name")
        else:
            return None
        if element is None:
            return None
        reason = f"text under `{'_'.join(words)}`, a word for a person"
        return _Found(element, Confidence.LOW, (reason,))

    def _names_somebody(self, words: tuple[str, ...], entity: EntityContext) -> bool:
        nouns = self._words["name-nouns"]
        if words[-1] in nouns or "".join(words) in nouns:
            return True
        if entity.kind not in _BY_NAME:
            return False  # `updated_by = Column(Text)` is as often the key of a user
        if words == ("assigned", "to"):
            return True
        return len(words) == 2 and words[1] == "by" and words[0] in self._words["done-by"]

    def _fits(
        self, match: Match, words: tuple[str, ...], value: ValueType, entity: EntityContext
    ) -> bool:
        element = match.element
        return (
            self._is_head(match, words)
            and self._is_kind_possible(element, value, match, words)
            and not (_TIMES & set(words[match.stop :]) and element.group == "communications")
            and not (element.id in _NETWORK_ELEMENTS and self._is_infrastructure(words, entity))
            and not self._is_flag(element, words, match, value, entity)
            and not self._is_rejected(element, words)
            and not (words == ("term",) and value.kind in _WRITTEN)
            and self._has_role(match, words, entity)
            and (
                bool(match.entities)
                or not self._is_institutional(element, words, match.start, match.stop, entity)
            )
        )

    def _is_head(self, match: Match, words: tuple[str, ...]) -> bool:
        """Whether what follows the name leaves its meaning as it is."""
        tail = words[match.stop :]
        if not tail or (tail[0] == "at" and len(tail) > 1):
            return True  # `email_at_send` is how it was at that moment
        neutral = self._words["neutral-suffixes"]
        romance = match.language not in ("", "en", "de", "nl")
        for word in tail:
            if word.isdigit() or word in neutral:
                continue
            if romance and word in self._words["person-nouns"]:
                continue
            return False
        return True

    def _is_kind_possible(
        self, element: DataElement, value: ValueType, match: Match, words: tuple[str, ...]
    ) -> bool:
        if match.entities and value.kind in ("number", "date", "datetime"):
            return True
        match value.kind:
            case "boolean":
                return element.id in self._words["boolean-elements"]
            case "number":
                return element.id in self._words["number-elements"]
            case "date" | "datetime":
                return element.id in self._words["time-elements"]
            case "uuid":
                return element.group in ("credentials", "online_id") or element.id in (
                    "external_subject_id",
                    "pseudonymous_id",
                )
            case "choice":
                return (
                    element.group != "communications"
                    and element.id not in self._words["secret-elements"]
                )
            case "image" | "file":
                return element.id not in self._words["boolean-elements"]
            case _:
                pass
        return words[-1] not in _ID_WORDS or match.stop == len(words)

    def _is_flag(
        self,
        element: DataElement,
        words: tuple[str, ...],
        match: Match,
        value: ValueType,
        entity: EntityContext,
    ) -> bool:
        is_setting = (
            match.start > 0 and words[0] in _SWITCHES and entity.role not in _PERSONAL_ROLES
        )
        if element.id in self._words["boolean-elements"] and value.kind in ("boolean", ""):
            return is_setting
        if element.group == "contact" and value.kind == "text" and words[0] == "notify":
            return False
        if element.group == "credentials" and "can" in words[: match.start]:
            return True  # `learner_can_login_with_no_password`
        return match.start > 0 and words[0] in self._words["flag-prefixes"]

    def _is_rejected(self, element: DataElement, words: tuple[str, ...]) -> bool:
        return any(occurs(run, words) for run in self._vocabulary.rejected[element.id])

    def _has_role(self, match: Match, words: tuple[str, ...], entity: EntityContext) -> bool:
        if self._is_things_name(match, words, entity):
            return False
        is_guessed = entity.role is Role.PERSON and not entity.is_role_known
        if is_guessed and match.role is Role.PERSON and match.element.id in _OF_KNOWN_PERSONS:
            return False  # an article with an author's address is no person's description
        if is_guessed and words == ("name",) and not _REACHES & entity.siblings:
            return False  # what is tied to one user has a name beside that user's
        if match.entities and not self._is_on(match.entities, entity):
            return False
        if match.entities and match.element.id == "medical_appointment":
            said = {*entity.siblings, *split(entity.name)}
            return bool(self._words["clinic-signs"] & said)  # else at a hairdresser's
        if self._is_between_machines(match, entity) or _is_qualified(match):
            return False
        if words in _OF_SESSIONS and split(entity.name)[-1:] == ("session",):
            return False  # how a session stands, and not what somebody did
        if match.element.id == "medical_appointment" and self._is_at_school(entity):
            return False
        if self._is_shared_or_linked(match, words, entity):
            return False
        if match.role is None and not match.entities:
            return True
        before = words[match.start - 1] if match.start else ""
        if before in self._words["thing-prefixes"]:
            return False
        if match.role is entity.role and match.element.id == "full_name":
            # `source_name` of an upload; `customer_name` of an order.
            is_bare = match.stop - match.start == 1 and (
                entity.role is not Role.PERSON or is_guessed
            )
            return not (is_bare and before) or before in self._words["person-nouns"] | _OF_WHOM
        if match.role is Role.CREDENTIAL and {"key", "value"} <= entity.siblings:
            return False  # rows of keys and values hold whatever there is to know
        if match.stop - match.start == 1 and len(words) > 1 and words[match.start] in _OF_WHOM:
            return False  # `convert_html_to_plaintext`: such a word says it only alone
        if self._is_title_of_thing(match, words, entity):
            return False
        if match.entities or match.role is entity.role:
            return True
        if match.role is not Role.PERSON:
            return False
        if before == "client" and "client" in entity.siblings and "redirect" in entity.siblings:
            return False  # a program that logs people in
        if entity.mentions_person and match.element.group == "contact":
            return True
        if before in _PLACES and match.element.group != "contact":
            return match.element.id == "full_name"
        return before in self._words["person-nouns"]

    def _is_at_school(self, entity: EntityContext) -> bool:
        """Whether `admission_date` is when somebody was let into a school."""
        return not self._words["school-words"].isdisjoint(split(entity.name))

    def _is_title_of_thing(
        self, match: Match, words: tuple[str, ...], entity: EntityContext
    ) -> bool:
        """`UserPlugin.title`: of what belongs to somebody, and not how somebody is addressed."""
        is_title = words[match.start : match.stop] == ("title",)
        is_address = match.element.id in ("gender", "nickname")
        return is_title and is_address and not entity.siblings & self._words["called-by"]

    def _is_shared_or_linked(
        self, match: Match, words: tuple[str, ...], entity: EntityContext
    ) -> bool:
        """A token of a team, a link to a record of the same program, where a record is read."""
        element = match.element
        if element.group == "credentials" and entity.role is Role.CREDENTIAL:
            is_shared = bool(_SHARED_BY & set(split(entity.name)[:1]))
            return is_shared and not entity.siblings & _INVITED
        if element.id == "personal_url":
            is_program = {"client", "secret"} <= entity.siblings  # it is logged in to
            return is_program or (words[-1] == "link" and match.start > 0)
        is_address = words in (("url",), ("uri",)) and entity.kind == "serializer"
        return is_address and element.id == "browsing_history"

    def _is_between_machines(self, match: Match, entity: EntityContext) -> bool:
        """`WebhookDelivery.delivered_at`: nobody read or got anything."""
        if not match.entities or match.element.group != "communications":
            return False
        return bool(_HOOKS & set(split(entity.name)))

    def _is_things_name(self, match: Match, words: tuple[str, ...], entity: EntityContext) -> bool:
        """`name` of a text or a record with nobody to write to: its own, not somebody's."""
        if match.element.id != "full_name" or words != ("name",) or match.entities:
            return False
        if entity.role not in (Role.CONTENT, Role.RECORD):
            return False
        if _SIGNED & set(split(entity.name)):
            return False
        return not _REACHES & entity.siblings

    def _is_on(self, runs: frozenset[str], entity: EntityContext) -> bool:
        """Whether the entity is called one of these, or is about a person and has one in its name.

        `PasswordReset` and `PasswordResetForm` are resets; a `PasswordResetTemplate` is a thing.
        """
        words = split(entity.name)
        if entity.role in _PERSONAL_ROLES:
            return any(occurs(run, words) for run in runs)
        head = core(words, self._vocabulary)
        last = next((at for at in range(len(words) + 1) if words[:at][-len(head) :] == head), 0)
        return any(
            "".join(words[start:stop]) in runs
            for stop in range(last, len(words) + 1)
            for start in range(stop)
        )

    def _explained(
        self, match: Match, value: ValueType, entity: EntityContext, where: str
    ) -> _Found:
        label = match.element.label.lower()
        reasons = [f"{where} says `{match.name}`: {label}"]
        if match.role is not None:
            reasons.append(f"{entity.name} is {_role_words(match.role)}")
            confidence = Confidence.MEDIUM
        elif match.entities:
            reasons.append(f"so named on {entity.name}")
            confidence = Confidence.MEDIUM
        elif entity.role in _PERSONAL_ROLES:
            reasons.append(f"{entity.name} is {_role_words(entity.role)}")
            confidence = Confidence.HIGH
        else:
            confidence = Confidence.MEDIUM
        if value.kind:
            reasons.append(f"type {value.name}")
        return _Found(match.element, confidence, tuple(reasons))

    def _of_hash(self, found: _Found, entity: EntityContext) -> _Found:
        """`password` of a class that sets and checks it, or beside a salt, is a hash."""
        element = self._vocabulary.elements.get("password_hash")
        if found.element.id != "password" or not entity.stored or element is None:
            return found
        if not entity.hashes and "salt" not in entity.siblings:
            return found
        return _Found(element, found.confidence, (*found.reasons, "set and checked as a hash"))

    def _judged(self, found: _Found, words: tuple[str, ...], value: ValueType) -> Judgement:
        protection = value.protection
        element = found.element
        if element.id == "password" and _HASH_WORDS & set(words):
            element = self._vocabulary.elements.get("password_hash", element)
        if element.id == "password_hash" and protection is Protection.NONE:
            protection = Protection.HASHED
        if protection is Protection.NONE and _HASH_WORDS & set(words):
            protection = Protection.HASHED
        if protection is Protection.NONE and _ENCRYPTION_WORDS & set(words):
            protection = Protection.ENCRYPTED
        return Judgement(element.id, found.confidence, protection, found.reasons)


def _is_rank(fact: FieldFact, found: _Found) -> bool:
    """Whether rows are sorted by a weight: what nobody weighed yet has no weight of nought."""
    return found.element.id == "weight" and fact.option("default") in ("0", "1", "100")


def _is_count(fact: FieldFact, value: ValueType) -> bool:
    """`recipients_number` says how many there are; `customer_number` is somebody's."""
    return value.kind == "number" and bool(_HOW_MANY.search(fact.name))


def _is_said(element: DataElement) -> bool:
    """Whether it is something that is written, which no number is."""
    return element.group == "communications"


def _is_qualified(match: Match) -> bool:
    """Whether a bare word of a log stands behind another: `food_source` is no visitor's source."""
    return match.role is Role.ACTIVITY and match.element.id in _BARE_IN_LOGS and match.start > 0


def _is_taken_in(fact: FieldFact) -> bool:
    """Whether a serializer's field is what a client sends, and no answer."""
    return fact.option("read_only") != "True" and any(map(fact.option, _TAKEN_IN))


def _is_key(fact: FieldFact) -> bool:
    """Whether a text is as long as the key of a row elsewhere: `created_by = String(36)`."""
    return any(map(_KEY_LENGTH.search, fact.args)) or fact.option("max_length") in ("32", "36")


@dataclass(frozen=True, slots=True)
class _Found:
    element: DataElement
    confidence: Confidence
    reasons: tuple[str, ...]


def _role_words(role: Role) -> str:
    return {
        Role.PERSON: "a person's record",
        Role.RECORD: "a record of a person's dealings",
        Role.CONTENT: "something a person wrote or was written",
        Role.ACTIVITY: "a log of persons' behaviour",
        Role.CREDENTIAL: "a person's credential",
        Role.HEALTH: "a clinical record",
    }.get(role, "a thing")
