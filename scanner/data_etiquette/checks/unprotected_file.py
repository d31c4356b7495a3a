"""ETQ307: personal data in files that have no protection of their own."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import fitting_flows, sentence
from data_etiquette.model.graph import Flow
from data_etiquette.model.report import Finding


def unprotected_file(context: Context) -> Iterator[Finding]:
    """One finding for each flow into a file; the message says where the folder is an open one."""
    for number, flow in fitting_flows(context):
        message = sentence(context, flow)
        yield context.on_flow(number, flow, f"{message}{_where(context, flow)}")


def _where(context: Context, flow: Flow) -> str:
    folders = [item for item in context.query("public") if item in flow.sink.address]
    if not folders:
        return ", a file without protection of its own"
    return f", a file in {max(folders, key=len)}, which others can read"
