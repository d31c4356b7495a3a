"""ETQ312: row security or masking that is switched off, or declared and not there."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.control import controls, told
from data_etiquette.model.report import Finding, Practice

_OFF = ("disable", "off", "drop")


def row_protection(context: Context) -> Iterator[Finding]:
    """One finding for each table whose last word on row security is that it is off."""
    last = {}
    for control, entities in controls(context, "row-security", "masking"):
        state = control.detail("state").lower()
        for entity in entities:
            if control.kind == "row-security" and state != "policy":
                last[entity.id] = (control, entity, state)
            elif control.kind == "masking" and state in _OFF:
                last[f"{entity.id}:masking"] = (control, entity, state)
    for key, (control, entity, state) in sorted(last.items(), key=lambda item: item[0]):
        if state in _OFF:
            what = "Masking" if key.endswith(":masking") else "Row security"
            message = f"{what} is off for {told(context, entity, entity.personal_fields)}"
            yield context.on_place(control.location, message, key, entity=entity.name)


def rows_protected(context: Context) -> Iterator[Practice]:
    """Tables with row security switched on, policies, and masked columns."""
    for control, entities in controls(context, "row-security", "masking"):
        if control.detail("state").lower() in _OFF:
            continue
        what = "Masking" if control.kind == "masking" else "Row security"
        for entity in entities:
            yield context.kept(
                control.location, f"{what} protects {entity.name}", entity=entity.name
            )
