"""Purposes that code states itself: `@purpose("billing")` and `# purpose: billing`."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from data_etiquette.frontends.python.lines import lines_of
from data_etiquette.model.facts import PurposeFact

_WORD = "purpose"
_COMMENT = re.compile(r"#+\s*purpose:\s*([a-z][a-z0-9_]*(?:\s*,\s*[a-z][a-z0-9_]*)*)\s*")
"""Nothing may follow the words: a sentence about a purpose states none."""
_DECORATORS = frozenset({"purpose", "purposes"})

_Span = tuple[int, int, str]
"""(first line with decorators, last line, qualified name)."""


def read_purposes(text: str, tree: ast.Module) -> tuple[PurposeFact, ...]:
    """All purposes of a file, in the order of lines."""
    if _WORD not in text:
        return ()
    spans = list(_spans(tree.body, ""))
    found = {*_decorated(tree.body, ""), *_commented(text, spans)}
    return tuple(sorted(found, key=lambda fact: (fact.line, fact.purpose)))


def _spans(body: list[ast.stmt], prefix: str) -> Iterator[_Span]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(item.lineno for item in node.decorator_list)])
            name = f"{prefix}{node.name}"
            yield first, node.end_lineno or node.lineno, name
            if isinstance(node, ast.ClassDef):
                yield from _spans(node.body, f"{name}.")


def _decorated(body: list[ast.stmt], prefix: str) -> Iterator[PurposeFact]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        name = f"{prefix}{node.name}"
        for item in node.decorator_list:
            for purpose in _of_decorator(item):
                yield PurposeFact(purpose, item.lineno, name)
        if isinstance(node, ast.ClassDef):
            yield from _decorated(node.body, f"{name}.")


def _of_decorator(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments) if (
            name in _DECORATORS
        ):
            for argument in arguments:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
        case _:
            return


def _commented(text: str, spans: list[_Span]) -> Iterator[PurposeFact]:
    if not _COMMENT.search(text):
        return  # most files that speak of a purpose have no such comment, and tokens are slow
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            found = _COMMENT.fullmatch(token.string) if token.type == tokenize.COMMENT else None
            if found is not None:
                line = token.start[0]
                for purpose in found[1].split(","):
                    yield PurposeFact(purpose.strip(), line, _scope(line, spans, text))
    except (tokenize.TokenError, SyntaxError):
        # The parser reports the broken part; comments before it are kept.
        return


def _scope(line: int, spans: list[_Span], text: str) -> str:
    """The definition it stands in, or directly above; empty for the whole file."""
    lines = lines_of(text)
    below = line + 1
    while below <= len(lines) and lines[below - 1].lstrip().startswith("#"):
        below += 1
    inside = [span for span in spans if span[0] <= line <= span[1] or span[0] == below]
    return max(inside, key=lambda span: span[0])[2] if inside else ""
