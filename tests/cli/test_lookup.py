"""`etiquette inventory` and `etiquette lineage`."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.command import invoke

FILES = {
    "schema.sql": "CREATE TABLE patients (\n  id int,\n  diagnosis text,\n  email text\n);\n",
    "view.sql": (
        "CREATE VIEW cohort AS\nSELECT diagnosis AS label,\n  md5(email) AS k\nFROM patients;\n"
    ),
    "next.sql": "CREATE VIEW last AS SELECT label AS x FROM cohort;\n",
}


@pytest.fixture
def project(write_tree):
    return write_tree(FILES)


def test_table(project) -> None:
    done = invoke("inventory", project)
    assert done.code == 0
    assert done.out == (
        "last  sql-view · not stored · about: patient\n"
        "  x          diagnosis (special)  unprotected  -  next.sql:1\n"
        "\n"
        "patients  sql-table · table patients · about: patient\n"
        "  diagnosis  diagnosis (special)  unprotected  -  schema.sql:3\n"
        "  email      email                unprotected  -  schema.sql:4\n"
        "\n"
        "cohort  sql-view · not stored · about: patient\n"
        "  label      diagnosis (special)  unprotected  -  view.sql:2\n"
        "  k          email                hashed       -  view.sql:3\n"
        "\n"
        "5 personal fields in 3 entities\n"
    )


def test_csv(project) -> None:
    done = invoke("inventory", "--format", "csv", project)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert rows[1] == {
        "entity": "patients",
        "field": "diagnosis",
        "element": "diagnosis",
        "subject": "patient",
        "kind": "sql-table",
        "stored_in": "patients",
        "protection": "none",
        "retention": "",
        "confidence": "high",
        "path": "schema.sql",
        "line": "3",
    }


def test_json(project) -> None:
    found = json.loads(invoke("inventory", "--format", "json", project).out)
    assert found["schema"] == "etiquette/inventory/v1"
    assert found["inventory"][4] == {
        "entity": "cohort",
        "field": "k",
        "element": "email",
        "subject": "patient",
        "kind": "sql-view",
        "stored_in": None,
        "protection": "hashed",
        "retention": None,
        "confidence": "high",
        "path": "view.sql",
        "line": 3,
        "special_category": False,
    }


def test_nothing_personal(write_tree) -> None:
    assert invoke("inventory", write_tree({"a.py": "x = 1\n"})).out == "No personal fields found.\n"


@pytest.mark.parametrize("name", ["cohort.label", "COHORT.Label", "public.cohort.label"])
def test_tree(project, name: str) -> None:
    done = invoke("lineage", name, project)
    assert done.code == 0
    label = done.out.splitlines()[0].split("  ")[1]
    assert done.out == (
        f"cohort.label  {label}  view.sql:2\n"
        "├─ comes from\n"
        "│  └─ patients.diagnosis  direct  view.sql:2\n"
        "│     └─ declared  schema.sql:3\n"
        "└─ goes to\n"
        "   └─ last.x  direct  next.sql:1\n"
    )


def test_unknown_column(project) -> None:
    done = invoke("lineage", "cohort.lable", project)
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: no column `cohort.lable`\n  nearest: cohort.label, cohort.k\n"


def test_missing_path(project) -> None:
    done = invoke("lineage", "a.b", project / "nowhere")
    assert done.code == 2
    assert done.err.startswith("error: no such file or folder: ")


def test_a_column_that_feeds_itself(write_tree) -> None:
    text = "CREATE TABLE a (x text);\nINSERT INTO a SELECT x FROM a;\n"
    assert invoke("lineage", "a.x", write_tree({"s.sql": text})).out == (
        "a.x  s.sql:1\n"
        "├─ comes from\n"
        "│  └─ a.x  direct, again  s.sql:2\n"
        "│     └─ declared  s.sql:1\n"
        "└─ goes to\n"
        "   └─ a.x  direct, again  s.sql:2\n"
    )


def test_a_hostile_name_leaves_the_terminal_alone(write_tree) -> None:
    text = 'CREATE TABLE patients ("email\x1b[31m" text);\n'
    out = invoke("inventory", write_tree({"s.sql": text})).out
    assert "\x1b" not in out
