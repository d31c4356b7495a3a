from __future__ import annotations

from collections.abc import Callable

import pytest

from data_etiquette.catalog.edit import parse_edits
from data_etiquette.catalog.rule import parse_rule
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import EditCase

PLACE = "checks/security/ETQ301-personal-data-in-logs.yaml"
TEXT = """
        name: personal-data-in-logs
        code: ETQ301
        principle: security
        title: Personal data is written to a log
        severity: medium
        why: Logs are read by many.
        law: [gdpr-32]
        query: {flow: {from: data, to: [log, file]}, least: 2}
        fix: {text: Log the id., before: "log(a)\\n", after: "log(b)\\n"}
        limits: None known.
        cases:
          e-mail:
            bad: |
              log(user.email)
            expect: "1: email -> log"
        """


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "severity: medium",
            "severity: grave",
            ("5: `grave` is not known; one of: low, medium, high, critical"),
        ),
        (
            "principle: security",
            "principle: securty",
            ("3: `securty` is not known; did you mean `security`?"),
        ),
        ("ETQ301", "ETQ401", "2: codes of security start with ETQ3"),
        (
            "principle: security",
            "principle: sharing",
            (
                "2: the file of rule `ETQ301` must be "
                "checks/sharing/ETQ301-personal-data-in-logs.yaml"
            ),
        ),
        (
            "name: personal-data-in-logs",
            "name: logs",
            ("2: the file of rule `ETQ301` must be checks/security/ETQ301-logs.yaml"),
        ),
        ("limits: None known.", "", "1: `limits` is missing"),
        ("{text: Log the id., ", "{", "9: `text` is missing"),
        (
            "severity: medium",
            "severity: medium\n        needs: both",
            ("6: `both` is not known; one of: code, declaration, either"),
        ),
    ],
)
def test_mistakes_in_a_rule(old: str, new: str, told: str, node_of: Callable[..., Node]) -> None:
    assert old in TEXT
    node = node_of(TEXT.replace(old, new), PLACE)
    parse_rule(node)
    assert f"{PLACE}:{told}" in node.register.lines()


def test_a_users_rule_has_a_code_of_its_own(node_of: Callable[..., Node]) -> None:
    node = node_of(TEXT.replace("ETQ301", "ACME7"), PLACE.replace("ETQ301", "ACME7"))
    assert parse_rule(node).code == "ACME7"
    assert node.register.lines() == []


def test_without_needs_a_rule_works_on_code_alone(node_of: Callable[..., Node]) -> None:
    declared = TEXT.replace("severity: medium", "severity: medium\n        needs: declaration")
    assert parse_rule(node_of(TEXT, PLACE)).needs == "code"
    assert parse_rule(node_of(declared, PLACE)).needs == "declaration"


def test_edits_of_a_rule(node_of: Callable[..., Node]) -> None:
    text = (
        "- {do: keyword, names: [default], was: ['True'], value: 'False',\n"
        "   cases: {a: {before: x, after: y}, b: {before: x, path: s.py}}}\n"
        "- {do: keywrd}\n"
        "- {do: none, safe: false}\n"
    )
    node = node_of(text, "checks/x.yaml")
    first, *_ = parse_edits(node)
    assert (first.do, first.names, first.was, first.value) == (
        "keyword", ("default",), ("True",), "False",
    )  # fmt: skip
    assert first.cases == (EditCase("a", "app.py", "x", "y"), EditCase("b", "s.py", "x", "x"))
    assert node.register.lines() == [
        "checks/x.yaml:3: `keywrd` is not known; did you mean `keyword`?",
        "checks/x.yaml:4: an edit that is not safe says why: `reason`",
    ]
