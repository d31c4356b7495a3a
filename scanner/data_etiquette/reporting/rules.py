"""Rules as text and as JSON: the list, one in full, and the outcome of their cases."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from data_etiquette.model.catalog import LawReference, Rule
from data_etiquette.reporting.jsontext import Json, json_text
from data_etiquette.reporting.terminal import (
    BOLD,
    DIM,
    SEVERITY_COLOURS,
    TextOptions,
    one_line,
    style,
)

_NEEDS = {
    "code": "the code alone",
    "declaration": "a declaration",
    "either": "the code; a declaration lets it say more",
}


class Case(Protocol):
    """The outcome of one case, as far as it is told."""

    @property
    def id(self) -> str:
        """Rule and case."""

    @property
    def path(self) -> str:
        """The rule file."""

    @property
    def missing(self) -> tuple[str, ...]:
        """What should have come out."""

    @property
    def extra(self) -> tuple[str, ...]:
        """What came out as well."""


def render_list(rules: Sequence[Rule], options: TextOptions) -> str:
    """One line a rule, by principle."""
    width = max((len(rule.code) for rule in rules), default=0)
    lines: list[str] = []
    principle = ""
    for rule in rules:
        if rule.principle.word != principle:
            principle = rule.principle.word
            lines += ["", style(principle.capitalize(), BOLD, options)]
        severity = style(f"{rule.severity.value:<8}", SEVERITY_COLOURS[rule.severity], options)
        lines.append(f"  {rule.code:<{width}}  {severity}  {rule.name}: {one_line(rule.title)}")
    return "\n".join(lines[1:]) + "\n" if lines else "no rules\n"


def render_list_json(rules: Sequence[Rule]) -> str:
    """The same for programs."""
    listed: list[Json] = [_summary(rule) for rule in rules]
    return json_text(listed, indent=2)


def render_rule(rule: Rule, laws: Iterable[LawReference], options: TextOptions) -> str:
    """Everything that a rule's file says."""
    known = {law.id: law for law in laws}
    lines = [
        style(f"{rule.code} {rule.name}: {one_line(rule.title)}", BOLD, options),
        f"{rule.severity.value} severity, {rule.principle.word}; needs {_NEEDS[rule.needs]}",
        "",
        *_wrapped(rule.why, options),
        "",
        style("Law", BOLD, options),
        *(f"  {line}" for reference in rule.law for line in _law(reference, known)),
        "",
        style("What to do", BOLD, options),
        *_wrapped(rule.fix, options, "  "),
        *_example("before", rule.fix_before, options),
        *_example("after", rule.fix_after, options),
        "",
        style("What it cannot see", BOLD, options),
        *_wrapped(rule.limits, options, "  "),
    ]
    for head, cases in _cases(rule).items():
        if cases:
            lines += ["", style(head, BOLD, options), *(f"  {one_line(name)}" for name in cases)]
    return "\n".join(lines) + "\n"


def render_rule_json(rule: Rule, laws: Iterable[LawReference]) -> str:
    """The same for programs."""
    known = {law.id: law for law in laws}
    document: dict[str, Json] = {
        **_summary(rule),
        "why": rule.why,
        "law": [
            {"id": item, "short": known[item].short, "title": known[item].title,
             "url": known[item].url}
            for item in rule.law
            if item in known
        ],
        "fix": {"text": rule.fix, "before": rule.fix_before, "after": rule.fix_after},
        "limits": rule.limits,
        "cases": [case.name for case in rule.cases],
    }  # fmt: skip
    return json_text(document, indent=2)


def render_test(outcomes: Sequence[Case], options: TextOptions) -> str:
    """The cases that fail, with what is missing and what is too much, and how many pass."""
    failing = [outcome for outcome in outcomes if outcome.missing or outcome.extra]
    lines: list[str] = []
    for outcome in failing:
        lines.append(style(f"FAILED {one_line(outcome.id)}", BOLD, options))
        lines.append(f"  {outcome.path}")
        lines += [f"  missing: {one_line(text)}" for text in outcome.missing]
        lines += [f"  extra:   {one_line(text)}" for text in outcome.extra]
        lines.append("")
    passed = len(outcomes) - len(failing)
    lines.append(f"{passed} of {len(outcomes)} cases pass.")
    return "\n".join(lines) + "\n"


def _summary(rule: Rule) -> dict[str, Json]:
    return {
        "code": rule.code,
        "name": rule.name,
        "title": rule.title,
        "principle": rule.principle.word,
        "severity": rule.severity.value,
        "needs": rule.needs,
        "path": rule.path,
    }


def _law(reference: str, known: Mapping[str, LawReference]) -> Iterator[str]:
    law = known.get(reference)
    if law is None:
        yield reference
        return
    yield f"{law.short}: {law.title}"
    if law.url:
        yield f"  {law.url}"


def _example(head: str, text: str, options: TextOptions) -> Iterator[str]:
    if text:
        yield ""
        yield f"  {head}:"
        for line in text.rstrip().splitlines():
            yield style(f"    {one_line(line)}", DIM, options)


def _cases(rule: Rule) -> dict[str, list[str]]:
    return {
        "Cases it finds": [case.name for case in rule.cases if case.expect],
        "Cases it leaves alone": [case.name for case in rule.cases if not case.expect],
    }


def _wrapped(text: str, options: TextOptions, indent: str = "") -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        lines += textwrap.wrap(
            paragraph, options.width, initial_indent=indent, subsequent_indent=indent
        )
    return lines
