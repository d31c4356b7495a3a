"""Other processes for a part of one computation: forks of this one, with all in memory already.

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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")
_WIDTH = 4
"""Bytes of a place in a pipe; a pipe's pages hold a whole number of them."""
MAX_PLACES = 8000
"""Places that a pipe holds without anybody reading it, on every system."""


@dataclass(frozen=True, slots=True)
class Forks:
    """Shares numbers out among this process and forks of it: whoever is free takes the next."""

    count: int
    """Forks that are made."""

    def __call__(
        self, numbers: Sequence[int], compute: Callable[[Iterable[int]], _T]
    ) -> tuple[Iterable[int], Callable[[], list[_T]]]:
        """Start the forks.

        Returns:
            The numbers that this process takes, and what waits for the forks' outcomes. What a
            fork took that came to nothing is in no outcome.
        """
        pool = _pooled(numbers) if _can_fork() and self.count > 0 else None
        if pool is None:
            return numbers, list
        pending = [_started(lambda: compute(_taken(numbers, pool))) for _ in range(self.count)]

        def outcomes() -> list[_T]:
            found = [wait() for wait in pending]
            return [outcome for outcome in found if outcome is not None]

        return _taken(numbers, pool), outcomes


def _pooled(numbers: Sequence[int]) -> int | None:
    """A pipe that holds the places of all numbers; each is read once, by one of the processes.

    More than fit stand for one another: the n-th, the n-th behind that one, and so on.
    """
    try:
        reading, writing = os.pipe()
    except OSError:
        return None
    with os.fdopen(writing, "wb") as stream:
        for place in range(min(len(numbers), MAX_PLACES)):
            stream.write(place.to_bytes(_WIDTH, "little"))
    return reading


def _taken(numbers: Sequence[int], pool: int) -> Iterator[int]:
    """The numbers that one process takes out of the pool, until it is empty."""
    try:
        while place := os.read(pool, _WIDTH):
            yield from numbers[int.from_bytes(place, "little") :: MAX_PLACES]
    finally:
        os.close(pool)


def _started(compute: Callable[[], _T]) -> Callable[[], _T | None]:
    """Start a computation in a fork; what is returned waits for it, None when it has no outcome."""
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
