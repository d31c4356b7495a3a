"""The one place that asks what day it is. `SOURCE_DATE_EPOCH` makes reports reproducible."""

from __future__ import annotations

import os
from datetime import UTC, datetime


def today() -> str:
    """ISO date in UTC: of `SOURCE_DATE_EPOCH` when that is a number, else the clock's."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        moment = datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.now(UTC)
    return moment.date().isoformat()
