"""Cost of reading analytical SQL with lineage, as a ratio to sqlglot's bare parse of the same text.

    python benchmarks/sql/lineage.py FOLDER [--dialect NAME] [--rounds N]

Both sides are timed in this process, alternating, and the best round of each counts.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable
from pathlib import Path

import sqlglot
from sqlglot.errors import SqlglotError

from data_etiquette.frontends.sql.read import read_sql


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dialect", default="spark")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    texts = [path.read_text(errors="replace") for path in sorted(options.folder.rglob("*.sql"))]

    def bare() -> int:
        return sum(_parsed(text, options.dialect) for text in texts)

    def ours() -> int:
        facts = [read_sql("query.sql", text, options.dialect) for text in texts]
        return sum(statement.lineage is not None for item in facts for statement in item.statements)

    best = [float("inf"), float("inf")]
    counts = [0, 0]
    for _ in range(options.rounds):
        for side, work in enumerate((bare, ours)):
            spent, counts[side] = _timed(work)
            best[side] = min(best[side], spent)
    size = sum(map(len, texts)) / 1e6
    print(f"{len(texts)} files, {size:.2f} MB")
    print(f"bare parse     {best[0]:.2f} s CPU, {counts[0] / best[0]:,.0f} statements/s")
    print(f"with lineage   {best[1]:.2f} s CPU, {counts[1] / best[1]:,.0f} statements/s")
    print(f"ratio          {best[1] / best[0]:.2f} (at most 2.0)")


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    start = time.process_time()
    count = work()
    return time.process_time() - start, count


def _parsed(text: str, dialect: str) -> int:
    try:
        return sum(tree is not None for tree in sqlglot.parse(text, read=dialect))
    except SqlglotError:
        return 0


if __name__ == "__main__":
    main()
