"""What the business declares about its use of personal data: `etiquette.yaml` as types."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to write to."""

    name: str = ""
    address: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who is responsible (GDPR Art. 13(1)(a), 30(1)(a))."""

    name: str
    role: str = "controller"
    contact: Contact = Contact()
    representative: Contact | None = None
    dpo: Contact | None = None
    authority: Contact | None = None
    joint_controllers: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredSubject:
    """A kind of person."""

    id: str
    label: str = ""
    fides: str = ""
    code: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetentionPeriod:
    """How long, counted from when, why, and the code that enforces it."""

    period: str = ""
    """ISO 8601 duration, or a criterion in words."""
    starts: str = ""
    why: str = ""
    enforced_by: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """One processing activity: a line of the record of processing, a section of the notice."""

    id: str
    label: str
    line: int
    """Line in the declaration file."""
    purposes: tuple[str, ...] = ()
    legal_basis: str = ""
    legitimate_interest: str = ""
    special_basis: str = ""
    subjects: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    """Element ids or groups (`contact.*`)."""
    include: tuple[str, ...] = ()
    """Patterns of fields: `shop.models.Order.*`, `orders.email`."""
    exclude: tuple[str, ...] = ()
    source: str = "data_subject"
    statutory: bool = False
    contractual: bool = False
    consequence: str = ""
    recipients: tuple[str, ...] = ()
    retention: RetentionPeriod | None = None
    automated_decision: bool = False
    code: tuple[str, ...] = ()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The contract with a processor (GDPR Art. 28(3))."""

    type: str = ""
    signed: str = ""
    link: str = ""
    review: str = ""
    expires: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredRecipient:
    """Somebody who may get data."""

    id: str
    name: str
    line: int
    role: str = ""
    kind: str = ""
    data: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    agreement: Agreement | None = None
    countries: tuple[str, ...] = ()
    mechanism: str = ""
    modules: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    consent: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredConsent:
    """Where consent is kept and how it is withdrawn."""

    id: str
    purposes: tuple[str, ...] = ()
    field: str = ""
    record: str = ""
    withdraw: str = ""
    min_age: int = 0


@dataclass(frozen=True, slots=True)
class ClassifyOverride:
    """A person's decision about what a field is."""

    match: str
    as_element: str
    """Element id, or `none`."""
    why: str
    until: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A declared part that is kept as written: a measure, a store, a right, a cookie, a policy."""

    section: str
    id: str
    values: tuple[tuple[str, str], ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Declaration:
    """The whole of etiquette.yaml."""

    path: str
    organisation: Organisation
    subjects: tuple[DeclaredSubject, ...] = ()
    activities: tuple[Activity, ...] = ()
    recipients: tuple[DeclaredRecipient, ...] = ()
    consent: tuple[DeclaredConsent, ...] = ()
    classify: tuple[ClassifyOverride, ...] = ()
    blocks: tuple[Block, ...] = ()
    """storage, measures, backups, rights, notices, cookies, policy."""
    todos: tuple[int, ...] = ()
    """Lines whose value is still `TODO`."""
