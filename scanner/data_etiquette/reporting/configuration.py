"""What a scan goes by, as text: settings with their origin, dialects with their reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data_etiquette.frontends.sql.dialect import Choice
from data_etiquette.reporting.terminal import Sheet, TextOptions, one_line

_MAX_PATHS = 5
"""Files shown of those that one reason stands for."""


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting."""

    key: str
    value: str
    origin: str
    """The file and line, `command line` or `default`."""


def render_configuration(
    place: str,
    reason: str,
    settings: Sequence[SettingLine],
    dialects: Sequence[tuple[str, Choice]],
    options: TextOptions,
) -> str:
    """The whole text.

    Args:
        place: the configuration file; empty when there is none.
        reason: how it was found, or why there is none.
        settings: in the order in which they are shown.
        dialects: (path of an SQL file, its dialect).
        options: how the terminal is.
    """
    sheet = Sheet(options)
    sheet.title(f"Configuration: {place} ({reason})" if place else f"Configuration: {reason}")
    sheet.section("Settings")
    sheet.lines += _columns([(item.key, item.value, item.origin) for item in settings])
    sheet.section("SQL dialects")
    if not dialects:
        sheet.say("There are no SQL files.")
    groups: dict[tuple[str, str], list[str]] = {}
    for path, choice in dialects:
        groups.setdefault((choice.name, choice.reason), []).append(path)
    for (name, why), paths in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        sheet.say(f"{name or 'unknown'}: {why}")
        for path in paths[:_MAX_PATHS]:
            sheet.code(path)
        if len(paths) > _MAX_PATHS:
            sheet.say(f"and {len(paths) - _MAX_PATHS} more files", indent=4)
    return sheet.text()


def _columns(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    widths = [max(len(one_line(row[index])) for row in rows) for index in range(2)]
    return [
        f"  {one_line(key):{widths[0]}}  {one_line(value):{widths[1]}}  {one_line(origin)}"
        for key, value, origin in rows
    ]
