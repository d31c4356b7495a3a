"""The keys of etiquette.yaml: one table that the loader, its errors and the JSON Schema share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
MECHANISMS = ("adequacy", "scc", "bcr", "derogation_49_1_a", "code_of_conduct", "none")
SOURCES = ("data_subject", "third_party", "public", "inferred", "observed")


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at a place: `text number boolean texts map list free`, one of these."""

    kind: str
    keys: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Allowed values of a text."""


TEXT = Shape("text")
TEXTS = Shape("texts")
BOOLEAN = Shape("boolean")
FREE = Shape("free")


def _map(required: tuple[str, ...] = (), /, **keys: Shape) -> Shape:
    return Shape("map", keys, required)


def _list(required: tuple[str, ...] = ("id",), /, **keys: Shape) -> Shape:
    return Shape("list", keys, required)


CONTACT = _map(name=TEXT, address=TEXT, email=TEXT, url=TEXT, phone=TEXT)
RETENTION = _map(period=TEXT, criterion=TEXT, starts=TEXT, why=TEXT, enforced_by=TEXT)
POLICY_DENY = FREE

DECLARATION = _map(
    ("version", "organisation", "activities"),
    version=Shape("number"),
    organisation=_map(
        ("name",),
        name=TEXT,
        role=Shape("text", words=("controller", "processor", "joint_controller")),
        address=TEXT,
        email=TEXT,
        url=TEXT,
        phone=TEXT,
        representative=CONTACT,
        dpo=CONTACT,
        authority=CONTACT,
        joint_controllers=Shape("list", CONTACT.keys, ("name",)),
    ),
    subjects=_list(id=TEXT, label=TEXT, fides=TEXT, code=TEXTS),
    activities=_list(
        ("id", "purposes"),
        id=TEXT,
        label=TEXT,
        purposes=TEXTS,
        legal_basis=Shape("text", words=LEGAL_BASES),
        legitimate_interest=_map(statement=TEXT, assessment=TEXT),
        special_basis=Shape("text", words=SPECIAL_BASES),
        subjects=TEXTS,
        data=TEXTS,
        fields=_map(include=TEXTS, exclude=TEXTS),
        source=Shape("text", words=SOURCES),
        required=_map(statutory=BOOLEAN, contractual=BOOLEAN, consequence=TEXT),
        recipients=TEXTS,
        retention=RETENTION,
        automated_decision=_map(
            present=BOOLEAN, logic=TEXT, significance=TEXT, consequences=TEXT, safeguards=TEXT
        ),
        dpia=_map(needed=FREE, link=TEXT, date=TEXT),
        code=TEXTS,
        owner=TEXT,
        consent=TEXTS,
        note=TEXT,
    ),
    recipients=_list(
        ("id", "name"),
        id=TEXT,
        name=TEXT,
        role=Shape("text", words=("processor", "controller", "joint_controller", "internal")),
        kind=TEXT,
        data=TEXTS,
        purposes=TEXTS,
        agreement=_map(type=TEXT, signed=TEXT, link=TEXT, review=TEXT, expires=TEXT, reviewed=TEXT),
        transfer=_map(
            countries=TEXTS,
            mechanism=Shape("text", words=MECHANISMS),
            copy=TEXT,
            tia=TEXT,
        ),
        modules=TEXTS,
        hosts=TEXTS,
        consent=TEXT,
        country=TEXT,
        note=TEXT,
    ),
    consent=_list(
        id=TEXT,
        purposes=TEXTS,
        field=TEXT,
        record=TEXT,
        withdraw=TEXT,
        min_age=Shape("number"),
        label=TEXT,
    ),
    storage=_list(
        id=TEXT,
        kind=TEXT,
        region=TEXT,
        encryption_at_rest=TEXT,
        tables=TEXTS,
        provider=TEXT,
        label=TEXT,
        backups=TEXT,
    ),
    measures=_list(
        id=TEXT,
        kind=TEXT,
        applies_to=TEXTS,
        reviewed=TEXT,
        review=TEXT,
        label=TEXT,
        why=TEXT,
        link=TEXT,
    ),
    backups=FREE,
    rights=FREE,
    notices=FREE,
    cookies=Shape(
        "list",
        {"name": TEXT, "kind": TEXT, "lifetime": TEXT, "party": TEXT, "purpose": TEXT},
        ("name",),
    ),
    classify=Shape(
        "list",
        {"match": TEXT, "as": TEXT, "why": TEXT, "until": TEXT, "owner": TEXT},
        ("match", "as", "why"),
    ),
    policy=Shape("list", {"id": TEXT, "deny": POLICY_DENY, "why": TEXT, "allow": FREE}, ("id",)),
    law=TEXTS,
)
"""The whole file."""

FREE_SECTIONS = ("backups", "rights", "notices")
BLOCK_SECTIONS = ("storage", "measures", "backups", "rights", "notices", "cookies", "policy")
