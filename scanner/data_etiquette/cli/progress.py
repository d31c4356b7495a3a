"""A progress line on a terminal's standard error; nothing anywhere else."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Self


class Bar:
    """`with Bar() as bar: work(progress=bar.update)`."""

    def __init__(self) -> None:
        quiet = os.environ.get("CI") or os.environ.get("PRE_COMMIT")
        self._active = sys.stderr.isatty() and not quiet

    def __enter__(self) -> Self:
        return self

    def update(self, done: int, total: int) -> None:
        """Show how many files are read."""
        if self._active:
            sys.stderr.write(f"\rReading files: {done} of {total}")
            sys.stderr.flush()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._active:
            sys.stderr.write("\r" + " " * 40 + "\r")
            sys.stderr.flush()
