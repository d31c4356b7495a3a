from __future__ import annotations

from collections.abc import Callable

import pytest

from data_etiquette.catalog.yamlfile import Node


def test_a_missing_key_is_told_at_the_mapping_that_misses_it(node_of: Callable[..., Node]) -> None:
    node = node_of("a: 1\nb:\n  c: 1\n")
    inner = node.record(("a", "b"))["b"].record(("c", "d"), ("d",))
    assert node.register.lines() == ["x.yaml:3: `d` is missing"]
    assert inner["d"].text() == ""


@pytest.mark.parametrize("value", ["", "null", "~", "''"])
def test_a_required_key_without_a_value_is_missing(
    value: str, node_of: Callable[..., Node]
) -> None:
    node = node_of(f"b: x\na: {value}\n")
    node.record(("a", "b"), ("a",))
    assert node.register.lines() == ["x.yaml:2: `a` is missing"]


def test_an_unknown_key_is_told_at_its_own_line(node_of: Callable[..., Node]) -> None:
    node = node_of("label: x\nlabels:\n  - y\n")
    node.record(("label",))
    assert node.register.lines() == ["x.yaml:2: unknown key `labels`; did you mean `label`?"]


def test_a_key_that_stands_twice(node_of: Callable[..., Node]) -> None:
    node = node_of("a: 1\na: 2\n")
    assert {name: item.place.line for name, item in node.mapping().items()} == {"a": 2}
    assert node.register.lines() == ["x.yaml:2: key `a` stands twice"]


@pytest.mark.parametrize("value", ["no", "1", "2026-11-24", "1.5", "[a]", "{a: b}"])
def test_only_text_is_text(value: str, node_of: Callable[..., Node]) -> None:
    node = node_of(f"a: {value}\n")
    assert node.record(("a",))["a"].text() == ""
    assert node.register.lines() == ["x.yaml:1: must be text; quote it"]


def test_an_entry_of_a_list_that_yaml_reads_as_a_boolean(node_of: Callable[..., Node]) -> None:
    node = node_of("- ja\n- no\n- 'on'\n")
    assert node.texts() == ("ja", "", "on")
    assert node.register.lines() == ["x.yaml:2: must be text; quote it"]


def test_a_text_where_a_list_belongs(node_of: Callable[..., Node]) -> None:
    node = node_of("a: b\n")
    assert node.record(("a",))["a"].texts() == ()
    assert node.register.lines() == ["x.yaml:1: must be a list"]


def test_a_list_where_a_mapping_belongs(node_of: Callable[..., Node]) -> None:
    node = node_of("- a\n")
    assert node.record(("a",), ("a",)).entries == {}
    assert node.register.lines() == ["x.yaml:1: must be a mapping"]


def test_a_word_out_of_a_closed_list(node_of: Callable[..., Node]) -> None:
    node = node_of("a: hihg\nb: xyz\n").record(("a", "b"))
    assert (node["a"].text(("low", "high")), node["b"].text(("low", "high"))) == ("", "")
    assert node["a"].register.lines() == [
        "x.yaml:1: `hihg` is not known; did you mean `high`?",
        "x.yaml:2: `xyz` is not known; one of: low, high",
    ]


@pytest.mark.parametrize(
    ("value", "expected", "told"),
    [
        ("true", True, []),
        ("false", False, []),
        ("", False, []),
        ("yes", False, ["x.yaml:1: must be true or false"]),
        ("'true'", False, ["x.yaml:1: must be true or false"]),
    ],
)
def test_booleans(
    value: str, expected: bool, told: list[str], node_of: Callable[..., Node]
) -> None:
    node = node_of(f"a: {value}\n")
    assert node.record(("a",))["a"].is_true() is expected
    assert node.register.lines() == told


@pytest.mark.parametrize("value", ["two", "-1", "'2'", "1.5", "0x1f"])
def test_what_is_no_whole_number(value: str, node_of: Callable[..., Node]) -> None:
    node = node_of(f"a: {value}\n")
    assert node.record(("a",))["a"].number() == 0
    assert node.register.lines() == ["x.yaml:1: must be a whole number"]


def test_languages_are_kept_apart_or_merged(node_of: Callable[..., Node]) -> None:
    node = node_of("en: [a, b]\nde: [c]\n")
    assert node.languages() == (("en", ("a", "b")), ("de", ("c",)))
    assert node.words() == ("a", "b", "c")


def test_values_of_any_kind_as_written(node_of: Callable[..., Node]) -> None:
    assert node_of("[1, true, x]").plain() == ("1", "true", "x")
    assert node_of("2.5").plain() == ("2.5",)
