"""The index of a report folder: it links all that is there, with counts."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.model.report import Report
from data_etiquette.reporting.index import render_folder
from data_etiquette.reporting.sentence import new_findings
from tests.command import report_of
from tests.reporting.pages import assert_sound

pytestmark = pytest.mark.usefixtures("warm_catalog")

TEMPLATES = data_folder("reports")
MINE = [
    "compliance.html",
    "transparency.html",
    "transparency-embed.html",
    "record.html",
    "record-ico.csv",
    "record-cnil.csv",
    "record.xlsx",
    "map.svg",
    "report.sha256",
]


@pytest.fixture(scope="module")
def shop() -> Report:
    return report_of(Path("fixtures/shop"))


def test_every_file_is_linked_once_in_the_order_of_reading(shop: Report) -> None:
    files = render_folder(shop, TEMPLATES)
    others = files.keys() - {"index.html"}
    shape = assert_sound(files["index.html"].decode(), siblings=others)
    links = [a["href"] for a in shape.all("a") if a.get("href") != "#main"]
    assert links.pop() == "transparency.html"  # again, with how easily it is read
    assert links == MINE
    assert sorted(MINE) == sorted(others)


def test_each_page_has_a_paragraph_and_its_counts(shop: Report) -> None:
    text = assert_sound(
        render_folder(shop, TEMPLATES)["index.html"].decode(), render_folder(shop, TEMPLATES)
    ).text
    assert f"{len(new_findings(shop))} findings · " in text
    activities = len(shop.declaration.activities)
    assert f"{activities} activities · " in text
    assert "points not yet stated" in text
    assert f"{activities} rows" in text
    assert "Flesch Reading Ease" in text


def test_readability_is_for_the_maker_alone(shop: Report) -> None:
    files = render_folder(shop, TEMPLATES)
    for name in ("transparency.html", "transparency-embed.html"):
        assert "Flesch" not in files[name].decode()


def test_without_a_declaration_it_says_what_to_do(write_tree) -> None:
    files = render_folder(report_of(write_tree({"a.py": "x = 1\n"})), TEMPLATES)
    text = assert_sound(files["index.html"].decode(), files).text
    assert "There is no etiquette.yaml." in text
    assert "etiquette init" in text
    assert "Flesch" not in text


def test_the_hashes_are_those_of_the_files(shop: Report) -> None:
    files = render_folder(shop, TEMPLATES)
    lines = files["report.sha256"].decode().splitlines()
    found = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert found == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != "report.sha256"
    }
