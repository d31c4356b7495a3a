"""A limit that ends the following of data is told, with the function in which it ended."""

from __future__ import annotations

import pytest

from data_etiquette.flow.tracing.flows import MAX_CALLERS
from data_etiquette.model.catalog import Catalog
from tests.support import link_texts

_TOLD = "passes data on in too many or too long ways; not all were followed"


def _chain(length: int) -> str:
    """Functions that hand a value down to a log, one above the other."""
    lines = ["import logging", "def step0(value):", "    logging.info(value)"]
    for number in range(1, length):
        lines += [f"def step{number}(value):", f"    step{number - 1}(value)"]
    lines += ["def start(form):", f'    step{length - 1}(form["email"])']
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("length", [1, MAX_CALLERS])
def test_a_chain_within_the_limit_is_followed_and_nothing_is_told(
    length: int, catalog: Catalog
) -> None:
    graph = link_texts({"app.py": _chain(length)}, catalog)
    assert [(flow.element, flow.sink.location.line) for flow in graph.flows] == [("email", 3)]
    assert graph.skipped == ()


def test_where_a_longer_chain_is_left_is_told(catalog: Catalog) -> None:
    graph = link_texts({"app.py": _chain(MAX_CALLERS + 2)}, catalog)
    assert graph.flows == ()
    assert [(item.path, item.reason, item.is_partial) for item in graph.skipped] == [
        ("app.py", f"step{MAX_CALLERS} {_TOLD}", True)
    ]
