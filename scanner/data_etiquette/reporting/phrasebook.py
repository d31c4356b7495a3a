"""Reads `reports/vocabulary/pages`: the phrases of the pages for auditors in other languages."""

from __future__ import annotations

from pathlib import Path

import yaml

from data_etiquette.model.error import RuleError
from data_etiquette.reporting.phrases import DEFAULT_LANGUAGE, ENGLISH, Phrases

FOLDER = "vocabulary/pages"
_SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_phrases(templates: Path, language: str) -> Phrases:
    """The phrases of a language; a language without a file speaks English.

    Raises:
        RuleError: its file is wrong.
    """
    place = templates / FOLDER / f"{language}.yaml"
    if language == DEFAULT_LANGUAGE or not place.is_file():
        return ENGLISH
    content = yaml.load(place.read_bytes(), Loader=_SAFE)  # noqa: S506 (a safe loader)
    parts = (content.get(key) for key in ("phrases", "rules")) if isinstance(content, dict) else ()
    phrases, titles = (*parts, None, None)[:2]
    if not _is_words(phrases) or not _is_words(titles):
        raise RuleError(
            "must have `phrases` and `rules` that map words to words",
            where=f"{FOLDER}/{language}.yaml",
        )
    return Phrases(language, phrases, titles)


def _is_words(found: object) -> bool:
    return isinstance(found, dict) and all(
        isinstance(text, str) for pair in found.items() for text in pair
    )
