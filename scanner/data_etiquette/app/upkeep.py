"""What the cache holds of files that nobody scans any more is deleted after a time."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

UNUSED_SECONDS = 30 * 24 * 3600
"""How long an entry that nobody reads is kept."""
_PAUSE_SECONDS = 7 * 24 * 3600
"""How often it is looked for: a look costs some milliseconds for each thousand entries."""
_MARK = "looked-through"
_FOLDERS = ("facts", "graphs", "flows")
_FILES = "catalog-*.msgpack"
"""What this tool writes: the folder may be one that others keep theirs in, and that stays."""


def forget_unused(folder: Path, now: float) -> None:
    """Delete entries that were neither written nor read for a month; once a week, else nothing.

    A file system that keeps no time of reading costs a user one cold scan a month, and no more.
    Trouble with the disk is none of the user's: what cannot be deleted stays.

    Args:
        folder: the cache.
        now: seconds since the epoch.
    """
    mark = folder / _MARK
    with contextlib.suppress(OSError):
        if mark.exists() and now - mark.stat().st_mtime < _PAUSE_SECONDS:
            return
        mark.touch()
        os.utime(mark, (now, now))
        since = now - UNUSED_SECONDS
        for name in _FOLDERS:
            _forget(folder / name, since)
        for place in folder.glob(_FILES):
            _forget_file(os.fspath(place), since)


def _forget_file(entry: str, since: float) -> None:
    with contextlib.suppress(OSError):
        status = os.lstat(entry)
        if max(status.st_mtime, status.st_atime) < since:
            os.unlink(entry)  # noqa: PTH108


def _forget(folder: Path, since: float) -> None:
    for place, folders, files in os.walk(folder, topdown=False):
        for name in files:
            # A `Path` for each is ten times dearer.
            _forget_file(os.path.join(place, name), since)  # noqa: PTH118
        for name in folders:
            with contextlib.suppress(OSError):
                (Path(place) / name).rmdir()  # refuses while something is left in it
