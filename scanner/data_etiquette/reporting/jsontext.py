"""JSON as text: what a program reads back is exact, and what a person reads hides nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from data_etiquette.reporting.sentence import INVISIBLE

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"


def json_text(document: Mapping[str, object] | Sequence[object], indent: int | None = None) -> str:
    """The document, one trailing newline.

    Characters that nobody sees, or that turn the direction of reading, are written as JSON's own
    escapes: the value stays what it was. Half surrogate pairs have no other way into a file.
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(document, ensure_ascii=False, indent=indent, separators=separators)
    # Outside of strings JSON holds none of these characters.
    return INVISIBLE.sub(lambda match: _escape(ord(match[0])), text) + "\n"


def _escape(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
