"""What a declaration must say and does not: a `TODO`, or a part that a law asks for."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.model.declaration import Activity, Declaration, Unfinished


def unfinished_parts(declaration: Declaration) -> tuple[Unfinished, ...]:
    """Everything left to do, in the order of lines."""
    asked = {item.key for item in declaration.unfinished}
    missing = [*_organisation(declaration)]
    for activity in declaration.activities:
        missing += _activity(declaration, activity)
    found = [*declaration.unfinished, *(item for item in missing if not _is_asked(item.key, asked))]
    return tuple(sorted(found, key=lambda item: (item.line, item.column, item.key)))


def _is_asked(key: str, asked: set[str]) -> bool:
    """Whether a `TODO` already stands where something is missing, or for a part of it."""
    whole = key.rpartition(".")[0] if key.startswith("organisation.") else key
    return any(item == key or item.startswith(f"{whole}.") for item in asked)


def _organisation(declaration: Declaration) -> Iterator[Unfinished]:
    organisation = declaration.organisation
    line = organisation.line or 1
    if not organisation.name:
        yield Unfinished(line, 1, "organisation.name", "nobody is named as responsible")
    contact = organisation.contact
    if not (contact.email or contact.address or contact.url or contact.phone):
        yield Unfinished(line, 1, "organisation.email", "there is no way to reach the organisation")


def _activity(declaration: Declaration, activity: Activity) -> Iterator[Unfinished]:
    where = f"activities[{activity.id}]"
    for name, reason in _missing(activity):
        key = f"{where}.{name}"
        line = declaration.line_of(key, key.rsplit(".", 1)[0], where)
        yield Unfinished(line, 1, key, reason)


def _missing(activity: Activity) -> Iterator[tuple[str, str]]:
    if not activity.purposes and "purposes" not in activity.keys:
        yield "purposes", "an activity without a purpose"
    if not activity.legal_basis:
        yield "legal_basis", "no legal basis"
    retention = activity.retention
    if "retention" not in activity.keys or (retention is not None and not retention.period):
        yield "retention.period", "neither a period nor a criterion of retention"
    if activity.legal_basis == "legitimate_interests" and not activity.legitimate_interest:
        yield "legitimate_interest.statement", "the legitimate interest is not stated"
    if not activity.data and not activity.include:
        yield "data", "no data"
    if activity.automated_decision and not activity.automated_logic:
        yield "automated_decision.logic", "how the decision is made is not stated"
