"""A YAML tree held against the table of keys: every mistake at once, each with its place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

import yaml

from data_etiquette.declaration.names import Names, nearest
from data_etiquette.declaration.node import entries, is_empty, is_todo, items, text
from data_etiquette.declaration.shape import Shape
from data_etiquette.frontends.redact import redact

_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?")
_COUNTRY = re.compile(r"[A-Z]{2}|EEA|EU|adequacy")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SENSITIVITY = re.compile(r"(>=|<=|>|<|=)?\s*[1-4]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_YES_NO = ("true", "false", "yes", "no")


def is_day(value: str) -> bool:
    """Whether it is a day of the calendar, as ISO 8601 writes it."""
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2026-01-31")


def is_duration(value: str) -> bool:
    """Whether it is an ISO 8601 duration."""
    return _DURATION.fullmatch(value) is not None


FORMS: dict[str, tuple[Callable[[str], bool], str]] = {
    "date": (is_day, "a day like 2026-03-01"),
    "duration": (is_duration, "an ISO 8601 duration like P30D, P1Y or PT12H"),
    "lifetime": (
        lambda value: value == "session" or is_duration(value),
        "`session` or an ISO 8601 duration like P30D",
    ),
    "country": (
        lambda value: _COUNTRY.fullmatch(value) is not None,
        "a country's two capital letters (ISO 3166), `EEA` or `adequacy`",
    ),
    "language": (lambda value: _LANGUAGE.fullmatch(value) is not None, "a language like `en`"),
    "sensitivity": (lambda value: _SENSITIVITY.fullmatch(value) is not None, "1 to 4, or `>=3`"),
    "email": (lambda value: _EMAIL.fullmatch(value) is not None, "an e-mail address"),
}
"""How a text must be written: the test, and what the user is told."""


class Mistakes:
    """Collects what is wrong, in the order of lines."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._found: set[tuple[int, int, str]] = set()

    def add(self, node: yaml.Node, told: str) -> None:
        """Note a mistake at a node."""
        mark = node.start_mark
        self._found.add((mark.line + 1, mark.column + 1, told))

    def __iter__(self) -> Iterator[str]:
        for line, column, told in sorted(self._found):
            yield f"{self._path}:{line}:{column}: {told}"

    def __bool__(self) -> bool:
        return bool(self._found)


class Validator:
    """Holds a tree against a shape; names are looked up in `names`."""

    def __init__(self, names: Names, mistakes: Mistakes) -> None:
        self._names = names
        self._mistakes = mistakes

    def check(self, node: yaml.Node, shape: Shape, where: str = "") -> None:
        """Compare one node with its shape, and what is below it."""
        if is_empty(node) or is_todo(node):
            return
        match shape.kind:
            case "map":
                self._mapping(node, shape, where)
            case "list":
                self._sequence(node, shape, where)
            case "texts":
                self._texts(node, shape, where)
            case _:
                self._scalar(node, shape, where)

    def _mapping(self, node: yaml.Node, shape: Shape, where: str) -> None:
        if not isinstance(node, yaml.MappingNode):
            self._mistakes.add(node, f"{where or 'the file'} must be a mapping of keys")
            return
        seen: set[str] = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            # A value that was taken for a key is a value all the same.
            place = f"{where}.{redact(name)}" if where else redact(name)
            if name in seen:
                self._mistakes.add(key, f"{place} stands twice")
            seen.add(name)
            if name not in shape.keys:
                self._mistakes.add(key, f"unknown key `{place}`{nearest(name, shape.keys)}")
                continue
            self.check(value, shape.keys[name], place)
        for name in shape.required:
            if name not in seen:
                self._mistakes.add(node, f"{where or 'the file'} lacks `{name}`")

    def _sequence(self, node: yaml.Node, shape: Shape, where: str) -> None:
        inner = Shape("map", keys=shape.keys, required=shape.required)
        if shape.single and isinstance(node, yaml.MappingNode):
            self._mapping(node, inner, where)
            return
        if not isinstance(node, yaml.SequenceNode):
            self._mistakes.add(node, f"{where} must be a list")
            return
        identities: set[str] = set()
        for entry in node.value:
            self.check(entry, inner, where)
            identity = text(entries(entry).get("id"))
            if identity and identity in identities and not is_todo(entries(entry)["id"]):
                self._mistakes.add(entry, f"two entries of {where} have the id `{identity}`")
            identities.add(identity)

    def _texts(self, node: yaml.Node, shape: Shape, where: str) -> None:
        if isinstance(node, yaml.MappingNode) and shape.keys:
            self._mapping(node, Shape("map", keys=shape.keys), where)
            return
        for entry in [node] if isinstance(node, yaml.MappingNode) else items(node):
            if isinstance(entry, yaml.ScalarNode):
                self._value(entry, shape, where)
            else:
                self._mistakes.add(entry, f"{where} must be a list of texts")

    def _scalar(self, node: yaml.Node, shape: Shape, where: str) -> None:
        if not isinstance(node, yaml.ScalarNode):
            self._mistakes.add(node, f"{where} must be a single value")
            return
        self._value(node, shape, where)

    def _value(self, node: yaml.ScalarNode, shape: Shape, where: str) -> None:
        value = str(node.value)
        if is_empty(node) or is_todo(node):
            return
        if shape.kind == "number" and not value.isdigit():
            self._mistakes.add(node, f"{where} must be a number")
        if shape.kind == "boolean" and value.lower() not in _YES_NO:
            self._mistakes.add(node, f"{where} must be true or false")
        if shape.words and value not in shape.words:
            hint = nearest(value, shape.words) or f"; one of: {', '.join(shape.words)}"
            self._mistakes.add(node, f"{where} can't be `{redact(value)[:60]}`{hint}")
        if shape.form and not FORMS[shape.form][0](value):
            self._mistakes.add(node, f"{where} must be {FORMS[shape.form][1]}")
        if shape.names:
            told = self._names.unknown(shape.names, value)
            if told:
                self._mistakes.add(node, told)
