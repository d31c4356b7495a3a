"""Keys that a statement reads from JSON columns: what such a column holds is said nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from data_etiquette.frontends.sql.lineage.build import Builder
from data_etiquette.model.facts import ColumnUse

_MAY_HAVE = re.compile(r"->|json|\w:\w|\[\s*'|#>", re.IGNORECASE)
_EXTRACTS: tuple[type[exp.Expr], ...] = (
    exp.JSONExtract,
    exp.JSONExtractScalar,
    exp.JSONBExtract,
    exp.JSONBExtractScalar,
    exp.JSONValue,
    exp.Bracket,
    exp.Anonymous,
)
_FUNCTIONS = re.compile(r"jsonb?_extract_path(_text)?|json_(query|value)|get_json_object|get_path")
_WRAPPED = (exp.Paren, exp.Cast, exp.TryCast)
_INSIDE = (*_EXTRACTS[:-1], *_WRAPPED)
_KEY = re.compile(r"[^\W\d][\w -]{0,60}")
_MAX_KEYS = 200


def read_keys(
    root: exp.Expr, builder: Builder, names: Callable[[ColumnUse], tuple[str, ...]], text: str
) -> tuple[tuple[str, str], ...]:
    """(column, key) of all keys that are read from columns, sorted."""
    if not _MAY_HAVE.search(text):
        return ()
    found: set[tuple[str, str]] = set()
    for node in root.find_all(*_EXTRACTS):
        # Of a chain `a -> 'x' ->> 'y'` the outermost key says what comes out.
        around = node.parent
        is_inner = isinstance(around, _EXTRACTS) and around.this is node
        key = "" if is_inner else _key(node)
        use = builder.uses.get(id(_column(node))) if key else None
        if use is not None:
            found.update((name, key) for name in names(use))
    return tuple(sorted(found)[:_MAX_KEYS])


def _column(node: exp.Expr) -> exp.Expr | None:
    """The column that a chain of extractions starts at."""
    base = node.expressions[0] if isinstance(node, exp.Anonymous) else node.this
    while isinstance(base, _INSIDE):
        base = base.this  # type: ignore[attr-defined]
    return base if isinstance(base, exp.Column) else None


def _key(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        if not _FUNCTIONS.fullmatch(str(node.this).lower()) or len(node.expressions) < 2:
            return ""
        path: object = node.expressions[-1]
    elif isinstance(node, exp.Bracket):
        path = node.expressions[0] if node.expressions else None
    else:
        path = node.args.get("path") or node.args.get("expression")
    if isinstance(path, exp.JSONPath):
        keys = [part.this for part in path.expressions if isinstance(part, exp.JSONPathKey)]
        text = keys[-1] if keys and isinstance(keys[-1], str) else ""
    elif isinstance(path, exp.Literal) and path.is_string:
        # `'{address,city}'` and `'$.address.city'`: the last part says what comes out.
        text = re.split(r"[.,]", str(path.this).strip("{}$"))[-1].strip().strip("\"'")
    else:
        return ""
    return text if _KEY.fullmatch(text) else ""
