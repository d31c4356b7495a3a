"""What of the files read is not in the commit: told from git's index, and git is not run.

Git would run what a repository's configuration names (filters, a file monitor). The index says for
each file what was staged: its size, its time and the hash of its content. Where a filter or a
setting of line ends makes the file on the disk another than the one in the repository, size and
time tell that it is as git wrote it.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from data_etiquette.model.report import Worktree

_HEAD = struct.Struct(">4sII")
_ENTRY = struct.Struct(">IIIIIIIIII")
_EXTENDED = 0x4000
_STAGE = 0x3000
_VERSIONS = (2, 3, 4)
_MAX_BYTES = 256_000_000
_TREE = b"TREE"
_LINK = b"link"
"""The index holds only a part; the rest is in a file beside it."""


class _UnreadableError(ValueError):
    """The index is none, or of a kind that is not read."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file as it was staged."""

    digest: bytes
    size: int
    modified: tuple[int, int]
    """Seconds and nanoseconds."""


def worktree_of(
    git_folder: Path, top: Path, files: Iterable[tuple[str, Path]], *, is_sha256: bool = False
) -> Worktree | None:
    """How the files on the disk differ from the index, and the index from its commit.

    Args:
        git_folder: the repository's own folder, or that of a work tree of it.
        top: the folder that the index's paths start from.
        files: (name in the report, place on the disk).
        is_sha256: whether the repository's hashes are SHA-256.

    Returns:
        Nothing where the index cannot be read.
    """
    place = git_folder / "index"
    try:
        if place.stat().st_size > _MAX_BYTES:
            return None
        content = place.read_bytes()
        written = place.stat().st_mtime_ns
        entries, is_changed = _read(content, 32 if is_sha256 else 20)
    except (OSError, ValueError, struct.error, IndexError):
        return None
    base = os.path.realpath(top)
    differing, untracked = [], []
    for name, file in files:
        entry = entries.get(_below(file, base))
        if entry is None:
            untracked.append(name)
        elif not _is_same(file, entry, written, is_sha256=is_sha256):
            differing.append(name)
    return Worktree(tuple(sorted(differing)), tuple(sorted(untracked)), is_changed)


def _below(file: Path, base: str) -> bytes:
    return os.fsencode(os.path.relpath(os.path.realpath(file), base))


def _is_same(file: Path, entry: _Entry, written: int, *, is_sha256: bool) -> bool:
    try:
        told = file.stat()
        seconds, rest = divmod(told.st_mtime_ns, 1_000_000_000)
        # As git does: a file of the index's own second may have been written after it.
        is_older = told.st_mtime_ns < written
        if is_older and (seconds, rest) == entry.modified and told.st_size == entry.size:
            return True
        content = file.read_bytes()
    except OSError:
        return False
    plain = content.replace(b"\r\n", b"\n")
    return entry.digest in {_blob(content, is_sha256), _blob(plain, is_sha256)}


def _blob(content: bytes, is_sha256: bool) -> bytes:
    whole = b"blob %d\0" % len(content) + content
    if is_sha256:
        return hashlib.sha256(whole).digest()
    return hashlib.sha1(whole, usedforsecurity=False).digest()


def _read(content: bytes, width: int) -> tuple[Mapping[bytes, _Entry], bool]:
    """Entries by path, and whether anything was staged since the commit's tree was noted."""
    sign, version, number = _HEAD.unpack_from(content)
    if sign != b"DIRC" or version not in _VERSIONS:
        raise _UnreadableError
    entries: dict[bytes, _Entry] = {}
    at, path = _HEAD.size, b""
    for _ in range(number):
        entry, path, at = _entry(content, at, path, version, width)
        entries[path] = entry
    return entries, _is_changed(content[at:-width])


def _entry(
    content: bytes, at: int, before: bytes, version: int, width: int
) -> tuple[_Entry, bytes, int]:
    values = _ENTRY.unpack_from(content, at)
    start = at + _ENTRY.size
    digest = content[start : start + width]
    (flags,) = struct.unpack_from(">H", content, start + width)
    if flags & _STAGE:
        raise _UnreadableError  # a merge that is not finished
    name = start + width + (4 if flags & _EXTENDED else 2)
    entry = _Entry(digest, values[9], (values[2], values[3]))
    if version == 4:
        strip, name = _number(content, name)
        end = content.index(b"\0", name)
        return entry, before[: len(before) - strip] + content[name:end], end + 1
    end = content.index(b"\0", name)
    return entry, content[name:end], at + (end - at + 8) // 8 * 8


def _number(content: bytes, at: int) -> tuple[int, int]:
    """A number of variable width, and where it ends."""
    byte = content[at]
    value = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = content[at]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, at + 1


def _is_changed(content: bytes) -> bool:
    """Whether the tree that the index stands for was set aside: something was staged since."""
    for sign, body in _extensions(content):
        if sign == _LINK:
            raise _UnreadableError
        if sign == _TREE:
            return body.startswith(b"\0-1 ")
    return True


def _extensions(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        sign, size = struct.unpack_from(">4sI", content, at)
        yield sign, content[at + 8 : at + 8 + size]
        at += 8 + size
