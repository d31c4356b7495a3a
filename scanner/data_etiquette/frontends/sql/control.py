"""Statements that protect, expose, expire or pass on data, to `ControlFact`.

The parser keeps most of these as unread commands; they are told here from their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.sql.controlrules import (
    DELETES,
    FIRST,
    PERIOD,
    READS,
    RULES,
    TELLING,
    Rule,
)
from data_etiquette.frontends.sql.cursor import text_of
from data_etiquette.frontends.sql.lexer import Token
from data_etiquette.model.facts import ControlFact

_MAX = 20_000
"""Characters of a statement that are looked at."""
_TARGETS = frozenset(
    {"table", "tables", "altered", "column", "columns", "columnlist", "body", "rest", "quote"}
)
_QUOTES = "\"`[]'"
_NO_TABLE = frozenset({"SELECT", "(", "TABLE", "DUAL", "LATERAL", "UNNEST"})
_ALL_OF = re.compile(r"ALTER TABLE (?:IF EXISTS )?(?P<table>\S+)", re.IGNORECASE)


def read_controls(tokens: Sequence[Token], line: int, dialect: str) -> Iterator[ControlFact]:
    """What one statement protects or exposes; nothing for almost all statements."""
    words = {token.word for token in islice(tokens, 4000) if token.word}
    if tokens[0].word not in FIRST and not words & TELLING:
        return
    text = ""
    seen: set[str] = set()
    for rule in RULES:
        if rule.kind in seen or not _may_match(rule, words):
            continue
        text = text or text_of(tokens)[:_MAX]
        for match in _matches(rule, text):
            fact = _fact(rule, match, text, line, dialect)
            if fact is not None:
                seen.add(rule.kind)
                yield fact
                if rule.kind == "grant":
                    seen.add("membership")


def period_of(tokens: Sequence[Token]) -> str:
    """The length of time in a statement's condition, as written; empty when there is none."""
    words = {token.word for token in islice(tokens, 4000) if token.word}
    return _period(text_of(tokens)[:_MAX]) if "WHERE" in words else ""


def _period(text: str) -> str:
    found = PERIOD.search(text.replace("''", "'"))
    return next(filter(None, found.groups()), "").replace("'", "") if found is not None else ""


def _may_match(rule: Rule, words: set[str]) -> bool:
    return rule.words <= words or (rule.search and bool(rule.words & words))


def _matches(rule: Rule, text: str) -> Iterable[re.Match[str]]:
    if rule.search:
        return islice(rule.pattern.finditer(text), 50)
    match = rule.pattern.match(text)
    return (match,) if match is not None else ()


def _fact(
    rule: Rule, match: re.Match[str], text: str, line: int, dialect: str
) -> ControlFact | None:
    groups = {name: value for name, value in match.groupdict().items() if value}
    if rule.kind == "purge" and not DELETES.search(groups.get("body", "")):
        return None
    tables = list(_tables(rule, groups))
    if rule.kind == "encryption" and not tables:
        found = _ALL_OF.match(text)
        tables = [_clean(found["table"])] if found is not None else []
    columns = list(_columns(groups, tables))
    if "column" in groups and not tables and "." in groups["column"]:
        tables = [_clean(groups["column"]).rpartition(".")[0]]
    details = [
        (name, redact(_shown(value))) for name, value in groups.items() if name not in _TARGETS
    ]
    period = _period(groups.get("body", "")) if rule.kind == "purge" else ""
    if period:
        details.append(("period", period))
    return ControlFact(
        kind=rule.kind,
        line=line,
        tables=tuple(dict.fromkeys(tables)),
        columns=tuple(dict.fromkeys(columns)),
        details=tuple(sorted({**dict(rule.details), **dict(details)}.items())),
        dialect=dialect,
    )


def _tables(rule: Rule, groups: dict[str, str]) -> Iterator[str]:
    for name in ("table", "altered"):
        if name in groups:
            yield _clean(groups[name])
    for item in _split(groups.get("tables", "")):
        name = _clean(re.sub(r"^TABLE ", "", item, flags=re.IGNORECASE).partition("(")[0])
        if name:
            yield name
    if "schema" in groups:
        yield f"{_clean(groups['schema'])}.*"
    body = groups.get("body", "") + groups.get("rest", "") + groups.get("text", "")
    finder = DELETES if rule.kind == "purge" else READS
    for found in finder.finditer(body):
        name = next(filter(None, found.groups()))
        if name.upper() not in _NO_TABLE and not name.startswith("("):
            yield _clean(name)


def _columns(groups: dict[str, str], tables: Sequence[str]) -> Iterator[str]:
    table = tables[0] if len(tables) == 1 else ""
    names = [groups["column"]] if "column" in groups else []
    names += _split(groups.get("columns", "")) + _split(groups.get("columnlist", ""))
    for item in _split(groups.get("tables", "")):
        # `PUBLICATION … FOR TABLE t (a, b)`
        name, _, inside = item.partition("(")
        names += [f"{_clean(name)}.{_clean(c)}" for c in _split(inside.rstrip(") "))]
    for name in filter(None, map(_clean, names)):
        yield name if "." in name or not table else f"{table}.{name}"


def _split(text: str) -> list[str]:
    """Items between commas outside parentheses."""
    items, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth <= 0:
            items.append(text[start:index].strip())
            start = index + 1
    items.append(text[start:].strip())
    return [item for item in items if item]


def _clean(name: str) -> str:
    """A name without quotes, placeholders and white space around its dots."""
    parts = (part.strip().strip(_QUOTES) for part in name.split("."))
    kept = [part for part in parts if part and not part.startswith(("$", "@", "{", ":"))]
    return ".".join(kept)


def _shown(value: str) -> str:
    text = " ".join(value.strip().rstrip(";").split())
    if text[:1] in _QUOTES and text[:1] not in text[1:] and text[:1] != "[":
        return text[1:]
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES
    return text[1:-1] if is_quoted and text[0] not in text[1:-1] else text
