"""Two scans held against each other: a commit, a report or an archive, and what is there now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from data_etiquette.app.cache import cache_folder, write_atomically
from data_etiquette.app.map import Progress
from data_etiquette.app.output import print_text, text_options
from data_etiquette.app.report import SCHEMA as ARCHIVE
from data_etiquette.app.report import head_of, read_archive, read_bytes
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.app.since import scan_at
from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.model.error import ReadError, UsageError
from data_etiquette.model.kind import Severity
from data_etiquette.model.report import Provenance, Report
from data_etiquette.reporting.compare import (
    Comparison,
    Side,
    compare,
    render_html,
    render_json,
    render_markdown,
    render_text,
)
from data_etiquette.reporting.json import SCHEMA as PROGRAMS
from data_etiquette.reporting.json import as_json

FORMATS = ("text", "markdown", "json", "html")


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """What the user asks for."""

    scan: ScanRequest
    """Of the side that is read now; its one path may be a report's file."""
    old: str
    """A report's file, else a branch, tag or commit."""


@dataclass(frozen=True, slots=True)
class _Read:
    """One side with its name."""

    side: Side
    name: str
    labels: Mapping[str, str] = field(default_factory=dict)


def compare_scans(request: CompareRequest, *, progress: Progress | None = None) -> Comparison:
    """What changed.

    Raises:
        ReadError: a report's file is none.
        UsageError: neither a file nor a commit is called so.
        EtiquetteError: a scan could not be done.
    """
    asked = replace(request.scan, use_baseline=False)
    new = _new(asked, progress)
    old = _old(request.old, asked)
    return compare(old.side, new.side, (old.name, new.name), _labels(asked, old, new))


def _labels(request: ScanRequest, old: _Read, new: _Read) -> dict[str, str]:
    """What data elements are called: reports for programs hold their ids alone."""
    if old.labels and new.labels:
        return {**old.labels, **new.labels}
    folder = cache_folder() if request.use_cache else None
    catalog = load_catalog(data_folder("rules"), folder, request.rules)
    known = {item.id: item.label for item in catalog.elements}
    return {**known, **old.labels, **new.labels}


def _new(request: ScanRequest, progress: Progress | None) -> _Read:
    path = request.paths[0]
    if path.is_file() and _is_ours(path):
        return _from_file(path)
    report = scan(request, progress=progress).report
    return _from_report(report, _now(report.provenance))


def _now(found: Provenance) -> str:
    """`now`, with the commit and whether what was read is it."""
    if not found.commit:
        return "now"
    changed = found.worktree is not None and not found.worktree.is_clean
    more = ", with changes that are not committed" if changed else ""
    return f"now ({found.commit[:12]}{more})"


def _old(reference: str, request: ScanRequest) -> _Read:
    place = Path(reference)
    if place.is_file():
        return _from_file(place)
    if place.suffix == ".json":
        raise ReadError("cannot be read: No such file or directory", where=reference)
    path = request.paths[0]
    if path.is_file() and _is_ours(path):
        raise UsageError(
            "a report has no history", hint="give two reports, or a commit and a path to scan"
        )
    report, commit = scan_at(request, reference)
    name = f"{reference} ({commit[:12]})"
    return _from_report(report, name) if report is not None else _Read(Side(), name)


def _is_ours(place: Path) -> bool:
    return place.suffix == ".json" and head_of(read_bytes(place)).schema in (PROGRAMS, ARCHIVE)


def _from_file(place: Path) -> _Read:
    data = read_bytes(place)
    if head_of(data).schema == ARCHIVE:
        return _from_report(read_archive(data, str(place)), place.name)
    if head_of(data).schema != PROGRAMS:
        raise ReadError(
            "this is no report",
            where=str(place),
            hint="`etiquette scan --output json:FILE` writes one",
        )
    try:
        return _Read(msgspec.json.decode(data, type=Side), place.name)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ReadError(f"the report is damaged: {error}", where=str(place)) from error


def _from_report(report: Report, name: str) -> _Read:
    labels = {item.id: item.label for item in report.elements}
    return _Read(msgspec.convert(as_json(report), Side), name, labels)


def write_comparison(
    found: Comparison, output: str, *, color: str = "auto", language: str = ""
) -> None:
    """Render as `FORMAT` to standard output, or as `FORMAT:FILE` to a file.

    Raises:
        ReadError: the file cannot be written.
        UsageError: there is no such format.
    """
    form, _, name = output.partition(":")
    if form not in FORMATS:
        raise UsageError(f"unknown format `{form}`", hint=f"formats: {', '.join(FORMATS)}")
    place = Path(name) if name and name != "-" else None
    text = (
        render_html(found, data_folder("reports"), language)
        if form == "html"
        else _rendered(found, form, color, is_file=place is not None)
    )
    try:
        if place is None:
            print_text(text)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(place, text.encode())
    except OSError as error:
        where = str(place or "standard output")
        raise ReadError(f"cannot be written: {error.strerror}", where=where) from error


def _rendered(found: Comparison, form: str, color: str, *, is_file: bool) -> str:
    if form == "markdown":
        return render_markdown(found)
    if form == "json":
        return render_json(found)
    return render_text(found, text_options(color, is_file=is_file))


def is_failing(found: Comparison, fail_on: str) -> bool:
    """Whether a new finding is at or above the level."""
    if fail_on == "never":
        return False
    least = Severity(fail_on).rank
    return any(item.severity is not None and item.severity.rank >= least
               for item in found.new_findings)  # fmt: skip
