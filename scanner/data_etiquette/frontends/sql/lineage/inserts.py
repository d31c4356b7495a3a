"""Statements that fill several tables at once, as the plain INSERTs that they mean.

Hive's and Spark's `FROM t INSERT … SELECT … INSERT … SELECT …`, Oracle's and Snowflake's
`INSERT ALL | FIRST WHEN … THEN INTO … SELECT …`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

_MAX_INSERTS = 200


def single_inserts(root: exp.Expr) -> Sequence[exp.Insert]:
    """One INSERT for each table that is filled; none where the statement is another one."""
    source = root.args.get("source")
    if not isinstance(root, exp.MultitableInserts) or not isinstance(source, exp.Expr):
        return ()
    found = (_insert(root, source, item) for item in root.expressions[:_MAX_INSERTS])
    return [insert for insert in found if insert is not None]


def _insert(root: exp.Expr, source: exp.Expr, item: exp.Expr) -> exp.Insert | None:
    insert = item.this if isinstance(item, exp.ConditionalInsert) else item
    if not isinstance(insert, exp.Insert):
        return None
    insert = insert.copy()
    inner = insert.expression
    query = inner if isinstance(inner, exp.Select) else exp.Select(expressions=_selected(inner))
    query.set("from_", exp.From(this=_from(source)))
    for name in ("joins", "laterals"):
        if root.args.get(name):
            query.set(name, [part.copy() for part in root.args[name]])
    condition = item.args.get("expression") if isinstance(item, exp.ConditionalInsert) else None
    if isinstance(condition, exp.Expr):
        query.set("where", exp.Where(this=condition.copy()))
    with_ = root.args.get("with_")
    if isinstance(with_, exp.Expr):
        query.set("with_", with_.copy())
    insert.set("expression", query)
    return insert


def _selected(values: object) -> list[exp.Expr]:
    """What `VALUES (a, b)` takes from the query; all of it where there are no values."""
    rows = values.expressions if isinstance(values, exp.Values) else []
    first = rows[0] if rows else None
    if isinstance(first, (exp.Tuple, exp.Paren)):
        cells = first.expressions if isinstance(first, exp.Tuple) else [first.this]
        return [cell.copy() for cell in cells]
    return [exp.Star()]


def _from(source: exp.Expr) -> exp.Expr:
    if isinstance(source, exp.Query) and not isinstance(source, exp.Subquery):
        return exp.Subquery(this=source.copy())
    return source.copy()
