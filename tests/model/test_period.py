from __future__ import annotations

import pytest

from data_etiquette.declaration.duration import days as written_days
from data_etiquette.model.period import days_of, duration, in_words


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("P30D", 30.0),
        ("P1Y", 365.25),
        ("P2W", 14.0),
        ("PT36H", 1.5),
        ("P1DT12H", 1.5),
        ("P", None),
        ("PT", None),
        ("RETENTION_DAYS", None),
        ("until the account is closed", None),
    ],
)
def test_days(period: str, days: float | None) -> None:
    assert days_of(period) == days


@pytest.mark.parametrize(
    ("amounts", "period"),
    [
        ({"days": 30}, "P30D"),
        ({"years": 1, "months": 6}, "P1Y6M"),
        ({"hours": 36}, "PT36H"),
        ({"days": 0.5}, "P0.5D"),
        ({"days": 0}, ""),
        ({}, ""),
    ],
)
def test_made(amounts: dict[str, float], period: str) -> None:
    assert duration(amounts) == period


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("P1Y6M", "1 year 6 months"),
        ("P90D", "90 days"),
        ("PT1H", "1 hour"),
        ("KEEP_DAYS", "KEEP_DAYS"),
    ],
)
def test_in_words(period: str, words: str) -> None:
    assert in_words(period) == words


def test_what_only_looks_like_a_number_is_no_period() -> None:
    assert [days_of(text) for text in ("P1.2.3Y", "P.Y", "P1Y2", "P")] == [None] * 4
    assert written_days("\u00b2") is None
