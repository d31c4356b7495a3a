"""Every rule is shown to fire, and every promise to be found kept, by whole applications."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache

from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.report import Report
from data_etiquette.reporting.json import render_json
from data_etiquette.reporting.text import TextOptions, render_text
from tests.conftest import ROOT


@cache
def _reports() -> tuple[Report, ...]:
    return tuple(
        scan(ScanRequest((folder,), use_cache=False, jobs=1)).report
        for folder in sorted((ROOT / "fixtures").iterdir())
        if folder.is_dir()
    )


def test_every_rule_fires_in_some_application(catalog: Catalog) -> None:
    fired = {finding.rule for report in _reports() for finding in report.findings}
    assert sorted({rule.code for rule in catalog.rules} - fired) == []


def test_every_promise_is_found_kept_in_some_application(catalog: Catalog) -> None:
    kept = {practice.rule for report in _reports() for practice in report.practices}
    assert sorted({rule.code for rule in catalog.rules if rule.evidence} - kept) == []


def test_every_rule_has_a_status_with_a_reason_where_it_was_not_checked(catalog: Catalog) -> None:
    codes = sorted(rule.code for rule in catalog.rules)
    for report in _reports():
        assert sorted(status.code for status in report.statuses) == codes
        assert [s.code for s in report.statuses if not s.checked and not s.reason] == []


def expanded(spans: str, codes: Iterable[str]) -> set[str]:
    """The codes that `ETQ101-ETQ103, ETQ105` stands for."""
    ends = [span.split("-") for span in spans.split(", ")]
    return {code for code in codes for end in ends if end[0] <= code <= end[-1]}


def test_what_was_checked_and_what_was_not_is_told_for_each_rule(catalog: Catalog) -> None:
    report = next(item for item in _reports() if item.declaration is None)
    told = {item["rule"]: item for item in json.loads(render_json(report))["rules"]}
    text = render_text(report, TextOptions())
    page = text.replace("\n", " ")
    silent = expanded(page.partition("Checked, nothing found: ")[2].partition(". ")[0], told)
    for rule in catalog.rules:
        status = next(item for item in report.statuses if item.code == rule.code)
        assert told[rule.code]["checked"] is status.checked
        assert (rule.code in silent) is (status.checked and not status.findings)
        if not status.checked:
            assert rule.code in page
            assert told[rule.code]["reason"]


def test_every_rule_has_cases_that_fire_and_cases_that_stay_silent(catalog: Catalog) -> None:
    told = {
        rule.code: (
            sum(1 for case in rule.cases if case.expect),
            sum(1 for case in rule.cases if not case.expect),
        )
        for rule in catalog.rules
    }
    assert {code: n for code, n in told.items() if n[0] < 2 or n[1] < 3} == {}
