"""The compiled catalog: one file that spares the next run all YAML."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from data_etiquette import __version__
from data_etiquette.catalog.file import RuleFile, state_of
from data_etiquette.model.catalog import Catalog

_FORMAT = 9
"""Raise it when `Catalog` changes its shape."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What the file holds."""

    key: str
    catalog: msgspec.Raw


def compiled_place(cache_folder: Path, folders: Sequence[Path]) -> Path:
    """The file for a set of rule folders; another set has its own, so that they do not compete."""
    names = "\0".join(str(folder.absolute()) for folder in folders)
    digest = hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()
    return cache_folder / f"catalog-{digest[:16]}.msgpack"


def compiled_key(files: Sequence[RuleFile]) -> str:
    """Engine version and state of the files that a compiled catalog is good for."""
    return f"{__version__}-{_FORMAT}-{state_of(files)}"


def read_compiled(place: Path, key: str) -> Catalog | None:
    """The catalog; None when there is none, it is for another state, or it is damaged."""
    try:
        found = msgspec.msgpack.decode(place.read_bytes(), type=_Compiled)
        if found.key != key:
            return None
        return msgspec.msgpack.decode(found.catalog, type=Catalog)
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
        return None


def write_compiled(place: Path, key: str, catalog: Catalog) -> None:
    """Keep the catalog for the next run; a cache that cannot be written is no error."""
    content = msgspec.msgpack.encode(_Compiled(key, msgspec.Raw(msgspec.msgpack.encode(catalog))))
    with contextlib.suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".catalog-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(temporary).replace(place)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
