"""A SQL script as facts. Total: a statement that can't be read is a `Skipped`, its neighbours stay."""

from __future__ import annotations

import hashlib
import re

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.sql.columns import bare, read_column, read_columns
from data_etiquette.frontends.sql.dialect import guess_dialect
from data_etiquette.frontends.sql.parse import parse_statement
from data_etiquette.frontends.sql.split import MAX_STATEMENT, Statement, neutralised, statements
from data_etiquette.model.facts import CommentFact, Facts, FieldFact, StatementFact, TableFact
from data_etiquette.model.location import Skipped

_N = r"(?:[\w$#]+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])"
_QUALIFIED = rf"(?P<name>{_N}(?:\s*\.\s*{_N})*)"
_CREATE_TABLE = re.compile(
    r"(?is)^create\s+(?:or\s+replace\s+)?(?:global\s+|local\s+)?(?:temp(?:orary)?\s+|unlogged\s+|external\s+|foreign\s+"
    rf"|transient\s+|virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?{_QUALIFIED}\s*(?P<open>\()?"
)
_ALTER = re.compile(
    rf"(?is)^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?{_QUALIFIED}\s+(?P<rest>.*)$"
)
_ADD = re.compile(
    r"(?is)\badd\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?(?!constraint\b|primary\b|foreign\b|unique\b|index\b|key\b|check\b|partition\b|fulltext\b)(?P<columns>\(.*\)|.+?)(?=,\s*(?:add|drop|alter|modify)\b|$)"
)
_RENAME = re.compile(rf"(?is)^rename\s+(?:to|as)\s+(?P<to>{_N})")
_DROP = re.compile(rf"(?is)^drop\s+table\s+(?:if\s+exists\s+)?{_QUALIFIED}")
_COMMENT = re.compile(
    rf"(?is)^comment\s+on\s+(?P<kind>table|column)\s+{_QUALIFIED}\s+is\s+'(?P<text>(?:[^']|'')*)'"
)
_TOOL_COMMENT = re.compile(r"(?:--|/\*)\s*(etiquette:[^\n*]*)")
_DATA_VERBS = re.compile(r"(?i)^(select|with|insert|update|delete|truncate|merge|copy|grant)\b")
_SILENT = re.compile(
    r"(?i)^(set|use|begin|commit|start|rollback|create|drop|alter|grant|revoke|analyze|vacuum|lock|unlock|"
    r"pragma|declare|exec|execute|call|do|if|end|print|delimiter|comment|show|explain|refresh|attach|"
    r"prompt|spool|whenever|return|values|reindex|cluster|copy|load|raise|notify|listen|go|replace|"
    r"insert|dbcc|checkpoint|kill|import|export|unload|optimize|define|rem|\\)"
)


def read_sql(path: str, text: str, dialect: str = "") -> Facts:
    """Read one script; the dialect is guessed from the text when it is not given."""
    chosen = dialect or guess_dialect(path, text)
    reader = _Reader(path, neutralised(text), chosen)
    for statement in statements(reader.script):
        reader.read(statement)
    return Facts(
        path=path,
        language="sql",
        lines=text.count("\n") + 1,
        digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        tables=tuple(reader.tables),
        statements=tuple(reader.statements),
        reads=tuple(sorted({name for item in reader.statements for name in _bare_all(item.reads)})),
        writes=tuple(
            sorted({name for item in reader.statements for name in _bare_all(item.writes)})
        ),
        comments=tuple(_tool_comments(text)),
        skipped=tuple(reader.skipped),
    )


class _Reader:
    def __init__(self, path: str, script: str, dialect: str) -> None:
        self.script = script
        self._path = path
        self._dialect = dialect
        self.tables: list[TableFact] = []
        self.statements: list[StatementFact] = []
        self.skipped: list[Skipped] = []

    def read(self, statement: Statement) -> None:
        """Read one statement by its first words."""
        start = _leading(statement.text)
        text, offset = statement.text[start:], statement.offset + start
        if not text:
            return
        for pattern, reader in (
            (_CREATE_TABLE, self._create),
            (_ALTER, self._alter),
            (_DROP, self._drop),
            (_COMMENT, self._comment),
        ):
            match = pattern.match(text)
            if match is not None:
                reader(match, text, offset)
                return
        if _DATA_VERBS.match(text):
            self._data(text, offset)
        elif not _SILENT.match(text):
            self._skip(offset, "no statement of SQL that can be told")

    def _line(self, offset: int) -> int:
        return self.script.count("\n", 0, offset) + 1

    def _skip(self, offset: int, reason: str) -> None:
        self.skipped.append(Skipped(self._path, self._line(offset), reason))

    def _add(
        self, action: str, name: str, text: str, offset: int,
        columns: tuple[FieldFact, ...] = (), options: tuple[tuple[str, str], ...] = (),
    ) -> None:  # fmt: skip
        line = self._line(offset)
        self.tables.append(
            TableFact(
                action=action,
                name=re.sub(r"\s*\.\s*", ".", bare(name)),
                line=line,
                end_line=line + text.count("\n"),
                dialect=self._dialect,
                columns=columns,
                options=options,
            )
        )

    def _create(self, match: re.Match[str], text: str, offset: int) -> None:
        columns: tuple[FieldFact, ...] = ()
        if match["open"]:
            begin = match.end()
            end = _closing(text, begin)
            if end < 0:
                self._skip(offset, "a CREATE TABLE whose parenthesis is never closed")
                end = len(text)
            columns = read_columns(text[begin:end], offset + begin, self.script)
        self._add("create", match["name"], text, offset, columns)

    def _alter(self, match: re.Match[str], text: str, offset: int) -> None:
        rest, place = match["rest"], offset + match.start("rest")
        rename = _RENAME.match(rest)
        if rename is not None:
            self._add("rename", match["name"], text, offset, options=(("to", bare(rename["to"])),))
            return
        for added in _ADD.finditer(rest):
            piece, start = added["columns"], place + added.start("columns")
            if piece.startswith("("):
                columns = read_columns(piece[1:-1], start + 1, self.script)
            else:
                column = read_column(piece, start, self.script)
                columns = (column,) if column is not None else ()
            if columns:
                self._add("add", match["name"], text, offset, columns)

    def _drop(self, match: re.Match[str], text: str, offset: int) -> None:
        self._add("drop", match["name"], text, offset)

    def _comment(self, match: re.Match[str], text: str, offset: int) -> None:
        note = redact(match["text"].replace("''", "'"))
        name = re.sub(r"\s*\.\s*", ".", bare(match["name"]))
        if match["kind"].lower() == "table":
            self._add("comment", name, text, offset, options=(("comment", note),))
            return
        table, _, column = name.rpartition(".")
        fact = FieldFact(column, self._line(offset), doc=note, origin="column")
        self._add("comment", table, text, offset, (fact,))

    def _data(self, text: str, offset: int) -> None:
        if len(text) > MAX_STATEMENT and not re.match(r"(?i)insert\b", text):
            self._skip(offset, f"a statement longer than {MAX_STATEMENT:,} characters")
            return
        fact, reason = parse_statement(text, self._line(offset), self._dialect)
        if fact is not None:
            self.statements.append(fact)
        elif reason:
            self._skip(offset, reason)


def _leading(text: str) -> int:
    """Length of the comments and blanks before a statement."""
    match = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/|#[^\n]*(?:\n|$))*", re.DOTALL).match(
        text
    )
    return match.end() if match else 0


def _closing(text: str, begin: int) -> int:
    """Place of the parenthesis that closes the one before `begin`; -1 when there is none."""
    depth, index = 1, begin
    while index < len(text):
        character = text[index]
        if text.startswith("--", index):
            index = max(text.find("\n", index), index + 1)
            continue
        if text.startswith("/*", index):
            index = max(text.find("*/", index) + 2, index + 2)
            continue
        if character in "'\"`":
            end = text.find(character, index + 1)
            index = len(text) if end < 0 else end + 1
            continue
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return index
        index += 1
    return -1


def _bare_all(names: tuple[str, ...]) -> list[str]:
    return [name.rsplit(".", 1)[-1] for name in names if name != "*"]


def _tool_comments(text: str) -> list[CommentFact]:
    return [
        CommentFact(text.count("\n", 0, match.start()) + 1, match[1].strip())
        for match in _TOOL_COMMENT.finditer(text)
    ]
