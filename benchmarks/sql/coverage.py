"""What becomes of each statement of a corpus, per dialect, and what it costs beside a bare parse.

    python benchmarks/sql/coverage.py FOLDER …      every .sql below; each folder in a FOLDER is a
                                                    project, whose files tell one another's dialect
    python benchmarks/sql/coverage.py --reasons FOLDER …    why statements were skipped, and where
    python benchmarks/sql/coverage.py --dump MB     memory and CPU on a dump made for it

A statement is *typed* when it becomes a table, a query's access or lineage, *inspected* when only
`ControlFact`s come of it, *passed* when it is known to say nothing of rows, *skipped* when it is told
as unread.
"""

from __future__ import annotations

import argparse
import logging
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import sqlglot
from sqlglot.errors import SqlglotError

from data_etiquette.app.dialects import NO_RULES, chosen_dialects
from data_etiquette.flow.sql.dialects import ProjectDialects
from data_etiquette.frontends.read import read_file
from data_etiquette.frontends.sql.lexer import Lexer
from data_etiquette.frontends.sql.position import Source
from data_etiquette.frontends.sql.split import Splitter
from data_etiquette.model.location import Skipped

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
MAX_BYTES = 1_000_000


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--dump", type=int, default=0)
    parser.add_argument("--reasons", action="store_true")
    options = parser.parse_args()
    if options.dump:
        measure_dump(options.dump)
        return
    counts: dict[str, Counter[str]] = {}
    reasons: list[tuple[str, str, str]] | None = [] if options.reasons else None
    for folder in options.folders:
        for project in sorted(place for place in folder.iterdir() if place.is_dir()):
            read_project(project, counts, reasons)
    show(counts)
    for reason, dialect, place in sorted(reasons or ()):
        print(f"{dialect:12} {reason}: {place}")


def read_project(
    project: Path,
    counts: dict[str, Counter[str]],
    reasons: list[tuple[str, str, str]] | None,
) -> None:
    """Choose the dialects of all files, then read each."""
    paths = [
        path
        for path in sorted(project.rglob("*.sql"))
        if path.is_file() and path.stat().st_size < MAX_BYTES
    ]
    files = [(p.relative_to(project).as_posix(), p, p.read_bytes()) for p in paths]
    start = time.process_time()
    chosen = chosen_dialects(files, ProjectDialects(()), NO_RULES)
    spent = time.process_time() - start
    for name, path, _ in files:
        skipped = read(path, name, chosen[name].name, counts)
        if reasons is not None:
            told = chosen[name].name or "(vote)"
            places = [(item.reason, f"{project.name}/{name}:{item.line}") for item in skipped]
            reasons += [(reason, told, place) for reason, place in places]
    for name in chosen:
        count = counts[chosen[name].name or "(vote)"]
        count["own us"] += round(1_000_000 * spent / len(chosen))


def read(
    path: Path, name: str, dialect: str, counts: dict[str, Counter[str]]
) -> tuple[Skipped, ...]:
    """Read one file both ways; what was skipped."""
    text = path.read_text(encoding="utf-8", errors="replace")
    count = counts.setdefault(dialect or "(vote)", Counter())
    statements = [
        text[item.start : item.end]
        for item in Splitter(Source(text), Lexer(text, dialect)).statements()
    ]
    start = time.process_time()
    facts = read_file(name, text.encode(), dialect)
    count["own us"] += round(1_000_000 * (time.process_time() - start))
    start = time.process_time()
    for statement in statements:
        try:
            sqlglot.parse(statement, read=dialect or None)
        except (SqlglotError, RecursionError):
            count["parser fails"] += 1
    count["bare us"] += round(1_000_000 * (time.process_time() - start))
    typed = {fact.line for fact in (*facts.tables, *facts.statements)}
    inspected = {fact.line for fact in facts.controls} - typed
    skipped = {fact.line for fact in facts.skipped}
    count["files"] += 1
    count["statements"] += len(statements)
    count["typed"] += len(typed)
    count["inspected"] += len(inspected)
    count["skipped"] += len(skipped)
    return facts.skipped


def show(counts: dict[str, Counter[str]]) -> None:
    """One row a dialect."""
    columns = ["files", "statements", "typed", "inspected", "skipped", "parser fails"]
    print(f"{'dialect':12}" + "".join(f"{name:>13}" for name in [*columns, "passed", "CPU ratio"]))
    whole: Counter[str] = Counter()
    for dialect, count in sorted(counts.items()):
        whole.update(count)
        print(f"{dialect:12}" + row(count, columns))
    print(f"{'all':12}" + row(whole, columns))


def row(count: Counter[str], columns: list[str]) -> str:
    """The figures of one row."""
    passed = count["statements"] - count["typed"] - count["inspected"] - count["skipped"]
    ratio = count["own us"] / max(1, count["bare us"])
    return "".join(f"{count[name]:13}" for name in columns) + f"{max(0, passed):13}{ratio:13.2f}"


def measure_dump(megabytes: int) -> None:
    """Memory and CPU on rows between two tables."""
    row = "(%d,'someone%d@example.com','It''s a note; -- with /* things, long enough to matter'),"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump.sql"
        with path.open("w") as handle:
            handle.write("CREATE TABLE first (email text);\n")
            while handle.tell() < megabytes * 500_000:
                rows = "".join(row % (n, n) for n in range(2000))
                handle.write(f"INSERT INTO first VALUES {rows[:-1]};\n")
            handle.write("COPY people (id, name) FROM stdin;\n")
            while handle.tell() < megabytes * 1_000_000:
                handle.write("12345\tname with ; and ' quotes\n" * 1000)
            handle.write("\\.\nCREATE TABLE last (phone text);\n")
        start = time.process_time()
        facts = read_file("dump.sql", path.read_bytes())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    names = [table.name for table in facts.tables]
    print(f"{megabytes} MB: {time.process_time() - start:.1f} s CPU, {peak:.0f} MB, tables {names}")


if __name__ == "__main__":
    sys.exit(main())
