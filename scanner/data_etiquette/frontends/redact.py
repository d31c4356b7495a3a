"""Literals without the personal values they may hold: whatever keeps a literal calls this."""

from __future__ import annotations

import re

MAX_LITERAL = 160
"""Longer literals are cut: facts are no copy of the source."""

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_LONG_NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[ -]?\d){6,}(?!\w)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_CREDENTIALS_IN_URL = re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")
_IP_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")


def redact(text: str) -> str:
    """Replace values that look personal or secret by their kind; cut what is long."""
    if not text.isascii():
        # Escapes may spell half a surrogate pair, which no output can be written with.
        text = text.encode("utf-8", "replace").decode()
    if len(text) > MAX_LITERAL:
        text = text[:MAX_LITERAL] + "…"
    if "@" in text:
        text = _CREDENTIALS_IN_URL.sub("<credentials>", text)
        text = _EMAIL.sub("<e-mail>", text)
    if any(character.isdigit() for character in text):
        text = _IBAN.sub("<iban>", text)
        text = _IP_ADDRESS.sub("<ip>", text)
        text = _LONG_NUMBER.sub("<number>", text)
    return text
