"""One system to a snapshot, or to the reason why there is none: a system never ends the fleet.

Each is scanned by a process of its own, through the same command as anywhere else. So neither a
crash, nor memory that runs out, nor a scan that does not end reaches the others.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from data_etiquette.app.fleet.members import Member, is_bare
from data_etiquette.app.provenance import commit_of
from data_etiquette.app.report import SCHEMA as ARCHIVE
from data_etiquette.app.report import head_of, read_archive, read_bytes
from data_etiquette.app.since import extract_commit, run_git
from data_etiquette.model.error import EtiquetteError, ReadError, UsageError
from data_etiquette.reporting.fleet.snapshot import Snapshot, snapshot_of
from data_etiquette.reporting.json import SCHEMA as PROGRAMS
from data_etiquette.reporting.json import render_json

_MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class HowToScan:
    """What holds for every system."""

    use_cache: bool = True
    executor: str = ""
    seconds: int = 3600
    """For one system."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one system."""

    member: Member
    snapshot: Snapshot | None = None
    reason: str = ""
    """Why there is no snapshot."""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class _Files:
    files: int = 0


@dataclass(frozen=True, slots=True)
class _Size:
    """Whether a report read anything at all."""

    scan: _Files = field(default_factory=_Files)


@dataclass(frozen=True, slots=True)
class _Source:
    """A folder to scan, and the commit that it is."""

    root: Path
    commit: str


def read_member(member: Member, how: HowToScan) -> Reading:
    """Scan a system, or take its report."""
    try:
        if member.is_report:
            return _read(member, _report_of(member.place), "")
        with _source(member) as source:
            return _read(member, _scanned(member, source.root, how), source.commit)
    except EtiquetteError as error:
        return Reading(member, reason=_reason(error.message, member))
    except (OSError, UnicodeError, msgspec.MsgspecError) as error:
        told = getattr(error, "strerror", None) or str(error)
        return Reading(member, reason=_reason(f"it could not be read: {told}", member))


def _read(member: Member, report: bytes, commit: str) -> Reading:
    if not msgspec.json.decode(report, type=_Size).scan.files:
        raise ReadError("there is nothing to read in it: no Python, no SQL")
    return Reading(member, snapshot_of(report), commit=commit)


def _report_of(place: Path) -> bytes:
    data = read_bytes(place)
    schema = head_of(data).schema
    if schema == ARCHIVE:
        return render_json(read_archive(data, place.name)).encode()
    if schema != PROGRAMS:
        raise ReadError("the file is no report of a scan")
    return data


# -- code -------------------------------------------------------------------------------------


@contextmanager
def _source(member: Member) -> Iterator[_Source]:
    """What is checked out, or the files of a commit in a folder that is gone afterwards."""
    place = member.place
    if not place.exists():
        raise UsageError("there is no such folder")
    if not member.ref and not is_bare(place):
        root = place / member.folder
        if not root.is_dir():
            raise UsageError(f"there is no folder `{member.folder}` in it")
        yield _Source(root.resolve(), commit_of(root))
        return
    top = place if is_bare(place) else Path(run_git(place, "rev-parse", "--show-toplevel").strip())
    commit = _commit(place, member.ref or "HEAD")
    with tempfile.TemporaryDirectory(prefix="etiquette-") as folder:
        # Configuration and declaration are looked for up to a repository's top.
        (Path(folder) / ".git").mkdir()
        extract_commit(top, commit, Path(folder))
        below = Path() if is_bare(place) else place.resolve().relative_to(top.resolve())
        root = Path(folder) / below / member.folder
        if not root.is_dir():
            raise UsageError("there is no such folder in that commit")
        yield _Source(root, commit)


def _commit(place: Path, ref: str) -> str:
    try:
        return run_git(place, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").strip()
    except UsageError as error:
        raise UsageError(f"there is no commit `{ref}`") from error


def _scanned(member: Member, root: Path, how: HowToScan) -> bytes:
    with tempfile.TemporaryDirectory(prefix="etiquette-") as folder:
        report = Path(folder) / "report.json"
        # -P: what lies in the working folder is not imported.
        command = [sys.executable, "-P", "-m", "data_etiquette", *_arguments(member, root, how)]
        try:
            done = subprocess.run(  # noqa: S603 (this program itself)
                [*command, "--output", f"json:{report}", "--", str(root)],
                capture_output=True,
                timeout=how.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ReadError(f"the scan took longer than {how.seconds} seconds") from error
        if done.returncode:
            raise ReadError(_told(done.returncode, done.stderr.decode(errors="replace"), root))
        return read_bytes(report)


def _arguments(member: Member, root: Path, how: HowToScan) -> Iterator[str]:
    yield from ("scan", "--fail-on", "never", "--jobs", "1")
    if not how.use_cache:
        yield "--no-cache"
    if how.executor:
        yield from ("--executor", how.executor)
    if member.config is not None:
        yield from ("--config", str(member.config.resolve()))
    if member.declaration:
        yield from ("--declaration", str(root / member.declaration))
    for pattern in member.exclude:
        yield from ("--exclude", pattern)
    for rules in member.rules:
        yield from ("--rules", str(rules.resolve()))
    if member.include_tests:
        yield "--include-tests"


def _told(code: int, errors: str, root: Path) -> str:
    """Why a scan ended: what it said, or which signal it got."""
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        return f"the scan was ended by {name}"
    lines = errors.replace(f"{root}/", "").replace(str(root), ".").splitlines()
    first = next((line for line in lines if line.startswith("error: ")), "")
    return first.removeprefix("error: ") or f"the scan ended with code {code}"


def _reason(text: str, member: Member) -> str:
    """One short line that names no folder of this machine."""
    place = str(member.place.resolve())
    flat = " ".join(text.replace(place, member.name).split()).rstrip(".")
    return flat if len(flat) <= _MAX_REASON else f"{flat[: _MAX_REASON - 1]}…"
