from __future__ import annotations

import json
from pathlib import Path

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from tests.command import invoke

RULE = """\
name: no-hive-crests-in-logs
code: ACME301
principle: security
title: Hive crests stay out of logs
severity: high
why: They name the keeper.
law: [gdpr-32]
query:
  flow: {to: [log], elements: [hive_crest]}
fix: {text: Log the order.}
limits: None known.
cases:
  logged:
    bad: |
      import logging
      def buy(user): logging.info(user.hive_crest)
    expect: "2: hive_crest -> log"
  counted:
    good: |
      import logging
      def buy(user): logging.info(len(user.hive_crest))
"""
ELEMENT = """\
id: hive_crest
label: Hive crest
group: acme
sensitivity: 3
special_category: false
crosswalk: {fideslang: user.unique_id, dpv: Identifying}
names: {en: [hive crest]}
cases:
  - {entity: Customer, field: hive_crest, expect: hive_crest}
  - {entity: Customer, field: hive_colour, expect: null}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    (folder / "checks" / "security").mkdir(parents=True)
    (folder / "data" / "acme").mkdir(parents=True)
    (folder / "checks" / "security" / "ACME301-no-hive-crests-in-logs.yaml").write_text(RULE)
    (folder / "data" / "acme" / "hive_crest.yaml").write_text(ELEMENT)
    return folder


def test_every_rule_is_listed() -> None:
    rules = load_catalog(data_folder("rules")).rules
    listed = json.loads(invoke("rules", "list", "--json").out)
    assert [item["code"] for item in listed] == sorted(rule.code for rule in rules)
    text = invoke("rules", "list").out
    assert "\nSecurity\n  ETQ301  medium    personal-data-in-logs: " in text


def test_a_rule_is_shown_by_code_and_by_name_and_explained() -> None:
    by_code = invoke("rules", "show", "ETQ102").out
    assert by_code == invoke("rules", "show", "stale-declaration").out
    assert by_code == invoke("explain", "ETQ102").out
    assert by_code.startswith(
        "ETQ102 stale-declaration: The declaration names what is nowhere in the code\n"
        "low severity, transparency; needs a declaration\n\nA notice that speaks of data "
    )
    assert "\n  GDPR Art. 30: Records of processing\n    https://" in by_code
    assert "\n  after:\n    activities:\n      - id: orders\n        data: [email]\n" in by_code
    shown = json.loads(invoke("rules", "show", "ETQ102", "--json").out)
    assert (shown["code"], [law["id"] for law in shown["law"]]) == (
        "ETQ102",
        ["gdpr-5-1-a", "gdpr-12", "gdpr-30"],
    )


def test_an_unknown_rule_is_2() -> None:
    done = invoke("rules", "show", "ETQ1020")
    assert (done.code, done.err) == (
        2,
        "error: no rule `ETQ1020`\n  did you mean ETQ102?\n",
    )


def test_own_rules_are_tested(own: Path) -> None:
    done = invoke("rules", "test", own)
    assert (done.code, done.out) == (0, "4 of 4 cases pass.\n")


def test_a_case_that_fails_says_what_is_missing_and_extra(own: Path) -> None:
    place = own / "checks" / "security" / "ACME301-no-hive-crests-in-logs.yaml"
    place.write_text(RULE.replace('"2: hive_crest -> log"', '"1: email -> log"'))
    done = invoke("rules", "test", own)
    assert (done.code, done.out) == (
        1,
        "FAILED ACME301::logged\n"
        "  checks/security/ACME301-no-hive-crests-in-logs.yaml\n"
        "  missing: 1: email -> log\n"
        "  extra:   2: hive_crest -> log\n"
        "\n"
        "3 of 4 cases pass.\n",
    )


def test_a_code_that_is_taken_is_told(own: Path) -> None:
    name = "checks/security/ETQ301-personal-data-in-logs.yaml"
    (own / name).write_text((data_folder("rules") / name).read_text())
    done = invoke("rules", "test", own)
    assert done.code == 2
    assert "rule `ETQ301` is already defined at " + name in done.err


def test_own_element_and_recipient_win_over_ours(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their ids and by their words and hosts; `config` and `doctor` say so."""
    root = tmp_path / "shop"
    root.mkdir()
    own = own.rename(root / "etiquette-rules")
    keeper = ELEMENT.replace("hive_crest", "keeper_id").replace("hive crest", "member number")
    (own / "data" / "acme" / "keeper_id.yaml").write_text(keeper)
    (own / "recipients").mkdir()
    (own / "recipients" / "hubspot.yaml").write_text(
        "id: hubspot\nname: Our own hub\nkind: crm\nhosts: [api.hubapi.com]\ncountry: DE\n"
    )
    (own / "recipients" / "till.yaml").write_text(
        "id: till\nname: Our till\nkind: payments\nmodules: [stripe]\nhosts: [api.stripe.com]\n"
    )
    (root / "app.py").write_text(
        "import requests\n"
        "import stripe\n"
        "def send(user):\n"
        '    requests.post("https://api.hubapi.com/v1", json={"m": user.member_number})\n'
        '    requests.post("https://api.stripe.com/v1", json={"m": user.member_number})\n'
        "    stripe.Customer.create(email=user.email)\n"
    )
    monkeypatch.chdir(root)
    found = json.loads(invoke("scan", "--output", "json", "--fail-on", "never").out)
    ends = [(item["element"], item["sink"]) for item in found["flows"]]
    assert [(element, sink["recipient"], sink["line"]) for element, sink in ends] == [
        ("keeper_id", "hubspot", 4),
        ("keeper_id", "till", 5),
        ("email", "till", 6),
    ]
    assert [item["country"] for item in found["recipients"]] == ["DE", None]
    assert "recipients/hubspot.yaml instead of the tool's own" in invoke("config").out
    assert "in place of ours" in invoke("doctor").out


def test_nothing_to_test_is_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoke("rules", "test")
    assert (done.code, done.err.splitlines()[0]) == (2, "error: no folder with rules of your own")


def test_own_rules_count_in_a_scan(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import logging\ndef buy(user):\n    logging.info(user.hive_crest)\n"
    root = tmp_path / "shop"
    root.mkdir()
    (root / "app.py").write_text(code)
    (root / ".git").mkdir()
    monkeypatch.chdir(root)

    def codes() -> list[str]:
        done = invoke("scan", "--output", "json", "--fail-on", "never")
        return [item["rule"] for item in json.loads(done.out)["findings"]]

    assert codes() == []
    (root / "etiquette.toml").write_text('rules = "../own"\n')
    assert codes() == ["ACME301", "ETQ301"]
    (root / "etiquette.toml").unlink()
    own.rename(root / "etiquette-rules")
    assert codes() == ["ACME301", "ETQ301"]
    assert invoke("rules", "test").out == "4 of 4 cases pass.\n"
