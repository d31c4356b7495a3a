"""What a query or a row-changing statement reads and writes, told by sqlglot's tree.

The only module that imports sqlglot; it is imported when the first such statement is met.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from data_etiquette.frontends.sql.access import FILL, Access, Output
from data_etiquette.frontends.sql.lexer import without_holes

_VERBS: tuple[tuple[type[exp.Expr], str], ...] = (
    (exp.Query, "select"),
    (exp.Insert, "insert"),
    (exp.Update, "update"),
    (exp.Delete, "delete"),
    (exp.Merge, "merge"),
)
_OWNERS = (exp.Select, exp.Update, exp.Delete, exp.Merge, exp.Insert)
_BY_ALIAS = (exp.Order, exp.Group, exp.Having, exp.Qualify)
_PSEUDO_TABLES = frozenset({"dual", "excluded", "inserted", "deleted", "new", "old"})
_MAX_DEPTH = 12
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


def read_query(text: str, dialect: str) -> Access | str:
    """Read one statement; a string says why it could not be read."""
    try:
        trees = [tree for tree in sqlglot.parse(text, read=dialect or None) if tree is not None]
        if not trees:
            return "empty statement"
        for kind, verb in _VERBS:
            if isinstance(trees[0], kind):
                return _Reader(trees[0], verb).read()
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


class _Reader:
    """Resolves the tables and columns of one tree."""

    def __init__(self, root: exp.Expr, verb: str) -> None:
        self._root = root
        self._verb = verb
        self._tables: list[exp.Table] = []
        self._columns: list[exp.Column] = []
        self._has_star = False
        self._sources: dict[int, list[tuple[str, exp.Expr]]] = {}
        self._memo: dict[tuple[int, str], tuple[str, ...]] = {}
        for node in root.walk(bfs=False):
            self._collect(node)
        self._targets = [self._real_target(table) for table in self._named_targets()]

    def _collect(self, node: exp.Expr) -> None:
        if isinstance(node, exp.Table):
            if not isinstance(node.parent, exp.Into):
                self._tables.append(node)
                self._add_source(node)
        elif isinstance(node, (exp.Subquery, exp.Lateral, exp.Unnest, exp.Values)):
            if isinstance(node.parent, (exp.From, exp.Join, exp.Merge)):
                self._add_source(node)
        elif isinstance(node, exp.Column):
            self._columns.append(node)
        if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            self._has_star = True

    def _add_source(self, node: exp.Expr) -> None:
        owner = _owner(node)
        if owner is not None:
            alias = str(node.alias_or_name).lower()
            self._sources.setdefault(id(owner), []).append((alias, node))

    def read(self) -> Access:
        """What the whole statement touches."""
        written = self._written()
        skipped = {id(column) for column in written}
        reads = {"*"} if self._has_star else set()
        for column in self._columns:
            if id(column) not in skipped and not _is_alias_use(column):
                reads.update(self._origins(column))
        real = [table for table in self._tables if self._cte_of(table) is None]
        real.sort(key=_start)
        names = (_table_name(table) for table in (*self._targets, *real))
        return Access(
            verb=self._verb,
            tables=tuple(dict.fromkeys(name for name in names if name)),
            reads=tuple(sorted(reads)),
            writes=tuple(sorted({*self._inserted(), *self._assigned(written)})),
            outputs=tuple(self._outputs()) if self._verb == "select" else (),
        )

    # -- targets ------------------------------------------------------------------------------

    def _named_targets(self) -> list[exp.Table]:
        root = self._root
        if self._verb == "select":
            return []
        several = root.args.get("tables") if isinstance(root, exp.Delete) else None
        if several:
            return [table for table in several if isinstance(table, exp.Table)]
        target = root.this.this if isinstance(root.this, exp.Schema) else root.this
        return [target] if isinstance(target, exp.Table) else []

    def _real_target(self, target: exp.Table) -> exp.Table:
        """`UPDATE c SET … FROM customer c` names its target by an alias."""
        pairs = self._sources.get(id(self._root), [])
        for alias, node in pairs:
            is_same = alias == target.name.lower() and not target.db
            if is_same and node is not target and isinstance(node, exp.Table) and node.alias:
                pairs[:] = [pair for pair in pairs if pair[1] is not target]
                self._tables = [table for table in self._tables if table is not target]
                return node
        return target

    def _inserted(self) -> Iterator[str]:
        """Columns that an INSERT lists."""
        if isinstance(self._root, exp.Insert) and isinstance(self._root.this, exp.Schema):
            for item in self._root.this.expressions:
                yield from self._on_target(str(item.name))

    def _assigned(self, columns: list[exp.Column]) -> Iterator[str]:
        for column in columns:
            is_plain = not column.table or isinstance(column.parent, exp.Tuple)
            yield from self._on_target(column.name) if is_plain else self._origins(column)

    def _on_target(self, name: str) -> Iterator[str]:
        table = _table_name(self._targets[0]) if self._targets else ""
        if _clean(name):
            yield f"{table}.{_clean(name)}" if table else _clean(name)

    def _written(self) -> list[exp.Column]:
        """Columns on the left of an assignment, or listed by MERGE's INSERT."""
        if self._verb == "select":
            return []
        found: list[exp.Column] = []
        for node in self._root.find_all(exp.Update, exp.OnConflict, exp.Insert):
            if isinstance(node, exp.Insert):
                is_tuple = isinstance(node.this, exp.Tuple)
                found += [c for c in node.this.expressions if is_tuple and _is_column(c)]
            else:
                for item in node.expressions:
                    if isinstance(item, exp.EQ):
                        found += item.this.find_all(exp.Column)
        return found

    # -- where columns come from --------------------------------------------------------------

    def _origins(self, column: exp.Column, depth: int = 0) -> tuple[str, ...]:
        name = _clean(column.name)
        if not name or isinstance(column.this, exp.Star):
            return ()
        wanted = column.table.lower()
        owner = _owner(column)
        while owner is not None:
            sources = self._sources.get(id(owner), [])
            found = self._matching(sources, wanted, name, depth)
            if found is not None:
                return self._from_source(found, name, depth)
            if sources and not wanted:
                return (name,)
            owner = _owner(owner)
        return (name,)

    def _matching(
        self, sources: list[tuple[str, exp.Expr]], wanted: str, name: str, depth: int
    ) -> exp.Expr | None:
        if wanted:
            return next((node for alias, node in sources if alias == wanted), None)
        if len(sources) == 1:
            return sources[0][1]
        # Among several sources, only one that lists its columns can be told.
        listed = (node for _, node in sources if name.lower() in self._listed(node))
        return next(listed, None) if depth < _MAX_DEPTH else None

    def _listed(self, node: exp.Expr) -> set[str]:
        query = self._query_of(node)
        if query is None:
            return set()
        return {output.alias_or_name.lower() for output in _selects(query)}

    def _from_source(self, node: exp.Expr, name: str, depth: int) -> tuple[str, ...]:
        key = (id(node), name.lower())
        if key not in self._memo:
            self._memo[key] = ()  # guards against recursive CTEs
            self._memo[key] = self._resolved(node, name, depth)
        return self._memo[key]

    def _resolved(self, node: exp.Expr, name: str, depth: int) -> tuple[str, ...]:
        query = self._query_of(node)
        if query is None:
            is_real = isinstance(node, exp.Table) and self._cte_of(node) is None
            table = _table_name(node) if is_real and isinstance(node, exp.Table) else ""
            return (f"{table}.{name}" if table else name,)
        found: list[str] = []
        if depth < _MAX_DEPTH:
            for branch in _branches(query):
                found += self._through(node, query, branch, name, depth + 1)
        return tuple(dict.fromkeys(found)) or (name,)

    def _through(
        self, node: exp.Expr, query: exp.Query, branch: exp.Query, name: str, depth: int
    ) -> Iterator[str]:
        """Sources of one output column of a CTE or subquery."""
        names = _alias_columns(self._cte_of(node) or node)
        names = names or [item.alias_or_name.lower() for item in _selects(query)]
        selects = _selects(branch)
        if name.lower() in names and names.index(name.lower()) < len(selects):
            expression = selects[names.index(name.lower())]
            if not expression.is_star:
                yield from self._sources_of(expression, depth)
                return
        if any(item.is_star for item in selects):
            sources = self._sources.get(id(branch), [])
            if len(sources) == 1:
                yield from self._from_source(sources[0][1], name, depth)

    def _sources_of(self, expression: exp.Expr, depth: int = 0) -> tuple[str, ...]:
        columns = expression.find_all(exp.Column)
        found = (name for column in columns for name in self._origins(column, depth))
        return tuple(sorted(set(found)))

    def _query_of(self, node: exp.Expr) -> exp.Query | None:
        """The query behind a derived source; None for a real table."""
        inner: object = node.this
        if isinstance(node, exp.Table):
            cte = self._cte_of(node)
            inner = cte.this if cte is not None else None
        if isinstance(inner, exp.Subquery):
            inner = inner.unnest()
        return inner if isinstance(inner, (exp.Select, exp.SetOperation)) else None

    def _cte_of(self, node: exp.Expr) -> exp.CTE | None:
        """The CTE that a table's name means where it stands; a CTE may shadow a table."""
        if not isinstance(node, exp.Table) or node.db:
            return None
        inside: exp.Expr = node
        above = node.parent
        while above is not None:
            with_ = above.args.get("with_") or above.args.get("with")
            if isinstance(with_, exp.With):
                found = _visible(with_, inside, node.name.lower())
                if found is not None:
                    return found
            if not isinstance(above, exp.With):
                inside = above
            above = above.parent
        return None

    def _outputs(self) -> Iterator[Output]:
        root = self._root.unnest() if isinstance(self._root, exp.Subquery) else self._root
        if not isinstance(root, exp.Query):
            return
        branches = [_selects(branch) for branch in _branches(root)]
        for position, item in enumerate(_selects(root)):
            if item.is_star or not _clean(item.alias_or_name):
                continue
            sources: set[str] = set()
            for selects in branches:
                if position < len(selects):
                    sources.update(self._sources_of(selects[position]))
            yield Output(_clean(item.alias_or_name), _start(item), tuple(sorted(sources)))


def _owner(node: exp.Expr) -> exp.Expr | None:
    """The statement or SELECT whose sources a node sees first."""
    above = node.parent
    while above is not None:
        if isinstance(above, _OWNERS) and not isinstance(above.parent, exp.When):
            return above
        above = above.parent
    return None


def _visible(with_: exp.With, inside: exp.Expr, name: str) -> exp.CTE | None:
    """The CTE of that name; one that is not recursive sees only those before it."""
    found = None
    for cte in with_.expressions:
        if cte is inside and not with_.recursive:
            break
        if cte.alias.lower() == name:
            found = cte
        if cte is inside:
            break
    return found if isinstance(found, exp.CTE) else None


def _is_column(node: object) -> bool:
    return isinstance(node, exp.Column)


def _is_alias_use(column: exp.Column) -> bool:
    """Whether ORDER BY or GROUP BY names an output by its alias: nothing new is read."""
    clause = column.find_ancestor(*_BY_ALIAS, exp.Select)
    if column.table or not isinstance(clause, _BY_ALIAS) or clause.parent is None:
        return False
    query = clause.parent
    if not isinstance(query, exp.Query):
        return False
    aliases = (item.alias for item in _selects(query) if isinstance(item, exp.Alias))
    return column.name.lower() in {alias.lower() for alias in aliases}


def _branches(query: exp.Query) -> list[exp.Query]:
    """The SELECTs of a UNION, left to right."""
    found: list[exp.Query] = []
    todo: list[object] = [query]
    while todo:
        node = todo.pop()
        if isinstance(node, exp.SetOperation):
            todo += [node.expression, node.this]
        elif isinstance(node, exp.Subquery):
            todo.append(node.this)
        elif isinstance(node, exp.Select):
            found.append(node)
    return found


def _selects(query: exp.Query) -> list[exp.Expr]:
    branches = _branches(query)
    return list(branches[0].expressions) if branches else []


def _alias_columns(node: exp.Expr) -> list[str]:
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return []
    return [str(column.name).lower() for column in alias.args.get("columns") or ()]


def _table_name(table: exp.Table) -> str:
    if not isinstance(table.this, exp.Identifier):
        return ""
    parts = (_clean(part) for part in (table.catalog, table.db, table.name))
    name = ".".join(part for part in parts if part)
    return "" if name.lower() in _PSEUDO_TABLES else name


def _clean(name: str) -> str:
    """A name without the fill of placeholders that touched it."""
    return name.replace(FILL, "").strip("_") if FILL in name else without_holes(name)


def _start(node: exp.Expr) -> int:
    """Offset of the identifier that names an output."""
    alias = node.args.get("alias")
    identifier = alias if isinstance(alias, exp.Identifier) else node.this
    if isinstance(identifier, exp.Identifier):
        start = identifier.meta.get("start", 0)
        return start if isinstance(start, int) else 0
    return 0
