"""ETQ609: code erases after a period that no activity declares."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.enforced_retention import names_code
from data_etiquette.checks.erasures import activities_of, erasures_of, keeping, told
from data_etiquette.declaration.duration import days, is_same
from data_etiquette.model.declaration import Activity
from data_etiquette.model.graph import Erasure
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding

_NOT_PURGES = frozenset({"cascade", "admin", "view"})


def purge_without_declaration(context: Context) -> Iterator[Finding]:
    """One finding for each place that erases after a period of its own."""
    erasures = erasures_of(context)
    for entity in keeping(context):
        activities = activities_of(context, entity)
        for erasure in erasures.get(entity.id, []):
            if erasure.how in _NOT_PURGES or not erasure.is_real or not erasure.period:
                continue
            if _is_declared(erasure, activities):
                continue
            declared = [a.retention.period for a in activities if a.retention is not None]
            other = f"; declared: {', '.join(dict.fromkeys(declared))}" if declared else ""
            message = f"{entity.name} is {told(erasure)}, which no activity declares{other}"
            yield context.on_place(
                erasure.location, message, f"{erasure.scope}:{entity.id}",
                confidence=Confidence.MEDIUM, entity=entity.name,
            )  # fmt: skip


def _is_declared(erasure: Erasure, activities: tuple[Activity, ...]) -> bool:
    """By its length, or by its name: whether that one keeps to the period is another rule's."""
    length = days(erasure.period)
    for activity in activities:
        if activity.retention is None:
            continue
        if activity.retention.enforced_by and any(
            names_code(activity.retention.enforced_by, erasure.location.path, scope)
            for scope in (erasure.scope, *erasure.within)
        ):
            return True
        known = days(activity.retention.period)
        if length is None or known is None:
            # A setting of unknown value, or a criterion in words: nothing to compare.
            return True
        if is_same(length, known):
            return True
    return False
