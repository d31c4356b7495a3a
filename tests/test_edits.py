"""Every edit of every rule: what it writes, and that a second run changes nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_etiquette.app.fix import FixRequest, fix
from data_etiquette.app.scan import ScanRequest
from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.frontends.editing.edits import FUNCTIONS
from data_etiquette.model.catalog import EditCase

pytestmark = pytest.mark.usefixtures("warm_catalog")

RULES = load_catalog(data_folder("rules"), with_cases=True).rules
CASES = [
    pytest.param(rule.code, case, id=f"{rule.code}::{edit.do}::{case.name}")
    for rule in RULES
    for edit in rule.edits
    for case in edit.cases
]


def test_every_edit_is_known_and_shown() -> None:
    edits = [edit for rule in RULES for edit in rule.edits]
    assert {edit.do for edit in edits} == set(FUNCTIONS)
    assert [e.do for e in edits if e.safe and not any(c.before != c.after for c in e.cases)] == []


@pytest.mark.parametrize(("code", "case"), CASES)
def test_edit(code: str, case: EditCase, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    place = folder / case.path
    place.parent.mkdir(parents=True)
    place.write_text(case.before)
    if case.declaration:
        (folder / "etiquette.yaml").write_text(case.declaration)
    request = FixRequest(ScanRequest((folder,), jobs=1), (code,), purpose=case.purpose)
    found = fix(request)
    assert place.read_text() == case.after
    is_changed = case.before != case.after
    assert [change.path for change in found.changes] == ([case.path] if is_changed else [])
    assert [item.finding.rule for item in found.left] == ([] if is_changed else [code])
    again = fix(request)
    assert again.changes == ()
    assert place.read_text() == case.after
