"""A YAML tree held against the table of keys: every mistake at once, each with its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

import yaml

from data_etiquette.declaration.schema import Shape

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Mistakes:
    """Collects what is wrong, in the order of lines."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._found: list[tuple[int, int, str]] = []

    def add(self, node: yaml.Node, text: str) -> None:
        """Note a mistake at a node."""
        mark = node.start_mark
        self._found.append((mark.line + 1, mark.column + 1, text))

    def __iter__(self) -> Iterator[str]:
        for line, column, text in sorted(self._found):
            yield f"{self._path}:{line}:{column}: {text}"

    def __bool__(self) -> bool:
        return bool(self._found)


def validate(node: yaml.Node, shape: Shape, mistakes: Mistakes, where: str = "") -> None:
    """Compare one node with its shape, and what is below it."""
    if _is_empty(node) or _is_todo(node):
        return
    match shape.kind:
        case "map":
            _mapping(node, shape, mistakes, where)
        case "list":
            _sequence(node, shape, mistakes, where)
        case "texts":
            _texts(node, mistakes, where)
        case "free":
            return
        case _:
            _scalar(node, shape, mistakes, where)


def entries(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """Key and value nodes of a mapping; empty for anything else."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """Entries of a sequence; a scalar counts as a sequence of one."""
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    return [node] if isinstance(node, yaml.ScalarNode) and not _is_empty(node) else []


def text(node: yaml.Node | None) -> str:
    """A scalar's text; empty for null and for anything else."""
    return node.value if isinstance(node, yaml.ScalarNode) and not _is_empty(node) else ""


def todo_lines(node: yaml.Node) -> list[int]:
    """Lines whose value is still `TODO`."""
    if isinstance(node, yaml.ScalarNode):
        return [node.start_mark.line + 1] if _is_todo(node) else []
    if isinstance(node, yaml.SequenceNode):
        return [line for item in node.value for line in todo_lines(item)]
    if isinstance(node, yaml.MappingNode):
        return [line for _, value in node.value for line in todo_lines(value)]
    return []


def _mapping(node: yaml.Node, shape: Shape, mistakes: Mistakes, where: str) -> None:
    if not isinstance(node, yaml.MappingNode):
        mistakes.add(node, f"{where or 'the file'} must be a mapping of keys")
        return
    seen: set[str] = set()
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        place = f"{where}.{name}" if where else name
        if name in seen:
            mistakes.add(key, f"{place} stands twice")
        seen.add(name)
        if name not in shape.keys:
            mistakes.add(key, f"unknown key `{place}`{_nearest(name, tuple(shape.keys))}")
            continue
        validate(value, shape.keys[name], mistakes, place)
    for name in shape.required:
        if name not in seen:
            mistakes.add(node, f"{where or 'the file'} lacks `{name}`")


def _sequence(node: yaml.Node, shape: Shape, mistakes: Mistakes, where: str) -> None:
    if not isinstance(node, yaml.SequenceNode):
        mistakes.add(node, f"{where} must be a list")
        return
    inner = Shape("map", shape.keys, shape.required)
    identities: set[str] = set()
    for entry in node.value:
        validate(entry, inner, mistakes, where)
        identity = text(entries(entry).get("id"))
        if identity and identity in identities:
            mistakes.add(entry, f"two entries of {where} have the id `{identity}`")
        identities.add(identity)


def _texts(node: yaml.Node, mistakes: Mistakes, where: str) -> None:
    if isinstance(node, yaml.MappingNode):
        mistakes.add(node, f"{where} must be a list of texts")
        return
    for entry in items(node):
        if not isinstance(entry, yaml.ScalarNode):
            mistakes.add(entry, f"{where} must be a list of texts")


def _scalar(node: yaml.Node, shape: Shape, mistakes: Mistakes, where: str) -> None:
    if not isinstance(node, yaml.ScalarNode):
        mistakes.add(node, f"{where} must be a single value")
        return
    if shape.kind == "number" and not node.value.isdigit():
        mistakes.add(node, f"{where} must be a number")
    if shape.kind == "boolean" and node.value.lower() not in ("true", "false", "yes", "no"):
        mistakes.add(node, f"{where} must be true or false")
    if shape.words and node.value not in shape.words:
        hint = _nearest(node.value, shape.words) or f"; one of: {', '.join(shape.words)}"
        mistakes.add(node, f"{where} can't be `{node.value[:60]}`{hint}")


def _nearest(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else ""


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _is_todo(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value.strip().startswith("TODO")
