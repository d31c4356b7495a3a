"""`etiquette report`: a kept scan gives the same reports as the scan itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data_etiquette.app.report import engine
from tests.command import invoke

pytestmark = pytest.mark.usefixtures("warm_catalog")

CODE = "import logging\n\n\ndef tell(user):\n    logging.info(user.password)\n"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    code = tmp_path / "code"
    code.mkdir()
    (code / "app.py").write_text(CODE)
    invoke("scan", code, "-o", f"archive:{tmp_path / 'a.json'}", "-o", f"html:{tmp_path / 'one'}")
    (code / "app.py").unlink()
    return tmp_path / "a.json"


def test_the_pages_are_those_of_the_scan(archive: Path) -> None:
    folder = archive.parent
    done = invoke("report", archive, "-o", f"html:{folder / 'two'}", "-o", "archive")
    assert (done.code, done.out) == (0, archive.read_text())
    pages = {place.name: place.read_bytes() for place in (folder / "one").iterdir()}
    assert {place.name: place.read_bytes() for place in (folder / "two").iterdir()} == pages
    assert "compliance.html" in pages


def test_another_engine_s_archive_is_trouble(archive: Path) -> None:
    archive.write_text(archive.read_text().replace(engine(), "0.0.1-000000000000"))
    done = invoke("report", archive)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"error: {archive}: it was written by etiquette 0.0.1-000000000000, "
        f"and this is {engine()}\n"
        "  scan again with --output archive:FILE, or use the version that wrote it\n"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "this is no archive of a scan"),
        ("[" * 100_000, "this is no archive of a scan"),
        ("[1]", "this is no archive of a scan"),
        ('{"schema": 7}', "this is no archive of a scan"),
        ('{"schema": "etiquette/report/v1"}', "this is the report for programs"),
        (
            json.dumps({"schema": "etiquette/archive/v1", "engine": engine(), "report": {}}),
            "the archive is damaged: ",
        ),
    ],
)
def test_what_is_no_archive_is_trouble(tmp_path: Path, text: str, told: str) -> None:
    place = tmp_path / "x.json"
    place.write_text(text)
    done = invoke("report", place)
    assert done.code == 2
    assert done.err.startswith(f"error: {place}: {told}")


def test_a_missing_file_is_trouble(tmp_path: Path) -> None:
    done = invoke("report", tmp_path / "none.json")
    assert (done.code, done.err) == (
        2,
        f"error: {tmp_path / 'none.json'}: cannot be read: No such file or directory\n",
    )
