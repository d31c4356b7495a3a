"""What is new since a commit: the whole program on both sides, read from git's objects.

The work tree is never touched. A change in one file can open a flow that ends in another, so both
sides are scanned whole and their findings compared by fingerprint.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from data_etiquette.app.map import Progress
from data_etiquette.app.scan import ScanOutcome, ScanRequest, scan
from data_etiquette.model.error import UsageError
from data_etiquette.model.kind import FindingStatus
from data_etiquette.model.report import Finding, Report

_SECONDS = 300
_SHALLOW = "the clone is shallow: fetch the whole history, in GitHub Actions with fetch-depth: 0"
_PARTIAL = "where the clone is partial, fetch what it left out: git fetch --refetch --no-filter"


def scan_since(
    request: ScanRequest, reference: str, *, progress: Progress | None = None
) -> ScanOutcome:
    """Scan now and at the commit where the branch left `reference`; what was there is marked.

    Args:
        request: what to scan.
        reference: a branch, tag or commit.
        progress: told how far the work of today's side is.

    Raises:
        UsageError: no repository, no such commit, a history that is cut off.
    """
    top, commit = _found(request, reference)
    now = scan(request, progress=progress)
    report = _scan_at(request, top, commit)
    before = report.findings if report is not None else ()
    return replace(now, report=_compared(now, before, reference, commit))


def scan_at(request: ScanRequest, reference: str) -> tuple[Report | None, str]:
    """The report of the commit where the branch left `reference`, and that commit.

    None where no path existed yet; raises what `scan_since` does.
    """
    top, commit = _found(request, reference)
    return _scan_at(request, top, commit), commit


def _found(request: ScanRequest, reference: str) -> tuple[Path, str]:
    top = Path(run_git(request.paths[0], "rev-parse", "--show-toplevel").strip())
    return top, _base(top, reference)


def _scan_at(request: ScanRequest, top: Path, commit: str) -> Report | None:
    with tempfile.TemporaryDirectory(prefix="etiquette-") as folder:
        extract_commit(top, commit, Path(folder))
        paths = tuple(_moved(path, top, Path(folder)) for path in request.paths)
        there = tuple(path for path in paths if path.exists())
        return _scan_before(request, there, top, Path(folder)) if there else None


def _scan_before(request: ScanRequest, paths: tuple[Path, ...], top: Path, folder: Path) -> Report:
    """The report of the old commit, by the declaration and the rules of that time."""
    declaration = request.declaration
    if declaration is not None:
        moved = _moved(declaration, top, folder)
        declaration = moved if moved.exists() else declaration
    policy = replace(request.policy, allowances=())  # today's entries say nothing of that time
    old = replace(request, paths=paths, declaration=declaration, policy=policy)
    return scan(old).report


def _compared(now: ScanOutcome, before: tuple[Finding, ...], reference: str, commit: str) -> Report:
    known = {item.fingerprint for item in before}
    today = {item.fingerprint for item in now.report.findings}
    marked = tuple(
        replace(item, status=FindingStatus.BASELINE)
        if item.status is FindingStatus.NEW and item.fingerprint in known
        else item
        for item in now.report.findings
    )
    fixed = tuple(item for item in before if item.fingerprint not in today)
    return replace(now.report, findings=marked, fixed=fixed, since=f"{reference} ({commit[:12]})")


def _base(top: Path, reference: str) -> str:
    """The commit that both sides come from."""
    if reference.startswith("-"):
        raise UsageError(f"`{reference}` is no name of a commit")
    shallow = run_git(top, "rev-parse", "--is-shallow-repository").strip() == "true"
    try:
        run_git(top, "rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}")
    except UsageError as error:
        hint = _SHALLOW if shallow else "`git fetch` it, or name a branch, tag or commit"
        raise UsageError(f"there is no commit `{reference}`", hint=hint) from error
    try:
        return run_git(top, "merge-base", "HEAD", reference).strip()
    except UsageError as error:
        hint = _SHALLOW if shallow else "name a commit of this history"
        raise UsageError(f"{reference} and HEAD have no common commit", hint=hint) from error


def extract_commit(top: Path, commit: str, folder: Path) -> None:
    """The commit's files, as plain files and byte for byte: links and submodules are left out.

    Objects are read as they are: `git archive` would run the filters that are configured and
    leave out what is not for export.

    Raises:
        UsageError: git could not read the commit.
    """
    command = ["git", "-C", str(top), "cat-file", "--batch"]
    with subprocess.Popen(  # noqa: S603 (the user's own git)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_offline(),
    ) as process:
        asked, given = process.stdin, process.stdout
        if asked is None or given is None:
            raise UsageError("git gave nothing")
        for name, path in _files_of(top, commit):
            asked.write(name + b"\n")
            asked.flush()
            size = given.readline().split()[-1:]
            if not size or not size[0].isdigit():
                raise UsageError(f"git could not read {commit[:12]}", hint=_PARTIAL)
            data = given.read(int(size[0]))
            given.read(1)
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)


def _offline() -> dict[str, str]:
    """The environment in which git fetches nothing that a partial clone left out."""
    return {**os.environ, "GIT_NO_LAZY_FETCH": "1"}


def _files_of(top: Path, commit: str) -> Iterator[tuple[bytes, Path]]:
    """(object, path) of each plain file of a commit."""
    listed = run_git_bytes(top, "ls-tree", "-r", "-z", "--full-tree", commit)
    for entry in listed.split(b"\0"):
        told, _, path = entry.partition(b"\t")
        place = Path(os.fsdecode(path))
        if told.startswith(b"100") and not place.is_absolute() and ".." not in place.parts:
            yield told.split()[2], place


def _moved(path: Path, top: Path, folder: Path) -> Path:
    absolute = path.resolve()
    try:
        return folder / absolute.relative_to(top.resolve())
    except ValueError as error:
        raise UsageError(f"{path} is outside of the repository") from error


def run_git(place: Path, *arguments: str) -> str:
    """What git prints, run in a folder or in a file's folder.

    Raises:
        UsageError: git failed, or is not there.
    """
    return run_git_bytes(place, *arguments).decode("utf-8", "surrogateescape")


def run_git_bytes(place: Path, *arguments: str) -> bytes:
    """The same, of what may be no text."""
    folder = place if place.is_dir() else place.parent
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "-C", str(folder), *arguments],  # noqa: S607 (the user's own git)
            capture_output=True,
            env=_offline(),
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError("git could not be run", hint="--since needs git") from error
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip()[:200]
        raise UsageError(
            f"git {arguments[0]} failed: {told or 'no such commit'}",
            hint="--since works inside of a git repository",
        )
    return done.stdout
