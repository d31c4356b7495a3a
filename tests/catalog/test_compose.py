from __future__ import annotations

import pytest
import yaml

from data_etiquette.catalog.compose import YamlProblem, compose


def test_the_node_of_a_text() -> None:
    node = compose(b"a: [b]\n")
    assert yaml.serialize(node) == "a: [b]\n"


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        (b"", 1, "the file is empty"),
        (b"# only a comment\n", 1, "the file is empty"),
        (b"a: 1\n---\nb: 2\n", 2, "not valid YAML: but found another document"),
        (b"\x00", 1, "not valid YAML: control characters are not allowed"),
        (b"a: &x [1]\nb: *x\n", 1, "anchors and aliases are not allowed"),
        (b"&a [*a]", 1, "anchors and aliases are not allowed"),
        (b"a: 1\nb: " + b"[" * 200_000, 2, "nested too deeply"),
        (b"[" * 200_000, 1, "nested too deeply"),
        (b"a:\n  " + b"- " * 2_000, 2, "nested too deeply"),
        (b"a" * 1_000_001, 1, "the file is larger than 1000000 bytes"),
    ],
)
def test_what_is_refused(content: bytes, line: int, told: str) -> None:
    with pytest.raises(YamlProblem) as caught:
        compose(content)
    assert (caught.value.line, str(caught.value)) == (line, told)


def test_many_brackets_side_by_side_are_no_nesting() -> None:
    text = b"- [a]\n" * 3_000
    assert yaml.serialize(compose(text)) == text.decode()


def test_a_star_in_a_text_is_no_alias() -> None:
    assert yaml.serialize(compose(b"a: SELECT * FROM t\n")) == "a: SELECT * FROM t\n"
