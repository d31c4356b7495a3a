"""Findings held against those that were known: only what is new counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from data_etiquette.checks.suppression import NEVER
from data_etiquette.model.kind import FindingStatus
from data_etiquette.model.report import Acceptance, BaselineEntry, Finding


def hold_against(
    findings: Iterable[Finding], baseline: Sequence[BaselineEntry]
) -> tuple[tuple[Finding, ...], tuple[BaselineEntry, ...]]:
    """Findings with the known ones marked, and the entries that match none.

    Equal findings have fingerprints of their own, so that one entry never hides a new twin.
    """
    known = {entry.fingerprint: entry for entry in baseline}
    met: set[str] = set()
    marked = []
    for finding in findings:
        entry = known.get(finding.fingerprint)
        if entry is None or finding.rule in NEVER:
            marked.append(finding)
            continue
        met.add(entry.fingerprint)
        if finding.status is FindingStatus.SUPPRESSED:
            marked.append(finding)
            continue
        acceptance = Acceptance(entry.reason, entry.location) if entry.reason else None
        marked.append(replace(finding, status=FindingStatus.BASELINE, acceptance=acceptance))
    stale = tuple(entry for entry in baseline if entry.fingerprint not in met)
    return tuple(marked), stale
