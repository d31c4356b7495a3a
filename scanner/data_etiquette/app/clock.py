"""The one place that asks what day it is. `SOURCE_DATE_EPOCH` makes reports reproducible."""

from __future__ import annotations

import os
from datetime import UTC, datetime


def today() -> str:
    """ISO date in UTC: of `SOURCE_DATE_EPOCH` when that is a number, else the clock's."""
    return (_given() or datetime.now(UTC)).date().isoformat()


def stated_time() -> str:
    """`2026-06-01 12:00 UTC` of `SOURCE_DATE_EPOCH`; empty when it is not set."""
    moment = _given()
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment is not None else ""


def _given() -> datetime | None:
    try:
        return datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "")), UTC)
    except (ValueError, OverflowError, OSError):
        return None
