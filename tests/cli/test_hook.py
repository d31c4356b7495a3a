"""The commit hook: the whole program is read, and what touches the named files counts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import Run, invoke, run
from tests.conftest import ROOT
from tests.repository import git

pytestmark = pytest.mark.usefixtures("warm_catalog")

TELL = "import logging\n\n\ndef tell(text):\n    logging.info('it is %s', text)\n"
LOUD = "from tell import tell\n\n\ndef signup(user):\n    tell(user.password)\n"
OLD = "import logging\n\n\ndef old(user):\n    logging.info(user.password)\n"
BLOCKED = """\
CRITICAL ETQ301 Password (plain text) reaches logging.info
  tell.py:5:5
  - views.py:5 `user.password` means password by its name
  - views.py:5 tell() gets it as `text`
  - tell.py:5 it reaches logging.info
  why: Logs are copied to many places, read by many people and kept by other rules than the
       database.
  fix: Log the record's id, or mask the value first.
  more: etiquette explain 9e4a1c0000

Mend it, or accept it where it stands, with a reason and a last day:
  # etiquette: ignore[ETQ301] reason="…" until=YYYY-MM-DD

1 file of the commit, 4 files in all: 1 finding (1 critical)
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "tell.py").write_text(TELL)
    (folder / "views.py").write_text(LOUD)
    (folder / "old.py").write_text(OLD)
    (folder / "quiet.py").write_text("")
    monkeypatch.chdir(folder)
    return folder


def _without_fingerprints(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(line[:26] if "more: etiquette explain" in line else line for line in lines)


@pytest.mark.usefixtures("repository")
def test_a_flow_that_passes_the_file_is_told_and_no_other() -> None:
    done = invoke("hook", "views.py")
    assert _without_fingerprints(done.out) == _without_fingerprints(BLOCKED)
    assert (done.code, done.err) == (1, "")


@pytest.mark.usefixtures("repository")
def test_a_file_that_nothing_touches() -> None:
    expected = "1 file of the commit, 4 files in all: no findings\n"
    assert invoke("hook", "quiet.py") == Run(0, expected, "")


def test_the_repository_is_read_from_any_folder_of_it(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "below").mkdir()
    monkeypatch.chdir(repository / "below")
    done = invoke("hook", "../views.py")
    assert _without_fingerprints(done.out) == _without_fingerprints(BLOCKED)


def test_what_is_suppressed_or_known_does_not_count(repository: Path) -> None:
    (repository / "old.py").write_text(
        OLD.rstrip() + '  # etiquette: ignore[ETQ301] reason="audit trail, DPIA-12"\n'
    )
    done = invoke("hook", "old.py")
    assert done.out == "1 file of the commit, 4 files in all: no findings, 1 suppressed\n"
    assert invoke("baseline", "create", repository).code == 0
    done = invoke("hook", "views.py")
    assert done.out == "1 file of the commit, 4 files in all: no findings, 1 known before\n"
    assert done.code == 0


def test_the_configuration_counts(repository: Path) -> None:
    (repository / "etiquette.toml").write_text('[severity]\nETQ301 = "medium"\n')
    assert invoke("hook", "old.py").code == 1
    assert invoke("hook", "--fail-on", "high", "old.py").code == 0
    (repository / "etiquette.toml").write_text('fail-on = "high"\n[severity]\nETQ301 = "medium"\n')
    assert invoke("hook", "old.py").code == 0
    (repository / "etiquette.toml").write_text('exclude = ["old.py"]\n')
    done = invoke("hook", "old.py")
    expected = "1 file of the commit, 1 of them not read, 3 files in all: no findings\n"
    assert (done.code, done.out) == (0, expected)


def test_a_draft_that_nobody_has_filled_in_can_be_committed(repository: Path) -> None:
    assert invoke("init", repository).code == 0
    done = invoke("hook", "etiquette.yaml")
    assert (done.code, "MEDIUM ETQ004" in done.out) == (0, True)
    assert invoke("hook", "--fail-on", "medium", "etiquette.yaml").code == 1


def test_a_root_of_its_own(repository: Path) -> None:
    (repository / "src").mkdir()
    (repository / "src" / "old.py").write_text(OLD)
    done = invoke("hook", "--root", "src", "src/old.py", "views.py")
    assert done.code == 1
    assert "  old.py:5:5\n" in done.out
    assert "2 files of the commit, 1 of them not read, 1 file in all" in done.out


def test_a_file_that_cannot_be_read_is_told(repository: Path) -> None:
    (repository / "broken.py").write_bytes(b"x = '\xff\xfe\x00'\n")
    done = invoke("hook", "--fail-on", "low", "broken.py")
    assert (done.code, "ETQ001" in done.out) == (1, True)


@pytest.mark.usefixtures("repository")
def test_no_file_and_a_missing_one() -> None:
    assert invoke("hook").code == 0
    done = invoke("hook", "gone.py")
    assert (done.code, done.err) == (
        2,
        "error: no such file: gone.py\n  name files of the commit\n",
    )


def _pre_commit(*arguments: object, cwd: Path) -> Run:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PRE_COMMIT_HOME": str(cwd.parent / "pre-commit")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of this repository at its last commit, as a user's pre-commit makes one."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no git repository, so pre-commit has nothing to clone")
    folder = tmp_path / "etiquette"
    git(tmp_path, "clone", "-q", "--no-checkout", str(ROOT), str(folder))
    git(folder, "checkout", "-q", "HEAD", "--", ".")
    return folder


def test_pre_commit_blocks_a_commit_and_lets_another_pass(repository: Path, clone: Path) -> None:
    def tried(hook: str, file: str) -> Run:
        options = ("--verbose", "--color", "never", "--files", file)
        return _pre_commit("try-repo", clone, hook, *options, cwd=repository)

    (repository / "old.py").unlink()
    git(repository, "add", ".")
    done = tried("etiquette", "quiet.py")
    is_whole = os.environ.get("ETIQUETTE_BROWSER") == "required"
    if done.code == 3 and not is_whole:  # pre-commit's own trouble, such as no network
        pytest.skip(f"pre-commit could not install the hook here: {done.out[-300:]}")
    assert (done.code, "no findings" in done.out) == (0, True), done
    done = tried("etiquette", "views.py")
    assert done.code == 1, done
    assert "CRITICAL ETQ301 Password (plain text) reaches logging.info" in done.out
    assert "Reading files" not in done.out
    done = tried("etiquette-full", "quiet.py")
    assert done.code == 1, done
    assert "tell.py:5:5" in done.out


def test_the_hook_is_quiet_in_a_process_of_its_own(repository: Path) -> None:
    done = run("hook", "quiet.py", cwd=repository, env={"PRE_COMMIT": "1"})
    assert done == Run(0, "1 file of the commit, 4 files in all: no findings\n", "")
