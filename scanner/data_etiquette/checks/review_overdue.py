"""ETQ317: measures and backups that nobody declared, or looked at in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from data_etiquette.checks.context import Context
from data_etiquette.model.declaration import Declaration
from data_etiquette.model.location import Location
from data_etiquette.model.period import days_of, in_words
from data_etiquette.model.report import Finding, Practice


def review_overdue(context: Context) -> Iterator[Finding]:
    """One finding for each missing section, and each measure or backup past its review."""
    declaration = context.declaration
    if declaration is None:
        return
    stored = any(entity.stored and entity.personal_fields for entity in context.graph.entities)
    for section, parts in (("measures", declaration.measures), ("backups", declaration.backups)):
        if not parts and stored and not declaration.is_open(section):
            message = f"Personal data is stored and the declaration names no {section}"
            yield context.on_place(Location(declaration.path, 1), message, section)
    for backup in declaration.backups:
        if backup.encrypted is False and stored:
            message = f"Backup {backup.id} is declared not to be encrypted"
            place = Location(declaration.path, backup.line)
            yield context.on_place(place, message, f"{backup.id}:encrypted")
    for name, line, last, review in _reviewed(declaration):
        due = _due(last, review)
        if due is not None and context.today and due < context.today:
            message = (
                f"{name} was last reviewed on {last}, and is to be reviewed every "
                f"{in_words(review)}: that was due on {due}"
            )
            yield context.on_place(Location(declaration.path, line), message, name)


def reviewed_in_time(context: Context) -> Iterator[Practice]:
    """Measures and backups whose review is not yet due."""
    if context.declaration is None or not context.today:
        return
    for backup in context.declaration.backups:
        if backup.encrypted:
            place = Location(context.declaration.path, backup.line)
            yield context.kept(place, f"Backup {backup.id} is declared to be encrypted")
    for name, line, last, review in _reviewed(context.declaration):
        due = _due(last, review)
        if due is not None and due >= context.today:
            message = f"{name} was reviewed on {last}; the next review is due on {due}"
            yield context.kept(Location(context.declaration.path, line), message)


def _reviewed(declaration: Declaration) -> Iterator[tuple[str, int, str, str]]:
    for measure in declaration.measures:
        yield f"Measure {measure.id}", measure.line, measure.last_reviewed, measure.review
    for backup in declaration.backups:
        yield f"Backup {backup.id}", backup.line, backup.tested, backup.review


def _due(last: str, review: str) -> str | None:
    """ISO day on which the next review is due; None when nothing says."""
    days = days_of(review)
    try:
        return (date.fromisoformat(last) + timedelta(days=days)).isoformat() if days else None
    except (ValueError, OverflowError):
        return None
