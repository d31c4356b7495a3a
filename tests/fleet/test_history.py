"""What is kept from one time to the next, in SQLite and in PostgreSQL alike."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")

from data_etiquette.app.fleet.history import History, HistoryError
from data_etiquette.app.fleet.run import Earlier, Entry, Known
from data_etiquette.model.error import UsageError
from data_etiquette.reporting.fleet.snapshot import Held, Snapshot

MAIL = Snapshot(inventory=(Held("Customer", "email", "email"),))
PHONE = Snapshot(inventory=(Held("Customer", "phone", "phone"),))
COUNT = "SELECT count(*) FROM etiquette_fleet_snapshot"


def record(history: str, day: str, *entries: Entry, fleet: str = "g", since: str = "") -> Earlier:
    return History(history).record(fleet, day, "1.0", entries, since)


def test_the_first_time_knows_of_nothing_before(history: str) -> None:
    assert record(history, "2026-06-01", Entry("shop", MAIL)) == Earlier()


def test_the_second_time_is_held_against_the_first(history: str) -> None:
    record(history, "2026-06-01", Entry("shop", MAIL), Entry("crm", reason="no such folder"))
    known = {"shop": Known(MAIL, "2026-06-01"), "crm": Known(None, "")}
    assert record(history, "2026-06-02", Entry("shop", PHONE)) == Earlier(
        "2026-06-01", known, known
    )


def test_what_did_not_change_is_kept_once(history: str, rows: Callable) -> None:
    for day in ("2026-06-01", "2026-06-01", "2026-06-02"):
        record(history, day, Entry("shop", MAIL), Entry("clinic", MAIL))
    assert rows(COUNT) == [(2,)]
    assert rows("SELECT run, system, day FROM etiquette_fleet_state ORDER BY run, system") == [
        (1, "clinic", "2026-06-01"),
        (1, "shop", "2026-06-01"),
        (2, "clinic", "2026-06-01"),
        (2, "shop", "2026-06-01"),
        (3, "clinic", "2026-06-02"),
        (3, "shop", "2026-06-02"),
    ]


def test_what_comes_back_is_not_kept_again(history: str, rows: Callable) -> None:
    for day, found in (("2026-06-01", MAIL), ("2026-06-02", PHONE), ("2026-06-03", MAIL)):
        record(history, day, Entry("shop", found))
    assert rows(COUNT) == [(2,)]
    earlier = record(history, "2026-06-04", Entry("shop", MAIL))
    assert earlier.systems == {"shop": Known(MAIL, "2026-06-03")}


def test_what_can_not_be_read_keeps_its_last_state(history: str) -> None:
    record(history, "2026-06-01", Entry("shop", MAIL))
    for day in ("2026-06-02", "2026-06-03"):
        record(history, day, Entry("shop", reason="gone"))
    earlier = record(history, "2026-06-04", Entry("shop", PHONE))
    assert earlier.systems == {"shop": Known(MAIL, "2026-06-01")}


def test_an_earlier_day_can_be_held_against(history: str) -> None:
    for day, found in (("2026-06-01", MAIL), ("2026-06-08", PHONE), ("2026-06-15", MAIL)):
        record(history, day, Entry("shop", found))
    earlier = record(history, "2026-06-16", Entry("shop", MAIL), since="2026-06-10")
    assert (earlier.day, earlier.systems["shop"].snapshot) == ("2026-06-08", PHONE)
    assert earlier.last == {"shop": Known(MAIL, "2026-06-15")}
    before = record(history, "2026-06-17", Entry("shop", MAIL), since="2025-01-01")
    assert (before.day, before.systems) == ("", {})


def test_fleets_do_not_see_each_other(history: str) -> None:
    record(history, "2026-06-01", Entry("shop", MAIL), fleet="one")
    assert record(history, "2026-06-02", Entry("shop", MAIL), fleet="two") == Earlier()


AT_ONCE = """
import sys
from data_etiquette.app.fleet.history import History
from data_etiquette.app.fleet.run import Entry
from data_etiquette.reporting.fleet.snapshot import Held, Snapshot
history, fleet = sys.argv[1:]
for number in range(12):
    found = Snapshot(inventory=(Held("Customer", f"field{number % 3}", "email"),))
    entries = [Entry(f"system{place}", found) for place in range(5)]
    History(history).record(fleet, "2026-06-01", "1.0", entries)
"""


def test_two_fleets_at_once_come_one_after_the_other(history: str, rows: Callable) -> None:
    command = [sys.executable, "-c", AT_ONCE, history]
    started = [
        subprocess.Popen([*command, fleet], stderr=subprocess.PIPE, text=True)
        for fleet in ("one", "one", "two", "two")
    ]
    assert [(item.communicate(timeout=120)[1], item.returncode) for item in started] == [
        ("", 0)
    ] * 4
    fleets = "SELECT fleet, count(*) FROM etiquette_fleet_{} GROUP BY fleet ORDER BY fleet"
    assert rows(fleets.format("run")) == [("one", 24), ("two", 24)]
    assert rows(fleets.format("snapshot")) == [("one", 15), ("two", 15)]
    assert rows("SELECT count(*) FROM etiquette_fleet_state WHERE snapshot IS NULL") == [(0,)]
    assert rows("SELECT version FROM etiquette_fleet_schema") == [(1,)]


def test_a_history_of_a_later_version_is_left_alone(history: str, rows: Callable) -> None:
    record(history, "2026-06-01", Entry("shop", MAIL))
    import sqlalchemy as sa  # noqa: PLC0415

    engine = History(history)._engine
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE etiquette_fleet_schema SET version = 9"))
    with pytest.raises(HistoryError, match="the history has form 9, and this version knows 1"):
        record(history, "2026-06-02", Entry("shop", PHONE))
    assert rows(COUNT) == [(1,)]


def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    place = tmp_path / "history.sqlite"
    record(str(place), "2026-06-01", Entry("shop", MAIL))
    assert place.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_no_database_is_told_of_and_kept(tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("not a database, but long enough to be looked at " * 40)
    with pytest.raises(HistoryError) as caught:
        record(str(place), "2026-06-01", Entry("shop", MAIL))
    assert str(caught.value) == (
        f"{place}: the history cannot be used: file is not a database\n"
        "  --history names another place, --no-history does without"
    )
    assert place.read_text().startswith("not a database")


def test_a_folder_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="unable to open database file"):
        record(str(tmp_path / "none" / "history.sqlite"), "2026-06-01", Entry("shop", MAIL))


def test_no_password_is_ever_told() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(HistoryError) as caught:
        record("postgresql://dpo:geheim@127.0.0.1:9/etiquette", "2026-06-01")
    told = str(caught.value)
    assert told.startswith("postgresql+psycopg://dpo:***@127.0.0.1:9/etiquette: the history cannot")
    assert "geheim" not in told


@pytest.mark.parametrize(
    "place", ["mysql://dpo:geheim@host/etiquette", "nonsense://dpo:geheim@host/x"]
)
def test_other_databases_are_refused(place: str) -> None:
    with pytest.raises(UsageError) as caught:
        History(place)
    assert str(caught.value) == (
        f"{place.replace('dpo:geheim@', '')}: this is no place for a history\n"
        "  give a file for SQLite, or postgresql://USER@HOST/DATABASE"
    )
