"""Open edX annotations in docstrings and comments: `.. pii:`, `.. pii_types:`, `.. no_pii:`."""

from __future__ import annotations

import re
from collections.abc import Mapping

import yaml

from data_etiquette.declaration.imports.said import FieldSaid, Said
from data_etiquette.declaration.node import entries, text, texts

_ANNOTATION = re.compile(
    r"^[\s#]*\.\.\s*(?P<name>no_pii|pii|pii_types|pii_retirement)\s*:+\s*(?P<value>.*?)\s*$"
)
_CLASS = re.compile(r"^(?P<indent>\s*)class\s+(?P<name>\w+)")
_SKIPPED = re.compile(r"^\s*(#.*|@.*)?$")

Words = Mapping[str, tuple[str, ...]]


def has_annotations(source: str) -> bool:
    """Whether a Python file has any."""
    return ".. pii" in source or ".. no_pii" in source


def read_open_edx(source: str, name: str, words: Words) -> Said:
    """The decisions that a file's annotations hold about its classes."""
    said = Said()
    lines = source.splitlines()
    noted: dict[str, dict[str, str]] = {}
    for number, line in enumerate(lines):
        found = _ANNOTATION.match(line)
        owner = _owner(lines, number) if found is not None else ""
        if found is not None and owner:
            noted.setdefault(owner, {})[found["name"]] = found["value"]
    for owner, notes in noted.items():
        said.fields.append(_decision(owner, notes, name, words))
    return said


def is_safe_list(top: yaml.Node) -> bool:
    """Whether a file is the list of annotations for models of others' code."""
    return any(_marks(body) for body in entries(top).values())


def read_safe_list(top: yaml.Node, name: str, words: Words) -> Said:
    """`.annotation_safe_list.yml`: `auth.User: {".. pii:": …, ".. pii_types:": …}`."""
    said = Said()
    for model, body in entries(top).items():
        notes = _marks(body)
        if notes:
            said.fields.append(_decision(model, notes, name, words))
    return said


def _marks(body: yaml.Node) -> dict[str, str]:
    """The annotations of one entry by their names."""
    found = {}
    for key, value in entries(body).items():
        match = _ANNOTATION.match(f"{key.rstrip(':')}:")
        if match is not None:
            listed = ", ".join(texts(value))
            found[match["name"]] = listed or text(value)
    return found


def _decision(owner: str, notes: Mapping[str, str], name: str, words: Words) -> FieldSaid:
    if "no_pii" in notes and "pii" not in notes:
        why = notes["no_pii"] or f"{name} says no_pii"
        return FieldSaid(owner, "", personal=False, why=why)
    types = [kind.strip() for kind in notes.get("pii_types", "").split(",")]
    elements = {element for kind in types for element in words.get(kind, ())}
    return FieldSaid(
        owner, "", personal=True, elements=tuple(sorted(elements)), why=notes.get("pii", "")
    )


def _owner(lines: list[str], number: int) -> str:
    """The class whose docstring or comments it stands in, or that stands right below."""
    if lines[number].lstrip().startswith("#"):
        below = number + 1
        while below < len(lines) and _SKIPPED.match(lines[below]) and lines[below].strip():
            below += 1
        found = _CLASS.match(lines[below]) if below < len(lines) else None
        if found is not None:
            return found["name"]
    indent = len(lines[number]) - len(lines[number].lstrip())
    for above in range(number - 1, -1, -1):
        found = _CLASS.match(lines[above])
        if found is not None and len(found["indent"]) < indent:
            return found["name"]
    return ""
