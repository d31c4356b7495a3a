"""Which files are one schema over time, in which order they are applied, and which never are.

Conventions of Flyway, golang-migrate, dbmate, goose, sqitch, Diesel, Liquibase, Alembic and of
plain numbered folders; what marks a way back inside a file is the frontend's business.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence

from data_etiquette.model.facts import Facts

_FOLDERS = frozenset(
    {"migrations", "migration", "migrate", "versions", "delta", "deltas", "changelog", "changelogs"}
    | {"deploy", "patches", "upgrade", "upgrades", "updates", "changesets", "alembic", "revisions"}
)
_BACK = re.compile(
    r"(^|/)(revert|verify|rollback|rollbacks|down|undo|downgrade|downgrades)/"
    r"|[._-](down|rollback|undo|revert)(\.\w+)?\.(sql|ddl)$|(^|/)(down|rollback|undo)\.sql$"
    r"|(^|/)U\d[\d._]*__[^/]*\.sql$",
    re.IGNORECASE,
)
_FLYWAY = re.compile(r"(^|/)(?P<kind>[VBR])(?P<version>[\d._]*)__[^/]*\.sql$")
_NUMBERED = re.compile(r"^v?\d+([._-]\d+)*([._-]|$)", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+|\D+")


def is_applied(path: str) -> bool:
    """Whether a file is a way forward: down, revert, verify and undo scripts are not applied."""
    return _BACK.search(path) is None


def schema_of(path: str) -> str:
    """The folder whose files are one schema; folders of single versions belong to their parent."""
    folders = path.split("/")[:-1]
    while folders and _NUMBERED.match(folders[-1]):
        folders.pop()
    return "/".join(folders)


def is_migration(path: str) -> bool:
    """Whether a file changes what files before it made."""
    *folders, name = path.lower().split("/")
    if _FLYWAY.search(path) or ".up." in name:
        return True
    if any(_NUMBERED.match(folder) for folder in folders[-1:]):
        return True
    return bool(_FOLDERS.intersection(folders)) or _NUMBERED.match(name) is not None


def ordered(files: Iterable[Facts]) -> list[Facts]:
    """The files that are applied, schemas after one another, base scripts before migrations."""
    applied = [facts for facts in files if is_applied(facts.path)]
    depths = _revisions(applied)
    listed = listed_order(applied)
    return sorted(applied, key=lambda facts: _key(facts, depths, listed))


Listed = dict[str, tuple[str, int]]
"""Path of a file to (the folder of the list that names it, its place in that)."""


def listed_order(files: Sequence[Facts]) -> Listed:
    """Places of files that a changelog or a plan names, through the lists that it includes."""
    lists = {facts.path: facts.order for facts in files if facts.order}
    if not lists:
        return {}
    paths = sorted(facts.path for facts in files)
    named = {
        path: [found for entry in order for found in _named(entry, path, paths)]
        for path, order in sorted(lists.items())
    }
    included = {path for found in named.values() for path in found}
    places: Listed = {}
    # Masters first: what only a circle of lists names still gets a place.
    for top in sorted(named, key=lambda path: (path in included, path)):
        if top not in places:
            _place(top, schema_of(top), named, places)
    return places


def _place(top: str, folder: str, named: dict[str, list[str]], places: Listed) -> None:
    todo = [top]
    while todo:
        path = todo.pop()
        if path not in places:
            places[path] = (folder, len(places))
            todo += reversed(named.get(path, []))


def _named(entry: str, by: str, paths: Sequence[str]) -> list[str]:
    """The files that an entry means: beside the list, else below any folder above it."""
    folder = by.rpartition("/")[0]
    for base in (folder, ""):
        wanted = posixpath.normpath(posixpath.join(base, entry))
        if entry.endswith("/"):
            found = [path for path in paths if path.startswith(f"{wanted}/") and path != by]
        else:
            found = [path for path in paths if path == wanted]
        if found:
            return sorted(found, key=_natural)
    # A name on the class path: `db/changelog/a.sql` stands in `src/main/resources/db/changelog`.
    ending = f"/{entry.rstrip('/')}"
    if entry.endswith("/"):
        return sorted((path for path in paths if f"{ending}/" in f"/{path}"), key=_natural)
    return [path for path in paths if path.endswith(ending)][:1]


Key = tuple[bool, str, int, tuple[tuple[int, int, str], ...]]


def _key(facts: Facts, depths: dict[str, int], listed: Listed) -> Key:
    path = facts.path
    if path in listed:
        folder, place = listed[path]
        return True, folder, place, ()
    flyway = _FLYWAY.search(path)
    if flyway is not None:
        rank = {"B": 0, "V": 1, "R": 2}[flyway["kind"]]
        version = re.sub(r"[_.]+", ".", flyway["version"]).strip(".")
        return True, schema_of(path), rank, (*_natural(version), *_natural(path))
    rank = depths.get(path, 0)
    return is_migration(path), schema_of(path), rank, _natural(path)


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """`2_b` before `10_a`."""
    return tuple(
        (0, int(part), "") if part.isdecimal() and part.isascii() else (1, 0, part)
        for part in _NUMBERS.findall(text)
    )


def _revisions(files: Sequence[Facts]) -> dict[str, int]:
    """How many Alembic revisions stand before each."""
    before: dict[str, str] = {}
    paths: dict[str, str] = {}
    for facts in files:
        values = {name: text.strip("'\"") for name, text in facts.assigned}
        if "down_revision" in values and values.get("revision"):
            before[values["revision"]] = values["down_revision"]
            paths[values["revision"]] = facts.path
    return {path: _depth(revision, before) for revision, path in paths.items()}


def _depth(revision: str, before: dict[str, str]) -> int:
    depth, seen = 1, {revision}
    while (revision := before.get(revision, "")) in before and revision not in seen:
        seen.add(revision)
        depth += 1
    return depth
