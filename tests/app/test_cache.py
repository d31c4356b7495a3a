"""The cache of facts: private, never believed when damaged, never missed when absent."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data_etiquette.app.cache import FactsCache, cache_folder, decode, encode
from data_etiquette.app.map import digests_of, read_files
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.frontends.read import read_file
from data_etiquette.model.graph import Graph
from data_etiquette.model.report import Provenance, Report
from data_etiquette.reporting.json import render_json
from tests.command import invoke, report_of

pytestmark = pytest.mark.usefixtures("warm_catalog")

FILES = {
    "models.py": (
        "from django.db import models\n\n\nclass Customer(models.Model):\n"
        "    email = models.EmailField()\n"
    ),
    "views.py": (
        "import logging\n\nfrom models import Customer\n\n\n"
        "def show(customer: Customer) -> None:\n    logging.info(customer.email)\n"
    ),
    "schema.sql": "CREATE TABLE people (id int, phone text);\n",
    "page.html": "{{ customer.email }}\n",
}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def entries(cache: Path) -> list[Path]:
    return sorted(place for place in (cache / "facts").rglob("*") if place.is_file())


def forget_graphs(cache: Path) -> None:
    """So that the next scan needs the facts: with a graph of the same files it does not."""
    shutil.rmtree(cache / "graphs")


def report_json(root: Path, **options: object) -> str:
    return render_json(report_of(root, **options))


def test_the_cache_is_private_to_the_user(write_tree, cache: Path) -> None:
    mask = os.umask(0)
    try:
        cache.chmod(0o777)
        report_of(write_tree(FILES))
    finally:
        os.umask(mask)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert {stat.S_IMODE(place.stat().st_mode) for place in entries(cache)} == {0o600}


def test_second_scan_reads_nothing_and_says_the_same(
    write_tree, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_tree(FILES)
    first = report_json(root)
    assert len(entries(cache)) == len(FILES)

    def refuse(path: str, _: bytes) -> None:
        raise AssertionError(path)

    monkeypatch.setattr("data_etiquette.app.map.read_file", refuse)
    assert report_json(root) == first
    forget_graphs(cache)
    assert report_json(root) == first


def test_nothing_is_decoded_while_no_file_changes(
    write_tree, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_tree(FILES)
    first = report_json(root)
    for place in entries(cache):
        place.unlink()

    def refuse(path: str, _: bytes) -> None:
        raise AssertionError(path)

    monkeypatch.setattr("data_etiquette.app.map.read_file", refuse)
    assert report_json(root) == first


def test_a_file_that_cannot_be_read_today_is_no_empty_one(write_tree) -> None:
    root = write_tree({**FILES, "empty.py": ""})
    place = root / "empty.py"
    found = digests_of([("empty.py", place)])
    assert report_of(root).skipped == ()
    place.unlink()
    assert digests_of([("empty.py", place)]) == (("empty.py", ""),) != found


def test_without_a_cache_the_report_is_the_same_and_nothing_is_kept(
    write_tree, cache: Path
) -> None:
    root = write_tree(FILES)
    assert report_json(root, use_cache=False) == report_json(root)
    kept = entries(cache)
    (root / "views.py").write_text("x = 1\n")
    report_of(root, use_cache=False)
    assert entries(cache) == kept


def _damages() -> Iterator[object]:
    yield pytest.param(lambda _: b"", id="empty")
    yield pytest.param(lambda data: data[: len(data) // 2], id="truncated")
    yield pytest.param(lambda data: data[:-1], id="one byte short")
    yield pytest.param(lambda data: data + b"x", id="one byte more")
    yield pytest.param(lambda _: b"\xff" * 64, id="garbage")
    yield pytest.param(lambda _: b"\x80", id="another value")
    yield pytest.param(lambda _: b"\x91" * 100_000, id="nested")
    yield pytest.param(lambda _: b"cos\nsystem\n(S'touch owned'\ntR.", id="pickle")


@pytest.mark.parametrize("damage", list(_damages()))
def test_a_damaged_entry_is_ignored_and_replaced(write_tree, cache: Path, damage) -> None:
    root = write_tree(FILES)
    first = report_json(root)
    good = {place: place.read_bytes() for place in entries(cache)}
    for place, data in good.items():
        place.write_bytes(damage(data))
    forget_graphs(cache)
    assert report_json(root) == first
    assert {place: place.read_bytes() for place in entries(cache)} == good


def test_an_entry_that_is_a_folder_is_ignored(write_tree, cache: Path) -> None:
    root = write_tree(FILES)
    first = report_json(root)
    for place in entries(cache):
        place.unlink()
        place.mkdir()
    forget_graphs(cache)
    assert report_json(root) == first


def test_a_damaged_compiled_catalog_is_ignored(write_tree, cache: Path) -> None:
    root = write_tree(FILES)
    first = report_json(root)
    [compiled] = cache.glob("catalog-*")
    compiled.write_bytes(compiled.read_bytes()[:-10])
    assert report_json(root) == first


def test_a_changed_file_is_read_again(write_tree, cache: Path) -> None:
    root = write_tree(FILES)
    place = root / "models.py"
    status = place.stat()
    report_of(root)
    place.write_text(FILES["models.py"].replace("email = models.Email", "phone = models.Phone"))
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))
    found = [item.name for entity in report_of(root).entities for item in entity.personal_fields]
    assert found == ["phone", "phone"]
    assert len(entries(cache)) == len(FILES) + 1


def test_equal_files_at_two_places_keep_their_own_paths(write_tree) -> None:
    root = write_tree({"a/models.py": FILES["models.py"], "b/models.py": FILES["models.py"]})
    for _ in range(2):
        found = [
            item.location.path
            for entity in report_of(root).entities
            for item in entity.personal_fields
        ]
        assert found == ["a/models.py", "b/models.py"]


def test_a_cache_that_cannot_be_made_is_no_error(
    write_tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_tree(FILES)
    first = report_json(root)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ETIQUETTE_CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert report_json(root) == first
    assert invoke("scan", root, "--fail-on", "never").code == 0


@pytest.mark.parametrize("call", ["mkstemp", "fdopen"])
def test_a_full_disk_is_no_error(write_tree, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    root = write_tree(FILES)
    first = report_json(root, use_cache=False)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    owner = "tempfile" if call == "mkstemp" else "os"
    monkeypatch.setattr(f"data_etiquette.app.cache.{owner}.{call}", full)
    assert report_json(root) == first


def test_a_cache_folder_that_is_read_only_is_no_error(write_tree, cache: Path, deny) -> None:
    root = write_tree(FILES)
    first = report_json(root, use_cache=False)
    (cache / "facts").mkdir()
    deny(cache / "facts", mode=0o500)
    assert report_json(root) == first
    assert entries(cache) == []


VALUES = [
    "anna.schmidt@mail.example",
    "+49 171 5557788",
    "DE89 3704 0044 0532 0130 00",
    "4111 1111 1111 1111",
    "203.0.113.77",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
]


LEAKY = {
    "models.py": """\
from django.db import models
class Customer(models.Model):
    # such as VALUE
    field = models.CharField("VALUE", default="VALUE", help_text="VALUE")  # VALUE
    choice = models.CharField(choices=[("a", "VALUE")])
""",
    "views.py": """\
def f(customer, a="VALUE"):
    log(customer.email, "VALUE", f"VALUE {a}", k="VALUE", d={"VALUE": 1})
    return "VALUE"
""",
    "broken.py": "def f(: # VALUE\n    x = 'VALUE\n",
    "data.sql": """\
CREATE TABLE t (a text DEFAULT 'VALUE'); -- VALUE
INSERT INTO t VALUES ('VALUE');
COPY t FROM stdin;
VALUE
\\.
SELECT a FROM t WHERE a = 'VALUE';
""",
    "page.html": "<p>VALUE</p>{{ x|default('VALUE') }}",
}


@pytest.mark.parametrize("value", VALUES)
def test_no_personal_value_is_kept(write_tree, cache: Path, value: str) -> None:
    files = {
        # The keyword of INSERT is none of the places.
        name: re.sub(r"VALUE\b", lambda _: value, text)
        for name, text in LEAKY.items()
    }
    report_of(write_tree(files))
    assert len(entries(cache)) == len(files)
    assert [place for place in entries(cache) if value.encode() in place.read_bytes()] == []


def test_facts_survive_the_round_trip() -> None:
    for path, text in FILES.items():
        facts = read_file(path, text.encode())
        assert decode(encode(facts)) == facts


def test_a_file_that_goes_away_during_the_scan_is_reported(tmp_path: Path) -> None:
    [facts] = read_files([("a.py", tmp_path / "a.py")], FactsCache(None))
    assert [(item.path, item.reason) for item in facts.skipped] == [
        ("a.py", "unreadable: No such file or directory")
    ]


def test_a_graph_is_linked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "app.py").write_text("import logging\ndef f(user):\n    logging.info(user.email)\n")
    request = ScanRequest((folder,), jobs=1)
    first = scan(request).report

    def never(*_: object) -> Graph:
        raise AssertionError("linked again")

    monkeypatch.setattr("data_etiquette.app.scan.link_again", never)
    assert scan(request).report == first
    (folder / "app.py").write_text("import logging\ndef f(user):\n    logging.info(user.phone)\n")
    with pytest.raises(AssertionError, match="linked again"):
        scan(request)


def test_a_damaged_graph_is_linked_again(tmp_path: Path) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "app.py").write_text("import logging\ndef f(user):\n    logging.info(user.email)\n")
    request = ScanRequest((folder,), jobs=1)
    first = scan(request).report
    for place in (cache_folder() / "graphs").iterdir():
        place.write_bytes(b"\x00\xffnothing")
    assert scan(request).report == first


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "views.py",
            FILES["views.py"].replace("\n\n\ndef", "\n# the list\n\ndef") + "# the end\n\n",
        ),
        ("views.py", FILES["views.py"].replace("-> None:", "->  None:")),
        ("page.html", "{{ customer.email }}\n<!-- as it was -->\n"),
    ],
    ids=["comments", "layout", "page"],
)
def test_files_that_say_the_same_are_not_linked_again(
    write_tree, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    root = write_tree(FILES)
    first = report_of(root)
    (root / name).write_text(text)
    with monkeypatch.context() as patched:
        patched.setattr("data_etiquette.app.scan.link_again", _refuse)
        again = report_of(root)
        assert report_of(root) == again
    assert again.findings == first.findings != ()
    assert {file.path for file in again.files if file not in first.files} == {name}
    assert comparable(again) == comparable(report_of(root, use_cache=False))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("views.py", "# first\n" + FILES["views.py"]),
        ("views.py", FILES["views.py"].replace("customer.email", "customer.pk")),
        ("schema.sql", FILES["schema.sql"] + "-- the end\n"),
        ("more.py", "x = 1\n"),
    ],
    ids=["other-lines", "other-data", "sql", "more-files"],
)
def test_files_that_say_something_else_are_linked_again(write_tree, name: str, text: str) -> None:
    root = write_tree(FILES)
    report_of(root)
    (root / name).write_text(text)
    assert comparable(report_of(root)) == comparable(report_of(root, use_cache=False))


def test_an_edit_back_and_forth_and_a_lost_cache_change_nothing(write_tree, cache: Path) -> None:
    root = write_tree(FILES)
    first, text = report_of(root), FILES["views.py"]
    (root / "views.py").write_text(text + "# the end\n")
    report_of(root)
    for place in (cache / "flows").iterdir():
        place.write_text("../../elsewhere")
    for place in entries(cache):
        place.unlink()
    (root / "views.py").write_text(text)
    assert comparable(report_of(root)) == comparable(first)
    (root / "views.py").write_text(text + "# another\n")
    assert comparable(report_of(root)) == comparable(report_of(root, use_cache=False))


def _refuse(*_: object) -> None:
    raise AssertionError


def comparable(report: Report) -> Report:
    return replace(report, provenance=Provenance())
