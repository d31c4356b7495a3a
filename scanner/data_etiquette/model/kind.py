"""The closed sets of words that the whole program shares. Values are what reports print."""

from __future__ import annotations

from enum import Enum, StrEnum


class Severity(StrEnum):
    """How much harm a finding can do, least first; the written definitions are in `rules/`."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Position from 0 (low) to 3 (critical), for ordering and thresholds."""
        return list(Severity).index(self)

    def raised(self) -> Severity:
        """One level up; critical stays critical."""
        return list(Severity)[min(self.rank + 1, 3)]

    def lowered(self) -> Severity:
        """One level down; low stays low."""
        return list(Severity)[max(self.rank - 1, 0)]


class Confidence(StrEnum):
    """How sure a judgement is, least first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """Position from 0 (low) to 2 (high)."""
        return list(Confidence).index(self)


class Principle(Enum):
    """The promises; the value is the digit after `ETQ`. Zero is the tool about itself."""

    TOOL = 0
    TRANSPARENCY = 1
    CONSENT = 2
    SECURITY = 3
    PURPOSE = 4
    ACCURACY = 5
    RETENTION = 6
    SHARING = 7

    @property
    def word(self) -> str:
        """The lower-case word used in rule folders and in the JSON report."""
        return self.name.lower()


class SinkKind(StrEnum):
    """Where a flow can end: the closed list of the JSON contract."""

    LOG = "log"
    EXCEPTION = "exception"
    FILE = "file"
    THIRD_PARTY = "third_party"
    EMAIL = "email"
    QUEUE = "queue"
    CACHE = "cache"
    COOKIE = "cookie"
    SESSION = "session"
    RESPONSE = "response"
    TEMPLATE = "template"
    DATABASE = "database"
    SEARCH = "search"
    URL = "url"
    LLM = "llm"
    PROCESS = "process"
    PROTECTION = "protection"
    """Not a place where data leaves, and in no report: a function that is to protect it."""


class Protection(StrEnum):
    """What shields a stored value from somebody who reads the store."""

    NONE = "none"
    HASHED = "hashed"
    ENCRYPTED = "encrypted"
    MASKED = "masked"
    TOKENISED = "tokenised"


class Role(StrEnum):
    """What an entity is to a person; it decides what its generic fields mean."""

    PERSON = "person"
    """A natural person, their account, profile, contact card or address."""
    RECORD = "record"
    """A person's dealings: an order, a booking, a registration."""
    CONTENT = "content"
    """What a person wrote or was written: a comment, a message, a review."""
    ACTIVITY = "activity"
    """A log of persons' behaviour: an audit log, a page view, a session."""
    CREDENTIAL = "credential"
    """Secrets and tokens of persons: an API token, an invitation, a second factor."""
    HEALTH = "health"
    """A clinical record: a condition, an observation, a prescription."""
    ORGANISATION = "organisation"
    """A company, team or other body."""
    THING = "thing"
    """Everything else: products, events, settings, templates."""


class FindingStatus(StrEnum):
    """Whether a finding counts today."""

    NEW = "new"
    BASELINE = "baseline"
    SUPPRESSED = "suppressed"
