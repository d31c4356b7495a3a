"""A computation in a second process gives its outcome, or nothing, and never harms the first."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass

import pytest

from data_etiquette.app import fork
from data_etiquette.app.fork import beside


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that is no plain number."""

    process: int
    text: str


def test_what_another_process_computed_comes_back() -> None:
    outcome = beside(lambda: Outcome(os.getpid(), "é" * 200_000))()
    if not fork._can_fork():
        assert outcome is None
        return
    assert outcome is not None
    assert outcome.text == "é" * 200_000
    assert outcome.process != os.getpid()


def _crash() -> int:
    raise ValueError("no")


def _die() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 1


def _not_sendable() -> object:
    return threading.Lock()


@pytest.mark.parametrize("compute", [_crash, _die, _not_sendable])
def test_a_process_that_ends_badly_gives_nothing(compute: object) -> None:
    assert callable(compute)
    assert beside(compute)() is None


def test_no_fork_beside_other_threads() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert beside(lambda: 1)() is None
    finally:
        stop.set()
        thread.join()


def test_no_fork_where_none_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert beside(lambda: 1)() is None
