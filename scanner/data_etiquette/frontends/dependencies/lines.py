"""Dependencies listed line by line: requirements files, locks, `setup.cfg`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_etiquette.frontends.dependencies.requirement import normalised, requirement
from data_etiquette.model.facts import DependencyFact

_COMMENT = re.compile(r"(?:^|\s)#(?!egg=).*")
_PACKAGE = re.compile(r"\s*\[\[package\]\]\s*(?:#.*)?$")
_NAME = re.compile(r"\s*name\s*=\s*[\"']([^\"']{1,120})[\"']")
_VERSION = re.compile(r"\s*version\s*=\s*[\"']([^\"']{1,60})[\"']")
_SECTION = re.compile(r"\[([^\]\n]{1,120})\]")
_OPTION = re.compile(r"([A-Za-z_][\w.-]{0,80})\s*[=:]\s*(.*)")


def read_requirements(text: str, group: str) -> Iterator[DependencyFact]:
    """`requirements.txt`; options (`-r`, `--hash`) are passed over."""
    is_continued = False
    for number, line in enumerate(text.split("\n"), 1):
        body = _COMMENT.sub("", line).strip()
        was_continued, is_continued = is_continued, body.endswith("\\")
        editable = re.match(r"(?:-e|--editable)[\s=]+", body)
        if editable is not None:
            body = body[editable.end() :]
        if was_continued or not body or body.startswith("-"):
            continue
        found = requirement(body.rstrip("\\"), number, group)
        if found is not None:
            yield found


def read_lock(text: str) -> Iterator[DependencyFact]:
    """`poetry.lock`, `uv.lock`, `pdm.lock`: each `[[package]]` with its name and version."""
    in_package = False
    name, at = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("["):
            if name:
                yield DependencyFact(name, at, "", "lock")
            in_package, name = _PACKAGE.match(line) is not None, ""
            continue
        if not in_package:
            continue
        named, versioned = _NAME.match(line), _VERSION.match(line)
        if named is not None:
            name, at = normalised(named.group(1)), number
        elif versioned is not None and name:
            yield DependencyFact(name, at, versioned.group(1), "lock")
            name = ""
    if name:
        yield DependencyFact(name, at, "", "lock")


def read_setup_cfg(text: str) -> Iterator[DependencyFact]:
    """`install_requires` and the extras of setuptools."""
    section = option = ""
    for number, line in enumerate(text.split("\n"), 1):
        heading = _SECTION.match(line)
        if heading is not None:
            section, option = heading.group(1).strip(), ""
            continue
        body = _COMMENT.sub("", line).strip()
        if body and not line[:1].isspace():
            match = _OPTION.match(body)
            option, body = (match.group(1), match.group(2)) if match is not None else ("", "")
        group = _cfg_group(section, option)
        if body and group is not None:
            found = requirement(body, number, group)
            if found is not None:
                yield found


def _cfg_group(section: str, option: str) -> str | None:
    if section == "options":
        known = {"install_requires": "", "setup_requires": "build", "tests_require": "group:test"}
        return known.get(option.replace("-", "_"))
    if section == "options.extras_require" and option:
        return f"extra:{option}"
    return None
