"""The keys of etiquette.yaml: one table that validation, the JSON Schema and the docs share."""

from __future__ import annotations

from data_etiquette.declaration.shape import (
    Shape,
    boolean,
    keys_of,
    list_of,
    list_or_one,
    number,
    text,
    texts,
)

LEGAL_BASES = (
    "consent",
    "contract",
    "legal_obligation",
    "vital_interests",
    "public_interest",
    "legitimate_interests",
)
"""GDPR Art. 6(1)(a) to (f)."""
SPECIAL_BASES = tuple(f"art9_2_{letter}" for letter in "abcdefghij")
"""GDPR Art. 9(2)(a) to (j)."""
MECHANISMS = (
    "adequacy",
    "scc",
    "bcr",
    "code_of_conduct",
    "certification",
    *(f"derogation_49_1_{letter}" for letter in "abcdefg"),
    "none",
)
"""GDPR Art. 45 to 49."""
SOURCES = ("data_subject", "third_party", "public", "inferred", "observed")
ROLES = ("controller", "processor", "joint_controller")
RECIPIENT_ROLES = (*ROLES, "internal")
COOKIE_KINDS = (
    "strictly_necessary",
    "functional",
    "preferences",
    "security",
    "analytics",
    "marketing",
    "advertising",
    "social",
)
RIGHTS = (
    "access",
    "rectification",
    "erasure",
    "restriction",
    "objection",
    "portability",
    "withdraw",
)
"""GDPR Art. 15 to 21 and 7(3)."""
BLOCK_SECTIONS = ("storage", "measures", "backups", "rights", "notices", "cookies", "policy")
"""Sections that are also kept as they are written."""

_DAY = {"form": "date", "example": "2026-03-01"}
_LASTS = {"form": "duration", "example": "P1Y"}
_ID = text("Short name that other parts of the file refer to.")
_LABEL = text("Name for people.")
_NOTE = text("Anything a reader should know.")
_OF_MATCH = {
    "elements": texts("Data elements or groups.", names="element"),
    "groups": texts("Groups of data elements.", names="element"),
    "sensitivity": text("From which sensitivity on, 1 (mild) to 4.", form="sensitivity"),
    "special_category": boolean("Whether only data of GDPR Art. 9 is meant."),
}

_CONTACT = {
    "name": text("Name of the person or body."),
    "address": text("Postal address."),
    "country": text("Country of the address.", form="country"),
    "email": text("E-mail address.", form="email"),
    "url": text("Web address."),
    "phone": text("Telephone number."),
}


def _match(doc: str) -> Shape:
    """Which data, on its way where."""
    return keys_of(
        doc,
        data=texts("Data elements or groups; or a mapping.", names="element", keys=_OF_MATCH),
        groups=_OF_MATCH["groups"],
        sensitivity=_OF_MATCH["sensitivity"],
        special_category=_OF_MATCH["special_category"],
        recipients=texts("Recipients, declared or known.", names="any recipient"),
        to=keys_of(
            "Where it goes.",
            kind=texts("Kinds of sink (log, email) or of service (analytics).", names="end"),
            sink=texts("Kinds of sink.", names="sink"),
            recipient_kind=texts("Kinds of service.", names="service"),
            recipients=texts("Recipients, declared or known.", names="any recipient"),
            country_in=texts("Countries, `EEA` or `adequacy`.", form="country"),
            country_not_in=texts("Countries, `EEA` or `adequacy`.", form="country"),
        ),
    )


ORGANISATION = keys_of(
    "Who is responsible (GDPR Art. 13(1)(a), 30(1)(a)).",
    ("name",),
    **_CONTACT,
    role=text("What the organisation is to the data.", words=ROLES),
    representative=keys_of("Representative in the Union (Art. 27).", **_CONTACT),
    dpo=keys_of("Data protection officer (Art. 37).", **_CONTACT),
    authority=keys_of("Supervisory authority to complain to (Art. 77).", **_CONTACT),
    joint_controllers=list_of("Those who decide together (Art. 26).", ("name",), **_CONTACT),
)
RETENTION = keys_of(
    "How long the data is kept (GDPR Art. 5(1)(e)).",
    period=text("How long: an ISO 8601 duration.", **_LASTS),
    criterion=text("What decides where no period can be told, in words."),
    starts=text("Event or field that it counts from.", example="order.completed_at"),
    why=text("Reason for the length."),
    enforced_by=text("Code that erases.", example="shop/tasks.py::purge_orders"),
)
ACTIVITIES = list_of(
    "What data is used for: one line of the record of processing, one section of the notice.",
    ("id", "purposes"),
    id=_ID,
    label=_LABEL,
    purposes=texts("Purposes, known ones or your own.", names="purpose"),
    legal_basis=text("Legal basis (GDPR Art. 6(1)).", words=LEGAL_BASES),
    legitimate_interest=keys_of(
        "With `legal_basis: legitimate_interests`: which, and how it was weighed.",
        statement=text("The interest, in a sentence for the notice."),
        assessment=text("Where the weighing is written down."),
    ),
    special_basis=text("Exception for special categories (Art. 9(2)).", words=SPECIAL_BASES),
    consent=texts("Consents it rests on.", names="consent"),
    subjects=texts("Whose data it is.", names="subject"),
    data=texts("Data elements (`email`) or groups (`contact.*`).", names="element"),
    fields=keys_of(
        "Fields by name, where elements alone say too much or too little.",
        include=texts("Patterns of fields.", example="shop.models.Order.*"),
        exclude=texts("Patterns of fields left out."),
    ),
    source=text("Where the data comes from (Art. 13 or 14).", words=SOURCES),
    required=keys_of(
        "Whether the person must give it (Art. 13(2)(e)).",
        statutory=boolean("Whether a law demands it."),
        contractual=boolean("Whether a contract needs it."),
        consequence=text("What happens without it."),
    ),
    recipients=texts("Recipients that get data for it.", names="recipient"),
    retention=RETENTION,
    automated_decision=keys_of(
        "Decisions without a human being (Art. 22).",
        present=boolean("Whether there are any."),
        logic=text("How it decides, in words for people."),
        significance=text("What it means for the person."),
        consequences=text("What may follow."),
        safeguards=text("How a human being can be asked."),
    ),
    dpia=keys_of(
        "Impact assessment (Art. 35).",
        needed=boolean("Whether one is needed."),
        link=text("Where it is."),
        date=text("Day of its last version.", **_DAY),
    ),
    code=texts("Code it runs in: paths or dotted names.", example="shop/orders/**"),
    security=texts("Measures that protect it.", names="measure"),
    owner=text("Who answers for it."),
    note=_NOTE,
)
RECIPIENTS = list_of(
    "Who else gets data (GDPR Art. 13(1)(e), 28, 30(1)(d)).",
    ("id", "name"),
    id=_ID,
    name=_LABEL,
    role=text("What it is to the data.", words=RECIPIENT_ROLES),
    kind=text("Kind of service.", example="payments"),
    data=texts("What it may get.", names="element"),
    purposes=texts("What for.", names="purpose"),
    agreement=keys_of(
        "The contract (Art. 28(3)).",
        type=text("`dpa`, `joint`, `terms`, `none`, ….", example="dpa"),
        signed=text("Day of signature.", **_DAY),
        link=text("Where it is."),
        review=text("How often it is looked at.", **_LASTS),
        reviewed=text("Day of the last look.", **_DAY),
        expires=text("Day it ends.", **_DAY),
    ),
    transfer=keys_of(
        "Transfer to another country (Art. 44-49).",
        countries=texts("Where the data goes.", form="country"),
        mechanism=text("What allows it.", words=MECHANISMS),
        copy=text("How a copy of the safeguard can be had (Art. 13(1)(f))."),
        tia=text("Where the transfer impact assessment is."),
    ),
    country=text("Where it sits.", form="country"),
    modules=texts("Python packages that talk to it.", example="stripe"),
    hosts=texts("Hosts that belong to it.", example="api.stripe.com"),
    code=texts(
        "Code that sends to it, where neither package nor host tells: paths or dotted names.",
        example="shop/helpdesk.py",
    ),
    consent=text("Consent that it depends on.", names="consent"),
    note=_NOTE,
)
CONSENT = list_of(
    "Where consent is kept, and how it is withdrawn (GDPR Art. 7).",
    id=_ID,
    label=_LABEL,
    purposes=texts("What is consented to.", names="purpose"),
    field=text("Field that holds the choice.", example="accounts.models.User.newsletter"),
    record=text("Entity that proves it: when, which text, from where."),
    withdraw=text("What takes it back.", example="POST /consent/withdraw"),
    min_age=number("Age from which a child decides alone (Art. 8)."),
)
STORAGE = list_of(
    "Where data lies.",
    id=_ID,
    label=_LABEL,
    kind=text("What it is.", example="postgres"),
    provider=text("Who runs it."),
    region=text("Region of the provider.", example="eu-central-1"),
    country=text("Country it stands in.", form="country"),
    encryption_at_rest=text("How it is encrypted as a whole, or `none`.", example="provider"),
    tables=texts("Tables that lie in it; `*` for all."),
    backups=text("Backup that copies it."),
)
MEASURES = list_of(
    "What protects data (GDPR Art. 32).",
    id=_ID,
    label=_LABEL,
    kind=text("What it is.", example="password_hashing"),
    applies_to=texts("Data elements, groups or fields; none means all."),
    last_reviewed=text("Day somebody last checked that it works.", **_DAY),
    reviewed=text("The same as `last_reviewed`.", **_DAY),
    review=text("How often that is due.", **_LASTS),
    why=text("Why it is enough."),
    link=text("Where it is described."),
)
BACKUPS = list_or_one(
    "Copies, which hold erased data until they are overwritten.",
    (),
    id=_ID,
    what=texts("Stores that are copied."),
    kind=text("What it is.", example="nightly"),
    period=text("How often it is made.", **_LASTS),
    retention=text("How long one is kept.", **_LASTS),
    keep=text("The same as `retention`.", **_LASTS),
    encrypted=boolean("Whether it is encrypted."),
    tested=text("Day one was last restored.", **_DAY),
    review=text("How often that is due.", **_LASTS),
    country=text("Country it lies in.", form="country"),
)
NOTICES = list_of(
    "Published privacy notices.",
    id=_ID,
    label=_LABEL,
    path=text("File in the repository."),
    url=text("Web address or path."),
    template=text("Template that shows it."),
    language=text("Its language.", form="language", example="en"),
    activities=texts("Activities it speaks of; none means all.", names="activity"),
    version=text("Its version."),
    date=text("Day of its last change.", **_DAY),
)
COOKIES = list_of(
    "What is kept on a person's device (ePrivacy Art. 5(3)).",
    ("name",),
    name=text("Its name; `*` stands for any ending."),
    kind=text("What it is for; only strictly necessary ones need no consent.", words=COOKIE_KINDS),
    lifetime=text("How long: an ISO 8601 duration, or `session`.", form="lifetime"),
    party=text("Whose it is.", words=("first", "third")),
    purpose=text("What for, in a sentence for the notice."),
    recipient=text("Who reads it, if it is not you.", names="any recipient"),
    consent=text("Consent that it depends on.", names="consent"),
)
DECLARATION = keys_of(
    "What an organisation declares about its use of personal data.",
    ("version", "organisation", "activities"),
    version=number("Version of this format: 1."),
    law=texts("Laws that apply; findings cite them. Default: gdpr.", names="law"),
    organisation=ORGANISATION,
    purposes=list_of(
        "Purposes of your own, beside the known ones. With this list, other words are errors.",
        id=_ID,
        label=_LABEL,
        fides=text("The nearest data use of Fides."),
        dpv=text("The nearest purpose of the Data Privacy Vocabulary."),
    ),
    subjects=list_of(
        "Kinds of people.",
        id=_ID,
        label=_LABEL,
        fides=text("The nearest data subject of Fides."),
        code=texts("Entities that are such people.", example="shop.models.Customer"),
    ),
    activities=ACTIVITIES,
    recipients=RECIPIENTS,
    consent=CONSENT,
    storage=STORAGE,
    measures=MEASURES,
    backups=BACKUPS,
    rights=keys_of(
        "What serves each right: a view, an endpoint, a command, or `mail` (GDPR Art. 15-22).",
        access=texts("Getting one's data (Art. 15).", example="GET /me/export"),
        rectification=texts("Correcting it (Art. 16)."),
        erasure=texts("Having it erased (Art. 17)."),
        restriction=texts("Having its use restricted (Art. 18)."),
        objection=texts("Objecting (Art. 21)."),
        portability=texts("Taking it along (Art. 20)."),
        withdraw=texts("Withdrawing consent (Art. 7(3))."),
        contact=text("Where a person writes to."),
    ),
    notices=NOTICES,
    cookies=COOKIES,
    classify=list_of(
        "A person's decision about a field, against the scanner's.",
        ("match", "as", "why"),
        **{"as": text("Data element, or `none`.", names="element or none")},
        match=text("Pattern of fields.", example="*.email_count"),
        why=text("Reason."),
        until=text("Day from which it must be looked at again.", **_DAY),
        owner=text("Who decided."),
    ),
    policy=list_of(
        "What must never happen to data.",
        id=_ID,
        deny=_match("Which data to which end."),
        allow=_match("Exceptions."),
        why=text("Reason."),
    ),
)
"""The whole file."""
