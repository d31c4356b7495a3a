"""Commit, stated time and inputs of a report; git itself is never run."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from data_etiquette.app.provenance import commit_of, provenance_of
from data_etiquette.model.report import Input
from tests.repository import git

COMMIT = "a" * 40


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q")
    git(folder, "commit", "-q", "--allow-empty", "-m", "one")
    return folder


def test_the_commit_of_a_branch_of_packed_and_of_no_branch(repository: Path) -> None:
    wanted = git(repository, "rev-parse", "HEAD")
    (repository / "below").mkdir()
    assert commit_of(repository / "below") == wanted
    git(repository, "pack-refs", "--all")
    assert commit_of(repository) == wanted
    git(repository, "checkout", "-q", "--detach")
    assert commit_of(repository) == wanted


def test_the_commit_of_a_worktree(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"), "-b", "other")
    git(tmp_path / "tree", "commit", "-q", "--allow-empty", "-m", "two")
    assert commit_of(tmp_path / "tree") == git(tmp_path / "tree", "rev-parse", "HEAD")
    assert commit_of(tmp_path / "tree") != commit_of(repository)


@pytest.mark.parametrize(
    "head", ["", "ref: refs/heads/none", "ref: refs/../../secret", "nonsense", "\udcff"]
)
def test_a_broken_repository_has_none(tmp_path: Path, head: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_bytes(os.fsencode(head))
    (tmp_path / "secret").write_text(COMMIT)
    assert commit_of(tmp_path) == ""


def test_a_folder_that_the_repository_ignores_has_no_commit(repository: Path) -> None:
    (repository / "out/app").mkdir(parents=True)
    assert commit_of(repository / "out/app") == commit_of(repository)
    (repository / ".gitignore").write_text("/out/\n")
    assert commit_of(repository / "out/app") == ""
    assert commit_of(repository) != ""


def test_a_programme_in_the_repository_is_not_run(repository: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    git(repository, "config", "core.fsmonitor", f"touch {ran}")
    git(repository, "config", "alias.rev-parse", f"!touch {ran}")
    assert commit_of(repository)
    assert not ran.exists()


def test_inputs_are_named_from_the_root(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    place = tmp_path / "etiquette.yaml"
    place.write_text("version: 1\n")
    found = provenance_of(tmp_path / "app", declaration=place, baseline=tmp_path / "none")
    digest = hashlib.sha256(b"version: 1\n").hexdigest()
    assert found.inputs == (Input("declaration", "../etiquette.yaml", digest),)
    assert (found.project, found.date) == ("app", "2026-06-01 00:00 UTC")


def test_no_stated_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert provenance_of(tmp_path).date == ""


def told(folder: Path) -> tuple[list[str], list[str], bool] | None:
    files = [
        (str(place.relative_to(folder)), place)
        for place in sorted(folder.rglob("*.py"))
        if ".git" not in place.parts
    ]
    found = provenance_of(folder, files=files).worktree
    if found is None:
        return None
    return list(found.differing), list(found.untracked), found.is_staged


@pytest.fixture
def written(repository: Path) -> Path:
    (repository / "app").mkdir()
    (repository / "app" / "models.py").write_text("a = 1\n")
    (repository / "views.py").write_text("b = 1\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "two")
    return repository


@pytest.mark.parametrize("version", ["2", "4"])
def test_changes_that_are_not_committed_are_told(written: Path, version: str) -> None:
    git(written, "update-index", "--index-version", version)
    assert told(written) == ([], [], False)
    (written / "views.py").write_text("b = 2\n")
    (written / "new.py").write_text("c = 1\n")
    assert told(written) == (["views.py"], ["new.py"], False)
    git(written, "add", ".")
    assert told(written) == ([], [], True)
    git(written, "commit", "-qm", "three")
    assert told(written) == ([], [], False)


def test_a_file_as_before_is_not_changed_whatever_its_time_and_line_ends(written: Path) -> None:
    os.utime(written / "views.py", (1, 1))
    (written / "app" / "models.py").write_bytes(b"a = 1\r\n")
    assert told(written) == ([], [], False)
    (written / "app" / "models.py").write_bytes(b"a = 2\r\n")
    assert told(written) == (["app/models.py"], [], False)


def test_a_worktree_has_an_index_of_its_own(written: Path, tmp_path: Path) -> None:
    git(written, "worktree", "add", "-q", str(tmp_path / "tree"), "-b", "other")
    (tmp_path / "tree" / "views.py").write_text("b = 3\n")
    assert told(tmp_path / "tree") == (["views.py"], [], False)
    assert told(written) == ([], [], False)


def test_no_program_that_the_repository_names_is_run(written: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    for key in ("filter.x.clean", "filter.x.smudge", "core.fsmonitor", "core.pager"):
        git(written, "config", key, f"touch {mark}; cat")
    (written / ".gitattributes").write_text("*.py filter=x\n")
    (written / "views.py").write_text("b = 4\n")
    assert told(written) == (["views.py"], [], False)
    assert not mark.exists()


@pytest.mark.parametrize("index", [b"", b"DIRC", b"DIRC\0\0\0\2\0\0\0\7", b"x" * 200])
def test_of_an_index_that_cannot_be_read_nothing_is_told(written: Path, index: bytes) -> None:
    (written / ".git" / "index").write_bytes(index)
    assert told(written) is None


def test_outside_of_a_repository_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("a = 1\n")
    assert told(tmp_path) is None
