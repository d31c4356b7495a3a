"""The report for a terminal: gravest findings first, each with its place, reason and remedy."""

from __future__ import annotations

import shlex
import textwrap

from data_etiquette.model.catalog import Rule
from data_etiquette.model.location import Skipped
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.sentence import counted, new_findings, summary
from data_etiquette.reporting.terminal import (
    BOLD,
    DIM,
    SEVERITY_COLOURS,
    TextOptions,
    one_line,
    snippet_lines,
    style,
)
from data_etiquette.reporting.trace import Hop, other_traces, others_told, shortened

_MAX_SHOWN = 200
"""Findings printed in full; the rest is counted, and the JSON report has them all."""
_SHORT = 10
"""Digits of a fingerprint that are enough to name a finding."""


def render_text(report: Report, options: TextOptions) -> str:
    """The report as text, one trailing newline."""
    return _Text(report, options).render()


class _Text:
    def __init__(self, report: Report, options: TextOptions) -> None:
        self._report = report
        self._options = options
        self._rules = {rule.code: rule for rule in report.rules}
        self._others = other_traces(report)
        self._snippets = {
            (snippet.path, line.number): snippet
            for snippet in report.snippets
            for line in snippet.lines
            if line.is_hit
        }

    def render(self) -> str:
        findings = new_findings(self._report)
        blocks = [self._finding(finding) for finding in findings[:_MAX_SHOWN]]
        hidden = len(findings) - len(blocks)
        if hidden > 0:
            blocks.append(f"{counted(hidden, 'more finding')}: see --output json or html.\n")
        blocks.append(self._end(findings))
        return "\n".join(blocks)

    def _finding(self, finding: Finding) -> str:
        severity = style(
            finding.severity.value.upper(), SEVERITY_COLOURS[finding.severity], self._options
        )
        head = f"{severity} {style(finding.rule, BOLD, self._options)} {one_line(finding.message)}"
        lines = [head, f"  {style(one_line(str(finding.location)), BOLD, self._options)}"]
        lines += self._snippet(finding)
        if finding.flow >= 0:
            lines += self._steps(finding.flow)
        rule = self._rules.get(finding.rule)
        if rule is not None:
            lines += self._labelled("why", _first_sentence(rule))
        if finding.fix:
            lines += self._labelled("fix", finding.fix)
        if finding.law:
            lines += self._labelled("law", ", ".join(finding.law))
        lines += self._explained(finding)
        return "\n".join(lines) + "\n"

    def _snippet(self, finding: Finding) -> list[str]:
        location = finding.location
        snippet = self._snippets.get((location.path, location.line))
        if snippet is None:
            return []
        return snippet_lines(snippet, self._options, column=location.column)

    def _steps(self, number: int) -> list[str]:
        before, gap, after = shortened(self._report.flows[number].steps)
        lines = [_hop(hop) for hop in before]
        if gap:
            lines.append(f"     … {counted(gap, 'more step')} …")
        lines += [_hop(hop) for hop in after]
        others = len(self._others[number])
        return [*lines, f"     {others_told(others)}"] if others else lines

    def _explained(self, finding: Finding) -> list[str]:
        """The command that says more; it is there to be copied, so it is not wrapped."""
        paths = [path for path in self._report.paths if path != "."]
        words = ["etiquette", "explain", finding.fingerprint[:_SHORT], *map(shlex.quote, paths)]
        label = style("more", DIM, self._options)
        return [f"  {label}: {one_line(' '.join(words))}"] if finding.fingerprint else []

    def _labelled(self, label: str, text: str) -> list[str]:
        wrapped = textwrap.wrap(text, self._options.width - 8) or [""]
        head = f"  {style(label, DIM, self._options)}: {wrapped[0]}"
        return [head, *(f"       {line}" for line in wrapped[1:])]

    def _end(self, findings: list[Finding]) -> str:
        lines = [
            one_line(f"Not analysed: {_place(item)} {item.reason}")
            for item in self._report.skipped[:20]
        ]
        if len(self._report.skipped) > len(lines):
            lines.append(f"Not analysed: {len(self._report.skipped) - len(lines)} more")
        lines += map(one_line, self._report.not_checked)
        silent = [item.code for item in self._report.statuses if item.checked and not item.findings]
        if silent:
            lines.append(f"Checked, nothing found: {', '.join(sorted(silent))}.")
        lines.append(style(one_line(summary(self._report)), BOLD, self._options))
        if findings:
            lines.append(
                "Next: --output html:reports for the full report, --output json for programs."
            )
        return "\n".join(lines) + "\n"


def _hop(hop: Hop) -> str:
    return one_line(f"  {hop.number}. {hop.step.path}:{hop.step.line} {hop.step.note}")


def _place(item: Skipped) -> str:
    return f"{item.path}:{item.line}" if item.line else item.path


def _first_sentence(rule: Rule) -> str:
    flat = " ".join(rule.why.split())
    head, stop, _ = flat.partition(". ")
    return head + stop.strip()


__all__ = ["TextOptions", "render_text"]
