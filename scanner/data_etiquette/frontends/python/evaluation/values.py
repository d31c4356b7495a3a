"""What an expression or a symbolic value looks like: questions that need no state."""

from __future__ import annotations

import ast

from data_etiquette.model.facts import (
    AccessPath,
    CallFact,
    Value,
)
from data_etiquette.model.value import (
    ANY,
    NAMES,
    item,
    join,
    under,
)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Env = dict[str, Value]

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_SHOWN_DIGITS = 4
_SHOWN_LETTERS = 6
_KEYS = ("token", "key", "secret", "hash")
_SEVERAL = ("s", "list", "set", "all", "data", "rows", "qs", "people", "children", "queue")
"""As many digits as PCI DSS 3.4 lets be shown of a card number's end."""


def empty_if(test: ast.expr, *, outcome: bool) -> list[str]:
    """Names that hold None or nothing where a condition came out as told."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return empty_if(operand, outcome=not outcome)
        case ast.BoolOp(op=ast.And(), values=values) if outcome:
            return [name for value in values for name in empty_if(value, outcome=True)]
        case ast.BoolOp(op=ast.Or(), values=values) if not outcome:
            return [name for value in values for name in empty_if(value, outcome=False)]
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=None | "")]):
            is_equal = isinstance(op, (ast.Is, ast.Eq))
            fits = is_equal if outcome else isinstance(op, (ast.IsNot, ast.NotEq))
            return [plain(left)] if fits and plain(left) else []
        case ast.Name() | ast.Attribute() if not outcome:
            return [plain(test)] if plain(test) else []
        case _:
            return []


def data(value: Value) -> Value:
    """A value without literals: inside a mapping they tell nothing that is asked for."""
    return tuple(part for part in value if not part.path.root.startswith("const:"))


def is_followed(value: Value) -> bool:
    """Whether a value is more than names and literals."""
    return any(not part.path.root.startswith(("name:", "const:")) for part in value)


def joined_call(old: CallFact, new: CallFact) -> CallFact:
    """One call met twice, with what its arguments may hold either time."""
    if old.args == new.args and old.keywords == new.keywords:
        return old
    return CallFact(
        id=old.id,
        callee=old.callee,
        args=tuple(join(a, b) for a, b in zip(old.args, new.args, strict=True)),
        keywords=tuple(
            (name, join(a, b)) for (name, a), (_, b) in zip(old.keywords, new.keywords, strict=True)
        ),
        line=old.line,
        column=old.column,
        end_line=old.end_line,
        guards=old.guards,
        under=old.under,
    )


def merged(left: Env, right: Env) -> Env:
    """Variables after two branches."""
    if left is right:
        return left
    merged = dict(left)
    for name, value in right.items():
        other = merged.get(name)
        if other is None or other is value:
            merged[name] = value
        elif other != value:
            merged[name] = join(other, value)
    return merged


def leaves(body: list[ast.stmt]) -> bool:
    """Whether control never falls out of the end of a block."""
    if not body:
        return False
    return isinstance(body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))


def plain(node: ast.expr) -> str:
    """`self.x.y` as text for names and attributes; empty for anything with a call or index."""
    parts: list[str] = []
    current = node
    while isinstance(current, ast.Attribute):
        parts.append(current.attr)
        current = current.value
    if not isinstance(current, ast.Name):
        return ""
    parts.append(current.id)
    return ".".join(reversed(parts))


def outer(value: Value) -> Value:
    """A value of the enclosing function as a nested one sees it."""
    return tuple(
        part
        if part.path.root.startswith(("name:", "const:"))
        else type(part)(
            AccessPath(f"outer:{part.path.root}", part.path.keys),
            part.at,
            part.text,
            part.lines,
            part.name,
        )
        for part in value
    )


def const(value: Value) -> str:
    """The text of a value that is one literal; empty otherwise."""
    if len(value) == 1 and value[0].path.root.startswith("const:") and not value[0].at:
        return value[0].path.root[6:]
    return ""


def constants(value: Value) -> Value:
    """The literals of a value."""
    return tuple(part for part in value if part.path.root.startswith("const:"))


def items(value: Value, name: str) -> Value:
    """What `.values()` or `.items()` of a mapping gives."""
    names = tuple(part for part in value if part.at[:1] == (NAMES,))
    held = tuple(part for part in value if part.at[:1] != (NAMES,)) if names else value
    element = item(held, ANY)
    if name != "items":
        return under(element, ANY)
    return under(join(under(element, "[1]"), under(item(names, NAMES), "[0]")), ANY)


def iterated(value: Value) -> Value:
    """What going through a value gives: of a mapping made here its keys, where they are data."""
    names = tuple(part for part in value if part.at[:1] == (NAMES,))
    if names:
        return item(names, NAMES)
    return item(tuple(part for part in value if not part.at or _is_place(part.at[0])), ANY)


def _is_place(key: str) -> bool:
    return key == ANY or key[1:-1].isdigit()


def is_container(value: Value) -> bool:
    """Whether a local holds a list, set or dict made here rather than an unknown object."""
    return all(part.at or part.path.root.startswith("const:") for part in value)


def looks_module(value: Value) -> bool:
    """`copy.copy(x)` and `shutil.copy` are calls of a module, not of a string."""
    return any(part.path.root.startswith("name:") and not part.path.keys for part in value)


def is_last_digits(node: ast.Slice) -> bool:
    """`iban[-4:]`: what is left to recognise an account or card by; four digits at most."""
    match node:
        case ast.Slice(
            lower=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(n))), upper=None
        ):
            return n <= _SHOWN_DIGITS
        case _:
            return False


def is_end(node: ast.Subscript) -> bool:
    """`token[-6:]`: what is shown of a key that nobody can guess from it."""
    match node:
        case ast.Subscript(
            value=ast.Name(id=name) | ast.Attribute(attr=name),
            slice=ast.Slice(
                lower=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(n))), upper=None
            ),
        ):
            return 0 < n <= _SHOWN_LETTERS and name.endswith(_KEYS)
        case _:
            return False


def is_domain(node: ast.Subscript) -> bool:
    """`address.split("@")[-1]`: the domain of a mail address."""
    match node:
        case ast.Subscript(
            value=ast.Call(func=ast.Attribute(attr=name), args=[ast.Constant(value="@"), *_]),
            slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)),
        ):
            return name in ("split", "rsplit", "partition", "rpartition")
        case _:
            return False


def is_beginning(node: ast.Subscript) -> bool:
    """`token[:6]`: the beginning of one text; of what is named in the plural it is some members."""
    match node:
        case ast.Subscript(
            value=ast.Name(id=name) | ast.Attribute(attr=name),
            slice=ast.Slice(
                lower=None | ast.Constant(value=0), upper=ast.Constant(value=int(n)), step=None
            ),
        ):
            return 0 < n <= _SHOWN_LETTERS and not name.endswith(_SEVERAL)
        case _:
            return False
