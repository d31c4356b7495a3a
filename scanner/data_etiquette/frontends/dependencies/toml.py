"""Dependencies in TOML: `pyproject.toml` of every tool, and `Pipfile`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

from data_etiquette.frontends.dependencies.requirement import normalised, requirement
from data_etiquette.model.facts import DependencyFact

_Found = Iterator[DependencyFact]


def read_toml(text: str) -> tuple[Mapping[str, object], str]:
    """(content, reason); a reason says why there is none."""
    try:
        return tomllib.loads(text), ""
    except tomllib.TOMLDecodeError as error:
        return {}, f"not TOML: {' '.join(str(error).split())[:100]}"
    except (RecursionError, ValueError) as error:
        return {}, f"not TOML that can be read: {type(error).__name__}"


def read_pyproject(text: str, content: Mapping[str, object]) -> _Found:
    """PEP 621, dependency groups (PEP 735), Poetry, PDM, uv and Hatch."""
    lines = _Lines(text)
    project = _table(content, "project")
    yield from _texts(project.get("dependencies"), "", lines)
    for name, members in _table(project, "optional-dependencies").items():
        yield from _texts(members, f"extra:{name}", lines)
    for name, members in _table(content, "dependency-groups").items():
        yield from _texts(members, f"group:{name}", lines)
    yield from _texts(_table(content, "build-system").get("requires"), "build", lines)
    tool = _table(content, "tool")
    yield from _poetry(_table(tool, "poetry"), lines)
    for name, members in _table(_table(tool, "pdm"), "dev-dependencies").items():
        yield from _texts(members, f"group:{name}", lines)
    yield from _texts(_table(tool, "uv").get("dev-dependencies"), "group:dev", lines)
    for name, env in _table(_table(tool, "hatch"), "envs").items():
        if isinstance(env, dict):
            for key in ("dependencies", "extra-dependencies"):
                yield from _texts(env.get(key), f"group:{name}", lines)


def _poetry(poetry: Mapping[str, object], lines: _Lines) -> _Found:
    yield from _keys(_table(poetry, "dependencies"), "", lines)
    yield from _keys(_table(poetry, "dev-dependencies"), "group:dev", lines)
    for name, group in _table(poetry, "group").items():
        if isinstance(group, dict):
            yield from _keys(_table(group, "dependencies"), f"group:{name}", lines)


def read_pipfile(text: str, content: Mapping[str, object]) -> _Found:
    """`Pipfile` of pipenv."""
    lines = _Lines(text)
    yield from _keys(_table(content, "packages"), "", lines)
    yield from _keys(_table(content, "dev-packages"), "group:dev", lines)


class _Lines:
    """Where a requirement or a key stands: the parser of TOML does not say.

    Each place is given once, so that the same requirement in two groups has two lines.
    """

    def __init__(self, text: str) -> None:
        self._places: dict[str, list[int]] = {}
        for number, line in enumerate(text.split("\n"), 1):
            for match in _WORD.finditer(line):
                word = match.group(1) or match.group(2) or match.group(3)
                self._places.setdefault(word.strip(), []).append(number)

    def of(self, written: str) -> int:
        """Line of a requirement or key as it is written; 1 where escapes hide it."""
        places = self._places.get(written.strip())
        if not places:
            return 1
        return places.pop(0) if len(places) > 1 else places[0]


_WORD = re.compile(r'"([^"\n]{1,400})"|\'([^\'\n]{1,400})\'|^\s*([\w.-]{1,120})(?=\s*[=.])')


def _texts(members: object, group: str, lines: _Lines) -> _Found:
    for member in members if isinstance(members, list) else []:
        if isinstance(member, str):
            found = requirement(member, lines.of(member), group)
            if found is not None:
                yield found


def _keys(table: Mapping[str, object], group: str, lines: _Lines) -> _Found:
    for name, wanted in table.items():
        if name.lower() != "python":
            yield DependencyFact(normalised(name), lines.of(name), _version(wanted), group)


def _version(wanted: object) -> str:
    if isinstance(wanted, list):
        return _version(wanted[0]) if wanted else ""
    if isinstance(wanted, dict):
        if {"git", "url", "path", "file"} & wanted.keys():
            return "url"
        wanted = wanted.get("version", "")
    return wanted.replace(" ", "")[:60] if isinstance(wanted, str) else ""


def _table(parent: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = parent.get(name)
    return found if isinstance(found, dict) else {}
