"""Strings as they are put together in the source: constants joined, the rest as `{}` or `{path}`.

The text keeps the source's lines: where pieces stand on lines of their own, it has a newline.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass

from data_etiquette.frontends.python.lines import lines_of

HOLE = "{}"
_IS_HOLE = re.compile(r"\{[\w.]*\}")
_MAX_PATH = 5
_WRAPPERS = frozenset(
    {"SQL", "text", "RawSQL", "literal_column", "dedent", "cleandoc", "TextClause", "raw_sql"}
)
_IDENTIFIERS = frozenset({"Identifier", "quote_name", "quoted_name"})
_BOUND = frozenset({"Placeholder", "Literal", "literal", "bindparam"})
"""Calls that make a placeholder of the driver, or a value that is escaped."""
_NUMBERS = frozenset({"int", "float", "len"})
"""Calls that make a number, which ends no query."""
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?([diouxXeEfFgGcrsa%])")
_FIELD = re.compile(r"\{(\w*)(?:![rsa])?(?::[^{}]*)?\}")
_CONTINUED = re.compile(r"\w*(?:\"{3}|'{3})\\\n")
"""A text that begins on the line behind its quotes."""
_MAX_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Literal:
    """One string of the source."""

    text: str
    line: int
    first: str
    """Its first constant piece, as the source has it."""
    holes: frozenset[str] = frozenset()
    """Placeholders in the text that stand for what is put in: `{order.email}`."""


class Constants:
    """Names that hold one string: of the module, of its classes."""

    def __init__(self, tree: ast.Module) -> None:
        self._values: dict[str, str | None] = {}
        for node in tree.body:
            self._add(node)
            if isinstance(node, ast.ClassDef):
                for child in node.body:
                    self._add(child)

    def _add(self, node: ast.stmt) -> None:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str() as text))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str() as text))
            ):
                is_new = name not in self._values or self._values[name] == text
                self._values[name] = text if is_new else None
            case _:
                pass

    def get(self, node: ast.expr) -> str | None:
        """The string that a name stands for, in one line."""
        name = ""
        if isinstance(node, ast.Name):
            name = node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = node.attr if node.value.id in ("self", "cls") or node.value.id.istitle() else ""
        found = self._values.get(name)
        return " ".join(found.split()) if found is not None else None


@dataclass(slots=True)
class _Piece:
    text: str
    line: int


class Pieces:
    """Puts strings together."""

    def __init__(self, source: str, constants: Constants) -> None:
        self._holes: set[str] = set()
        self._lines = lines_of(source, with_ends=True)
        self._constants = constants

    def literal(self, node: ast.expr) -> Literal | None:
        """The string that an expression builds; None when it builds none."""
        self._holes = set()
        pieces = self._pieces(node, 0)
        if not pieces or all(_IS_HOLE.fullmatch(piece.text) for piece in pieces):
            return None
        return Literal(_joined(pieces), pieces[0].line, _first(node), frozenset(self._holes))

    def _pieces(self, node: ast.expr, depth: int) -> list[_Piece]:
        if depth > _MAX_DEPTH:
            return []
        match node:
            case ast.Constant(value=str() as value):
                return self._constant(node, value)
            case ast.JoinedStr():
                return self._f_string(node)
            case ast.BinOp(op=ast.Add()):
                return self._sum(node)
            case ast.BinOp(op=ast.Mod(), left=left, right=right):
                return self._percent(self._pieces(left, depth + 1), right)
            case ast.Call(func=ast.Attribute(value=owner, attr="format")):
                return self._format(self._pieces(owner, depth + 1), node)
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str() as glue), attr="join"),
                args=[ast.List(elts=items) | ast.Tuple(elts=items)],
            ):
                return self._join(glue, items, depth)
            case ast.Call(func=func, args=[inner, *_]) if _last(func) in _WRAPPERS:
                return self._pieces(inner, depth + 1)
            case _:
                return []

    def _constant(self, node: ast.expr, value: str) -> list[_Piece]:
        span = (node.end_lineno or node.lineno) - node.lineno
        if value.count("\n") == span:
            return [_Piece(value, node.lineno)]
        if span == 0:
            # An escaped newline stands on the same line of the source.
            plain = value if "--" in value else value.replace("\n", " ")
            return [_Piece(plain, node.lineno)]
        return self._tokens(node) or [_Piece(value, node.lineno)]

    def _f_string(self, node: ast.JoinedStr) -> list[_Piece]:
        text = "".join(self._shown(value) for value in node.values)
        if text.count("\n") != (node.end_lineno or node.lineno) - node.lineno:
            found = self._tokens(node)
            if found:
                return found
        return [_Piece(text, node.lineno)]

    def _shown(self, value: ast.expr) -> str:
        if isinstance(value, ast.Constant):
            return str(value.value)
        inner = value.value if isinstance(value, ast.FormattedValue) else value
        return self._argument(inner)

    def _argument(self, node: ast.expr) -> str:
        """What is put into a string: a constant as it is, anything else as a hole."""
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)):
            return str(node.value)
        if isinstance(node, ast.Call) and _last(node.func) in _IDENTIFIERS:
            parts = [a.value for a in node.args if isinstance(a, ast.Constant)]
            if parts and len(parts) == len(node.args):
                return ".".join(str(part) for part in parts)
        if isinstance(node, ast.Call) and _last(node.func) in _BOUND:
            return _bound(node)
        if isinstance(node, ast.Call) and _last(node.func) in _NUMBERS:
            return "0"
        known = self._constants.get(node)
        return self._hole(node) if known is None else known

    def _hole(self, node: ast.expr) -> str:
        """`{}`, or `{order.email}` where a plain path says what fills it."""
        names: list[str] = []
        while isinstance(node, ast.Attribute) and len(names) < _MAX_PATH:
            names.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return HOLE
        hole = "{" + ".".join((node.id, *reversed(names))) + "}"
        self._holes.add(hole)
        return hole

    def _tokens(self, node: ast.expr) -> list[_Piece]:
        """The string literals that stand side by side in the source, each at its line."""
        last = node.end_lineno or node.lineno
        segment = "".join(self._lines[node.lineno - 1 : last])
        head = len(segment.encode()) - len(self._lines[last - 1].encode())
        data = segment.encode()[node.col_offset : head + (node.end_col_offset or 0)]
        try:
            return list(self._literals_of(data.decode(), node.lineno))
        except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
            return []

    def _literals_of(self, text: str, line: int) -> list[_Piece]:
        found: list[_Piece] = []
        source = f"(\n{text}\n)"
        starts = [0]
        for row in lines_of(source, with_ends=True):
            starts.append(starts[-1] + len(row))
        opened: tuple[int, int] | None = None
        depth = 0
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            name = tokenize.tok_name[token.type]
            depth += (name == "FSTRING_START") - (name == "FSTRING_END")
            if name == "FSTRING_START" and depth == 1:
                opened = token.start
            is_string = name == "STRING" and depth == 0
            if not is_string and not (name == "FSTRING_END" and depth == 0):
                continue
            start = token.start if is_string or opened is None else opened
            at = starts[start[0] - 1] + start[1]
            end = starts[token.end[0] - 1] + token.end[1]
            inner = ast.parse(source[at:end], mode="eval").body
            continued = "\n" if _CONTINUED.match(source, at, end) else ""
            found.append(_Piece(continued + self._flat(inner), line + start[0] - 2))
        return found

    def _flat(self, node: ast.expr) -> str:
        if isinstance(node, ast.JoinedStr):
            text = "".join(self._shown(value) for value in node.values)
        else:
            text = str(node.value) if isinstance(node, ast.Constant) else ""
        rows = (node.end_lineno or 1) - node.lineno
        return text.replace("\n", " ") if rows == 0 and "--" not in text else text

    def _sum(self, node: ast.expr) -> list[_Piece]:
        """A chain of `+`, however long."""
        parts: list[ast.expr] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts.append(node.right)
            node = node.left
        parts.append(node)
        pieces: list[_Piece] = []
        is_text = False
        for part in reversed(parts):
            found = self._pieces(part, _MAX_DEPTH // 2)
            is_text = is_text or bool(found)
            pieces += found or [_Piece(self._argument(part), part.lineno)]
        return pieces if is_text else []

    def _percent(self, pieces: list[_Piece], right: ast.expr) -> list[_Piece]:
        given = list(right.elts) if isinstance(right, ast.Tuple) else [right]
        count = iter(given)

        def filled(match: re.Match[str]) -> str:
            if match[2] == "%":
                return "%"
            if match[1]:
                return self._keyed(right, match[1])
            item = next(count, None)
            return self._argument(item) if item is not None else HOLE

        return [_Piece(_PERCENT.sub(filled, piece.text), piece.line) for piece in pieces]

    def _keyed(self, node: ast.expr, key: str) -> str:
        if isinstance(node, ast.Dict):
            for name, value in zip(node.keys, node.values, strict=True):
                if isinstance(name, ast.Constant) and name.value == key:
                    return self._argument(value)
        return HOLE

    def _format(self, pieces: list[_Piece], call: ast.Call) -> list[_Piece]:
        named = {item.arg: item.value for item in call.keywords if item.arg}
        count = iter(range(len(call.args)))

        def filled(match: re.Match[str]) -> str:
            key = match[1] or str(next(count, -1))
            if key.isdigit():
                at = int(key)
                return self._argument(call.args[at]) if at < len(call.args) else HOLE
            return self._argument(named[key]) if key in named else HOLE

        return [_Piece(_FIELD.sub(filled, piece.text), piece.line) for piece in pieces]

    def _join(self, glue: str, items: Sequence[ast.expr], depth: int) -> list[_Piece]:
        pieces: list[_Piece] = []
        for number, item in enumerate(items):
            found = self._pieces(item, depth + 1) or [_Piece(self._argument(item), item.lineno)]
            if number:
                found[0].text = glue.replace("\n", " ") + found[0].text
            pieces += found
        return pieces


def _joined(pieces: Sequence[_Piece]) -> str:
    """One text; between pieces on different lines newlines stand where that changes nothing."""
    text = pieces[0].text
    line = pieces[0].line + text.count("\n")
    for piece in pieces[1:]:
        missing = piece.line - line
        is_word = text[-1:].isalnum() and piece.text[:1].isalnum()
        if missing > 0 and not is_word and text.count("'") % 2 == 0:
            text += "\n" * missing
            line += missing
        text += piece.text
        line += piece.text.count("\n")
    return text


def _bound(node: ast.Call) -> str:
    """Psycopg's `sql.Placeholder("email")`; `sql.Literal(x)` is no text put in either."""
    if _last(node.func) != "Placeholder":
        return ":literal"
    match node.args:
        case [ast.Constant(value=str() as name), *_]:
            return f"%({name})s"
        case _:
            return "%s"


def _first(node: ast.expr) -> str:
    """The leftmost constant piece."""
    while True:
        match node:
            case ast.Constant(value=str() as text):
                return text
            case ast.JoinedStr(values=[ast.Constant(value=str() as text), *_]):
                return text
            case ast.BinOp(left=inner) | ast.Call(func=ast.Attribute(value=inner, attr="format")):
                node = inner
            case ast.Call(args=[inner, *_]):
                node = inner
            case ast.List(elts=[inner, *_]) | ast.Tuple(elts=[inner, *_]):
                node = inner
            case _:
                return ""


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
