"""ETQ708: statements that move personal columns out of the database."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.control import concerned, controls, told
from data_etiquette.model.graph import Control
from data_etiquette.model.report import Finding

_WORDS = {
    "export": "An export",
    "share": "A data share",
    "external-table": "A table that lies elsewhere",
    "publication": "Replication",
    "link": "A link to another database",
}


def external_export(context: Context) -> Iterator[Finding]:
    """One finding for each statement and table."""
    for control, entities in controls(context, *_WORDS):
        if control.detail("to").upper() in context.query("inside"):
            continue
        for entity in entities:
            fields = concerned(control, entity)
            if fields:
                way = f"{_WORDS[control.kind]}{_to(control)}"
                yield context.on_place(
                    control.location,
                    f"{way} takes {told(context, entity, fields)} out",
                    f"{control.kind}:{entity.id}:{control.detail('to')}",
                    entity=entity.name,
                )


def _to(control: Control) -> str:
    to = control.detail("to") or control.detail("share") or control.detail("name")
    return f" to {to}" if to else ""
