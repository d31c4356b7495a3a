"""ETQ318: queries on personal data whose text is put together with values in it."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.control import controls, told
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding


def injectable_query(context: Context) -> Iterator[Finding]:
    """One finding for each query, naming the tables with personal data that it can reach."""
    for control, entities in controls(context, "built-query"):
        if not entities:
            continue
        # A model and its table are one store.
        entity = entities[0]
        about = told(context, entity, entity.personal_fields)
        message = f"A value is put into the text of a query on {about} instead of being bound to it"
        scope = f"{control.location.path}:{control.detail('verb')}:{','.join(control.tables)}"
        yield context.on_place(
            control.location, message, scope, confidence=Confidence.MEDIUM, entity=entity.name
        )
