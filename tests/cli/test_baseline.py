"""The baseline: known findings do not count, new ones do, gone ones are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import invoke, json_of

pytestmark = pytest.mark.usefixtures("warm_catalog")

OLD = "import logging\n\n\ndef signup(user):\n    logging.info('new %s', user.password)\n"
TWIN = OLD + "    logging.info('new %s', user.password)\n"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "views.py").write_text(OLD)
    return folder


def _told(app: Path) -> list[tuple[str, int, str]]:
    return [(f["rule"], f["line"], f["status"]) for f in json_of(app)["findings"]]


def test_known_findings_do_not_fail(app: Path) -> None:
    assert invoke("scan", str(app)).code == 1
    assert invoke("baseline", "create", str(app)).code == 0
    assert invoke("scan", str(app)).code == 0
    assert _told(app) == [("ETQ301", 5, "baseline")]


def test_a_moved_line_is_still_known_and_a_twin_is_new(app: Path) -> None:
    invoke("baseline", "create", str(app))
    (app / "views.py").write_text("# a comment\n\n" + OLD)
    assert _told(app) == [("ETQ301", 7, "baseline")]
    (app / "views.py").write_text(TWIN)
    assert _told(app) == [("ETQ301", 5, "baseline"), ("ETQ301", 6, "new")]
    assert invoke("scan", str(app)).code == 1


def test_the_file_is_sorted_and_has_no_lines(app: Path) -> None:
    (app / "other.py").write_text(OLD)
    invoke("baseline", "create", str(app))
    rows = [
        json.loads(line)
        for line in (app / ".etiquette-baseline.jsonl").read_text().split("\n")[:-1]
    ]
    assert rows[0] == {"schema": "etiquette/baseline/v1"}
    assert [(row["path"], row["rule"], row["element"]) for row in rows[1:]] == [
        ("other.py", "ETQ301", "password"),
        ("views.py", "ETQ301", "password"),
    ]
    assert all(row["field"] == "password" and "line" not in row for row in rows[1:])


def test_create_never_overwrites(app: Path) -> None:
    invoke("baseline", "create", str(app))
    again = invoke("baseline", "create", str(app))
    assert again.code == 2
    assert "is there already" in again.err


def test_gone_entries_are_told_and_pruned(app: Path) -> None:
    invoke("baseline", "create", str(app))
    (app / "views.py").write_text("ANSWER = 42\n")
    found = json_of(app)["findings"]
    assert [(f["rule"], f["path"], f["line"]) for f in found] == [
        ("ETQ003", ".etiquette-baseline.jsonl", 2)
    ]
    pruned = invoke("baseline", "prune", str(app))
    assert pruned.out.endswith("0 entries, 1 removed\n")
    assert json_of(app)["findings"] == []


def test_accept_wants_a_reason_and_one_finding(app: Path) -> None:
    fingerprint = json_of(app)["findings"][0]["fingerprint"]
    assert invoke("baseline", "accept", fingerprint, str(app), "--reason", "wip").code == 2
    assert invoke("baseline", "accept", "ffffff", str(app), "--reason", "ticket 12").code == 2
    done = invoke("baseline", "accept", fingerprint[:8], str(app), "--reason", "until ticket 12")
    assert done.code == 0
    assert json_of(app)["findings"][0]["acceptance"] == {
        "reason": "until ticket 12",
        "until": None,
        "path": ".etiquette-baseline.jsonl",
        "line": 2,
    }


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\n", "[1]\n", '{"rule": "ETQ301"}\n'])
def test_a_broken_file_stops_the_scan(app: Path, text: str) -> None:
    (app / ".etiquette-baseline.jsonl").write_text('{"schema": "etiquette/baseline/v1"}\n' + text)
    outcome = invoke("scan", str(app))
    assert outcome.code == 2
    assert ".etiquette-baseline.jsonl:2" in outcome.err
