"""What names mean at one place of a statement: the sources in sight, the CTEs, earlier aliases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from data_etiquette.frontends.sql.access import FILL
from data_etiquette.frontends.sql.lexer import without_holes
from data_etiquette.model.facts import ColumnUse

OUTER = -1
"""In `ColumnUse.sources`: what follows belongs to the enclosing query."""
PSEUDO_TABLES = frozenset({"dual", "excluded", "inserted", "deleted", "new", "old"})


@dataclass(slots=True)
class Scope:
    """One query's view of the world."""

    ctes: Mapping[str, int]
    """Relations by name; a CTE hides the table of its name."""
    parent: Scope | None = None
    sources: list[tuple[str, int]] = field(default_factory=list)
    """(alias in lower case, index of the source)."""
    aliases: dict[str, tuple[ColumnUse, ...]] = field(default_factory=dict)
    """Outputs named so far, which later expressions may use by their names."""
    windows: dict[str, exp.Expr] = field(default_factory=dict)
    merged: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Columns of USING, in lower case, and the sources whose value they have."""

    def named(self, alias: str) -> int:
        """The source of that alias, from here outwards; -1 when there is none."""
        scope: Scope | None = self
        while scope is not None:
            for name, index in scope.sources:
                if name == alias:
                    return index
            scope = scope.parent
        return -1

    def candidates(self) -> tuple[int, ...]:
        """All sources that a column without a table may be of."""
        found: list[int] = []
        scope: Scope | None = self
        while scope is not None:
            if scope.sources:
                found += ([OUTER] if found else []) + [index for _, index in scope.sources]
            scope = scope.parent
        return tuple(found)


def clean(name: str) -> str:
    """A name without the fill of placeholders that touched it."""
    return name.replace(FILL, "").strip("_") if FILL in name else without_holes(name)


def table_name(table: exp.Table) -> str:
    """Dotted name of a real table; empty for functions, placeholders and what triggers see."""
    if not isinstance(table.this, exp.Identifier):
        return ""
    parts = (clean(part) for part in (table.catalog, table.db, table.name))
    name = ".".join(part for part in parts if part)
    return "" if name.lower() in PSEUDO_TABLES else name


def alias_columns(node: exp.Expr) -> tuple[str, ...]:
    """New names by position behind an alias: `t (a, b)`."""
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return ()
    return tuple(clean(str(column.name)) for column in alias.args.get("columns") or ())


def clause(node: exp.Expr, name: str) -> object:
    """A clause whose name is a word of Python's; the parser's versions differ in its key."""
    found = node.args.get(f"{name}_")
    return found if found is not None else node.args.get(name)


def start_of(node: object) -> int:
    """Offset of an identifier; -1 when it has none."""
    if isinstance(node, exp.Identifier):
        start = node.meta.get("start", -1)
        return start if isinstance(start, int) else -1
    return -1
