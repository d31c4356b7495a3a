"""What a draft is made of. Nothing in it is a decision: those stay `TODO`."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.model.catalog import KnownRecipient
from data_etiquette.model.graph import Transfer


@dataclass(slots=True)
class DraftActivity:
    """Fields of one application and one kind of person."""

    id: str
    subject: str = ""
    label: str = ""
    elements: set[str] = field(default_factory=set)
    include: set[str] = field(default_factory=set)
    """Patterns of the stored entities' fields."""
    entities: set[str] = field(default_factory=set)
    """Names of the entities, for the comment."""
    recipients: set[str] = field(default_factory=set)
    purposes: set[str] = field(default_factory=set)
    """Decided elsewhere (an import) or stated in the code."""
    perhaps: tuple[str, ...] = ()
    """Purposes that names suggest."""
    legal_basis: str = ""
    special_basis: str = ""
    retention: str = ""
    criterion: str = ""
    why: str = ""
    starts: str = ""
    periods: dict[str, set[str]] = field(default_factory=dict)
    """Period that code enforces to the places where it does."""
    expired: dict[str, set[str]] = field(default_factory=dict)
    """Period to the names of the entities that it is enforced on."""
    erased: set[str] = field(default_factory=set)
    """Places that erase."""
    consent: set[str] = field(default_factory=set)
    note: str = ""
    special: bool = False
    """Whether special categories are among the elements."""


@dataclass(slots=True)
class DraftRecipient:
    """Somebody who gets data."""

    id: str
    name: str
    transfer: Transfer
    known: KnownRecipient | None = None
    role: str = ""
    evidence: tuple[tuple[str, str], ...] = ()
    """Code or package of one that nothing else names."""


@dataclass(slots=True)
class DraftSubject:
    """A kind of person."""

    id: str
    label: str = ""
    code: set[str] = field(default_factory=set)
    fides: str = ""


@dataclass(slots=True)
class DraftCookie:
    """Something that is kept on a person's device."""

    name: str
    place: str = ""


@dataclass(slots=True)
class DraftConsent:
    """A field that holds a choice."""

    id: str
    field: str


@dataclass(slots=True)
class Draft:
    """A declaration in the making."""

    organisation: str = ""
    activities: list[DraftActivity] = field(default_factory=list)
    recipients: list[DraftRecipient] = field(default_factory=list)
    subjects: list[DraftSubject] = field(default_factory=list)
    consents: list[DraftConsent] = field(default_factory=list)
    protected: dict[str, set[str]] = field(default_factory=dict)
    """Kind of measure to the elements that fields of the code have it for."""
    cookies: list[DraftCookie] = field(default_factory=list)
    near: frozenset[str] = frozenset()
    """Countries to which data goes without a safeguard."""
    rights: dict[str, list[str]] = field(default_factory=dict)
    overrides: list[tuple[str, str, str]] = field(default_factory=list)
    """(pattern of fields, element or `none`, why) as another tool's file says."""

    def activity(self, identity: str, subject: str = "") -> DraftActivity:
        """The activity of that name, made when there is none."""
        for item in self.activities:
            if item.id == identity:
                return item
        made = DraftActivity(identity, subject)
        self.activities.append(made)
        return made
