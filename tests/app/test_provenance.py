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
