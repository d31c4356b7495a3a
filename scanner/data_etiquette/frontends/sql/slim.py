"""Row data of large dumps cut before decoding, so that memory follows the schema, not the rows.

Lines keep their numbers. What is not surely a row stays: the splitter knows how to pass it.
"""

from __future__ import annotations

import re

SMALL = 1_000_000
"""Bytes up to which a file is read as it is."""
_LONG_LINE = 4_000
_HEAD = 4_000
_INSERT = re.compile(rb"\s*(?:INSERT|REPLACE)\s", re.IGNORECASE)
_VALUES = re.compile(rb"\bVALUES\b", re.IGNORECASE)
_SELECT = re.compile(rb"\bSELECT\b", re.IGNORECASE)
_COPY = re.compile(rb"\s*COPY\s.{1,4000}\sFROM\s+stdin\b.*;\s*$", re.IGNORECASE)
_COPY_END = b"\\."
_CHUNK = 1 << 20


def slim(data: bytes) -> bytes:
    """The file with its bulk rows made empty lines; small files are as they are."""
    if len(data) <= SMALL or b"\0" in data[:200]:
        return data
    return b"".join(_Rows().lines(data))


class _Rows:
    def __init__(self) -> None:
        self._in_copy = False
        self._in_insert = False

    def lines(self, data: bytes) -> list[bytes]:
        """All lines, rows cut. Only what stays is copied."""
        kept: list[bytes] = []
        at, size = 0, len(data)
        while at < size:
            end = data.find(b"\n", at)
            end = size if end < 0 else end + 1
            kept.append(self._line(data, at, end))
            at = end
        return kept

    def _line(self, data: bytes, start: int, end: int) -> bytes:
        newline = b"\n" if data[end - 1 : end] == b"\n" else b""
        if self._in_copy:
            self._in_copy = not data.startswith(_COPY_END, start)
            return newline if self._in_copy else data[start:end]
        if end - start <= _LONG_LINE:
            return self._short(data[start:end], newline)
        head = data[start : start + _HEAD]
        found = _VALUES.search(head) if _INSERT.match(head) else None
        tail = data[max(start, end - 200) : end].rstrip()
        if found is None or not tail.endswith(b";") or _SELECT.search(head[: found.start()]):
            self._in_insert = False
            return data[start:end]
        return head[: found.end()] + b" (0);" + newline

    def _short(self, line: bytes, newline: bytes) -> bytes:
        stripped = line.strip()
        if self._in_insert and stripped.startswith((b"(", b",(")):
            if stripped.endswith(b"),"):
                return newline
            if stripped.endswith(b");"):
                self._in_insert = False
                return b";" + newline
        # Anything else inside the rows, such as a text of several lines, is left to the splitter.
        self._in_insert = bool(
            (_INSERT.match(line) or stripped.upper() == b"VALUES")
            and stripped.upper().endswith(b"VALUES")
        )
        self._in_copy = _COPY.match(line) is not None
        return line
