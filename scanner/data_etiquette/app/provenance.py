"""What was scanned: project, commit and the hash of every input beside the code.

Git's own files are read, and git is not run: a repository's configuration can name programs.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pathspec

from data_etiquette.app.clock import stated_time
from data_etiquette.app.discover import shown
from data_etiquette.app.worktree import worktree_of
from data_etiquette.model.report import Input, Provenance, Worktree

_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_REFERENCE = re.compile(r"ref: (?P<name>refs/[^\s\0]+)")
_ORIGIN = re.compile(
    r"""^\[remote "origin"\]\s*\n(?:\s+(?!url\b)[^\n\[]*\n)*\s+url\s*=\s*(?P<url>[^\n]+)""",
    re.MULTILINE,
)
_REMOTE = re.compile(
    r"(?:(?:https?|ssh|git)://)?(?:[^@/\s]+@)?(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?::\d+(?=/))?"
    r"(?::(?!//)|/)(?P<path>[A-Za-z0-9._~/-]+)"
)
"""A remote on a host; what stands before its `@` is left out."""
_MAX_BYTES = 64_000_000
_SHA256 = 64
"""Letters of a commit where a repository's hashes are SHA-256."""


def provenance_of(
    root: Path,
    *,
    declaration: Path | None = None,
    configuration: Path | None = None,
    baseline: Path | None = None,
    files: Iterable[tuple[str, Path]] = (),
) -> Provenance:
    """Of a scan of this folder with these files."""
    named = (
        ("baseline", baseline),
        ("configuration", configuration),
        ("declaration", declaration),
    )
    return Provenance(
        project=shown(Path(root.resolve().name)),
        commit=commit_of(root),
        date=stated_time(),
        repository=repository_of(root),
        inputs=tuple(
            Input(kind, _relative(place, root), digest)
            for kind, place in named
            if place is not None and (digest := digest_of(place))
        ),
        worktree=_worktree(root, files),
    )


def digest_of(place: Path) -> str:
    """SHA-256 of a file's bytes; empty when it can't be read."""
    try:
        if place.stat().st_size > _MAX_BYTES:
            return ""
        return hashlib.sha256(place.read_bytes()).hexdigest()
    except OSError:
        return ""


def commit_of(root: Path) -> str:
    """The commit that is checked out in the repository around a folder; empty if there is none."""
    folder = _git_folder(root)
    return _head(folder) if folder is not None else ""


def _worktree(root: Path, files: Iterable[tuple[str, Path]]) -> Worktree | None:
    """Whether the files are as the commit has them; nothing outside of a repository."""
    known = list(files)
    folder, commit = _git_folder(root), commit_of(root)
    here = root.resolve()
    tops = (place for place in (here, *here.parents) if (place / ".git").exists())
    if not known or folder is None or not commit:
        return None
    return worktree_of(folder, next(tops), known, is_sha256=len(commit) == _SHA256)


def repository_of(root: Path) -> str:
    """Web address of the repository's `origin`, without names and passwords; empty if none."""
    folder = _git_folder(root)
    if folder is None:
        return ""
    config = _read(_common(folder) / "config")
    section = _ORIGIN.search(config)
    return web_address(section["url"]) if section is not None else ""


def web_address(url: str) -> str:
    """`git@example.org:shop/web.git` as `https://example.org/shop/web`; empty for a folder."""
    match = _REMOTE.fullmatch(url.strip().strip('"'))
    if match is None:
        return ""
    path = match["path"].strip("/").removesuffix(".git")
    return f"https://{match['host'].lower()}/{path}" if path else ""


def _git_folder(root: Path) -> Path | None:
    here = root.resolve()
    for folder in (here, *here.parents):
        place = folder / ".git"
        if _is_ignored(here, folder):
            return None  # the repository around it knows nothing of it
        if place.is_dir():
            return place
        if place.is_file():
            return folder / _read(place).removeprefix("gitdir:").strip()
    return None


def _is_ignored(root: Path, folder: Path) -> bool:
    lines = _read(folder / ".gitignore").splitlines()
    try:
        spec = pathspec.GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return False
    return root != folder and spec.match_file(f"{root.relative_to(folder).as_posix()}/")


def _common(folder: Path) -> Path:
    """Where a repository's own files are, which its work trees share."""
    return folder / (_read(folder / "commondir").strip() or ".")


def _head(folder: Path) -> str:
    head = _read(folder / "HEAD").strip()
    if _COMMIT.fullmatch(head):
        return head
    match = _REFERENCE.fullmatch(head)
    if match is None or ".." in match["name"]:
        return ""
    return next(filter(None, _pointed_to(folder, _common(folder), match["name"])), "")


def _pointed_to(folder: Path, common: Path, name: str) -> Iterator[str]:
    for place in (folder / name, common / name):
        commit = _read(place).strip()
        yield commit if _COMMIT.fullmatch(commit) else ""
    for line in _read(common / "packed-refs").splitlines():
        commit, _, reference = line.partition(" ")
        if reference == name and _COMMIT.fullmatch(commit):
            yield commit


def _read(place: Path) -> str:
    try:
        if place.stat().st_size > _MAX_BYTES:
            return ""
        return place.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _relative(place: Path, root: Path) -> str:
    """As seen from the root, so that no folder above it is named."""
    return shown(Path(os.path.relpath(place.resolve(), root.resolve())))
