"""What a computation reads of the program's functions, noted while it runs.

Whoever keeps an answer for the next scan must know what it was made of. A function's handle
notes by itself that its body is read. What is looked up by name or declared by classes is not
noted: where that changes, no answer is kept (`edits.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Reading:
    """The set that what is read now is added to: `FunctionRef`, `ClassRef` or `Callers`."""

    __slots__ = ("now",)

    def __init__(self) -> None:
        self.now: set[object] = set()

    def apart(self) -> set[object]:
        """Begin a set of its own; gives the one to go back to."""
        outer, self.now = self.now, set()
        return outer

    @contextmanager
    def forgotten(self) -> Iterator[None]:
        """Let nothing that is read meanwhile be held, when it is done with."""
        outer = self.apart()
        try:
            yield
        finally:
            self.now = outer


READING = Reading()
"""One for each process, as there is one computation at a time. A field of every handle would be the
same thing at the price of a pointer for each."""
