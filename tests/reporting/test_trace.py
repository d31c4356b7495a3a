"""Traces in every format: shortened in the middle, with the flows that end alike counted."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.model.graph import Step
from data_etiquette.model.report import Report
from data_etiquette.reporting.html import render_pages
from data_etiquette.reporting.json import render_json
from data_etiquette.reporting.terminal import TextOptions
from data_etiquette.reporting.text import render_text
from data_etiquette.reporting.trace import Hop, others_told, shortened
from tests.command import report_of

pytestmark = pytest.mark.usefixtures("warm_catalog")

STEPS = tuple(Step("a.py", number, f"step {number}") for number in range(1, 13))
APP = """\
import logging
from django.db import models


class Customer(models.Model):
    email = models.EmailField()


def tell(text):
    logging.info(text)


def greet(customer: Customer):
    tell(customer.email)


def part(customer: Customer):
    tell(customer.email)
"""


def hop(number: int) -> Hop:
    return Hop(number, STEPS[number - 1])


@pytest.mark.parametrize(
    ("length", "limit", "before", "gap", "after"),
    [
        (0, 9, [], 0, []),
        (9, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9], 0, []),
        (10, 9, [1, 2, 3, 4], 2, [7, 8, 9, 10]),
        (12, 9, [1, 2, 3, 4], 4, [9, 10, 11, 12]),
        (12, 4, [1, 2], 9, [12]),
    ],
)
def test_the_middle_of_a_long_trace_is_counted(
    length: int, limit: int, before: list[int], gap: int, after: list[int]
) -> None:
    found = shortened(STEPS[:length], limit)
    assert found == ([hop(n) for n in before], gap, [hop(n) for n in after])
    assert len(before) + gap + len(after) == length


@pytest.fixture
def report(write_tree) -> Report:
    return report_of(write_tree({"app.py": APP}))


def test_one_finding_for_one_field_and_sink(report: Report) -> None:
    logged = [item for item in report.findings if item.rule == "ETQ301"]
    assert [(item.location.line, item.field) for item in logged] == [(10, "email")]
    assert [flow.source.line for flow in report.flows] == [14, 18]
    assert logged[0].flow == 0


def test_other_traces_are_counted(report: Report) -> None:
    assert "     1 other trace brings the same field here\n" in render_text(report, TextOptions())
    [page] = render_pages(report, data_folder("reports")).values()
    assert '<p class="note">1 other trace brings the same field here.</p>' in page
    [finding] = [f for f in json.loads(render_json(report))["findings"] if f["rule"] == "ETQ301"]
    assert (finding["flow"], finding["other_flows"]) == (0, [1])
    assert others_told(3) == "3 other traces bring the same field here"


def test_a_long_trace_as_text_and_as_page(report: Report) -> None:
    long = replace(report, flows=(replace(report.flows[0], steps=STEPS), *report.flows[1:]))
    shown = [line for line in render_text(long, TextOptions()).splitlines() if "step" in line]
    assert shown == [
        "  1. a.py:1 step 1",
        "  2. a.py:2 step 2",
        "  3. a.py:3 step 3",
        "  4. a.py:4 step 4",
        "     … 4 more steps …",
        "  9. a.py:9 step 9",
        "  10. a.py:10 step 10",
        "  11. a.py:11 step 11",
        "  12. a.py:12 step 12",
    ]
    [page] = render_pages(long, data_folder("reports")).values()
    hops = [line.strip() for line in page.splitlines() if 'class="hop"' in line]
    assert hops == [f'<li><code class="hop">a.py:{step.line}</code> {step.note}' for step in STEPS]


def test_json_has_all_steps_and_the_sanitiser(report: Report) -> None:
    marked = replace(report, flows=(replace(report.flows[0], sanitiser="truncation"),))
    [flow] = json.loads(render_json(replace(marked, findings=())))["flows"]
    assert flow == {
        "element": "email",
        "entity": "Customer",
        "field": "email",
        "source": {"path": "app.py", "line": 14},
        "sink": {
            "kind": "log",
            "name": "logging.info",
            "path": "app.py",
            "line": 10,
            "recipient": None,
        },
        "steps": [
            {
                "path": "app.py",
                "line": 14,
                "note": "Customer.email is read (declared at app.py:6)",
            },
            {"path": "app.py", "line": 14, "note": "tell() gets it as `text`"},
            {"path": "app.py", "line": 10, "note": "it reaches logging.info"},
        ],
        "sanitiser": "truncation",
        "confidence": "high",
    }


def test_a_page_says_that_a_sanitiser_weakens(report: Report) -> None:
    marked = replace(report, flows=(replace(report.flows[0], sanitiser="truncation"),))
    [page] = render_pages(marked, data_folder("reports")).values()
    assert "weakens it and does not end it: truncation." in page
