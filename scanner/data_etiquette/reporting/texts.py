"""What the pages say in one language: `reports/vocabulary` as a type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import yaml

from data_etiquette.model.error import RuleError, UsageError
from data_etiquette.reporting.phrases import filled

DEFAULT_LANGUAGE = "en"
_SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DURATION = re.compile(
    r"P(?:(?P<Y>\d+)Y)?(?:(?P<M>\d+)M)?(?:(?P<W>\d+)W)?(?:(?P<D>\d+)D)?"
    r"(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)S)?)?"
)


@dataclass(frozen=True, slots=True)
class Readability:
    """A formula for how easily a text is read, and the least that is asked of it."""

    method: str
    base: float
    sentence: float
    """Weight of the words of a sentence."""
    syllable: float
    """Weight of the syllables of a word."""
    floor: float


@dataclass(frozen=True, slots=True)
class Listing:
    """How words are put in a row."""

    # The keys of the file are words of its language's grammar: `and` cannot be a name here.
    comma: str = ", "
    last: str = " and "


@dataclass(frozen=True, slots=True)
class MapWords:
    """What the data map calls things."""

    title: str
    title_of: str
    intro: str
    as_table: str
    table: str
    caption: str
    heads: tuple[str, str, str]
    leads: str
    idle: str
    undeclared_end: str
    special: str
    unknown_subject: str
    undeclared: str
    tables_of: str
    tables: tuple[str, str]
    """One, many."""
    more: str
    legend: tuple[str, str, str]
    """Of lines that data was seen on, of those nobody declares, of the rest."""
    columns: dict[str, str]
    groups: dict[str, str]
    sinks: dict[str, str]


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences and names of one language."""

    language: str
    name: str
    readability: Readability
    sentences: dict[str, str]
    record: dict[str, str]
    bases: dict[str, str]
    mechanisms: dict[str, str]
    sources: dict[str, str]
    roles: dict[str, str]
    measures: dict[str, str]
    units: dict[str, tuple[str, str]]
    purposes: dict[str, str]
    subjects: dict[str, str]
    groups: dict[str, str]
    countries: dict[str, str]
    elements: dict[str, str]
    map: MapWords
    list: Listing = Listing()
    direction: str = "ltr"

    def say(self, key: str, values: Mapping[str, str]) -> str:
        """A sentence with its names filled in; what is filled in is never read as a sentence."""
        return filled(self.sentences[key], values)

    def enumerated(self, words: Iterable[str]) -> str:
        """`a, b and c`; where a word holds such marks itself, `a; b; c`."""
        known = list(words)
        if len(known) < 2:
            return "".join(known)
        if any(mark in word for word in known for mark in (self.list.comma, self.list.last)):
            return "; ".join(known)
        return self.list.comma.join(known[:-1]) + self.list.last + known[-1]

    def country(self, code: str) -> str:
        """Its name, or the code itself."""
        return self.countries.get(code, code)

    def duration(self, period: str) -> str:
        """`P7Y` in words; what is no ISO 8601 duration stays as it is written."""
        match = _DURATION.fullmatch(period)
        parts = match.groupdict() if match else {}
        words = [
            one if number == "1" else filled(many, {"n": number})
            for unit, (one, many) in self.units.items()
            if (number := parts.get(unit))
        ]
        return self.enumerated(words) or period


def capitalised(text: str) -> str:
    """With a first capital, for the start of a line."""
    return text[:1].upper() + text[1:]


def known_languages(templates: Path) -> list[str]:
    """Codes of the languages that there are texts in."""
    return sorted(place.stem for place in (templates / "vocabulary").glob("*.yaml"))


def load_texts(templates: Path, language: str) -> Texts:
    """The texts of a language; what its file lacks is said in English.

    Raises:
        UsageError: there are no texts in this language.
        RuleError: its file is wrong.
    """
    known = known_languages(templates)
    if language not in known:
        raise UsageError(
            f"there are no texts in the language `{language}`",
            hint=f"languages: {', '.join(known)}; another is one more file in reports/vocabulary",
        )
    wanted = _read(templates, language)
    if language != DEFAULT_LANGUAGE:
        wanted = _merged(_read(templates, DEFAULT_LANGUAGE), wanted)
    try:
        texts = msgspec.convert(_plain(wanted), Texts)
    except msgspec.ValidationError as error:
        raise RuleError(str(error), where=f"vocabulary/{language}.yaml") from error
    return replace(texts, units={unit: texts.units[unit] for unit in "YMWDhms"})


def _read(templates: Path, language: str) -> Mapping[str, object]:
    place = templates / "vocabulary" / f"{language}.yaml"
    content = yaml.load(place.read_bytes(), Loader=_SAFE)  # noqa: S506 (a safe loader)
    if not isinstance(content, dict):
        raise RuleError("must be a mapping", where=f"vocabulary/{language}.yaml")
    return content


def _merged(base: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    merged: dict[str, object] = dict(own)
    for key, value in base.items():
        other = own.get(key, value)
        if isinstance(value, dict) and isinstance(other, dict):
            other = _merged(value, other)
        merged[key] = other
    return merged


def _plain(content: Mapping[str, object]) -> dict[str, object]:
    listing = content.get("list")
    words = listing if isinstance(listing, dict) else {}
    named = {"comma": words.get("comma", ", "), "last": words.get("and", " and ")}
    return {**content, "list": named}


_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouyäöüàáâéèêëíìîóòôúùû]+", re.IGNORECASE)
_SILENT = re.compile(r"(?<=[^aeiouyl])e[sd]?$|(?<=[^td])ed$", re.IGNORECASE)


def reading_ease(sentences: Sequence[str], texts: Texts) -> float:
    """How easily the sentences are read, by the language's own formula; 100 is very easy.

    What follows a colon or a semicolon counts as a sentence of its own.
    """
    parts = [part for text in sentences for part in re.split(r"[.!?:;]+(?:\s|$)", text)]
    counted = [found for part in parts if (found := _WORD.findall(part))]
    words = [word for part in counted for word in part]
    if not words:
        return 0.0
    syllables = sum(_syllables(word, texts.language) for word in words)
    formula = texts.readability
    return round(
        formula.base
        - formula.sentence * len(words) / len(counted)
        - formula.syllable * syllables / len(words),
        1,
    )


def _syllables(word: str, language: str) -> int:
    """Groups of vowels; in English an `e` at the end is not heard."""
    heard = _SILENT.sub("", word) if language == "en" and len(word) > 3 else word
    return max(1, len(_VOWELS.findall(heard)))
