"""A browser, and every kind of page as files on the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data_etiquette.app.compare import CompareRequest, compare_scans
from data_etiquette.app.fleet.survey import known_words
from data_etiquette.app.scan import ScanRequest
from data_etiquette.catalog.data import data_folder
from data_etiquette.model.report import Report
from data_etiquette.reporting.compare import render_html
from data_etiquette.reporting.fleet.overview import Fleet, SystemState, build_overview
from data_etiquette.reporting.fleet.page import render_html as render_fleet
from data_etiquette.reporting.fleet.snapshot import snapshot_of
from data_etiquette.reporting.index import render_folder
from data_etiquette.reporting.json import render_json
from data_etiquette.reporting.pageoptions import PageOptions
from tests.browser.large import shortened
from tests.command import report_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TEMPLATES = data_folder("reports")
PAGES = (
    "shop/index.html",
    "shop/compliance.html",
    "shop/record.html",
    "shop/transparency.html",
    "shop/transparency-embed.html",
    "german/index.html",
    "german/compliance.html",
    "german/transparency.html",
    "german/record.html",
    "traced/transparency.html",
    "undeclared/index.html",
    "undeclared/compliance.html",
    "undeclared/record.html",
    "undeclared/transparency.html",
    "empty/compliance.html",
    "compare.html",
    "fleet.html",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Chromium without a window; where there is none the tests are skipped, and say so."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        told = "there is no chromium: apt-get install chromium"
        if os.environ.get("ETIQUETTE_BROWSER") == "required":
            pytest.fail(told)
        pytest.skip(told)
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every page of `PAGES`."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETIQUETTE_CACHE_DIR", str(folder / "cache"))
        patch.setenv("SOURCE_DATE_EPOCH", "1780272000")
        _write(folder)
    return folder


def _write(folder: Path) -> None:
    small = folder / "small"
    small.mkdir()
    (small / "models.py").write_text(
        "from django.db import models\n\n\nclass Patient(models.Model):\n"
        "    email = models.EmailField()\n    diagnosis = models.TextField()\n"
    )
    (small / "broken.py").write_text("def f(:\n")
    (folder / "none").mkdir()
    shop = shortened(report_of(Path("fixtures/shop")))
    reports = (
        ("shop", shop, PageOptions()),
        ("german", shop, PageOptions("de")),
        ("traced", shop, PageOptions("", traceable=True)),
        ("undeclared", report_of(small), PageOptions()),
        ("empty", report_of(folder / "none"), PageOptions()),
    )
    for name, report, options in reports:
        (folder / name).mkdir()
        for file, content in render_folder(report, TEMPLATES, options).items():
            (folder / name / file).write_bytes(content)
    request = ScanRequest((Path("fixtures/shop"),), jobs=1)
    archive = folder / "old.json"
    from tests.command import invoke  # noqa: PLC0415

    invoke("scan", small, "-o", f"archive:{archive}", "--fail-on", "never")
    found = compare_scans(CompareRequest(request, str(archive)))
    (folder / "compare.html").write_text(render_html(found, TEMPLATES), encoding="utf-8")
    (folder / "fleet.html").write_text(_overview(dict(item[:2] for item in reports)), "utf-8")


def _overview(reports: dict[str, Report]) -> str:
    """Systems with and without a declaration, new, changed, gone, and not scanned."""
    found = {name: snapshot_of(render_json(report).encode()) for name, report in reports.items()}
    less = replace(found["shop"], inventory=found["shop"].inventory[9:], findings=())
    states = (
        SystemState("clinic", "Health", "4f2a" * 10, "clinic/", found["undeclared"], is_new=True),
        SystemState("crm", "Sales", reason="there is no such folder"),
        SystemState("empty", snapshot=found["empty"], before=found["empty"]),
        SystemState(
            "kiosk", snapshot=found["shop"], reason="there is no commit `v9`", day="2026-05-01"
        ),
        *(
            SystemState(f"shop-{number}", "Commerce", snapshot=found["shop"], before=less)
            for number in range(6)
        ),
    )
    fleet = Fleet("Example Group", "2026-06-01", "1.0", states, "2026-05-01", ("archive",))
    return render_fleet(build_overview(fleet, known_words()), TEMPLATES)


@pytest.fixture
def opened(browser, pages: Path) -> Iterator[Callable[..., object]]:
    """Open a page in a context of its own; what it says and asks for is kept on it."""
    contexts = []

    def open_page(name: str, anchor: str = "", **options: object):
        options = {"viewport": {"width": 1280, "height": 900}, "offline": True, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.asked = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        place = name if isinstance(name, Path) else pages / name
        page.goto(place.as_uri() + anchor)
        return page

    yield open_page
    for context in contexts:
        context.close()
