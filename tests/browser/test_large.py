"""A page with five thousand findings opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.reporting.html import render_pages
from tests.browser.large import large_report
from tests.browser.test_pages import until
from tests.command import report_of

pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.usefixtures("warm_catalog")

GENEROUS = 10_000
"""Milliseconds: a test must not fail because the machine is busy. benchmarks/page.py measures."""


def test_five_thousand_findings_open_and_filter(opened, tmp_path: Path) -> None:
    report = large_report(report_of(Path("fixtures/shop")), 5000)
    place = tmp_path / "compliance.html"
    [text] = render_pages(report, data_folder("reports")).values()
    place.write_text(text, encoding="utf-8")
    page = opened(place)
    taken = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert 0 < taken < GENEROUS
    assert page.locator(".finding").count() == 5000
    wanted = f"#f-{report.findings[4321].fingerprint}"
    page.get_by_label("Filter findings").last.fill(report.findings[4321].fingerprint)
    until(page, "document.querySelectorAll('.finding[hidden]').length === 4999")
    assert page.locator(wanted).is_visible()
    assert page.said == []
