"""Facts on disk by the content they were read from. Private to the user; a loss costs only time."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec
import platformdirs

from data_etiquette import __version__
from data_etiquette.flow.tracing.kept import Kept
from data_etiquette.model.declaration import ClassifyOverride
from data_etiquette.model.facts import Facts
from data_etiquette.model.graph import Graph
from data_etiquette.model.location import Skipped

_READERS = ("frontends", "model")
"""The packages that decide what facts look like and what is in them."""
_LINKERS = ("catalog", "flow", *_READERS)
"""Those that decide what a graph is."""
MAX_GRAPHS = 12
"""Graphs that are kept: one is some megabytes large."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Facts)
_graph_decoder = msgspec.msgpack.Decoder(Graph)
_kept_decoder = msgspec.msgpack.Decoder(Kept)


def cache_folder() -> Path:
    """The user's cache folder of this tool; `ETIQUETTE_CACHE_DIR` overrides it."""
    named = os.environ.get("ETIQUETTE_CACHE_DIR")
    return Path(named) if named else Path(platformdirs.user_cache_dir("etiquette"))


@functools.cache
def engine_version(packages: tuple[str, ...] = _READERS) -> str:
    """What facts depend on beside the file itself: the version and the readers' own files.

    Sizes and times of change stand for their content, so that whoever works on a reader never
    meets facts of its older self; it costs a millisecond.
    """
    top = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for package in packages:
        for place in sorted((top / package).rglob("*.py")):
            with contextlib.suppress(OSError):
                status = place.stat()
                digest.update(f"{place.name} {status.st_size} {status.st_mtime_ns};".encode())
    return f"{__version__}-{digest.hexdigest()[:16]}"


class FactsCache:
    """Facts of files already read. Every trouble with the disk means `not cached`."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / "facts" / engine_version() if folder is not None else None
        if self._folder is not None:
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder_top = folder if folder is not None else self._folder
                folder_top.chmod(0o700)
            except OSError:
                self._folder = None

    def key(self, path: str, data: bytes, dialect: str = "") -> str:
        """Name of a file's entry: its path, its bytes and the dialect told decide its facts."""
        return self.key_of(path, hashlib.sha256(data).hexdigest(), dialect)

    def key_of(self, path: str, digest: str, dialect: str = "") -> str:
        """The same name by the SHA-256 of the bytes: a file's earlier bytes are known no more."""
        told = f"{path}\0{dialect}\0{digest}"
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

    def get(self, key: str) -> Facts | None:
        """Cached facts; None when there are none or the entry is damaged."""
        if self._folder is None:
            return None
        try:
            return _decoder.decode((self._folder / key[:2] / key).read_bytes())
        except (OSError, msgspec.MsgspecError, ValueError):
            return None

    def put(self, key: str, encoded: bytes) -> None:
        """Store encoded facts, atomically."""
        if self._folder is None:
            return
        place = self._folder / key[:2] / key
        with contextlib.suppress(OSError):
            place.parent.mkdir(mode=0o700, exist_ok=True)
            write_atomically(place, encoded)


class GraphCache:
    """Linked graphs of programs whose files, rules and overrides are the same as before."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / "graphs" if folder is not None else None

    def key(
        self,
        files: Iterable[tuple[str, str]],
        rules: str,
        overrides: Iterable[ClassifyOverride],
        skipped: Iterable[Skipped],
    ) -> str:
        """Name of an entry: all that linking depends on; `rules` stands for rules and settings.

        Files are told by path and digest: their facts follow from these, and need not be decoded.
        """
        digest = hashlib.sha256(f"{engine_version(_LINKERS)}\0{rules}\0".encode())
        for path, content in files:
            text = f"{path}\0{content}\0"
            digest.update(text.encode("utf-8", "surrogatepass"))
        digest.update(repr((tuple(overrides), tuple(skipped))).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def get(self, key: str) -> Graph | None:
        """The graph; None when there is none or the entry is damaged."""
        if self._folder is None:
            return None
        try:
            return _graph_decoder.decode((self._folder / key).read_bytes())
        except (OSError, msgspec.MsgspecError, ValueError):
            return None

    def put(self, key: str, graph: Graph) -> None:
        """Store a graph, atomically, and drop the oldest ones."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(self._folder / key, _encoder.encode(graph))
            _keep_newest(self._folder)


class FlowCache:
    """What files let out, as the last scan of a program found it."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / "flows" if folder is not None else None

    def get(self, program: str) -> Kept | None:
        """What the last scan of a program kept; None when there is nothing, or it is damaged."""
        if self._folder is None:
            return None
        try:
            return _kept_decoder.decode((self._folder / program).read_bytes())
        except (OSError, msgspec.MsgspecError, ValueError):
            return None

    def put(self, program: str, kept: Kept) -> None:
        """Store it in place of what was kept before, atomically, and drop the oldest programs'."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(self._folder / program, _encoder.encode(kept))
            _keep_newest(self._folder)


def _keep_newest(folder: Path) -> None:
    kept = sorted(folder.iterdir(), key=lambda place: place.stat().st_mtime)
    for place in kept[:-MAX_GRAPHS]:
        place.unlink()


def encode(facts: Facts) -> bytes:
    """Facts as bytes, for the cache and between processes."""
    return _encoder.encode(facts)


def decode(data: bytes) -> Facts:
    """The inverse of `encode`."""
    return _decoder.decode(data)


def write_atomically(place: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old or the new content, never half of it."""
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:40]}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
