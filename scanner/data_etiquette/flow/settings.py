"""Settings, schedules and dependencies of the whole program, in one form."""

from __future__ import annotations

import re

from data_etiquette.flow.program import Program
from data_etiquette.model.application import Dependency, Schedule, Setting
from data_etiquette.model.location import Location

_ENVIRONMENTS = (
    ("test", re.compile(r"(^|[/._-])(test|tests|testing|ci)([/._-]|$)")),
    ("development", re.compile(r"(^|[/._-])(dev|devel|development|local|debug|sample|example)([/._-]|$)")),
    ("production", re.compile(r"(^|[/._-])(prod|production|live|staging)([/._-]|$)")),
)  # fmt: skip


def find_settings(program: Program) -> tuple[Setting, ...]:
    """Every value of every settings file, sorted by place."""
    found = [
        Setting(
            item.key,
            Location(facts.path, item.line),
            item.kind,
            item.value,
            facts.form or facts.language,
            environment(facts.path),
        )
        for facts in program.files
        for item in facts.settings
    ]
    return tuple(sorted(found, key=lambda item: (item.location, item.key)))


def find_schedules(program: Program) -> tuple[Schedule, ...]:
    """Everything that runs by the clock, with the function that it runs where one is known."""
    found = []
    for facts in program.files:
        for item in facts.schedules:
            definition = program.find(item.task, facts.path) if "." in item.task else None
            scope = definition.id if definition is not None else ""
            found.append(Schedule(item.when, item.task, Location(facts.path, item.line), scope))
    return tuple(sorted(found, key=lambda item: (item.location, item.task)))


def find_dependencies(program: Program) -> tuple[Dependency, ...]:
    """Packages that dependency files name, sorted by place."""
    found = [
        Dependency(item.name, Location(facts.path, item.line), item.group)
        for facts in program.files
        for item in facts.dependencies
    ]
    return tuple(sorted(found, key=lambda item: (item.location, item.name)))


def environment(path: str) -> str:
    """`production`, `development` or `test` as a file's path tells, else empty."""
    lowered = path.lower()
    return next((name for name, pattern in _ENVIRONMENTS if pattern.search(lowered)), "")
