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
    phone: str = ""
    country: str = ""
    """Of the address, ISO 3166."""


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
    line: int = 0


@dataclass(frozen=True, slots=True)
class DeclaredPurpose:
    """A purpose in the organisation's own words, beside those of `rules/purposes`."""

    id: str
    label: str = ""
    fides: str = ""
    dpv: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class DeclaredSubject:
    """A kind of person."""

    id: str
    label: str = ""
    fides: str = ""
    code: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class RetentionPeriod:
    """How long, counted from when, why, and the code that enforces it."""

    period: str = ""
    """ISO 8601 duration, or a criterion in words."""
    starts: str = ""
    why: str = ""
    enforced_by: str = ""
    criterion: str = ""
    """The words that stand for a period where there is none; `period` repeats them."""
    line: int = 0


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
    """Paths or dotted names of the code it runs in, with `*`."""
    owner: str = ""
    assessment: str = ""
    """Where the weighing of a legitimate interest is written down."""
    automated_logic: str = ""
    automated_significance: str = ""
    automated_safeguards: str = ""
    dpia_needed: bool | None = None
    """None where nothing is said."""
    dpia_link: str = ""
    dpia_date: str = ""
    consent: tuple[str, ...] = ()
    """Ids of declared consents."""
    security: tuple[str, ...] = ()
    """Ids of declared measures."""
    note: str = ""
    keys: tuple[str, ...] = ()
    """The keys that are written, for what tells silence from an answer."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The contract with a processor (GDPR Art. 28(3))."""

    type: str = ""
    signed: str = ""
    link: str = ""
    review: str = ""
    """ISO 8601 duration between reviews."""
    expires: str = ""
    reviewed: str = ""
    """Day of the last review."""
    line: int = 0


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
    """Countries that data goes to: `transfer.countries`, or `country` alone."""
    mechanism: str = ""
    modules: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    """Paths or dotted names of code that sends to it, where neither package nor host tells."""
    consent: str = ""
    """Id of the declared consent that it depends on."""
    country: str = ""
    """Where it sits, when `country` is written."""
    transfer_copy: str = ""
    """How a copy of the safeguard can be had."""
    transfer_assessment: str = ""
    """Where the transfer impact assessment is."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredConsent:
    """Where consent is kept and how it is withdrawn."""

    id: str
    purposes: tuple[str, ...] = ()
    field: str = ""
    record: str = ""
    withdraw: str = ""
    min_age: int = 0
    label: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class DeclaredStore:
    """Where data lies."""

    id: str
    kind: str = ""
    region: str = ""
    country: str = ""
    encryption_at_rest: str = ""
    """How, or `none`; empty where nothing is said."""
    tables: tuple[str, ...] = ()
    provider: str = ""
    label: str = ""
    line: int = 0

    @property
    def is_encrypted(self) -> bool:
        """Whether it is declared to be encrypted as a whole."""
        return self.encryption_at_rest.lower() not in ("", "none", "no", "false")


@dataclass(frozen=True, slots=True)
class DeclaredMeasure:
    """A technical or organisational measure (GDPR Art. 32)."""

    id: str
    kind: str = ""
    applies_to: tuple[str, ...] = ()
    """Data elements, groups or fields; empty means all."""
    last_reviewed: str = ""
    review: str = ""
    """ISO 8601 duration between reviews."""
    label: str = ""
    why: str = ""
    link: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class DeclaredBackup:
    """A backup: it holds erased data until it is overwritten."""

    id: str
    what: tuple[str, ...] = ()
    """Ids of stores, or names of what is copied."""
    kind: str = ""
    period: str = ""
    """ISO 8601 duration between two backups."""
    encrypted: bool | None = None
    tested: str = ""
    """Day on which one was last restored."""
    review: str = ""
    retention: str = ""
    """How long a backup is kept."""
    country: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class DeclaredRight:
    """What serves one right of a person: a view, an endpoint, a command, or `mail`."""

    id: str
    """`access`, `rectification`, `erasure`, `restriction`, `objection`, `portability`,
    `withdraw`."""
    served_by: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class DeclaredNotice:
    """A published privacy notice."""

    id: str
    path: str = ""
    """File in the repository."""
    url: str = ""
    template: str = ""
    language: str = ""
    activities: tuple[str, ...] = ()
    """Ids; empty means all."""
    version: str = ""
    date: str = ""
    label: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class DeclaredCookie:
    """A cookie, or another thing kept on the person's device."""

    name: str
    kind: str = ""
    lifetime: str = ""
    """ISO 8601 duration, or `session`."""
    party: str = ""
    purpose: str = ""
    recipient: str = ""
    consent: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class PolicyMatch:
    """Which data on its way to which end; an empty part means any."""

    data: tuple[str, ...] = ()
    """Element ids or groups."""
    sensitivity: str = ""
    """`>=3`, `4`; empty for any."""
    special_category: bool | None = None
    sinks: tuple[str, ...] = ()
    """Kinds of sink: `log`, `llm`."""
    recipient_kinds: tuple[str, ...] = ()
    """Kinds of service: `analytics`, `ads`."""
    recipients: tuple[str, ...] = ()
    """Ids of recipients, declared or known."""
    country_in: tuple[str, ...] = ()
    """ISO 3166 codes, `EEA` or `adequacy`."""
    country_not_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredPolicy:
    """This data never goes to that kind of end."""

    id: str
    deny: PolicyMatch = PolicyMatch()
    allow: PolicyMatch | None = None
    """Exceptions."""
    why: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ClassifyOverride:
    """A person's decision about what a field is."""

    match: str
    as_element: str
    """Element id, or `none`."""
    why: str
    until: str = ""
    line: int = 0
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A declared part as it is written: a measure, a store, a right, a cookie, a policy."""

    section: str
    id: str
    values: tuple[tuple[str, str], ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A place of the declaration that still says `TODO`, or lacks what its law requires."""

    line: int
    column: int
    key: str
    """`activities[orders].retention.period`."""
    reason: str = ""
    """Empty for a `TODO`; else what is missing and why it is needed."""


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
    """storage, measures, backups, rights, notices, cookies, policy as they are written."""
    todos: tuple[int, ...] = ()
    """Lines whose value is still `TODO`."""
    purposes: tuple[DeclaredPurpose, ...] = ()
    stores: tuple[DeclaredStore, ...] = ()
    measures: tuple[DeclaredMeasure, ...] = ()
    backups: tuple[DeclaredBackup, ...] = ()
    rights: tuple[DeclaredRight, ...] = ()
    rights_contact: str = ""
    """Where a person writes to."""
    notices: tuple[DeclaredNotice, ...] = ()
    cookies: tuple[DeclaredCookie, ...] = ()
    policies: tuple[DeclaredPolicy, ...] = ()
    law: tuple[str, ...] = ("gdpr",)
    """Instruments of `rules/law` that apply."""
    sections: tuple[str, ...] = ()
    """Top-level keys that are written: an empty section is an answer, a missing one is none."""
    unfinished: tuple[Unfinished, ...] = ()
    """What still says `TODO`."""
    places: tuple[tuple[str, int], ...] = ()
    """(key, line) of everything that is written: `activities[orders].data[email]`."""

    def is_open(self, key: str) -> bool:
        """Whether a `TODO` stands at this key or below: nobody has answered yet."""
        return any(
            item.key == key or item.key.startswith((f"{key}.", f"{key}["))
            for item in self.unfinished
        )

    def line_of(self, *keys: str) -> int:
        """Line of the first of these keys that is written; 1 if none is."""
        lines = dict(reversed(self.places))
        return next((lines[key] for key in keys if key in lines), 1)

    def right(self, name: str) -> DeclaredRight | None:
        """What is declared of one right."""
        return next((right for right in self.rights if right.id == name), None)
