"""Literals without the personal values they may hold: whatever keeps a literal calls this."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_LITERAL = 160
"""Longer literals are cut: facts are no copy of the source."""

_MAX_READ = 4 * MAX_LITERAL

_DIGIT = re.compile(r"\d")
_EMAIL = re.compile(r"(?:[\w.+%-]|(?<=\w)'(?=\w)){1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_LONG_NUMBER = re.compile(r"(?<!\w)\+?(?:\(\d{1,6}\)[\s./-]{0,3})?\d(?:[\s./()-]{0,3}\d){6,}")
_IBAN = re.compile(
    r"\b(?:[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?"
    r"|[a-z]{2}\d{2}[a-z]{0,4}\d{10,26})\b"
)
_CREDENTIALS_IN_URL = re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")
_IP_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b(?!\.?\d)")
_TOKEN = re.compile(
    r"\b(?:(?:[spr]k_(?:live|test)|gh[opsur]|github_pat|hf)_|(?:glpat|xox[abprs])-"
    r"|AKIA|ASIA|AIza|SG\.|eyJ)[\w.-]{8,}"
    r"|\b(?=[a-fA-F]*\d)[0-9a-fA-F]{32,}\b"
)
"""Keys of well-known services, JSON web tokens, long hexadecimal digests and keys."""


def redact(text: str) -> str:
    """Replace values that look personal or secret by their kind; cut what is long."""
    if not text.isascii():
        # Escapes may spell half a surrogate pair, which no output can be written with.
        text = text.encode("utf-8", "replace").decode()
    is_cut = len(text) > MAX_LITERAL
    if len(text) > _MAX_READ:
        # What the cut goes through could no longer be told by its form.
        text = text[:_MAX_READ].rpartition(" ")[0]
    text = _without_values(text)
    return text[:MAX_LITERAL] + "…" if is_cut else text


@lru_cache(maxsize=8192)  # the same few names and words stand in most files
def _without_values(text: str) -> str:
    text = _TOKEN.sub("<token>", text)
    if "@" in text:
        text = _CREDENTIALS_IN_URL.sub("<credentials>", text)
        text = _EMAIL.sub("<e-mail>", text)
    if _DIGIT.search(text):
        text = _IBAN.sub("<iban>", text)
        text = _IP_ADDRESS.sub("<ip>", text)
        text = _LONG_NUMBER.sub("<number>", text)
    return text
