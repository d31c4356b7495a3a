"""SQL text to tokens, any dialect. Never fails: what it does not know is punctuation.

Its own lexer rather than sqlglot's, because it must get past broken text, keep comments and
offsets, see placeholders of template languages, and jump over data blocks.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import NamedTuple


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    NAME = "name"
    """A quoted identifier."""
    STRING = "string"
    NUMBER = "number"
    BODY = "body"
    """A dollar-quoted string, which mostly is code."""
    HOLE = "hole"
    """A placeholder of the driver, the client or a template language."""
    COMMENT = "comment"
    PUNCT = "punct"
    END = "end"


class Token(NamedTuple):
    """A piece of the text; `word` is its upper-case form if it is a bare word or punctuation."""

    kind: Kind
    text: str
    start: int
    end: int
    word: str


_KINDS = {kind.value: kind for kind in Kind}
_LONG = frozenset({"comment", "string", "body"})
_PLAIN = frozenset({"word", "punct"})
_BACKSLASH = frozenset({"mysql", "bigquery", "spark", "databricks", "hive", "clickhouse"})
_HASH_COMMENT = frozenset({"mysql", "bigquery"})
_NO_DOLLAR = frozenset({"mysql", "tsql", "oracle", "bigquery", "spark", "databricks", "clickhouse"})

_STANDARD = r"'(?:[^']++|'')*+'"
_ESCAPED = r"'(?:[^'\\]++|\\.|'')*+'"
_ORACLE_QUOTE = r"[nN]?[qQ]'[\[{(<!|~^]"
_ORACLE_CLOSE = {"[": "]'", "{": "}'", "(": ")'", "<": ">'"}
# The bounds keep text full of unclosed openers from costing the square of its length.
_JINJA = r"\{%.{0,500}?%\}|\{\#.{0,500}?\#\}"
_HOLE = (
    r"\{\{.{0,500}?\}\}|\$\{[^}\n]{0,200}\}|\$\(\w+\)|\{[^{}\n]*\}|%s\b|%\(\w+(?::\w+)?\)s|\?\d*|\$\d+"
    r"""|(?<![:\w\]"`)]):(?:\w+|'\w+'|"\w+")|@@?\w+|(?<![\w&])&&?[^\W\d]\w*\.?"""
)
_NAME = (
    r'"(?:[^"\n]++|"")*+"|`(?:[^`\n]++|``)*+`'
    r"|(?<![\w\]])\[[\#@]{0,2}[^\W\d][^\]\n]{0,200}\]|\[\$\([^\]\n]{0,200}\]"
)
_DOLLAR = r"\$(?:[^\W\d]\w*)?\$"
# A string that runs over a statement's end has lost its closing quote somewhere.
_RUNAWAY = re.compile(
    r";[ \t]*\n\s*(?:CREATE|ALTER|DROP)[ \t]+TABLE\b|;[ \t]*\n\s*INSERT[ \t]+INTO\b", re.IGNORECASE
)


@cache
def _pattern(dialect: str) -> re.Pattern[str]:
    comment = r"--[^\n]*|/\*" + (r"|\#[^\n]*" if dialect in _HASH_COMMENT else "")
    dollar = "" if dialect in _NO_DOLLAR else rf"|(?P<body>{_DOLLAR})"
    plain = _ESCAPED if dialect in _BACKSLASH else _STANDARD
    return re.compile(
        # One match a token, white space before it included.
        rf"\s*+(?:(?P<word>(?![qQnNeEbBxX]+')[^\W\d][\w$#]*|\#\#?\w+)"
        rf"|(?P<comment>{comment}|{_JINJA})"
        rf"|(?P<string>[eE]{_ESCAPED}|{_ORACLE_QUOTE}|[nNbBxX]?{plain}){dollar}"
        rf"|(?P<name>{_NAME})|(?P<hole>{_HOLE})"
        r"|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<punct>::|\|\||@\?|.))",
        re.DOTALL,
    )


class Lexer:
    """Tokens of one text, from any offset."""

    def __init__(self, text: str, dialect: str = "", end: int | None = None) -> None:
        self.text = text
        self.dialect = dialect
        self.end = len(text) if end is None else end
        self._match = _pattern(dialect).match
        self._absent: set[str] = set()
        self._nested = dialect in ("postgres", "tsql", "spark", "databricks")

    def token(self, at: int) -> Token | None:
        """The first token at or after an offset, comments included; None at the end."""
        match = self._match(self.text, at, self.end)
        if match is None:
            return None
        group = match.lastgroup or "punct"
        start, end = match.span(group)
        text = match[group]
        if group in _PLAIN:
            return Token(_KINDS[group], text, start, end, text.upper())
        kind = _KINDS[group]
        if group in _LONG:
            end = self._end(kind, text, start, end)
            text = self.text[start:end]
            if end == start + 1:
                return Token(Kind.PUNCT, text, start, end, text.upper())
        return Token(kind, text, start, end, "")

    def _end(self, kind: Kind, text: str, start: int, end: int) -> int:
        """Where a comment, string or body ends; one that doesn't is a character of punctuation."""
        if kind is Kind.COMMENT:
            return self._comment_end(end) if text == "/*" else end
        if kind is Kind.STRING and text[-1] == "'":
            is_runaway = "\n" in text and not self._is_body(start) and _RUNAWAY.search(text)
            return start + 1 if is_runaway else end
        closing = text if kind is Kind.BODY else _ORACLE_CLOSE.get(text[-1], f"{text[-1]}'")
        at = -1 if closing in self._absent else self.text.find(closing, end, self.end)
        if at < 0:
            self._absent.add(closing)
            return start + 1
        return at + len(closing)

    def _is_body(self, start: int) -> bool:
        """Whether a string is a function's code: `AS '…'`, as before dollar quotes."""
        return self.text[max(0, start - 20) : start].rstrip()[-3:].lower().lstrip() == "as"

    def _comment_end(self, at: int) -> int:
        depth = 1
        while depth:
            close = self.text.find("*/", at, self.end)
            if close < 0:
                return self.end
            inner = self.text.find("/*", at, close) if self._nested else -1
            depth += 1 if inner >= 0 else -1
            at = (inner if inner >= 0 else close) + 2
        return at


_ANY_HOLE = re.compile(r"\{\{.*?\}\}|\$\{[^}]*\}|\$\(\w+\)|\{\w*\}")


def without_holes(name: str) -> str:
    """A quoted name without the placeholders in it: `[$(database)]`."""
    return _ANY_HOLE.sub("", name)


def unquoted(token: Token) -> str:
    """An identifier without quotes and placeholders."""
    text = token.text
    if token.kind is Kind.NAME or (token.kind is Kind.STRING and text[:1] == "'"):
        closing = text[-1]
        text = without_holes(text[1:-1].replace(closing * 2, closing))
    return text


def string_value(token: Token) -> str:
    """Content of a string literal; MySQL and BigQuery write some in double quotes."""
    text = token.text
    if token.kind is Kind.NAME and text[0] == '"':
        return text[1:-1].replace('""', '"')
    opening = text.find("'")
    if opening < 0:
        return text
    return text[opening + 1 : -1].replace("''", "'").replace("\\'", "'")
