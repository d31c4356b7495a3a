"""A second process for one computation: a fork of this one, which has everything in memory already.

Linking looks things up in a program of millions of objects that no other process has, and sending
them would cost more than looking. Where a fork can't be made, or comes to nothing, the computation
is done by whoever asked for it, and its outcome is the same.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def beside(compute: Callable[[], _T]) -> Callable[[], _T | None]:
    """Start a computation; what is returned waits for its outcome, None when there is none."""
    if not _can_fork():
        return _nothing
    try:
        reading, writing = os.pipe()
    except OSError:
        return _nothing
    _flush()
    try:
        child = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return _nothing
    if child == 0:
        os.close(reading)
        _run(compute, writing)
    os.close(writing)
    return lambda: _outcome(child, reading)


def _can_fork() -> bool:
    """Whether a fork is safe: on Linux, in a process without other threads."""
    return sys.platform == "linux" and threading.active_count() == 1


def _nothing() -> None:
    return None


def _flush() -> None:
    """What is written but not out yet must not come out twice."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()


def _run(compute: Callable[[], object], writing: int) -> None:
    """The child: never returns, so that nothing of the parent's is ended by it."""
    status = 1
    try:
        with os.fdopen(writing, "wb") as stream:
            pickle.dump(compute(), stream, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)


def _outcome(child: int, reading: int) -> _T | None:
    """What the child computed; its bytes come from this program's own memory and are trusted."""
    with os.fdopen(reading, "rb") as stream:
        data = stream.read()
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        return None
    found: _T = pickle.loads(data)  # noqa: S301 (own child)
    return found
