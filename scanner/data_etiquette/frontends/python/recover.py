"""Parsing that keeps what it can: newer syntax is rewritten, a broken definition is cut out.

Every line keeps its number. What is cut is named in a `Skipped`.
"""

from __future__ import annotations

import ast
import re

from data_etiquette.model.location import Skipped

_TYPE_PARAMETERS = re.compile(
    r"^(?P<head>[ \t]*(?:class|def|async[ \t]+def)[ \t]+\w+)(?P<params>\[[^\n]*?\])(?=[ \t]*[(:])",
    re.MULTILINE,
)
_CLASS_HEAD = re.compile(r"^[ \t]*class[ \t]+\w+(?=\[)", re.MULTILINE)
_NO_BASES = re.compile(r"[ \t]*(?:\([ \t]*\))?(?=[ \t]*:)")
_BASES = re.compile(r"[ \t]*\(")
_TYPE_STATEMENT = re.compile(
    r"^(?P<indent>[ \t]*)type[ \t]+(?P<name>\w+)(?:\[[^\]\n]*\])?[ \t]*=", re.MULTILINE
)
_BARE_EXCEPT_GROUP = re.compile(
    r"^(?P<head>[ \t]*except[ \t]+)(?P<names>[\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)(?=[ \t]*:)",
    re.MULTILINE,
)
_PYTHON_2 = re.compile(
    r"^[ \t]*(?:print[ \t]+[^\s(=]|exec[ \t]+[\"'])|<>|^[ \t]*except[ \t]+\w+,[ \t]*\w+:",
    re.MULTILINE,
)
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
"""Lines as Python counts them: a form feed or U+2028 ends none."""
_LINE = re.compile(r"\bline (\d+)")
_MAX_PARAMETERS = 400
"""Letters in which a class's brackets must close again."""
MAX_CUTS = 40
"""Definitions cut out of one file before it is given up."""


def parse_tolerantly(path: str, text: str) -> tuple[ast.Module | None, list[Skipped]]:
    """The module's tree (None if nothing could be parsed) and what had to be left out."""
    try:
        return ast.parse(text), []
    except SyntaxError as error:
        first = error
    except ValueError as error:
        return None, [Skipped(path, 0, f"not Python source: {error}")]
    except (RecursionError, MemoryError):
        first = SyntaxError("an expression is nested too deeply for the parser")
    rewritten = _older_syntax(text)
    if rewritten != text:
        try:
            return ast.parse(rewritten), []
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return _without_broken_parts(path, rewritten, first)


def _older_syntax(text: str) -> str:
    """Syntax of newer Pythons written the older way, at the same lines."""
    text = _with_bases(text)
    text = _TYPE_PARAMETERS.sub(lambda m: m["head"] + " " * len(m["params"]), text)
    text = _TYPE_STATEMENT.sub(lambda m: f"{m['indent']}{m['name']} =", text)
    return _BARE_EXCEPT_GROUP.sub(lambda m: f"{m['head']}({m['names']})", text)


def _with_bases(text: str) -> str:
    """`class Repository[Row: Base](Store):` as `class Repository(typing.Generic[Row], Store):`."""
    parts: list[str] = []
    start = 0
    for head in _CLASS_HEAD.finditer(text):
        names, end = _parameters(text, head.end())
        no_bases, bases = _NO_BASES.match(text, end), _BASES.match(text, end)
        rest = no_bases or bases
        if not names or rest is None or head.start() < start:
            continue
        generic = f"(typing.Generic[{', '.join(names)}]"
        parts += [text[start : head.end()], generic, ")" if no_bases else ", "]
        start = rest.end()
    return "".join([*parts, text[start:]])


def _parameters(text: str, start: int) -> tuple[list[str], int]:
    """Names in the brackets that open at `start`, without bounds and defaults; where they end."""
    names: list[str] = []
    depth, is_name = 0, True
    for index in range(start, min(len(text), start + _MAX_PARAMETERS)):
        letter = text[index]
        depth += (letter in "[({") - (letter in "])}")
        if depth == 0:
            return [name for name in names if name.isidentifier()], index + 1
        if depth == 1 and letter in "[,":
            names.append("")
            is_name = True
        elif letter in ":=\n":
            is_name = False
        elif is_name and depth == 1 and letter not in " \t*":
            names[-1] += letter
    return [], start


def _without_broken_parts(
    path: str, text: str, error: SyntaxError
) -> tuple[ast.Module | None, list[Skipped]]:
    python_2 = " (Python 2 syntax)" if _PYTHON_2.search(text) else ""
    chunks = _chunks(text)
    kept: list[str] = []
    skipped: list[Skipped] = []
    for first_line, chunk in chunks:
        try:
            ast.parse(chunk)
            kept.append(chunk)
        except SyntaxError as inner:
            line = first_line + (inner.lineno or 1) - 1
            message = _message(inner, first_line)
            skipped.append(Skipped(path, line, f"syntax error{python_2}: {message}"))
            kept.append("\n" * chunk.count("\n"))
        except (ValueError, RecursionError, MemoryError):
            skipped.append(Skipped(path, first_line, "nested too deeply for the parser"))
            kept.append("\n" * chunk.count("\n"))
        if len(skipped) > MAX_CUTS:
            break
    else:
        try:
            return ast.parse("".join(kept)), skipped
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return None, [Skipped(path, error.lineno or 1, f"syntax error{python_2}: {error.msg}")]


def _message(error: SyntaxError, first_line: int) -> str:
    """The parser's words, with the lines it counts from the chunk's first made the file's."""
    return _LINE.sub(lambda match: f"line {int(match[1]) + first_line - 1}", error.msg)


def _chunks(text: str) -> list[tuple[int, str]]:
    """Top-level statements by their look: a new one starts at a line without indentation."""
    chunks: list[tuple[int, list[str]]] = []
    continues = ("else", "elif", "except", "finally", ")", "]", "}", "#")
    decorated = False
    for number, line in enumerate(_LINES.findall(text), start=1):
        code = line.lstrip("\f")
        starts = bool(code.strip()) and not code[0].isspace() and not code.startswith(continues)
        if not chunks or (starts and not decorated):
            chunks.append((number, []))
        if starts:
            decorated = line.startswith("@")
        chunks[-1][1].append(line)
    return [(number, "".join(lines)) for number, lines in chunks]
