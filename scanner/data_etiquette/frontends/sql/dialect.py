"""Which SQL a file is written in: by configuration, by its own words, by its path, by vote."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from data_etiquette.frontends.redact import redact

_SAMPLE = 50_000
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
    "postgis": "postgres",
    "postgresql_psycopg2": "postgres",
    "cockroachdb": "postgres",
    "timescale": "postgres",
    "timescaledb": "postgres",
    "sparksql": "spark",
    "delta": "databricks",
    "presto": "trino",
    "athena": "trino",
    "spatialite": "sqlite",
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
        (2, r"\b(?:big|small)?serial\b|\b(?:timestamptz|jsonb|bytea|citext|inet)\b",
         "serial|timestamptz|jsonb|bytea|citext|inet"),
        (2, r"\$\w*\$|\w::\s*\w|'::\s*\w|\bilike\b|\bowner to\b|\bnextval\s*\(",
         "$|::|ilike|owner to|nextval"),
        (3, r"^copy\s[^;]{0,2000}\bfrom stdin\b|\blanguage\s+'?plpgsql\b|^\\\w+",
         "from stdin|plpgsql|\\"),
        (1, r"\bcharacter varying\b|\bwith(?:out)? time zone\b|\bon conflict\b|\breturning\b",
         "character varying|time zone|on conflict|returning"),
    ),
    "mysql": (
        (2, r"`[^`\n]+`|\bauto_increment\b|\bon duplicate key\b",
         "`|auto_increment|on duplicate key"),
        (3, r"\)\s*engine\s*=|^[ \t]*delimiter\s+\S|/\*!\d{5}", "engine|delimiter|/*!"),
        (2, r"\b(?:tinyint\s*\(1\)|unsigned|mediumtext|longtext)\b",
         "tinyint|unsigned|mediumtext|longtext"),
    ),
    "tsql": (
        (3, r"^[ \t]*go[ \t]*$|\[\w+\]\.\[|\bon \[primary\]", "go|].[|on [primary]"),
        (2, r"\[[a-z_]\w*\]\s+\[?[a-z]|\bidentity\s*\(\d|\bselect\s+top\b|\bgetdate\s*\(",
         "]|identity|top|getdate"),
        (2, r"\b(?:nvarchar|datetime2|uniqueidentifier|datetimeoffset)\b|@@\w|\bmasked with\b",
         "nvarchar|datetime2|uniqueidentifier|datetimeoffset|@@|masked with"),
    ),
    "oracle": (
        (3, r"\bn?varchar2\b|\bfrom dual\b|\bcreate or replace package\b",
         "varchar2|from dual|create or replace package"),
        (2, r"\bnumber\s*\(|^/[ \t]*$|\bsysdate\b|\bwhenever sqlerror\b",
         "number|/|sysdate|whenever sqlerror"),
    ),
    "sqlite": (
        (4, r"\bautoincrement\b(?!\s+start)|\bwithout rowid\b|\bcreate virtual table\b",
         "autoincrement|without rowid|create virtual table"),
        (2, r"^[ \t]*pragma\b|\binsert or (?:replace|ignore)\b|\bsqlite_\w+",
         "pragma|insert or |sqlite_"),
    ),
    "snowflake": (
        (4, r"\bmasking policy\b|\bcreate or replace transient\b|\bdata_retention_time_in_days\b",
         "masking policy|create or replace transient|data_retention_time_in_days"),
        (4, r"\bautoincrement\s+start\b|\bvariant\b", "autoincrement|variant"),
        (2, r"\btimestamp_[ln]tz\b", "timestamp_ntz|timestamp_ltz"),
    ),
    "bigquery": (
        (4, r"\bint64\b|`[\w-]+\.\w+\.\w+`|\bpartition_expiration_days\b",
         "int64|`|partition_expiration_days"),
        (4, r"\bsafe_cast\s*\(|\bfloat64\b|\bpolicy_tags\b|\bstruct<\w+ \w+",
         "safe_cast|float64|policy_tags|struct<"),
    ),
    "redshift": (
        (6, r"\bdistkey\b|\bsortkey\b|\bdiststyle\b|\bencode (?:zstd|lzo|az64)\b|\bdatashare\b",
         "distkey|sortkey|diststyle|encode |datashare"),
        (3, r"^[ \t]*unload\s*\(|\biam_role\b", "unload|iam_role"),
    ),
    "databricks": (
        (6, r"\busing delta\b|\bzorder by\b|\btblproperties\b.*\bdelta\.|\bcluster by auto\b",
         "using delta|zorder by|tblproperties|cluster by auto"),
    ),
    "spark": (
        (5, r"\busing (?:parquet|orc|csv|json)\b|\btblproperties\b|\blateral view\b",
         "using |tblproperties|lateral view"),
    ),
    "hive": (
        (5, r"\brow format (?:serde|delimited)\b|\bstored as (?:orc|textfile|parquet)\b",
         "row format|stored as"),
    ),
    "duckdb": (
        (5, r"\bread_(?:parquet|csv_auto|csv|json_auto)\s*\(|^[ \t]*install \w+;|\bhugeint\b",
         "read_|install|hugeint"),
    ),
    "trino": (
        (5, r"\bexternal_location\s*=|\bpartitioned_by\s*=|\bwith\s*\(\s*format\s*=",
         "external_location|partitioned_by|format"),
    ),
    "clickhouse": (
        (6, r"\bengine\s*=\s*\w*mergetree\b|\blowcardinality\s*\(", "mergetree|lowcardinality"),
    ),
}  # fmt: skip
"""(weight, pattern, texts one of which must occur for the pattern to match, split by `|`)."""
_COMPILED = {
    name: tuple(
        (weight, re.compile(pattern, re.MULTILINE), tuple(needles.split("|")))
        for weight, pattern, needles in hints
    )
    for name, hints in _HINTS.items()
}
_WORD = re.compile(r"[a-z]+\d?")


def known_dialect(name: str) -> str:
    """The parser's name of a dialect; empty for one it doesn't know."""
    plain = name.strip().lower()
    plain = _ALIASES.get(plain, plain)
    return plain if plain in _NAMES else ""


def dialect_names() -> tuple[str, ...]:
    """All names that `known_dialect` knows."""
    return (*_NAMES, *sorted(_ALIASES))


@dataclass(frozen=True, slots=True)
class Choice:
    """A dialect and why it was chosen; both empty when nothing speaks for any."""

    name: str = ""
    reason: str = ""
    is_sure: bool = field(default=True, compare=False)
    """False where a word or two speak for it, that other dialects have as well."""


def choose_dialect(
    path: str, text: str, configured: str = "", project: Choice = Choice()
) -> Choice:
    """Configuration first, then the file's own words and path, then the project's settings."""
    known = known_dialect(configured)
    if known:
        return Choice(known, "configured")
    own = _own_choice(path, text)
    # A word or two do not outweigh what the whole project is run on; SQLite is only developed with.
    is_weak = project.name == "sqlite" and own[1] > 0
    return project if project.name and own[1] < _PATH_WEIGHT and not is_weak else own[0]


def guess_dialect(path: str, text: str) -> str:
    """The dialect that most speaks for; empty when nothing does."""
    return _own_choice(path, text)[0].name


def _own_choice(path: str, text: str) -> tuple[Choice, int]:
    """What the file says of itself, and how loudly."""
    # Patterns are lower case: a search that ignores case has no literal to jump to.
    sample = text[:_SAMPLE].lower()
    scores = dict.fromkeys(_NAMES, 0)
    reasons: dict[str, list[str]] = {}
    for word in _WORD.findall(path.lower()):
        name = known_dialect(word)
        if name:
            scores[name] += _PATH_WEIGHT
            reasons.setdefault(name, []).append(f"its path says `{word}`")
    for name, hints in _COMPILED.items():
        for weight, pattern, needles in hints:
            # Finding a text costs a hundredth of a search.
            if not any(needle in sample for needle in needles):
                continue
            found = pattern.search(sample)
            if found is not None:
                scores[name] += weight
                said = " ".join(text[found.start() : found.end()].split())[:30]
                line = sample.count("\n", 0, found.start()) + 1
                reasons.setdefault(name, []).append(f"line {line} says `{redact(said)}`")
    best = max(_NAMES, key=lambda name: scores[name])
    if not scores[best]:
        return Choice(), 0
    is_sure = scores[best] >= _PATH_WEIGHT
    return Choice(best, "; ".join(dict.fromkeys(reasons[best])), is_sure), scores[best]


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
