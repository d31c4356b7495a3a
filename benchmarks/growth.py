"""Time and memory of a cold scan on trees of growing size.

    python benchmarks/growth.py [THOUSANDS_OF_LINES …]

A tree is put together from whatever the other benchmarks have fetched into `benchmarks/corpus/`, in
the order of names, file by file up to the wanted size. CPU is user and
system seconds of the process and its children, memory the largest resident set of any one of them.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from speed import CORPUS, compiled, measure


def sources() -> list[Path]:
    """Python files of all fetched applications, in a fixed order."""
    folders = sorted(path for path in CORPUS.iterdir() if (path / "").is_dir())
    return [file for folder in folders for file in sorted(folder.rglob("*.py"))]


def build(wanted: int, folder: Path) -> int:
    """Copy files until the tree has so many lines; the lines that it has."""
    lines = 0
    for file in sources():
        if lines >= wanted:
            break
        if "tools" in file.relative_to(CORPUS).parts[:1]:
            continue
        place = folder / file.relative_to(CORPUS)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
        lines += len(file.read_bytes().splitlines())
    return lines


def main() -> None:
    """Print the table."""
    sizes = [int(text) for text in sys.argv[1:]] or [20, 100, 400, 1000]
    print("| lines | wall s | CPU s | MiB | CPU s for each 100,000 lines |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "tree"
            lines = build(size * 1000, folder)
            command = [sys.executable, "-m", "data_etiquette", "scan", str(folder), "--no-cache"]
            cost = measure(
                [*command, "--fail-on", "never", "--include-tests"], compiled(dict(os.environ))
            )
            each = cost.cpu / lines * 100_000
            print(
                f"| {lines:,} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.memory:.0f} | {each:.1f} |"
            )


if __name__ == "__main__":
    main()
