"""Many systems to one overview: read each, hold it against the last time, write the overview."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from data_etiquette import __version__
from data_etiquette.app.cache import cache_folder, write_atomically
from data_etiquette.app.clock import today
from data_etiquette.app.fleet.members import Members, find_members
from data_etiquette.app.fleet.reading import HowToScan, Reading, read_member
from data_etiquette.app.fleet.run import Earlier, Entry
from data_etiquette.app.map import Progress
from data_etiquette.app.output import print_text, text_options
from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.model.error import ReadError, UsageError
from data_etiquette.model.kind import Severity
from data_etiquette.reporting.fleet.document import render_json
from data_etiquette.reporting.fleet.overview import (
    Fleet,
    Overview,
    SystemState,
    Words,
    build_overview,
)
from data_etiquette.reporting.fleet.table import render_csv
from data_etiquette.reporting.fleet.text import render_text
from data_etiquette.reporting.sentence import visible

if TYPE_CHECKING:
    from data_etiquette.app.fleet.history import History

FORMATS = ("text", "html", "json", "csv")
EXTRA = "data-etiquette[fleet]"


@dataclass(frozen=True, slots=True)
class FleetRequest:
    """What the user asks for."""

    place: Path
    """A list of systems, or a folder of repositories or reports."""
    name: str = ""
    """Of the organisation; empty: the list's or the folder's."""
    history: str = ""
    """A file or an address; empty: beside the list or in the folder."""
    use_history: bool = True
    since: str = ""
    """Hold against the last run up to this day; empty: against the last run."""
    jobs: int = 0
    """Systems at a time; 0: one a processor."""
    how: HowToScan = field(default_factory=HowToScan)


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The overview, and what the terminal should be told beside it."""

    overview: Overview
    words: Words
    notes: tuple[str, ...] = ()


def survey(request: FleetRequest, *, progress: Progress | None = None) -> Surveyed:
    """Read all systems, keep what was found, and put it side by side.

    Raises:
        UsageError: there is nothing to read, or the extra for the history is missing.
        ReadError: the list can't be read.
        ConfigError: the list is wrong.
        HistoryError: the history can't be used.
    """
    members = find_members(request.place)
    history = _history(request, members)
    readings = {visible(it.member.name): it for it in _readings(members, request, progress)}
    name = visible(request.name or members.name)
    earlier = _recorded(history, name, readings, request.since)
    fleet = Fleet(
        name=name,
        day=today(),
        version=__version__,
        systems=tuple(_state(system, it, earlier) for system, it in sorted(readings.items())),
        since=earlier.day,
        gone=tuple(sorted(earlier.systems.keys() - readings.keys())),
    )
    words = known_words()
    return Surveyed(build_overview(fleet, words), words, members.notes)


def _history(request: FleetRequest, members: Members) -> History | None:
    if not request.use_history:
        return None
    try:
        from data_etiquette.app.fleet.history import History  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError(
            "the history of a fleet needs SQLAlchemy, which is not installed",
            hint=f"pip install '{EXTRA}', or --no-history to do without",
        ) from error
    return History(request.history or str(members.history))


def _readings(members: Members, request: FleetRequest, progress: Progress | None) -> list[Reading]:
    """Of all systems, in the order of the list; several are read at a time."""
    found = []
    threads = ThreadPoolExecutor(request.jobs or os.cpu_count() or 1)
    try:
        for reading in threads.map(lambda item: read_member(item, request.how), members.systems):
            found.append(reading)
            if progress is not None:
                progress(len(found), len(members.systems))
    finally:
        threads.shutdown(cancel_futures=True)  # who interrupts does not wait for all the others
    return found


def _recorded(
    history: History | None, name: str, readings: Mapping[str, Reading], since: str
) -> Earlier:
    if history is None:
        return Earlier()
    entries = [
        Entry(system, it.snapshot, visible(it.reason), visible(it.member.team), it.commit)
        for system, it in sorted(readings.items())
    ]
    return history.record(name, today(), __version__, entries, since)


def _state(system: str, reading: Reading, earlier: Earlier) -> SystemState:
    before = earlier.systems.get(system)
    last = earlier.last.get(system)
    is_carried = reading.snapshot is None and last is not None and last.snapshot is not None
    return SystemState(
        name=system,
        team=reading.member.team,
        link=reading.member.link,
        commit=reading.commit,
        snapshot=last.snapshot if is_carried and last is not None else reading.snapshot,
        reason=reading.reason,
        day=last.day if is_carried and last is not None else "",
        before=before.snapshot if before is not None else None,
        is_new=before is None,
    )


def known_words() -> Words:
    """What the rules that come with the tool call things."""
    catalog = load_catalog(data_folder("rules"), cache_folder())
    return Words(
        elements={item.id: item.label for item in catalog.elements},
        subjects={item.id: item.label for item in catalog.subjects},
        purposes={item.id: item.label for item in catalog.purposes},
        rules={item.code: item.title for item in catalog.rules},
        grave={item.id: item.sensitivity for item in catalog.elements},
    )


# -- outputs ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FleetOutput:
    """A format and where it goes; no place means standard output."""

    format: str
    place: Path | None


def parse_fleet_outputs(texts: Sequence[str]) -> tuple[FleetOutput, ...]:
    """`text`, `html:overview.html`, … to outputs.

    Raises:
        UsageError: an unknown format, or html without a file.
    """
    outputs = []
    for text in texts or ("text",):
        form, _, name = text.partition(":")
        if form not in FORMATS:
            raise UsageError(f"unknown format `{form}`", hint=f"formats: {', '.join(FORMATS)}")
        if form == "html" and not name:
            raise UsageError("html needs a file", hint="for instance --output html:overview.html")
        outputs.append(FleetOutput(form, Path(name) if name and name != "-" else None))
    return tuple(outputs)


def write_overview(found: Surveyed, output: FleetOutput, *, color: str = "auto") -> None:
    """Render, and write whole or not at all.

    Raises:
        ReadError: the file cannot be written.
    """
    text = _rendered(found, output, color)
    try:
        if output.place is None:
            print_text(text)
        else:
            output.place.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(output.place, text.encode())
    except OSError as error:
        where = str(output.place or "standard output")
        raise ReadError(f"cannot be written: {error.strerror}", where=where) from error


def _rendered(found: Surveyed, output: FleetOutput, color: str) -> str:
    if output.format == "html":
        # Templates take longer to load than all the rest.
        from data_etiquette.reporting.fleet.page import render_html  # noqa: PLC0415

        return render_html(found.overview, data_folder("reports"))
    if output.format == "json":
        return render_json(found.overview)
    if output.format == "csv":
        return render_csv(found.overview.fleet, found.words)
    return render_text(found.overview, text_options(color, is_file=output.place is not None))


def is_failing(found: Overview, fail_on: str) -> bool:
    """Whether a finding is at or above the level: a new one, where there is a last time."""
    if fail_on == "never":
        return False
    least = Severity(fail_on).rank
    if found.fleet.since:
        return any(
            item.severity is not None and item.severity.rank >= least for item in found.new_findings
        )
    return any(number and Severity(level).rank >= least for level, number in found.severities)
