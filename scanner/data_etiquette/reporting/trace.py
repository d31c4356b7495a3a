"""Traces of flows as every format shows them: their hops, and the flows that end alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data_etiquette.model.graph import Flow, Step
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.sentence import counted

MAX_HOPS = 9
"""Hops of one trace that a terminal shows; of a longer one the middle is counted."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a trace and its place in it."""

    number: int
    step: Step


def shortened(steps: Sequence[Step], limit: int = MAX_HOPS) -> tuple[list[Hop], int, list[Hop]]:
    """The hops before a gap, how many the gap hides, and the hops after it."""
    hops = [Hop(number, step) for number, step in enumerate(steps, start=1)]
    if len(hops) <= limit:
        return hops, 0, []
    tail = (limit - 1) // 2
    head = limit - 1 - tail
    return hops[:head], len(hops) - limit + 1, hops[-tail:]


def other_traces(report: Report) -> dict[int, tuple[int, ...]]:
    """For each finding's flow the further flows that bring the same field to the same sink."""
    shown = {item.flow for item in report.findings if item.flow >= 0}
    same: dict[tuple[object, ...], list[int]] = {}
    for number, flow in enumerate(report.flows):
        same.setdefault(flow.end, []).append(number)
    return {
        number: tuple(other for other in same[report.flows[number].end] if other != number)
        for number in sorted(shown)
    }


def flow_of(report: Report, finding: Finding) -> Flow | None:
    """The flow that a finding speaks of."""
    return report.flows[finding.flow] if finding.flow >= 0 else None


def others_told(number: int) -> str:
    """`2 other traces bring the same field here`."""
    verb = "brings" if number == 1 else "bring"
    return f"{counted(number, 'other trace')} {verb} the same field here"
