"""What an entity is to a person, where its name does not tell: by its fields and relations."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.flow.entities.classify import Classifier
from data_etiquette.flow.entities.context import EntityContext
from data_etiquette.flow.entities.draft import ACCOUNT, CONNECTION_FIELDS, Draft
from data_etiquette.flow.entities.role import core
from data_etiquette.flow.entities.values import Values
from data_etiquette.flow.lexicon.vocabulary import Vocabulary
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.facts import FieldFact
from data_etiquette.model.kind import Role

_STRUCTURAL_GROUPS = frozenset(
    {"identity", "contact", "government_id", "health", "demographic", "special_category"}
)
_PERSON_MODIFIERS = frozenset(
    {"user", "customer", "patient", "employee", "student", "speaker", "attendee", "subscriber"}
)
_AUTHORS = frozenset(
    {"by", "sender", "reporter", "reported_by", "poster", "commenter", "submitter"}
    | {"submitted_by", "from_user", "posted_by", "user"}
)
_TITLES = frozenset({"title", "subject"})
_MEDIA = (("image",), ("photo",), ("picture",), ("video",))
_INPUTS = frozenset({"form", "serializer", "pydantic"})
_NAMES = frozenset({"first_name", "last_name", "full_name"})
_OF_MESSAGES = frozenset({"message_id", "comment_id", "reply_id", "review_id"})
_DOERS = frozenset({"user", "users", "actor", "by", "account", "member", "who", "ip", "session"})
_ACTIONS = frozenset(
    {"action", "event_type", "action_type", "activity_type", "event_name", "verb", "log_type"}
)
_ACTORS = frozenset(
    {"actor", "actor_id", "session", "session_id", "visitor", "visitor_id", "acting_user"}
    | {"performed_by", "ip_address", "source_ip", "client_ip", "remote_addr", "username"}
)
_WAYS = frozenset({"destination", "channel", "receiver", "subscription"})
_PARTIES = frozenset({"account", "customer", "client", "supplier", "partner"})
_OF_FIRMS = frozenset(
    {"contact_name", "contact_person", "industry", "number_of_employees", "annual_revenue"}
    | {"vat_id", "vat_number", "legal_name", "company_size"}
)
"""Fields that firms have and people have not."""
_OF_LEDGERS = frozenset({"ledger", "debit", "credit", "posted", "currency", "amount"})
"""Words of fields that a book of accounts has and a diary has not."""
_OFTEN_NOBODYS = ((Role.ACTIVITY, "device"), (Role.PERSON, "profile"))
"""Roles that a last word tells, though things are called so as well."""
_OFTEN_TAKEN = (Role.ACTIVITY, Role.PERSON, Role.CONTENT)
_MADE_OF_MODELS = frozenset({"form", "serializer", "filter", "graphql"})
_PUSHED = frozenset({"push", "registration", "fcm", "apns"})
"""Words of the fields of somebody's own device."""
_OFFERED = frozenset({"active", "enabled", "is_active", "priority", "position", "sort_order"})
"""Fields of what a shop offers to everybody in some order."""
_MAX_NAME_WORDS = 2
_CALLED = frozenset({"name", "title"})
_TAKING_PLACE = frozenset(
    {"slug", "capacity", "max_participants", "max_attendees", "seats", "venue", "organizers"}
)
"""Fields of what takes place for everybody."""
_SINGLE = frozenset({"personal", "individual"})
_NOTES = frozenset({"note", "notes"})
_MAX_NOTE_FIELDS = 6
"""What has more fields than this has notes, and is none."""
_MAX_REPORT_FIELDS = 4
"""A form with more fields than this asks for the parameters of a report, not for a complaint."""
_DEFINITIONS = frozenset({"setting", "config", "configuration", "option", "permission"})
_EDITORS = frozenset({"created_by", "modified_by", "updated_by", "changed_by", "deleted_by"})
_SAID = frozenset({"comment", "comments", "message", "text", "note", "notes", "reply"})
_SENT_FROM = frozenset({"ip", "ip_addr", "ip_address", "remote_addr", "author_ip", "user_ip"})
_LOGIN_PATTERNS = (frozenset({"username", "password"}), frozenset({"email", "password"}))
_PERSON_PATTERNS = (
    frozenset({"first_name", "last_name"}),
    frozenset({"full_name", "email"}),
    frozenset({"full_name", "phone"}),
    frozenset({"full_name", "date_of_birth"}),
    frozenset({"last_name", "date_of_birth"}),
    frozenset({"username", "password"}),
    frozenset({"username", "email"}),
    frozenset({"email", "password"}),
    frozenset({"email", "phone", "postal_code"}),
    frozenset({"date_of_birth"}),
    frozenset({"ethnic_origin"}),
    frozenset({"marital_status"}),
    frozenset({"us_ssn"}),
    frozenset({"passport_number"}),
)
"""Fields that together make an entity a person's record."""
_MAX_HEIRS = 40
_REACHED = frozenset({"email", "phone"})
"""Fields by which a text or an order knows how to reach somebody."""


@dataclass(slots=True)
class Settler:
    """Settles the roles of entities, models before what is made of them."""

    _vocabulary: Vocabulary
    _classifier: Classifier
    _values: Values
    _drafts: dict[str, Draft]
    _namesakes: dict[tuple[str, ...], list[Draft]] = field(default_factory=dict)

    def reaches_owner(self, draft: Draft) -> bool:
        """Whether this is one user's way of being notified."""
        words = set(split(draft.name))
        return (
            draft.kind.stored
            and bool(_WAYS & words)
            and any(self._points_to_person(draft, fact) for fact in draft.fields)
        )

    def settle(self, draft: Draft) -> None:
        """Correct the role of one entity, and give it one where its name gave none."""
        if not draft.kind.stored and draft.kind.name in _MADE_OF_MODELS:
            role = self._role_of_model(draft)
            if role is not None:
                draft.role, draft.is_role_known = role, True
                return
        if self._is_message(draft) or self._is_report(draft) or self._is_own_media(draft):
            draft.role, draft.is_role_known = Role.CONTENT, True
        if self._is_action_log(draft):
            draft.role, draft.is_role_known = Role.ACTIVITY, True
        if (
            self._is_ledger_account(draft)
            or self._is_named_set(draft)
            or self._is_offer(draft)
            or self._is_log_of_things(draft)
            or self._is_journal_of_accounts(draft)
            or self._is_nobodys(draft)
            or self._is_held(draft)
        ):
            draft.role, draft.is_role_known = Role.THING, True
        if self._is_business(draft):
            draft.role, draft.is_role_known = Role.ORGANISATION, True
        if self._may_be_person(draft):
            draft.role, draft.is_role_known = Role.PERSON, True
        if draft.role is Role.THING and draft.kind.stored and self._names_people(draft):
            draft.role, draft.is_role_known = Role.PERSON, False
            return
        if draft.role in (Role.CONTENT, Role.RECORD):
            strong = self._strong_elements(draft)
            patterns = (*_PERSON_PATTERNS, _REACHED)
            draft.mentions_person = any(pattern <= strong for pattern in patterns)
        if draft.role is Role.THING and draft.model == ACCOUNT and not self._values.model(draft):
            draft.role, draft.is_role_known = Role.PERSON, True
        if draft.is_role_known:
            return
        model = self._drafts.get(self._values.model(draft))
        if model is not None and model is not draft:
            draft.role, draft.is_role_known = model.role, model.is_role_known
            return
        modified = self._role_by_modifier(draft)
        if modified is not None:
            draft.role = modified
            return
        if _DEFINITIONS & set(split(draft.name)[-1:]):
            return
        strong = self._strong_elements(draft)
        opens_service = bool(self._vocabulary.words["service-words"] & set(split(draft.name)))
        opens_service |= any(fact.name in CONNECTION_FIELDS for fact in draft.fields)
        for pattern in _PERSON_PATTERNS:
            if pattern <= strong and not (opens_service and pattern in _LOGIN_PATTERNS):
                draft.role = Role.PERSON
                return
        if self._extends_person(draft):
            draft.role = Role.PERSON
        elif self._is_authored(draft) or self._is_from_visitor(draft):
            draft.role = Role.CONTENT

    def settle_mixins(self) -> None:
        """Contact data that a person's model takes from a mixin are that person's."""
        heirs: dict[str, list[Draft]] = {}
        for draft in self._drafts.values():
            for base in draft.bases:
                heirs.setdefault(base, []).append(draft)
        for draft in self._drafts.values():
            if draft.role is not Role.THING or draft.is_role_known or not draft.abstract:
                continue
            below = list(heirs.get(draft.id, ()))
            for heir in below[:_MAX_HEIRS]:
                below += [item for item in heirs.get(heir.id, ()) if item not in below]
            is_persons = any(heir.role is Role.PERSON for heir in below)
            if is_persons and _REACHED & self._strong_elements(draft):
                draft.role = Role.PERSON

    def _is_report(self, draft: Draft) -> bool:
        """What somebody reported, not a report that is computed."""
        head = core(split(draft.name), self._vocabulary)[-1:]
        if head == ("topic",):
            return self._is_authored(draft, _TITLES)
        if head not in (("report",), ("flag",)):
            return False
        names = {fact.name for fact in draft.fields}
        if draft.kind.name in _INPUTS:
            return bool((_SAID | {"reason"}) & names) and len(names) <= _MAX_REPORT_FIELDS
        return self._is_authored(draft, _SAID | {"reason", "body"})

    def _is_own_media(self, draft: Draft) -> bool:
        """Pictures that belong to one user, as against artwork that somebody uploaded."""
        if draft.role is not Role.THING or split(draft.name)[-1:] not in _MEDIA:
            return False
        return draft.kind.stored and any(
            fact.name in ("user", "poster") and self._points_to_person(draft, fact)
            for fact in draft.fields
        )

    def _is_action_log(self, draft: Draft) -> bool:
        """`Log` with an action and who did it: no log of a program."""
        head = core(split(draft.name), self._vocabulary)[-1:]
        if draft.role is not Role.THING or head not in (("log",), ("event",), ("trail",)):
            return False
        names = {fact.name for fact in draft.fields}
        doers = _ACTORS if head == ("event",) else _ACTORS | {"user", "user_id"}
        return bool(names & _ACTIONS) and bool(names & doers)

    def _is_ledger_account(self, draft: Draft) -> bool:
        """An account that nobody logs in to: it has no person in its fields."""
        head = core(split(draft.name), self._vocabulary)
        if draft.role is not Role.PERSON or head[-1:] != ("account",):
            return False
        if set(head[:-1]) & self._vocabulary.words["person-nouns"]:
            return False
        family = [draft, *filter(None, (self._drafts.get(base) for base in draft.bases))]
        if not draft.kind.stored:
            models = [item for item in self._drafts.values() if item.kind.stored]
            same = [item for item in models if core(split(item.name), self._vocabulary) == head]
            return bool(same) and all(item.role is Role.THING for item in same)
        if draft.kind.name == "sql-table" or any(map(self._strong_elements, family)):
            return False
        own = [fact for fact in draft.fields if fact.name not in _EDITORS]
        return not any(self._points_to_person(draft, fact) for fact in own)

    def _is_named_set(self, draft: Draft) -> bool:
        """A profile of which a user may have several, each with a name: a set of choices."""
        if draft.role is not Role.PERSON or not draft.kind.stored:
            return False
        head = core(split(draft.name), self._vocabulary)
        if head[-1:] != ("profile",) or set(head[:-1]) & self._vocabulary.words["person-nouns"]:
            return False
        owners = [fact for fact in draft.fields if self._points_to_person(draft, fact)]
        if not any(fact.call.endswith("ForeignKey") for fact in owners):
            return False
        return not any("OneToOne" in fact.call for fact in owners) and not (
            self._strong_elements(draft) - {"full_name"}
        )

    def _is_offer(self, draft: Draft) -> bool:
        """A way to pay that is open to everybody, as against the one that somebody keeps."""
        if draft.role is not Role.RECORD or not draft.kind.stored:
            return False
        if core(split(draft.name), self._vocabulary)[-1:] != ("method",):
            return False
        nouns = self._vocabulary.words["person-nouns"]
        names = {fact.name for fact in draft.fields}
        if any(nouns & set(split(name)) for name in names):
            return False
        return bool(names & _OFFERED) and not self._strong_elements(draft)

    def _is_log_of_things(self, draft: Draft) -> bool:
        """A log whose keys all lead to known entities and none of them to a person."""
        if draft.role is not Role.ACTIVITY or not draft.kind.stored:
            return False
        if draft.kind.name == "sql-table":
            return False
        nouns = self._vocabulary.words["person-nouns"] | _DOERS
        nouns -= set(core(split(draft.name), self._vocabulary)[-1:])
        if any(nouns & set(split(fact.name)) for fact in draft.fields):
            return False
        if self._strong_elements(draft):
            return False
        targets = [
            self._drafts.get(self._values.target(draft, fact))
            for fact in draft.fields
            if self._values.of(draft, fact).kind == "relation"
        ]
        known = [target for target in targets if target is not None]
        return bool(known) and all(target.role is Role.THING for target in known)

    def _is_nobodys(self, draft: Draft) -> bool:
        """A device of a network, a profile of a certificate: nobody has it, nobody is in it."""
        head = core(split(draft.name), self._vocabulary)[-1:]
        if (draft.role, *head) not in _OFTEN_NOBODYS or not draft.kind.stored:
            return False
        if draft.kind.name == "sql-table":
            return False
        family = [draft, *filter(None, (self._drafts.get(base) for base in draft.bases))]
        if any(map(self._strong_elements, family)) or not draft.fields:
            return False
        if any(item.is_built_on_library for item in family):
            return False
        nouns = self._vocabulary.words["person-nouns"] | _PUSHED
        fields = [fact for item in family for fact in item.fields if fact.origin != "property"]
        if any(self._points_to_person(draft, fact) for fact in fields):
            return False
        return not any(
            nouns & set(split(fact.name))
            and len(split(fact.name)) <= _MAX_NAME_WORDS
            and not self._values.target(draft, fact)
            for fact in fields
        )

    def _role_of_model(self, draft: Draft) -> Role | None:
        """The role of the model that a form or a filter is for, where that is about nobody."""
        model = self._drafts.get(self._values.model(draft))
        if model is not None:
            models = [model]
        else:
            models = self._by_core().get(core(split(draft.name), self._vocabulary), [])
        roles = {item.role for item in models if item.is_role_known}
        is_sure = len(roles) == 1 and all(item.is_role_known for item in models)
        role = next(iter(roles)) if is_sure else None
        return role if role is Role.THING and draft.role in _OFTEN_TAKEN else None

    def _is_journal_of_accounts(self, draft: Draft) -> bool:
        """`JournalEntry` of a ledger: nobody's diary."""
        head = core(split(draft.name), self._vocabulary)
        if draft.role is not Role.CONTENT or "journal" not in head:
            return False
        names = {word for fact in draft.fields for word in split(fact.name)}
        return bool(_OF_LEDGERS & names)

    def _is_business(self, draft: Draft) -> bool:
        """An account or a customer with a person to contact there: a firm."""
        head = core(split(draft.name), self._vocabulary)[-1:]
        if draft.role is not Role.PERSON or not head or head[0] not in _PARTIES:
            return False
        names = {fact.name for fact in draft.fields}
        return "name" in names and bool(_OF_FIRMS & names) and not _NAMES & names

    def _is_held(self, draft: Draft) -> bool:
        """An activity that takes place and that one signs up for, no trace of what one did."""
        head = core(split(draft.name), self._vocabulary)[-1:]
        if draft.role is not Role.ACTIVITY or head != ("activity",) or not draft.kind.stored:
            return False
        names = {fact.name for fact in draft.fields}
        return bool(_CALLED & names) and bool(_TAKING_PLACE & names)

    def _may_be_person(self, draft: Draft) -> bool:
        """A body whose class says that it may be a person too, with a full name and an address.

        What is shown or asked of it follows the class that is stored.
        """
        if draft.role is not Role.ORGANISATION or draft.kind.name == "sql-table":
            return False
        if not draft.kind.stored:
            return self._stored_namesake(draft) is Role.PERSON
        family = [draft, *filter(None, (self._drafts.get(base) for base in draft.bases))]
        names = {fact.name for item in family for fact in item.fields}
        said = {word.lower() for name in names for word in name.split("_")}
        return bool(_SINGLE & said) and "full_name" in names and bool(_REACHED & names)

    def _stored_namesake(self, draft: Draft) -> Role | None:
        """The role that all stored classes of the same name have."""
        head = core(split(draft.name), self._vocabulary)
        roles = {item.role for item in self._by_core().get(head, [])}
        return roles.pop() if len(roles) == 1 else None

    def _by_core(self) -> dict[tuple[str, ...], list[Draft]]:
        """Stored classes by their names without words such as Abstract."""
        if not self._namesakes:
            for item in self._drafts.values():
                if item.kind.stored and item.kind.name != "sql-table":
                    name = core(split(item.name), self._vocabulary)
                    self._namesakes.setdefault(name, []).append(item)
        return self._namesakes

    def _names_people(self, draft: Draft) -> bool:
        """First and last name in so many words, on what is called a thing."""
        if draft.kind.name == "sql-table" or _DEFINITIONS & set(split(draft.name)[-1:]):
            return False
        names = {"_".join(split(fact.name)) for fact in draft.fields}
        return {"first_name", "last_name"} <= names

    def _extends_person(self, draft: Draft) -> bool:
        """`member = OneToOneField(Member)`: more of that person's record, whatever its name."""
        if set(split(draft.name)[-1:]) & self._vocabulary.words["service-words"]:
            return False
        return draft.kind.stored and any(
            "OneToOne" in fact.call and self._points_to_person(draft, fact) for fact in draft.fields
        )

    def _is_authored(self, draft: Draft, said: frozenset[str] = _SAID) -> bool:
        """A text and who wrote it: something said, whatever it is called."""
        names = {fact.name for fact in draft.fields}
        if said & names <= _NOTES and len(names) > _MAX_NOTE_FIELDS:
            return False  # planned work has notes among much else
        return (
            draft.kind.stored
            and bool(said & names)
            and any(
                fact.name in _AUTHORS and self._points_to_person(draft, fact)
                for fact in draft.fields
            )
        )

    def _is_from_visitor(self, draft: Draft) -> bool:
        """A text and the address that it was sent from: what a visitor wrote."""
        names = {"_".join(split(fact.name)) for fact in draft.fields}
        return draft.kind.stored and bool(_SAID & names) and bool(_SENT_FROM & names)

    def _points_to_person(self, draft: Draft, fact: FieldFact) -> bool:
        if self._values.of(draft, fact).kind != "relation":
            return False
        target = self._drafts.get(self._values.target(draft, fact))
        if target is None:
            return any(
                "User" in piece or "USER" in piece for piece in (*fact.args[:1], fact.option("to"))
            )
        return target.role is Role.PERSON and target.is_role_known

    def _is_message(self, draft: Draft) -> bool:
        """Somebody it goes to and a text: a message, whatever it is called."""
        if draft.role is not Role.THING or "template" in split(draft.name):
            return False
        names = {fact.name for fact in draft.fields}
        if split(draft.name)[-1:] == ("log",) and {"subject", "body"} <= names:
            return True
        if not draft.kind.stored and _OF_MESSAGES & names:
            return bool({"text", "body", "content", "snippet"} & names)
        if {"to", "recipient", "recipients"} & names:
            return bool({"text", "body", "message", "subject"} & names)
        if draft.kind.stored and any(self._is_sender(draft, fact) for fact in draft.fields):
            return bool({"text", "body", "message", "content"} & names)
        is_written = draft.kind.name in _INPUTS and "subject" in names
        return is_written and bool({"text", "body", "message"} & names)

    def _is_sender(self, draft: Draft, fact: FieldFact) -> bool:
        """A link to who sent it, as against the address that a newsletter comes from."""
        return fact.name == "sender" and self._values.of(draft, fact).kind == "relation"

    def _role_by_modifier(self, draft: Draft) -> Role | None:
        """`MfaResetTicket`, `UserVariables`: no telling head, but a telling word before it."""
        words = split(draft.name)
        lists = self._vocabulary.words
        if any(word in lists["credential-modifiers"] for word in words):
            return Role.CREDENTIAL
        if draft.kind.stored or not words or words[-1] in lists["thing-prefixes"]:
            return None
        for at, word in enumerate(words[:-1]):
            if word in _PERSON_MODIFIERS:
                after = words[at + 1 :]
                is_group = any(
                    lists_role is Role.ORGANISATION
                    for lists_role in map(self._vocabulary.roles.get, after)
                )
                return None if is_group else Role.PERSON
        return None

    def _strong_elements(self, draft: Draft) -> set[str]:
        """Elements that names alone tell, flags and links left out."""
        thing = EntityContext(draft.name, draft.kind.name, Role.THING, is_role_known=False)
        found = set()
        for fact in draft.fields:
            value = self._values.of(draft, fact)
            judgement = self._classifier.judge(fact, value, thing)
            element = self._vocabulary.elements.get(judgement.element)
            if element is None or (
                element.id in _NAMES and len(split(fact.name)) > _MAX_NAME_WORDS
            ):
                continue  # `pi_first_name` is of somebody the entity mentions
            if element.group in _STRUCTURAL_GROUPS or element.id == "password":
                found.add(element.id)
        return found
