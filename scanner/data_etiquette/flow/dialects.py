"""Which SQL dialect a project's settings say it uses, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from data_etiquette.frontends.sql.dialect import Choice, known_dialect
from data_etiquette.model.facts import Facts

_URL = re.compile(r"(?<![\w.])(?P<scheme>[a-z][a-z0-9_]*)(?:\+[\w]+)?://", re.IGNORECASE)
_ENGINE = re.compile(
    r"(?:django\.db\.backends|django_\w+\.backends?|sql_server)\.(?P<name>\w+)|\bmssql\b"
)
_SETTING = re.compile(
    r"(?:^|\.)(?:type|adapter|engine|dialect|sqlalchemy\.url|url)$", re.IGNORECASE
)
_NAMES = re.compile(r"DATABASE|DB_|_DB|SQLALCHEMY|ENGINE|DSN|WAREHOUSE", re.IGNORECASE)
_BACKENDS = frozenset({"postgresql", "mysql", "oracle", "sqlite3", "mssql", "postgis"})
_WEIGHTS = {"settings": 4, "engine": 3, "file": 2}


def project_dialect(files: Iterable[Facts]) -> Choice:
    """The dialect most settings name; empty when none does. Ties go to the first by path."""
    votes: dict[str, list[tuple[int, str]]] = {}
    for facts in sorted(files, key=lambda item: item.path):
        for dialect, weight, where in _said(facts):
            votes.setdefault(dialect, []).append((weight, where))
    if not votes:
        return Choice()
    best = max(votes, key=lambda name: (sum(w for w, _ in votes[name]), name))
    where = max(votes[best], key=lambda vote: vote[0])[1]
    return Choice(best, f"the settings say so: {where}")


def _said(facts: Facts) -> Iterator[tuple[str, int, str]]:
    for name, text in facts.assigned:
        if _NAMES.search(name) or "create_engine" in text or "create_async_engine" in text:
            yield from _named(text, _WEIGHTS["engine"], f"{facts.path} ({name})")
    if "backends" in facts.reads and any(name == "DATABASES" for name, _ in facts.assigned):
        # Django names its engines by module: `django.db.backends.mysql`.
        for word in _BACKENDS.intersection(facts.reads):
            yield known_dialect(word), _WEIGHTS["settings"], f"{facts.path} (DATABASES)"
    for setting in facts.settings:
        where = f"{facts.path}:{setting.line} ({setting.key})"
        yield from _named(setting.value, _WEIGHTS["settings"], where)
        if _SETTING.search(setting.key):
            dialect = known_dialect(setting.value)
            if dialect:
                yield dialect, _WEIGHTS["file"], where


def _named(text: str, weight: int, where: str) -> Iterator[tuple[str, int, str]]:
    for found in _ENGINE.finditer(text):
        dialect = known_dialect(found["name"] or "mssql")
        if dialect:
            yield dialect, weight, where
    for found in _URL.finditer(text):
        dialect = known_dialect(found["scheme"])
        if dialect:
            yield dialect, weight, where
