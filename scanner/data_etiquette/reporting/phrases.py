"""What the pages for auditors say in another language: an English phrase and its translation.

Texts of rules, findings and evidence are English, as the rules are; what has no translation is said
in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data_etiquette.model.period import in_words

DEFAULT_LANGUAGE = "en"
_NUMBERED = re.compile(r"(\d+) ([a-z]+)")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases of one language; called with an English one, gives the translation."""

    language: str = DEFAULT_LANGUAGE
    own: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    """Rules by their code."""

    def __call__(self, phrase: str, **values: object) -> str:
        """The phrase with its names filled in; what is filled in is never read as a phrase."""
        told = {name: str(value) for name, value in values.items()}
        return filled(self.own.get(phrase, phrase), told)

    def counted(self, number: int, noun: str, plural: str = "") -> str:
        """`1 finding`, `3 findings`, with the language's own comma in thousands."""
        word = noun if number == 1 else plural or noun + "s"
        return f"{self.number(number)} {self(word)}"

    def each(self, phrases: str) -> str:
        """Phrases between commas, each by itself."""
        return ", ".join(self(part) for part in phrases.split(", "))

    def lead(self, sentence: str) -> str:
        """A sentence; of one that ends with a list, only what stands before the list is known."""
        head, mark, rest = sentence.partition(": ")
        whole = self(sentence)
        return whole if whole != sentence or not mark else f"{self(head + ':')} {rest}"

    def period(self, written: str) -> str:
        """`P7Y` as `7 years`."""
        return _NUMBERED.sub(lambda m: f"{m[1]} {self(m[2])}", in_words(written))

    def listed(self, words: Sequence[str]) -> str:
        """`a, b and c`."""
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self('and')} {words[-1]}"

    def number(self, number: int) -> str:
        """`1,000`, or `1.000`."""
        return f"{number:,}".replace(",", self("1,000")[1:2])


ENGLISH = Phrases()


def filled(template: str, values: Mapping[str, str]) -> str:
    """A text with its names filled in; what is filled in is never read as a text with names."""
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), template)
