"""The contract for programs, `etiquette/report/v1`: field by field."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from data_etiquette import __version__
from data_etiquette.model.graph import Lineage
from data_etiquette.model.kind import Confidence, FindingStatus, Principle, Protection, Severity
from data_etiquette.model.location import Location
from data_etiquette.reporting.json import render_json
from tests.command import json_of, report_of

pytestmark = pytest.mark.usefixtures("warm_catalog")

FILES = {
    "shop/models.py": """\
from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=80)
    email = models.EmailField()
    diagnosis = models.TextField()


class Thing(models.Model):
    colour = models.CharField(max_length=80)
""",
    "shop/views.py": """\
import logging

import requests

from shop.models import Customer


def tell(customer: Customer) -> None:
    logging.info(customer.email)
    requests.post("https://hooks.slack.com/x", json={"mail": customer.email})


def again(customer: Customer) -> None:
    logging.info(customer.email)
""",
    "db/schema.sql": """\
CREATE TABLE people (id int, email text, phone text);
CREATE VIEW contacts AS SELECT email AS address FROM people;
""",
    "broken.py": "def f(:\n    pass\n",
    "etiquette.yaml": """\
version: 1
organisation: {name: Acme}
activities:
  - id: support
    purposes: [support, answers]
    legal_basis: contract
    data: [email]
    retention: {period: P1Y}
recipients:
  - {id: slack, name: Slack, purposes: [answers]}
""",
}


@pytest.fixture
def report(write_tree) -> dict:
    return json_of(write_tree(FILES))


def test_keys_of_the_report(report: dict) -> None:
    assert list(report) == [
        "schema", "tool", "scan", "inventory", "flows", "lineage", "recipients", "findings",
        "practices", "since", "fixed", "skipped", "rules", "files",
    ]  # fmt: skip
    assert report["schema"] == "etiquette/report/v1"


def test_tool_and_scan(report: dict, tmp_path: Path) -> None:
    assert (report["tool"]["name"], report["tool"]["version"]) == ("etiquette", __version__)
    assert re.fullmatch(r"[0-9a-f]{64}", report["tool"]["rules"])
    assert report["scan"] == {
        "paths": [(tmp_path / "tree").as_posix()],
        "files": 4,
        "skipped": 1,
        "lines": 29,
        "declaration": "etiquette.yaml",
        "not_checked": [],
    }


def test_inventory_has_every_personal_field_at_its_own_line(report: dict) -> None:
    rows = [
        (row["path"], row["line"], row["entity"], row["field"], row["element"], row["kind"])
        for row in report["inventory"]
    ]
    assert rows == [
        ("db/schema.sql", 1, "people", "email", "email", "sql-table"),
        ("db/schema.sql", 1, "people", "phone", "phone", "sql-table"),
        ("db/schema.sql", 2, "contacts", "address", "email", "sql-view"),
        ("shop/models.py", 5, "Customer", "name", "full_name", "django-model"),
        ("shop/models.py", 6, "Customer", "email", "email", "django-model"),
        ("shop/models.py", 7, "Customer", "diagnosis", "diagnosis", "django-model"),
    ]


def test_an_inventory_entry(report: dict) -> None:
    [row] = [row for row in report["inventory"] if row["field"] == "diagnosis"]
    assert {key: row[key] for key in row if key not in ("evidence", "confidence")} == {
        "entity": "Customer",
        "field": "diagnosis",
        "element": "diagnosis",
        "group": "health",
        "subject": "customer",
        "kind": "django-model",
        "path": "shop/models.py",
        "line": 7,
        "protection": "none",
        "special_category": True,
        "purposes": [],
        "retention": None,
        "sensitivity": row["sensitivity"],
        "stored": True,
        "table": "shop_customer",
    }
    assert row["confidence"] in set(Confidence)
    assert row["sensitivity"] in (1, 2, 3, 4)
    assert all(isinstance(text, str) and text for text in row["evidence"])


def test_purposes_and_retention_come_from_the_declaration(report: dict) -> None:
    assert {
        (row["entity"], row["field"]): (row["purposes"], row["retention"])
        for row in report["inventory"]
    } == {
        ("people", "email"): (["answers", "support"], "P1Y"),
        ("people", "phone"): ([], None),
        ("contacts", "address"): (["answers", "support"], "P1Y"),
        ("Customer", "name"): ([], None),
        ("Customer", "email"): (["answers", "support"], "P1Y"),
        ("Customer", "diagnosis"): ([], None),
    }


def test_a_flow(report: dict) -> None:
    [flow] = [flow for flow in report["flows"] if flow["sink"]["kind"] == "third_party"]
    assert flow == {
        "element": "email",
        "entity": "Customer",
        "field": "email",
        "source": {"path": "shop/views.py", "line": 10},
        "sink": {
            "kind": "third_party",
            "name": "requests.post",
            "path": "shop/views.py",
            "line": 10,
            "recipient": "slack",
        },
        "steps": flow["steps"],
        "sanitiser": None,
        "confidence": "high",
    }
    assert [(set(step), step["path"], step["line"]) for step in flow["steps"]] == [
        ({"path", "line", "note"}, "shop/views.py", 10)
    ] * len(flow["steps"])


def test_lineage(write_tree) -> None:
    made = Lineage("contacts.address", ("people.email",), Location("db/schema.sql", 2))
    report = replace(report_of(write_tree({})), lineage=(made,))
    assert json.loads(render_json(report))["lineage"] == [
        {
            "target": "contacts.address",
            "sources": ["people.email"],
            "path": "db/schema.sql",
            "line": 2,
            "effects": [],
        }
    ]


def test_recipients(report: dict) -> None:
    [recipient] = report["recipients"]
    assert recipient == {
        "recipient": "slack",
        "name": recipient["name"],
        "kind": recipient["kind"],
        "elements": ["email"],
        "purposes": ["answers"],
        "declared": True,
        "country": "US",
        "known": True,
        "locations": [{"path": "shop/views.py", "line": 10}],
    }


def test_a_finding(report: dict) -> None:
    [finding] = [
        item for item in report["findings"] if (item["rule"], item["line"]) == ("ETQ301", 9)
    ]
    assert {key: finding[key] for key in finding if key not in ("law", "fix", "fingerprint")} == {
        "rule": "ETQ301",
        "name": "personal-data-in-logs",
        "principle": "security",
        "severity": "medium",
        "confidence": "high",
        "message": "E-mail address of Customer reaches logging.info",
        "path": "shop/views.py",
        "line": 9,
        "column": 5,
        "end_line": 9,
        "element": "email",
        "entity": "Customer",
        "field": "email",
        "recipient": None,
        "flow": finding["flow"],
        "status": "new",
        "acceptance": None,
        "other_flows": [],
    }
    flow = report["flows"][finding["flow"]]
    assert (flow["sink"]["kind"], flow["sink"]["line"]) == ("log", 9)
    assert finding["law"] == ["GDPR Art. 5(1)(c)", "GDPR Art. 25", "GDPR Art. 32"]
    assert finding["fix"] == "Log the record's id, or mask the value first."
    assert re.fullmatch(r"[0-9a-f]{24}", finding["fingerprint"])


TYPES = {
    "rule": str, "name": str, "principle": str, "severity": str, "confidence": str,
    "message": str, "path": str, "line": int, "column": int, "end_line": int,
    "element": str | None, "entity": str | None, "field": str | None, "recipient": str | None,
    "flow": int | None, "law": list, "fix": str, "fingerprint": str, "status": str,
    "acceptance": (dict, type(None)),
    "other_flows": list,
}  # fmt: skip


def test_findings_have_all_keys_with_words_from_the_closed_lists(report: dict) -> None:
    for finding in report["findings"]:
        assert list(finding) == list(TYPES)
        wrong = {key for key, kind in TYPES.items() if not isinstance(finding[key], kind)}
        assert wrong == set()
        assert finding["severity"] in set(Severity)
        assert finding["confidence"] in set(Confidence)
        assert finding["status"] in set(FindingStatus)
        assert finding["principle"] in {principle.word for principle in Principle}
        assert finding["end_line"] >= finding["line"] >= 1
        assert finding["column"] >= 1
    assert {row["protection"] for row in report["inventory"]} <= set(Protection)


def test_skipped(report: dict) -> None:
    assert report["skipped"] == [
        {"path": "broken.py", "line": 1, "reason": "syntax error: invalid syntax"}
    ]


def test_rules_say_what_was_checked(write_tree) -> None:
    root = write_tree({"a.py": FILES["shop/models.py"]})
    rows = {row["rule"]: row for row in json_of(root)["rules"]}
    assert rows["ETQ101"] == {
        "rule": "ETQ101",
        "checked": False,
        "reason": "there is no declaration",
        "findings": 0,
    }
    assert rows["ETQ301"] == {"rule": "ETQ301", "checked": True, "reason": "", "findings": 0}
    assert list(rows) == sorted(rows)


READ = ("broken.py", "db/schema.sql", "shop/models.py", "shop/views.py")


def test_files_with_their_digests(report: dict) -> None:
    assert report["files"] == [
        {"path": path, "sha256": hashlib.sha256(text.encode()).hexdigest(), "lines": lines}
        for path, lines, text in sorted(
            (path, text.count("\n"), text) for path, text in FILES.items() if path in READ
        )
    ]


def test_everything_is_sorted(report: dict) -> None:
    def places(rows: list[dict]) -> list[tuple[str, int]]:
        return [(row["path"], row["line"]) for row in rows]

    for name in ("inventory", "findings", "skipped", "lineage"):
        assert places(report[name]) == sorted(places(report[name])), name
    for rows in (report["files"], report["recipients"], report["rules"]):
        key = next(iter(rows[0]))
        assert [row[key] for row in rows] == sorted(row[key] for row in rows)
    sinks = [(flow["sink"]["path"], flow["sink"]["line"]) for flow in report["flows"]]
    assert sinks == sorted(sinks)


def test_paths_are_relative_posix_and_lines_count_from_1(report: dict) -> None:
    def found(value: object) -> list[tuple[str, int]]:
        if isinstance(value, list):
            return [place for item in value for place in found(item)]
        if not isinstance(value, dict):
            return []
        own = [(value["path"], value["line"])] if {"path", "line"} <= set(value) else []
        return own + [place for item in value.values() for place in found(item)]

    places = found(report)
    names = {row["path"] for row in report["files"]} | {"etiquette.yaml"}
    assert {path for path, _ in places} <= names
    assert all(line >= 1 for _, line in places)


def test_text_of_the_report(write_tree) -> None:
    root = write_tree({"größe.py": "def f(:\n"})
    text = render_json(report_of(root))
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert '"path": "größe.py"' in text
    assert json.loads(text)["skipped"][0]["path"] == "größe.py"


def fingerprints(report: dict) -> dict[tuple[str, str, str | None, str | None], list[str]]:
    found: dict[tuple[str, str, str | None, str | None], list[str]] = {}
    for item in report["findings"]:
        key = (item["rule"], item["path"], item["entity"], item["field"])
        found.setdefault(key, []).append(item["fingerprint"])
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\n\n# a comment\n" + text,
        lambda text: text.replace("\n\n\n", "\n\n\n# moved\n\n\n\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("    ", "\t"),
    ],
    ids=["lines before", "lines between", "line endings", "indentation"],
)
def test_fingerprints_stay_when_lines_move(write_tree, change) -> None:
    files = {**FILES, "broken.py": ""}
    before = fingerprints(json_of(write_tree(files)))
    assert before
    moved = {
        path: change(text) if path.endswith(".py") and text else text
        for path, text in files.items()
    }
    assert fingerprints(json_of(write_tree(moved))) == before


def test_fingerprints_tell_equal_findings_apart(report: dict) -> None:
    all_of_them = [item["fingerprint"] for item in report["findings"]]
    assert len(set(all_of_them)) == len(all_of_them)


def test_a_new_twin_gets_a_new_fingerprint_and_the_old_one_stays(write_tree) -> None:
    key = ("ETQ301", "shop/views.py", "Customer", "email")
    before = fingerprints(json_of(write_tree(FILES)))[key]
    line = "    logging.info(customer.email)\n"
    twins = {**FILES, "shop/views.py": FILES["shop/views.py"].replace(line, line * 2)}
    after = fingerprints(json_of(write_tree(twins)))[key]
    assert set(before) < set(after)
    assert len(after) == 2 * len(before)


def test_a_fingerprint_depends_on_neither_message_nor_severity_nor_place_of_the_tree(
    write_tree, tmp_path: Path
) -> None:
    root = write_tree(FILES)
    before = fingerprints(json_of(root))
    root.rename(tmp_path / "elsewhere")
    assert fingerprints(json_of(tmp_path / "elsewhere")) == before
