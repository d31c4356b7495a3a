"""ETQ603: code that is declared to enforce a period is missing, or does something else."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.erasures import activities_of, by_id, told
from data_etiquette.declaration.duration import days, is_same
from data_etiquette.model.declaration import Activity, RetentionPeriod
from data_etiquette.model.graph import Entity, Erasure
from data_etiquette.model.location import Location
from data_etiquette.model.period import in_words
from data_etiquette.model.report import Finding, Practice


def retention_not_enforced(context: Context) -> Iterator[Finding]:
    """One finding for each name that leads nowhere, and for each entity with another period."""
    if context.declaration is None:
        return
    seen: set[tuple[str, Location]] = set()
    for activity, retention in _enforced(context):
        place = Location(context.declaration.path, retention.line or activity.line)
        if not _exists(context, retention.enforced_by):
            message = f"{retention.enforced_by}, which enforces {activity.id}, was not found"
            yield context.on_place(place, message, f"{activity.id}:{retention.enforced_by}")
            continue
        erased = list(_erased(context, activity, retention.enforced_by))
        if not erased:
            message = f"{retention.enforced_by} erases nothing that {activity.id} covers"
            yield context.on_place(place, message, f"{activity.id}:{retention.enforced_by}")
        for entity, erasure in erased:
            declared = _periods(_naming(context, entity, erasure))
            key = (entity.id, erasure.location)
            if key in seen or not _differs(erasure.period, declared):
                continue
            seen.add(key)
            kept = " or ".join(in_words(period) for period in declared)
            message = f"{entity.name} is {told(erasure)}; declared is {kept}"
            yield context.on_place(
                erasure.location, message, f"{erasure.scope}:{entity.id}", entity=entity.name
            )


def retention_enforced(context: Context) -> Iterator[Practice]:
    """Each entity that the named code erases after the declared period."""
    for activity, retention in _enforced(context):
        for entity, erasure in _erased(context, activity, retention.enforced_by):
            if erasure.period and not _differs(erasure.period, (retention.period,)):
                message = f"{entity.name} is {told(erasure)}, as {activity.id} declares"
                yield context.kept(erasure.location, message, entity=entity.name)


def names_code(name: str, path: str, scope: str) -> bool:
    """Whether `path::function` or a dotted name means a function, by whatever root it starts at."""
    if not scope or name.endswith(".sql"):
        return _ends(path, name.partition("::")[0], "/")
    dotted = name.replace(".py::", ".").replace("::", ".").removesuffix(".py").replace("/", ".")
    return _ends(scope, dotted, ".") or _ends(dotted, scope, ".")


def _ends(text: str, end: str, separator: str) -> bool:
    return bool(end) and (text == end or text.endswith(f"{separator}{end}"))


def _enforced(context: Context) -> Iterator[tuple[Activity, RetentionPeriod]]:
    for activity in context.declaration.activities if context.declaration is not None else ():
        if activity.retention is not None and activity.retention.enforced_by:
            yield activity, activity.retention


def _exists(context: Context, name: str) -> bool:
    if any(names_code(name, path, _scope(path, function))
           for path, function in context.graph.functions):  # fmt: skip
        return True
    if any(names_code(name, e.location.path, e.scope) for e in context.graph.erasures):
        return True
    file = name.partition("::")[0]
    return "::" not in name and any(_ends(item.path, file, "/") for item in context.graph.files)


def _scope(path: str, function: str) -> str:
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return f"{module}.{function}"


def _erased(context: Context, activity: Activity, name: str) -> Iterator[tuple[Entity, Erasure]]:
    """Entities that the activity covers and that the code, or what it calls, erases."""
    entities = by_id(context)
    for erasure in context.graph.erasures:
        entity = entities.get(erasure.entity)
        if entity is None or not erasure.is_real or erasure.how in ("cascade", "admin"):
            continue
        scopes = dict.fromkeys((erasure.scope, *erasure.within))
        if not any(names_code(name, erasure.location.path, scope) for scope in scopes):
            continue
        if any(found.id == activity.id for found in activities_of(context, entity)):
            yield entity, erasure


def _naming(context: Context, entity: Entity, erasure: Erasure) -> tuple[Activity, ...]:
    """Activities over the entity that say that this very code enforces them."""
    scopes = dict.fromkeys((erasure.scope, *erasure.within))
    return tuple(
        activity
        for activity in activities_of(context, entity)
        if activity.retention is not None
        and activity.retention.enforced_by
        and any(
            names_code(activity.retention.enforced_by, erasure.location.path, scope)
            for scope in scopes
        )
    )


def _periods(activities: tuple[Activity, ...]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            activity.retention.period for activity in activities if activity.retention is not None
        )
    )


def _differs(period: str, declared: tuple[str, ...]) -> bool:
    """Whether a known period is none of the declared ones; words cannot be compared."""
    length = days(period)
    lengths = [days(text) for text in declared]
    if length is None or not lengths or None in lengths:
        return False
    return not any(known is not None and is_same(length, known) for known in lengths)
