from __future__ import annotations

from collections.abc import Callable

import pytest

from data_etiquette.catalog.case import parse_cases
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import RuleCase


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("a: {bad: x, expect: '1: email'}", RuleCase("a", (("app.py", "x"),), ("1: email",))),
        ("a: {good: x}", RuleCase("a", (("app.py", "x"),))),
        ("a: {good: x, language: sql}", RuleCase("a", (("app.sql", "x"),))),
        ("a: {good: x, language: html}", RuleCase("a", (("app.html", "x"),))),
        (
            "a: {bad: x, expect: [b, c], declaration: d}",
            RuleCase("a", (("app.py", "x"),), ("b", "c"), "d"),
        ),
        (
            "a: {files: {m.py: x, s.sql: y}, expect: [b]}",
            RuleCase("a", (("m.py", "x"), ("s.sql", "y")), ("b",)),
        ),
        ("a: {files: {m.py: x}}", RuleCase("a", (("m.py", "x"),))),
    ],
)
def test_forms_of_a_case(text: str, case: RuleCase, node_of: Callable[..., Node]) -> None:
    node = node_of(text)
    assert parse_cases(node) == (case,)
    assert node.register.lines() == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{bad: x}", "`expect` is missing: a `bad` case says what must be found"),
        ("{good: x, expect: b}", "a `good` case expects nothing; remove `expect`"),
        ("{expect: b}", "a case has exactly one of `bad`, `good` and `files`"),
        ("{bad: x, good: y, expect: b}", "a case has exactly one of `bad`, `good` and `files`"),
        ("{good: x, language: ruby}", "`ruby` is not known; one of: python, sql, html"),
        (
            "{files: {a: b}, language: sql}",
            "`language` goes with a single text; `files` have endings",
        ),
        ("{bad: x, expects: b, expect: c}", "unknown key `expects`; did you mean `expect`?"),
    ],
)
def test_mistakes_in_a_case(text: str, told: str, node_of: Callable[..., Node]) -> None:
    node = node_of(f"a: {text}")
    parse_cases(node)
    assert f"x.yaml:1: {told}" in node.register.lines()
