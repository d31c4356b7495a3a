"""Forks take a part of a computation, or nothing comes of them, and they never harm the first."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from data_etiquette.app import fork
from data_etiquette.app.fork import MAX_PLACES, Forks


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that is no plain number."""

    process: int
    numbers: tuple[int, ...]
    text: str = ""


def _outcome(numbers: Iterable[int]) -> Outcome:
    return Outcome(os.getpid(), tuple(numbers), "é" * 200_000)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("numbers", [0, 1, 50, MAX_PLACES * 2 + 3])
def test_every_number_is_taken_once(count: int, numbers: int) -> None:
    mine, others = Forks(count)(range(numbers), _outcome)
    own = list(mine)
    outcomes = others()
    if fork._can_fork():
        assert len(outcomes) == count
    taken = [*own, *(number for outcome in outcomes for number in outcome.numbers)]
    assert sorted(taken) == list(range(numbers))
    assert os.getpid() not in {outcome.process for outcome in outcomes}
    assert {len(outcome.text) for outcome in outcomes} <= {200_000}


def test_forks_take_what_this_process_is_too_busy_for() -> None:
    mine, others = Forks(1)(range(50), _outcome)
    taken = [number for outcome in others() for number in outcome.numbers]
    assert [*taken, *mine] == list(range(50))


def _crash(numbers: Iterable[int]) -> int:
    raise ValueError(next(iter(numbers)))


def _die(numbers: Iterable[int]) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return sum(numbers)


def _not_sendable(_: Iterable[int]) -> object:
    return threading.Lock()


@pytest.mark.parametrize("compute", [_crash, _die, _not_sendable])
def test_a_fork_that_ends_badly_gives_nothing(compute: Callable[[Iterable[int]], object]) -> None:
    mine, others = Forks(2)(range(10), compute)
    assert set(mine) <= set(range(10))
    assert others() == []


def test_no_fork_beside_other_threads() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        mine, others = Forks(1)(range(3), _outcome)
        assert (list(mine), others()) == ([0, 1, 2], [])
    finally:
        stop.set()
        thread.join()


def test_no_fork_where_none_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    mine, others = Forks(1)(range(3), _outcome)
    assert (list(mine), others()) == ([0, 1, 2], [])
