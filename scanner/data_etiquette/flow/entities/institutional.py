"""Whose a credential, an address or a name is: a person's, or a service's, a body's, a thing's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from data_etiquette.flow.entities.context import EntityContext
from data_etiquette.flow.lexicon.words import occurs, split
from data_etiquette.model.catalog import DataElement
from data_etiquette.model.kind import Role

Words = Mapping[str, frozenset[str]]

_SHAPES = frozenset({"form", "serializer", "schema", "dict", "data", "model", "type"})
_DEFINITIONS = frozenset({"setting", "config", "configuration", "option"})
_LOGINS = frozenset({"username", "email", "login", "user", "member"})
_ISSUERS = frozenset({"from", "seller", "vendor", "issuer", "merchant", "supplier"})
"""Whoever sends an invoice is a business."""
_OWN_SERVICE = frozenset({"api", "app", "application"})
"""Words that an API token of a person has in its name as well."""
_CHANNELS = frozenset({"email", "mail", "sms", "marketing", "newsletter", "tracking", "analytics"})
_NOT_SET = frozenset({"identity", "demographic", "communications", "contact"})
_LISTED = frozenset({"invited", "preapproved", "approved", "blocked", "banned", "pending"})
"""What a group says of the people behind a list of addresses."""
_IMPERSONAL = (Role.THING, Role.ORGANISATION)


@dataclass(frozen=True)
class _Case:
    """A name that means an element, on an entity, and what their words say."""

    element: DataElement
    words: tuple[str, ...]
    start: int
    stop: int
    """Where in the field's words the name of the element begins and ends."""
    entity: EntityContext
    lists: Words

    @cached_property
    def entity_words(self) -> tuple[str, ...]:
        return split(self.entity.name)

    @property
    def before(self) -> tuple[str, ...]:
        """The field's words in front of the name."""
        return self.words[: self.start]

    @property
    def said(self) -> tuple[str, ...]:
        """The field's words up to the end of the name."""
        return self.words[: max(self.start, self.stop)]

    @property
    def is_impersonal(self) -> bool:
        return self.entity.role in _IMPERSONAL

    @property
    def is_known_thing(self) -> bool:
        return self.entity.role is Role.THING and self.entity.is_role_known

    @property
    def is_users(self) -> bool:
        """Whether the entity's name has a word for a person."""
        return self.has("person-nouns", self.entity_words)

    @property
    def is_notified(self) -> bool:
        """Whether the entity says who is told of something."""
        return self.has("notified-words", self.entity_words)

    @cached_property
    def is_credential(self) -> bool:
        return self.element.group == "credentials" and self.element.id != "login_history"

    def has(self, purpose: str, words: tuple[str, ...]) -> bool:
        """Whether some of the words are in one of the lists of `rules/words/`."""
        return not self.lists[purpose].isdisjoint(words)

    @property
    def names_person(self) -> bool:
        """Whether the field itself says that it is of a person: `customer_email`."""
        if self.has("person-nouns", self.said) or "by" in self.before:  # `connected_by_email`
            return True
        return self.is_notified and (self.entity.stored or self.is_users)


_Ground = Callable[[_Case], bool | None]
"""True: nobody's data; False: somebody's, whatever else is said; None: it does not tell."""


def is_institutional(  # noqa: PLR0913 (a name, its place among the words, and where it stands)
    element: DataElement,
    words: tuple[str, ...],
    start: int,
    stop: int,
    entity: EntityContext,
    lists: Words,
) -> bool:
    """Credentials of services, contact data and addresses of bodies, senders of mail.

    Args:
        element: what the name means.
        words: of the field's name.
        start: where the element's name begins in them.
        stop: where it ends; 0 where the whole type tells the element.
        entity: where the field stands.
        lists: word lists of `rules/words/`.
    """
    case = _Case(element, words, start, stop, entity, lists)
    for ground in _GROUNDS:
        told = ground(case)
        if told is not None:
            return told
    return False


def _sets(case: _Case) -> bool | None:
    """Settings say whether a name is asked for; they hold none."""
    last = _without_form(case.entity_words)[-1:]
    if not case.is_impersonal or _DEFINITIONS.isdisjoint(last):
        return None
    is_of_one = case.element.group == "contact" and case.names_person
    return True if case.element.group in _NOT_SET and not is_of_one else None


def _opens_service(case: _Case) -> bool | None:
    """Keys, passwords and user names that a service is opened with."""
    if not case.is_credential and case.element.id != "username":
        return None
    entity, service = case.entity, case.lists["service-words"]
    if case.has("service-words", case.before):
        return True
    is_logged = entity.role is Role.ACTIVITY and case.words == ("username",)
    if entity.connects and entity.role is not Role.PERSON and not is_logged:
        return True
    opens = case.is_credential or entity.has_secret
    if case.is_impersonal and opens and case.has("service-words", case.entity_words):
        return True
    if _is_nobodys_own(case):
        return True
    first = set(case.entity_words[:1])
    is_services = bool(first & (service - _OWN_SERVICE)) and not case.is_users
    return True if entity.role is Role.CREDENTIAL and is_services else None


def _is_nobodys_own(case: _Case) -> bool:
    """A stored thing of which nothing says whose it is: its credential is the program's own."""
    entity = case.entity
    is_table = entity.kind == "sql-table"  # other tables tell there whose it is
    if entity.role is not Role.THING or not entity.stored:
        return False
    if entity.is_role_known and is_table:
        return False
    known = case.lists["person-nouns"] | _LOGINS | {"by"}
    if "secret" in entity.siblings:
        known -= {"client"}  # a program that asks another service
    return case.is_credential and known.isdisjoint((*entity.siblings, *case.entity_words))


def _answers(case: _Case) -> bool | None:
    """`ErrorMessage.message`: the program's own words."""
    entity = case.entity
    is_message = "message" in case.entity_words and not entity.stored and entity.kind != "form"
    if case.element.id != "message_content" or not is_message:
        return None
    return True if case.has("program-answers", case.entity_words) else None


def _is_key_file(case: _Case) -> bool | None:
    """`client_email` beside a private key: the account of a service."""
    is_client = case.element.id == "email" and case.before == ("client",)
    return True if is_client and "private" in case.entity.siblings else None


def _sends(case: _Case) -> bool | None:
    """The name in front of what the program mails."""
    if not case.is_impersonal or case.element.id != "full_name":
        return None
    senders = case.lists["sender-words"]
    return True if any(occurs(run, case.said) for run in senders) else None


def _is_everybodys(case: _Case) -> bool | None:
    """Whom a product or a ward is for; the password of a project or of an event."""
    if not case.is_known_thing:
        return None
    if case.element.id == "gender" and len(case.words) == 1:
        return True
    is_shared = _LOGINS.isdisjoint(case.entity.siblings) and "password" not in case.entity_words
    return True if is_shared and case.element.id == "password" else None


def _issues(case: _Case) -> bool | None:
    """`seller_name` of an invoice."""
    if _ISSUERS.isdisjoint(case.before) or case.entity.role is not Role.RECORD:
        return None
    return case.element.group in ("contact", "government_id") or case.element.id == "full_name"


def _is_bound_to_person(case: _Case) -> bool | None:
    """Elements that only a person has: on a thing, only where the field names a person."""
    if case.element.id not in case.lists["person-bound-elements"]:
        return None
    if not case.is_impersonal or not case.entity.name:
        return None
    if case.is_users and case.is_notified:
        return False  # where one user is notified
    return not case.has("person-nouns", case.said)


def _prefers(case: _Case) -> bool | None:
    """`context_window_opt_out` of a program; `email_opt_out` is somebody's."""
    if case.element.id != "privacy_preference" or not case.is_impersonal:
        return None
    if case.entity.role is Role.ORGANISATION:
        return True
    is_choice = case.words[-1] in ("in", "out")
    return bool(case.before) and _CHANNELS.isdisjoint(case.before) and is_choice


def _is_things_name(case: _Case) -> bool | None:
    """The name of a thing whose own name says that it is one."""
    if not case.is_known_thing or case.element.id != "full_name":
        return None
    if case.said == ("full", "name") and not _LOGINS.isdisjoint(case.entity.siblings):
        return False  # `CartItem.full_name` beside an e-mail: whom it is for
    return not case.has("person-nouns", case.said)


def _reaches_body(case: _Case) -> bool | None:
    """What a company is called and reached by; the address that a thing mails from."""
    if case.element.group != "contact" and case.element.id != "full_name":
        return None
    people = case.lists["person-nouns"] | _LISTED
    if case.entity.role is Role.ORGANISATION and people.isdisjoint(case.before):
        return True
    if case.is_impersonal and case.element.id == "email":
        return any(occurs(run, case.words) for run in case.lists["sender-words"])
    return None


_GROUNDS: tuple[_Ground, ...] = (
    _sets,
    _opens_service,
    _answers,
    _is_key_file,
    _sends,
    _is_everybodys,
    _issues,
    _is_bound_to_person,
    _prefers,
    _is_things_name,
    _reaches_body,
)
"""Asked in this order; the first that tells decides."""


def _without_form(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words of a name up to the kind of class that it is."""
    return words[:-1] if set(words[-1:]) & _SHAPES else words
