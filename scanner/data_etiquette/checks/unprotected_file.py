"""ETQ307: personal data in files that have no protection of their own."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import fitting_flows, sentence
from data_etiquette.model.graph import Flow
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding

_SHOWN = 5


def unprotected_file(context: Context) -> Iterator[Finding]:
    """One finding for each place that writes a file, at the gravest data that goes into it.

    An export writes many fields by one call: that is one thing to mend, not ten.
    """
    places: dict[Location, list[tuple[int, Flow]]] = {}
    for number, flow in fitting_flows(context):
        places.setdefault(flow.sink.location, []).append((number, flow))
    for found in places.values():
        number, flow = max(found, key=lambda item: _gravity(context, item[1]))
        also = sorted(
            {context.label(item.element) for _, item in found} - {context.label(flow.element)}
        )
        more = f", with {', '.join(also[:_SHOWN])}" if also else ""
        more += f" and {len(also) - _SHOWN} more" if len(also) > _SHOWN else ""
        message = f"{sentence(context, flow)}{more}{_where(context, flow)}"
        yield context.on_flow(number, flow, message)


def _gravity(context: Context, flow: Flow) -> tuple[int, int, str, str]:
    known = context.elements.get(flow.element)
    sensitivity = known.sensitivity if known is not None else 0
    rank = context.severity_for(flow.element).rank
    return (rank, sensitivity, flow.element, flow.field)


def _where(context: Context, flow: Flow) -> str:
    folders = [item for item in context.query("public") if item in flow.sink.address]
    if not folders:
        return ", a file without protection of its own"
    return f", a file in {max(folders, key=len)}, which others can read"
