"""Python's collector of circular garbage, put off while much is made that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Leave circular garbage where it is for a while.

    Facts are millions of objects that stay until the end. Each collection goes through them again
    and finds next to nothing: it took a third of a scan's time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
