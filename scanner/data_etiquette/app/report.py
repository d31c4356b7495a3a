"""A scan kept whole in a file, so that reports can be made of it again without the code."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from data_etiquette import __version__
from data_etiquette.model.error import ReadError
from data_etiquette.model.report import Report
from data_etiquette.reporting.json import SCHEMA as PROGRAMS

SCHEMA = "etiquette/archive/v1"
MAX_BYTES = 512_000_000


@dataclass(frozen=True, slots=True)
class _Head:
    """What every file of ours says of itself."""

    schema: str = ""
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Archive:
    """A report with the engine it came from: only the same engine knows what it holds."""

    schema: str
    engine: str
    report: Report


@functools.cache
def engine() -> str:
    """The version, and a digest of the types that a report is made of."""
    digest = hashlib.sha256()
    model = Path(__file__).resolve().parent.parent / "model"
    for place in sorted(model.glob("*.py")):
        digest.update(place.name.encode() + b"\0" + place.read_bytes())
    return f"{__version__}-{digest.hexdigest()[:12]}"


def render_archive(report: Report) -> str:
    """The whole report as one line of JSON, for `etiquette report` alone."""
    return msgspec.json.encode(Archive(SCHEMA, engine(), report)).decode() + "\n"


def load_archive(place: Path) -> Report:
    """The report of an archive.

    Raises:
        ReadError: no such file, no archive, or one of another engine.
    """
    return read_archive(read_bytes(place), str(place))


def read_archive(data: bytes, where: str) -> Report:
    """The report of an archive's bytes; raises what `load_archive` does."""
    head = head_of(data)
    if head.schema == PROGRAMS:
        raise ReadError(
            "this is the report for programs, which does not hold all that the others show",
            where=where,
            hint="scan with --output archive:FILE, and give that file",
        )
    if head.schema != SCHEMA:
        raise ReadError("this is no archive of a scan", where=where, hint=_HINT)
    if head.engine != engine():
        raise ReadError(
            f"it was written by etiquette {head.engine}, and this is {engine()}",
            where=where,
            hint="scan again with --output archive:FILE, or use the version that wrote it",
        )
    try:
        return msgspec.json.decode(data, type=Archive).report
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ReadError(f"the archive is damaged: {error}", where=where, hint=_HINT) from error


def read_bytes(place: Path) -> bytes:
    """A file of ours, whole.

    Raises:
        ReadError: it cannot be read, or is far too large.
    """
    try:
        if place.stat().st_size > MAX_BYTES:
            raise ReadError("the file is too large", where=str(place))
        return place.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", where=str(place)) from error


def head_of(data: bytes) -> _Head:
    """What a file says of itself; empty when it is none of ours."""
    try:
        return msgspec.json.decode(data, type=_Head)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _Head()


_HINT = "`etiquette scan --output archive:FILE` writes one"
