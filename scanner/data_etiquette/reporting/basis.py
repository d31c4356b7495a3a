"""How sure a judgement is, in words, and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import Confidence

CONFIDENCE = {
    Confidence.HIGH: "high, hardly any doubt",
    Confidence.MEDIUM: "medium, probable but not certain",
    Confidence.LOW: "low, a guess that is worth a look",
}
_EVIDENCE = (
    (re.compile(r"type (\S+) holds "), "its declared type `{}`"),
    (re.compile(r"type (\S+)$"), "its declared type `{}`"),
    (re.compile(r"name says "), "its name"),
    (re.compile(r"column name says "), "its column's name"),
    (re.compile(r"label says "), "its label"),
    (re.compile(r"so named on (\S+)"), "its being on `{}`"),
    (re.compile(r"text under "), "a word for a person in its name"),
    (re.compile(r"comes from (\S+)"), "the column it is made from, `{}`"),
    (re.compile(r"declared so by a person"), "a person's decision in the declaration"),
    (re.compile(r"tagged "), "a tag that its owners gave it"),
    (re.compile(r"`[^`]+` is `"), "a short form written out"),
    (re.compile(r"(\S+) is (?:a|something) "), "what `{}` is"),
)
_NOTES = (
    (re.compile(r" by its name$"), "a name only; nothing declares what it holds"),
    (re.compile(r"^`.+` holds "), "a source that the catalogue knows"),
    (re.compile(r" quotes "), "an exception whose text is known to quote it"),
)


def rests_on(evidence: Sequence[str]) -> str:
    """`its name, what `Patient` is and its declared type `EmailField``; empty for no evidence."""
    found = [basis for text in evidence for basis in _basis(text)]
    return listed(list(dict.fromkeys(found)))


def flow_rests_on(flow: Flow) -> str:
    """What a flow rests on that no declared field stands behind."""
    first = flow.steps[0].note if flow.steps else ""
    for pattern, words in _NOTES:
        if pattern.search(first):
            return words
    return ""


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


def _basis(text: str) -> list[str]:
    for pattern, words in _EVIDENCE:
        match = pattern.match(text)
        if match is not None:
            return [words.format(*match.groups())]
    return []
