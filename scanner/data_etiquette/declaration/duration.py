"""How long a written duration is, in days: ISO 8601, and the forms that databases use."""

from __future__ import annotations

import re

_ISO = re.compile(
    r"P(?:(?P<Y>\d+)Y)?(?:(?P<M>\d+)M)?(?:(?P<W>\d+)W)?(?:(?P<D>\d+)D)?"
    r"(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)S)?)?"
)
_DAYS = {"Y": 365.25, "M": 30.4375, "W": 7.0, "D": 1.0, "h": 1 / 24, "m": 1 / 1440, "s": 1 / 86400}
_WORDS = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)\s*"
    r"(?P<unit>year|yr|month|mon|week|day|hour|minute|second)s?\b",
    re.IGNORECASE,
)
_UNITS = {
    "year": "Y", "yr": "Y", "month": "M", "mon": "M", "week": "W", "day": "D", "hour": "h",
    "minute": "m", "second": "s",
}  # fmt: skip
_CLOSE = 0.05
"""Two durations within a twentieth are the same: a year is 365 days or 12 months."""


def days(written: str) -> float | None:
    """Length in days; None for what is no duration. A bare number is one of days."""
    text = written.strip()
    if text.replace(".", "", 1).isdigit():
        return float(text)
    iso = _ISO.fullmatch(text)
    if iso is not None and any(iso.groups()):
        return sum(int(value) * _DAYS[unit] for unit, value in iso.groupdict().items() if value)
    parts = list(_WORDS.finditer(text))
    if not parts:
        return None
    return sum(float(part["number"]) * _DAYS[_UNITS[part["unit"].lower()]] for part in parts)


def is_same(one: float, other: float) -> bool:
    """Whether two lengths say the same."""
    return abs(one - other) <= _CLOSE * max(one, other)


def iso(length: float) -> str:
    """The nearest ISO 8601 duration in days or hours."""
    return f"P{round(length)}D" if length >= 1 else f"PT{max(round(length * 24), 1)}H"
