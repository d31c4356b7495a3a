"""YAML files as nodes with lines, and a reader that collects mistakes instead of raising them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Mistakes:
    """What is wrong in the files read so far."""

    found: list[str] = field(default_factory=list)

    def add(self, path: str, line: int, text: str) -> None:
        """Note one mistake."""
        self.found.append(f"{path}:{line}: {text}")


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML node that knows its file; every accessor is total."""

    path: str
    raw: yaml.Node | None
    mistakes: Mistakes

    @property
    def line(self) -> int:
        """Line in the file, from 1."""
        return self.raw.start_mark.line + 1 if self.raw is not None else 1

    def wrong(self, text: str) -> None:
        """Note a mistake at this node."""
        self.mistakes.add(self.path, self.line, text)

    def keys(self, allowed: Iterable[str], required: Iterable[str] = ()) -> dict[str, Node]:
        """Entries of a mapping whose keys are known; everything else is a mistake."""
        known = tuple(allowed)
        entries = self.mapping()
        for name, value in entries.items():
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                hint = f"; did you mean `{close[0]}`?" if close else ""
                value.wrong(f"unknown key `{name}`{hint}")
        for name in required:
            if name not in entries:
                self.wrong(f"`{name}` is missing")
        return entries

    def mapping(self) -> dict[str, Node]:
        """Entries of a mapping with any keys."""
        if self.raw is None or _is_null(self.raw):
            return {}
        if not isinstance(self.raw, yaml.MappingNode):
            self.wrong("must be a mapping")
            return {}
        return {
            str(key.value): Node(self.path, value, self.mistakes) for key, value in self.raw.value
        }

    def items(self) -> list[Node]:
        """Entries of a sequence."""
        if self.raw is None or _is_null(self.raw):
            return []
        if not isinstance(self.raw, yaml.SequenceNode):
            self.wrong("must be a list")
            return []
        return [Node(self.path, value, self.mistakes) for value in self.raw.value]

    def text(self, allowed: Iterable[str] = ()) -> str:
        """A scalar's text; with `allowed`, one of these words."""
        if self.raw is None or _is_null(self.raw):
            return ""
        if not isinstance(self.raw, yaml.ScalarNode):
            self.wrong("must be a single value")
            return ""
        value = str(self.raw.value)
        words = tuple(allowed)
        if words and value not in words:
            close = difflib.get_close_matches(value, words, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"one of: {', '.join(words)}"
            self.wrong(f"`{value}` is not known; {hint}")
        return value

    def texts(self) -> tuple[str, ...]:
        """A list of texts. An unquoted `no` or `on` is YAML's boolean: told, not swallowed."""
        found = []
        for item in self.items():
            if item.raw is not None and item.raw.tag != "tag:yaml.org,2002:str":
                item.wrong("must be text; quote it")
            found.append(item.text())
        return tuple(found)

    def languages(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(language, texts) of a mapping by language."""
        return tuple((name, value.texts()) for name, value in self.mapping().items())

    def is_true(self) -> bool:
        """A boolean."""
        return self.text(("true", "false", "")) == "true"

    def number(self) -> int:
        """A whole number."""
        value = self.text()
        if not value.isdigit():
            self.wrong("must be a whole number")
            return 0
        return int(value)


def read_node(place: Path, shown: str, mistakes: Mistakes) -> Node:
    """The top node of a file; a file that is no YAML is a mistake and an empty node."""
    try:
        raw = yaml.compose(place.read_bytes(), Loader=_Loader)
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        mistakes.add(shown, mark.line + 1 if mark is not None else 1, f"not valid YAML: {problem}")
        raw = None
    return Node(shown, raw, mistakes)


def _is_null(raw: yaml.Node) -> bool:
    return isinstance(raw, yaml.ScalarNode) and raw.tag == "tag:yaml.org,2002:null"
