"""Which files are one schema over time, in which order they are applied, and which never are.

Conventions of Flyway, golang-migrate, dbmate, goose, sqitch, Diesel, Liquibase, Alembic and of
plain numbered folders; what marks a way back inside a file is the frontend's business.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

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
_VERSION = re.compile(r"^v?\d+(?:[._]\d+)*(?:-v?\d+(?:[._]\d+)*)?$", re.IGNORECASE)
"""A folder that is called by a version, or by the two between which it leads."""
_CODE = re.compile(r"(^|/)((migrations|alembic|versions)/|migrations\.py$)")
_NUMBERS = re.compile(r"\d+|\D+")


def is_migrations_code(path: str) -> bool:
    """Whether a Python file is there to change a schema or its rows once, and erases nobody."""
    return _CODE.search(path) is not None


def is_applied(path: str) -> bool:
    """Whether a file is a way forward: down, revert, verify and undo scripts are not applied."""
    return _BACK.search(path) is None


def schema_of(path: str) -> str:
    """The folder whose files are one schema; folders of single versions belong to their parent."""
    folders = path.split("/")[:-1]
    while folders and _NUMBERED.match(folders[-1]):
        folders.pop()
    # `sql/v2-v3/dynamic` belongs to `sql`, as `sql/v2-v3` does.
    version = next((i for i, name in enumerate(folders) if _VERSION.match(name)), len(folders))
    return "/".join(folders[:version])


def is_migration(path: str) -> bool:
    """Whether a file changes what files before it made."""
    *folders, name = path.lower().split("/")
    if _FLYWAY.search(path) or ".up." in name or name == "migrations.py":
        return True
    if any(_NUMBERED.match(folder) for folder in folders[-1:]):
        return True
    if any(_VERSION.match(folder) for folder in folders):
        return True
    return bool(_FOLDERS.intersection(folders)) or _NUMBERED.match(name) is not None


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or the lines of a changelog between two of the files that it includes."""

    facts: Facts
    behind: int = 0
    """The line behind which it begins."""
    until: int = sys.maxsize
    """Its last line."""


def ordered(files: Iterable[Facts]) -> list[Facts]:
    """The files that are applied, schemas after one another, base scripts before migrations."""
    return list({part.facts.path: part.facts for part in ordered_parts(files)}.values())


def ordered_parts(files: Iterable[Facts]) -> list[Part]:
    """The same in the parts that are applied after one another."""
    applied = [facts for facts in files if is_applied(facts.path)]
    depths = _revisions(applied)
    listed = listed_order(applied)
    found: list[tuple[Key, Part]] = []
    for facts in applied:
        for folder, place, behind, until in listed.get(facts.path, ()):
            found.append(((True, folder, place, ()), Part(facts, behind, until)))
        if facts.path not in listed:
            found.append((_key(facts, depths), Part(facts)))
    return [part for _, part in sorted(found, key=lambda pair: pair[0])]


Place = tuple[str, int, int, int]
"""(folder of the list that names a file, the place in that, the lines between which it goes)."""
Listed = dict[str, list[Place]]
"""Path of a file to its places: several of a changelog whose includes stand between its changes."""
_Named = dict[str, list[tuple[str, int]]]
"""Path of a list to (path of a file that it names, line)."""


def listed_order(files: Sequence[Facts]) -> Listed:
    """Places of files that a changelog or a plan names, through the lists that it includes."""
    lists = {facts.path: facts for facts in files if facts.order}
    if not lists:
        return {}
    paths = sorted(facts.path for facts in files)
    named: _Named = {
        path: [
            (found, line)
            for entry, line in zip_longest(facts.order, facts.order_lines, fillvalue=0)
            for found in _named(str(entry), path, paths)
        ]
        for path, facts in sorted(lists.items())
    }
    included = {path for found in named.values() for path, _ in found}
    places: Listed = {}
    # Masters first: what only a circle of lists names still gets a place.
    for top in sorted(named, key=lambda path: (path in included, path)):
        if top not in places:
            _place(top, schema_of(top), named, places)
    return places


def _place(top: str, folder: str, named: _Named, places: Listed) -> None:
    count = sum(map(len, places.values()))
    todo = [(top, 0, sys.maxsize, True)]
    while todo:
        path, behind, until, is_whole = todo.pop()
        if is_whole and path in places:
            continue
        inner = named.get(path, []) if is_whole else []
        last = inner[0][1] if inner else until
        places.setdefault(path, []).append((folder, count, behind, last))
        count += 1
        parts = []
        for index, (child, line) in enumerate(inner):
            following = inner[index + 1][1] if index + 1 < len(inner) else sys.maxsize
            parts.append((child, 0, sys.maxsize, True))
            if following > line:
                parts.append((path, line, following, False))
        todo += reversed(parts)


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


def _key(facts: Facts, depths: dict[str, int]) -> Key:
    path = facts.path
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
