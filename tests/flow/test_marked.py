"""Whole programs with marks: `# email -> log` where data must be found, `# NO` where none may be.

A file of `marked/` holds several programs under `#### name`, their files under `#@ path`. A mark
lists all that is found on its line; what may be told in several ways is `email|full_name -> log`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_etiquette.model.catalog import Catalog
from tests.support import link_texts

_MARK = re.compile(r"# (NO|[\w|]+ -> \w+(?:, [\w|]+ -> \w+)*)$")


def _programs() -> Iterator[object]:
    for path in sorted((Path(__file__).parent / "marked").glob("*.txt")):
        parts = re.split(r"^#### (.+)\n", path.read_text(), flags=re.MULTILINE)
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            yield pytest.param(_files(text), id=f"{path.stem}: {name}")


def _files(text: str) -> dict[str, str]:
    first, *rest = re.split(r"^#@ (\S+)\n", text, flags=re.MULTILINE)
    files = dict(zip(rest[::2], rest[1::2], strict=True))
    return {"app.py": first, **files} if first.strip() else files


@pytest.mark.parametrize("files", list(_programs()))
def test_marked_program(files: dict[str, str], catalog: Catalog) -> None:
    found: dict[str, set[str]] = {}
    for flow in link_texts(files, catalog).flows:
        place = f"{flow.sink.location.path}:{flow.sink.location.line}"
        found.setdefault(place, set()).add(f"{flow.element} -> {flow.sink.kind.value}")
    wrong = []
    for path, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            mark = _MARK.search(line)
            if mark is not None and not _fits(mark.group(1), found.get(f"{path}:{number}", set())):
                seen = sorted(found.get(f"{path}:{number}", ()))
                wrong.append(f"{path}:{number}: {line.strip()} (found: {seen})")
    assert wrong == []


def _fits(mark: str, found: set[str]) -> bool:
    wanted = [] if mark == "NO" else [_choices(one) for one in mark.split(", ")]
    return all(choices & found for choices in wanted) and all(
        any(one in choices for choices in wanted) for one in found
    )


def _choices(text: str) -> set[str]:
    elements, kind = text.split(" -> ")
    return {f"{element} -> {kind}" for element in elements.split("|")}


def test_every_place_that_hands_data_to_a_wrapper_is_told(catalog: Catalog) -> None:
    callers = "".join(f"def act{n}(customer):\n    tell(customer.email)\n" for n in range(12))
    wrapper = "import logging\ndef tell(text):\n    logging.info(text)\n"
    flows = link_texts({"app.py": wrapper + callers}, catalog).flows
    assert sorted(flow.source.line for flow in flows) == [5 + 2 * n for n in range(12)]
