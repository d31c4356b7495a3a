"""ETQ601: personal data whose activities say nothing of how long it is kept."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.erasures import activities_of, keeping, labels
from data_etiquette.declaration.duration import days
from data_etiquette.model.declaration import Activity
from data_etiquette.model.kind import Confidence
from data_etiquette.model.period import in_words
from data_etiquette.model.report import Finding, Practice


def no_declared_retention(context: Context) -> Iterator[Finding]:
    """One finding for each entity that no period or criterion limits: rows go as a whole."""
    for entity in keeping(context):
        activities = activities_of(context, entity)
        if not activities or any(_is_limited(activity) for activity in activities):
            continue
        if any(context.is_open(f"activities[{activity.id}].retention") for activity in activities):
            continue
        data = labels(context, entity.personal_fields)
        names = ", ".join(activity.id for activity in activities)
        message = f"No period of retention is declared for {entity.name} ({data}): {names}"
        yield context.on_entity(entity, message, Confidence.HIGH)


def retention_declared(context: Context) -> Iterator[Practice]:
    """Each entity whose activities all say how long."""
    for entity in keeping(context):
        activities = activities_of(context, entity)
        if activities and all(_is_limited(activity) for activity in activities):
            message = f"{entity.name} is declared to be kept {_range(activities)}"
            yield context.kept(entity.location, message, entity=entity.name)


def _range(activities: tuple[Activity, ...]) -> str:
    """`for 30 days`, `for 30 days to 7 years`, or the criterion."""
    periods = {a.retention.period for a in activities if a.retention is not None}
    lengths = sorted((length, text) for text in periods if (length := days(text)) is not None)
    words = sorted(text for text in periods if days(text) is None)
    if not lengths:
        return f"by a criterion: {words[0]}"
    first, last = in_words(lengths[0][1]), in_words(lengths[-1][1])
    told = f"for {first}" if first == last else f"for {first} to {last}"
    return f"{told}, or by a criterion" if words else told


def _is_limited(activity: Activity) -> bool:
    return activity.retention is not None and bool(activity.retention.period)
