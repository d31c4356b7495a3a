from __future__ import annotations

from collections.abc import Callable

import pytest

from data_etiquette.catalog.framework import expanded, parse_framework, parse_sanitiser
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import (
    EntityPattern,
    FieldType,
    FrameworkModel,
    SanitiserModel,
    SinkModel,
)
from data_etiquette.model.kind import SinkKind

ORM = """
    id: orm
    label: An ORM
    modules: [orm]
    entities:
      - {kind: orm-model, bases: ["orm.{Model,Node}"], stored: true}
    field_types:
      - {name: "orm.{Mail,Post}", means: email, validates: true, protection: hashed, value: text}
    sinks:
      - {kind: log, name: ORM log, calls: ["orm.Log.{info,debug}"], receivers: [log],
         methods: [info], args: ["0", text], recipient: acme, address: "1"}
    returns: {orm.get: orm.Model}
    passes: [orm.dumps]
    """


def test_a_framework(node_of: Callable[..., Node]) -> None:
    node = node_of(ORM, "frameworks/orm.yaml")
    assert parse_framework(node) == FrameworkModel(
        id="orm",
        label="An ORM",
        modules=("orm",),
        entities=(EntityPattern("orm-model", ("orm.Model", "orm.Node"), (), stored=True),),
        field_types=(
            FieldType("orm.Mail", "email", validates=True, protection="hashed", value="text"),
            FieldType("orm.Post", "email", validates=True, protection="hashed", value="text"),
        ),
        sinks=(
            SinkModel(
                SinkKind.LOG, "ORM log", ("orm.Log.info", "orm.Log.debug"), ("log",), ("info",),
                ("0", "text"), "acme", "1",
            ),
        ),
        returns=(("orm.get", "orm.Model"),),
        passes=("orm.dumps",),
        path="frameworks/orm.yaml",
    )  # fmt: skip
    assert node.register.lines() == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: log", "kind: lug", "9: `lug` is not known; did you mean `log`?"),
        ("hashed", "hash", "7: `hash` is not known; did you mean `hashed`?"),
        ("value: text", "value: tekst", "7: `tekst` is not known; did you mean `text`?"),
        ('["0", text]', "[0, text]", "10: must be text; quote it"),
        ("stored: true", "store: true", "5: unknown key `store`; did you mean `stored`?"),
    ],
)
def test_mistakes_in_a_framework(
    old: str, new: str, told: str, node_of: Callable[..., Node]
) -> None:
    assert ORM.count(old) == 1
    node = node_of(ORM.replace(old, new), "frameworks/orm.yaml")
    parse_framework(node)
    assert node.register.lines() == [f"frameworks/orm.yaml:{told}"]


def test_a_sanitiser_ends_the_flow_unless_it_says_otherwise(node_of: Callable[..., Node]) -> None:
    text = "id: hashing\nlabel: Hashes\neffect: pseudonymised\ncalls: ['h.{a,b}']\n"
    expected = SanitiserModel(
        "hashing", "pseudonymised", ("h.a", "h.b"), path="sanitisers/hashing.yaml"
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


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.b", ("a.b",)),
        ("a.{b, c}.d", ("a.b.d", "a.c.d")),
        ("{a,b}.{c,d}", ("a.c", "a.d", "b.c", "b.d")),
        ("a.{b}", ("a.b",)),
        ("a.{b", ("a.{b",)),
    ],
)
def test_braces(text: str, names: tuple[str, ...]) -> None:
    assert expanded((text,)) == names
