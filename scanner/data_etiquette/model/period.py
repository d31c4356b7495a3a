"""Lengths of time as ISO 8601 durations: made, compared, shown."""

from __future__ import annotations

import re
from collections.abc import Mapping

_DAYS = {
    "years": 365.25, "months": 30.4375, "weeks": 7.0, "days": 1.0,
    "hours": 1 / 24, "minutes": 1 / 1440, "seconds": 1 / 86400,
}  # fmt: skip
_FORM = (
    r"P(?:(?P<years>#)Y)?(?:(?P<months>#)M)?(?:(?P<weeks>#)W)?(?:(?P<days>#)D)?"
    r"(?:T(?:(?P<hours>#)H)?(?:(?P<minutes>#)M)?(?:(?P<seconds>#)S)?)?$"
)
_ISO = re.compile(_FORM.replace("#", r"\d+(?:\.\d+)?"))
_LETTERS = (("years", "Y"), ("months", "M"), ("weeks", "W"), ("days", "D"))
_TIMES = (("hours", "H"), ("minutes", "M"), ("seconds", "S"))


def days_of(period: str) -> float | None:
    """Length in days; None for what is no ISO duration."""
    match = _ISO.match(period)
    if match is None or len(period) < len("P1D"):
        return None
    return sum(float(amount) * _DAYS[unit] for unit, amount in match.groupdict().items() if amount)


def duration(amounts: Mapping[str, float]) -> str:
    """`{"days": 30}` as `P30D`; empty when nothing is left."""
    date = "".join(f"{amounts[u]:g}{letter}" for u, letter in _LETTERS if amounts.get(u))
    time = "".join(f"{amounts[u]:g}{letter}" for u, letter in _TIMES if amounts.get(u))
    if not date and not time:
        return ""
    return f"P{date}{'T' if time else ''}{time}"


def in_words(period: str) -> str:
    """`P1Y6M` as `1 year 6 months`; what is no duration stays as it is."""
    match = _ISO.match(period)
    if match is None:
        return period
    parts = [
        f"{amount} {unit[:-1] if amount == '1' else unit}"
        for unit, amount in match.groupdict().items()
        if amount
    ]
    return " ".join(parts) or period
