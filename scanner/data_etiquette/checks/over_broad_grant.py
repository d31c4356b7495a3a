"""ETQ311: rights on tables with personal data that go further than anybody's task."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.control import concerned, controls, told
from data_etiquette.model.graph import Control
from data_etiquette.model.report import Finding, Practice

_NAMES = re.compile(r"[^\s,;]+")


def over_broad_grant(context: Context) -> Iterator[Finding]:
    """One finding for each statement and table, and for each role above all checks."""
    for control, entities in controls(context, "grant"):
        reason = _reason(context, control)
        for entity in entities if reason else ():
            fields = concerned(control, entity)
            if fields:
                yield context.on_place(
                    control.location,
                    f"{reason} on {told(context, entity, fields)}",
                    f"{entity.id}:{control.detail('to')}:{control.detail('privileges')}",
                    entity=entity.name,
                )
    stored = any(entity.stored and entity.personal_fields for entity in context.graph.entities)
    for control, _ in controls(context, "role"):
        right, to = control.detail("right"), control.detail("to")
        if stored and right.upper() in context.query("rights"):
            message = f"Role {to} is {right}: no right and no row security holds for it"
            yield context.on_place(control.location, message, f"role:{to}:{right}", entity=to)


def _reason(context: Context, control: Control) -> str:
    privileges, to = control.detail("privileges").upper(), control.detail("to")
    names = {name.strip('"`[]').lower() for name in _NAMES.findall(to)}
    everybody = names & set(context.query("everybody"))
    if everybody:
        return f"{privileges} is granted to {to}, which is everybody,"
    if control.detail("option") == "GRANT":
        return f"{privileges} is granted to {to}, who may pass it on,"
    if privileges in ("ALL", "ALL PRIVILEGES") and not names & set(context.query("owners")):
        return f"Every right is granted to {to}"
    return ""


def narrow_grant(context: Context) -> Iterator[Practice]:
    """Grants on tables with personal data to named roles, with the rights they need."""
    for control, entities in controls(context, "grant"):
        for entity in () if _reason(context, control) else entities:
            privileges, to = control.detail("privileges"), control.detail("to")
            message = f"{privileges} on {entity.name} is granted to {to} alone"
            yield context.kept(control.location, message, entity=entity.name)
