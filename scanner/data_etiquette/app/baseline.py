"""The baseline file: findings that were there when the tool came, one sorted line each.

It holds no time, no version, no line numbers and no values, so that it changes when findings do
and merges line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from data_etiquette.app.cache import write_atomically
from data_etiquette.checks.suppression import NEVER
from data_etiquette.model.error import ConfigError, UsageError
from data_etiquette.model.kind import FindingStatus
from data_etiquette.model.location import Location
from data_etiquette.model.report import BaselineEntry, Finding, Report

NAME = ".etiquette-baseline.jsonl"
SCHEMA = "etiquette/baseline/v1"
MIN_REASON = 8
MAX_SIZE = 64_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """What a command did to the file."""

    place: Path
    entries: int
    """In the file afterwards."""
    added: int = 0
    removed: int = 0


def find_baseline(root: Path) -> Path | None:
    """The file at the scanned root, if there is one."""
    place = root / NAME
    return place if place.is_file() else None


def load_baseline(place: Path) -> tuple[BaselineEntry, ...]:
    """All entries.

    Raises:
        ConfigError: the file can't be read, or a line is no entry.
    """
    try:
        if place.stat().st_size > MAX_SIZE:
            raise ConfigError("the baseline is too large", where=place.name)
        text = place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", where=place.name) from error
    entries = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            entry = _entry(line, number, place.name)
            if entry is not None:
                entries.append(entry)
    return tuple(entries)


def _entry(line: str, number: int, name: str) -> BaselineEntry | None:
    where = f"{name}:{number}"
    hint = "a merge left its marks, or it was edited; `etiquette baseline create` writes a new one"
    try:
        read = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ConfigError("is no JSON", where=where, hint=hint) from error
    if not isinstance(read, dict):
        raise ConfigError("is no entry", where=where, hint=hint)
    if "schema" in read:
        if read["schema"] != SCHEMA:
            raise ConfigError(f"schema is not {SCHEMA}", where=where, hint=hint)
        return None
    texts = {key: read.get(key, "") for key in ("fingerprint", "rule", "path", "reason")}
    if not texts["fingerprint"] or not all(isinstance(text, str) for text in texts.values()):
        raise ConfigError("has no fingerprint", where=where, hint=hint)
    return BaselineEntry(
        texts["fingerprint"], texts["rule"], texts["path"], Location(name, number), texts["reason"]
    )


def create(report: Report, place: Path) -> Change:
    """Write all findings that count today.

    Raises:
        UsageError: the file is there already.
    """
    if place.exists():
        raise UsageError(
            f"{place.name} is there already",
            hint="`etiquette baseline prune` removes what is gone, `accept` adds one finding",
        )
    rows = [_row(item) for item in _acceptable(report)]
    _write(place, rows)
    return Change(place, len(rows), added=len(rows))


def accept(report: Report, place: Path, fingerprint: str, reason: str) -> Change:
    """Add one finding, with the reason for which somebody lives with it.

    Raises:
        UsageError: no finding, or several, start with that fingerprint; the reason says nothing.
    """
    if len(reason.strip()) < MIN_REASON:
        raise UsageError("the reason says nothing", hint="name the decision, a ticket, a document")
    found = [item for item in _acceptable(report) if item.fingerprint.startswith(fingerprint)]
    if len(found) != 1:
        told = "several findings start" if found else "no finding that counts starts"
        raise UsageError(f"{told} with the fingerprint {fingerprint}")
    entries = load_baseline(place) if place.exists() else ()
    rows = [_kept(entry) for entry in entries]
    _write(place, [*rows, {**_row(found[0]), "reason": " ".join(reason.split())}])
    return Change(place, len(rows) + 1, added=1)


def prune(report: Report, place: Path) -> Change:
    """Remove entries whose findings are gone; nothing is ever added.

    Raises:
        UsageError: there is no baseline.
    """
    if not place.exists():
        raise UsageError("there is no baseline", hint="`etiquette baseline create` writes one")
    present = {item.fingerprint for item in report.findings}
    entries = load_baseline(place)
    kept = [entry for entry in entries if entry.fingerprint in present]
    _write(place, [_kept(entry) for entry in kept])
    return Change(place, len(kept), removed=len(entries) - len(kept))


def _acceptable(report: Report) -> Iterable[Finding]:
    return [
        item
        for item in report.findings
        if item.status is FindingStatus.NEW and item.rule not in NEVER
    ]


def _row(item: Finding) -> dict[str, str]:
    row = {
        "path": item.location.path,
        "rule": item.rule,
        "element": item.element,
        "entity": item.entity,
        "field": item.field,
        "fingerprint": item.fingerprint,
    }
    return {key: value for key, value in row.items() if value}


def _kept(entry: BaselineEntry) -> dict[str, str]:
    row = {
        "path": entry.path,
        "rule": entry.rule,
        "fingerprint": entry.fingerprint,
        "reason": entry.reason,
    }
    return {key: value for key, value in row.items() if value}


def _write(place: Path, rows: Sequence[dict[str, str]]) -> None:
    ordered = sorted(rows, key=lambda row: (row["path"], row["rule"], row["fingerprint"]))
    lines = [json.dumps({"schema": SCHEMA}), *(json.dumps(r, ensure_ascii=False) for r in ordered)]
    write_atomically(place, ("\n".join(lines) + "\n").encode())
