"""The rule files on disk: found by one walk, told apart without reading them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from data_etiquette.model.error import RuleError

_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A YAML file below a rule folder."""

    path: str
    """Relative to its rule folder, POSIX."""
    place: str
    """Where it lies on this machine."""
    shown: str
    """How mistakes name it: `path`, or for the user's own files what leads to them."""
    size: int
    changed: int
    """Time of the last change, in nanoseconds."""

    @property
    def kind(self) -> str:
        """The folder directly below the rule folder: `data`, `checks`, …."""
        return self.path.split("/", 1)[0]


def find_files(rules_folder: Path, extra: Sequence[Path] = ()) -> list[RuleFile]:
    """All rule files, sorted; the program's own first. Files beside the folders do not count."""
    for folder in extra:
        if not folder.is_dir():
            raise RuleError("the rule folder does not exist", where=str(folder))
    found = _walk(str(rules_folder), "", "") if rules_folder.is_dir() else []
    for folder in extra:
        found += _walk(str(folder), "", folder.as_posix() + "/")
    return found


def _walk(place: str, path: str, lead: str) -> list[RuleFile]:
    found: list[RuleFile] = []
    with os.scandir(place) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        below = f"{path}/{entry.name}" if path else entry.name
        if entry.is_dir(follow_symlinks=False):
            found += _walk(entry.path, below, lead)
        elif path and entry.name.endswith(_ENDINGS):
            status = entry.stat()
            size, changed = status.st_size, status.st_mtime_ns
            found.append(RuleFile(below, entry.path, lead + below, size, changed))
    return found


def state_of(files: Iterable[RuleFile]) -> str:
    """Names the state of the files by place, size and time."""
    lines = "\n".join(f"{file.place}\0{file.size}\0{file.changed}" for file in files)
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()


def digest_of(contents: Iterable[tuple[RuleFile, bytes]]) -> str:
    """Names the rule set by what the files say: the same on every machine."""
    digest = hashlib.sha256()
    for file, content in contents:
        digest.update(file.path.encode("utf-8", "surrogateescape"))
        digest.update(b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()
