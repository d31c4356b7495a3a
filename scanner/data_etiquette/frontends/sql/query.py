"""What a query or a row-changing statement reads and writes, told by sqlglot's tree.

Imported when the first such statement is met: it loads sqlglot.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from data_etiquette.frontends.sql.access import Access, Output
from data_etiquette.frontends.sql.lineage.build import Builder, Place
from data_etiquette.frontends.sql.lineage.change import Change
from data_etiquette.frontends.sql.lineage.inserts import single_inserts
from data_etiquette.frontends.sql.lineage.keys import read_keys
from data_etiquette.frontends.sql.lineage.parameters import meetings
from data_etiquette.frontends.sql.lineage.resolve import CHOSEN, Origins, Resolver
from data_etiquette.frontends.sql.lineage.scope import table_name
from data_etiquette.model.facts import ColumnUse, LineageFact

_VERBS: tuple[tuple[type[exp.Expr], str], ...] = (
    (exp.Query, "select"),
    (exp.Insert, "insert"),
    (exp.Update, "update"),
    (exp.Delete, "delete"),
    (exp.Merge, "merge"),
    (exp.Pivot, "select"),
    (exp.Values, "select"),
)
_TROUBLE = (
    SqlglotError,
    RecursionError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
)
"""The parser raises all of these on malformed input."""

# It warns of statements it keeps unparsed; those are reported as skipped.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())


def _first_line(offset: int) -> tuple[int, int]:
    return 1, offset + 1


def read_query(text: str, dialect: str, place: Place = _first_line) -> Access | str:
    """Read one statement; a string says why it could not be read.

    Args:
        text: the statement.
        dialect: the parser's name of its dialect; empty for none.
        place: line and column of an offset in the text.
    """
    try:
        trees = [tree for tree in sqlglot.parse(text, read=dialect or None) if tree is not None]
        if not trees:
            return "empty statement"
        inserts = single_inserts(trees[0])
        if inserts:
            first, *rest = [_read(item, "insert", text, dialect, place) for item in inserts]
            return replace(first, others=tuple(rest))
        for kind, verb in _VERBS:
            if isinstance(trees[0], kind):
                return _read(trees[0], verb, text, dialect, place)
    except _TROUBLE as error:
        return _reason(error)
    return "no statement that the parser knows"


def _reason(error: Exception) -> str:
    """Why, without the parser's quotation of the statement, which may hold personal values."""
    if isinstance(error, ParseError) and error.errors:
        described = str(error.errors[0].get("description") or "syntax error")
        return described.partition(" for <")[0].partition(". Line")[0][:80]
    if isinstance(error, RecursionError):
        return "nested too deeply for the parser"
    return (
        "a string or comment is not closed" if isinstance(error, SqlglotError) else "syntax error"
    )


def _read(root: exp.Expr, verb: str, text: str, dialect: str, place: Place) -> Access:
    builder = Builder(text, dialect, place)
    change = Change(builder, place)
    lineage = _selected(builder, root) if verb == "select" else change.read(root)
    resolver = Resolver(builder.sources, builder.relations)
    named: dict[ColumnUse, tuple[str, ...]] = {}

    def names(use: ColumnUse) -> tuple[str, ...]:
        if use not in named:
            named[use] = column_names(resolver.origins((use,)))
        return named[use]

    reads = {"*"} if builder.has_star else set()
    for use in builder.mentions:
        reads.update(names(use))
    builder.tables.sort()
    tables = (*change.targets, *(name for _, name in builder.tables))
    met = meetings(builder, change, names)
    return Access(
        verb=verb,
        tables=tuple(dict.fromkeys(name for name in tables if name)),
        reads=tuple(sorted(reads)),
        writes=tuple(sorted({_dotted(*pair) for pair in change.writes})),
        outputs=_outputs(resolver, lineage) if verb == "select" else (),
        lineage=lineage,
        meetings=met,
        keys=read_keys(root, builder, names, text),
    )


def _selected(builder: Builder, root: exp.Expr) -> LineageFact:
    relation = builder.query(root, {})
    into = root.args.get("into")
    target = into.this if isinstance(into, exp.Into) else None
    return LineageFact(
        target=table_name(target) if isinstance(target, exp.Table) else "",
        root=relation,
        sources=tuple(builder.sources),
        relations=tuple(builder.relations),
    )


def _outputs(resolver: Resolver, lineage: LineageFact | None) -> tuple[Output, ...]:
    if lineage is None:
        return ()
    shape = resolver.shape(lineage.root)
    found = [
        Output(item.name, item.line, item.column, column_names(item.origins))
        for item in shape.columns
    ]
    for table, _ in shape.open:
        found.append(Output("*", 0, 0, (f"{table}.*",) if table else ("*",)))
    return tuple(found)


def column_names(origins: Origins) -> tuple[str, ...]:
    """Origins as text, `table.column` where the table is known."""
    return tuple(
        sorted({_dotted(*origin) for origin, effect in origins.items() if effect != CHOSEN})
    )


def _dotted(table: str, column: str) -> str:
    return f"{table}.{column}" if table else column
