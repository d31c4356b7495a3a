"""YAML and JSON as a tree with lines, built without recursion: nesting and aliases are bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

MAX_DEPTH = 60
MAX_NODES = 60_000

# The C parser where it was built; the same events, ten times faster.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Tree:
    """One value. A mapping and a sequence have `items`; a scalar has `text`."""

    line: int
    """Of its key where it has one."""
    kind: str
    """`mapping`, `sequence`, `scalar`."""
    text: str = ""
    items: list[tuple[str, Tree]] = field(default_factory=list)
    """(key, value), the key empty in sequences."""
    is_plain: bool = True
    """Whether a scalar was written without quotes."""
    tag: str = ""

    def get(self, *keys: str) -> Tree:
        """The value below a chain of keys; an empty scalar where there is none."""
        place = self
        for key in keys:
            found = next((value for name, value in place.items if name == key), None)
            if found is None or place.kind != "mapping":
                return Tree(0, "scalar")
            place = found
        return place

    def mapping(self) -> list[tuple[str, Tree]]:
        """Keys and values of a mapping; nothing of anything else."""
        return self.items if self.kind == "mapping" else []

    def values(self) -> Iterator[Tree]:
        """Members of a sequence; nothing of anything else."""
        if self.kind == "sequence":
            yield from (value for _, value in self.items)


@dataclass(slots=True)
class _Open:
    tree: Tree
    key: str | None = None
    line: int = 0


def read_trees(text: str) -> tuple[list[Tree], str]:
    """(documents, reason); a reason says why not all was read."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if not builder.event(event):
                return builder.documents, f"more than {MAX_NODES} values"
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # A syntax error is told on several lines; the first says what, the mark says where.
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or type(error).__name__
        return builder.documents, f"not YAML or JSON{where}: {' '.join(str(problem).split())[:100]}"
    return builder.documents, builder.reason


class _Builder:
    def __init__(self) -> None:
        self.documents: list[Tree] = []
        self.reason = ""
        self._stack: list[_Open] = []
        self._too_deep = 0
        self._count = 0

    def event(self, event: yaml.Event) -> bool:
        """Take one event; whether more are wanted."""
        if isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            if self._too_deep:
                self._too_deep -= 1
            elif self._stack:
                self._stack.pop()
        elif isinstance(event, yaml.ScalarEvent):
            line = _line(event)
            plain = event.style in (None, "")
            self._add(Tree(line, "scalar", event.value, is_plain=plain, tag=_short(event.tag)))
        elif isinstance(event, yaml.AliasEvent):
            # Expanding aliases can take any amount of memory.
            line = _line(event)
            self._add(Tree(line, "scalar", f"*{event.anchor}", tag="alias"))
        return self._count < MAX_NODES

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if self._too_deep or len(self._stack) >= MAX_DEPTH:
            self._too_deep += 1
            self.reason = f"nested deeper than {MAX_DEPTH} levels"
            return
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        line = _line(event)
        tree = Tree(line, "mapping" if is_mapping else "sequence", tag=_short(event.tag))
        self._add(tree)
        self._stack.append(_Open(tree))

    def _add(self, tree: Tree) -> None:
        if self._too_deep:
            return
        self._count += 1
        if not self._stack:
            self.documents.append(tree)
            return
        top = self._stack[-1]
        if top.tree.kind == "sequence":
            top.tree.items.append(("", tree))
        elif top.key is None:
            top.key = tree.text if tree.kind == "scalar" else ""
            top.line = tree.line
        else:
            tree.line = top.line
            top.tree.items.append((top.key, tree))
            top.key = None


def _short(tag: str | None) -> str:
    return tag if tag is not None and tag.startswith("!") and len(tag) > 1 else ""


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1
