"""ETQ401 and ETQ402: what code uses data for, against the purposes that are declared."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import first_traces
from data_etiquette.checks.surface import Surface
from data_etiquette.model.declaration import Activity
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding


def undeclared_purpose(context: Context) -> Iterator[Finding]:
    """One finding for each flow whose use no activity that covers the field names."""
    if context.declaration is None:
        return
    surface = Surface(context.graph)
    for number, flow in first_traces(context.graph.flows):
        covering = _covering(context, surface, flow)
        if not covering or flow.confidence is Confidence.LOW:
            continue
        told = _by_service(context, flow, covering) or _by_note(context, flow, covering)
        told = told or _by_code(context, flow, covering)
        if told:
            names = ", ".join(sorted(activity.id for activity in covering))
            label = context.label(flow.element)
            message = f"{label} of {flow.entity} is declared for {names}, and used {told}"
            yield context.on_flow(number, flow, message)


def code_without_purpose(context: Context) -> Iterator[Finding]:
    """One finding for each file with personal data that no activity's `code` and no note covers."""
    declaration = context.declaration
    if declaration is None or not any(activity.code for activity in declaration.activities):
        return
    noted = {note.location.path for note in context.graph.purposes}
    for path, (line, data, scopes) in sorted(_handling(context).items()):
        if path in noted or any(
            _matches(activity, path, scopes) for activity in declaration.activities
        ):
            continue
        labels = ", ".join(sorted({context.label(each) for each in data})[:4])
        message = f"{path} handles {labels}, and no activity names it under `code`"
        yield context.on_place(Location(path, line), message, path, confidence=Confidence.MEDIUM)


def _handling(context: Context) -> dict[str, tuple[int, set[str], set[str]]]:
    """File to (first line, data elements, dotted names) of the code that moves or writes data."""
    surface = Surface(context.graph)
    found: dict[str, tuple[int, set[str], set[str]]] = {}

    def note(location: Location, element: str, scope: str) -> None:
        line, data, scopes = found.get(location.path, (location.line, set(), set()))
        found[location.path] = (min(line, location.line), data | {element}, scopes | {scope})

    for flow in context.graph.flows:
        if flow.confidence is not Confidence.LOW and flow.sink.location.path.endswith(".py"):
            note(flow.sink.location, flow.element, flow.scope)
    for write in context.graph.written:
        entity = surface.entities.get(write.entity)
        for item in entity.personal_fields if entity is not None else ():
            if item.name == write.field and write.location.path.endswith(".py"):
                note(write.location, item.element, write.scope)
    return found


def _covering(context: Context, surface: Surface, flow: Flow) -> list[Activity]:
    found: dict[str, Activity] = {}
    for entity in surface.named(flow.entity):
        for item in entity.fields:
            if item.name == flow.field and item.element:
                found.update((a.id, a) for a in context.coverage.activities_of(entity, item))
    return list(found.values())


def _by_service(context: Context, flow: Flow, covering: Iterable[Activity]) -> str:
    """A service that does one thing: data that goes to it is used for that."""
    known = next((r for r in context.catalog.recipients if r.id == flow.sink.recipient), None)
    if known is None or known.kind not in context.query("service.kinds"):
        return ""
    serves = [p for p in context.catalog.purposes if known.kind in p.services]
    declared = {purpose for activity in covering for purpose in activity.purposes}
    if not serves or declared & {purpose.id for purpose in serves}:
        return ""
    if any(known.id in activity.recipients for activity in covering):
        return ""
    return f"for {serves[0].label.lower()} ({known.name})"


def _by_note(context: Context, flow: Flow, covering: Iterable[Activity]) -> str:
    """`@purpose("analytics")` on the function that uses it."""
    declared = {purpose for activity in covering for purpose in activity.purposes}
    declared |= {activity.id for activity in covering}
    for note in context.graph.purposes:
        inside = flow.scope == note.scope or flow.scope.startswith(f"{note.scope}.")
        if note.scope and inside and note.purpose not in declared:
            return f"for {note.purpose} by the note on {note.scope.rsplit('.', 1)[-1]}"
    return ""


def _by_code(context: Context, flow: Flow, covering: list[Activity]) -> str:
    """Code of another activity that does not have the field."""
    path, scopes = flow.sink.location.path, {flow.scope}
    if not all(activity.code for activity in covering):
        return ""
    if any(_matches(activity, path, scopes) for activity in covering):
        return ""
    declared = context.declaration.activities if context.declaration is not None else ()
    others = [activity.id for activity in declared if _matches(activity, path, scopes)]
    return f"in code of {', '.join(sorted(others))}" if others else ""


def _matches(activity: Activity, path: str, scopes: Iterable[str]) -> bool:
    return any(
        fnmatch.fnmatchcase(path, pattern)
        or fnmatch.fnmatchcase(path, f"{pattern.rstrip('/')}/*")
        or any(fnmatch.fnmatchcase(scope, pattern) or scope.startswith(f"{pattern}.")
               for scope in scopes)
        for pattern in activity.code
    )  # fmt: skip
