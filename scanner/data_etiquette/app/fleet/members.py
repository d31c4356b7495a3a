"""Which systems a fleet has: a list in YAML or TOML, or a folder of repositories or of reports."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from data_etiquette.app.discover import shown
from data_etiquette.app.report import SCHEMA as ARCHIVE
from data_etiquette.model.error import ConfigError, ReadError, UsageError
from data_etiquette.reporting.json import SCHEMA as PROGRAMS

MAX_BYTES = 2_000_000
HISTORY = ".etiquette-fleet.sqlite"
"""In a folder of systems; beside a list it has the list's name."""
_HEAD = 4096
"""Bytes of a file that tell whether it is a report."""
_TEXTS = ("name", "path", "report", "ref", "folder", "team", "link", "config", "declaration")
_KEYS = (*_TEXTS, "exclude", "include-tests", "rules")
_TOP = ("fleet", "systems")
_LINK = re.compile(r"(?:https?://[^\s\"<>]+|(?![/.]*[/\\])[^\s:\"<>\\]+|)", re.IGNORECASE)
_REMOTE = re.compile(r"[a-z+]+://|[^/\s]+@[^/\s]+:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Member:
    """One system of the list."""

    name: str
    place: Path
    """A folder, a repository without a work tree, or a report's file."""
    is_report: bool = False
    team: str = ""
    link: str = ""
    """Where more of it is to be read: its own reports."""
    ref: str = ""
    """Branch, tag or commit; empty reads what is checked out."""
    folder: str = ""
    """Below the repository's top."""
    config: Path | None = None
    declaration: str = ""
    """Relative to what is scanned."""
    exclude: tuple[str, ...] = ()
    include_tests: bool = False
    rules: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Members:
    """The whole list."""

    name: str
    systems: tuple[Member, ...]
    history: Path
    """Where what was found is kept, unless told otherwise."""
    notes: tuple[str, ...] = field(default=())


def find_members(place: Path) -> Members:
    """The systems that a file lists or a folder holds.

    Raises:
        UsageError: there is no such file or folder, or nothing in it.
        ReadError: the file can't be read.
        ConfigError: the list is wrong; all its mistakes at once.
    """
    if place.is_dir():
        return _of_folder(place)
    if not place.is_file():
        raise UsageError(f"no such file or folder: {shown(place)}")
    return _of_list(place)


# -- a folder ---------------------------------------------------------------------------------


def _of_folder(top: Path) -> Members:
    notes: list[str] = []
    systems = list(_found(top, notes))
    if not systems:
        raise UsageError(
            "there is neither a repository nor a report in it",
            where=shown(top),
            hint="name a folder whose subfolders are repositories, or that holds reports "
            "(`etiquette scan --output json:FILE`)",
        )
    name = top.resolve().name or "systems"
    return Members(name, tuple(_apart(systems)), top / HISTORY, tuple(notes))


def _found(top: Path, notes: list[str]) -> Iterator[Member]:
    try:
        places = sorted(top.iterdir())
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", where=shown(top)) from error
    for place in places:
        if place.name.startswith("."):
            continue
        if place.is_dir():
            reports = [] if _is_repository(place) else _reports(place)
            if reports:
                several = len(reports) > 1
                for report in reports:
                    name = f"{place.name}/{report.stem}" if several else place.name
                    yield Member(name, report, is_report=True)
            else:
                yield Member(place.name.removesuffix(".git"), place)
        elif place.suffix == ".json":
            if _is_report(place):
                yield Member(place.stem, place, is_report=True)
            else:
                notes.append(f"{shown(place)} is no report: left out")


def _is_repository(place: Path) -> bool:
    return (place / ".git").exists() or is_bare(place)


def is_bare(place: Path) -> bool:
    """Whether a folder is a repository without a work tree."""
    return (place / "HEAD").is_file() and (place / "objects").is_dir() and (place / "refs").is_dir()


def _reports(folder: Path) -> list[Path]:
    """Reports that lie right in a folder, as builds leave them."""
    try:
        return [place for place in sorted(folder.glob("*.json")) if _is_report(place)]
    except OSError:
        return []


def _is_report(place: Path) -> bool:
    try:
        with place.open("rb") as stream:
            start = stream.read(_HEAD)
    except OSError:
        return False
    return any(schema.encode() in start for schema in (PROGRAMS, ARCHIVE))


def _apart(systems: list[Member]) -> Iterator[Member]:
    """Each with a name of its own: `shop.git` and `shop.json` would both be `shop`."""
    names = [item.name for item in systems]
    for item in systems:
        if names.count(item.name) == 1:
            yield item
        else:
            yield Member(item.place.name, item.place, is_report=item.is_report)


# -- a list -----------------------------------------------------------------------------------


def _of_list(place: Path) -> Members:
    document = _document(place)
    top = _mapping(document)
    mistakes = [f"unknown key `{key}`{_nearest(key, _TOP)}" for key in top if key not in _TOP]
    name = top.get("fleet", place.stem)
    if not isinstance(name, str) or not name:
        mistakes.append("`fleet` is a name")
    entries = top.get("systems")
    if not isinstance(entries, list) or not entries:
        mistakes.append("`systems` is a list with at least one system")
        entries = []
    systems = [
        member
        for number, entry in enumerate(entries, 1)
        if (member := _member(entry, number, place.parent, mistakes)) is not None
    ]
    names = [item.name for item in systems]
    mistakes += [
        f"two systems are called `{name}`" for name in sorted(set(names)) if names.count(name) > 1
    ]
    if mistakes:
        raise ConfigError(
            "; ".join(mistakes),
            where=shown(place),
            hint=f"keys of a system: {', '.join(_KEYS)}",
        )
    return Members(str(name), tuple(systems), place.with_suffix(".sqlite"))


def _document(place: Path) -> object:
    try:
        data = place.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", where=shown(place)) from error
    if len(data) > MAX_BYTES:
        raise ConfigError("the file is larger than 2 MB", where=shown(place))
    try:
        text = data.decode("utf-8-sig")
        return tomllib.loads(text) if place.suffix == ".toml" else yaml.safe_load(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", where=shown(place)) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "not YAML text"
        raise ConfigError(f"not valid YAML: {problem}", where=f"{shown(place)}{line}") from error


def _mapping(value: object) -> Mapping[str, object]:
    """A mapping with text for keys; a list alone is a list of systems."""
    if isinstance(value, list):
        return {"systems": value}
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else {}


def _member(entry: object, number: int, base: Path, mistakes: list[str]) -> Member | None:
    keys = {"path": entry} if isinstance(entry, str) else _mapping(entry)
    where = f"system {number}" + (f" ({keys['name']})" if "name" in keys else "")
    found = list(_wrong(keys, isinstance(entry, str | dict)))
    mistakes += [f"{where}: {told}" for told in found]
    if found:
        return None
    texts = {key: str(keys.get(key, "")) for key in _TEXTS}
    place = base / (texts["report"] or texts["path"])
    config = base / texts["config"] if texts["config"] else None
    return Member(
        name=texts["name"] or _named(place, texts["folder"], is_report=bool(texts["report"])),
        place=place,
        is_report=bool(texts["report"]),
        team=texts["team"],
        link=texts["link"],
        ref=texts["ref"],
        folder=texts["folder"],
        config=config,
        declaration=texts["declaration"],
        exclude=_several(keys.get("exclude")),
        include_tests=keys.get("include-tests") is True,
        rules=tuple(base / name for name in _several(keys.get("rules"))),
    )


def _wrong(keys: Mapping[str, object], is_entry: bool) -> Iterator[str]:
    if not is_entry:
        yield "is a path, or keys with values"
        return
    for key, value in keys.items():
        if key not in _KEYS:
            yield f"unknown key `{key}`{_nearest(key, _KEYS)}"
        elif key in _TEXTS and (not isinstance(value, str) or not value):
            yield f"`{key}` is a text"
        elif key in ("exclude", "rules") and not _are_texts(value):
            yield f"`{key}` is a list of texts"
        elif key == "include-tests" and not isinstance(value, bool):
            yield "`include-tests` is true or false"
    if ("path" in keys) == ("report" in keys):
        yield "needs either `path` or `report`"
    if "report" in keys and {"ref", "folder", "config", "exclude", "rules"} & set(keys):
        yield "a report is taken as it is: `name`, `team` and `link` go with it, nothing else"
    yield from _misplaced(keys)


def _misplaced(keys: Mapping[str, object]) -> Iterator[str]:
    path, ref, folder = (str(keys.get(key, "")) for key in ("path", "ref", "folder"))
    if _REMOTE.match(path):
        yield "`path` is on this machine: nothing is fetched; clone it first"
    if not _LINK.fullmatch(str(keys.get("link", ""))):
        yield "`link` is a web address, or a file as seen from the overview"
    if ref.startswith("-"):
        yield f"`{ref}` is no name of a commit"
    if folder and (os.path.isabs(folder) or ".." in Path(folder).parts):  # noqa: PTH117 (as text)
        yield "`folder` is below the path"


def _named(place: Path, folder: str, *, is_report: bool) -> str:
    if is_report:
        return place.stem
    name = place.resolve().name.removesuffix(".git")
    return f"{name}/{Path(folder).as_posix()}" if folder else name


def _are_texts(value: object) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )


def _several(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _nearest(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, 1, cutoff=0.5)
    return f" (did you mean `{close[0]}`?)" if close else ""
