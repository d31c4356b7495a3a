"""ETQ705: data on a way that a declared policy forbids."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import first_traces, sentence
from data_etiquette.checks.recipients import declared_for, known_recipient
from data_etiquette.declaration.policy import End, breaks, regions_of
from data_etiquette.model.graph import Flow
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Practice


def policy_violation(context: Context) -> Iterator[Finding]:
    """One finding for each field at each sink that breaks a policy."""
    declaration = context.declaration
    if declaration is None or not declaration.policies:
        return
    regions = regions_of(context.catalog.regions)
    for number, flow in first_traces(context.graph.flows):
        element = context.elements.get(flow.element)
        if element is None:
            continue
        end = _end(context, flow)
        for policy in declaration.policies:
            if breaks(policy, element, end, regions):
                why = f": {policy.why}" if policy.why else ""
                message = f"{sentence(context, flow)}, which policy {policy.id} denies{why}"
                yield context.on_flow(number, flow, message, context.rule.severity)
                break


def policies_held(context: Context) -> Iterator[Practice]:
    """Each policy that no flow was found to break."""
    declaration = context.declaration
    if declaration is None:
        return
    regions = regions_of(context.catalog.regions)
    broken = {
        policy.id
        for _, flow in first_traces(context.graph.flows)
        for policy in declaration.policies
        if (element := context.elements.get(flow.element)) is not None
        and breaks(policy, element, _end(context, flow), regions)
    }
    for policy in declaration.policies:
        if policy.id not in broken:
            message = f"No flow breaks the policy {policy.id}"
            yield context.kept(_place(context, policy.line), message)


def _place(context: Context, line: int) -> Location:
    path = context.declaration.path if context.declaration is not None else ""
    return Location(path, line or 1)


def _end(context: Context, flow: Flow) -> End:
    sink = flow.sink
    known = known_recipient(context, sink.recipient) if sink.recipient else None
    declared = declared_for(context, flow)
    kinds = [item.kind for item in (known, declared) if item is not None and item.kind]
    identities = [sink.recipient] if sink.recipient else []
    countries: tuple[str, ...] = (sink.country,) if sink.country else ()
    if declared is not None:
        identities.append(declared.id)
        countries = declared.countries or ((declared.country,) if declared.country else countries)
    return End(
        sink.kind.value,
        tuple(dict.fromkeys(identities)),
        tuple(dict.fromkeys(kinds)),
        countries,
    )
