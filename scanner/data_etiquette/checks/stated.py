"""Settings that a rule's query names: `settings: {KEY PATTERN: [values]}`."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.application import Setting
from data_etiquette.model.kind import Severity


def stated(context: Context, section: str = "settings") -> Iterator[tuple[Setting, str]]:
    """Settings with one of the values that the rule tells of, each with a sentence on it.

    Tests and a developer's own machine are left out. Patterns are compared without regard to case;
    a value pattern that starts with `!` fits every other constant value.
    """
    wanted = [
        (name[len(section) + 1 :].lower(), tuple(value.lower() for value in values))
        for name, values in context.rule.query
        if name.startswith(f"{section}.")
    ]
    told_otherwise = _in_production(context)
    for setting in context.graph.settings:
        if not setting.meets_people:
            continue
        key, value = setting.key.lower(), setting.value.lower()
        if not setting.environment and told_otherwise.get(key, value) != value:
            # A common value that the file for production changes.
            continue
        for pattern, values in wanted:
            if fnmatch.fnmatchcase(key, pattern) and _fits(setting, value, values):
                shown = f" is {setting.value}" if setting.value else " is used"
                yield setting, f"{setting.key}{shown}"
                break


def severity_of(context: Context, setting: Setting) -> Severity:
    """One level less where a condition or the environment decides, or another place denies it."""
    key, value = setting.key.lower(), setting.value.lower()
    is_denied = setting.kind == "boolean" and any(
        other.key.lower() == key and other.kind == "boolean" and other.value.lower() != value
        for other in context.graph.settings
        if other.meets_people and other.form == setting.form
    )
    told = context.rule.severity
    return told.lowered() if setting.is_chosen or is_denied else told


def _in_production(context: Context) -> dict[str, str]:
    return {
        setting.key.lower(): setting.value.lower()
        for setting in context.graph.settings
        if setting.environment == "production" and setting.form != "call"
    }


def _fits(setting: Setting, value: str, wanted: tuple[str, ...]) -> bool:
    if setting.kind == "reference":
        return False
    return any(fnmatch.fnmatchcase(value, pattern) for pattern in wanted)
