"""`scan --since`: the whole program on both sides, and only what is new counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import invoke
from tests.repository import git

pytestmark = pytest.mark.usefixtures("warm_catalog")

TELL = "import logging\n\n\ndef tell(text):\n    logging.info('it is %s', text)\n"
QUIET = "from tell import tell\n\n\ndef signup(user):\n    tell(user.pk)\n"
LOUD = "from tell import tell\n\n\ndef signup(user):\n    tell(user.password)\n"
OLD = "import logging\n\n\ndef old(user):\n    logging.info(user.password)\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "tell.py").write_text(TELL)
    (folder / "views.py").write_text(QUIET)
    (folder / "old.py").write_text(OLD)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    git(folder, "switch", "-qc", "branch")
    return folder


def _told(folder: Path, reference: str) -> tuple[list[tuple[str, int, str]], list[str]]:
    done = invoke("scan", folder, "--since", reference, "--output", "json")
    report = json.loads(done.out)
    found = [(f["path"], f["line"], f["status"]) for f in report["findings"]]
    return found, [item["path"] for item in report["fixed"]]


def test_a_change_here_that_opens_a_flow_there_is_new(repository: Path) -> None:
    (repository / "views.py").write_text(LOUD)
    found, fixed = _told(repository, "main")
    assert ("old.py", 5, "baseline") in found
    assert [item for item in found if item[2] == "new"] == [("tell.py", 5, "new")]
    assert fixed == []
    assert invoke("scan", repository, "--since", "main").code == 1


def test_nothing_new_and_something_fixed(repository: Path) -> None:
    (repository / "old.py").write_text("ANSWER = 42\n")
    assert _told(repository, "main") == ([], ["old.py"])
    done = invoke("scan", repository, "--since", "main")
    assert done.code == 0
    assert "1 finding fixed" in done.out


def test_the_work_tree_is_not_touched(repository: Path) -> None:
    (repository / "views.py").write_text(LOUD)
    before = {p.name: p.read_text() for p in repository.iterdir() if p.is_file()}
    invoke("scan", repository, "--since", "main")
    assert {p.name: p.read_text() for p in repository.iterdir() if p.is_file()} == before


def test_filters_do_not_run_and_what_is_not_for_export_is_read(
    repository: Path, tmp_path: Path
) -> None:
    git(repository, "config", "filter.loud.smudge", f"touch {tmp_path}/ran; cat")
    (repository / ".gitattributes").write_text("*.py filter=loud\nold.py export-ignore\n")
    (repository / "größe.py").write_text("x = 1\r\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "attributes")
    (tmp_path / "ran").unlink(missing_ok=True)
    assert _told(repository, "HEAD") == ([("old.py", 5, "baseline")], [])
    assert not (tmp_path / "ran").exists()


def test_a_missing_commit_is_trouble_with_advice(repository: Path) -> None:
    done = invoke("scan", repository, "--since", "nowhere")
    assert done.code == 2
    assert "there is no commit `nowhere`" in done.err
    assert "git fetch" in done.err


def test_a_shallow_clone_is_told(repository: Path, tmp_path: Path) -> None:
    (repository / "views.py").write_text(LOUD)
    git(repository, "commit", "-qam", "second")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", str(clone))
    done = invoke("scan", clone, "--since", "main")
    assert done.code == 2
    assert "fetch-depth: 0" in done.err


def test_a_partial_clone_is_told_and_fetches_nothing(repository: Path, tmp_path: Path) -> None:
    (repository / "old.py").write_text("ANSWER = 42\n")
    git(repository, "commit", "-qam", "mended")
    git(repository, "config", "uploadpack.allowFilter", "true")
    origin = f"file://{repository}"
    git(tmp_path, "clone", "-q", "--filter=blob:none", "-b", "branch", origin, "partial")
    done = invoke("scan", tmp_path / "partial", "--since", "origin/main")
    assert done.code == 2
    assert "git fetch --refetch --no-filter" in done.err


def test_outside_of_a_repository(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("A = 1\n")
    done = invoke("scan", tmp_path, "--since", "main")
    assert done.code == 2
    assert "inside of a git repository" in done.err
