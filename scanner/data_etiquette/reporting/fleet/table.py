"""The overview as comma-separated values: which system holds what about whom."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator

from data_etiquette.model.period import in_words
from data_etiquette.reporting.fleet.overview import UNDECLARED, Fleet, SystemState, Words
from data_etiquette.reporting.fleet.snapshot import Held
from data_etiquette.reporting.table import inert

COLUMNS = (
    "system", "team", "state", "about", "data", "element", "group", "special_category", "fields",
    "protection", "purposes", "kept", "recipients", "as_of", "commit",
)  # fmt: skip


def render_csv(fleet: Fleet, words: Words) -> str:
    """One line for each system, kind of people and data element; one for a system without any."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for state in fleet.systems:
        for row in _rows(state, words, fleet.day):
            writer.writerow([inert(value) for value in row])
    return out.getvalue()


def _rows(state: SystemState, words: Words, today: str) -> Iterator[tuple[str, ...]]:
    told = f"not scanned: {state.reason}" if state.reason else "scanned"
    day = (state.day or today) if state.snapshot is not None else ""
    found: dict[tuple[str, str], list[Held]] = defaultdict(list)
    reached: dict[str, set[str]] = defaultdict(set)
    if state.snapshot is not None:
        for item in state.snapshot.inventory:
            found[words.subject(item.subject), item.element].append(item)
        for shared in state.snapshot.recipients:
            for element in shared.elements:
                reached[element].add(shared.name or shared.recipient)
    if not found:
        yield (state.name, state.team, told, *[""] * 10, day, state.commit)
    for (subject, element), held in sorted(found.items()):
        yield (
            state.name,
            state.team,
            told,
            subject,
            words.element(element),
            element,
            held[0].group,
            "yes" if any(item.special_category for item in held) else "no",
            str(len(held)),
            _joined(item.protection for item in held),
            _joined(words.purpose(name) for item in held for name in item.purposes),
            _joined(part for item in held for part in _kept(item)),
            _joined(reached[element]),
            day,
            state.commit,
        )


def _kept(item: Held) -> list[str]:
    parts = [in_words(part) for part in (item.retention or "").split("; ") if part]
    return parts or [UNDECLARED]


def _joined(words: Iterator[str] | set[str]) -> str:
    return "; ".join(sorted(set(words)))
