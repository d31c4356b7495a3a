"""The map stage: every file to facts, on any executor, through the cache."""

from __future__ import annotations

import hashlib
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

from data_etiquette.app.cache import FactsCache, decode, encode
from data_etiquette.frontends.read import language_of, read_file
from data_etiquette.model.facts import Facts
from data_etiquette.model.location import Skipped

Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""

_BATCH_BYTES = 400_000
_POOL_FROM = 1_500_000
"""Bytes of uncached source from which starting a pool of processes pays."""
_RECURSION = 5000

_Item = tuple[str, bytes]


def read_files(
    files: Sequence[tuple[str, Path]],
    cache: FactsCache,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Facts]:
    """Facts of all files, sorted by path; an unreadable file gives facts that say so.

    Args:
        files: (relative path, place on disk).
        cache: where facts are looked up and kept.
        jobs: processes to use when no executor is given.
        executor: any executor; whoever made it shuts it down.
        progress: told how far the work is.
    """
    found: list[Facts] = []
    todo: list[_Item] = []
    keys: dict[str, str] = {}
    for path, place in files:
        try:
            data = place.read_bytes()
        except OSError as error:
            found.append(_unreadable(path, f"unreadable: {error.strerror}"))
            continue
        keys[path] = cache.key(path, data)
        cached = cache.get(keys[path])
        if cached is not None:
            found.append(cached)
        else:
            todo.append((path, data))
    done = len(found)
    for encoded_facts in _mapped(todo, jobs, executor):
        for encoded in encoded_facts:
            facts = decode(encoded)
            cache.put(keys[facts.path], encoded)
            found.append(facts)
        done += len(encoded_facts)
        if progress is not None:
            progress(done, len(files))
    return sorted(found, key=lambda facts: facts.path)


def _mapped(todo: list[_Item], jobs: int, executor: Executor | None) -> Iterator[list[bytes]]:
    batches = _batches(todo)
    if executor is not None:
        yield from executor.map(read_batch, batches)
    elif jobs > 1 and sum(len(data) for _, data in todo) > _POOL_FROM:
        with ProcessPoolExecutor(jobs) as pool:
            yield from pool.map(read_batch, batches)
    else:
        yield from map(read_batch, batches)


def _batches(todo: list[_Item]) -> list[list[_Item]]:
    """Batches of about equal size; large files first, so that no process ends late alone."""
    batches: list[list[_Item]] = []
    size = _BATCH_BYTES
    for path, data in sorted(todo, key=lambda item: (-len(item[1]), item[0])):
        if size + len(data) > _BATCH_BYTES:
            batches.append([])
            size = 0
        batches[-1].append((path, data))
        size += len(data)
    return batches


def read_batch(batch: list[_Item]) -> list[bytes]:
    """Encoded facts of several files; runs in a worker process."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION))
    return [encode(_read(path, data)) for path, data in batch]


def _read(path: str, data: bytes) -> Facts:
    try:
        return read_file(path, data)
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
