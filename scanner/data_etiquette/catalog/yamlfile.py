"""YAML files as nodes with lines; accessors are total and note what is wrong in the register."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import yaml

from data_etiquette.catalog.compose import YamlProblem, compose
from data_etiquette.catalog.register import Place, Register, suggestion

_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML node that knows its file; one that is absent reads as empty."""

    path: str
    """The file, relative to its rule folder."""
    place: Place
    raw: yaml.Node | None
    register: Register

    def wrong(self, text: str) -> None:
        """Note a mistake at this node."""
        self.register.wrong(self.place, text)

    def is_list(self) -> bool:
        """Whether it is a sequence."""
        return isinstance(self.raw, yaml.SequenceNode)

    def is_mapping(self) -> bool:
        """Whether it is a mapping."""
        return isinstance(self.raw, yaml.MappingNode)

    def is_empty(self) -> bool:
        """Whether it is absent, null or the empty text."""
        return self.raw is None or (
            isinstance(self.raw, yaml.ScalarNode)
            and (self.raw.tag == f"{_TAG}null" or self.raw.value == "")
        )

    def record(self, allowed: Collection[str], required: Iterable[str] = ()) -> Record:
        """A mapping whose keys are known."""
        entries = self._entries()
        for key, _ in entries.values():
            name = str(key.value)
            if name not in allowed:
                place = Place(self.place.shown, key.start_mark.line + 1)
                near = suggestion(name, allowed)
                self.register.wrong(place, f"unknown key `{name}`{near}")
        made = {name: self._child(value) for name, (_, value) in entries.items()}
        record = Record(self, made)
        if self.raw is None or self.is_mapping():
            for name in required:
                if record[name].is_empty():
                    record[name].wrong(f"`{name}` is missing")
        return record

    def mapping(self) -> dict[str, Node]:
        """Entries of a mapping with any keys."""
        return {name: self._child(value) for name, (_, value) in self._entries().items()}

    def items(self) -> list[Node]:
        """Entries of a sequence."""
        if self.raw is not None and isinstance(self.raw, yaml.SequenceNode):
            return [self._child(value) for value in self.raw.value]
        if not self.is_empty():
            self.wrong("must be a list")
        return []

    def text(self, allowed: Collection[str] = ()) -> str:
        """A text; with `allowed`, one of these words. `no` or `1` unquoted is no text in YAML."""
        if self.is_empty():
            return ""
        value = self._scalar("str", "must be text; quote it")
        if allowed and value and value not in allowed:
            near = suggestion(value, allowed) or f"; one of: {', '.join(allowed)}"
            self.wrong(f"`{value}` is not known{near}")
            return ""
        return value

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.text() for item in self.items())

    def languages(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(language, texts) of a mapping by language."""
        return tuple((name, value.texts()) for name, value in self.mapping().items())

    def words(self) -> tuple[str, ...]:
        """The texts of a mapping by language, languages merged."""
        return tuple(word for _, words in self.languages() for word in words)

    def plain(self) -> tuple[str, ...]:
        """A value or a list of values of any kind, as written."""
        if self.is_list():
            return tuple(value for item in self.items() for value in item.plain())
        return (self._scalar("", "must be a single value"),)

    def date(self) -> str:
        """An ISO date, quoted or not."""
        if self.raw is not None and self.raw.tag == f"{_TAG}timestamp" and len(self.raw.value) > 9:
            return str(self.raw.value)
        return self.text()

    def is_true(self, *, default: bool = False) -> bool:
        """A boolean; only `true` and `false` are written for one."""
        if self.is_empty():
            return default
        value = self._scalar("bool", "must be true or false")
        if value not in {"true", "false", ""}:
            self.wrong("must be true or false")
        return value == "true"

    def number(self) -> int:
        """A whole number from 0."""
        value = self._scalar("int", "must be a whole number")
        if value and not value.isdecimal():
            self.wrong("must be a whole number")
        return int(value) if value.isdecimal() else 0

    def _scalar(self, kind: str, otherwise: str) -> str:
        """What is written, when it is of the kind; empty and a mistake when it is not."""
        if self.raw is None:
            return ""
        if not isinstance(self.raw, yaml.ScalarNode) or not self.raw.tag.startswith(_TAG + kind):
            self.wrong(otherwise)
            return ""
        return str(self.raw.value)

    def _entries(self) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Key and value nodes of a mapping by key; a key that stands twice is a mistake."""
        if self.raw is None or not isinstance(self.raw, yaml.MappingNode):
            if not self.is_empty():
                self.wrong("must be a mapping")
            return {}
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in self.raw.value:
            node = self._child(key)
            name = node.text()
            if name in found:
                node.wrong(f"key `{name}` stands twice")
            found[name] = (key, value)
        return found

    def _child(self, raw: yaml.Node) -> Node:
        place = Place(self.place.shown, raw.start_mark.line + 1)
        return Node(self.path, place, raw, self.register)


@dataclass(frozen=True, slots=True)
class Record:
    """The entries of a mapping; one that is absent is an empty node at the mapping's line."""

    node: Node
    entries: dict[str, Node]

    def __getitem__(self, name: str) -> Node:
        found = self.entries.get(name)
        return found or Node(self.node.path, self.node.place, None, self.node.register)

    def __contains__(self, name: str) -> bool:
        return name in self.entries


def read_node(path: str, shown: str, content: bytes, register: Register) -> Node | None:
    """The top node of a file; None, and a mistake, for a file that cannot be read as YAML."""
    try:
        raw = compose(content)
    except YamlProblem as problem:
        register.unreadable(Place(shown, problem.line), str(problem))
        return None
    return Node(path, Place(shown, 1), raw, register)
