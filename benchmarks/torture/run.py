"""Reads everything that can be found or made wrong, and says what broke.

    python benchmarks/torture/run.py [--mutants 10000] [--short]

Each kind of input is read in batches by a process of its own (`reader.py`), which links and checks
the batch as well. A crash is an exception that comes out of a reader, of linking or of checking; a
hang is a file or a batch that takes longer than its limit; a loss is a file that gives neither
facts nor a reason. The table is printed and written to `RESULTS.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hostile import hostile
from inputs import cpython_tests, distributions, sql_fixtures
from mutate import mutants
from wholes import whole_scans

HERE = Path(__file__).parent
BATCH = 60
BATCH_BYTES = 3_000_000
FILE_SECONDS = 30.0
"""CPU seconds that one file may take; the largest real one takes about three."""
MEGABYTE_SECONDS = 3.0
"""What each further megabyte may take; SQL of 20 MB without a row that can be left out takes 44."""
BATCH_SECONDS = 180.0


@dataclass(slots=True)
class Tally:
    """What became of one kind of input."""

    kind: str
    tried: int = 0
    slowest: float = 0.0
    slowest_file: str = ""
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)

    def row(self) -> str:
        """The line of the table."""
        return (
            f"| {self.kind} | {self.tried:,} | {len(self.crashes)} | {len(self.hangs)} | "
            f"{len(self.losses)} | {self.slowest:.1f} |"
        )


HEAD = """| input | tried | crashes | hangs | losses | slowest, CPU s |
| --- | ---: | ---: | ---: | ---: | ---: |"""


def batches(files: Iterable[Path]) -> Iterator[list[Path]]:
    """Files in lots that are neither many nor large."""
    lot: list[Path] = []
    size = 0
    for file in files:
        weight = file.stat().st_size
        if lot and (len(lot) >= BATCH or size + weight > BATCH_BYTES):
            yield lot
            lot, size = [], 0
        lot.append(file)
        size += weight
    if lot:
        yield lot


def read(lot: Sequence[Path], tally: Tally) -> None:
    """Read one lot in a process of its own; where it does not end, each file alone."""
    try:
        done = subprocess.run(
            [sys.executable, str(HERE / "reader.py")],
            input="\n".join(map(str, lot)),
            capture_output=True,
            text=True,
            timeout=BATCH_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        if len(lot) == 1:
            tally.tried += 1
            tally.hangs.append(str(lot[0]))
        else:
            for file in lot:
                read([file], tally)
        return
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    tally.tried += len(lot)
    if done.returncode or not lines or lines[-1]["file"]:
        tally.crashes.append(f"{lot[0]} and {len(lot) - 1} more: {done.stderr[-400:]}")
    for line in lines:
        if line["seconds"] > tally.slowest:
            tally.slowest, tally.slowest_file = line["seconds"], line["file"] or str(lot[0])
        if line["error"]:
            tally.crashes.append(f"{line['file'] or f'batch of {lot[0]}'}: {line['error']}")
        if line["lost"]:
            tally.losses.append(line["file"])
        if line["file"] and line["seconds"] > _limit(Path(line["file"])):
            tally.hangs.append(f"{line['file']}: {line['seconds']} s")


def _limit(file: Path) -> float:
    """CPU seconds that a file of this size may take."""
    return FILE_SECONDS + MEGABYTE_SECONDS * file.stat().st_size / 1_000_000


def kept(made: Iterable[tuple[str, bytes]], folder: Path) -> Iterator[Path]:
    """Made files, written where the reader finds them."""
    for number, (name, data) in enumerate(made):
        place = folder / f"{number:05}" / name
        place.parent.mkdir(parents=True)
        place.write_bytes(data)
        yield place


def main() -> None:
    """Run all, print the table, and fail where anything broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--short", action="store_true", help="hostile files and whole scans alone")
    parser.add_argument(
        "--only", default="", help="one kind of input, by the beginning of its name"
    )
    chosen = parser.parse_args()
    tallies = []
    with tempfile.TemporaryDirectory() as name:
        for tally, files in _kinds(Path(name), chosen.mutants, short=chosen.short):
            if not tally.kind.startswith(chosen.only):
                continue
            began = time.monotonic()
            for lot in batches(files):
                read(lot, tally)
            print(tally.row(), f"({time.monotonic() - began:.0f} s)", flush=True)
            tallies.append(tally)
        if "whole scans".startswith(chosen.only):
            tallies.append(_of_whole_scans(Path(name)))
            print(tallies[-1].row(), flush=True)
    told = [text for tally in tallies for text in (*tally.crashes, *tally.hangs, *tally.losses)]
    for text in told:
        print(text, file=sys.stderr)
    if not chosen.short and not chosen.only:
        table = "\n".join([HEAD, *(tally.row() for tally in tallies)])
        (HERE / "RESULTS.md").write_text(f"{_intro()}\n{table}\n", encoding="utf-8")
    sys.exit(1 if told else 0)


def _kinds(folder: Path, count: int, *, short: bool) -> Iterator[tuple[Tally, Iterable[Path]]]:
    yield Tally("hostile files"), kept(hostile(), folder / "hostile")
    if short:
        return
    tests = cpython_tests()
    yield Tally("CPython's tests"), tests
    files = distributions()
    yield Tally("distributions"), files
    yield Tally("SQL"), sql_fixtures()
    yield Tally("mutants"), kept(mutants([*tests, *files], count), folder / "mutants")


def _of_whole_scans(folder: Path) -> Tally:
    tally = Tally("whole scans")
    for name, broken in whole_scans(folder / "wholes"):
        tally.tried += 1
        tally.crashes += [f"{name}: {text}" for text in broken]
    return tally


def _intro() -> str:
    return (
        "# What was tried, and what broke\n\n"
        "Written by `make torture`. A crash is an exception out of a reader, of linking or of checking\n"
        f"or a wrong exit code; a hang is a file over {FILE_SECONDS:.0f} CPU seconds (and\n"
        f"{MEGABYTE_SECONDS:.0f} for each megabyte) or a batch over {BATCH_SECONDS:.0f}; a loss is a file that gives neither facts nor a reason.\n"
    )


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    main()
