"""Word lists of erasure as they are written: names of libraries, methods and options."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.catalog import Catalog


@dataclass(slots=True)
class WordLists:
    """The lists by purpose, unfolded."""

    lists: dict[str, frozenset[str]] = field(default_factory=dict)
    _words: dict[tuple[str, str], bool] = field(default_factory=dict)

    def __getitem__(self, purpose: str) -> frozenset[str]:
        return self.lists.get(purpose, frozenset())

    def names(self, purpose: str, name: str) -> bool:
        """Whether one word of an identifier stands in a list: `purge` in `purge_orders`."""
        key = (purpose, name)
        known = self._words.get(key)
        if known is None:
            known = self._words[key] = not self[purpose].isdisjoint(split(name))
        return known


def compile_word_lists(catalog: Catalog) -> WordLists:
    """All lists of the catalog."""
    return WordLists({purpose: frozenset(words) for purpose, words in catalog.words})


def last_of(dotted: str) -> str:
    """`purge` of `orders.tasks.purge(…)`."""
    return dotted.partition("(")[0].rpartition(".")[2]
