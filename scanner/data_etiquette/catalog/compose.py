"""Text that nobody vouches for to YAML nodes: safe loader, and limits on size and nesting."""

from __future__ import annotations

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LARGEST = 1_000_000
"""Bytes of a rule file; the largest of ours has a hundredth of it."""
_DEEPEST = 100
"""Levels of nesting; ours have six."""
_TOO_DEEP = "nested too deeply"


class YamlProblem(Exception):  # noqa: N818 - it is told as a mistake in a file, not raised to users
    """Why a text is not read as YAML."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.line = line


def compose(content: bytes) -> yaml.Node:
    """The top node of a YAML text that nobody vouches for.

    Raises:
        YamlProblem: it is no YAML, is empty, has aliases, or exceeds a limit.
    """
    if len(content) > _LARGEST:
        raise YamlProblem(f"the file is larger than {_LARGEST} bytes")
    try:
        if _may_be_deep(content):
            _check_depth(content)
        raw = yaml.compose(content, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        told = getattr(error, "problem", None) or getattr(error, "reason", type(error).__name__)
        if "nesting depth" in str(told):
            # PyYAML 6.0.4 has a limit of its own, and words of its own for it.
            raise YamlProblem(_TOO_DEEP, mark.line + 1 if mark else 1) from error
        raise YamlProblem(f"not valid YAML: {told}", mark.line + 1 if mark else 1) from error
    if raw is None:
        raise YamlProblem("the file is empty")
    if b"*" in content and _has_alias(raw):
        # An alias can make a file of one page unfold to gigabytes, or a node hold itself.
        raise YamlProblem("anchors and aliases are not allowed")
    return raw


def _may_be_deep(content: bytes) -> bool:
    """Whether the nesting could be dangerous: every level takes a bracket or a column."""
    longest = max(map(len, content.split(b"\n")))
    return content.count(b"[") + content.count(b"{") + 2 * longest > 2000


def _check_depth(content: bytes) -> None:
    """Composing recurses in C without a limit, and ends the process; events do not."""
    depth = line = 0
    for event in yaml.parse(content, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            line = event.start_mark.line + 1 if event.start_mark else line
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise YamlProblem(_TOO_DEEP, line)


def _has_alias(top: yaml.Node) -> bool:
    """Whether a node stands in two places."""
    seen: set[int] = set()
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            return True
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
    return False
