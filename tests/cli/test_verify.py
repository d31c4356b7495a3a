"""`etiquette verify`: the page against its own hash, the code against the page."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.command import invoke

pytestmark = pytest.mark.usefixtures("warm_catalog")

DECLARATION = """\
version: 1
organisation: {name: Shop, email: privacy@shop.example}
activities: []
"""
FILES = {
    "shop/models.py": "class Customer:\n    email: str\n",
    "shop/<b>&amp; \u202e.py": "x = 1\n",
    "etiquette.yaml": DECLARATION,
}


@pytest.fixture
def tree(write_tree) -> Path:
    return write_tree(FILES)


@pytest.fixture
def page(tree: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    done = invoke("scan", tree, "-o", f"html:{folder}", "--fail-on", "never")
    assert done.code == 0
    return folder / "compliance.html"


def lines(*arguments: object) -> tuple[int, list[str]]:
    done = invoke("verify", *arguments)
    return done.code, done.out.splitlines()


def test_nothing_differs(page: Path, tree: Path) -> None:
    assert lines(page, tree) == (
        0,
        [f"{page} is as it was written.", "3 of 3 inputs unchanged."],
    )


def test_each_input_that_differs_is_named(page: Path, tree: Path) -> None:
    (tree / "shop/models.py").write_text("class Customer:\n    phone: str\n")
    (tree / "shop/<b>&amp; \u202e.py").unlink()
    (tree / "etiquette.yaml").write_text(DECLARATION + "subjects: []\n")
    (tree / "shop/new.py").write_text("x = 2\n")
    assert lines(page, tree) == (
        1,
        [
            f"{page} is as it was written.",
            "0 of 3 inputs unchanged.",
            "  changed: etiquette.yaml",
            "  changed: shop/models.py",
            "  missing: shop/<b>&amp; \\u202e.py",
            "  not in the report: shop/new.py",
        ],
    )


def test_what_the_scan_left_out_is_not_missed(page: Path, tree: Path) -> None:
    (tree / "shop/new.py").write_text("x = 2\n")
    assert lines(page, tree, "--exclude", "new.py")[0] == 0


def test_the_page_alone(page: Path) -> None:
    assert lines(page) == (
        0,
        [
            f"{page} is as it was written.",
            "The code was not compared: name the folder that was scanned.",
        ],
    )


@pytest.mark.parametrize("name", ["compliance.html", "record.html", "transparency.html"])
def test_a_page_that_was_changed(page: Path, name: str) -> None:
    place = page.parent / name
    assert lines(place)[0] == 0
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("<h1>", "<h1>Nice "), encoding="utf-8")
    code, told = lines(place)
    assert code == 1
    assert told[0] == (
        f"{place} was changed after it was written: its SHA-256 is not the one it names."
    )


def test_by_hand(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    [named] = {
        line[line.index('content="') + 9 :][:64]
        for line in text.splitlines()
        if "etiquette-sha256" in line
    }
    assert hashlib.sha256(text.replace(named, "0" * 64).encode()).hexdigest() == named
    assert f'<code id="page-sha256">{named}</code>' in text
    written = (page.parent / "report.sha256").read_text().splitlines()
    assert f"{hashlib.sha256(page.read_bytes()).hexdigest()}  compliance.html" in written


def test_what_cannot_be_checked_is_trouble(page: Path, tree: Path, tmp_path: Path) -> None:
    other = page.parent / "record.html"
    assert invoke("verify", other, tree).err == (
        "error: this page lists no inputs\n  compliance.html of the same folder does\n"
    )
    other.write_text("<html></html>")
    assert invoke("verify", other).code == 2
    assert invoke("verify", tmp_path / "none.html").code == 2
    assert invoke("verify", page, tmp_path / "none").code == 2
    (page.parent / "x.html").write_bytes(b"\xff\x00")
    assert invoke("verify", page.parent / "x.html").code == 2


def test_a_page_cannot_point_out_of_the_tree(page: Path, tree: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    digest = hashlib.sha256(b"x").hexdigest()
    text = page.read_text(encoding="utf-8")
    start = '<pre id="manifest" class="manifest">'
    page.write_text(text.replace(start, f"{start}{digest}  {secret}\n"), encoding="utf-8")
    assert f"  missing: {secret}" in lines(page, tree)[1]


def test_other_rules_are_told(page: Path, tree: Path) -> None:
    text = page.read_text(encoding="utf-8")
    at = text.index('<code id="rules-sha256">') + len('<code id="rules-sha256">')
    page.write_text(f"{text[:at]}{'f' * 64}{text[at + 64 :]}", encoding="utf-8")
    told = lines(page, tree)[1]
    assert told[-1] == "The rules of this installation are others than those of the report."
