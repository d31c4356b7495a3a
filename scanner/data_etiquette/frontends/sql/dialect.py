"""Which dialect a script is written in, told from its own words."""

from __future__ import annotations

import re

_HINTS = (
    (
        "tsql",
        re.compile(r"(?im)^\s*GO\s*$|\bNVARCHAR\b|\[dbo\]|\bIDENTITY\s*\(|\bUNIQUEIDENTIFIER\b"),
    ),
    ("mysql", re.compile(r"(?i)\bENGINE\s*=|`\w+`|\bAUTO_INCREMENT\b|\bUNSIGNED\b")),
    ("oracle", re.compile(r"(?i)\bVARCHAR2\b|\bNUMBER\s*\(|\bSYSDATE\b|\bNVL\s*\(")),
    (
        "postgres",
        re.compile(r"(?i)\bSERIAL\b|::\w|\$\$|\bTIMESTAMPTZ\b|\bBYTEA\b|\bJSONB\b|\bplpgsql\b"),
    ),
    ("sqlite", re.compile(r"(?i)\bAUTOINCREMENT\b|\bPRAGMA\b")),
    ("snowflake", re.compile(r"(?i)\bVARIANT\b|\bMASKING POLICY\b|\bQUALIFY\b")),
)
_FOLDERS = ("postgres", "mysql", "oracle", "sqlite", "snowflake", "redshift", "bigquery", "duckdb")
_SAMPLE = 60_000


def guess_dialect(path: str, text: str) -> str:
    """The dialect by the most hints; a folder or file name that names one decides."""
    lowered = path.lower()
    for name in _FOLDERS:
        if name in lowered:
            return name
    if "mssql" in lowered or "sqlserver" in lowered or "tsql" in lowered:
        return "tsql"
    sample = text[:_SAMPLE]
    scores = {name: len(pattern.findall(sample)) for name, pattern in _HINTS}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] else "postgres"
