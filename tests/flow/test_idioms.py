"""Python's own ways of passing data on: every marked line of a program is a log or is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data_etiquette.model.catalog import Catalog
from tests.support import link_texts

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_marked_lines(program: Path, catalog: Catalog) -> None:
    text = program.read_text()
    marks = {
        number: mark.group(1)
        for number, line in enumerate(text.splitlines(), 1)
        if (mark := re.search(r"# (YES|NO)$", line))
    }
    graph = link_texts({"app.py": text}, catalog)
    found = {flow.sink.location.line for flow in graph.flows if flow.sink.kind.value != "exception"}
    assert {n: "YES" if n in found else "NO" for n in marks} == marks
