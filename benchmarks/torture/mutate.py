"""Files made wrong in the ways that disks, editors, merges and attackers make them wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

_Mutation = Callable[[random.Random, bytes, bytes], bytes]
_PIECES = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\x0c", b"\xe2\x80\xae", b"'''", b'"""', b"{{",
    b"%}", b"((((((((", b"]]]]", b"\\", b"lambda:", b"f'{", b"--", b"/*", b"$$", b"&a *a", b"<<: *x",
    b"0" * 5000, b"x." * 500, b"not " * 300, b"[" * 150, b"{" * 150, b"(" * 150, b"-" * 2000,
    b"# coding: utf-16\n", b"#@\n", b"\xed\xa0\x80", "é".encode("latin-1"), "\U0001f600".encode(),
)  # fmt: skip


def mutants(files: Sequence[Path], count: int, seed: int = 4711) -> Iterator[tuple[str, bytes]]:
    """(name with the original's ending, bytes) of as many wrong files as are wanted.

    The same files, count and seed give the same mutants.
    """
    chance = random.Random(seed)
    for number in range(count):
        original, other = chance.choice(files), chance.choice(files)
        data, foreign = original.read_bytes()[:60_000], other.read_bytes()[:60_000]
        for _ in range(chance.randint(1, 4)):
            data = chance.choice(MUTATIONS)(chance, data, foreign)
        yield f"{number:05}_{original.stem[:40]}{original.suffix}", data[:400_000]


def _flip(chance: random.Random, data: bytes, _: bytes) -> bytes:
    changed = bytearray(data)
    for _number in range(min(len(changed), chance.randint(1, 20))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(chance: random.Random, data: bytes, _: bytes) -> bytes:
    return data[: chance.randint(0, len(data))]


def _drop(chance: random.Random, data: bytes, _: bytes) -> bytes:
    start = chance.randint(0, len(data))
    return data[:start] + data[start + chance.randint(1, 400) :]


def _insert(chance: random.Random, data: bytes, _: bytes) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(_PIECES) + data[at:]


def _splice(chance: random.Random, data: bytes, foreign: bytes) -> bytes:
    return data[: chance.randint(0, len(data))] + foreign[chance.randint(0, len(foreign)) :]


def _repeat(chance: random.Random, data: bytes, _: bytes) -> bytes:
    start = chance.randint(0, len(data))
    return data[:start] + data[start : start + 200] * chance.randint(2, 200) + data[start:]


def _swap_lines(chance: random.Random, data: bytes, _: bytes) -> bytes:
    lines = data.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _indent(chance: random.Random, data: bytes, _: bytes) -> bytes:
    return b"\n".join(b" " * chance.randint(0, 3) + line for line in data.split(b"\n"))


def _recode(chance: random.Random, data: bytes, _: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "utf-32", "utf-8-sig", "utf-7")), "replace")


def _crlf(_chance: random.Random, data: bytes, _: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


MUTATIONS: tuple[_Mutation, ...] = (
    _flip, _cut, _drop, _insert, _insert, _insert, _splice, _repeat, _swap_lines, _indent, _recode,
    _crlf,
)  # fmt: skip
