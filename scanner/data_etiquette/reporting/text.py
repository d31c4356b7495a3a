"""The report for a terminal: gravest findings first, each with its place, reason and remedy."""

from __future__ import annotations

import itertools
import operator
import shlex
import textwrap
from collections.abc import Sequence

from data_etiquette.model.catalog import Rule
from data_etiquette.model.kind import FindingStatus
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
_CHAPTER = len("ETQ3")
"""Characters of a rule's code that name its promise."""


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
        blocks = [self._place(group) for group in _by_place(findings[:_MAX_SHOWN])]
        hidden = len(findings) - _MAX_SHOWN
        if hidden > 0:
            blocks.append(f"{counted(hidden, 'more finding')}: see --output json or html.\n")
        blocks.append(self._end(findings))
        return "\n".join(blocks)

    def _place(self, group: Sequence[Finding]) -> str:
        """What one rule says of one place: a sentence for each finding, the rest told once."""
        finding = group[0]
        lines = [self._sentence(item) for item in group]
        lines.append(f"  {style(one_line(str(finding.location)), BOLD, self._options)}")
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
        for item in group:
            lines += self._explained(item)
        return "\n".join(lines) + "\n"

    def _sentence(self, finding: Finding) -> str:
        severity = style(
            finding.severity.value.upper(), SEVERITY_COLOURS[finding.severity], self._options
        )
        return f"{severity} {style(finding.rule, BOLD, self._options)} {one_line(finding.message)}"

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
            one_line(f"Not analysed: {_place_of(item)} {item.reason}")
            for item in self._report.skipped[:20]
        ]
        if len(self._report.skipped) > len(lines):
            lines.append(f"Not analysed: {len(self._report.skipped) - len(lines)} more")
        lines += map(one_line, self._report.not_checked)
        silent = {item.code for item in self._report.statuses if item.checked and not item.findings}
        if silent:
            lines.append(f"Checked, nothing found: {', '.join(self._spans(silent))}.")
        lines.append(style(one_line(summary(self._report)), BOLD, self._options))
        if findings:
            lines += self._next(findings[0])
        return "\n".join(lines) + "\n"

    def _spans(self, codes: set[str]) -> list[str]:
        """Codes of rules; of those that follow each other in the catalog only the ends."""
        runs: list[list[str]] = []
        previous = ""
        for code in sorted(item.code for item in self._report.statuses):
            if code in codes and previous in codes and code[:_CHAPTER] == previous[:_CHAPTER]:
                runs[-1].append(code)
            elif code in codes:
                runs.append([code])
            previous = code
        return [f"{run[0]}-{run[-1]}" if len(run) > 1 else run[0] for run in runs]

    def _next(self, finding: Finding) -> list[str]:
        """What to do after a first scan; the baseline is offered while there is none."""
        paths = "".join(f" {shlex.quote(path)}" for path in self._report.paths if path != ".")
        offered = [(f"etiquette explain {finding.fingerprint[:_SHORT]}{paths}", "why it is there")]
        if not any(item.status is FindingStatus.BASELINE for item in self._report.findings):
            offered.append((f"etiquette baseline create{paths}", "from now on only what is new"))
        offered.append((f"etiquette scan{paths or ' .'} -o html:reports", "the whole report"))
        width = max(len(command) for command, _ in offered)
        return ["Next:", *(f"  {one_line(command):{width}}  {what}" for command, what in offered)]


def _by_place(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings that stand together, those of one rule at one place in one group."""
    keys = [(item.rule, item.severity, item.location) for item in findings]
    return [
        [findings[number] for number, _ in group]
        for _, group in itertools.groupby(enumerate(keys), key=operator.itemgetter(1))
    ]


def _hop(hop: Hop) -> str:
    return one_line(f"  {hop.number}. {hop.step.path}:{hop.step.line} {hop.step.note}")


def _place_of(item: Skipped) -> str:
    return f"{item.path}:{item.line}" if item.line else item.path


def _first_sentence(rule: Rule) -> str:
    flat = " ".join(rule.why.split())
    head, stop, _ = flat.partition(". ")
    return head + stop.strip()


__all__ = ["TextOptions", "render_text"]
