"""Findings of one rule at one line stand as one place with several data or origins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from data_etiquette.model.report import Report
from data_etiquette.reporting.spot import Spot, spots
from tests.command import report_of

pytestmark = pytest.mark.usefixtures("warm_catalog")

MODELS = """\
from django.db import models


class Customer(models.Model):
    email = models.EmailField()
    phone = models.CharField(max_length=20)


class Guest(models.Model):
    email = models.EmailField()
"""


def spots_of(report: Report, rule: str) -> tuple[Spot, ...]:
    return spots(report, [item for item in report.findings if item.rule == rule])


@pytest.fixture
def scanned(write_tree) -> Callable[[str], Report]:
    def scan(code: str) -> Report:
        root: Path = write_tree({"models.py": MODELS, "app.py": code})
        return report_of(root)

    return scan


def test_several_data_of_one_line_are_one_place(scanned) -> None:
    code = """\
from models import Customer


def tell(customer: Customer) -> None:
    print(customer.email, customer.phone)
"""
    [spot] = spots_of(scanned(code), "ETQ301")
    assert spot.message == (
        "Each of these 2 reaches print: E-mail address, Telephone or mobile number of Customer"
    )
    assert [origin.title for origin in spot.origins] == [
        "E-mail address of Customer",
        "Telephone or mobile number of Customer",
    ]
    assert [(step.line, step.note) for step in spot.common] == [(5, "it reaches print")]


def test_what_comes_from_several_places_is_told_up_to_where_it_comes_together(scanned) -> None:
    code = """\
from models import Customer, Guest


def note(text):
    print(text)


def tell(customer: Customer, guest: Guest) -> None:
    note(customer.email)
    note(guest.email)
"""
    report = scanned(code)
    [spot] = spots_of(report, "ETQ301")
    assert spot.message == (
        "Each of these 2 reaches print: E-mail address of Customer; E-mail address of Guest"
    )
    assert [[step.line for step in origin.steps] for origin in spot.origins] == [[9, 9], [10, 10]]
    assert [step.line for step in spot.common] == [5]
    whole = {report.flows[item.flow].steps for item in report.findings if item.rule == "ETQ301"}
    assert {(*origin.steps, *spot.common) for origin in spot.origins} == whole


def test_a_finding_alone_keeps_its_message_and_all_its_steps(scanned) -> None:
    code = """\
from models import Customer


def tell(customer: Customer) -> None:
    print(customer.email)
    print(customer.phone)
"""
    report = scanned(code)
    found = spots_of(report, "ETQ301")
    assert [spot.message for spot in found] == [
        "E-mail address of Customer reaches print",
        "Telephone or mobile number of Customer reaches print",
    ]
    assert [spot.common for spot in found] == [(), ()]
    for spot in found:
        assert spot.origins[0].steps == report.flows[spot.first.flow].steps


def test_the_same_words_twice_are_said_once_and_other_words_stand_behind(scanned) -> None:
    code = """\
from models import Customer


def tell(customer: Customer) -> None:
    print(customer.email, customer.phone)
"""
    report = scanned(code)
    found = [item for item in report.findings if item.rule == "ETQ301"]
    same = [replace(item, message="Said twice") for item in found]
    [spot] = spots(report, same)
    assert spot.message == "Said twice"
    other = [found[0], replace(found[1], message="Something else")]
    [spot] = spots(report, other)
    assert spot.message == ("E-mail address of Customer reaches print, and 1 other finding here")
    assert [origin.title for origin in spot.origins] == [item.message for item in other]
