from __future__ import annotations

from collections.abc import Callable

from data_etiquette.catalog.sanitiser import parse_sanitiser
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import SanitiserModel


def test_a_sanitiser_ends_the_flow_unless_it_says_otherwise(node_of: Callable[..., Node]) -> None:
    text = "id: hashing\nlabel: Hashes\neffect: pseudonymised\ncalls: ['h.{a,b}']\n"
    expected = SanitiserModel(
        "hashing",
        "pseudonymised",
        ("h.a", "h.b"),
        path="sanitisers/hashing.yaml",
        label="Hashes",
    )
    assert parse_sanitiser(node_of(text, "sanitisers/hashing.yaml")) == expected
    weak = parse_sanitiser(node_of(text + "ends: false", "sanitisers/hashing.yaml"))
    assert (expected.ends, weak.ends) == (True, False)


def test_an_unknown_effect(node_of: Callable[..., Node]) -> None:
    node = node_of("id: a\nlabel: A\neffect: mask\n", "sanitisers/a.yaml")
    parse_sanitiser(node)
    assert node.register.lines() == [
        "sanitisers/a.yaml:3: `mask` is not known; did you mean `masked`?"
    ]
