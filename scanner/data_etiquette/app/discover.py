"""Which files a scan reads: `.gitignore`, excludes that always win, size limits, no loops."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pathspec

from data_etiquette.frontends.changelog import may_be_changelog
from data_etiquette.frontends.read import language_of, language_of_content
from data_etiquette.frontends.settings.form import HEAD, may_be_stack
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
_INSTALLED = 2
"""Records of installed packages in a folder that holds others' code; a wheel has one of its own."""
_TEST_FOLDERS = frozenset({"tests", "test", "testing", "testdata", "test_data", "e2e"})


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user asks to read."""

    paths: tuple[Path, ...]
    exclude: tuple[str, ...] = ()
    """Patterns in the language of .gitignore; they win even over named files."""
    include_tests: bool = False
    bases: tuple[Path, ...] = ()
    """Folders beside the root and the working one that excludes may be relative to."""


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
        UsageError: a named path does not exist, or an exclude is no pattern.
    """
    missing = [shown(path) for path in selection.paths if not _exists(path)]
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


def shown(path: Path) -> str:
    """A path as reports write it: POSIX; bytes of its name that are no UTF-8 as escapes."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _is_installed(entries: Sequence[os.DirEntry[str]]) -> bool:
    """Whether pip put packages into a folder, whatever it is called."""
    return sum(entry.name.endswith(".dist-info") for entry in entries) >= _INSTALLED


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_read(place: Path, root: Path) -> bool:
    """Whether there is a reader for a file, as its path below the root will be read.

    Few files are opened for it, and only their first bytes are read.
    """
    path = place.relative_to(root).as_posix()
    if language_of(path):
        return True
    may_be = may_be_stack(path) or may_be_changelog(path)
    if not may_be or not stat.S_ISREG(_mode(place)):
        return False
    try:
        with place.open("rb") as stream:
            return bool(language_of_content(path, stream.read(HEAD)))
    except OSError:
        return False


def _mode(place: Path) -> int:
    try:
        return place.lstat().st_mode
    except OSError:
        return 0


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
        self._tops = frozenset(path.resolve() for path in selection.paths)
        self._bases = (root, Path.cwd(), *selection.bases)
        self._exclude = _exclude_spec(selection.exclude)
        self._holding: dict[Path, tuple[tuple[Path, pathspec.GitIgnoreSpec], ...]] = {}
        self._visited: set[tuple[int, int]] = set()

    def folder(self, top: Path) -> None:
        """Everything below a folder. Links are not followed: what they lead to has its own path."""
        for place in self._walk(top):
            if _is_read(place, self._root) and not self._is_left_out(place):
                self._take(place)

    def named(self, place: Path) -> None:
        """A file named by the user: excludes win, the usual leaving-out of tests does not."""
        if self._is_excluded(place):
            self._found.notes.append(f"{self._relative(place)} is left out by an exclude pattern")
        elif not _is_read(place, self._root):
            self._skip(place, "no reader for this kind of file")
        else:
            self._take(place)

    def _relative(self, place: Path) -> str:
        return shown(place.relative_to(self._root))

    def _skip(self, place: Path, reason: str) -> None:
        self._found.skipped.append(Skipped(self._relative(place), 0, reason))

    def _take(self, place: Path) -> None:
        if place.is_symlink():
            self._skip_link(place)
            return
        try:
            status = place.stat()
        except OSError as error:
            self._skip(place, f"unreadable: {error.strerror}")
            return
        limit = 50 * MAX_BYTES if language_of(place.as_posix()) == "sql" else MAX_BYTES
        if not stat.S_ISREG(status.st_mode):
            # A pipe or a device may never end.
            self._skip(place, "not a regular file")
        elif status.st_size > limit:
            self._skip(place, f"larger than the limit of {limit // 1_000_000} MB")
        else:
            self._found.files.append((self._relative(place), place))

    def _skip_link(self, place: Path) -> None:
        """Say that a link is not followed, unless the scan comes to its target anyway."""
        target = Path(os.path.realpath(place))
        if not _exists(target):
            self._skip(place, "a link that leads nowhere")
        elif not self._tops & {target, *target.parents}:
            self._skip(place, "a link out of the scanned folders is not followed")

    def _walk(self, folder: Path) -> Iterator[Path]:
        try:
            status = folder.stat()
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._skip(folder, f"unreadable folder: {error.strerror}")
            return
        if (status.st_dev, status.st_ino) in self._visited:
            return
        self._visited.add((status.st_dev, status.st_ino))
        if folder not in self._tops and _is_installed(entries):
            return
        for entry in entries:
            place = Path(entry.path)
            if not _is_folder(entry):
                yield place
            elif not self._is_pruned(place, entry.name):
                if entry.is_symlink():
                    self._skip_link(place)
                else:
                    yield from self._walk(place)

    def _is_pruned(self, place: Path, name: str) -> bool:
        if name in _NEVER or name in _VENDORED or name.endswith((".egg-info", ".dist-info")):
            return True
        if (place / "pyvenv.cfg").exists():
            return True
        if not self._include_tests and name in _TEST_FOLDERS:
            return True
        return self._is_excluded(place, "/") or self._is_ignored(place, is_folder=True)

    def _is_excluded(self, place: Path, ending: str = "") -> bool:
        """Whether an exclude pattern fits, as seen from any of the base folders.

        Not the root alone, because the root of a single named file is only its own folder.
        """
        if not self._exclude.patterns:
            return False
        return any(
            self._exclude.match_file(place.relative_to(base).as_posix() + ending)
            for base in self._bases
            if base in place.parents
        )

    def _is_left_out(self, place: Path) -> bool:
        if self._is_excluded(place):
            return True
        if not self._include_tests and _is_test_file(place.name):
            return True
        return self._is_ignored(place, is_folder=False)

    def _is_ignored(self, place: Path, *, is_folder: bool) -> bool:
        """Whether a .gitignore between the root and the place says so; the nearest one decides."""
        for folder, spec in self._ignore_files(place.parent):
            relative = place.relative_to(folder).as_posix() + ("/" if is_folder else "")
            outcome = spec.check_file(relative).include
            if outcome is not None:
                return outcome
        return False

    def _ignore_files(self, folder: Path) -> tuple[tuple[Path, pathspec.GitIgnoreSpec], ...]:
        """The .gitignore files that hold for what lies in a folder, the nearest one first."""
        known = self._holding.get(folder)
        if known is None:
            spec = self._ignore_file(folder)
            own = ((folder, spec),) if spec is not None else ()
            is_top = folder == self._root or self._root not in folder.parents
            known = own if is_top else (*own, *self._ignore_files(folder.parent))
            self._holding[folder] = known
        return known

    def _ignore_file(self, folder: Path) -> pathspec.GitIgnoreSpec | None:
        try:
            text = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        return _ignore_spec(text.splitlines())


def _exclude_spec(patterns: Sequence[str]) -> pathspec.GitIgnoreSpec:
    try:
        return pathspec.GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise UsageError(
            f"--exclude: {error}", hint="patterns are written as in .gitignore"
        ) from error


def _ignore_spec(lines: Sequence[str]) -> pathspec.GitIgnoreSpec:
    """The patterns of a .gitignore; like git, without those that are none."""
    try:
        return pathspec.GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return pathspec.GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))


def _is_pattern(line: str) -> bool:
    try:
        pathspec.GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


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
