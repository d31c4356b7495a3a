from __future__ import annotations

import pytest

from data_etiquette.catalog.braces import expanded


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
