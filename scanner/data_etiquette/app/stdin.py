"""One file from standard input, as if it stood at the path that is named: for editors."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pathspec

from data_etiquette.app.discover import MAX_BYTES
from data_etiquette.app.scan import ScanOutcome, ScanRequest, scan
from data_etiquette.frontends.read import language_of
from data_etiquette.model.error import ReadError, UsageError


def scan_text(request: ScanRequest, name: str, data: bytes) -> ScanOutcome:
    """Scan one text under a name below the working folder; configuration and all else are its.

    Raises:
        UsageError: the name is none below the working folder, or of no language that is read.
    """
    path = PurePosixPath(Path(name).as_posix())
    if path.is_absolute() and Path(name).is_relative_to(Path.cwd()):
        path = PurePosixPath(Path(name).relative_to(Path.cwd()).as_posix())
    if path.is_absolute() or ".." in path.parts:
        raise UsageError(f"{name} is not below the working folder", hint="run it from the top")
    if not language_of(str(path)):
        raise UsageError(f"{name} is of no kind that is read", hint="its ending says the language")
    if pathspec.GitIgnoreSpec.from_lines(request.exclude).match_file(str(path)):
        outcome = scan(replace(request, paths=(Path(),), only=()))
        return replace(outcome, notes=(f"{path} is excluded",))
    with tempfile.TemporaryDirectory(prefix="etiquette-") as folder:
        place = Path(folder) / f"text{path.suffix}"
        place.write_bytes(data)
        return scan(replace(request, paths=(Path(),), only=((str(path), place),)))


def read_stdin() -> bytes:
    """All of standard input.

    Raises:
        ReadError: it is closed, or larger than any file that is read.
    """
    if sys.stdin is None:
        raise ReadError("is closed", where="standard input")
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ReadError(f"larger than {MAX_BYTES // 1000} kB", where="standard input")
    return data
