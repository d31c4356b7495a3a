"""A list of words and phrases of `rules/words/`, looked for in identifiers and texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from data_etiquette.flow.lexicon.words import split


@dataclass(slots=True)
class Phrases:
    """Finds phrases, given as joined runs, at word borders."""

    runs: frozenset[str]
    _names: dict[str, bool] = field(default_factory=dict)
    _longest: int = 0

    def __post_init__(self) -> None:
        self._longest = max((len(run) for run in self.runs), default=0)

    def names(self, identifier: str) -> bool:
        """Whether an identifier holds one of the phrases."""
        known = self._names.get(identifier)
        if known is None:
            known = self._names[identifier] = bool(self.first(split(identifier)))
        return known

    def first(self, words: Sequence[str]) -> str:
        """The first phrase among words; an empty word ends what may be one phrase."""
        for start in range(len(words)):
            text = ""
            for word in words[start:]:
                if not word:
                    break
                text += word
                if text in self.runs:
                    return text
                if len(text) > self._longest:
                    break
        return ""
