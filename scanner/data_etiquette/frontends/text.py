"""Bytes to text as Python reads it: PEP 263 comments, byte order marks, any line ending."""

from __future__ import annotations

import codecs
import io
import re
import tokenize

_BINARY_SAMPLE = 8192
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


def decode(data: bytes, *, is_python: bool) -> tuple[str, str]:
    """(text, reason); a reason says why there is no text. Line endings become line feeds."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return _normalised(data, "utf-32")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _normalised(data, "utf-16")
    if b"\0" in data[:_BINARY_SAMPLE]:
        return "", "binary file"
    encoding = "utf-8-sig"
    if is_python and not data.startswith(codecs.BOM_UTF8):
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        except (SyntaxError, LookupError) as error:
            declared = _CODING.match(data)
            if declared is None and not data.isascii():
                return _latin(data)
            return "", f"unknown or contradictory encoding: {error}"
    text, reason = _normalised(data, encoding)
    return (text, reason) if not reason else _latin(data)


def _normalised(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError) as error:
        return "", f"not {encoding} text: {error}"
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), ""


def _latin(data: bytes) -> tuple[str, str]:
    """Bytes that are no UTF-8: read as Latin-1, which keeps every identifier that is ASCII."""
    if b"\0" in data:
        return "", "binary file"
    return _normalised(data, "latin-1")
