"""Findings of one rule at one line as one place with several data or origins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data_etiquette.model.graph import Step
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.sentence import counted
from data_etiquette.reporting.trace import flow_of


@dataclass(frozen=True, slots=True)
class Origin:
    """One finding of a place, and the steps that are its own."""

    finding: Finding
    title: str
    """What the others of the place have not: its data; else its message."""
    steps: tuple[Step, ...]
    """Up to where the ways of all findings of the place become one."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The findings of one rule and severity at one line."""

    origins: tuple[Origin, ...]
    message: str
    """Of a single finding its own; of several what all have in common, and what differs."""
    common: tuple[Step, ...]
    """The last steps, the same for all; none where there is a single finding."""

    @property
    def first(self) -> Finding:
        """The finding whose place, rule and severity are the spot's."""
        return self.origins[0].finding


def spots(report: Report, findings: Sequence[Finding]) -> tuple[Spot, ...]:
    """Findings of one rule and severity by their line, in the order that they have."""
    by_line: dict[tuple[str, int], list[Finding]] = {}
    for item in findings:
        by_line.setdefault((item.location.path, item.location.line), []).append(item)
    return tuple(_spot(report, items) for items in by_line.values())


def _spot(report: Report, findings: Sequence[Finding]) -> Spot:
    ways = [flow.steps if (flow := flow_of(report, item)) else () for item in findings]
    number = _shared_end(ways) if len(ways) > 1 else 0
    labels = {element.id: element.label for element in report.elements}
    message, titles = _told(findings, labels)
    origins = tuple(
        Origin(item, _distinct(item, title, titles), tuple(steps[: len(steps) - number]))
        for item, title, steps in zip(findings, titles, ways, strict=True)
    )
    return Spot(origins, message, tuple(ways[0][len(ways[0]) - number :]))


def _distinct(item: Finding, title: str, titles: Sequence[str]) -> str:
    """The title, with the field where others of the place have the same."""
    return f"{title} ({item.field})" if titles.count(title) > 1 and item.field else title


def _told(findings: Sequence[Finding], labels: Mapping[str, str]) -> tuple[str, list[str]]:
    """One sentence for all, `Each of these 2 reaches print: name, phone of User`, and a title each.

    Where the messages differ in more than their data, the first stands for the others.
    """
    messages = list(dict.fromkeys(item.message for item in findings))
    leads = [_lead(item, labels) for item in findings]
    titles = ["".join(lead) for lead in leads]
    rests = {item.message.removeprefix(lead) for item, lead in zip(findings, titles, strict=True)}
    if len(messages) == 1:
        return messages[0], titles if all(titles) else messages * len(findings)
    if all(titles) and len(rests) == 1:
        sentence = f"Each of these {len(findings)}{rests.pop()}: {_by_owner(leads)}"
        return sentence, titles
    others = counted(len(messages) - 1, "other finding")
    return f"{messages[0]}, and {others} here", [item.message for item in findings]


def _lead(item: Finding, labels: Mapping[str, str]) -> tuple[str, str]:
    """(`E-mail address`, ` of User`) of a message that begins so; empty where it does not."""
    label = labels.get(item.element, "")
    owner = f" of {item.entity}" if item.entity else ""
    if not label or not item.message.startswith(label):
        return "", ""
    return label, owner if item.message.startswith(label + owner) else ""


def _by_owner(leads: Iterable[tuple[str, str]]) -> str:
    """`City, Country of Contact; E-mail address of User`."""
    owners: dict[str, list[str]] = {}
    for label, owner in leads:
        names = owners.setdefault(owner, [])
        names += [label] if label not in names else []
    return "; ".join(", ".join(names) + owner for owner, names in owners.items())


def _shared_end(rows: Iterable[Sequence[object]]) -> int:
    """How many of the last items all rows have in common."""
    number = 0
    for items in zip(*(reversed(row) for row in rows), strict=False):
        if any(item != items[0] for item in items):
            break
        number += 1
    return number
