"""The same tree gives the same bytes, whatever the machine does."""

from __future__ import annotations

import contextlib
import json
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from data_etiquette.app.output import RENDERERS
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.app.snippets import read_snippets
from data_etiquette.checks.run import run_checks
from data_etiquette.flow.link import link
from data_etiquette.frontends.read import read_file
from data_etiquette.model.catalog import Catalog
from data_etiquette.reporting.json import render_json
from tests.command import all_outputs, report_of, run

pytestmark = pytest.mark.usefixtures("warm_catalog")

MODELS = """\
from django.db import models


class {0}Customer(models.Model):
    name = models.CharField(max_length=80)
    email = models.EmailField()
    phone = models.CharField(max_length=40)
    birth_date = models.DateField()
"""
VIEWS = """\
import logging

import requests

from {0}.models import {1}Customer

logger = logging.getLogger(__name__)


def tell(customer: {1}Customer) -> None:
    logger.info("%s %s", customer.email, customer.phone)
    requests.post("https://hooks.slack.com/x", json={{"mail": customer.email}})
"""
FILES = {
    f"{folder}/{name}": text.format(folder, folder.capitalize())
    for folder in ("alpha", "beta", "gamma")
    for name, text in {"models.py": MODELS, "views.py": VIEWS}.items()
} | {
    "db/schema.sql": "CREATE TABLE people (id int, email text, iban text);\n",
    "db/broken.sql": "CREATE TABLE t (id int,, email text WHAT ( ;\n",
    "broken.py": "def f(:\n    pass\n",
}


def scan_json(*paths: Path, **options: object) -> str:
    return render_json(report_of(*paths, **options))


def test_the_tree_of_these_tests_has_something_to_say(write_tree) -> None:
    report = report_of(write_tree(FILES))
    assert {finding.rule for finding in report.findings} >= {"ETQ001", "ETQ301", "ETQ602"}
    assert {
        (flow.sink.location.path, flow.sink.kind.value, flow.element) for flow in report.flows
    } == {
        (f"{folder}/views.py", kind, element)
        for folder in ("alpha", "beta", "gamma")
        for kind, element in (("log", "email"), ("log", "phone"), ("third_party", "email"))
    }
    assert [item.path for item in report.skipped] == ["broken.py", "db/broken.sql"]


@pytest.mark.parametrize("make", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_gives_the_same(write_tree, make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_etiquette.app.map._BATCH_BYTES", 300)
    root = write_tree(FILES)
    with make(2) as executor:
        request = ScanRequest((root,), use_cache=False)
        found = render_json(scan(request, executor=executor).report)
    assert found == scan_json(root)


def test_any_number_of_jobs_gives_the_same(write_tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_tree(FILES)
    first = scan_json(root)
    monkeypatch.setattr("data_etiquette.app.map._POOL_FROM", 0)
    monkeypatch.setattr("data_etiquette.app.map._BATCH_BYTES", 300)
    for jobs in (2, 3):
        request = ScanRequest((root,), jobs=jobs, use_cache=False)
        assert render_json(scan(request).report) == first


def test_hash_seed_and_place_of_the_tree_change_nothing(write_tree, tmp_path: Path) -> None:
    root = write_tree(FILES)
    outputs = []
    for seed in ("1", "4711"):
        done = run(
            "scan", ".", "--no-cache", "--fail-on", "never", "--output", "json",
            "--output", f"text:{tmp_path}/{seed}.txt", "--output", f"html:{tmp_path}/{seed}",
            cwd=root, env={"PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert (done.code, done.err) == (0, "")
        text = (tmp_path / f"{seed}.txt").read_bytes()
        page = (tmp_path / seed / "compliance.html").read_bytes()
        outputs.append((done.out, text, page))
    assert outputs[0] == outputs[1]


def test_every_format_is_the_same_on_any_machine(write_tree, tmp_path: Path) -> None:
    root = write_tree(FILES)
    written = []
    for seed, jobs, locale in (("1", "1", "C"), ("4711", "2", "de_DE.UTF-8")):
        places = {name: tmp_path / seed / name for name in RENDERERS}
        wanted = [part for name, place in places.items() for part in ("-o", f"{name}:{place}")]
        done = run(
            "scan", ".", "--no-cache", "--fail-on", "never", "-j", jobs, *wanted,
            cwd=root, env={"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": locale},
        )  # fmt: skip
        assert (done.code, done.err) == (0, "")
        written.append({name: place.read_bytes() for name, place in places.items()})
    assert written[0] == written[1]


def test_locale_and_time_zone_change_nothing(write_tree) -> None:
    root = write_tree(FILES)
    arguments = ("scan", ".", "--fail-on", "never", "--output", "json")
    first = run(*arguments, cwd=root, env={"LC_ALL": "C", "TZ": "UTC"})
    second = run(*arguments, cwd=root, env={"LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"})
    assert first == second


def without_paths(report: str) -> dict:
    found = json.loads(report)
    del found["scan"]["paths"]
    return found


def test_order_of_paths_changes_only_what_was_asked(write_tree) -> None:
    root = write_tree(FILES)
    parts = [root / name for name in ("alpha", "beta", "gamma", "db", "broken.py")]
    first = without_paths(scan_json(*parts))
    assert without_paths(scan_json(*reversed(parts))) == first
    assert without_paths(scan_json(*parts[2:], *parts[:2])) == first
    assert without_paths(scan_json(root)) == first


def test_order_in_which_the_disk_lists_files_changes_nothing(
    write_tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_tree(FILES)
    first = scan_json(root)
    scandir = os.scandir

    class Backwards(list, contextlib.AbstractContextManager):
        def __init__(self, folder: object) -> None:
            super().__init__(sorted(scandir(folder), key=lambda entry: entry.name, reverse=True))

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr("os.scandir", Backwards)
    assert scan_json(root) == first


def test_order_of_facts_changes_neither_graph_nor_findings(catalog: Catalog) -> None:
    facts = [read_file(path, text.encode()) for path, text in FILES.items()]
    first = link(facts, catalog)
    second = link(facts[::-1], catalog)
    assert second == first
    assert run_checks(second, catalog, None) == run_checks(first, catalog, None)


def test_order_of_findings_changes_no_snippet(write_tree) -> None:
    root = write_tree(FILES)
    files = {name: root / name for name in FILES}
    findings = report_of(root).findings
    assert read_snippets(files, findings) == read_snippets(files, findings[::-1])


def test_every_output_is_the_same_twice(write_tree, tmp_path: Path) -> None:
    root = write_tree(FILES)
    first = all_outputs(report_of(root), tmp_path / "one")
    assert all_outputs(report_of(root), tmp_path / "two") == first
    assert {"compliance.html", "index.html", "record.xlsx", "report.json"} <= set(first)
