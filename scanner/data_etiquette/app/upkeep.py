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
        _forget(folder, now - UNUSED_SECONDS)


def _forget(folder: Path, since: float) -> None:
    for place, folders, files in os.walk(folder, topdown=False):
        for name in files:
            entry = os.path.join(place, name)  # noqa: PTH118 (a Path for each is ten times dearer)
            with contextlib.suppress(OSError):
                status = os.stat(entry)  # noqa: PTH116
                if max(status.st_mtime, status.st_atime) < since:
                    os.unlink(entry)  # noqa: PTH108
        for name in folders:
            with contextlib.suppress(OSError):
                (Path(place) / name).rmdir()  # refuses while something is left in it
