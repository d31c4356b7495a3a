from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from data_etiquette.app.output import RENDERERS
from data_etiquette.model.catalog import Catalog
from tests.command import invoke
from tests.conftest import ROOT
from tests.support import declared

MODELS = """\
from django.db import models
class Customer(models.Model):
    email = models.EmailField()
"""
COMPLETE = """\
version: 1
organisation: {name: Shop, email: privacy@shop.example}
activities:
  - id: orders
    purposes: [payment]
    legal_basis: contract
    data: [email]
    retention: {period: P1Y}
"""


@pytest.fixture(autouse=True)
def _warm(warm_catalog: None) -> None:
    """Rules are compiled."""


def test_a_declaration_in_agreement_is_0(write_tree) -> None:
    root = write_tree({"shop/models.py": MODELS, "etiquette.yaml": COMPLETE})
    done = invoke("check", root)
    assert (done.code, done.out) == (
        0,
        "etiquette.yaml is complete and agrees with the code (1 file read).\n",
    )


def test_what_is_left_to_do_is_1_with_yaml_to_paste(write_tree) -> None:
    text = COMPLETE.replace("contract", "TODO").replace("[email]", "[phone]")
    done = invoke("check", write_tree({"shop/models.py": MODELS, "etiquette.yaml": text}))
    assert done.code == 1
    assert done.out == (
        "Not finished (1)\n"
        "\n"
        "  etiquette.yaml:6:18  activities[orders].legal_basis is still TODO\n"
        "\n"
        "Found in the code, and not declared (1)\n"
        "\n"
        "  shop/models.py:3:5  E-mail address is in no activity: Customer.email\n"
        "      activities:\n"
        "        - id: TODO\n"
        "          data: [email]  # add\n"
        "\n"
        "Declared, and nowhere in the code (1)\n"
        "\n"
        "  etiquette.yaml:7:1  Telephone or mobile number is declared for orders, and no field "
        "holds it\n"
        "      activities:\n"
        "        - id: orders\n"
        "          data: [phone]  # remove\n"
        "\n"
        "etiquette.yaml: 1 not finished, 1 undeclared, 1 stale (1 file read). "
        "`etiquette init --update` adds what is new.\n"
    )


@pytest.mark.parametrize(
    ("level", "data", "code"),
    [
        ("low", "[email, phone]", 1),
        ("medium", "[email, phone]", 0),
        ("high", "[phone]", 1),
        ("critical", "[phone]", 0),
        ("never", "[phone]", 0),
    ],
)
def test_what_fails_is_chosen(level: str, data: str, code: int, write_tree) -> None:
    text = COMPLETE.replace("[email]", data)
    root = write_tree({"shop/models.py": MODELS, "etiquette.yaml": text})
    assert invoke("check", root, "--fail-on", level).code == code


def test_for_programs(write_tree) -> None:
    text = COMPLETE.replace("[email]", "TODO")
    done = invoke("check", write_tree({"a.py": MODELS, "etiquette.yaml": text}), "--format", "json")
    found = json.loads(done.out)
    assert done.code == 1
    assert found["schema"] == "etiquette/check/v1"
    assert [(item["rule"], item["line"]) for item in found["findings"]] == [
        ("ETQ101", 3),
        ("ETQ004", 7),
    ]
    assert found["unfinished"] == [{"key": "activities[orders].data", "line": 7, "reason": "TODO"}]
    assert found["differences"] == [
        {
            "kind": "undeclared",
            "about": "element",
            "key": "activities[TODO].data[email]",
            "message": "E-mail address is in no activity: Customer.email",
            "path": "a.py",
            "line": 3,
            "element": "email",
            "entity": "Customer",
            "recipient": "",
            "patch": "activities:\n  - id: TODO\n    data: [email]  # add\n",
        }
    ]


def test_trouble_is_2(write_tree) -> None:
    root = write_tree({"a.py": MODELS})
    done = invoke("check", root)
    assert (done.code, done.err) == (
        2,
        "error: there is no etiquette.yaml\n  `etiquette init` drafts one from the code\n",
    )
    (root / "etiquette.yaml").write_text("version: 1\n")
    assert invoke("check", root).code == 2


def test_a_draft_loads_agrees_and_is_not_finished(write_tree) -> None:
    root = write_tree({"shop/models.py": MODELS})
    done = invoke("init", root)
    assert (done.code, done.out) == (0, "")
    assert "etiquette.yaml is drafted: 1 activity, 0 recipients, 25 TODO left." in done.err
    found = invoke("check", root)
    assert found.code == 1
    assert "undeclared" not in found.out
    assert {line.split()[-1] for line in found.out.splitlines() if line.startswith("  ")} == {
        "TODO"
    }
    scanned = json.loads(invoke("scan", root, "--output", "json").out)
    assert [
        (item["rule"], item["message"].partition(" for ")[0])
        for item in scanned["findings"]
        if item["path"] == "etiquette.yaml"
    ] == [
        ("ETQ004", "organisation still says TODO"),
        ("ETQ004", "activities[shop] still says TODO"),
        ("ETQ004", "rights still says TODO"),
        ("ETQ004", "measures[measures] still says TODO"),
        ("ETQ004", "backups[backups] still says TODO"),
    ]


@pytest.mark.parametrize("name", ["html", *sorted(RENDERERS)])
def test_a_draft_that_nobody_has_filled_in_is_rendered(
    write_tree, tmp_path: Path, name: str
) -> None:
    root = write_tree({"shop/models.py": MODELS})
    invoke("init", root)
    place = tmp_path / "out"
    done = invoke("scan", root, "--no-cache", "--fail-on", "never", "-o", f"{name}:{place}")
    assert (done.code, done.err) == (0, "")
    assert place.exists()


def test_a_draft_that_is_filled_in_is_green(write_tree) -> None:
    root = write_tree({"shop/models.py": MODELS})
    invoke("init", root)
    place = root / "etiquette.yaml"
    answers = {
        "  role: TODO": "  role: controller",
        "  email: TODO": "  email: a@b.example",
        "purposes: [TODO]": "purposes: [payment]",
        "legal_basis: TODO": "legal_basis: contract",
        "period: TODO": "period: P1Y",
        "last_reviewed: TODO": "last_reviewed: 2026-01-31",
        "review: TODO": "review: P1Y",
        "encrypted: TODO": "encrypted: true",
        "tested: TODO": "tested: 2026-01-31",
        "retention: TODO": "retention: P30D",
    }
    text = place.read_text()
    for todo, written in answers.items():
        text = text.replace(todo, written)
    place.write_text(text.replace("TODO", "written"))
    done = invoke("check", root)
    assert (done.code, done.out) == (
        0,
        "etiquette.yaml is complete and agrees with the code (1 file read).\n",
    )


def test_an_existing_file_is_left_alone_and_what_it_lacks_told(write_tree) -> None:
    text = COMPLETE.replace("[email]", "[phone]  # ours")
    root = write_tree({"shop/models.py": MODELS, "etiquette.yaml": text})
    done = invoke("init", root)
    assert done.code == 1
    assert done.out == "activities[shop]: email\n"
    assert "etiquette.yaml exists; `etiquette init --update` adds what is new:\n" in done.err
    assert (root / "etiquette.yaml").read_text() == text
    done = invoke("init", root, "--update")
    assert (done.code, done.out) == (0, "activities[shop]: email\n")
    updated = (root / "etiquette.yaml").read_text()
    assert updated.startswith(text)
    assert yaml.safe_load(updated)["activities"][1]["data"] == ["email"]
    done = invoke("init", root, "--update")
    assert done.code == 0
    assert "lacks nothing that the code shows" in done.err
    assert (root / "etiquette.yaml").read_text() == updated


def test_a_draft_is_printed_or_put_elsewhere(write_tree, tmp_path: Path) -> None:
    root = write_tree({"shop/models.py": MODELS})
    printed = invoke("init", root, "--output", "-")
    assert invoke("init", root, "--output", tmp_path / "draft.yaml").code == 0
    assert (tmp_path / "draft.yaml").read_text() == printed.out
    assert not (root / "etiquette.yaml").exists()
    again = invoke("init", root, "--output", tmp_path / "draft.yaml")
    assert (again.code, "exists" in again.err) == (2, True)


def test_hostile_names_stay_in_their_place(write_tree) -> None:
    sql = 'CREATE TABLE "a\n- id: x: #" ("e: [mail" text, email text, "x\ty" text);\n'
    root = write_tree({"a b: c/x.sql": sql, "ü{}.py": MODELS})
    assert invoke("init", root).code == 0
    done = invoke("check", root)
    assert done.code == 1
    assert "not valid" not in done.err


def test_the_schema_is_printed() -> None:
    done = invoke("schema")
    assert done.code == 0
    assert done.out == (ROOT / "docs" / "etiquette.schema.json").read_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(done.out))


def test_a_recipient_that_nobody_has_named_goes_by_its_id(catalog: Catalog) -> None:
    text = (
        "version: 1\norganisation: {name: TODO}\nactivities: []\n"
        "recipients: [{id: mailer, name: TODO, role: TODO}]\n"
    )
    found = declared(text, catalog)
    assert found is not None
    assert [(item.name, item.role) for item in found.recipients] == [("mailer", "")]
    assert found.organisation.name == ""
    assert [item.key for item in found.unfinished] == [
        "organisation.name", "recipients[mailer].name", "recipients[mailer].role",
    ]  # fmt: skip
