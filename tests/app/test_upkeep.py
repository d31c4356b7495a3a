"""The cache forgets what nobody scans any more."""

from __future__ import annotations

import os
from pathlib import Path

from data_etiquette.app.upkeep import UNUSED_SECONDS, forget_unused
from tests.command import run

DAY = 24 * 3600
NOW = 2_000_000_000.0


def _entry(folder: Path, name: str, written: float, read: float) -> Path:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"x")
    os.utime(place, (read, written))
    return place


def test_what_was_neither_written_nor_read_for_a_month_goes(tmp_path: Path) -> None:
    long_ago = NOW - UNUSED_SECONDS - 1
    gone = _entry(tmp_path, "facts/0.1.0-old/ab/abc", long_ago, long_ago)
    read = _entry(tmp_path, "facts/0.1.0-new/ab/abc", long_ago, NOW - DAY)
    written = _entry(tmp_path, "graphs/abc", NOW - DAY, long_ago)
    forget_unused(tmp_path, NOW)
    assert (gone.exists(), read.exists(), written.exists()) == (False, True, True)
    assert sorted(place.name for place in (tmp_path / "facts").iterdir()) == ["0.1.0-new"]


def test_what_others_keep_in_the_same_folder_stays(tmp_path: Path) -> None:
    others = [
        _entry(tmp_path, name, 0, 0)
        for name in ("letter.txt", "pip/http/abc", "facts.txt", "catalog-old.yaml")
    ]
    own = _entry(tmp_path, "catalog-0123456789abcdef.msgpack", 0, 0)
    forget_unused(tmp_path, NOW)
    assert [place.exists() for place in (*others, own)] == [True, True, True, True, False]


def test_it_looks_once_a_week(tmp_path: Path) -> None:
    forget_unused(tmp_path, NOW)
    old = _entry(tmp_path, "facts/a/ab/abc", 0, 0)
    forget_unused(tmp_path, NOW + 6 * DAY)
    assert old.exists()
    forget_unused(tmp_path, NOW + 8 * DAY)
    assert not old.exists()


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    forget_unused(tmp_path / "gone", NOW)
    assert not (tmp_path / "gone").exists()


def test_a_scan_looks_after_its_cache(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("x = 1\n")
    old = _entry(tmp_path / "cache", "facts/0.1.0-old/ab/abc", 0, 0)
    env = {"ETIQUETTE_CACHE_DIR": str(tmp_path / "cache")}
    assert run("scan", "--no-cache", "app.py", cwd=tmp_path, env=env).code == 0
    assert old.exists()
    assert run("scan", "app.py", cwd=tmp_path, env=env).code == 0
    assert not old.exists()
