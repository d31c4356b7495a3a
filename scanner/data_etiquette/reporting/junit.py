"""JUnit's XML: one test case for each rule and file with findings, one for each rule without."""

from __future__ import annotations

from collections import defaultdict
from html import escape

from data_etiquette.model.kind import FindingStatus
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.sentence import visible

_BREAKS = str.maketrans({"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def render_junit(report: Report) -> str:
    """Failures, passes and skips; suppressed findings are skips with their reason."""
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in report.findings:
        groups[finding.rule, finding.location.path].append(finding)
    titles = {rule.code: rule.name for rule in report.rules}
    cases: list[str] = []
    failures = skipped = 0
    for (code, path), found in sorted(groups.items()):
        failing = [item for item in found if item.status is FindingStatus.NEW]
        failures += bool(failing)
        skipped += not failing
        cases.append(_case(f"{code} {titles.get(code, '')}", path, failing, found))
    for status in report.statuses:
        if not status.checked:
            skipped += 1
            name = f"{status.code} {titles.get(status.code, '')}"
            cases.append(
                f"  <testcase name={_attribute(name)} classname={_attribute(status.code)}>\n"
                f"    <skipped>{_text('not checked: ' + status.reason)}</skipped>\n"
                "  </testcase>"
            )
        elif not status.findings:
            name = f"{status.code} {titles.get(status.code, '')}"
            cases.append(
                f"  <testcase name={_attribute(name)} classname={_attribute(status.code)}/>"
            )
    body = "\n".join(cases)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites><testsuite name="etiquette" tests="{len(cases)}" failures="{failures}" '
        f'errors="0" skipped="{skipped}">\n{body}\n</testsuite></testsuites>\n'
    )


def _case(name: str, path: str, failing: list[Finding], found: list[Finding]) -> str:
    head = (
        f"  <testcase name={_attribute(name)} classname={_attribute(path)} file={_attribute(path)}>"
    )
    lines = [head]
    if failing:
        worst = max(failing, key=lambda item: item.severity.rank)
        text = "\n".join(
            f"{item.location}: {item.severity.value}: {item.message} [{item.fingerprint}]"
            for item in failing
        )
        lines.append(
            f"    <failure type={_attribute(worst.severity.value)} "
            f"message={_attribute(worst.message)}>{_text(text)}</failure>"
        )
    else:
        reasons = "; ".join(
            f"{item.status.value}"
            + (f": {item.acceptance.reason}" if item.acceptance is not None else "")
            + f" [{item.fingerprint}]"
            for item in found
        )
        lines.append(f"    <skipped>{_text(reasons)}</skipped>")
    return "\n".join([*lines, "  </testcase>"])


def _attribute(text: str) -> str:
    legal = escape(visible(text))
    # A line break in an attribute would be read as a blank.
    return f'"{legal.translate(_BREAKS)}"'


def _text(text: str) -> str:
    return escape(visible(text), quote=False)
