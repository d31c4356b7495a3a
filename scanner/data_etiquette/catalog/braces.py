"""Names written short in rule files: braces stand for alternatives."""

from __future__ import annotations

import re

from data_etiquette.catalog.yamlfile import Node

_BRACES = re.compile(r"\{([^{}]*)\}")


def names_of(node: Node) -> tuple[str, ...]:
    """The names of a list, written out."""
    return expanded(node.texts())


def name_map(node: Node) -> tuple[tuple[str, Node], ...]:
    """Entries of a mapping whose keys are names, one for each name."""
    entries = node.mapping().items()
    return tuple((name, value) for key, value in entries for name in expanded((key,)))


def expanded(texts: tuple[str, ...]) -> tuple[str, ...]:
    """`a.{b,c}` as `a.b` and `a.c`."""
    found: list[str] = []
    for text in texts:
        match = _BRACES.search(text)
        if match is None:
            found.append(text)
            continue
        head, tail = text[: match.start()], text[match.end() :]
        found += expanded(tuple(head + word.strip() + tail for word in match[1].split(",")))
    return tuple(found)
