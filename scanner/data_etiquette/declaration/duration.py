"""How long a written period is, in days: ISO 8601, a bare number, and the words of databases."""

from __future__ import annotations

import re

from data_etiquette.model.period import days_of

_WORDS = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)\s*"
    r"(?P<unit>year|yr|month|mon|week|day|hour|minute|second)s?\b",
    re.IGNORECASE,
)
_UNITS = {
    "year": 365.25, "yr": 365.25, "month": 30.4375, "mon": 30.4375, "week": 7.0, "day": 1.0,
    "hour": 1 / 24, "minute": 1 / 1440, "second": 1 / 86400,
}  # fmt: skip
"""Days in one of each."""
_CLOSE = 0.05
"""Two durations within a twentieth are the same: a year is 365 days or 12 months."""


def days(written: str) -> float | None:
    """Length in days; None for what is no duration. A bare number is one of days."""
    text = written.strip()
    if text.replace(".", "", 1).isdecimal():
        return float(text)
    length = days_of(text)
    if length is not None:
        return length
    parts = list(_WORDS.finditer(text))
    if not parts:
        return None
    return sum(float(part["number"]) * _UNITS[part["unit"].lower()] for part in parts)


def is_same(one: float, other: float) -> bool:
    """Whether two lengths say the same."""
    return abs(one - other) <= _CLOSE * max(one, other)


def iso(length: float) -> str:
    """The nearest ISO 8601 duration in days or hours."""
    return f"P{round(length)}D" if length >= 1 else f"PT{max(round(length * 24), 1)}H"
