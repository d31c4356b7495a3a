"""Whole scans under bad conditions: each gives its name and what was wrong, which is nothing."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

GOOD = """\
import logging
from django.db import models
log = logging.getLogger(__name__)
class Customer{0}(models.Model):
    email = models.EmailField()
def tell(customer: Customer{0}):
    log.info("%s", customer.email)
"""
FILES = 400
_SECONDS = 120


def whole_scans(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """(name, what went wrong) of each."""
    for number, scenario in enumerate(SCENARIOS):
        place = folder / f"{number:02}"
        tree(place / "tree")
        yield scenario.__doc__ or scenario.__name__, scenario(place)


def tree(place: Path, files: int = FILES) -> None:
    """An application of small files."""
    place.mkdir(parents=True)
    for number in range(files):
        (place / f"m{number:03}.py").write_text(GOOD.format(number), encoding="utf-8")


def command(place: Path, *more: str, cache: str = "cache") -> tuple[list[str], dict[str, str]]:
    """The scan of a tree and its environment."""
    scan = [
        sys.executable,
        "-m",
        "data_etiquette",
        "scan",
        str(place / "tree"),
        "--fail-on",
        "never",
    ]
    return [*scan, *more], {**os.environ, "ETIQUETTE_CACHE_DIR": str(place / cache)}


def scanned(
    place: Path, *more: str, before: Callable[[], None] | None = None
) -> tuple[int, str, str]:
    """Exit code, standard output (JSON), standard error of a scan."""
    arguments, env = command(place, "-o", "json", *more)
    done = subprocess.run(
        arguments,
        env=env,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        preexec_fn=before,
    )
    return done.returncode, done.stdout, done.stderr


def missing(output: str, wanted: int = FILES) -> list[str]:
    """What a report lacks: the finding of every file that nothing was done to."""
    try:
        report = json.loads(output)
    except ValueError:
        return [f"no report: {output[:200]!r}"]
    told = {item["path"] for item in report["findings"] if item["rule"] == "ETQ301"}
    lost = [name for name in (f"m{n:03}.py" for n in range(wanted)) if name not in told]
    return [f"{len(lost)} files were not analysed, {lost[0]} first"] if lost else []


def plain(place: Path) -> list[str]:
    """Nothing special"""
    code, out, err = scanned(place)
    return [*([f"exit code {code}: {err}"] if code else []), *missing(out)]


def links(place: Path) -> list[str]:
    """Links in a circle, out of the tree and to nowhere"""
    root = place / "tree"
    (root / "loop").symlink_to(root)
    (root / "a").symlink_to(root / "b")
    (root / "b").symlink_to(root / "a")
    (root / "out.py").symlink_to("/etc/hostname")
    (root / "nowhere.py").symlink_to("/no/such/file")
    code, out, err = scanned(place)
    return [*([f"exit code {code}: {err}"] if code else []), *missing(out)]


def pipes(place: Path) -> list[str]:
    """A pipe and a folder in the place of files"""
    os.mkfifo(place / "tree" / "pipe.py")
    (place / "tree" / "folder.py").mkdir()
    code, out, err = scanned(place)
    return [*([f"exit code {code}: {err}"] if code else []), *missing(out)]


def vanishing(place: Path) -> list[str]:
    """Files that go away, grow and come while they are scanned"""
    root, stop = place / "tree", threading.Event()

    def meddle() -> None:
        number = 0
        while not stop.is_set():
            file = root / f"x{number % 50}.py"
            file.write_text(GOOD.format(number) * (number % 30 + 1), encoding="utf-8")
            (root / f"x{(number + 25) % 50}.py").unlink(missing_ok=True)
            number += 1

    thread = threading.Thread(target=meddle)
    thread.start()
    try:
        wrong = []
        for _ in range(3):
            code, out, err = scanned(place, "--no-cache")
            wrong += [*([f"exit code {code}: {err}"] if code else []), *missing(out)]
    finally:
        stop.set()
        thread.join()
    return wrong


def full_disk(place: Path) -> list[str]:
    """A disk that takes 20 kB a file"""
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # noqa: E731
    target = place / "report.json"
    signal_ignored = lambda: (limit(), signal.signal(signal.SIGXFSZ, signal.SIG_IGN))  # noqa: E731
    arguments, env = command(place, "-o", f"json:{target}")
    done = subprocess.run(
        arguments, env=env, capture_output=True, text=True, timeout=_SECONDS, check=False,
        preexec_fn=lambda: signal_ignored() and None,
    )  # fmt: skip
    wrong = [] if done.returncode == 2 else [f"exit code {done.returncode}: {done.stderr[-300:]}"]
    if target.exists():
        wrong.append("a part of the report was left")
    if "Traceback" in done.stderr:
        wrong.append(f"a traceback: {done.stderr[-300:]}")
    left = [path.name for path in place.glob("*report.json*")]
    return [*wrong, *([f"left behind: {left}"] if left else [])]


def two_at_once(place: Path) -> list[str]:
    """Four scans at once on one cache"""
    arguments, env = command(place, "-o", "json")
    running = [
        subprocess.Popen(
            arguments, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    wrong, outputs = [], set()
    for process in running:
        out, err = process.communicate(timeout=_SECONDS)
        outputs.add(out)
        wrong += [f"exit code {process.returncode}: {err}"] if process.returncode else []
        wrong += missing(out)
    return [*wrong, *(["they differ"] if len(outputs) > 1 else [])]


def spoilt_cache(place: Path) -> list[str]:
    """A cache with every entry cut, filled with noise or emptied"""
    _, first, _ = scanned(place)
    for number, entry in enumerate(
        sorted(path for path in (place / "cache").rglob("*") if path.is_file())
    ):
        data = entry.read_bytes()
        entry.write_bytes(
            (data[: len(data) // 2], os.urandom(len(data)), b"", data[::-1])[number % 4]
        )
    code, out, err = scanned(place)
    return [
        *([f"exit code {code}: {err}"] if code else []),
        *missing(out),
        *(["the report is another one"] if out != first else []),
    ]


def interrupted(place: Path) -> list[str]:
    """Ctrl-C at ten moments"""
    wrong = []
    for moment in range(1, 11):
        target = place / f"report{moment}.json"
        arguments, env = command(place, "--no-cache", "-o", f"json:{target}")
        process = subprocess.Popen(
            arguments, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        time.sleep(moment * 0.15)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=_SECONDS)
        if process.returncode not in (0, 130, -signal.SIGINT):
            wrong.append(
                f"exit code {process.returncode} after {moment * 0.15:.2f} s: {err[-300:]}"
            )
        if "Traceback" in err and "importlib" not in err and "<frozen" not in err and moment > 2:
            wrong.append(f"a traceback after {moment * 0.15:.2f} s: {err[-400:]}")
        if target.exists():
            wrong += missing(target.read_text(encoding="utf-8"))  # all of it or none
        wrong += [f"left behind: {path.name}" for path in place.glob("*.tmp*")]
    return wrong


def killed_worker(place: Path) -> list[str]:
    """A worker that is killed while it reads"""
    shutil.rmtree(place / "tree")
    tree(place / "tree", 8_000)
    arguments, env = command(place, "--no-cache", "-j", "2", "-o", "json")
    process = subprocess.Popen(
        arguments, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    killed = False
    for _ in range(400):
        time.sleep(0.01)
        children = _children(process.pid)
        if len(children) > 1:
            time.sleep(0.3)
            os.kill(children[-1], signal.SIGKILL)
            killed = True
            break
    out, err = process.communicate(timeout=_SECONDS)
    if not killed:
        return ["no worker was seen"]
    if process.returncode == 2 and "Traceback" not in err and err.strip():
        return []  # it says that it could not
    return [
        *([f"exit code {process.returncode}: {err[-300:]}"] if process.returncode else []),
        *missing(out),
    ]


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(item) for item in text.split()]


def beside_hostile(place: Path) -> list[str]:
    """Good files beside all hostile ones"""
    from hostile import hostile

    for number, (name, data) in enumerate(hostile()):
        file = place / "tree" / "bad" / f"{number:03}" / name
        file.parent.mkdir(parents=True)
        file.write_bytes(data)
    code, out, err = scanned(place)
    return [*([f"exit code {code}: {err[-300:]}"] if code else []), *missing(out)]


SCENARIOS: tuple[Callable[[Path], list[str]], ...] = (
    plain, links, pipes, vanishing, full_disk, two_at_once, spoilt_cache, interrupted, killed_worker,
    beside_hostile,
)  # fmt: skip
