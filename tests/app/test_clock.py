from __future__ import annotations

from datetime import UTC, datetime

import pytest

from data_etiquette.app.clock import today


@pytest.mark.parametrize(("given", "expected"), [("0", "1970-01-01"), ("1780272000", "2026-06-01")])
def test_day_of_a_reproducible_build(
    given: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    assert today() == expected


@pytest.mark.parametrize("given", ["", "soon", "9" * 30])
def test_day_of_the_clock_where_nothing_sensible_is_given(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    before = datetime.now(UTC).date().isoformat()
    assert before <= today() <= datetime.now(UTC).date().isoformat()
