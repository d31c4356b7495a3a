"""Findings and the report: all that renderers see."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.model.catalog import (
    DataElement,
    ImportWords,
    KnownPurpose,
    KnownRecipient,
    LawReference,
    Rule,
    SubjectKind,
)
from data_etiquette.model.declaration import Declaration
from data_etiquette.model.graph import Entity, Erasure, Flow, Lineage, SourceFile, Transfer
from data_etiquette.model.kind import Confidence, FindingStatus, Severity
from data_etiquette.model.location import Location, Skipped


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A person's decision to live with a finding."""

    reason: str
    location: Location
    """Of the comment, or of the line that allows it."""
    until: str = ""
    """ISO date of its last day."""
    owner: str = ""
    """Who decided, where that is written."""


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """One finding that was there when the tool came, or that a person accepted since."""

    fingerprint: str
    rule: str
    path: str
    """Of the code."""
    location: Location
    """Of the entry itself."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something seen in the code that a rule speaks about."""

    rule: str
    name: str
    principle: str
    severity: Severity
    confidence: Confidence
    message: str
    location: Location
    element: str = ""
    entity: str = ""
    field: str = ""
    recipient: str = ""
    sink: str = ""
    """Sink kind, for flow findings."""
    flow: int = -1
    """Index into the report's flows; -1 when there is none."""
    law: tuple[str, ...] = ()
    """Short forms: `GDPR Art. 32`."""
    fix: str = ""
    scope: str = ""
    """What the finding hangs on, free of lines: `accounts.User.phone`."""
    fingerprint: str = ""
    status: FindingStatus = FindingStatus.NEW
    acceptance: Acceptance | None = None
    """Why it does not count today, and who said so where."""


@dataclass(frozen=True, slots=True)
class Practice:
    """A promise that was found kept: the opposite of a finding."""

    rule: str
    """Code of the rule that looked for it."""
    principle: str
    message: str
    """`Customer.phone is encrypted in its field`."""
    location: Location
    element: str = ""
    entity: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class SnippetLine:
    """One line of evidence, literals redacted."""

    number: int
    text: str
    is_hit: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """Redacted source around a place."""

    path: str
    lines: tuple[SnippetLine, ...]


@dataclass(frozen=True, slots=True)
class RuleStatus:
    """Whether a rule was checked in this scan, and why not otherwise."""

    code: str
    checked: bool
    reason: str = ""
    findings: int = 0


@dataclass(frozen=True, slots=True)
class FieldUse:
    """What the declaration says of one inventory entry."""

    entity: str
    field: str
    purposes: tuple[str, ...] = ()
    retention: str = ""
    activities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredUse:
    """What the declaration says of one recipient seen in code."""

    recipient: str
    declared: bool
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """A file beside the code that the outcome depends on."""

    kind: str
    """`declaration`, `configuration`, `baseline`."""
    path: str
    """Relative to the scanned root, POSIX."""
    digest: str


@dataclass(frozen=True, slots=True)
class Worktree:
    """What of the files read is not as the commit has it."""

    differing: tuple[str, ...] = ()
    """Files that are not as they were staged."""
    untracked: tuple[str, ...] = ()
    """Files that the repository does not know."""
    is_staged: bool = False
    """Whether something was staged since the commit."""

    @property
    def is_clean(self) -> bool:
        """Whether what was read is what was committed."""
        return not (self.differing or self.untracked or self.is_staged)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What was scanned, as far as it tells nothing of the machine and the hour."""

    project: str = ""
    """Name of the scanned folder."""
    commit: str = ""
    """Checked out in its repository; empty outside of one."""
    date: str = ""
    """Of `SOURCE_DATE_EPOCH`, in UTC; empty where it is not set."""
    repository: str = ""
    """Web address of the repository, without any credential; empty where none is told."""
    inputs: tuple[Input, ...] = ()
    worktree: Worktree | None = None
    """Nothing where it could not be told."""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a scan. Everything is sorted; nothing in it depends on time or machine."""

    version: str
    rules_digest: str
    paths: tuple[str, ...]
    entities: tuple[Entity, ...]
    flows: tuple[Flow, ...]
    transfers: tuple[Transfer, ...]
    lineage: tuple[Lineage, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    files: tuple[SourceFile, ...]
    rules: tuple[Rule, ...]
    statuses: tuple[RuleStatus, ...]
    elements: tuple[DataElement, ...]
    recipients: tuple[KnownRecipient, ...]
    """Those that occur in this report."""
    laws: tuple[LawReference, ...]
    field_uses: tuple[FieldUse, ...] = ()
    declared_uses: tuple[DeclaredUse, ...] = ()
    declaration: Declaration | None = None
    since: str = ""
    """The commit that findings are held against, if one was named."""
    fixed: tuple[Finding, ...] = ()
    """Findings of that commit that are gone."""
    practices: tuple[Practice, ...] = ()
    """Promises found kept, with evidence; sorted."""
    snippets: tuple[Snippet, ...] = ()
    not_checked: tuple[str, ...] = ()
    """Sentences on what could not be checked, and why."""
    erasures: tuple[Erasure, ...] = ()
    """Code that deletes, anonymises or expires rows; sorted."""
    provenance: Provenance = Provenance()
    regions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Countries that the law treats alike: (`EEA`, (`AT`, …)), (`adequacy`, …)."""

    purposes: tuple[KnownPurpose, ...] = ()
    subjects: tuple[SubjectKind, ...] = ()
    vocabularies: tuple[ImportWords, ...] = ()
    """Words of other tools and formats for ours."""

    @property
    def lines(self) -> int:
        """Lines of all files read."""
        return sum(item.lines for item in self.files)
