"""Which dialect each SQL file of a scan is read in, before it is read, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pathspec

from data_etiquette.flow.sql.dialects import ProjectDialects
from data_etiquette.frontends.sql.dialect import Choice, choose_dialect
from data_etiquette.frontends.text import decode
from data_etiquette.model.facts import Facts

_SAMPLE = 60_000
"""Bytes at a file's beginning that are looked at."""

_SHARING = {
    "postgres": frozenset({"snowflake", "redshift", "duckdb", "databricks"}),
    "snowflake": frozenset({"spark", "databricks"}),
    "mysql": frozenset({"bigquery", "spark", "databricks", "hive", "clickhouse"}),
}
"""Dialects that write casts, quotes or types as the first does."""

SqlFile = tuple[str, Path, bytes]
"""(path as reports write it, place on disk, bytes)."""


@dataclass(frozen=True, slots=True)
class DialectRules:
    """What the configuration says of dialects: the first pattern that fits a file decides."""

    rules: tuple[tuple[str, str], ...] = ()
    """(pattern in the language of .gitignore, dialect)."""
    base: Path | None = None
    """The folder that patterns are relative to; None: the scanned root."""
    _specs: tuple[pathspec.GitIgnoreSpec, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        specs = tuple(pathspec.GitIgnoreSpec.from_lines([pattern]) for pattern, _ in self.rules)
        object.__setattr__(self, "_specs", specs)

    def dialect_of(self, path: str, place: Path) -> Choice:
        """The configured dialect of a file; empty when no pattern fits."""
        relative = path
        if self.base is not None and self.base in place.parents:
            relative = place.relative_to(self.base).as_posix()
        for (pattern, dialect), spec in zip(self.rules, self._specs, strict=True):
            if spec.match_file(relative):
                said = "configured" if pattern == "*" else f"configured for `{pattern}`"
                return Choice(dialect, said)
        return Choice()


NO_RULES = DialectRules()


def chosen_dialects(
    sql: Sequence[SqlFile], project: ProjectDialects, rules: DialectRules
) -> dict[str, Choice]:
    """The choice for every SQL file; an empty one is left to a vote of the parsers.

    Args:
        sql: the SQL files.
        project: what everything else says, settings and imports among it.
        rules: the configuration.
    """
    found: dict[str, Choice] = {}
    for path, place, data in sql:
        configured = rules.dialect_of(path, place)
        found[path] = configured if configured.name else _own(path, data, project)
    if all(choice.name and choice.is_sure for choice in found.values()):
        return found
    sure = _Beside({path: c.name for path, c in found.items() if c.name and c.is_sure})
    settled = {path: _settled(choice, sure.choice(path)) for path, choice in found.items()}
    said = _Beside({path: choice.name for path, choice in settled.items() if choice.name})
    return {path: choice if choice.name else said.choice(path) for path, choice in settled.items()}


def dialect_of_strings(
    facts: Facts, place: Path, project: ProjectDialects, rules: DialectRules
) -> Choice:
    """The choice for SQL that stands in a file of another language; empty where nothing speaks."""
    configured = rules.dialect_of(facts.path, place)
    return configured if configured.name else project.of_strings(facts)


def _settled(own: Choice, beside: Choice) -> Choice:
    """The file's own dialect, unless its neighbours are in one that shares what it says."""
    is_alike = beside.name in _SHARING.get(own.name, frozenset())
    return own if own.is_sure or not is_alike else beside


def _own(path: str, data: bytes, project: ProjectDialects) -> Choice:
    """By the file's words and path, and by the settings nearest to it."""
    text, _ = decode(data[:_SAMPLE], is_python=False)
    return choose_dialect(path, text, project=project.near(path))


class _Beside:
    """What the SQL files around a silent one are written in."""

    def __init__(self, votes: dict[str, str]) -> None:
        self._by_folder: dict[str, Counter[str]] = {}
        for path, name in sorted(votes.items()):
            for folder in _folders(path):
                self._by_folder.setdefault(folder, Counter())[name] += 1

    def choice(self, path: str) -> Choice:
        """The dialect of most files in the nearest folder that has any; a draw says nothing."""
        for folder in _folders(path):
            ranked = self._by_folder.get(folder, Counter()).most_common(2)
            if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
                where = f"in {folder}" if folder != "." else "of the project"
                return Choice(ranked[0][0], f"most SQL files {where} are in it")
        return Choice()


def _folders(path: str) -> Iterator[str]:
    """Folders above a file, the nearest first."""
    yield from map(str, PurePosixPath(path).parents)
