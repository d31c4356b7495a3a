"""`setup.py`: requirements that stand as literals."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from data_etiquette.frontends.dependencies.requirement import requirement
from data_etiquette.model.facts import DependencyFact

_GROUPS = {"install_requires": "", "setup_requires": "build", "tests_require": "group:test"}


def read_setup_py(text: str) -> Iterator[DependencyFact]:
    """Requirements in the call of `setup`, through module-level names; nothing is run."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # The reader of Python says why.
        return
    names = {
        target.id: statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    for call in _setup_calls(tree):
        for keyword in call.keywords:
            value = _named(keyword.value, names)
            if keyword.arg in _GROUPS:
                yield from _texts(value, _GROUPS[keyword.arg], names)
            elif keyword.arg == "extras_require" and isinstance(value, ast.Dict):
                for key, members in zip(value.keys, value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield from _texts(members, f"extra:{key.value}", names)


def _setup_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            callee = node.func
            name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
            if name == "setup":
                yield node


def _named(value: ast.expr, names: dict[str, ast.expr]) -> ast.expr:
    return names.get(value.id, value) if isinstance(value, ast.Name) else value


def _texts(
    value: ast.expr, group: str, names: dict[str, ast.expr], depth: int = 0
) -> Iterator[DependencyFact]:
    value = _named(value, names)
    if depth > 20:
        return
    if isinstance(value, ast.BinOp):
        yield from _texts(value.left, group, names, depth + 1)
        yield from _texts(value.right, group, names, depth + 1)
    elif isinstance(value, ast.List | ast.Tuple | ast.Set):
        for member in value.elts:
            if isinstance(member, ast.Constant) and isinstance(member.value, str):
                found = requirement(member.value, member.lineno, group)
                if found is not None:
                    yield found
