"""One system to a snapshot or to a reason: whatever is wrong with it, something is told."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from data_etiquette.app.fleet.members import Member
from data_etiquette.app.fleet.reading import HowToScan, Reading, read_member
from data_etiquette.app.report import render_archive
from data_etiquette.reporting.fleet.snapshot import Held, snapshot_of, written
from data_etiquette.reporting.json import render_json
from tests.command import report_of
from tests.fleet.conftest import CLINIC, SHOP
from tests.repository import git

pytestmark = pytest.mark.usefixtures("warm_catalog")

HOW = HowToScan()


def read(place: Path, **options: object) -> Reading:
    return read_member(Member("it", place, **options), HOW)


def fields(reading: Reading) -> list[str]:
    assert reading.snapshot is not None, reading.reason
    return [f"{item.entity}.{item.field}" for item in reading.snapshot.inventory]


def test_a_folder(systems: Path) -> None:
    found = read(systems / "shop")
    assert (found.reason, found.commit) == ("", "")
    assert fields(found) == ["Customer.birth_date", "Customer.email"]
    assert found.snapshot is not None
    assert found.snapshot.inventory[1] == Held(
        entity="Customer", field="email", element="email", group="contact", subject="customer",
        path="models.py",
    )  # fmt: skip
    assert "ETQ301" in {item.rule for item in found.snapshot.findings}


def test_a_report_is_read_as_a_scan_is(systems: Path, tmp_path: Path) -> None:
    report = report_of(systems / "shop")
    (tmp_path / "shop.json").write_text(render_json(report))
    (tmp_path / "archive.json").write_text(render_archive(report))
    scanned = read(systems / "shop").snapshot
    for name in ("shop.json", "archive.json"):
        assert read(tmp_path / name, is_report=True).snapshot == scanned


def test_what_an_edit_moves_changes_no_snapshot(systems: Path) -> None:
    before = read(systems / "shop").snapshot
    for name in SHOP:
        place = systems / "shop" / name
        place.write_text("# a comment\n\n" + place.read_text())
    (systems / "shop" / "more.py").write_text("x = 1\n")
    assert read(systems / "shop").snapshot == before


def test_the_order_of_a_report_changes_no_snapshot(systems: Path) -> None:
    document = json.loads(render_json(report_of(systems / "shop")))
    first = written(snapshot_of(json.dumps(document).encode()))
    for key in ("inventory", "findings", "rules", "practices"):
        document[key].reverse()
    assert written(snapshot_of(json.dumps(document).encode())) == first


@pytest.fixture
def repository(systems: Path) -> Path:
    """With the clinic's models at its first commit, and the shop's at its second."""
    folder = systems / "repository"
    (folder / "backend").mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    for tag, files in (("v1", CLINIC), ("v2", SHOP)):
        for name, text in files.items():
            (folder / "backend" / name).write_text(text)
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", tag)
        git(folder, "tag", tag)
    return folder


def test_what_is_checked_out(repository: Path) -> None:
    found = read(repository)
    assert fields(found) == ["Customer.birth_date", "Customer.email"]
    assert found.commit == git(repository, "rev-parse", "v2")


def test_a_commit_leaves_the_work_tree_alone(repository: Path) -> None:
    (repository / "backend" / "models.py").write_text("changed = True\n")
    found = read(repository, ref="v1")
    assert fields(found) == ["Patient.diagnosis", "Patient.email"]
    assert found.commit == git(repository, "rev-parse", "v1")
    assert (repository / "backend" / "models.py").read_text() == "changed = True\n"


def test_a_folder_of_a_commit(repository: Path) -> None:
    (repository / "other.py").write_text("class Person:\n    iban: str\n")
    for found in (
        read(repository, ref="v1", folder="backend"),
        read(repository / "backend", ref="v1"),
    ):
        assert found.snapshot is not None
        assert {item.path for item in found.snapshot.inventory} == {"models.py"}


def test_a_repository_without_a_work_tree(repository: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(repository), str(bare))
    found = read(bare)
    assert fields(found) == ["Customer.birth_date", "Customer.email"]
    assert found.commit == git(repository, "rev-parse", "v2")
    assert fields(read(bare, ref="v1", folder="backend")) == ["Patient.diagnosis", "Patient.email"]


def test_what_lies_above_a_commit_is_not_its_configuration(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "etiquette.toml").write_text("nonsense = 1\n")
    assert read(repository, ref="v1").reason == ""


def test_options_of_the_list(systems: Path, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('exclude = ["views.py"]\n')
    found = read(systems / "shop", config=tmp_path / "own.toml")
    assert found.snapshot is not None
    assert "ETQ301" not in {item.rule for item in found.snapshot.findings}
    found = read(systems / "shop", exclude=("models.py",))
    assert fields(found) == []


def reasons(tmp_path: Path, systems: Path) -> dict[str, tuple[Path, dict[str, object], str]]:
    (tmp_path / "empty").mkdir()
    (tmp_path / "damaged.json").write_text(
        '{"schema": "etiquette/report/v1", "scan": {"files": 1}, "inventory": 3}'
    )
    (tmp_path / "other.json").write_text("{}")
    shop = systems / "shop"
    return {
        "gone": (tmp_path / "none", {}, "there is no such folder"),
        "no folder": (shop, {"folder": "x"}, "there is no folder `x` in it"),
        "empty": (tmp_path / "empty", {}, "there is nothing to read in it: no Python, no SQL"),
        "no report": (tmp_path / "other.json", {"is_report": True}, "the file is no report of a"),
        "damaged": (
            tmp_path / "damaged.json",
            {"is_report": True},
            "it could not be read: Expected `array`, got `int`",
        ),
        "no file": (tmp_path / "x.json", {"is_report": True}, "cannot be read: No such file or"),
        "no repository": (shop, {"ref": "main"}, "git rev-parse failed: fatal: not a git reposi"),
        "declaration": (shop, {"declaration": "x.yaml"}, "x.yaml: cannot be read: No such file"),
        "configuration": (shop, {"config": tmp_path / "x.toml"}, "no such configuration file: "),
    }


@pytest.mark.parametrize(
    "name",
    ["gone", "no folder", "empty", "no report", "damaged", "no file", "no repository",
     "declaration", "configuration"],
)  # fmt: skip
def test_why_there_is_no_snapshot(tmp_path: Path, systems: Path, name: str) -> None:
    place, options, told = reasons(tmp_path, systems)[name]
    found = read(place, **options)
    assert (found.snapshot, found.reason[: len(told)]) == (None, told)


def test_a_reason_names_no_folder_of_the_machine(repository: Path) -> None:
    for place in (repository / ".git" / "HEAD", repository / ".git"):
        shutil.rmtree(place) if place.is_dir() else place.unlink()
        reason = read(repository, ref="v1").reason
        assert reason.startswith("git rev-parse failed: fatal: not a git repository")
        assert str(repository.parent) not in reason


def test_a_commit_that_is_not_there(repository: Path) -> None:
    assert read(repository, ref="v9").reason == "there is no commit `v9`"
    assert read(repository, ref="v1", folder="x").reason == "there is no such folder in that commit"


def test_a_wrong_declaration_is_told_without_the_machines_folders(systems: Path) -> None:
    (systems / "shop" / "etiquette.yaml").write_text("organisation: 3\n")
    reason = read(systems / "shop").reason
    assert reason.startswith("etiquette.yaml:1:")
    assert str(systems) not in reason


def test_a_scan_that_does_not_end_is_ended(systems: Path) -> None:
    how = replace(HOW, seconds=0)
    found = read_member(Member("shop", systems / "shop"), how)
    assert (found.snapshot, found.reason) == (None, "the scan took longer than 0 seconds")


def test_a_scan_that_is_killed_is_told_of(
    systems: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "if 'scan' in sys.orig_argv:\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = os.pathsep.join(filter(None, [str(tmp_path / "lib"), os.environ.get("PYTHONPATH")]))
    monkeypatch.setenv("PYTHONPATH", path)
    assert read(systems / "shop").reason == "the scan was ended by SIGKILL"


def test_nothing_of_the_working_folder_is_imported(
    systems: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("click", "yaml", "msgspec", "data_etiquette"):
        (tmp_path / f"{name}.py").write_text("open('imported', 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    assert read(systems / "shop").reason == ""
    assert not (tmp_path / "imported").exists()
