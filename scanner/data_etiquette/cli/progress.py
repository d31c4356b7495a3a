"""A progress line on a terminal's standard error; nothing anywhere else."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import Self

_WIDTH = 20


class Bar:
    """`with Bar() as bar: work(progress=bar.update)`."""

    def __init__(self, noun: str = "files") -> None:
        self._noun = noun
        quiet = os.environ.get("CI") or os.environ.get("PRE_COMMIT")
        self._active = sys.stderr is not None and sys.stderr.isatty() and not quiet
        self._start = time.monotonic()
        self._shown = 0

    def __enter__(self) -> Self:
        return self

    def update(self, done: int, total: int) -> None:
        """Show how many are read, and since when."""
        if self._active:
            self._show(progress_line(done, total, time.monotonic() - self._start, self._noun))

    def _show(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(self._shown))
        sys.stderr.flush()
        self._shown = len(text)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._active and self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()


def progress_line(done: int, total: int, seconds: float, noun: str = "files") -> str:
    """`Reading files [#####-----] 12 of 24, 3 s`."""
    filled = _WIDTH * min(done, total) // total if total else _WIDTH
    bar = "#" * filled + "-" * (_WIDTH - filled)
    return f"Reading {noun} [{bar}] {done} of {total}, {seconds:.0f} s"
