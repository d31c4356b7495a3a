"""ETQ313: personal data in cookies and in sessions that are kept at the client."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import fitting_flows, sentence
from data_etiquette.checks.stated import stated
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.report import Finding


def cookie_or_session(context: Context) -> Iterator[Finding]:
    """One finding for each flow into a cookie, or into a session that is a cookie."""
    settings = list(stated(context))
    for setting, told in settings:
        message = f"Sessions are kept in the client's cookie, readable there: {told}"
        yield context.on_place(setting.location, message, setting.key)
    for number, flow in fitting_flows(context):
        if flow.sink.kind is SinkKind.COOKIE and not _is_sealed(context, flow):
            yield context.on_flow(number, flow, f"{sentence(context, flow)}, kept at the client")
        elif flow.sink.kind is SinkKind.SESSION and (settings or _is_client_side(context, flow)):
            message = f"{sentence(context, flow)}, which is a cookie that anybody can read"
            yield context.on_flow(number, flow, message)


def _is_sealed(context: Context, flow: Flow) -> bool:
    return any(word in flow.sink.name.lower() for word in context.query("sealed"))


def _is_client_side(context: Context, flow: Flow) -> bool:
    """Whether the framework keeps sessions in a cookie and nothing says that it is set up else."""
    if not any(word in flow.sink.name.lower() for word in context.query("client_side")):
        return False
    if "session_interface" in context.graph.writes:
        return False  # An implementation of the application's own.
    packages = {item.name for item in context.graph.dependencies}
    kept = any(True for _ in stated(context, "server_side"))
    return not kept and not packages & set(context.query("server_packages"))
