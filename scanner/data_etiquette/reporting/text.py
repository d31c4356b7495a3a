"""The report for a terminal: gravest findings first, each with its place, reason and remedy."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from data_etiquette.model.catalog import Rule
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import Severity
from data_etiquette.model.location import Skipped
from data_etiquette.model.report import Finding, Report, Snippet
from data_etiquette.reporting.sentence import counted, new_findings, summary, visible

_COLOURS = {
    Severity.CRITICAL: "1;37;41",
    Severity.HIGH: "1;31",
    Severity.MEDIUM: "1;33",
    Severity.LOW: "1;36",
}
_BOLD, _DIM = "1", "2"
_MAX_SHOWN = 200
"""Findings printed in full; the rest is counted, and the JSON report has them all."""


@dataclass(frozen=True, slots=True)
class TextOptions:
    """How the terminal is."""

    color: bool = False
    width: int = 100


def render_text(report: Report, options: TextOptions) -> str:
    """The report as text, one trailing newline."""
    return _Text(report, options).render()


class _Text:
    def __init__(self, report: Report, options: TextOptions) -> None:
        self._report = report
        self._options = options
        self._rules = {rule.code: rule for rule in report.rules}
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
        severity = self._style(finding.severity.value.upper(), _COLOURS[finding.severity])
        head = f"{severity} {self._style(finding.rule, _BOLD)} {_line(finding.message)}"
        lines = [head, f"  {self._style(_line(str(finding.location)), _BOLD)}"]
        lines += self._snippet(finding)
        if finding.flow >= 0:
            lines += self._steps(self._report.flows[finding.flow])
        rule = self._rules.get(finding.rule)
        if rule is not None:
            lines += self._labelled("why", _first_sentence(rule))
        if finding.fix:
            lines += self._labelled("fix", finding.fix)
        if finding.law:
            lines += self._labelled("law", ", ".join(finding.law))
        return "\n".join(lines) + "\n"

    def _snippet(self, finding: Finding) -> list[str]:
        snippet = self._snippets.get((finding.location.path, finding.location.line))
        if snippet is None:
            return []
        return self._snippet_lines(snippet, finding.location.column)

    def _snippet_lines(self, snippet: Snippet, column: int) -> list[str]:
        width = len(str(snippet.lines[-1].number))
        lines = []
        for line in snippet.lines:
            if abs(line.number - _hit(snippet)) > 1:
                continue
            mark = ">" if line.is_hit else " "
            text = _line(line.text)[: self._options.width - width - 7]
            lines.append(self._style(f"  {mark} {line.number:>{width}} | ", _DIM) + text)
            if line.is_hit and column <= len(text):
                lines.append(
                    " " * (width + 4) + self._style(" | ", _DIM) + " " * (column - 1) + "^"
                )
        return lines

    def _steps(self, flow: Flow) -> list[str]:
        return [
            _line(f"  {number}. {step.path}:{step.line} {step.note}")
            for number, step in enumerate(flow.steps, start=1)
        ]

    def _labelled(self, label: str, text: str) -> list[str]:
        wrapped = textwrap.wrap(text, self._options.width - 8) or [""]
        head = f"  {self._style(label, _DIM)}: {wrapped[0]}"
        return [head, *(f"       {line}" for line in wrapped[1:])]

    def _end(self, findings: list[Finding]) -> str:
        lines = [
            _line(f"Not analysed: {_place(item)} {item.reason}")
            for item in self._report.skipped[:20]
        ]
        if len(self._report.skipped) > len(lines):
            lines.append(f"Not analysed: {len(self._report.skipped) - len(lines)} more")
        lines += self._report.not_checked
        lines.append(self._style(summary(self._report), _BOLD))
        if findings:
            lines.append(
                "Next: --output html:reports for the full report, --output json for programs."
            )
        return "\n".join(lines) + "\n"

    def _style(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._options.color else text


def _line(text: str) -> str:
    """Text of the scanned code that must stay on its line and leave the terminal alone."""
    return visible(text).replace("\n", "\\n")


def _place(item: Skipped) -> str:
    return f"{item.path}:{item.line}" if item.line else item.path


def _hit(snippet: Snippet) -> int:
    return next((line.number for line in snippet.lines if line.is_hit), 0)


def _first_sentence(rule: Rule) -> str:
    flat = " ".join(rule.why.split())
    head, stop, _ = flat.partition(". ")
    return head + stop.strip()
