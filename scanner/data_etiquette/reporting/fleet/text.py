"""The overview for a terminal: what to look at first."""

from __future__ import annotations

from data_etiquette.model.kind import Principle
from data_etiquette.reporting.change import SIGNS
from data_etiquette.reporting.fleet.overview import (
    Overview,
    SystemChanges,
    SystemRow,
    news,
    some,
    verdict,
)
from data_etiquette.reporting.terminal import Sheet, TextOptions, fitted, one_line

_MOST = 12
"""Rows of a section; all are in the other formats."""


def render_text(found: Overview, options: TextOptions) -> str:
    """Verdict, systems, what is new, recipients, promises, and what was not scanned."""
    sheet = Sheet(options)
    sheet.title(f"{found.fleet.name}, {found.fleet.day}")
    sheet.say(verdict(found), 0)
    sheet.section("Systems")
    sheet.lines += _systems(found, options)
    sheet.section("New since last time" if found.fleet.since else "New")
    sheet.say(news(found))
    for item in found.changes[:_MOST]:
        _changed(sheet, item)
    _rest(sheet, len(found.changes), "systems with changes")
    if found.recipients:
        sheet.section("Shared with")
        for row in found.recipients[:_MOST]:
            told = some((*row.declared, *row.undeclared))
            missing = f"; not declared in {some(row.undeclared)}" if row.undeclared else ""
            missing = missing if row.declared else "; declared nowhere"
            sheet.say(f"{row.name}: {told}{missing}")
        _rest(sheet, len(found.recipients), "recipients")
    broken = [rule for rule in found.rules if rule.principle != Principle.TOOL.word]
    if broken:
        sheet.section("Broken promises")
        for rule in broken[:_MOST]:
            told = some([f"{name} {number}" for name, number in rule.systems])
            sheet.say(f"{rule.severity.value.upper()} {rule.code} {rule.title}: {told}")
        _rest(sheet, len(broken), "rules")
    if found.unread:
        sheet.section("Not scanned")
        for unread in found.unread:
            since = f" (shown as of {unread.day})" if unread.is_known else ""
            sheet.say(f"{unread.name}: {unread.reason}{since}")
    return sheet.text()


def _systems(found: Overview, options: TextOptions) -> list[str]:
    """A table; names stand left, numbers right."""
    heads = ("System", "Team", "Data", "Special", "Recipients", "Undeclared",
             *(level.capitalize() for level, _ in found.severities))  # fmt: skip
    rows = [heads, *(_cells(row) for row in found.systems)]
    shown = [place for place in range(len(heads)) if place != 1 or any(row[1] for row in rows[1:])]
    widths = {place: max(len(row[place]) for row in rows) for place in shown}
    return [
        fitted(
            "  "
            + "  ".join(
                f"{row[place]:<{widths[place]}}" if place < 2 else f"{row[place]:>{widths[place]}}"
                for place in shown
            ),
            options.width,
        )
        for row in rows
    ]


def _cells(row: SystemRow) -> tuple[str, ...]:
    counts = (row.data, row.special, row.recipients, row.undeclared)
    numbers = [*map(len, counts), *(number for _, number in row.severities)]
    cells = [str(number) if row.is_known else "-" for number in numbers]
    return (one_line(row.name), one_line(row.team), *cells)


def _changed(sheet: Sheet, item: SystemChanges) -> None:
    sheet.say(f"{item.name}: {item.told}" if item.told else f"{item.name}:")
    changes = [change for _, changes in item.sections for change in changes]
    for change in changes[:_MOST]:
        sheet.say(f"{change.subject}: {change.text}", 4, f"{SIGNS[change.state]} ")
    if len(changes) > _MOST:
        sheet.say(f"and {len(changes) - _MOST:,} more", 4)


def _rest(sheet: Sheet, number: int, noun: str) -> None:
    if number > _MOST:
        sheet.say(f"and {number - _MOST:,} more {noun}; json, csv and html have all")
