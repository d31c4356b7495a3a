"""Whole small applications: every mark is found, and nothing that is not marked.

`# pii: email` at the end of a line names the data element of the field declared there; a field
without it is not personal. `# expect: ETQ301 email -> log; ETQ201 …` names the findings of that
line, for all rules that there are. `# missed:` says what a reader sees there and
the tool does not, and why.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.report import Finding, Report
from tests.conftest import ROOT

APPLICATIONS = sorted(
    folder.name
    for folder in (ROOT / "fixtures").iterdir()
    if folder.is_dir() and any(folder.rglob("*.py"))
)
_MARK = re.compile(r"(?:#|--|\{#)\s*((?:pii|expect):.*?)(?:\s*#\})?\s*$")
_PART = re.compile(r"(pii|expect):\s*")


def _marks(folder: Path, kind: str) -> set[tuple[str, int, str]]:
    found = set()
    for place in sorted(folder.rglob("*")):
        if place.suffix not in (".py", ".sql", ".html", ".yaml"):
            continue
        for number, line in enumerate(place.read_text().splitlines(), start=1):
            mark = _MARK.search(line)
            if mark is None:
                continue
            current = ""
            for piece in mark.group(1).split(";"):
                labelled = _PART.match(piece.strip())
                current = labelled.group(1) if labelled else current
                text = _PART.sub("", piece.strip())
                if current == kind:
                    found.add((place.relative_to(folder).as_posix(), number, text))
    return found


def _report(name: str) -> Report:
    return scan(ScanRequest((ROOT / "fixtures" / name,), use_cache=False, jobs=1)).report


def _short(finding: Finding) -> str:
    if finding.sink:
        return f"{finding.rule} {finding.element} -> {finding.sink}"
    return f"{finding.rule} {finding.element or finding.entity or finding.name}".rstrip()


@pytest.mark.parametrize("name", APPLICATIONS)
def test_findings_are_exactly_the_marks(name: str) -> None:
    report = _report(name)
    found = {(f.location.path, f.location.line, _short(f)) for f in report.findings}
    wanted = _marks(ROOT / "fixtures" / name, "expect")
    assert {"missing": sorted(wanted - found), "extra": sorted(found - wanted)} == {
        "missing": [],
        "extra": [],
    }


@pytest.mark.parametrize("name", APPLICATIONS)
def test_fields_are_exactly_the_marks(name: str) -> None:
    report = _report(name)
    marks = _marks(ROOT / "fixtures" / name, "pii")
    ignored = {(path, line) for path, line, text in marks if text == "ignore"}
    found = {
        (item.location.path, item.location.line, item.element)
        for entity in report.entities
        for item in entity.personal_fields
        if (item.location.path, item.location.line) not in ignored
    }
    wanted = {mark for mark in marks if mark[2] != "ignore"}
    assert {"missing": sorted(wanted - found), "extra": sorted(found - wanted)} == {
        "missing": [],
        "extra": [],
    }


def test_every_rule_fires_in_the_shop(catalog: Catalog) -> None:
    """One application shows the whole catalogue; a rule without a mark there is shown nowhere."""
    marked = {text.split()[0] for _, _, text in _marks(ROOT / "fixtures" / "shop", "expect")}
    assert {rule.code for rule in catalog.rules} - marked == set()
