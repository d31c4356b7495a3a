"""Files read on a real Dask cluster: the same outcome, whatever happens to its workers."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data_etiquette.app.executors.address import Address, parse_address
from data_etiquette.app.executors.cluster import ClusterError, ClusterExecutor
from data_etiquette.app.executors.reader import (
    OtherReaderError,
    Parcel,
    Reader,
    run_parcel,
    this_reader,
)
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.model.error import UsageError
from data_etiquette.reporting.json import render_json
from tests.app.test_determinism import FILES
from tests.command import Run, invoke
from tests.conftest import ROOT

distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.usefixtures("warm_catalog")

MANY = {
    **FILES,
    **{
        f"app{number}/models.py": FILES["alpha/models.py"].replace("Alpha", f"App{number}")
        for number in range(24)
    },
}


def waited(number: int) -> int:
    time.sleep(0.1)
    return number * number


def dies_elsewhere(home: int) -> int:
    if os.getpid() != home:
        os._exit(1)
    return home


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_etiquette.app.map._BATCH_BYTES", 300)


@pytest.fixture(scope="module")
def local() -> Iterator[object]:
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as found:
        yield found


def url_of(cluster: object) -> str:
    return cluster.scheduler_address.replace("tcp://", "dask://")


@contextlib.contextmanager
def connected(cluster: object) -> Iterator[object]:
    with distributed.Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=30)
        yield client


def pids_of(cluster: object) -> list[int]:
    with connected(cluster) as client:
        return sorted(client.run(os.getpid).values())


def scanned(root: Path, executor: str = "", progress: Callable[..., None] | None = None) -> str:
    request = ScanRequest((root,), jobs=1, use_cache=False, executor=executor)
    return render_json(scan(request, progress=progress).report)


@pytest.mark.usefixtures("small_batches")
def test_a_cluster_gives_the_same_bytes(write_tree, local) -> None:
    root = write_tree(MANY)
    assert scanned(root, url_of(local)) == scanned(root)


@pytest.mark.usefixtures("small_batches")
def test_a_worker_that_is_killed_loses_and_doubles_nothing(write_tree, local) -> None:
    root = write_tree(MANY)
    told: list[tuple[int, int]] = []
    killed: list[int] = []

    def kill_one(done: int, total: int) -> None:
        told.append((done, total))
        if not killed:
            killed.append(pids_of(local)[0])
            os.kill(killed[0], signal.SIGKILL)

    assert scanned(root, url_of(local), kill_one) == scanned(root)
    assert killed
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (len(MANY), len(MANY))


def test_outcomes_are_in_order_and_each_once_while_workers_die(local) -> None:
    with connected(local) as client:
        pids = sorted(client.run(os.getpid).values())
        found = []
        for outcome in ClusterExecutor(client, "here").map(waited, range(60)):
            found.append(outcome)
            if len(found) in (5, 20):
                os.kill(pids.pop(), signal.SIGKILL)
    assert found == [number * number for number in range(60)]


def test_what_kills_every_worker_is_done_here(local) -> None:
    local.scheduler.allowed_failures = 0
    with connected(local) as client:
        found = list(ClusterExecutor(client, "here").map(dies_elsewhere, [os.getpid()]))
    local.scheduler.allowed_failures = 3
    assert found == [os.getpid()]


def test_a_worker_that_reads_otherwise_is_told_of(local) -> None:
    with connected(local) as client:
        executor = ClusterExecutor(client, "dask://here:1")
        executor._reader = replace(executor._reader, python="2.7")
        with pytest.raises(ClusterError) as caught:
            list(executor.map(waited, [1]))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert str(caught.value) == (
        f"dask://here:1: a worker has python {version}, not 2.7: it could read files otherwise than"
        " a scan here\n"
        "  install the same etiquette, sqlglot and Python on all machines of the cluster"
    )


@contextlib.contextmanager
def process(*arguments: str, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", *arguments]
    with subprocess.Popen(
        command, env={**os.environ, **(env or {})}, stderr=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            started.terminate()
            started.wait(30)


def announced(scheduler: subprocess.Popen) -> str:
    """Address of a scheduler that has just been started."""
    for line in scheduler.stderr:
        match = re.search(r"Scheduler at:\s+tcp://\S+:(\d+)", line)
        if match:
            return f"127.0.0.1:{match[1]}"
    pytest.fail("the scheduler did not start")


SCHEDULER = ("distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard")
WORKER = ("distributed.cli.dask_worker", "--no-dashboard", "--no-nanny", "--nthreads", "1")


def test_an_installation_of_another_version_is_refused(write_tree, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "scanner" / "data_etiquette", other / "scanner" / "data_etiquette")
    (other / "rules").symlink_to(ROOT / "rules")
    (other / "reports").symlink_to(ROOT / "reports")
    place = other / "scanner" / "data_etiquette" / "__init__.py"
    place.write_text(re.sub(r'__version__ = ".*"', '__version__ = "9.9.9"', place.read_text()))
    with process(*SCHEDULER) as scheduler:
        address = announced(scheduler)
        with process(*WORKER, address, env={"PYTHONPATH": str(other / "scanner")}):
            done = invoke("scan", write_tree(FILES), "--executor", f"dask://{address}")
    assert (done.code, done.out) == (2, "")
    assert f"error: dask://{address}: the worker tcp://" in done.err
    assert f" has etiquette 9.9.9, not {this_reader().etiquette}: it could read" in done.err


@pytest.mark.usefixtures("small_batches")
def test_a_cluster_that_is_lost_ends_the_scan(write_tree) -> None:
    with process(*SCHEDULER) as scheduler:
        address = announced(scheduler)
        with process(*WORKER, address), pytest.raises(ClusterError) as caught:
            scanned(write_tree(MANY), f"dask://{address}", lambda *_: scheduler.kill())
    assert str(caught.value) == (
        f"dask://{address}: the cluster was lost while files were read\n"
        "  what was read is in the cache: scan again, with the cluster or without"
    )


def test_a_scheduler_without_workers_is_told_of(
    write_tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_etiquette.app.executors.cluster._SECONDS", 2)
    with process(*SCHEDULER) as scheduler:
        url = f"dask://{announced(scheduler)}"
        done = invoke("scan", write_tree(FILES), "--executor", url)
    assert done == Run(
        2,
        "",
        f"error: {url}: the cluster has no worker\n"
        "  start one with `dask worker HOST:PORT`, where etiquette is installed\n",
    )


def test_nobody_there_is_told_of(write_tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_etiquette.app.executors.cluster._SECONDS", 1)
    done = invoke("scan", write_tree(FILES), "--executor", "dask://127.0.0.1:9")
    assert done == Run(
        2,
        "",
        "error: dask://127.0.0.1:9: no scheduler of Dask answers\n"
        "  start one with `dask scheduler`, or leave --executor out to read files here\n",
    )


def test_without_dask_the_extra_is_named(write_tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = invoke("scan", write_tree(FILES), "--executor", "dask://127.0.0.1:8786")
    assert done == Run(
        2,
        "",
        "error: `--executor dask://127.0.0.1:8786` needs Dask, which is not installed\n"
        "  pip install 'data-etiquette[cluster]'\n",
    )


@pytest.mark.usefixtures("no_network")
def test_no_cluster_is_asked_for_what_is_known_already(write_tree) -> None:
    root = write_tree(FILES)
    request = ScanRequest((root,), jobs=1)
    first = render_json(scan(request).report)
    again = replace(request, executor="dask://127.0.0.1:9")
    assert render_json(scan(again).report) == first


def test_a_scan_loads_neither_dask_nor_sqlalchemy(write_tree) -> None:
    program = (
        "import atexit, sys\n"
        "from data_etiquette.cli.main import cli\n"
        "extras = {'dask', 'distributed', 'sqlalchemy'}\n"
        "atexit.register(lambda: print(sorted(extras & set(sys.modules))))\n"
        "cli(['scan', sys.argv[1], '--fail-on', 'never', '-o', 'json:' + sys.argv[2]])\n"
    )
    root = write_tree(FILES)
    done = subprocess.run(
        [sys.executable, "-c", program, root, root.parent / "out.json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("dask://10.0.0.5:8786", Address("tcp://10.0.0.5:8786")),
        ("dask+tls://scheduler.example.org:8786/", Address("tls://scheduler.example.org:8786")),
        ("dask://[::1]:8786", Address("tcp://[::1]:8786")),
        ("dask://local", Address("")),
        ("dask://local?workers=4", Address("", 4)),
        ("dask://local:8786", Address("tcp://local:8786")),
    ],
)
def test_addresses(text: str, address: Address) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "dask",
        "dask://",
        "dask://host",
        "dask://host:99999",
        "dask://user:secret@host:8786",
        "dask://host:8786?workers=2",
        "dask://local?workers=many",
        "dask://local?workers=99999",
        "dask://local?processes=2",
        "dask+tls://local?workers=2",
        "ray://host:10001",
        "dask://[::1",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="names no executor"):
        parse_address(text)


def test_a_parcel_shows_none_of_its_texts() -> None:
    parcel = Parcel(this_reader(), waited, ([("a.py", b"secret = 1", "")],))
    assert repr(parcel) == "<1 arguments, not shown>"


def test_a_parcel_of_another_reader_is_not_opened() -> None:
    other = Parcel(replace(this_reader(), rules="0"), waited, (1,))
    with pytest.raises(OtherReaderError, match=r"with other rules"):
        run_parcel(other)
    assert run_parcel(Parcel(this_reader(), waited, (3,))) == 9


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, ""),
        ({"etiquette": "2.0"}, "etiquette 2.0, not 1.0"),
        ({"python": "3.13"}, "python 3.13, not 3.11"),
        ({"sqlglot": "28"}, "sqlglot 28, not 27"),
        ({"source": "bb"}, "etiquette 1.0 with other source code (bb)"),
        ({"rules": "bb"}, "etiquette 1.0 with other rules (bb)"),
    ],
)
def test_what_differs_between_two_readers(change: dict[str, str], told: str) -> None:
    here = Reader(etiquette="1.0", source="aa", rules="aa", python="3.11", sqlglot="27")
    assert here.differs_from(replace(here, **change)) == told
