"""SQL in a Python file's strings, put together from their pieces, with holes for what is not there.

Files without SQL pay for one regular expression; the SQL reader is imported when a string needs it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from data_etiquette.frontends.python.literals import HOLE, Constants, Literal, Pieces
from data_etiquette.frontends.redact import redact
from data_etiquette.model.facts import ControlFact, StatementFact, TableFact

_VERBS = (
    r"(?:select\b|with\b|insert\s+(?:or\s+\w+\s+|ignore\s+)?into\b|delete\s+from\b|merge\s+into\b"
    r"|replace\s+into\b|update\s|truncate\s|comment\s+on\b|grant\s|revoke\s|copy\s|unload\s*\("
    r"|(?:create|alter|drop)\s+(?:\w+\s+){0,3}(?:table|view|policy|publication|subscription"
    r"|server|share|datashare|event|mapping)\b|alter\s+default\s+privileges\b|security\s+label\b"
    r"|export\s+data\b|do\s+\$)"
)
_WORDS = (
    *("select", "insert", "delete", "update", "merge", "replace into", "truncate", "comment on"),
    *("grant ", "revoke ", "copy ", "unload", "create", "alter", "drop", ".extra("),
    *("security label", "export data", "do $"),
)
_VERB = re.compile(_VERBS.replace("|with\\b", "") + r"|\.extra\(")
_OPENERS = ("'", '"', "(")
_BEGINNING = re.compile(
    r"\s*(?:--[^\n]*\n\s*|/\*(?:[^*]|\*(?!/))*\*/\s*)*\(?\s*"
    r"(?:select\b.+?\bfrom\b|with\b.+?\bselect\b|update\b.+?\bset\b"
    r"|(?:grant|revoke)\b.+?\bon\b"
    rf"|copy\s.+?\b(?:from|to)\b|(?!select|with|update|grant|revoke|copy){_VERBS})",
    re.IGNORECASE | re.DOTALL,
)
_IN_MIGRATION = re.compile(r"(?:^|/)(?:migrations|alembic|versions)/")
_BACKWARDS = frozenset({"downgrade", "reverse", "backwards", "rollback"})
"""Functions of migrations that undo what the schema is."""
_UNDOING = ("drop", "rename")
"""How the actions begin that only a migration means for good."""
_BUILT = re.compile(
    r"(?:(?<![<>!])=|<>|!=|[<>]=?|\bi?like\b)\s*['\"%]*(?P<value>\{[\w.]*\})|'[^'\n]*(?P<inside>\{[\w.]*\})[^'\n]*'",
    re.IGNORECASE,
)
"""A value that stands in the text; names of tables and lists of placeholders are built as well."""
_BUILDING = (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call)
_MAX_STRINGS = 2_000


class Strings(NamedTuple):
    """What a file's strings say in SQL, in the order of lines."""

    statements: tuple[StatementFact, ...] = ()
    tables: tuple[TableFact, ...] = ()
    controls: tuple[ControlFact, ...] = ()
    has_sql: bool = False
    """Whether any string looks like SQL, be it readable or not."""


def read_strings(path: str, text: str, tree: ast.Module, dialect: str = "") -> Strings:
    """Statements, tables and controls of all strings that are SQL."""
    if not _may_have_sql(text.lower()):
        return Strings()
    return _Reader(path, text, tree, dialect).read()


def _may_have_sql(text: str) -> bool:
    """Whether a verb of SQL begins a string or a line; cheap, since most files have none."""
    for word in _WORDS:
        at = text.find(word)
        while at >= 0:
            if _VERB.match(text, at):
                before = text[max(0, at - 100) : at]
                bare = before.rstrip()
                if word == ".extra(" or "\n" in before[len(bare) :] or bare.endswith(_OPENERS):
                    return True
            at = text.find(word, at + 1)
    return False


class _Reader:
    def __init__(self, path: str, text: str, tree: ast.Module, dialect: str) -> None:
        self._dialect = dialect
        self._path = path
        self._tree = tree
        self._pieces = Pieces(text, Constants(tree))
        self._statements: list[StatementFact] = []
        self._tables: list[TableFact] = []
        self._controls: list[ControlFact] = []
        self._has_sql = False

    def read(self) -> Strings:
        found = 0
        for literal in self._literals():
            if found < _MAX_STRINGS and _BEGINNING.match(literal.text):
                self._add(literal)
                found += 1
        self._statements.sort(key=lambda item: item.line)
        self._tables.sort(key=lambda item: item.line)
        self._controls.sort(key=lambda item: item.line)
        return Strings(
            tuple(self._statements), tuple(self._tables), tuple(self._controls), self._has_sql
        )

    def _add(self, literal: Literal) -> None:
        from data_etiquette.frontends.sql.read import read_embedded  # noqa: PLC0415

        statements, tables, controls, is_sql = read_embedded(
            self._path, literal.text, literal.line, self._dialect, literal.holes
        )
        self._has_sql = self._has_sql or is_sql
        name = redact(literal.first) if literal.first else ""
        holes = {HOLE, *(hole for hole in literal.holes if not _is_own(hole))}
        built = any(
            (found["value"] or found["inside"]) in holes for found in _BUILT.finditer(literal.text)
        )
        self._statements += [replace(item, literal=name, built=built) for item in statements]
        self._controls += controls
        is_migration = _IN_MIGRATION.search(self._path) is not None
        self._tables += [
            item for item in tables if is_migration or not item.action.startswith(_UNDOING)
        ]

    def _literals(self) -> Iterator[Literal]:
        """All strings of the file, each as a whole, docstrings left out."""
        todo: list[ast.AST] = [self._tree]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and self._undoes(node):
                continue
            literal = self._pieces.literal(node) if isinstance(node, _BUILDING) else None
            if literal is not None:
                yield literal
                continue
            if isinstance(node, ast.Call):
                yield from self._extra(node)
                todo += reversed(list(_forwards(node)))
            else:
                todo += reversed([c for c in ast.iter_child_nodes(node) if c._fields])

    def _undoes(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        return node.name in _BACKWARDS and _IN_MIGRATION.search(self._path) is not None

    def _extra(self, node: ast.Call) -> Iterator[Literal]:
        """Django's `extra(where=["lower(email) = %s"])`: conditions on a table not named."""
        if not isinstance(node.func, ast.Attribute) or node.func.attr != "extra":
            return
        for keyword in node.keywords:
            if keyword.arg == "where" and isinstance(keyword.value, (ast.List, ast.Tuple)):
                for item in keyword.value.elts:
                    found = self._pieces.literal(item)
                    if found is not None and not _BEGINNING.match(found.text):
                        text = f"SELECT NULL FROM {{}} WHERE {found.text}"  # noqa: S608 (nothing runs it)
                        yield replace(found, text=text)


def _is_own(hole: str) -> bool:
    """Whether what fills a hole is the program's own: `{Kind.BOT}`, the key `{order.pk}`."""
    owner, _, last = hole.strip("{}").rpartition(".")
    return last.isupper() or (bool(owner) and last in ("pk", "id"))


def _forwards(node: ast.Call) -> Iterator[ast.AST]:
    """A call's parts, without the SQL that would take the migration back."""
    yield node.func
    is_run = _last_name(node.func) == "RunSQL"
    yield from node.args[:1] if is_run else node.args
    for keyword in node.keywords:
        if not (is_run and keyword.arg == "reverse_sql"):
            yield keyword.value


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def names_of(statements: Sequence[StatementFact]) -> tuple[set[str], set[str]]:
    """Columns that the statements read and write, without their tables."""
    reads = {name.rsplit(".", 1)[-1] for item in statements for name in item.reads}
    writes = {name.rsplit(".", 1)[-1] for item in statements for name in item.writes}
    return reads - {"*"}, writes - {"*"}
