"""Statements that define tables to `TableFact`: CREATE, DROP, RENAME, COMMENT ON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.sql.clause import is_clause, read_clause
from data_etiquette.frontends.sql.column import ColumnReader, Options, names_in
from data_etiquette.frontends.sql.cursor import COMMA, Cursor, Name, split_commas, text_of
from data_etiquette.frontends.sql.lexer import Kind, Token, string_value
from data_etiquette.frontends.sql.position import Source
from data_etiquette.frontends.sql.split import Statement
from data_etiquette.frontends.sql.words import words
from data_etiquette.model.facts import ControlFact, FieldFact, TableFact

_PARENTS = (
    (("PARTITION", "OF"), "partition_of"),
    (("LIKE",), "like"),
    (("CLONE",), "like"),
    (("SHALLOW", "CLONE"), "like"),
    (("DEEP", "CLONE"), "like"),
    (("COPY",), "like"),
    (("AS",), "like"),
)
_SETTINGS = words("""
    ENGINE TBLPROPERTIES TABLEPROPERTIES STORED LOCATION CLUSTER CLUSTERED PARTITIONED PARTITION TAG
    WITH OPTIONS USING ROW COMMENT CHANGE_TRACKING DATA_RETENTION_TIME_IN_DAYS TRANSIENT COLLATE
    CHARSET TABLESPACE DISTSTYLE DISTKEY SORTKEY BACKUP EXTERNAL MAX_DATA_EXTENSION_TIME_IN_DAYS
    ENABLE_SCHEMA_EVOLUTION
    """)
"""What tables that take their columns from their files, or from elsewhere, begin with."""
_OWN_LISTS = words("""
    TBLPROPERTIES TABLEPROPERTIES BY TAG WITH OPTIONS TEMPLATE SERDEPROPERTIES PROPERTIES LOCATION
    SORTKEY DISTKEY ENGINE
    """)
"""Words behind which parentheses hold no columns."""


@dataclass(slots=True)
class TableReader:
    """Reads the defining statements of one text."""

    source: Source
    dialect: str
    tables: list[TableFact] = field(default_factory=list)
    controls: list[ControlFact] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    """(offset, what could not be read)."""

    def add(
        self,
        action: str,
        name: Name | str,
        statement: Statement,
        columns: Sequence[FieldFact] = (),
        options: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Keep one fact."""
        self.tables.append(
            TableFact(
                action=action,
                name=str(name),
                line=self.source.line(statement.start),
                end_line=self.source.line(statement.end - 1),
                dialect=self.dialect,
                columns=tuple(columns),
                options=tuple(options),
            )
        )

    def problem(self, token: Token, reason: str) -> None:
        """Say that something could not be read."""
        self.problems.append((token.start, reason))

    def create(self, statement: Statement, name: Name, cursor: Cursor, options: Options) -> bool:
        """CREATE TABLE from behind the name; whether there was anything to read."""
        _skip_placement(cursor)
        parents = _parents(cursor)
        options = [*options, *parents]
        is_virtual = _is_virtual(cursor)
        is_bare = cursor.peek().word in _SETTINGS or is_virtual
        if not parents:
            _seek_columns(cursor)
        columns: list[FieldFact] = []
        has_body = cursor.peek().word == "("
        if has_body:
            if not cursor.is_closed_group():
                self.problem(cursor.peek(), f"the column list of {name} is not closed")
            columns, inherited = self._body(
                statement, name, _without_settings(cursor.group(), is_virtual)
            )
            options += [*inherited, *_parents(cursor), *_table_options(cursor)]
        if not has_body and not options and not is_bare:
            return False
        self.add("create", name, statement, columns, options)
        return True

    def drop(self, statement: Statement, cursor: Cursor) -> None:
        """DROP TABLE or VIEW from behind that word; several names stand after one another."""
        cursor.take("IF", "EXISTS")
        for item in split_commas(cursor.rest()):
            name = Cursor(item).name()
            if name is not None:
                self.add("drop", name, statement)

    def rename(self, statement: Statement, cursor: Cursor) -> None:
        """MySQL's `RENAME TABLE a TO b, c TO d`."""
        for item in split_commas(cursor.rest()):
            part = Cursor(item)
            old = part.name()
            new = part.name() if part.take("TO") else None
            if old is not None and new is not None:
                self.add("rename", old, statement, options=[("to", str(new))])

    def comment(self, statement: Statement, cursor: Cursor) -> None:
        """`COMMENT ON TABLE` or `COLUMN … IS '…'` from behind the word ON."""
        cursor.take("MATERIALIZED")
        what = cursor.next().word
        name = cursor.name()
        if name is None or not cursor.take("IS"):
            return
        token = cursor.peek()
        text = redact(string_value(token)) if token.kind in (Kind.STRING, Kind.NAME) else ""
        if what == "COLUMN" and len(name.parts) > 1:
            column = ColumnReader(self.source, ()).named(name, doc=text)
            self.add("comment", ".".join(name.parts[:-1]), statement, [column])
        elif what in ("TABLE", "VIEW"):
            self.add("comment", name, statement, options=[("comment", text)])

    def _body(
        self, statement: Statement, name: Name, tokens: Sequence[Token]
    ) -> tuple[list[FieldFact], Options]:
        reader = ColumnReader(self.source, statement.comments)
        columns: list[FieldFact] = []
        clauses: list[Sequence[Token]] = []
        options: Options = []
        for item in split_commas(tokens):
            if item[0].word == "LIKE" and len(item) > 1:
                options += _parents(Cursor(item))
            elif is_clause(item):
                clauses.append(item)
            else:
                column = reader.read(item)
                if column is None:
                    self.problem(item[0], f"a column of {name} could not be read")
                else:
                    columns.append(column)
        for clause in map(read_clause, clauses):
            columns = [clause.applied(column) for column in columns]
        return columns, options


def _is_virtual(cursor: Cursor) -> bool:
    """Move over SQLite's `USING fts5`; not over `USING delta LOCATION …`, `USING TEMPLATE (…)`."""
    is_virtual = cursor.peek().word == "USING" and cursor.peek(2).word in ("(", "")
    is_virtual = is_virtual and cursor.peek(1).word != "TEMPLATE"
    return is_virtual and cursor.take("USING") and cursor.name() is not None


def _skip_placement(cursor: Cursor) -> None:
    """ClickHouse's `UUID '…' ON CLUSTER '…'`, Snowflake's `COPY GRANTS`."""
    if cursor.take("UUID"):
        cursor.next()
    if cursor.take("ON", "CLUSTER"):
        cursor.next()
    cursor.take("COPY", "GRANTS")


def _seek_columns(cursor: Cursor) -> None:
    """Move to a column list that stands behind settings; stay where there is none."""
    start = cursor.at
    while cursor.peek().kind is not Kind.END:
        if cursor.peek().word == "(":
            before = cursor.peek(-1).word if cursor.at > start else ""
            if before not in _OWN_LISTS and (cursor.at == start or cursor.peek(-2).word != "BY"):
                return
        cursor.skip_item()
    cursor.at = start


def _without_settings(tokens: Sequence[Token], is_virtual: bool) -> Sequence[Token]:
    """SQLite's `USING fts5(title, content='x')` sets options among the columns."""
    if not is_virtual:
        return tokens
    kept: list[Token] = []
    for item in split_commas(tokens):
        if not any(token.word == "=" for token in item):
            kept += [*item, COMMA]
    return kept


def _parents(cursor: Cursor) -> Options:
    """Tables that this one takes its columns from."""
    options: Options = []
    for start, key in _PARENTS:
        name = cursor.name() if cursor.take(*start) else None
        if name is not None:
            options.append((key, str(name)))
    if cursor.take("INHERITS"):
        options += [("inherits", str(name)) for name in names_in(cursor.group())]
    return options


def _table_options(cursor: Cursor) -> Options:
    """The table's comment and its time to live."""
    options: Options = []
    while cursor.peek().kind is not Kind.END:
        if cursor.take("COMMENT"):
            cursor.take("=")
            if cursor.peek().kind in (Kind.STRING, Kind.NAME):
                options.append(("comment", redact(string_value(cursor.next()))))
        elif cursor.take("TTL"):
            options.append(("ttl", redact(text_of(cursor.rest()))))
            break
        else:
            cursor.skip_item()
    return options
