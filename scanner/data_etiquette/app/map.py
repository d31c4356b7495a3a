"""The map stage: every file to facts, on any executor, through the cache."""

from __future__ import annotations

import gc
import hashlib
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from data_etiquette.app.cache import FactsCache, decode, encode
from data_etiquette.app.collector import no_collection
from data_etiquette.app.dialects import (
    NO_RULES,
    DialectRules,
    chosen_dialects,
    dialect_of_strings,
)
from data_etiquette.flow.sql.dialects import ProjectDialects
from data_etiquette.frontends.read import language_of, read_file
from data_etiquette.model.facts import Facts
from data_etiquette.model.location import Skipped

Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""

_BATCH_BYTES = 400_000
_POOL_FROM = 1_500_000
"""Bytes of uncached source from which starting a pool of processes pays."""
_RECURSION = 5000
_MUCH_LEFT = 400_000
"""Objects more than before from which it pays to look for circular garbage among them."""

_Item = tuple[str, bytes, str]
"""(path, bytes, dialect of its SQL); empty where the file itself is to tell."""


def read_files(  # noqa: PLR0913 (files, and five things that say how they are read)
    files: Sequence[tuple[str, Path]],
    cache: FactsCache,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    rules: DialectRules = NO_RULES,
) -> list[Facts]:
    """Facts of all files, sorted by path; an unreadable file gives facts that say so.

    SQL is read last: settings and imports say which dialect it is in. Files with SQL in their
    strings are read again where that is another one than they were read in.

    Args:
        files: (relative path, place on disk).
        cache: where facts are looked up and kept.
        jobs: processes to use when no executor is given.
        executor: any executor; whoever made it shuts it down.
        progress: told how far the work is.
        rules: what the configuration says of dialects.
    """
    found: list[Facts] = []
    loaded: list[Loaded] = []
    for path, place in files:
        try:
            loaded.append(Loaded(path, place, place.read_bytes()))
        except OSError as error:
            found.append(_unreadable(path, f"unreadable: {error.strerror}"))
    sql = [item for item in loaded if language_of(item.path) == "sql"]
    others = [item for item in loaded if language_of(item.path) != "sql"]
    with no_collection(), _executor(executor, jobs, loaded) as workers:
        stage = _Stage(cache, workers, progress, len(files), found)
        stage.read([(i.path, i.data, rules.dialect_of(i.path, i.place).name) for i in others])
        if sql or any(facts.has_sql for facts in found):
            project = ProjectDialects(found)
            stage.read_again(list(_retold(others, found, project, rules)))
            chosen = chosen_dialects([(i.path, i.place, i.data) for i in sql], project, rules)
            stage.read([(item.path, item.data, chosen[item.path].name) for item in sql])
    return sorted(found, key=lambda facts: facts.path)


def digests_of(files: Sequence[tuple[str, Path]]) -> tuple[tuple[str, str], ...]:
    """(path, SHA-256 of its bytes) of each file, as `Facts.digest` has it, sorted by path.

    A file that can't be read has none: what is known of it holds for this run alone.
    """
    found = []
    for path, place in files:
        try:
            found.append((path, hashlib.sha256(place.read_bytes()).hexdigest()))
        except OSError:
            found.append((path, ""))
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file's bytes."""

    path: str
    place: Path
    data: bytes


def _retold(
    others: Sequence[Loaded], found: Sequence[Facts], project: ProjectDialects, rules: DialectRules
) -> Iterator[_Item]:
    """Files with SQL in strings whose dialect is told by others than themselves."""
    by_path = {facts.path: facts for facts in found if facts.has_sql}
    for item in others:
        if item.path in by_path and not rules.dialect_of(item.path, item.place).name:
            choice = dialect_of_strings(by_path[item.path], item.place, project, rules)
            if choice.name:
                yield item.path, item.data, choice.name


@dataclass(slots=True)
class _Stage:
    """Reads files through the cache, and counts them."""

    cache: FactsCache
    workers: Executor | None
    progress: Progress | None
    total: int
    found: list[Facts]

    def read_again(self, items: Sequence[_Item]) -> None:
        """Read files that were read without what is now known of them."""
        paths = {item[0] for item in items}
        self.found[:] = [facts for facts in self.found if facts.path not in paths]
        self.read(items)

    def read(self, items: Sequence[_Item]) -> None:
        """Read files, from the cache where it has them."""
        todo: list[_Item] = []
        keys: dict[str, str] = {}
        for item in items:
            keys[item[0]] = self.cache.key(*item)
            cached = self.cache.get(keys[item[0]])
            if cached is not None:
                self.found.append(cached)
            else:
                todo.append(item)
        batches = _batches(todo)
        mapped = self.workers.map if self.workers is not None else map
        for encoded_facts in mapped(read_batch, batches):
            for encoded in encoded_facts:
                facts = decode(encoded)
                self.cache.put(keys[facts.path], encoded)
                self.found.append(facts)
            if self.progress is not None:
                self.progress(len(self.found), self.total)


def _executor(
    given: Executor | None, jobs: int, loaded: Sequence[Loaded]
) -> AbstractContextManager[Executor | None]:
    """The caller's executor, which stays open, or a pool where one pays."""
    if given is not None or jobs <= 1:
        return nullcontext(given)
    is_large = sum(len(item.data) for item in loaded) > _POOL_FROM
    return ProcessPoolExecutor(jobs, initializer=gc.disable) if is_large else nullcontext()


def _batches(todo: list[_Item]) -> list[list[_Item]]:
    """Batches of about equal size; large files first, so that no process ends late alone."""
    batches: list[list[_Item]] = []
    size = 0
    for item in sorted(todo, key=lambda item: (-len(item[1]), item[0])):
        if not batches or size + len(item[1]) > _BATCH_BYTES:
            batches.append([])
            size = 0
        batches[-1].append(item)
        size += len(item[1])
    return batches


def read_batch(batch: list[_Item]) -> list[bytes]:
    """Encoded facts of several files; runs in a worker process."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION))
    with no_collection():
        before = gc.get_count()[0]  # in the scan's own process, the facts of all other files
        encoded = [encode(_read(*item)) for item in batch]
        if (
            gc.get_count()[0] - before > _MUCH_LEFT
        ):  # trees of SQL are circular; those of Python are not
            gc.collect(0)
    return encoded


def _read(path: str, data: bytes, dialect: str = "") -> Facts:
    try:
        return read_file(path, data, dialect)
    except Exception as error:  # noqa: BLE001 (the one broad catch: a file never stops a scan)
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        return _unreadable(path, f"internal error: {type(error).__name__} at {where}", data)


def _unreadable(path: str, reason: str, data: bytes = b"") -> Facts:
    return Facts(
        path=path,
        language=language_of(path),
        lines=0,
        digest=hashlib.sha256(data).hexdigest(),
        skipped=(Skipped(path, 0, reason),),
    )
