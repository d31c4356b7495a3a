"""Write `docs/limits.md`: how far the analysis goes, from the constants that stop it."""

from __future__ import annotations

import importlib
from pathlib import Path

PAGE = Path(__file__).parent / "limits.md"
_HEAD = """# Where the analysis stops

Written by `python docs/limits.py` from the constants in the code. *Told as* is what reports say under
"not analysed" when a limit was reached; where it says *not told*, the rest is left out silently.
"""
LIMITS = (
    (
        "app.discover",
        "MAX_BYTES",
        "bytes of a file; 50 times as many of a SQL file",
        "larger than the limit of",
    ),
    (
        "frontends.python.recover",
        "MAX_CUTS",
        "broken definitions cut out of one file, then the file is given up",
        "syntax error",
    ),
    (
        "frontends.python.evaluation.core",
        "MAX_CALLS",
        "calls of one function",
        "has too many calls; the rest was not followed",
    ),
    (
        "frontends.sql.statement",
        "MAX_STATEMENT",
        "characters of one SQL statement",
        "statement longer than",
    ),
    (
        "frontends.sql.read",
        "MAX_SKIPPED",
        "statements of one file that are named as not read; the rest is counted",
        "more statements",
    ),
    ("frontends.tree", "MAX_NODES", "values in one YAML, JSON or TOML file", "more than"),
    ("frontends.tree", "MAX_DEPTH", "levels in one such file", "nested deeper than"),
    ("frontends.settings.read", "MAX_SETTINGS", "settings of one file", "more than"),
    (
        "frontends.template.walk",
        "MAX_SHOWN",
        "values that one template shows",
        "a very long template",
    ),
    ("frontends.template.page", "MAX_ITEMS", "controls of one page", "a very long template"),
    (
        "flow.resolve.core",
        "MAX_TAINTS",
        "fields that one value may hold",
        "passes data on in too many or too long ways",
    ),
    (
        "flow.resolve.core",
        "MAX_SPENT",
        "values looked into for one sink",
        "passes data on in too many or too long ways",
    ),
    (
        "flow.types.callsites",
        "MAX_SITES",
        "calls of one function that data is followed back through",
        "passes data on in too many or too long ways",
    ),
    (
        "flow.tracing.flows",
        "MAX_PENDING",
        "steps taken for one sink",
        "passes data on in too many or too long ways",
    ),
    (
        "flow.resolve.summaries",
        "MAX_ROUNDS",
        "rounds in which results of functions that call each other settle",
        "passes data on in too many or too long ways",
    ),
    (
        "flow.tracing.flows",
        "MAX_CALLERS",
        "callers between a sink and a source, one above the other",
        "passes data on in too many or too long ways",
    ),
    (
        "flow.resolve.core",
        "MAX_DEPTH",
        "calls, attributes and results that one value is followed through",
        "passes data on in too many or too long ways",
    ),
    ("flow.program.hierarchy", "MAX_OVERRIDES", "overrides of a method that a call may run", ""),
    ("flow.program.templates", "MAX_NESTED", "templates inside one another", ""),
    ("flow.program.templates", "MAX_SHOWN", "values of one page that are followed", ""),
    (
        "flow.tracing.flows",
        "MAX_SOURCES",
        "places from which one field is reported to reach one sink",
        "",
    ),
    ("flow.tracing.flows", "MAX_HANDED", "the same where a wrapper is called from many places", ""),
)
"""Module, constant, what it counts, and the words of the report (none: not told)."""


def page() -> str:
    """The whole page."""
    rows = [
        f"| {_value(module, name):,} | {what} | {told or '*not told*'} | `{module}.{name}` |"
        for module, name, what, told in LIMITS
    ]
    head = (_HEAD, "| at most | of what | told as | constant |", "|---:|---|---|---|")
    return "\n".join((*head, *rows)) + "\n"


def _value(module: str, name: str) -> int:
    return int(getattr(importlib.import_module(f"data_etiquette.{module}"), name))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
