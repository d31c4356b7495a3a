"""Columns of a CREATE TABLE from its own text: dialect-blind, tolerant, exact in place.

Types and constraints differ between dialects far more than the outline `name type constraints`
does, and what a parser of one dialect refuses is usually a clause behind the type. So the columns
are read from tokens, and the parser is kept for statements whose meaning needs a tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_etiquette.frontends.redact import redact
from data_etiquette.model.facts import FieldFact

_NOT_COLUMNS = frozenset(
    "primary foreign unique constraint check key index fulltext spatial exclude like period partition "
    "interleave projection".split()
)
_NAME = re.compile(
    r"\s*(?P<quote>[\"`\[]?)(?P<name>(?<=\[)[^\]]+|(?<=\")[^\"]+|(?<=`)[^`]+|[\w$#]+)[\"`\]]?"
)
_TYPE = re.compile(
    r"\s*(?P<type>\[?[A-Za-z_][\w.]*\]?(?:\s+(?:varying|precision|large\s+object|unsigned|with(?:out)?\s+time\s+zone"
    r"|with\s+local\s+time\s+zone)\b)*(?:\s*\([^()]*\))?(?:\s+with(?:out)?\s+(?:local\s+)?time\s+zone)?(?:\s*\[\s*\])?)",
    re.IGNORECASE,
)
_DEFAULT = re.compile(r"(?i)\bdefault\s+(\(.*?\)|'[^']*'(?:::\w+)?|[^\s,()]+(?:\(.*?\))?)")
_REFERENCES = re.compile(
    r"(?i)\breferences\s+([\w.\"`\[\]]+)\s*(?:\(\s*[\"`\[]?(\w+)[\"`\]]?\s*\))?"
)
_ON_DELETE = re.compile(
    r"(?i)\bon\s+delete\s+(cascade|set\s+null|set\s+default|restrict|no\s+action)"
)
_COMMENT = re.compile(r"(?i)\bcomment\s*=?\s*'((?:[^']|'')*)'")
_CHECK = re.compile(r"(?i)\bcheck\s*\(")
_ENCRYPTED = re.compile(r"(?i)\bencrypted\s+with\b|\bencrypt\b")
_MASKED = re.compile(r"(?i)\bmasked\s+with\b|\bmasking\s+policy\b|\bmask\s+\w")
_TABLE_FOREIGN = re.compile(
    r"(?i)foreign\s+key\s*\(\s*[\"`\[]?(\w+)[\"`\]]?\s*\)\s*references\s+([\w.\"`\[\]]+)"
)
_LINE_COMMENT = re.compile(r"--[^\n]*")


def read_columns(text: str, offset: int, script: str) -> tuple[FieldFact, ...]:
    """Columns between the parentheses of a CREATE TABLE.

    Args:
        text: what stands between the parentheses, with comments.
        offset: its place in the script.
        script: the whole file, for lines and comments.
    """
    pieces = list(_pieces(text))
    foreign = {}
    for _, piece in pieces:
        for match in _TABLE_FOREIGN.finditer(piece):
            foreign[match[1].lower()] = bare(match[2])
    found = []
    for start, piece in pieces:
        fact = read_column(piece, offset + start, script, foreign)
        if fact is not None:
            found.append(fact)
    return tuple(found)


def read_column(
    piece: str, offset: int, script: str, foreign: dict[str, str] | None = None
) -> FieldFact | None:
    """One column definition; None for constraints and what is no definition."""
    code = _LINE_COMMENT.sub(lambda match: " " * len(match.group()), piece)
    name = _NAME.match(code)
    if name is None or (not name["quote"] and name["name"].lower() in _NOT_COLUMNS):
        return None
    kind = _TYPE.match(code, name.end())
    rest = code[kind.end() :] if kind is not None else ""
    position = offset + name.start("name")
    line = script.count("\n", 0, position) + 1
    reference = _REFERENCES.search(rest)
    doc = _COMMENT.search(rest)
    relation = bare(reference[1]) if reference else (foreign or {}).get(name["name"].lower(), "")
    return FieldFact(
        name=name["name"],
        line=line,
        column=position - script.rfind("\n", 0, position),
        end_line=line,
        annotation=" ".join(kind["type"].strip("[]").split()) if kind is not None else "",
        options=tuple(_options(rest)),
        relation=relation,
        doc=redact(doc[1]) if doc else "",
        comment=_trailing_comment(script, position),
        origin="column",
    )


def bare(name: str) -> str:
    """A table's name without quotes."""
    return re.sub(r"[\"`\[\]]", "", name)


def _options(rest: str) -> Iterator[tuple[str, str]]:
    default = _DEFAULT.search(rest)
    if default:
        yield "default", redact(default[1].strip("()"))
    lowered = rest.lower()
    if "not null" in lowered:
        yield "not_null", "true"
    if "primary key" in lowered:
        yield "primary_key", "true"
    if re.search(r"\bunique\b", lowered):
        yield "unique", "true"
    reference = _REFERENCES.search(rest)
    if reference:
        yield "references", f"{bare(reference[1])}.{reference[2] or ''}"
    on_delete = _ON_DELETE.search(rest)
    if on_delete:
        yield "on_delete", " ".join(on_delete[1].upper().split()).replace(" ", "_")
    if _CHECK.search(rest):
        yield "check", "true"
    if _ENCRYPTED.search(rest):
        yield "protection", "encrypted"
    elif _MASKED.search(rest):
        yield "protection", "masked"


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text cut at commas outside parentheses, strings and comments."""
    depth, start, index = 0, 0, 0
    while index < len(text):
        character = text[index]
        if text.startswith("--", index):
            end = text.find("\n", index)
            index = len(text) if end < 0 else end
            continue
        if text.startswith("/*", index):
            end = text.find("*/", index)
            index = len(text) if end < 0 else end + 2
            continue
        if character in "'\"`":
            end = text.find(character, index + 1)
            index = len(text) if end < 0 else end + 1
            continue
        depth += (character in "(<") - (character in ")>")
        if character == "," and depth <= 0:
            yield _trimmed(text, start, index)
            start = index + 1
        index += 1
    yield _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> tuple[int, str]:
    """A piece without the comments and blanks before it."""
    leading = re.compile(r"(?:\s+|--[^\n]*\n|/\*.*?\*/)*", re.DOTALL).match(text, start, end)
    begin = leading.end() if leading else start
    return begin, text[begin:end]


def _trailing_comment(script: str, position: int) -> str:
    end = script.find("\n", position)
    line = script[position : end if end >= 0 else len(script)]
    mark = line.find("--")
    return redact(line[mark + 2 :].strip()) if mark >= 0 else ""
