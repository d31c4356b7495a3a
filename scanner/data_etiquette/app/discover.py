"""Which files a scan reads: `.gitignore`, excludes that always win, size limits, no loops."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pathspec

from data_etiquette.frontends.read import language_of
from data_etiquette.model.error import UsageError
from data_etiquette.model.location import Skipped

MAX_BYTES = 2_000_000
"""Size of the largest Python, template or SQL file that is read whole."""

_NEVER = frozenset(
    {".git", ".hg", ".svn", ".tox", ".nox", ".venv", "venv", "env", "__pycache__", "node_modules"}
    | {"site-packages", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".eggs", "bower_components"}
)
_VENDORED = frozenset(
    {"vendor", "vendored", "_vendor", "third_party", "thirdparty", "extern", "external"}
)
_TEST_FOLDERS = frozenset({"tests", "test", "testing", "testdata", "test_data", "e2e"})


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user asks to read."""

    paths: tuple[Path, ...]
    exclude: tuple[str, ...] = ()
    """Patterns in the language of .gitignore; they win even over named files."""
    include_tests: bool = False


@dataclass(slots=True)
class Found:
    """The files of a scan."""

    root: Path
    files: list[tuple[str, Path]] = field(default_factory=list)
    """(path relative to the root, POSIX; place on disk), sorted."""
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Sentences for the terminal: named files that an exclude keeps out."""


def discover(selection: Selection) -> Found:
    """Find all files to read.

    Raises:
        UsageError: a named path does not exist.
    """
    missing = [str(path) for path in selection.paths if not path.exists()]
    if missing:
        raise UsageError(
            f"no such file or folder: {', '.join(missing)}", hint="check the paths given to scan"
        )
    root = _root(selection.paths)
    found = Found(root)
    walker = _Walker(root, selection, found)
    for path in selection.paths:
        if path.is_dir():
            walker.folder(path.resolve())
        else:
            walker.named(path.resolve())
    found.files = sorted(set(found.files))
    found.skipped.sort()
    return found


def _root(paths: tuple[Path, ...]) -> Path:
    """The folder that report paths are relative to: the one named, or the common parent."""
    resolved = [path.resolve() for path in paths]
    if len(resolved) == 1:
        return resolved[0] if resolved[0].is_dir() else resolved[0].parent
    common = Path(os.path.commonpath(resolved))
    return common if common.is_dir() else common.parent


class _Walker:
    def __init__(self, root: Path, selection: Selection, found: Found) -> None:
        self._root = root
        self._found = found
        self._include_tests = selection.include_tests
        self._exclude = pathspec.GitIgnoreSpec.from_lines(selection.exclude)
        self._ignores: dict[Path, pathspec.GitIgnoreSpec | None] = {}
        self._visited: set[tuple[int, int]] = set()

    def folder(self, top: Path) -> None:
        """Everything below a folder; links that lead back to a visited folder are not followed."""
        for place in self._walk(top):
            relative = place.relative_to(self._root).as_posix()
            if language_of(relative) and not self._is_left_out(place, relative):
                self._take(relative, place)

    def named(self, place: Path) -> None:
        """A file named by the user: excludes win, the usual leaving-out of tests does not."""
        relative = place.relative_to(self._root).as_posix()
        if self._exclude.match_file(relative):
            self._found.notes.append(f"{relative} is left out by an exclude pattern")
        elif not language_of(relative):
            self._found.skipped.append(Skipped(relative, 0, "no reader for this kind of file"))
        else:
            self._take(relative, place)

    def _take(self, relative: str, place: Path) -> None:
        try:
            size = place.stat().st_size
        except OSError as error:
            self._found.skipped.append(Skipped(relative, 0, f"unreadable: {error.strerror}"))
            return
        limit = 50 * MAX_BYTES if language_of(relative) == "sql" else MAX_BYTES
        if size > limit:
            reason = f"larger than the limit of {limit // 1_000_000} MB"
            self._found.skipped.append(Skipped(relative, 0, reason))
            return
        self._found.files.append((relative, place))

    def _walk(self, folder: Path) -> Iterator[Path]:
        try:
            status = folder.stat()
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            relative = folder.relative_to(self._root).as_posix()
            self._found.skipped.append(Skipped(relative, 0, f"unreadable folder: {error.strerror}"))
            return
        if (status.st_dev, status.st_ino) in self._visited:
            return
        self._visited.add((status.st_dev, status.st_ino))
        for entry in entries:
            place = Path(entry.path)
            if self._is_folder(entry):
                if not self._is_pruned(place, entry.name):
                    yield from self._walk(place)
            elif entry.is_file() or entry.is_symlink():
                yield place

    def _is_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir()
        except OSError:
            return False

    def _is_pruned(self, place: Path, name: str) -> bool:
        if name in _NEVER or name in _VENDORED or name.endswith((".egg-info", ".dist-info")):
            return True
        if (place / "pyvenv.cfg").exists():
            return True
        if not self._include_tests and name in _TEST_FOLDERS:
            return True
        relative = place.relative_to(self._root).as_posix() + "/"
        return self._exclude.match_file(relative) or self._is_ignored(place, is_folder=True)

    def _is_left_out(self, place: Path, relative: str) -> bool:
        if self._exclude.match_file(relative):
            return True
        if not self._include_tests and _is_test_file(place.name):
            return True
        return self._is_ignored(place, is_folder=False)

    def _is_ignored(self, place: Path, *, is_folder: bool) -> bool:
        """Whether a .gitignore between the root and the place says so; the nearest one decides."""
        folder = place.parent
        while True:
            spec = self._ignore_file(folder)
            if spec is not None:
                relative = place.relative_to(folder).as_posix() + ("/" if is_folder else "")
                outcome = spec.check_file(relative).include
                if outcome is not None:
                    return outcome
            if folder == self._root or self._root not in folder.parents:
                return False
            folder = folder.parent

    def _ignore_file(self, folder: Path) -> pathspec.GitIgnoreSpec | None:
        if folder not in self._ignores:
            place = folder / ".gitignore"
            try:
                lines = place.read_text(encoding="utf-8", errors="replace").splitlines()
            except OSError:
                self._ignores[folder] = None
            else:
                self._ignores[folder] = pathspec.GitIgnoreSpec.from_lines(lines)
        return self._ignores[folder]


def _is_test_file(name: str) -> bool:
    return (
        name.startswith("test_")
        or name.endswith(("_test.py", "_tests.py"))
        or name
        in (
            "conftest.py",
            "tests.py",
        )
    )
