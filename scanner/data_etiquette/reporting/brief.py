"""The short text of the commit hook: what blocks the commit, why, and the ways on."""

from __future__ import annotations

import textwrap

from data_etiquette.model.catalog import Rule
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.sentence import accepted_findings, by_severity, counted, new_findings
from data_etiquette.reporting.terminal import BOLD, SEVERITY_COLOURS, TextOptions, one_line, style
from data_etiquette.reporting.trace import shortened

_MAX_SHOWN = 20
_SHORT = 10


def render_brief(report: Report, named: int, unread: int, options: TextOptions) -> str:
    """The findings of the report, one short block each, and what to do about them."""
    findings = new_findings(report)
    rules = {rule.code: rule for rule in report.rules}
    blocks = [_finding(item, report, rules, options) for item in findings[:_MAX_SHOWN]]
    if len(findings) > _MAX_SHOWN:
        blocks.append(f"{counted(len(findings) - _MAX_SHOWN, 'more finding')}: etiquette scan .\n")
    if findings:
        blocks.append(_ways(findings[0]))
    blocks.append(_summary(report, findings, named, unread, options))
    return "\n".join(blocks)


def _finding(finding: Finding, report: Report, rules: dict[str, Rule], options: TextOptions) -> str:
    level = style(finding.severity.value.upper(), SEVERITY_COLOURS[finding.severity], options)
    lines = [
        f"{level} {style(finding.rule, BOLD, options)} {one_line(finding.message)}",
        f"  {one_line(str(finding.location))}",
    ]
    if finding.flow >= 0:
        before, gap, after = shortened(report.flows[finding.flow].steps)
        hops = [f"{hop.step.path}:{hop.step.line} {hop.step.note}" for hop in (*before, *after)]
        lines += [f"  - {one_line(hop)}" for hop in hops]
        lines += [f"  - and {counted(gap, 'step')} between"] if gap else []
    rule = rules.get(finding.rule)
    for label, text in (("why", _first(rule.why) if rule else ""), ("fix", finding.fix)):
        if text:
            wrapped = textwrap.wrap(f"{label}: {text}", options.width - 7) or [""]
            lines += [f"  {wrapped[0]}", *(f"       {line}" for line in wrapped[1:])]
    lines.append(f"  more: etiquette explain {finding.fingerprint[:_SHORT]}")
    return "\n".join(lines) + "\n"


def _ways(example: Finding) -> str:
    return (
        "Mend it, or accept it where it stands, with a reason and a last day:\n"
        f'  # etiquette: ignore[{example.rule}] reason="…" until=YYYY-MM-DD\n'
    )


def _summary(
    report: Report, findings: list[Finding], named: int, unread: int, options: TextOptions
) -> str:
    levels = [f"{number} {level.value}" for level, number in by_severity(report).items() if number]
    told = f"{counted(len(findings), 'finding')} ({', '.join(levels)})" if levels else "no findings"
    accepted = len(accepted_findings(report))
    known = len(report.findings) - len(findings) - accepted
    told += f", {accepted} suppressed" if accepted else ""
    told += f", {known} known before" if known else ""
    left_out = f", {unread} of them not read" if unread else ""
    head = f"{counted(named, 'file')} of the commit{left_out}, {counted(len(report.files), 'file')}"
    return style(f"{head} in all: {told}", BOLD, options) + "\n"


def _first(text: str) -> str:
    """The first sentence."""
    head, dot, _ = " ".join(text.split()).partition(". ")
    return head + dot.strip()
