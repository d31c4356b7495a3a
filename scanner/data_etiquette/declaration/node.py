"""Reading YAML nodes: total accessors that keep the lines."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

TODO = "TODO"


def entries(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """Key and value nodes of a mapping; empty for anything else."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """Entries of a sequence; a scalar counts as a sequence of one."""
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    return [node] if isinstance(node, yaml.ScalarNode) and not is_empty(node) else []


def mappings(node: yaml.Node | None) -> list[yaml.Node]:
    """Entries of a sequence that are mappings; a mapping counts as a sequence of one."""
    found = [node] if isinstance(node, yaml.MappingNode) else items(node)
    return [entry for entry in found if isinstance(entry, yaml.MappingNode)]


def text(node: yaml.Node | None) -> str:
    """A scalar's text; empty for null and for anything else."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) and not is_empty(node) else ""


def texts(node: yaml.Node | None) -> tuple[str, ...]:
    """A list of texts, or one text as a list."""
    return tuple(filter(None, (text(entry) for entry in items(node))))


def is_true(node: yaml.Node | None) -> bool:
    """Whether it says yes."""
    return text(node).lower() in ("true", "yes")


def answer(node: yaml.Node | None) -> bool | None:
    """Yes, no, or nothing said."""
    if node is None or is_empty(node) or is_todo(node):
        return None
    return is_true(node)


def line(node: yaml.Node) -> int:
    """Line from 1."""
    return int(node.start_mark.line) + 1


def is_empty(node: yaml.Node) -> bool:
    """Whether it is null."""
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def is_todo(node: yaml.Node) -> bool:
    """Whether somebody still has to fill it in."""
    return isinstance(node, yaml.ScalarNode) and str(node.value).strip().startswith(TODO)


def answered(node: yaml.Node) -> yaml.Node:
    """The tree without what is still to be filled in: nothing is said there, not `TODO`."""
    if isinstance(node, yaml.SequenceNode):
        kept = [answered(item) for item in node.value if not is_todo(item)]
        return yaml.SequenceNode(node.tag, kept, node.start_mark, node.end_mark, node.flow_style)
    if isinstance(node, yaml.MappingNode):
        pairs = [(key, answered(value)) for key, value in node.value if not is_todo(value)]
        return yaml.MappingNode(node.tag, pairs, node.start_mark, node.end_mark, node.flow_style)
    return node


def todos(node: yaml.Node, where: str = "") -> Iterator[tuple[yaml.Node, str]]:
    """Places whose value is still `TODO`, with their keys: `activities[orders].legal_basis`."""
    if isinstance(node, yaml.ScalarNode):
        if is_todo(node):
            yield node, where
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value, start=1):
            keys = entries(item)
            name = text(keys.get("id")) or text(keys.get("name"))
            if isinstance(item, yaml.ScalarNode):
                yield from todos(item, where)
            else:
                yield from todos(item, f"{where}[{name or number}]")
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            yield from todos(value, f"{where}.{name}" if where else name)


def places(node: yaml.Node, where: str = "") -> Iterator[tuple[str, int]]:
    """(key, line) of everything that is written: `activities[orders].data[email]`."""
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value, start=1):
            keys = entries(item)
            name = text(keys.get("id")) or text(keys.get("name")) or text(item) or str(number)
            yield f"{where}[{name}]", line(item)
            yield from places(item, f"{where}[{name}]")
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            below = f"{where}.{name}" if where else name
            yield below, line(key)
            if isinstance(value, yaml.ScalarNode) and text(value):
                yield f"{below}[{text(value)}]", line(value)
            yield from places(value, below)
