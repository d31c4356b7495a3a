"""ETQ711: recipients that are never told to erase."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from data_etiquette.checks.context import Context
from data_etiquette.checks.recipients import declared_for, known_recipient
from data_etiquette.declaration.match import OUTSIDE
from data_etiquette.model.graph import Flow, Removal
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding, Practice


def erasure_not_passed_on(context: Context) -> Iterator[Finding]:
    """One finding for each recipient that keeps data of persons, where it first gets it."""
    removed = {removal.store for removal in context.graph.removals}
    for identity, flows in _by_recipient(context).items():
        number, flow = flows[0]
        if identity in removed or not _keeps(context, identity, flow):
            continue
        name = flow.sink.recipient_name or identity
        data = ", ".join(sorted({context.label(item.element) for _, item in flows})[:4])
        message = f"{name} gets {data}; no call was found that erases it there"
        finding = context.on_flow(number, flow, message, context.rule.severity)
        yield replace(finding, confidence=Confidence.LOW)


def erasure_passed_on(context: Context) -> Iterator[Practice]:
    """Each recipient that some code tells to erase."""
    flows = _by_recipient(context)
    first: dict[str, Removal] = {}
    for removal in context.graph.removals:
        first.setdefault(removal.store, removal)
    for identity, removal in sorted(first.items()):
        if identity in flows:
            name = flows[identity][0][1].sink.recipient_name or identity
            yield context.kept(removal.location, f"{name} is told to erase by {removal.name}")


def _by_recipient(context: Context) -> dict[str, list[tuple[int, Flow]]]:
    found: dict[str, list[tuple[int, Flow]]] = {}
    for number, flow in enumerate(context.graph.flows):
        if flow.sink.kind in OUTSIDE and flow.sink.recipient:
            found.setdefault(flow.sink.recipient, []).append((number, flow))
    return found


def _keeps(context: Context, identity: str, flow: Flow) -> bool:
    """Whether a recipient keeps records of persons, and does not only pass things on."""
    declared = declared_for(context, flow)
    known = known_recipient(context, identity)
    kind = known.kind if known is not None else declared.kind if declared is not None else ""
    return kind in context.query("keeping")
