"""Python source whose parts are known by offset, so that a change touches nothing else."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, ParentNodeProvider, PositionProvider

MAX_DEPTH = 200
"""Levels of nesting; people write a tenth of it."""
_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, order=True)
class Replacement:
    """Text for a part of the source, by offsets in characters."""

    start: int
    end: int
    text: str


class Source:
    """A module with the places of its nodes."""

    def __init__(self, text: str) -> None:
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        self.text = text
        self.module = wrapper.module
        self._ranges: Mapping[cst.CSTNode, CodeRange] = wrapper.resolve(PositionProvider)
        self._parents: Mapping[cst.CSTNode, cst.CSTNode] = wrapper.resolve(ParentNodeProvider)
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]

    @property
    def newline(self) -> str:
        """How its lines end."""
        match = _BREAK.search(self.text)
        return match[0] if match is not None else "\n"

    def lines(self, node: cst.CSTNode) -> range:
        """The lines that a node stands on."""
        place = self._ranges[node]
        return range(place.start.line, place.end.line + 1)

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Offsets of a node without the space around it."""
        place = self._ranges[node]
        return (
            self._starts[place.start.line - 1] + place.start.column,
            self._starts[place.end.line - 1] + place.end.column,
        )

    def code(self, node: cst.CSTNode) -> str:
        """A node as it is written."""
        start, end = self.span(node)
        return self.text[start:end]

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """What a node stands in."""
        return self._parents.get(node)

    def nodes(self) -> Iterator[cst.CSTNode]:
        """All nodes, outer ones first."""
        return walk(self.module)

    def replaced(self, node: cst.CSTNode, text: str) -> Replacement:
        """Another text in the place of a node."""
        return Replacement(*self.span(node), text)


def read_source(text: str) -> Source | None:
    """The module; nothing where the text is no Python that the editor knows, or nested too deep."""
    if not _is_shallow(text):
        return None
    try:
        return Source(text)
    except (cst.ParserSyntaxError, cst.CSTLogicError, RecursionError, ValueError):
        return None


def _is_shallow(text: str) -> bool:
    """Whether the concrete parser, which ends the process where its stack does, can take it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return True
    return False


def walk(root: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all in it, outer ones first."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def decoded(data: bytes) -> tuple[str, str]:
    """(text with its line ends, encoding); a mark of order at the beginning stays part of it.

    Raises:
        UnicodeError: it is not text in the encoding that it names.
        SyntaxError: it names an encoding that nobody knows.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    return data.decode(name), name


def applied(text: str, replacements: Iterable[Replacement]) -> str:
    """The text with all replacements made; of those that overlap the first one is."""
    parts: list[str] = []
    at = 0
    for item in sorted(set(replacements)):
        if item.start >= at:
            parts += [text[at : item.start], item.text]
            at = item.end
    return "".join([*parts, text[at:]])
