"""One file to facts, by its language. Parsers are imported only when a file needs them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import PurePosixPath

from data_etiquette.frontends.changelog import (
    PLAN,
    is_changelog,
    may_be_changelog,
    read_changelog,
)
from data_etiquette.frontends.dependencies.read import is_dependency_file, read_dependencies
from data_etiquette.frontends.dependencies.setuptools import read_setup_py
from data_etiquette.frontends.realvalues import MAX_TEXT, find_values
from data_etiquette.frontends.settings.form import HEAD, form_of, is_stack, may_be_stack
from data_etiquette.frontends.sql.dialect import known_dialect
from data_etiquette.frontends.sql.slim import slim
from data_etiquette.frontends.template.names import is_below, is_notice
from data_etiquette.frontends.text import decode
from data_etiquette.model.facts import Facts
from data_etiquette.model.location import Skipped

LANGUAGES = {
    ".py": "python",
    ".pyi": "python",
    ".sql": "sql",
    ".ddl": "sql",
    ".html": "template",
    ".htm": "template",
    ".jinja": "template",
    ".jinja2": "template",
    ".j2": "template",
    ".djhtml": "template",
    ".mako": "template",
    ".mjml": "template",
}
"""What is read, by the file's ending."""
_VALUED = ("python", "sql", "settings", "rows")
"""Languages whose literals may be people's data."""
_MODEL_FOLDERS = frozenset({"models", "sources", "seeds", "snapshots", "staging", "marts"})
"""Where dbt's property files stand; other YAML is not opened."""
_ROW_FOLDERS = frozenset({"fixtures", "seeds", "seed", "seeders", "initial_data", "demo_data"})
_ROW_ENDINGS = frozenset({".json", ".jsonl", ".yaml", ".yml", ".csv", ".tsv"})
"""Rows that a framework loads into its tables (Django's `loaddata`, dbt's `seed`)."""
_MAIL_TEXTS = frozenset({".txt", ".md", ".eml", ".xml", ".rst", ".ics"})
"""Read only below a folder of templates or mails, and where the name speaks of privacy."""


def language_of(path: str) -> str:
    """Language of a file by its name; empty for files that are not read."""
    pure = PurePosixPath(path)
    found = LANGUAGES.get(pure.suffix.lower(), "")
    if found:
        return found
    if _dialect_of_name(pure):
        return "sql"
    if pure.name == PLAN:
        return "changelog"
    if is_dependency_file(path):
        return "dependencies"
    if pure.suffix.lower() in _MAIL_TEXTS and (is_below(pure.parts) or is_notice(path)):
        return "template"
    if pure.suffix in (".yml", ".yaml") and not _MODEL_FOLDERS.isdisjoint(pure.parts[:-1]):
        return "dbt"
    if form_of(path):
        return "settings"
    is_rows = pure.suffix.lower() in _ROW_ENDINGS and not _ROW_FOLDERS.isdisjoint(pure.parts[:-1])
    return "rows" if is_rows else ""


def _dialect_of_name(pure: PurePosixPath) -> str:
    """`postgres` of `full.sql.postgres`: the same schema once for each database."""
    ending = pure.suffix[1:]
    return known_dialect(ending) if pure.stem.lower().endswith((".sql", ".ddl")) else ""


def language_of_content(path: str, data: bytes) -> str:
    """Language by the name or, where that leaves it open, by the first bytes."""
    found = language_of(path)
    if found in ("", "settings") and may_be_changelog(path) and is_changelog(data[:HEAD]):
        return "changelog"
    return "settings" if not found and may_be_stack(path) and is_stack(data) else found


def read_file(path: str, data: bytes, dialect: str = "") -> Facts:
    """Facts of one file. Total: whatever can't be read is in `Facts.skipped`.

    Args:
        path: relative to the scanned root.
        data: the file's bytes.
        dialect: of its SQL, as far as something outside of the file tells it.
    """
    language = language_of_content(path, data)
    digest = hashlib.sha256(data).hexdigest()
    whole = data
    if language == "sql":
        data = slim(data)
    text, reason = decode(data, is_python=language == "python")
    if reason:
        skipped = (Skipped(path, 0, reason),)
        return Facts(path=path, language=language, lines=0, digest=digest, skipped=skipped)
    # Readers see text; the digest is of the bytes, whatever their encoding and line endings.
    facts = _read_text(path, language, text, dialect)
    if language in _VALUED:
        # Rows of a dump are cut before it is parsed; they are what real values stand in.
        full = whole[:MAX_TEXT].decode("utf-8", "replace") if language == "sql" else text
        facts = replace(facts, values=find_values(full, language))
    return replace(facts, digest=digest)


def _read_text(path: str, language: str, text: str, dialect: str) -> Facts:
    if language == "changelog":
        return read_changelog(path, text, dialect)
    if language == "rows":
        # Only values that look like a person's are of interest, and they are found by their form.
        return Facts(path=path, language=language, lines=text.count("\n") + 1, digest="")
    if language == "dependencies":
        return read_dependencies(path, text)
    if language == "settings":
        from data_etiquette.frontends.settings.read import read_settings  # noqa: PLC0415

        return read_settings(path, text)
    if language == "python":
        from data_etiquette.frontends.python.read import read_python  # noqa: PLC0415

        facts = read_python(path, text, dialect)
        if PurePosixPath(path).name == "setup.py":
            return replace(facts, dependencies=tuple(read_setup_py(text)))
        return facts
    if language == "sql":
        from data_etiquette.frontends.sql.read import read_sql  # noqa: PLC0415

        return read_sql(path, text, _dialect_of_name(PurePosixPath(path)) or dialect)
    if language == "dbt":
        from data_etiquette.frontends.dbt import read_dbt  # noqa: PLC0415

        return read_dbt(path, text)
    from data_etiquette.frontends.template.read import read_template  # noqa: PLC0415

    return read_template(path, text)
