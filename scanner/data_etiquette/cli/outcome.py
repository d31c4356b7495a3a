"""The exit code of a scan, the same in every format."""

from __future__ import annotations

from data_etiquette.cli.exitcode import EXIT_CLEAN, EXIT_FINDINGS
from data_etiquette.model.kind import FindingStatus, Severity
from data_etiquette.model.report import Report

LEVELS = [*(level.value for level in Severity), "never"]


def exit_code(report: Report, fail_on: str) -> int:
    """Whether a finding that counts is at or above the level."""
    if fail_on == "never":
        return EXIT_CLEAN
    threshold = Severity(fail_on).rank
    new = (item for item in report.findings if item.status is FindingStatus.NEW)
    return EXIT_FINDINGS if any(item.severity.rank >= threshold for item in new) else EXIT_CLEAN
