"""Jinja around SQL made neutral at the same offsets: one branch of each choice, no macro bodies.

What stays are short `{{ … }}` placeholders, which the lexer knows as holes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_etiquette.frontends.sql.macro import called

_OPENING = re.compile(r"\{[{%#]")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_TAG = re.compile(r"\{%[-+]?\s*(?P<name>\w+)(?P<rest>[^%]{0,200})")
_LONG = 400
"""A longer placeholder is a call with many arguments, not a name."""
_REFERENCE = re.compile(r"\{\{\s*-?\s*(?:ref|source)\b")
_CALLS = re.compile(
    r"\{\{(?!\s*-?\s*(?:ref|source)\b)(?:[^}'\"]|\}(?!\}))*['\"].{0,400}?\}\}", re.DOTALL
)
_LATER = re.compile(r"\s*is_incremental\s*\(")
"""What only holds from the second run of a model on; it is read as it is run first."""
_BODIES = frozenset(
    {"macro", "test", "materialization", "docs", "snapshot_check", "call", "data_test"}
)
"""Blocks that are code or prose, not this file's statement."""
_BRANCHES = frozenset({"else", "elif"})
_LOOSE_COMMA = re.compile(r",(?=\s*(?:\)|from\b|where\b|group\s+by\b|order\s+by\b))", re.IGNORECASE)
_SNAPSHOT = re.compile(r"\{%-?[ ]*(?:snapshot[ ]+(?P<name>\w+)|endsnapshot)[ ]*-?%\}")
_INK = re.compile(r"[^\n]+")


def neutral(text: str) -> str:
    """The text with Jinja's statements and comments blanked."""
    if "{%" not in text and "{{" not in text and "{#" not in text:
        return text
    text = _CALLS.sub(lambda match: called(match.group(), text[: match.start()]), text)
    pieces: list[str] = []
    at = 0
    has_tags = False
    for start, end in _blanks(text):
        pieces += [text[at:start], _told(text[start:end])]
        at = end
        has_tags = True
    found = "".join((*pieces, text[at:]))
    # A loop's comma behind its last turn.
    return _LOOSE_COMMA.sub(" ", found) if has_tags and "{%" in text else found


def _told(text: str) -> str:
    """A snapshot is a model that its tag names; everything else of Jinja is blank."""
    found = _SNAPSHOT.fullmatch(text)
    if found is not None and found["name"]:
        return f"MODEL(name {found['name']});".ljust(len(text))
    return ";".ljust(len(text)) if found is not None else _blank(text)


def _blanks(text: str) -> Iterator[tuple[int, int]]:
    """Spans to blank, in order, none inside another."""
    blocks: list[tuple[str, int]] = []
    hidden = -1
    hidden_depth = 0
    is_later = False
    for start, end in _marks(text):
        mark = text[start : start + 2]
        if mark != "{%":
            is_long = end - start > _LONG and not _REFERENCE.match(text, start)
            if hidden < 0 and (mark == "{#" or is_long):
                yield start, end
            continue
        tag = _TAG.match(text, start)
        name = tag["name"] if tag is not None else ""
        rest = tag["rest"] if tag is not None else ""
        if name.startswith("end"):
            if blocks:
                blocks.pop()
            if hidden >= 0 and len(blocks) < hidden_depth:
                yield hidden, end
                hidden, is_later = -1, False
                continue
        elif name in _BRANCHES and is_later and len(blocks) == hidden_depth:
            yield hidden, end
            hidden, is_later = -1, False
            continue
        elif name in _BRANCHES and hidden < 0:
            hidden, hidden_depth = start, len(blocks)
        elif name == "if" and hidden < 0 and _LATER.match(rest):
            blocks.append((name, start))
            hidden, hidden_depth, is_later = start, len(blocks), True
        elif name in _BODIES or (name == "set" and "=" not in rest):
            blocks.append((name, start))
            if hidden < 0:
                hidden, hidden_depth = start, len(blocks)
        elif name in ("if", "for", "filter", "snapshot", "raw", "block"):
            blocks.append((name, start))
        if hidden < 0:
            yield start, end
    if hidden >= 0:
        yield hidden, len(text)


def _marks(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each placeholder, statement and comment of Jinja."""
    at = 0
    absent: set[str] = set()
    while (opening := _OPENING.search(text, at)) is not None:
        closing = _CLOSING[opening.group()]
        end = text.find(closing, opening.end()) if closing not in absent else -1
        if end < 0:
            absent.add(closing)
            at = opening.end()
            continue
        yield opening.start(), end + 2
        at = end + 2


def _blank(text: str) -> str:
    return _INK.sub(lambda match: " " * len(match.group()), text)
