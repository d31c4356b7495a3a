"""What is remembered of a tree never shows: after any edit, warm and cold say the same."""

from __future__ import annotations

import ast
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from data_etiquette.app.hook import HookRequest, hook, touching
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.model.report import Provenance, Report
from tests.command import report_of

pytestmark = pytest.mark.usefixtures("warm_catalog")

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
EDITS = {"kiosk": 8, "clinic": 3, "shop": 2}
"""Edits of each application, one after the other."""
_LEAK = """

def told_to_all(customer):
    import logging
    logging.getLogger(__name__).warning("%s", customer.email)
"""


def edited(text: str, chance: random.Random) -> str:
    """The text with a statement left out, given twice, moved down, or a leak added."""
    body = ast.parse(text).body
    if not body:
        return text + _LEAK
    node, lines = chance.choice(body), text.splitlines(keepends=True)
    first, last = node.lineno - 1, node.end_lineno or node.lineno
    decorated = [item.lineno - 1 for item in getattr(node, "decorator_list", [])]
    first = min([first, *decorated])
    match chance.randrange(6):
        case 0:
            return "".join(lines[:first] + lines[last:])
        case 1:
            return "".join([*lines[:last], "\n", *lines[first:last], "\n", *lines[last:]])
        case 2:
            return "".join([*lines[:first], "\n\n", *lines[first:]])
        case 3 | 4 if (at := _beginning(body, chance)) is not None:
            return "".join([*lines[: at - 1], *_told(lines[at - 1]), *lines[at - 1 :]])
        case _:
            return text + _LEAK


def _beginning(body: list[ast.stmt], chance: random.Random) -> int | None:
    """The first line of some function's body, where it has a line of its own."""
    found = [
        min([node.body[0].lineno, *(item.lineno for item in decorators)])
        for outer in body
        for node in ast.walk(outer)
        if isinstance(node, ast.FunctionDef)
        for decorators in [getattr(node.body[0], "decorator_list", [])]
        if node.body[0].lineno > node.lineno
    ]
    return chance.choice(found) if found else None


def _told(line: str) -> list[str]:
    """A leak, indented as a line is."""
    return [f"{line[: len(line) - len(line.lstrip())]}print(self.email, customer.phone)\n"]


def comparable(report: Report) -> Report:
    return replace(report, provenance=Provenance())


@pytest.mark.parametrize("name", sorted(EDITS))
def test_after_any_edit_a_warm_scan_says_what_a_cold_one_does(name: str, tmp_path: Path) -> None:
    root = tmp_path / name
    shutil.copytree(FIXTURES / name, root)
    (root / ".git").mkdir()
    chance = random.Random(name)  # noqa: S311 (the same edits in every run)
    files = sorted(root.rglob("*.py"))
    report_of(root)
    for _ in range(EDITS[name]):
        place = chance.choice(files)
        place.write_text(edited(place.read_text(), chance))
        cold = scan(ScanRequest((root,), jobs=1, use_cache=False)).report
        told = hook(HookRequest(ScanRequest((root,), jobs=1), root, (place,)))
        assert told.report.findings == touching(cold, [place.relative_to(root).as_posix()])
        assert comparable(report_of(root)) == comparable(cold)


def test_the_hook_of_files_that_say_the_same_tells_of_them_what_a_scan_does(
    tmp_path: Path,
) -> None:
    root = tmp_path / "kiosk"
    shutil.copytree(FIXTURES / "kiosk", root)
    (root / ".git").mkdir()
    request = ScanRequest((root,), jobs=1)
    whole = scan(request).report
    for place in sorted(root.rglob("*.py"))[:6]:
        place.write_text(f"{place.read_text()}# as it was\n")
        path = place.relative_to(root).as_posix()
        assert hook(HookRequest(request, root, (place,))).report.findings == touching(whole, [path])
