"""A setting that a rule names by key and value."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.stated import severity_of, stated
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding, Practice


def stated_setting(context: Context) -> Iterator[Finding]:
    """`settings: {KEY: [values]}`: one finding for each setting that has such a value."""
    for setting, told in stated(context):
        if setting.key.lower() in context.query("local") and setting.environment != "production":
            # The file that a machine adds may say otherwise, and is not in the repository.
            yield context.on_place(
                setting.location, told, setting.key,
                confidence=Confidence.MEDIUM, severity=context.rule.severity.lowered(),
            )  # fmt: skip
        else:
            severity = severity_of(context, setting)
            yield context.on_place(setting.location, told, setting.key, severity=severity)


def kept_setting(context: Context) -> Iterator[Practice]:
    """`kept: {KEY: [values]}`: settings that keep the promise."""
    for setting, told in stated(context, "kept"):
        yield context.kept(setting.location, told)
