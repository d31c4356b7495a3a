"""Machine formats: every one tells the same findings, and nothing in the code breaks one."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from data_etiquette.app.output import RENDERERS
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.model.report import Report

APP = """\
import logging
import requests


def signup(user):
    logging.info("new %s", user.email)
    # etiquette: ignore[ETQ301] reason="audit trail, DPIA-12" until=2099-01-31
    logging.info("call %s", user.phone_number)
    requests.post("https://crm.example.com/hook", json={"name": user.full_name})
"""


@pytest.fixture
def report(tmp_path: Path) -> Report:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "views.py").write_text(APP)
    (folder / "=cmd|'!A1 <b>,:%.py").write_text(APP)
    (folder / "broken.py").write_text("def (:\n")
    return scan(ScanRequest((folder,), use_cache=False, jobs=1)).report


def _counting(report: Report) -> set[str]:
    return {item.fingerprint for item in report.findings if item.status.value == "new"}


def test_sarif_tells_all_findings_with_flows_and_suppressions(report: Report) -> None:
    run = json.loads(RENDERERS["sarif"](report))["runs"][0]
    assert {r["partialFingerprints"]["etiquette/v1"] for r in run["results"]} == {
        item.fingerprint for item in report.findings
    }
    logged = [r for r in run["results"] if r["ruleId"] == "ETQ301"]
    told = [
        (
            r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            r["locations"][0]["physicalLocation"]["region"]["startLine"],
            [s["justification"] for s in r.get("suppressions", [])],
            [
                step["location"]["physicalLocation"]["region"]["startLine"]
                for step in r["codeFlows"][0]["threadFlows"][0]["locations"]
            ],
        )
        for r in logged
    ]
    name = "%3Dcmd%7C%27%21A1%20%3Cb%3E%2C%3A%25.py"
    assert sorted(told) == [
        (name, 6, [], [6, 6]),
        (name, 8, ["audit trail, DPIA-12"], [8, 8]),
        ("views.py", 6, [], [6, 6]),
        ("views.py", 8, ["audit trail, DPIA-12"], [8, 8]),
    ]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    places = [n["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for n in notes]
    assert places == ["broken.py"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])


def test_code_quality(report: Report) -> None:
    rows = json.loads(RENDERERS["gitlab-codequality"](report))
    assert {row["fingerprint"] for row in rows} == _counting(report)
    assert {row["severity"] for row in rows} <= {"minor", "major", "critical", "blocker"}
    assert all(row["location"]["lines"]["begin"] >= 1 for row in rows)


def test_sast_ids_are_stable(report: Report) -> None:
    once, again = RENDERERS["gitlab-sast"](report), RENDERERS["gitlab-sast"](report)
    assert once == again
    found = json.loads(once)["vulnerabilities"]
    assert {item["identifiers"][1]["value"] for item in found} == _counting(report)
    assert len({item["id"] for item in found}) == len(found)


def test_junit_parses_and_tells_failures_and_skips(report: Report) -> None:
    root = ET.fromstring(RENDERERS["junit"](report))  # noqa: S314 (our own text)
    text = "".join(node.text or "" for node in root.iter("failure"))
    assert set(re.findall(r"\[([0-9a-f]{24})\]", text)) == _counting(report)
    # One case a rule and file: where one finding fails, the file's case fails.
    names = {
        (case.get("name"), case.get("classname"))
        for case in root.iter("testcase")
        if case.find("failure") is not None
    }
    assert ("ETQ301 personal-data-in-logs", "views.py") in names
    assert ("ETQ301 personal-data-in-logs", "=cmd|'!A1 <b>,:%.py") in names


def test_csv_has_no_formulas(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(RENDERERS["csv"](report))))
    assert {row["fingerprint"] for row in rows} == {i.fingerprint for i in report.findings}
    assert {row["path"] for row in rows if "cmd" in row["path"]} == {"'=cmd|'!A1 <b>,:%.py"}
    reasons = {row["reason"] for row in rows if row["status"] == "suppressed"}
    assert reasons == {"audit trail, DPIA-12"}


def test_markdown_keeps_names_as_text(report: Report) -> None:
    text = RENDERERS["markdown"](report)
    assert set(re.findall(r"<!-- ([0-9a-f]{24}) -->", text)) == _counting(report)
    rows = [line for line in text.splitlines() if "cmd" in line]
    assert rows != []
    # A bar ends a cell and a backtick ends code: such a name is text, each mark of it escaped.
    assert all(r"| \=cmd\|'\!A1 \<b\>,:%.py:" in row for row in rows)


def test_annotations_escape_what_steers_them(report: Report) -> None:
    text = RENDERERS["github"](report)
    found = set(re.findall(r"(?:Fingerprint: |\[)([0-9a-f]{24})", text))
    assert found == _counting(report)
    lines = [line for line in text.splitlines() if line.startswith("::") and "cmd" in line]
    assert lines != []
    assert all("file==cmd|'!A1 <b>%2C%3A%25.py,line=" in line for line in lines)


def test_no_format_depends_on_the_run(report: Report) -> None:
    assert {name: render(report) for name, render in RENDERERS.items()} == {
        name: render(report) for name, render in RENDERERS.items()
    }
