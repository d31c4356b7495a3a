"""Suppressions: what a comment accepts, and what it can't."""

from __future__ import annotations

import pytest

from data_etiquette.checks.suppression import Suppression, parse
from data_etiquette.model.application import Remark
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.kind import FindingStatus
from data_etiquette.model.location import Location
from tests.support import outcome_of

CODES = ("ETQ001", "ETQ301", "ETQ701")


def _remark(text: str) -> Remark:
    return Remark(Location("app.py", 3), text, 3, 3)


def test_a_whole_comment() -> None:
    text = 'etiquette: ignore[ETQ301, ETQ701] reason="audit trail, DPIA-12" until=2027-03-31'
    remark = _remark(text)
    assert parse(remark, CODES) == Suppression(
        remark, ("ETQ301", "ETQ701"), "audit trail, DPIA-12", "2027-03-31"
    )


@pytest.mark.parametrize("until", ["", " until=2027-03-31"])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_an_owner(until: str, quote: str) -> None:
    text = f'etiquette: ignore[ETQ301] reason="audit trail, DPIA-12"{until}'
    found = parse(_remark(f"{text} owner={quote}Jo Doe, shop{quote}"), CODES)
    assert isinstance(found, Suppression)
    assert (found.reason, found.owner) == ("audit trail, DPIA-12", "Jo Doe, shop")
    assert found.until == until.removeprefix(" until=")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("etiquette: off", 'the tool knows only `etiquette: ignore[CODE] reason="…"`'),
        (
            "etiquette: ignore",
            "it names no rule: `ignore[ETQ301]`; there is no form that ignores all",
        ),
        (
            "etiquette: ignore[ETQ301]",
            'it lacks a reason: `reason="…"`, and after it `until=YYYY-MM-DD` if it ends '
            'and `owner="…"`',
        ),
        (
            'etiquette: ignore[] reason="audit trail, DPIA-12"',
            "it names no rule: `ignore[ETQ301]`; there is no form that ignores all",
        ),
        (
            'etiquette: ignore[ETQ302] reason="audit trail, DPIA-12"',
            "no rule is called ETQ302; did you mean `ETQ301`?",
        ),
        (
            'etiquette: ignore[ETQ001] reason="audit trail, DPIA-12"',
            "ETQ001 can't be suppressed in the code",
        ),
        (
            'etiquette: ignore[ETQ301] reason="wip"',
            "its reason says nothing: name the decision, a ticket or an assessment",
        ),
        (
            'etiquette: ignore[ETQ301] reason="audit trail, DPIA-12" until=soon',
            "until=soon is no day of the form YYYY-MM-DD",
        ),
        (
            'etiquette: ignore[ETQ301] reason="audit trail, DPIA-12" and all else',
            'it lacks a reason: `reason="…"`, and after it `until=YYYY-MM-DD` if it ends '
            'and `owner="…"`',
        ),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str) -> None:
    assert parse(_remark(text), CODES) == told


def _statuses(text: str, catalog: Catalog) -> list[tuple[str, int, FindingStatus]]:
    return [
        (item.rule, item.location.line, item.status)
        for item in outcome_of({"app.py": text}, catalog).findings
        if item.rule == "ETQ301"
    ]


def test_only_its_own_statement_is_accepted(catalog: Catalog) -> None:
    text = """\
import logging
def signup(user):
    # etiquette: ignore[ETQ301] reason="audit trail, DPIA-12"
    logging.info("new %s", user.email)
    logging.info("call %s", user.phone_number)
"""
    assert _statuses(text, catalog) == [
        ("ETQ301", 4, FindingStatus.SUPPRESSED),
        ("ETQ301", 5, FindingStatus.NEW),
    ]


def test_another_rule_is_not_accepted(catalog: Catalog) -> None:
    text = """\
import logging
def signup(user):
    logging.info("new %s", user.email)  # etiquette: ignore[ETQ302] reason="audit trail, DPIA-12"
"""
    assert _statuses(text, catalog) == [("ETQ301", 3, FindingStatus.NEW)]


def test_a_malformed_comment_accepts_nothing(catalog: Catalog) -> None:
    text = """\
import logging
def signup(user):
    logging.info("new %s", user.email)  # etiquette: ignore[ETQ301] reason="wip"
"""
    assert _statuses(text, catalog) == [("ETQ301", 3, FindingStatus.NEW)]
