"""Dependency files to facts: the packages that the software needs, evidence of recipients."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from data_etiquette.frontends.dependencies.lines import (
    read_lock,
    read_requirements,
    read_setup_cfg,
)
from data_etiquette.frontends.dependencies.requirement import normalised, requirement
from data_etiquette.frontends.dependencies.toml import read_pipfile, read_pyproject, read_toml
from data_etiquette.frontends.tree import Tree, read_trees
from data_etiquette.model.facts import DependencyFact, Facts
from data_etiquette.model.location import Skipped

_REQUIREMENTS = re.compile(r"(?:[\w.-]*[-_.])?requirements?(?:[-_.]([\w.-]+))?\.(?:txt|in)$")
_LOCKS = frozenset({"poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"})
_NAMES = _LOCKS | {"pyproject.toml", "pipfile", "pipfile.lock", "setup.cfg"}
_CONDA = re.compile(r"(?:conda[-_])?env(?:ironment)?(?:[-_.][\w.-]*)?\.ya?ml$")
_MAIN = frozenset({"", "base", "prod", "production", "main", "common", "requirements", "install"})


def is_dependency_file(path: str) -> bool:
    """Whether a file lists dependencies, by its name."""
    pure = PurePosixPath(path)
    name = pure.name.lower()
    if name in _NAMES or _REQUIREMENTS.match(name) or _CONDA.match(name):
        return True
    return pure.suffix in (".txt", ".in") and pure.parent.name.lower() == "requirements"


def read_dependencies(path: str, text: str) -> Facts:
    """Read one dependency file. Total: any text gives facts."""
    found, reason = _read(path, text)
    unique = dict.fromkeys(found)
    return Facts(
        path=path,
        language="dependencies",
        lines=text.count("\n") + 1,
        digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        dependencies=tuple(sorted(unique, key=lambda item: (item.line, item.name, item.group))),
        skipped=(Skipped(path, 0, reason),) if reason else (),
    )


def _read(path: str, text: str) -> tuple[Iterable[DependencyFact], str]:
    name = PurePosixPath(path).name.lower()
    if name in _LOCKS:
        return read_lock(text.replace("[[packages]]", "[[package]]")), ""
    if name in ("pyproject.toml", "pipfile"):
        content, reason = read_toml(text)
        read = read_pyproject if name == "pyproject.toml" else read_pipfile
        return read(text, content), reason
    if name == "setup.cfg":
        return read_setup_cfg(text), ""
    if name == "pipfile.lock":
        return _documents(text.replace("\t", " "), _pipfile_lock)
    if _CONDA.match(name):
        return _documents(text, _conda)
    return read_requirements(text, _group(path)), ""


def _documents(
    text: str, read: Callable[[Tree], Iterable[DependencyFact]]
) -> tuple[list[DependencyFact], str]:
    trees, reason = read_trees(text)
    return [fact for tree in trees for fact in read(tree)], reason


def _group(path: str) -> str:
    """`requirements-dev.txt` and `requirements/dev.txt` say what they are for."""
    pure = PurePosixPath(path)
    match = _REQUIREMENTS.match(pure.name.lower())
    stem = (match.group(1) or "") if match is not None else pure.stem.lower()
    return "" if stem in _MAIN else f"group:{stem}"


def _pipfile_lock(tree: Tree) -> Iterable[DependencyFact]:
    for section in ("default", "develop"):
        for name, value in tree.get(section).mapping():
            yield DependencyFact(normalised(name), value.line, value.get("version").text, "lock")


def _conda(tree: Tree) -> Iterable[DependencyFact]:
    for member in tree.get("dependencies").values():
        texts = [member] if member.kind == "scalar" else member.get("pip").values()
        for item in texts:
            # Conda separates name, version and build by single equals signs.
            name, _, version = item.text.rpartition("::")[2].partition("=")
            is_conda = member.kind == "scalar" and version and not re.search(r"[<>=!~]", name)
            text = f"{name}=={version.lstrip('=').partition('=')[0]}" if is_conda else item.text
            found = requirement(text, item.line)
            if found is not None and found.name != "python":
                yield found
