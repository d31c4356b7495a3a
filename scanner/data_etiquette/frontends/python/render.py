"""Expressions as short text with resolved names and redacted literals, for options and types."""

from __future__ import annotations

import ast

from data_etiquette.frontends.python.names import Names
from data_etiquette.frontends.redact import redact

_MAX_DEPTH = 5
_MAX_ITEMS = 12
_MAX_BITS = 1_000


def is_huge(number: int) -> bool:
    """Whether a number has more digits than Python prints, as hexadecimal ones may."""
    return number.bit_length() > _MAX_BITS


def dotted(node: ast.expr, names: Names) -> str:
    """Dotted name of a Name/Attribute chain, resolved; empty for anything else."""
    parts: list[str] = []
    current = node
    while isinstance(current, ast.Attribute):
        parts.append(current.attr)
        current = current.value
    if not isinstance(current, ast.Name):
        return ""
    parts.append(names.resolve(current.id))
    return ".".join(reversed(parts))


def annotation_text(node: ast.expr | None, names: Names) -> str:
    """An annotation as text; string annotations are parsed."""
    if node is None:
        return ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ""
    return render(node, names, is_type=True)


def literal_text(node: ast.expr | None) -> str:
    """Text of a string literal, of `_("…")` and of literals joined by `+`; else empty."""
    match node:
        case ast.Constant(value=str() as value):
            return value
        case ast.Call(args=[first, *_]):
            return literal_text(first)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return literal_text(left) + literal_text(right)
        case ast.JoinedStr(values=values):
            return "".join(literal_text(value) for value in values)
        case _:
            return ""


def render(
    node: ast.expr | None, names: Names, depth: int = _MAX_DEPTH, *, is_type: bool = False
) -> str:
    """An expression as text. Deep parts become `…`."""
    if node is None:
        return ""
    if depth <= 0:
        return "…"

    def inner(child: ast.expr | None) -> str:
        return render(child, names, depth - 1, is_type=is_type)

    def many(children: list[ast.expr]) -> str:
        return ", ".join(inner(child) for child in children[:_MAX_ITEMS])

    match node:
        case ast.Name() | ast.Attribute():
            found = dotted(node, names)
            if found or not isinstance(node, ast.Attribute):
                return found or "…"
            return f"{inner(node.value)}.{node.attr}"
        case ast.Constant(value=str() as value):
            return annotation_text(node, names) or value if is_type else repr(redact(value))
        case ast.Constant(value=int() as value) if is_huge(value):
            return "…"
        case ast.Constant(value=value):
            return "..." if value is Ellipsis else redact(repr(value))
        case ast.Subscript():
            return f"{inner(node.value)}[{inner(node.slice)}]"
        case ast.Tuple():
            return many(node.elts)
        case ast.List() | ast.Set():
            return f"[{many(node.elts)}]"
        case ast.BinOp(op=ast.BitOr()):
            return f"{inner(node.left)} | {inner(node.right)}"
        case ast.BinOp(op=ast.Add()):
            return f"{inner(node.left)} + {inner(node.right)}"
        case ast.BinOp(op=ast.Mult()):
            return f"{inner(node.left)} * {inner(node.right)}"
        case ast.Call():
            return _call(node, names, depth)
        case ast.Dict():
            keys = [inner(key) for key in node.keys[:_MAX_ITEMS] if key is not None]
            return "{" + ", ".join(keys) + "}"
        case ast.UnaryOp(op=ast.USub()):
            return f"-{inner(node.operand)}"
        case ast.Lambda():
            return f"lambda: {inner(node.body)}"
        case _:
            return "…"


def _call(node: ast.Call, names: Names, depth: int) -> str:
    arguments = [render(arg, names, depth - 1) for arg in node.args[:_MAX_ITEMS]]
    arguments += [
        f"{keyword.arg}={render(keyword.value, names, depth - 1)}"
        for keyword in node.keywords[:_MAX_ITEMS]
        if keyword.arg
    ]
    return f"{render(node.func, names, depth - 1)}({', '.join(arguments)})"
