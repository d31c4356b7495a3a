"""ETQ608: former values that outlive the row they were of."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.erasures import all_personal, by_id, erasures_of, labels
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding, Practice


def history_keeps_data(context: Context) -> Iterator[Finding]:
    """One finding for each tracker over personal fields of an entity that is erased."""
    erasures = erasures_of(context)
    for holding in context.graph.holdings:
        if holding.store != "history" or holding.outcome != "kept":
            continue
        entity = by_id(context).get(holding.holder)
        found = [item for item in erasures.get(holding.holder, []) if item.is_real]
        if entity is None or not found:
            continue
        fields = [item for item in all_personal(context, entity) if item.name in holding.fields]
        data = labels(context, fields)
        message = f"{holding.via} keeps what {entity.name} held ({data}) after it is erased"
        yield context.on_place(
            holding.location, message, f"{entity.id}:{holding.via}",
            confidence=Confidence.MEDIUM, entity=entity.name,
        )  # fmt: skip


def history_erased(context: Context) -> Iterator[Practice]:
    """Each tracker that leaves personal fields out, or is erased with the row."""
    for holding in context.graph.holdings:
        entity = by_id(context).get(holding.holder)
        is_settled = holding.store == "history" and holding.outcome == "erased"
        if is_settled and entity is not None and entity.personal_fields:
            message = f"{holding.via} keeps nothing personal of {entity.name} after its erasure"
            yield context.kept(holding.location, message, entity=entity.name)
