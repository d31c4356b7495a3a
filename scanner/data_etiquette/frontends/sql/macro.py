"""Calls of macros that are given columns in quotes, as functions of these columns.

`{{ dbt.datediff('orders.paid_at', 'orders.made_at', 'day') }}` reads two columns, and a surrogate
key is the hash of what it is made from. Every character keeps its offset.
"""

from __future__ import annotations

import re

_CALL = re.compile(r"\{\{-?\s*(?P<name>\w+(?:\.\w+)*)\s*\((?P<arguments>.*)\)\s*-?\}\}", re.DOTALL)
_TEXT = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_PLAIN = re.compile(r"[\s,\[\]\d.-]*")
_SETTINGS = frozenset({"var", "env_var", "config", "doc", "log", "set", "return", "run_query"})
"""Calls whose texts are names of settings."""
_KEYS = frozenset({"generate_surrogate_key", "surrogate_key", "hash"})
"""Macros that hash whatever columns they are given."""
_COLUMN = re.compile(
    r"\s*(?:distinct\s+)?(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){0,3})(?:::\w+)?\s*", re.IGNORECASE
)
_DISTINCT = re.compile(r"\bdistinct\b", re.IGNORECASE)
_BEFORE_TABLE = re.compile(r"\b(?:from|join)\s+$", re.IGNORECASE)
_BEFORE_VALUE = re.compile(
    r"(?:[,(=<>+\-*/|%:]|\b(?:select|distinct|then|else|when|and|or|by|on|where|case|in|not|between))"
    r"\s*$",
    re.IGNORECASE,
)
"""What a value follows; elsewhere a macro is a clause, or a part of the list around it."""
_NEAR = 40


def called(text: str, before: str) -> str:
    """A call in double braces as SQL of the same length; one that says nothing without quotes.

    Args:
        text: the call with its braces.
        before: what stands before it.
    """
    found = _CALL.fullmatch(text)
    is_in_text = before[-1:] in ("'", '"')
    if found is None or is_in_text:
        return _bare(text)
    name = found["name"].rpartition(".")[2].lower()
    is_table = _BEFORE_TABLE.search(before[-_NEAR:]) is not None
    if is_table or name in _SETTINGS:
        return _table(text, found["arguments"]) if is_table and name == "var" else _bare(text)
    if not _BEFORE_VALUE.search(before[-_NEAR:]):
        return _bare(text)
    arguments = _arguments(found["arguments"], is_key=name in _KEYS)
    if not arguments:
        return _bare(text)
    opening, closing = ("MD5(CONCAT(", "))") if name in _KEYS else (f"m_{name}(", ")")
    start, end = found.span("arguments")
    return opening.ljust(start) + arguments + closing.ljust(len(text) - end)


def _bare(text: str) -> str:
    """`'{{ var('x') }}'` is one text."""
    return text.replace("'", " ").replace('"', " ")


def _table(text: str, argument: str) -> str:
    """`FROM {{ var('contacts') }}`: packages name their tables by settings."""
    found = _TEXT.match(argument.strip())
    name = (found[1] or found[2] or "") if found is not None else ""
    return name.ljust(len(text)) if name.isidentifier() else _bare(text)


def _arguments(text: str, *, is_key: bool) -> str:
    """The arguments as SQL; empty where they are no plain texts, or no column is among them."""
    if not _PLAIN.fullmatch(_TEXT.sub("", text)):
        return ""
    has_column = False
    pieces: list[str] = []
    at = 0
    for found in _TEXT.finditer(text):
        pieces.append(text[at : found.start()])
        at = found.end()
        inner = found[1] if found[1] is not None else found[2]
        if _is_column(inner) or (is_key and inner.strip()):
            has_column = True
            inner = _DISTINCT.sub(lambda match: " " * len(match.group()), inner)
            pieces.append(f" {inner} ")
        else:
            plain = inner.replace("'", " ").replace('"', " ")
            pieces.append(f"'{plain}'")
    pieces.append(text[at:])
    return "".join(pieces).replace("[", " ").replace("]", " ") if has_column else ""


def _is_column(text: str) -> bool:
    """A dotted name, or one with an underscore: `day` and `usd` are no columns."""
    found = _COLUMN.fullmatch(text)
    return found is not None and ("." in found["name"] or "_" in found["name"].strip("_"))
