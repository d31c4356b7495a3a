"""What the configuration says about findings: severities of rules, and paths where one is accepted.

An entry accepts the findings of one rule that stand in its paths; they stay in every report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import pathspec

from data_etiquette.model.kind import FindingStatus, Severity
from data_etiquette.model.location import Location
from data_etiquette.model.report import Acceptance, Finding


@dataclass(frozen=True, slots=True)
class Allowance:
    """One `[[tool.etiquette.allow]]`."""

    rule: str
    paths: tuple[str, ...]
    """Patterns as in .gitignore, relative to the configuration's folder."""
    reason: str
    location: Location
    """Of the entry."""
    until: str = ""
    """ISO date of its last day."""
    approved_by: str = ""

    def is_expired(self, today: str) -> bool:
        """Whether its last day is past."""
        return bool(self.until and today and self.until < today)

    @property
    def acceptance(self) -> Acceptance:
        """What reports say of a finding that it accepts."""
        by = f" (approved by {self.approved_by})" if self.approved_by else ""
        return Acceptance(f"{self.reason}{by}", self.location, self.until, self.approved_by)


@dataclass(frozen=True, slots=True)
class Override:
    """The severity that all findings of a rule have."""

    rule: str
    severity: Severity
    location: Location


@dataclass(frozen=True, slots=True)
class Policy:
    """What the configuration file says about findings."""

    overrides: tuple[Override, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    folder: PurePath = field(default_factory=PurePath)
    """Of the configuration file."""
    root: PurePath = field(default_factory=PurePath)
    """What the paths of findings are relative to."""
    is_whole: bool = True
    """Whether all that the entries speak of was read; only then one can be unused."""


NO_POLICY = Policy()


def with_severities(findings: Iterable[Finding], policy: Policy) -> list[Finding]:
    """Findings with the severities that the configuration gives to their rules."""
    wanted = {item.rule: item.severity for item in policy.overrides}
    return [
        replace(item, severity=wanted[item.rule]) if item.rule in wanted else item
        for item in findings
    ]


def allow(
    findings: Sequence[Finding], policy: Policy, today: str
) -> tuple[tuple[Finding, ...], frozenset[Allowance]]:
    """Findings with those marked that an entry accepts, and the entries that fit one."""
    specs = [
        (item, pathspec.GitIgnoreSpec.from_lines(item.paths))
        for item in policy.allowances
        if not item.is_expired(today)
    ]
    if not specs:
        return tuple(findings), frozenset()
    used: set[Allowance] = set()
    marked = []
    for finding in findings:
        path = _from_folder(finding.location.path, policy)
        fitting = [
            item for item, spec in specs if item.rule == finding.rule and spec.match_file(path)
        ]
        used.update(fitting)
        if fitting and finding.status is FindingStatus.NEW:
            acceptance = fitting[0].acceptance
            marked.append(replace(finding, status=FindingStatus.SUPPRESSED, acceptance=acceptance))
        else:
            marked.append(finding)
    return tuple(marked), frozenset(used)


def stale_allowances(
    policy: Policy, used: frozenset[Allowance], checked: frozenset[str], today: str
) -> tuple[tuple[Allowance, str], ...]:
    """Entries that have ended or fit no finding, each with the sentence that says so."""
    found = []
    for item in policy.allowances:
        where = ", ".join(item.paths)
        if item.is_expired(today):
            found.append((item, f"Allowing {item.rule} in {where} ended on {item.until}"))
        elif policy.is_whole and item not in used and item.rule in checked:
            told = f"Allowing {item.rule} in {where} fits no finding any more: remove the entry"
            found.append((item, told))
    return tuple(found)


def _from_folder(path: str, policy: Policy) -> str:
    """A finding's path as seen from the configuration's folder, or as it is where it is outside."""
    place = policy.root / path
    if place.is_relative_to(policy.folder):
        return place.relative_to(policy.folder).as_posix()
    return path
