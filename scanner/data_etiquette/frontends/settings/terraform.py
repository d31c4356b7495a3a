"""Terraform where it is simply stated: blocks and `name = value` lines, by their braces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_etiquette.frontends.settings.value import is_secret_name, judged
from data_etiquette.model.facts import SettingFact

_MAX_DEPTH = 60

_BLOCK = re.compile(
    r'\s*(?:dynamic\s+)?([A-Za-z_][\w-]{0,80})((?:\s+"[^"\n]{0,120}"){0,3})\s*\{(.*)'
)
_OBJECT = re.compile(r"\s*\"?([\w.-]{1,120})\"?\s*[=:]\s*\{(.*)")
_ATTRIBUTE = re.compile(r"\s*\"?([\w.-]{1,120})\"?\s*[=:]\s*(.+)")
_HEREDOC = re.compile(r"<<[-~]?\s*\"?(\w+)\"?\s*$")
_NAME = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w*-]+|\[[^\]]*\])+$")
_LABEL = re.compile(r'"([^"]*)"')
_COMMENT = re.compile(r"\s+(?:#|//).*$")


def read_terraform(text: str) -> Iterator[SettingFact]:
    """Attributes as `resource.aws_s3_bucket.NAME.versioning.enabled`."""
    reader = _Reader()
    heredoc = ""
    in_comment = False
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if heredoc:
            heredoc = "" if stripped == heredoc else heredoc
            continue
        if in_comment or stripped.startswith("/*"):
            in_comment = "*/" not in stripped
            continue
        if not stripped or stripped.startswith(("#", "//")):
            continue
        opening = _HEREDOC.search(line)
        heredoc = opening.group(1) if opening is not None else ""
        yield from reader.line(_COMMENT.sub("", line[:2000]), number)


class _Reader:
    def __init__(self) -> None:
        self._stack: list[str] = []
        self._named = ""
        """Value of the last attribute `name`: what a `value` beside it is of."""

    def line(self, line: str, number: int) -> Iterator[SettingFact]:
        """One line outside of comments and texts."""
        stack = self._stack
        block = _BLOCK.match(line) or _OBJECT.match(line)
        if block is not None:
            labels = _LABEL.findall(block.group(2)) if len(block.groups()) == 3 else []
            stack.append(".".join([block.group(1), *labels]))
            self._named = ""
            rest = block.group(block.lastindex or 1).strip()
            if rest.endswith("}") and rest.count("{") < rest.count("}"):
                # `versioning { enabled = true }`
                yield from self._attribute(rest[:-1], number)
                stack.pop()
            return
        opened = line.count("{") - line.count("}")
        yield from self._attribute(line, number)
        if opened:
            self._named = ""
        if opened > 0:
            stack.extend([""] * opened)
        elif opened < 0:
            del stack[max(0, len(stack) + opened) :]

    def _attribute(self, line: str, number: int) -> Iterator[SettingFact]:
        match = _ATTRIBUTE.match(line)
        if match is None or len(self._stack) > _MAX_DEPTH:
            return
        name = match.group(1)
        key = ".".join([*(part for part in self._stack if part), name])
        raw = match.group(2).strip().rstrip(",")
        if name == "name":
            self._named = raw.strip('"')
        if name == "value" and is_secret_name(self._named):
            kind, value = judged("password", raw.strip('"'))
            yield SettingFact(key, number, kind, value)
        elif raw[:1] == "[":
            members = _LABEL.findall(raw)[:20] if "{" not in raw else []
            for member in members:
                yield SettingFact(f"{key}[]", number, *judged(key, member))
        elif raw[:1] == '"':
            yield SettingFact(key, number, *judged(key, raw[1:].partition('"')[0]))
        elif _NAME.match(raw):
            yield SettingFact(key, number, "reference", raw[:80])
        elif raw[:1] not in ("{", "<", "("):
            yield SettingFact(key, number, *judged(key, raw))
