"""The configuration file: one `etiquette.toml` or `[tool.etiquette]`, never merged with another.

A key is added by one line in `KEYS`; what it means is its reader's business, where it takes effect
the use case's.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar, cast

import pathspec

from data_etiquette.app.dialects import DialectRules
from data_etiquette.app.discover import shown
from data_etiquette.app.policy import Entry, NestedError, policy_of, read_allow, read_severities
from data_etiquette.app.scan import ScanRequest
from data_etiquette.checks.allow import NO_POLICY, Policy
from data_etiquette.frontends.sql.dialect import dialect_names, known_dialect
from data_etiquette.model.error import ConfigError, ReadError, UsageError
from data_etiquette.model.kind import Severity

ENVIRONMENT = "ETIQUETTE_CONFIG"
OWN_NAME = "etiquette.toml"
SHARED_NAME = "pyproject.toml"
MAX_BYTES = 1_000_000
_NEVER = "never"
_DEFAULT_FAIL_ON = "high"
_KEY = re.compile(r"^\s*(?P<key>[\w-]+|\"[^\"\n]+\"|'[^'\n]+')\s*=")
_HEADER = re.compile(r"^\s*\[+\s*(?P<name>[^\]\n]+?)\s*\]+")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Config:
    """What the configuration file says; a key it does not hold has its default."""

    place: Path | None = None
    """The file; None when there is none."""
    values: Mapping[str, object] = field(default_factory=dict)
    """Checked values by key."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Line of each key, from 1."""
    reason: str = "no configuration file"
    """How the file was found, or why there is none."""

    @property
    def folder(self) -> Path | None:
        """The folder that the file's paths and patterns are relative to."""
        return self.place.parent if self.place is not None else None

    def get(self, key: str, default: T) -> T:
        """A value, of the type that its default has."""
        return cast("T", self.values[key]) if key in self.values else default

    def origin(self, key: str) -> str:
        """Where a value comes from: `etiquette.toml:3`, or `default`."""
        if key not in self.values or self.place is None:
            return "default"
        return f"{_shown(self.place)}:{self.lines.get(key, 1)}"

    @property
    def fail_on(self) -> str:
        """The severity from which findings fail the run."""
        return self.get("fail-on", _DEFAULT_FAIL_ON)

    @property
    def jobs(self) -> int:
        """Processes; 0: one for each processor."""
        return self.get("jobs", 0)

    @property
    def include_tests(self) -> bool:
        """Whether tests are read."""
        return self.get("include-tests", False)

    @property
    def exclude(self) -> tuple[str, ...]:
        """Patterns of what is not read."""
        return self.get("exclude", ())

    @property
    def declaration(self) -> Path | None:
        """The declaration, if the configuration names one."""
        named = self.get("declaration", "")
        return self.folder / named if named and self.folder is not None else None

    @property
    def rules(self) -> tuple[Path, ...]:
        """Folders with the organisation's own rules."""
        names: tuple[str, ...] = self.get("rules", ())
        return tuple(self.folder / name for name in names) if self.folder is not None else ()

    @property
    def dialects(self) -> DialectRules:
        """Which SQL is in which dialect."""
        return DialectRules(self.get("dialect", ()), self.folder)

    @property
    def policy(self) -> Policy:
        """Severities of rules, and paths in which one is accepted."""
        return policy_of(self.values, self.lines, self.place) if self.place else NO_POLICY

    @property
    def allowed(self) -> tuple[Entry, ...]:
        """The entries of `allow`, as they are written."""
        return self.get("allow", ())


def find_config(paths: tuple[Path, ...], named: Path | None = None, *, use: bool = True) -> Config:
    """The configuration of a scan: the one named, the environment's, else the nearest.

    Args:
        paths: what is scanned; looked for is from there up to the repository's top.
        named: the file that the command line names.
        use: False: no file at all.

    Raises:
        UsageError: the named file does not exist.
        ConfigError: the file is wrong; all its mistakes at once.
    """
    if not use:
        return Config(reason="--no-config")
    for place, reason in ((named, "--config"), (_of_environment(), ENVIRONMENT)):
        if place is not None:
            if not place.is_file():
                raise UsageError(f"no such configuration file: {shown(place)} ({reason})")
            return load_config(place.resolve(), reason)
    for folder in _folders(paths):
        for name in (OWN_NAME, SHARED_NAME):
            place = folder / name
            if place.is_file() and (name == OWN_NAME or _has_table(place)):
                return load_config(place, "found from the scanned path upwards")
        if (folder / ".git").exists():
            break
    return Config()


def load_config(place: Path, reason: str = "") -> Config:
    """Read and check one file.

    Raises:
        ReadError: the file cannot be read.
        ConfigError: it is no TOML, or has mistakes.
    """
    text = _text(place)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not TOML: {error}", where=_shown(place)) from error
    table: object = document
    prefix = ""
    if place.name == SHARED_NAME:
        tool = document.get("tool", {})
        table = tool.get("etiquette", {}) if isinstance(tool, dict) else {}
        prefix = "tool.etiquette"
    if not isinstance(table, dict):
        raise ConfigError("`tool.etiquette` is not a table", where=_shown(place))
    lines = _lines_of(text, prefix)
    mistakes: list[str] = []
    values: dict[str, object] = {}
    for key, value in table.items():
        where = f"line {lines.get(key, 1)}"
        if key not in KEYS:
            mistakes.append(f"{where}: unknown key `{key}`{_nearest(key, KEYS)}")
            continue
        try:
            values[key] = KEYS[key](value)
        except NestedError as error:
            for name, told in error.told:
                mistakes.append(f"line {lines.get(name, lines.get(key, 1))}: {told}")
        except (TypeError, ValueError) as error:
            mistakes.append(f"{where}: `{key}` {error}")
    if mistakes:
        raise ConfigError("; ".join(mistakes), where=_shown(place), hint=f"keys: {', '.join(KEYS)}")
    return Config(place, values, lines, reason)


def apply_config(config: Config, request: ScanRequest) -> ScanRequest:
    """The request with what the configuration says; the command line wins, excludes add up."""
    return replace(
        request,
        declaration=request.declaration or config.declaration,
        exclude=(*config.exclude, *request.exclude),
        exclude_base=config.folder,
        include_tests=request.include_tests or config.include_tests,
        jobs=request.jobs or config.jobs,
        dialects=config.dialects,
        rules=request.rules or config.rules,
        policy=config.policy,
        config=config.place,
    )


# -- values -------------------------------------------------------------------------------------


def _dialects(value: object) -> tuple[tuple[str, str], ...]:
    """One dialect for everything, or one for each pattern."""
    pairs = {"*": value} if isinstance(value, str) else value
    if not isinstance(pairs, dict):
        raise TypeError("is a dialect, or a table of pattern = dialect")
    found = []
    for pattern, name in pairs.items():
        known = known_dialect(name) if isinstance(name, str) else ""
        if not known:
            names = dialect_names()
            raise ValueError(f"names no dialect: {name!r}{_nearest(str(name), names)}")
        found.append((str(pattern), known))
    _check_patterns([pattern for pattern, _ in found])
    return tuple(found)


def _patterns(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("is a list of patterns")
    _check_patterns(value)
    return tuple(value)


def _check_patterns(patterns: Sequence[str]) -> None:
    try:
        pathspec.GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise ValueError(f"holds no pattern of .gitignore: {error}") from error


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("is true or false")
    return value


def _level(value: object) -> str:
    levels = [*(level.value for level in Severity), _NEVER]
    if not isinstance(value, str) or value not in levels:
        raise ValueError(f"is one of {', '.join(levels)}")
    return value


def _path(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("is a path")
    return value


def _paths(value: object) -> tuple[str, ...]:
    """One path, or a list of them."""
    return tuple(_path(item) for item in (value if isinstance(value, list) else [value]))


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("is a whole number from 0")
    return value


KEYS: dict[str, Callable[[object], object]] = {
    "dialect": _dialects,
    "exclude": _patterns,
    "include-tests": _flag,
    "fail-on": _level,
    "declaration": _path,
    "jobs": _count,
    "rules": _paths,
    "severity": read_severities,
    "allow": read_allow,
}
"""Known keys, and what checks and converts the value of each; its error says what is wrong."""


# -- files --------------------------------------------------------------------------------------


def _of_environment() -> Path | None:
    named = os.environ.get(ENVIRONMENT, "")
    return Path(named) if named else None


def _folders(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Folders to look into, the nearest to all scanned paths first."""
    resolved = [path.resolve() for path in paths] or [Path.cwd()]
    top = resolved[0] if len(resolved) == 1 else Path(os.path.commonpath(resolved))
    return (top, *top.parents) if _is_folder(top) else tuple(top.parents)


def _is_folder(place: Path) -> bool:
    try:
        return place.is_dir()
    except OSError:  # a name that is too long: the scan will say so
        return False


def _has_table(place: Path) -> bool:
    """Whether a pyproject.toml speaks of this tool; one that is broken and does so is told of."""
    try:
        text = _text(place)
    except ReadError:
        return False
    if "etiquette" not in text:
        return False
    try:
        tool = tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError:
        return "[tool.etiquette" in text
    return isinstance(tool, dict) and "etiquette" in tool


def _text(place: Path) -> str:
    try:
        with place.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ReadError(f"larger than {MAX_BYTES // 1000} kB", where=_shown(place))
        return data.decode("utf-8-sig")
    except OSError as error:
        raise ReadError(f"unreadable: {error.strerror}", where=_shown(place)) from error
    except UnicodeDecodeError as error:
        raise ReadError("not UTF-8 text", where=_shown(place)) from error


def _lines_of(text: str, prefix: str) -> dict[str, int]:
    """The line of every key of a table; sub-tables count as keys of theirs.

    What stands in a sub-table is named `severity.ETQ301`, an entry of a list `allow.0`.
    """
    found: dict[str, int] = {}
    inside = not prefix
    nested = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header is not None:
            name = header["name"].replace('"', "").replace(" ", "")
            below = name.removeprefix(f"{prefix}.") if prefix else name
            inside = name == prefix
            nested = ""
            if below != name or not prefix:
                nested = below
                found.setdefault(below.partition(".")[0], number)
                entry = sum(1 for known in found if known.startswith(f"{below}."))
                if line.lstrip().startswith("[["):
                    nested = ""
                    found[f"{below}.{entry}"] = number
            continue
        key = _KEY.match(line)
        if key is not None and (inside or nested):
            name = key["key"].strip("\"'")
            found.setdefault(f"{nested}.{name}" if nested else name, number)
    return found


def _nearest(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, list(known), 1, cutoff=0.5)
    return f" (did you mean `{close[0]}`?)" if close else ""


def _shown(place: Path) -> str:
    """The file as seen from the working folder, or by its name: absolute paths tell of people."""
    here = Path.cwd()
    return shown(place.relative_to(here)) if here in place.parents else place.name
