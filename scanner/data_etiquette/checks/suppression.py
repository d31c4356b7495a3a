"""Suppressions in comments: read by a closed grammar, applied to findings and their flows.

`# etiquette: ignore[ETQ301] reason="consented newsletter, DPIA-12" until=2027-03-31 owner="Jo"`
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from data_etiquette.catalog.register import suggestion
from data_etiquette.model.application import Remark
from data_etiquette.model.graph import Flow, Graph
from data_etiquette.model.kind import FindingStatus
from data_etiquette.model.report import Acceptance, Finding

_GRAMMAR = re.compile(
    r"etiquette:\s*ignore\[(?P<rules>[^\]]*)\]\s+reason=(?P<quote>[\"'])(?P<reason>.*?)(?P=quote)"
    r"(?:\s+until=(?P<until>\S+))?(?:\s+owner=(?P<mark>[\"'])(?P<owner>[^\"']+)(?P=mark))?\s*(?:#.*)?$"
)
_IGNORING = re.compile(r"etiquette:\s*ignore\b")
_EMPTY_REASONS = re.compile(
    r"(?:todo|wip|fixme|later|tbd|none|n/?a|ignore|false positive|fp|xxx)\W*", re.IGNORECASE
)
_MIN_REASON = 8
NEVER = frozenset({"ETQ001", "ETQ002", "ETQ003", "ETQ004"})
"""What the tool says about itself can't be talked away in the code."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment that is understood."""

    remark: Remark
    rules: tuple[str, ...]
    reason: str
    until: str = ""
    owner: str = ""

    def is_expired(self, today: str) -> bool:
        """Whether its last day is past."""
        return bool(self.until and today and self.until < today)


def parse(remark: Remark, codes: Collection[str]) -> Suppression | str:
    """A suppression, or what is wrong with the comment."""
    match = _GRAMMAR.match(remark.text)
    if match is None:
        if not _IGNORING.match(remark.text):
            return 'the tool knows only `etiquette: ignore[CODE] reason="…"`'
        if "[" not in remark.text:
            return "it names no rule: `ignore[ETQ301]`; there is no form that ignores all"
        return (
            'it lacks a reason: `reason="…"`, and after it `until=YYYY-MM-DD` if it ends '
            'and `owner="…"`'
        )
    rules = tuple(filter(None, (name.strip() for name in match["rules"].split(","))))
    reason = match["reason"].strip()
    problem = _problem(rules, reason, match["until"] or "", codes)
    owner = (match["owner"] or "").strip()
    return problem or Suppression(remark, rules, reason, match["until"] or "", owner)


def _problem(rules: tuple[str, ...], reason: str, until: str, codes: Collection[str]) -> str:
    if not rules:
        return "it names no rule: `ignore[ETQ301]`; there is no form that ignores all"
    for name in rules:
        if name not in codes:
            near = suggestion(name, codes)
            return f"no rule is called {name}{near}"
        if name in NEVER:
            return f"{name} can't be suppressed in the code"
    if says_nothing(reason):
        return "its reason says nothing: name the decision, a ticket or an assessment"
    try:
        date.fromisoformat(until or "2000-01-01")
    except ValueError:
        return f"until={until} is no day of the form YYYY-MM-DD"
    return ""


def says_nothing(reason: str) -> bool:
    """Whether a reason is none."""
    return len(reason) < _MIN_REASON or _EMPTY_REASONS.fullmatch(reason) is not None


def suppressions(graph: Graph, codes: Collection[str]) -> list[Suppression]:
    """All comments that are understood, by place."""
    parsed = (parse(remark, codes) for remark in graph.remarks)
    return [item for item in parsed if isinstance(item, Suppression)]


def suppress(
    findings: Iterable[Finding],
    flows: Sequence[Flow],
    found: Sequence[Suppression],
    today: str,
) -> tuple[tuple[Finding, ...], frozenset[Suppression]]:
    """Findings with those marked that a comment accepts, and the comments that did so."""
    by_path: dict[str, list[Suppression]] = {}
    for item in found:
        if not item.is_expired(today):
            by_path.setdefault(item.remark.location.path, []).append(item)
    used: set[Suppression] = set()
    marked = []
    for finding in findings:
        item_for = _fitting(finding, flows, by_path) if by_path else None
        if item_for is None:
            marked.append(finding)
            continue
        used.add(item_for)
        acceptance = Acceptance(
            item_for.reason, item_for.remark.location, item_for.until, item_for.owner
        )
        marked.append(replace(finding, status=FindingStatus.SUPPRESSED, acceptance=acceptance))
    return tuple(marked), frozenset(used)


def _fitting(
    finding: Finding, flows: Sequence[Flow], by_path: dict[str, list[Suppression]]
) -> Suppression | None:
    """The comment at the finding's own statement, or at a step of its flow."""
    place = finding.location
    spans = [(place.path, place.line, max(place.end_line, place.line))]
    if finding.flow >= 0:
        flow = flows[finding.flow]
        spans += [(step.path, step.line, step.line) for step in flow.steps]
        spans.append((flow.source.path, flow.source.line, flow.source.line))
    for path, first, last in spans:
        for item in by_path.get(path, ()):
            overlaps = item.remark.first <= last and first <= item.remark.last
            if overlaps and finding.rule in item.rules:
                return item
    return None
