"""Identifiers as words: splitting, folding of plurals and accents, and the lookup of runs."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BORDER = re.compile(
    r"""
    [A-Z]+(?![a-z])      # an acronym: HTTP in HTTPServer is cut before its last capital below
    | [A-Z]?[a-z]+
    | \d+
    """,
    re.VERBOSE,
)
_ACRONYM_THEN_WORD = re.compile(r"([A-Z]+)([A-Z][a-z])")
_NO_PLURAL = ("ss", "us", "is", "as", "os", "news", "gps", "ios", "sms", "dns", "tls", "aws")


@lru_cache(maxsize=65536)
def split(identifier: str) -> tuple[str, ...]:
    """`dateOfBirth`, `date_of_birth` and `DATE-OF-BIRTH` are all (date, of, birth)."""
    text = fold(identifier)
    text = _ACRONYM_THEN_WORD.sub(r"\1_\2", text)
    return tuple(singular(word.lower()) for word in _BORDER.findall(text))


def fold(text: str) -> str:
    """Text without accents; the German sharp s as ss."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@lru_cache(maxsize=16384)
def singular(word: str) -> str:
    """An English plural's singular; the same folding is applied to every list of words."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(_NO_PLURAL):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


def joined(phrase: str) -> str:
    """A phrase of a word list as one folded run: `E mail addresses` is `emailaddress`."""
    return "".join(split(phrase.replace(" ", "_")))


def occurs(run: str, words: tuple[str, ...]) -> bool:
    """Whether a joined run stands in the identifier at word borders."""
    for start in range(len(words)):
        text = ""
        for word in words[start:]:
            text += word
            if text == run:
                return True
            if len(text) >= len(run):
                break
    return False
