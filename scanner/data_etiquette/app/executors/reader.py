"""What a worker of another machine runs: the same reader as here, or nothing.

Texts travel with the task, because another machine need not have the tree. What comes back are
encoded facts. Only the standard library and this package are imported here: a worker has no more.
"""

from __future__ import annotations

import functools
import hashlib
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from data_etiquette import __version__
from data_etiquette.catalog.data import data_folder

_PACKAGES = ("app/map.py", "frontends", "model")
"""What decides what facts are and how they are encoded."""


@dataclass(frozen=True, slots=True)
class Reader:
    """All that facts depend on beside the file itself, whatever machine it is on."""

    etiquette: str
    source: str
    """Of the readers' own code."""
    rules: str
    """Of the rules that come with it: no fact depends on them, but one installation is one."""
    python: str
    sqlglot: str

    def differs_from(self, other: Reader) -> str:
        """`sqlglot 27.1.0, not 28.0.0`: the first thing that differs, as the other has it."""
        for name in ("etiquette", "python", "sqlglot"):
            here, there = getattr(self, name), getattr(other, name)
            if here != there:
                return f"{name} {there}, not {here}"
        if self.source != other.source:
            return f"etiquette {other.etiquette} with other source code ({other.source})"
        if self.rules != other.rules:
            return f"etiquette {other.etiquette} with other rules ({other.rules})"
        return ""


class OtherReaderError(Exception):
    """A worker has another reader than the scan: its facts could be others."""


@dataclass(frozen=True, slots=True, repr=False)
class Parcel:
    """Work on its way to a worker. It shows nothing of its texts: a worker logs what fails."""

    reader: Reader
    """Of who sent it."""
    function: Callable[..., object]
    arguments: tuple[object, ...]

    def __repr__(self) -> str:
        return f"<{len(self.arguments)} arguments, not shown>"


@functools.cache
def this_reader() -> Reader:
    """Of this process."""
    top = Path(__file__).resolve().parent.parent.parent
    source = [place for name in _PACKAGES for place in _files(top / name, "*.py")]
    return Reader(
        etiquette=__version__,
        source=_digest(top, source),
        rules=_digest(data_folder("rules"), _files(data_folder("rules"), "*.yaml")),
        python=".".join(platform.python_version_tuple()[:2]),
        sqlglot=metadata.version("sqlglot"),
    )


def run_parcel(parcel: Parcel) -> object:
    """Do the work, in a worker.

    Raises:
        OtherReaderError: a worker that came later than the others has another reader.
    """
    told = parcel.reader.differs_from(this_reader())
    if told:
        raise OtherReaderError(told)
    return parcel.function(*parcel.arguments)


def _files(place: Path, pattern: str) -> list[Path]:
    return sorted(place.rglob(pattern)) if place.is_dir() else [place]


def _digest(top: Path, files: list[Path]) -> str:
    digest = hashlib.sha256()
    for place in files:
        data = place.read_bytes()
        digest.update(f"{place.relative_to(top).as_posix()} {len(data)};".encode())
        digest.update(data)
    return digest.hexdigest()[:12]
