"""Bound values of an embedded statement: the columns they are written to or compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sqlglot import exp

from data_etiquette.frontends.sql.lineage.build import Builder
from data_etiquette.frontends.sql.lineage.change import Change
from data_etiquette.frontends.sql.lineage.scope import start_of
from data_etiquette.model.facts import ColumnUse


class Meeting(NamedTuple):
    """A placeholder by its offset, and the column it meets."""

    offset: int
    column: str
    is_written: bool


_COMPARED = (exp.Predicate, exp.Binary)


def meetings(
    builder: Builder, change: Change, names: Callable[[ColumnUse], tuple[str, ...]]
) -> tuple[Meeting, ...]:
    """All placeholders that meet a column, in the order of the text."""
    found: list[Meeting] = []
    for hole in builder.holes:
        offset = start_of(hole.this)
        columns, is_written = _met(hole, builder, change, names)
        found += [Meeting(offset, column, is_written) for column in columns]
    return tuple(sorted(set(found)))


def _met(
    hole: exp.Column,
    builder: Builder,
    change: Change,
    names: Callable[[ColumnUse], tuple[str, ...]],
) -> tuple[list[str], bool]:
    node: exp.Expr | None = hole
    while node is not None:
        target = change.written_nodes.get(id(node))
        if target is not None:
            return [".".join(part for part in target if part)], True
        parent = node.parent
        if isinstance(parent, _COMPARED):
            columns = [
                name
                for other in parent.find_all(exp.Column)
                if id(other) in builder.uses
                for name in names(builder.uses[id(other)])
            ]
            if columns:
                return columns, False
        if isinstance(parent, (exp.Query, exp.Where, exp.Insert)):
            return [], False
        node = parent
    return [], False
