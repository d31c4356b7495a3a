"""Files read on a Dask cluster: an executor like any other, whose workers are elsewhere.

Dask is loaded only when a scan names it. It sees to what a worker that dies leaves undone; here is
only what it cannot know: that all workers read alike, and what to tell when there is no cluster.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import ExitStack, contextmanager, suppress
from typing import ParamSpec, Protocol, TypeVar

from data_etiquette.app.executors.address import parse_address
from data_etiquette.app.executors.reader import (
    OtherReaderError,
    Parcel,
    Reader,
    run_parcel,
    this_reader,
)
from data_etiquette.model.error import EtiquetteError, UsageError

EXTRA = "data-etiquette[cluster]"
_SECONDS = 15
"""For a scheduler to answer, and for the first worker to be there."""
_LOOK_SECONDS = 2
"""Between two looks at whether the scheduler is still there."""
_PER_THREAD = 4
"""Tasks under way for each thread of the cluster: the scheduler holds no more texts than that."""

_T = TypeVar("_T")
_P = ParamSpec("_P")


class _Client(Protocol):
    """What of Dask's client is used; Dask itself has no types."""

    status: str
    """`running` while the scheduler is there."""

    def get_executor(self, *, pure: bool) -> Executor:
        """Its tasks as futures of the standard library."""

    def nthreads(self) -> Mapping[str, int]:
        """Threads of every worker."""

    def run(self, function: Callable[[], object], *, on_error: str) -> Mapping[str, object]:
        """Call on every worker, and give what each answers."""


class ClusterError(EtiquetteError):
    """The cluster can't be used, or was lost."""


@contextmanager
def cluster(text: str) -> Iterator[Executor | None]:
    """The executor that `--executor` names, until the block ends; None where it names none.

    Raises:
        UsageError: no such form of address, or Dask is not installed.
        ClusterError: nobody answers, there is no worker, or one reads otherwise than this process.
    """
    if not text:
        yield None
        return
    address = parse_address(text)
    try:
        import distributed  # noqa: PLC0415 (an extra, and half a second to load)
    except ImportError as error:
        raise UsageError(
            f"`--executor {text}` needs Dask, which is not installed",
            hint=f"pip install '{EXTRA}'",
        ) from error
    with ExitStack() as stack:
        url: object = address.url
        try:
            if not address.url:
                url = stack.enter_context(
                    distributed.LocalCluster(
                        n_workers=address.workers or None,
                        threads_per_worker=1,
                        dashboard_address=None,
                        silence_logs=logging.CRITICAL,
                    )
                )
            client = stack.enter_context(
                distributed.Client(url, timeout=_SECONDS, set_as_default=False)
            )
            client.wait_for_workers(1, timeout=_SECONDS)
        except TimeoutError as error:
            raise ClusterError("the cluster has no worker", where=text, hint=_START) from error
        except (OSError, ValueError) as error:
            raise ClusterError(
                "no scheduler of Dask answers",
                where=text,
                hint="start one with `dask scheduler`, or leave --executor out to read files here",
            ) from error
        _check(client, text)
        yield ClusterExecutor(client, text)


_START = "start one with `dask worker HOST:PORT`, where etiquette is installed"


class ClusterExecutor(Executor):
    """Tasks in the cluster, outcomes in the order of the tasks, each exactly once."""

    def __init__(self, client: _Client, where: str) -> None:
        self._where = where
        self._client = client
        self._reader = this_reader()
        self._executor: Executor = client.get_executor(pure=False)
        self._window = max(16, _PER_THREAD * sum(client.nthreads().values()))

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Start one task; it has no keyword arguments."""
        if kwargs:
            raise TypeError("a task of the cluster has no keyword arguments")
        parcel = Parcel(self._reader, fn, args)
        found: Future[_T] = self._executor.submit(run_parcel, parcel)  # type: ignore[arg-type]
        return found

    def map(
        self,
        fn: Callable[..., _T],
        *iterables: Iterable[object],
        timeout: float | None = None,
        chunksize: int = 1,  # noqa: ARG002 (as its base has it)
    ) -> Iterator[_T]:
        """As its base, with a bounded number of tasks under way.

        Raises:
            ClusterError: the scheduler was lost, or a worker reads otherwise.
        """
        waiting: deque[tuple[tuple[object, ...], Future[_T]]] = deque()
        for arguments in zip(*iterables, strict=False):
            waiting.append((arguments, self.submit(fn, *arguments)))
            if len(waiting) >= self._window:
                yield self._outcome(fn, *waiting.popleft(), timeout)
        while waiting:
            yield self._outcome(fn, *waiting.popleft(), timeout)

    def _outcome(
        self,
        fn: Callable[..., _T],
        arguments: tuple[object, ...],
        future: Future[_T],
        timeout: float | None,
    ) -> _T:
        from distributed import KilledWorker  # noqa: PLC0415

        try:
            return self._awaited(future, timeout)
        except KilledWorker:
            # Several workers died while they had it. It is done where a scan without a cluster
            # would do it, and ends as it would there.
            return fn(*arguments)
        except OtherReaderError as error:
            raise _otherwise(self._where, "a worker", str(error)) from error
        except (CancelledError, _LostError) as error:
            raise ClusterError(
                "the cluster was lost while files were read",
                where=self._where,
                hint="what was read is in the cache: scan again, with the cluster or without",
            ) from error

    def _awaited(self, future: Future[_T], timeout: float | None) -> _T:
        """The outcome; a task sent while the scheduler is lost may never be told of by Dask."""
        if timeout is not None:
            return future.result(timeout)
        while True:
            try:
                return future.result(_LOOK_SECONDS)
            except TimeoutError:
                if future.done():
                    return future.result()
                if self._client.status != "running":
                    raise _LostError from None


class _LostError(Exception):
    """The scheduler is gone, and nobody said so."""


def _check(client: _Client, text: str) -> None:
    """Ask every worker what it reads with.

    Raises:
        ClusterError: one reads otherwise, or can't say.
    """
    here = this_reader()
    answers: Mapping[str, object] = {}
    with suppress(OSError):
        answers = client.run(this_reader, on_error="return")
    for worker, answer in sorted(answers.items()):
        if isinstance(answer, ModuleNotFoundError):
            raise _otherwise(text, f"the worker {worker}", f"no module {answer.name}")
        if not isinstance(answer, Reader):
            raise _otherwise(text, f"the worker {worker}", f"{type(answer).__name__}: {answer}")
        told = here.differs_from(answer)
        if told:
            raise _otherwise(text, f"the worker {worker}", told)


def _otherwise(text: str, who: str, told: str) -> ClusterError:
    return ClusterError(
        f"{who} has {told}: it could read files otherwise than a scan here",
        where=text,
        hint="install the same etiquette, sqlglot and Python on all machines of the cluster",
    )
