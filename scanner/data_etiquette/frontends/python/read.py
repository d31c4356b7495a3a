"""A Python file as facts. Total: never raises on any input; what can't be read is a `Skipped`."""

from __future__ import annotations

import ast
import hashlib
import re
import warnings
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from data_etiquette.frontends.python.classes import ClassReader, flat
from data_etiquette.frontends.python.comments import tool_comments
from data_etiquette.frontends.python.configuration import read_configuration
from data_etiquette.frontends.python.embedded import names_of, read_strings
from data_etiquette.frontends.python.function import FunctionReader
from data_etiquette.frontends.python.lines import lines_of
from data_etiquette.frontends.python.names import Names, statements
from data_etiquette.frontends.python.purposes import read_purposes
from data_etiquette.frontends.python.recover import parse_tolerantly
from data_etiquette.frontends.python.render import render
from data_etiquette.frontends.redact import redact
from data_etiquette.model.facts import ClassFact, Facts, FunctionFact, SettingFact
from data_etiquette.model.location import Skipped

_READ_ATTRIBUTE = re.compile(r"\.([A-Za-z_]\w*)\b(?!\s*=[^=])")
_QUOTED = re.compile(r"""["']([A-Za-z_]\w*)["']""")
_LOOKED_UP = re.compile(r"\b([a-z][a-z0-9_]*__[a-z0-9_]+)\s*=")
"""`filter(order__name__icontains=…)` reads `order` and `name`."""
_WRITTEN = re.compile(r"(?:[(,]\s*|\.)([A-Za-z_]\w*)\s*=[^=]")


def read_python(path: str, text: str, dialect: str = "") -> Facts:
    """Read one file; `path` is relative to the scanned root and decides the module's name.

    `dialect` is that of SQL in its strings, where something outside of the file tells it.
    """
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    lines = lines_of(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree, skipped = parse_tolerantly(path, text)
    if tree is None:
        return Facts(
            path=path, language="python", lines=len(lines), digest=digest, skipped=tuple(skipped)
        )
    return _Module(path, text, lines, tree, digest, skipped, dialect).read()


_Fact = TypeVar("_Fact", ClassFact, FunctionFact)


class _Module:
    def __init__(  # noqa: PLR0913 (the parts of one parsed file)
        self,
        path: str,
        text: str,
        lines: list[str],
        tree: ast.Module,
        digest: str,
        skipped: list[Skipped],
        dialect: str,
    ) -> None:
        self._dialect = dialect
        self._path = path
        self._text = text
        self._lines = lines
        self._tree = tree
        self._digest = digest
        self._skipped = skipped
        self._names = Names(path, tree)

    def read(self) -> Facts:
        classes, assigned = self._classes()
        functions = self._functions()
        statements, tables, controls, has_sql = read_strings(
            self._path, self._text, self._tree, self._dialect
        )
        columns_read, columns_written = names_of(statements)
        return Facts(
            path=self._path,
            language="python",
            lines=len(self._lines),
            digest=self._digest,
            module=self._names.module,
            imports=self._names.imports(),
            classes=tuple(classes),
            functions=tuple(functions),
            assigned=tuple(assigned),
            tables=tables,
            statements=statements,
            controls=controls,
            has_sql=has_sql,
            reads=tuple(sorted(columns_read.union(self._reads(classes)))),
            writes=tuple(sorted(columns_written.union(_WRITTEN.findall(self._text)))),
            comments=tool_comments(self._text),
            purposes=read_purposes(self._text, self._tree),
            settings=tuple(self._settings()),
            skipped=tuple(self._skipped),
        )

    def _settings(self) -> list[SettingFact]:
        try:
            return read_configuration(self._path, self._tree, self._names, self._text)
        except RecursionError:
            self._skipped.append(Skipped(self._path, 1, "settings are nested too deeply"))
            return []

    def _classes(self) -> tuple[list[ClassFact], list[tuple[str, str]]]:
        reader = ClassReader(self._names, self._lines)
        classes: list[ClassFact] = []
        assigned: list[tuple[str, str]] = []
        for node in flat(self._tree.body):
            match node:
                case ast.ClassDef():
                    classes += self._guarded(node, partial(reader.read, node))
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=value)
                ):
                    functional = reader.read_functional(node)
                    if functional is not None:
                        classes.append(functional)
                    assigned.append((name, render(value, self._names, 5)))
                case ast.Assign(targets=[ast.Tuple(elts=named)], value=ast.Tuple(elts=values)) if (
                    len(named) == len(values)
                ):
                    for target, value in zip(named, values, strict=True):
                        if isinstance(target, ast.Name):
                            assigned.append((target.id, render(value, self._names, 5)))
                case ast.Expr():
                    classes += reader.read_table(node)
                case _:
                    pass
            classes += self._local_classes(reader, node, "")
        return classes, assigned

    def _local_classes(self, reader: ClassReader, node: ast.stmt, outer: str) -> list[ClassFact]:
        """Classes that functions and methods define, such as a schema used in one view."""
        found: list[ClassFact] = []
        match node:
            case ast.ClassDef():
                inner = f"{outer}{node.name}."
                for child in flat(node.body):
                    found += self._local_classes(reader, child, inner)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                owner = f"{outer}{node.name}.<locals>"
                for inner_node in statements(node):
                    if isinstance(inner_node, ast.ClassDef):
                        found += self._guarded(inner_node, partial(reader.read, inner_node, owner))
                    elif isinstance(inner_node, ast.stmt):
                        found += reader.read_table(inner_node, owner)
            case _:
                pass
        return found

    def _functions(self) -> list[FunctionFact]:
        found: list[FunctionFact] = []
        last = len(self._lines)
        module = FunctionReader(self._names, "<module>")
        found += self._guarded(self._tree, lambda: module.read_module(flat(self._tree.body), last))
        for node in flat(self._tree.body):
            found += self._definition(node, "", "")
        return found

    def _definition(self, node: ast.stmt, prefix: str, owner: str) -> list[FunctionFact]:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                reader = FunctionReader(self._names, f"{prefix}{node.name}", owner)
                return self._guarded(node, lambda: reader.read(node))
            case ast.ClassDef():
                inner = f"{prefix}{node.name}"
                return [
                    fact
                    for child in flat(node.body)
                    for fact in self._definition(child, f"{inner}.", inner)
                ]
            case _:
                return []

    def _guarded(self, node: ast.AST, work: Callable[[], list[_Fact]]) -> list[_Fact]:
        """Run one definition's analysis; nesting beyond the interpreter's stack is reported."""
        try:
            return work()
        except RecursionError:
            name = getattr(node, "name", "the module's top level")
            line = getattr(node, "lineno", 1)
            self._skipped.append(Skipped(self._path, line, f"{name} is nested too deeply"))
            return []

    def _reads(self, classes: list[ClassFact]) -> tuple[str, ...]:
        """Identifiers read somewhere in the file; those that Meta.fields only lists don't count."""
        listed = [item for fact in classes for item in fact.fields if item.origin == "meta"]
        text = self._text
        if listed:
            lines = list(self._lines)
            for item in listed:
                row = lines[item.line - 1]
                lines[item.line - 1] = row.replace(f'"{item.name}"', "").replace(
                    f"'{item.name}'", ""
                )
            text = "\n".join(lines)
        shown: set[str] = set()
        if "from_attributes" in text or "orm_mode" in text:
            # A schema that is filled from objects reads their attributes by its fields' names.
            shown = {item.name for fact in classes for item in fact.fields}
        for lookup in _LOOKED_UP.findall(text):
            shown.update(lookup.split("__"))
        quoted = (name for name in set(_QUOTED.findall(text)) if redact(name) == name)
        return tuple(sorted({*shown, *_READ_ATTRIBUTE.findall(text), *quoted}))
