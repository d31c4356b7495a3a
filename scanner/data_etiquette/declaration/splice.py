"""Additions to the text of a declaration that leave every other character where it stands.

Round-trip libraries keep comments but write lists, quotes and indentation their own way; a file
that a person wrote comes back with a difference on every line. Here the parser's marks say where
the new text goes, and nothing else is touched.
"""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from data_etiquette.declaration.difference.patch import flow_list, scalar
from data_etiquette.declaration.node import entries, is_empty, items, mappings, text


class Splicer:
    """Collects additions and gives the new text."""

    def __init__(self, source: str, top: yaml.Node) -> None:
        self._lines = source.splitlines(keepends=True)
        if self._lines and not self._lines[-1].endswith("\n"):
            self._lines[-1] += "\n"
        self._top = top
        self._after: dict[int, list[str]] = {}
        """New lines by the line they follow (0-based; -1: the top)."""
        self._within: dict[int, list[tuple[int, int, str, int]]] = {}
        """Line to (column, order, text, characters that it replaces) of what is put into it."""
        self._count = 0
        self._tails: dict[str, list[str]] = {}
        """New sections, which follow everything."""
        self._opened: dict[str, int] = {}
        """Section that had no entries to the line that the first new one follows."""

    def text(self) -> str:
        """The text with all additions."""
        made: list[str] = []
        for number, line in enumerate(self._lines):
            made.append(_with(line, self._within.get(number, ())))
            made += self._after.get(number, [])
        for section, lines in self._tails.items():
            gap = "\n" if made and made[-1].strip() else ""
            made += [gap, f"{section}:\n", *lines]
        return "".join(made)

    def add_entries(self, section: str, lines: Sequence[str]) -> None:
        """Entries at the end of a section that is a list; made when it is missing.

        `lines` are indented by two; they get the section's own indentation.
        """
        node = entries(self._top).get(section)
        if section in self._opened:
            self._add_after(self._opened[section], lines)
        elif node is None or is_empty(node):
            self._new_section(section, node, lines)
        elif isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
            indent = int(node.value[0].start_mark.column) - 2
            shift = " " * max(indent, 0)
            self._add_after(last_line(node), [shift + line[2:] for line in lines])
        elif isinstance(node, yaml.SequenceNode) and not node.value:
            self._cut(node)
            self._open(section, node.end_mark.line, lines)
        else:
            raise NotSpliceable(f"{section} is written in one line")

    def add_values(self, entry: yaml.Node, key: str, values: Sequence[str]) -> None:
        """Texts to a list of an entry; the key is made when it is missing."""
        node = entries(entry).get(key)
        if node is None:
            self._new_key(entry, key, flow_list(values))
        elif isinstance(node, yaml.SequenceNode):
            self._extend(node, values)
        elif is_empty(node):
            self._put(_end(node), f" {flow_list(values)}")
        else:
            self._put((node.start_mark.line, node.start_mark.column), "[")
            self._put(_end(node), "".join(f", {scalar(value)}" for value in values) + "]")

    def add_key(self, entry: yaml.Node, key: str, value: str) -> None:
        """A key with a value in YAML; an entry that has the key is left as it is."""
        if entries(entry).get(key) is None:
            self._new_key(entry, key, value)

    def replace_text(self, entry: yaml.Node, key: str, value: str) -> None:
        """Another text in the place of one; what stands around it stays."""
        node = entries(entry).get(key)
        if not isinstance(node, yaml.ScalarNode) or node.start_mark.line != node.end_mark.line:
            raise NotSpliceable(f"{key} is not a text in one line")
        start, end = int(node.start_mark.column), int(node.end_mark.column)
        self._put((int(node.start_mark.line), start), scalar(value), end - start)

    def _extend(self, node: yaml.SequenceNode, values: Sequence[str]) -> None:
        if not node.flow_style:
            column = " " * (int(node.value[-1].start_mark.column) - 2)
            lines = [f"{column}- {scalar(value)}" for value in values]
            self._add_after(last_line(node), lines)
        elif node.value:
            self._put(_end(node.value[-1]), "".join(f", {scalar(value)}" for value in values))
        else:
            place = (node.start_mark.line, node.start_mark.column + 1)
            self._put(place, ", ".join(scalar(value) for value in values))

    def _new_key(self, entry: yaml.Node, key: str, value: str) -> None:
        if not isinstance(entry, yaml.MappingNode) or not entry.value:
            raise NotSpliceable("the entry is empty")
        last_key, last = entry.value[-1]
        if entry.flow_style:
            self._put(_end(last), f", {key}: {value}")
        else:
            indent = " " * int(last_key.start_mark.column)
            self._add_after(last_line(last), [f"{indent}{key}: {value}"])

    def _new_section(self, section: str, node: yaml.Node | None, lines: Sequence[str]) -> None:
        if node is None:
            self._tails.setdefault(section, []).extend(f"{line}\n" for line in lines)
        else:
            self._open(section, node.start_mark.line, lines)
            if node.start_mark.index != node.end_mark.index:
                self._cut(node)

    def _open(self, section: str, number: int, lines: Sequence[str]) -> None:
        self._opened[section] = number
        self._add_after(number, lines)

    def _cut(self, node: yaml.Node) -> None:
        """Take out a value that stands for nothing: `[]`, `null`."""
        number, first, last = node.start_mark.line, node.start_mark.column, node.end_mark.column
        line = self._lines[number]
        self._lines[number] = line[:first].rstrip() + line[last:]

    def _add_after(self, number: int, lines: Sequence[str]) -> None:
        self._after.setdefault(number, []).extend(f"{line}\n" for line in lines)

    def _put(self, place: tuple[int, int], value: str, instead_of: int = 0) -> None:
        self._count += 1
        self._within.setdefault(place[0], []).append((place[1], self._count, value, instead_of))


class NotSpliceable(Exception):  # noqa: N818 (told to the user as advice, not raised to them)
    """A place that nothing can be added to without rewriting it."""


def last_line(node: yaml.Node) -> int:
    """The last line (0-based) that belongs to a node; comments below it do not."""
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return last_line(node.value[-1])
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return last_line(node.value[-1][1])
    line, column = _end(node)
    return line - 1 if column == 0 and line > node.start_mark.line else line


def find_entry(top: yaml.Node, section: str, identity: str) -> yaml.Node | None:
    """One entry of a section by its id."""
    for entry in mappings(entries(top).get(section)):
        if text(entries(entry).get("id")) == identity:
            return entry
    return None


def listed_values(entry: yaml.Node, key: str) -> list[str]:
    """Texts of a list of an entry."""
    return [text(item) for item in items(entries(entry).get(key))]


def _end(node: yaml.Node) -> tuple[int, int]:
    return int(node.end_mark.line), int(node.end_mark.column)


def _with(line: str, additions: Sequence[tuple[int, int, str, int]]) -> str:
    for column, _, value, replaced in sorted(additions, reverse=True):
        line = line[:column] + value + line[column + replaced :]
    return line
