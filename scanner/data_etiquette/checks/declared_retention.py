"""ETQ601: personal data whose activities say nothing of how long it is kept."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.erasures import activities_of, all_personal, keeping, labels
from data_etiquette.model.declaration import Activity
from data_etiquette.model.kind import Confidence
from data_etiquette.model.period import in_words
from data_etiquette.model.report import Finding, Practice


def no_declared_retention(context: Context) -> Iterator[Finding]:
    """One finding for each entity with a field that no period or criterion covers."""
    for entity in keeping(context):
        open_ended = []
        silent: dict[str, None] = {}
        for item in all_personal(context, entity):
            activities = context.coverage.activities_of(entity, item)
            if activities and not any(_is_limited(activity) for activity in activities):
                open_ended.append(item)
                silent.update((activity.id, None) for activity in activities)
        if open_ended:
            data = labels(context, open_ended)
            names = ", ".join(silent)
            message = f"No period of retention is declared for {entity.name} ({data}): {names}"
            yield context.on_entity(entity, message, Confidence.HIGH)


def retention_declared(context: Context) -> Iterator[Practice]:
    """Each entity whose activities all say how long."""
    for entity in keeping(context):
        activities = activities_of(context, entity)
        if not activities or not all(_is_limited(activity) for activity in activities):
            continue
        periods = dict.fromkeys(
            in_words(activity.retention.period)
            for activity in activities
            if activity.retention is not None
        )
        message = f"{entity.name} has a declared period of retention: {'; '.join(periods)}"
        yield context.kept(entity.location, message, entity=entity.name)


def _is_limited(activity: Activity) -> bool:
    return activity.retention is not None and bool(activity.retention.period)
