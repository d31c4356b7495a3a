"""Which SQL a file is written in: by its own words, by words in its path, by vote."""

from __future__ import annotations

import re

_SAMPLE = 100_000
"""Characters that are looked at: dumps say it in their first lines."""
_ALIASES = {
    "postgresql": "postgres",
    "pgsql": "postgres",
    "psql": "postgres",
    "mssql": "tsql",
    "sqlserver": "tsql",
    "transact": "tsql",
    "mariadb": "mysql",
    "sqlite3": "sqlite",
    "plsql": "oracle",
}
_NAMES = (
    "postgres",
    "mysql",
    "tsql",
    "oracle",
    "sqlite",
    "snowflake",
    "bigquery",
    "redshift",
    "clickhouse",
    "databricks",
    "spark",
    "hive",
    "duckdb",
    "trino",
)
"""Known dialects; the first wins a tie."""
_PATH_WEIGHT = 4
VOTERS = ("postgres", "mysql", "tsql", "sqlite", "oracle")
"""Dialects tried on statements of a file that says nothing of its own; the first wins a tie."""

_HINTS = {
    "postgres": (
        (2, r"\b(?:big|small)?serial\b|\b(?:timestamptz|jsonb|bytea|citext|inet)\b"),
        (2, r"\$\w*\$|\w::\s*\w|'::\s*\w|\bilike\b|\bowner to\b|\bnextval\s*\("),
        (3, r"^copy\s[^;]{0,2000}\bfrom stdin\b|\blanguage\s+'?plpgsql\b|^\\\w+"),
        (1, r"\bcharacter varying\b|\bwith(?:out)? time zone\b|\bon conflict\b|\breturning\b"),
    ),
    "mysql": (
        (2, r"`[^`\n]+`|\bauto_increment\b|\bon duplicate key\b"),
        (3, r"\)\s*engine\s*=|^[ \t]*delimiter\s+\S|/\*!\d{5}"),
        (2, r"\b(?:tinyint\s*\(1\)|unsigned|mediumtext|longtext)\b"),
    ),
    "tsql": (
        (3, r"^[ \t]*go[ \t]*$|\[\w+\]\.\[|\bon \[primary\]"),
        (2, r"\[[a-z_]\w*\]\s+\[?[a-z]|\bidentity\s*\(\d|\bselect\s+top\b|\bgetdate\s*\("),
        (2, r"\b(?:nvarchar|datetime2|uniqueidentifier|datetimeoffset)\b|@@\w|\bmasked with\b"),
    ),
    "oracle": (
        (3, r"\bn?varchar2\b|\bfrom dual\b|\bcreate or replace package\b"),
        (2, r"\bnumber\s*\(|^/[ \t]*$|\bsysdate\b|\bwhenever sqlerror\b"),
    ),
    "sqlite": (
        (4, r"\bautoincrement\b(?!\s+start)|\bwithout rowid\b|\bcreate virtual table\b"),
        (2, r"^[ \t]*pragma\b|\binsert or (?:replace|ignore)\b|\bsqlite_\w+"),
    ),
    "snowflake": (
        (4, r"\bmasking policy\b|\bcreate or replace transient\b|\bdata_retention_time_in_days\b"),
        (4, r"\bautoincrement\s+start\b|\b(?:variant|timestamp_ntz)\b"),
    ),
    "bigquery": ((4, r"\bint64\b|`[\w-]+\.\w+\.\w+`|\bpartition_expiration_days\b"),),
    "clickhouse": ((6, r"\bengine\s*=\s*\w*mergetree\b|\blowcardinality\s*\("),),
}
_COMPILED = {
    name: tuple((weight, re.compile(text, re.IGNORECASE | re.MULTILINE)) for weight, text in hints)
    for name, hints in _HINTS.items()
}
_WORD = re.compile(r"[a-z]+\d?")


def known_dialect(name: str) -> str:
    """The parser's name of a dialect; empty for one it doesn't know."""
    plain = name.strip().lower()
    plain = _ALIASES.get(plain, plain)
    return plain if plain in _NAMES else ""


def guess_dialect(path: str, text: str) -> str:
    """The dialect that most speaks for; empty when nothing does."""
    sample = text[:_SAMPLE]
    scores = dict.fromkeys(_NAMES, 0)
    for word in _WORD.findall(path.lower()):
        name = known_dialect(word)
        if name:
            scores[name] += _PATH_WEIGHT
    for name, hints in _COMPILED.items():
        scores[name] += sum(weight for weight, pattern in hints if pattern.search(sample))
    best = max(_NAMES, key=lambda name: scores[name])
    return best if scores[best] else ""


class Vote:
    """Which dialects read the statements of a text; those that read most are asked first."""

    def __init__(self, known: str = "") -> None:
        self._known = known
        self._counts = dict.fromkeys((known, *VOTERS) if known else VOTERS, 0)

    def order(self) -> list[str]:
        """Dialects to try, best first."""
        return sorted(self._counts, key=lambda name: (name != self._known, -self._counts[name]))

    def count(self, dialect: str) -> None:
        """Note that a dialect read a statement."""
        self._counts[dialect] += 1

    def winner(self) -> str:
        """The known dialect, else the one with most statements, else none."""
        best = self.order()[0]
        return best if best == self._known or self._counts[best] else ""
