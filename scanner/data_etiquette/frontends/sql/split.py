"""A script to statements, whatever stands between them; none is parsed here.

Knows quotes, comments, dollar quotes, `GO` and `/` lines, `DELIMITER`, commands of psql, SQL*Plus,
sqlcmd and sqlite. Every semicolon ends a statement, in procedure bodies as well: their statements
are then read like any other. Rows of `INSERT … VALUES` and `COPY … FROM stdin` are jumped over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from data_etiquette.frontends.sql.lexer import Kind, Lexer, Token
from data_etiquette.frontends.sql.position import Source
from data_etiquette.frontends.sql.words import words

_SMALL_INSERT = 4000
"""Rows up to this length are read when they hold a subquery."""
_LINE_COMMANDS = words("PROMPT REM REMARK SPOOL WHENEVER ACCEPT EXIT QUIT CONNECT")
_SQLCMD = frozenset(f":{word}" for word in words("setvar r on connect error out exit list"))
_CREATE = (
    r"CREATE\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:\w+\s+){0,2}?"
    r"(?:TABLE|VIEW|INDEX|PROC|PROCEDURE|FUNCTION|TRIGGER|SCHEMA|TYPE|SEQUENCE|PACKAGE)\b"
)
_DDL = re.compile(rf"{_CREATE}|(?:ALTER|DROP)\s+TABLE\b|COMMENT\s+ON\b", re.IGNORECASE)
_DML = re.compile(
    r"(?:INSERT\s+INTO|DELETE\s+FROM|TRUNCATE\s+TABLE|UPDATE\s+(?!SET\b)\S+\s+SET)\b",
    re.IGNORECASE,
)
_OPENERS = words("CREATE ALTER DROP COMMENT INSERT DELETE TRUNCATE UPDATE SELECT")
_TSQL_OPENERS = words("DECLARE EXEC EXECUTE PRINT IF ELSE WHILE RETURN BEGIN END USE RAISERROR")
_BEFORE_SELECT = _TSQL_OPENERS | words("SET UPDATE DELETE SELECT TRUNCATE DROP ALTER")
_TURNS = _OPENERS | _TSQL_OPENERS | _LINE_COMMANDS | words("GO / ; \\ DELIMITER REPLACE INSERT")
"""Tokens at which a statement may end or another begin; all others just go on with theirs."""
_CONTINUES = words("UNION ALL EXCEPT INTERSECT AS IN EXISTS FROM JOIN INTO")
_NEXT = (
    r"[ \t]*(?:GO[ \t]*(?:\n|\Z)|(?:INSERT[ \t]+INTO|DELETE[ \t]+FROM)\b"
    r"|(?:CREATE|ALTER|DROP)[ \t]+TABLE\b)"
)
_PIECE = rf"""[^;'"\-/\n]++|\n(?!{_NEXT})|--[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?|[-/]"""
_ROWS = re.compile(
    rf"""(?:{_PIECE}|'(?:[^']++|'')*+'|"(?:[^"]++|"")*+")*+""", re.DOTALL | re.IGNORECASE
)
_ROWS_ESCAPED = re.compile(
    rf"""(?:{_PIECE}|'(?:[^'\\]++|\\.|'')*+'|"(?:[^"\\]++|\\.|"")*+")*+""",
    re.DOTALL | re.IGNORECASE,
)
"""Rows of VALUES up to a semicolon, or to a line that begins another statement without one."""
_BETWEEN_ROWS = re.compile(r"\s*;\s*")
_QUERY = re.compile(r"\bSELECT\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement's tokens, and the comments around and inside it."""

    tokens: tuple[Token, ...]
    comments: tuple[Token, ...] = ()

    @property
    def start(self) -> int:
        """Offset of the first token."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Offset behind the last token."""
        return self.tokens[-1].end


class Splitter:
    """Walks one text; `comments` holds all comments met so far."""

    def __init__(self, source: Source, lexer: Lexer, start: int = 0) -> None:
        self._source = source
        self._lexer = lexer
        self._at = start
        self._delimiter = ""
        self._depth = 0
        self._current: list[Token] = []
        self._header = ""
        self._last_header = ""
        self._has_no_data = False
        self._nearby: list[Token] = []
        self.comments: list[Token] = []

    def statements(self) -> Iterator[Statement]:
        """All statements, in order."""
        while (token := self._token()) is not None:
            self._at = token.end
            if token.kind is Kind.COMMENT:
                self._nearby.append(token)
                self.comments.append(token)
            elif self._current and token.word not in _TURNS and not self._delimiter:
                self._append(token)
            elif self._is_repeated_insert(token):
                self._nearby.clear()
            elif self._is_end(token):
                yield from self._flush()
            elif not self._is_command(token):
                if self._is_start(token):
                    yield from self._flush()
                self._append(token)
        yield from self._flush()

    def _token(self) -> Token | None:
        token = self._lexer.token(self._at)
        # `END$$`: a word may hold dollar signs, but not the delimiter.
        if token is not None and token.kind is Kind.WORD and self._delimiter:
            at = token.text.find(self._delimiter)
            if at > 0:
                end = token.start + at
                return token._replace(text=token.text[:at], end=end, word=token.word[:at])
        return token

    def _append(self, token: Token) -> None:
        self._current.append(token)
        if token.word == "(":
            self._depth += 1
        elif token.word == ")":
            self._depth = max(0, self._depth - 1)
        elif token.word in ("VALUES", "VALUE") and self._depth == 0:
            self._jump_rows()

    def _flush(self) -> Iterator[Statement]:
        tokens, nearby = tuple(self._current), tuple(self._nearby)
        self._current, self._nearby, self._depth = [], [], 0
        if not tokens:
            return
        self._header, self._last_header = "", self._header
        if tokens[0].word == "COPY" and tokens[-1].word != "FROM":
            self._jump_copy(tokens)
        yield Statement(tokens, nearby)

    def _is_end(self, token: Token) -> bool:
        text, start = self._lexer.text, token.start
        if self._delimiter and text.startswith(self._delimiter, start):
            self._at = start + len(self._delimiter)
            return True
        if token.word == ";":
            return True
        if token.word not in ("GO", "/") or not self._source.is_first_on_line(start):
            return False
        rest = text[token.end : self._source.line_end(start)].strip()
        return not rest or (token.word == "GO" and rest.isdigit())

    def _is_command(self, token: Token) -> bool:
        """Jump over a line that is for the client program."""
        if token.word == "DELIMITER" and self._source.is_first_on_line(token.start):
            rest = self._rest_of_line(token)
            self._delimiter = rest if rest != ";" else ""
            return True
        if token.word == "\\" and self._source.is_first_on_line(token.start):
            self._rest_of_line(token)
            return True
        if self._current or not self._source.is_first_on_line(token.start):
            return False
        is_command = token.word in _LINE_COMMANDS or token.word == "." or token.text in _SQLCMD
        is_command = is_command or (token.word == "SET" and self._lexer.dialect == "oracle")
        # SQL*Plus runs a file by `@file`; SQLMesh calls a macro by `@macro(…)`.
        is_file = token.text[0] == "@" and self._lexer.text[token.end : token.end + 1] != "("
        if is_command or (is_file and token.kind is not Kind.NAME):
            self._rest_of_line(token)
            return True
        return False

    def _rest_of_line(self, token: Token) -> str:
        end = min(self._source.line_end(token.start), self._lexer.end)
        rest = self._lexer.text[token.end : end].strip()
        self._at = max(end, token.end)
        return rest

    def _is_start(self, token: Token) -> bool:
        """Whether a new statement begins although nothing ended the one before."""
        is_tsql = self._lexer.dialect == "tsql"
        is_opener = token.word in _OPENERS or (is_tsql and token.word in _TSQL_OPENERS)
        if not self._current or not is_opener:
            return False
        if not self._source.is_first_on_line(token.start):
            return False
        if _DDL.match(self._lexer.text, token.start):
            return self._current[-1].word != "AS"
        first = self._current[0].word
        if self._depth:
            return False
        if token.word == "SELECT":
            return is_tsql and self._may_select_follow(first)
        if is_tsql and token.word in _TSQL_OPENERS:
            return not self._is_in_case()
        is_part = first in ("WITH", "EXPLAIN")
        return not is_part and _DML.match(self._lexer.text, token.start) is not None

    def _may_select_follow(self, first: str) -> bool:
        """T-SQL needs no semicolon; a SELECT may go on with an INSERT, a UNION, a view."""
        if self._current[-1].word in _CONTINUES:
            return False
        has_rows = any(token.word == "VALUES" for token in self._current)
        return first in _BEFORE_SELECT or (first == "INSERT" and has_rows)

    def _is_in_case(self) -> bool:
        found = [token.word for token in self._current]
        return found.count("CASE") > found.count("END")

    def _is_repeated_insert(self, token: Token) -> bool:
        """Jump over an INSERT that differs from the one before in its rows only: dumps are full."""
        header = self._header if self._current else self._last_header
        if not header or not self._lexer.text.startswith(header, token.start):
            return False
        end = self._rows_end(token.start + len(header))
        self._at = max(end, token.end)
        if end >= 0 and not self._current:
            self._jump_repeated(header)
        return end >= 0

    def _jump_repeated(self, header: str) -> None:
        """Go on to the last of the same INSERTs; a dump has one for each row."""
        text = self._lexer.text
        while (gap := _BETWEEN_ROWS.match(text, self._at, self._lexer.end)) is not None:
            if not text.startswith(header, gap.end()):
                return
            end = self._rows_end(gap.end() + len(header))
            if end < 0:
                return
            self._at = end

    def _jump_rows(self) -> None:
        if self._current[0].word not in ("INSERT", "REPLACE"):
            return
        if any(token.word == "SELECT" for token in self._current):
            return
        end = self._rows_end(self._at)
        if end >= 0:
            self._header = self._lexer.text[self._current[0].start : self._at]
            self._at = end

    def _rows_end(self, at: int) -> int:
        """Where the rows behind VALUES end; -1 when they hold a query that is to be read."""
        text = self._lexer.text
        pattern = _ROWS_ESCAPED if self._lexer.dialect == "mysql" else _ROWS
        match = pattern.match(text, at, self._lexer.end)
        end = match.end() if match is not None else at
        return end if end - at > _SMALL_INSERT or not _QUERY.search(text, at, end) else -1

    def _jump_copy(self, tokens: tuple[Token, ...]) -> None:
        words = [token.word for token in tokens]
        if "STDIN" not in words or self._has_no_data:
            return
        end = self._lexer.text.find("\n\\.", self._at - 1)
        self._has_no_data = end < 0
        if end >= 0:
            self._at = self._source.line_end(end + 1)
