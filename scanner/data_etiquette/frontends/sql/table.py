"""Statements that define tables to `TableFact`: CREATE, ALTER, DROP, RENAME, COMMENT ON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.sql.column import (
    ColumnReader,
    Options,
    column_name,
    names_in,
    on_delete_action,
)
from data_etiquette.frontends.sql.cursor import Cursor, Name, split_commas, text_of
from data_etiquette.frontends.sql.lexer import Kind, Token, string_value
from data_etiquette.frontends.sql.position import Source
from data_etiquette.frontends.sql.split import Statement
from data_etiquette.model.facts import FieldFact, TableFact

_KEYS = frozenset({"KEY", "INDEX", "FULLTEXT", "SPATIAL", "UNIQUE"})
_ADD_EXTRAS = frozenset({"CONSTRAINT", "PARTITION", "PERIOD", "PROJECTION", "SUPPLEMENTAL"})
_ALTER_VERBS = frozenset(
    "ADD DROP ALTER MODIFY CHANGE RENAME SET ENABLE DISABLE OWNER WITH CLUSTER INHERIT "
    "ATTACH DETACH REPLICA VALIDATE FORCE REBUILD SWITCH CONVERT ENGINE COMMENT NO UNSET".split()
)
_NOT_COLUMNS = frozenset("CONSTRAINT INDEX KEY PRIMARY FOREIGN PARTITION CHECK PERIOD".split())


@dataclass(slots=True)
class TableReader:
    """Reads the defining statements of one text."""

    source: Source
    dialect: str
    tables: list[TableFact] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    """(offset, what could not be read)."""

    def create(self, statement: Statement, cursor: Cursor, options: Options) -> bool:
        """CREATE TABLE from behind the word TABLE; whether columns or a source were found."""
        cursor.take("IF", "NOT", "EXISTS")
        name = cursor.name()
        if name is None:
            return False
        options = list(options)
        _parents(cursor, options)
        if cursor.peek().word != "(":
            return any(key in ("like", "partition_of") for key, _ in options)
        if not cursor.is_closed_group():
            self._problem(cursor.peek(), f"the column list of {name} is not closed")
        reader = ColumnReader(self.source, statement.comments)
        columns, body_options = self._body(reader, name, cursor.group())
        _parents(cursor, options)
        options += body_options + _table_options(cursor)
        if not columns and not options:
            return False
        self._add("create", str(name), statement, columns, options)
        return True

    def alter(self, statement: Statement, cursor: Cursor) -> None:
        """ALTER TABLE from behind the word TABLE."""
        cursor.take("IF", "EXISTS")
        cursor.take("ONLY")
        name = cursor.name()
        if name is None:
            return
        _Alteration(self, statement, name).read(cursor.rest())

    def drop(self, statement: Statement, cursor: Cursor) -> None:
        """DROP TABLE or VIEW from behind that word; several names stand after one another."""
        cursor.take("IF", "EXISTS")
        for item in split_commas(cursor.rest()):
            name = Cursor(item).name()
            if name is not None:
                self._add("drop", str(name), statement)

    def rename(self, statement: Statement, cursor: Cursor) -> None:
        """MySQL's RENAME TABLE a TO b, c TO d."""
        for item in split_commas(cursor.rest()):
            part = Cursor(item)
            old = part.name()
            new = part.name() if part.take("TO") else None
            if old is not None and new is not None:
                self._add("rename", str(old), statement, options=[("to", str(new))])

    def comment(self, statement: Statement, cursor: Cursor) -> None:
        """COMMENT ON TABLE or COLUMN … IS '…'."""
        what = cursor.next().word
        if what == "MATERIALIZED":
            what = cursor.next().word
        name = cursor.name()
        if name is None or not cursor.take("IS"):
            return
        token = cursor.peek()
        text = redact(string_value(token)) if token.kind in (Kind.STRING, Kind.NAME) else ""
        if what == "COLUMN" and len(name.parts) > 1:
            column = ColumnReader(self.source, ()).named(replace_parts(name), doc=text)
            self._add("comment", ".".join(name.parts[:-1]), statement, [column])
        elif what in ("TABLE", "VIEW"):
            self._add("comment", str(name), statement, options=[("comment", text)])

    def _add(
        self,
        action: str,
        name: str,
        statement: Statement,
        columns: Sequence[FieldFact] = (),
        options: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.tables.append(
            TableFact(
                action=action,
                name=name,
                line=self.source.line(statement.start),
                end_line=self.source.line(statement.end - 1),
                dialect=self.dialect,
                columns=tuple(columns),
                options=tuple(options),
            )
        )

    def add(
        self,
        action: str,
        name: str,
        statement: Statement,
        columns: Sequence[FieldFact] = (),
        options: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Keep one fact."""
        self._add(action, name, statement, columns, options)

    def _problem(self, token: Token, reason: str) -> None:
        self.problems.append((token.start, reason))

    def problem(self, token: Token, reason: str) -> None:
        """Say that something could not be read."""
        self._problem(token, reason)

    def _body(
        self, reader: ColumnReader, name: Name, tokens: Sequence[Token]
    ) -> tuple[list[FieldFact], Options]:
        columns: list[FieldFact] = []
        clauses: list[Sequence[Token]] = []
        options: Options = []
        for item in split_commas(tokens):
            if item[0].word == "LIKE" and len(item) > 1:
                _parents(Cursor(item), options)
            elif is_table_clause(item):
                clauses.append(item)
            else:
                column = reader.read(item)
                if column is None:
                    self._problem(item[0], f"a column of {name} could not be read")
                else:
                    columns.append(column)
        for item in clauses:
            columns = with_clause(columns, item)
        return columns, options


def replace_parts(name: Name) -> Name:
    """Only the last part of a qualified name."""
    return Name((name.last,), name.token)


def is_table_clause(item: Sequence[Token]) -> bool:
    """Whether an item of a column list is a key, an index or a constraint, not a column."""
    first = item[0].word
    following = item[1].word if len(item) > 1 else ""
    if first in ("PRIMARY", "FOREIGN"):
        return following == "KEY"
    if first == "CHECK":
        return following == "("
    if first == "EXCLUDE":
        return following in ("(", "USING")
    if first == "PERIOD":
        return following == "FOR"
    if first in _ADD_EXTRAS:
        return len(item) > 2 and not _is_type_size(item, 1)
    if first not in _KEYS:
        return False
    # `KEY idx (email)` is an index, `key varchar(40)` a column.
    opening = next((i for i, token in enumerate(item) if token.word == "("), -1)
    if opening < 0:
        return following in _KEYS
    return opening < 5 and not _is_type_size(item, opening)


def _is_type_size(item: Sequence[Token], opening: int) -> bool:
    for token in item[opening:]:
        if token.word == "(":
            index = item.index(token)
            inside = item[index + 1] if index + 1 < len(item) else token
            return index > 1 and (inside.kind is Kind.NUMBER or inside.word == "MAX")
    return False


def with_clause(columns: Sequence[FieldFact], item: Sequence[Token]) -> list[FieldFact]:
    """The columns with what a table-level constraint says of them."""
    names, relation, options = clause_of(item)
    wanted = {name.lower() for name in names}
    return [
        _extended(column, relation, options) if column.name.lower() in wanted else column
        for column in columns
    ]


def _extended(column: FieldFact, relation: str, options: Options) -> FieldFact:
    new = tuple(pair for pair in options if pair not in column.options)
    return replace(
        column, options=(*column.options, *new), relation=column.relation or relation
    )


def clause_of(item: Sequence[Token]) -> tuple[list[str], str, Options]:
    """(columns meant, table referenced, options) of a table-level constraint."""
    cursor = Cursor(item)
    if cursor.take("CONSTRAINT") and cursor.peek().word not in ("PRIMARY", "FOREIGN", "CHECK"):
        cursor.name()
    if cursor.take("FOREIGN", "KEY"):
        return _foreign_key(cursor)
    if cursor.take("PRIMARY", "KEY"):
        return [name.last for name in _list(cursor)], "", [("primary_key", "true")]
    if cursor.take("UNIQUE"):
        names = [name.last for name in _list(cursor)]
        return (names if len(names) == 1 else []), "", [("unique", "true")]
    if cursor.take("CHECK"):
        inside = cursor.group()
        words = [token.text.strip('"`[]') for token in inside if token.kind in (Kind.WORD, Kind.NAME)]
        return words, "", [("check", redact(text_of(inside)))]
    if cursor.take("DEFAULT"):
        return _default_for(cursor)
    return [], "", []


def _foreign_key(cursor: Cursor) -> tuple[list[str], str, Options]:
    names = [name.last for name in _list(cursor)]
    target = cursor.name() if cursor.take("REFERENCES") else None
    if target is None:
        return [], "", []
    there = names_in(cursor.group())
    table = str(target)
    options = [("references", f"{table}.{there[0].last}" if there else table)]
    on_delete = on_delete_action(cursor)
    if on_delete:
        options.append(("on_delete", on_delete))
    return names[:1] if len(names) == 1 else names, table, options


def _default_for(cursor: Cursor) -> tuple[list[str], str, Options]:
    """T-SQL's `DEFAULT (…) FOR column`."""
    start = cursor.at
    end = cursor.index_of("FOR")
    if end < 0:
        return [], "", []
    value = cursor.rest()[: end - start]
    cursor.at = end + 1
    name = cursor.name()
    constraint = ColumnText.default(value)
    return ([name.last] if name is not None else []), "", [("default", constraint)]


class ColumnText:
    """Values that clauses share with column definitions."""

    @staticmethod
    def default(tokens: Sequence[Token]) -> str:
        """A default value as text."""
        from data_etiquette.frontends.sql.column import default_value

        return default_value(Cursor(tokens))


def _list(cursor: Cursor) -> list[Name]:
    """The next parenthesised list of names, whatever words stand before it."""
    while cursor.peek().kind is not Kind.END and cursor.peek().word != "(":
        cursor.next()
    return names_in(cursor.group())


def _parents(cursor: Cursor, options: Options) -> None:
    for words, key in (
        (("PARTITION", "OF"), "partition_of"),
        (("LIKE",), "like"),
        (("CLONE",), "like"),
    ):
        if cursor.take(*words):
            name = cursor.name()
            if name is not None:
                options.append((key, str(name)))
    if cursor.take("INHERITS"):
        options += [("inherits", str(name)) for name in names_in(cursor.group())]


def _table_options(cursor: Cursor) -> Options:
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


class _Alteration:
    """The actions of one ALTER TABLE."""

    def __init__(self, reader: TableReader, statement: Statement, name: Name) -> None:
        self._reader = reader
        self._statement = statement
        self._name = str(name)
        self._columns = ColumnReader(reader.source, statement.comments)
        self._verb = ""

    def read(self, tokens: Sequence[Token]) -> None:
        for item in split_commas(tokens):
            cursor = Cursor(item)
            if cursor.peek().word == "WITH":
                cursor.at += 2  # WITH CHECK, WITH NOCHECK
            verb = cursor.take_any(_ALTER_VERBS)
            # T-SQL writes the verb once: `ADD a int, b int`, `DROP COLUMN a, b`.
            self._verb = verb or self._verb
            self._action(cursor)

    def _action(self, cursor: Cursor) -> None:
        match self._verb:
            case "ADD":
                self._add(cursor)
            case "DROP":
                self._drop(cursor)
            case "RENAME":
                self._rename(cursor)
            case "MODIFY":
                self._modify(cursor)
            case "CHANGE":
                self._change(cursor)
            case "ALTER":
                self._alter(cursor)
            case _:
                pass

    def _fact(self, action: str, columns: Sequence[FieldFact], options: Options | None = None) -> None:
        self._reader.add(action, self._name, self._statement, columns, options or [])

    def _add(self, cursor: Cursor) -> None:
        is_column = cursor.take("COLUMN")
        cursor.take("IF", "NOT", "EXISTS")
        tokens = cursor.rest()
        if not tokens:
            return
        if tokens[0].word == "(":
            for item in split_commas(cursor.group()):
                self._add_one(item)
        elif is_column:
            self._define("add", tokens)
        else:
            self._add_one(tokens)

    def _add_one(self, tokens: Sequence[Token]) -> None:
        if is_table_clause(tokens) or tokens[0].word == "DEFAULT":
            self._clause(tokens)
        else:
            self._define("add", tokens)

    def _clause(self, tokens: Sequence[Token]) -> None:
        names, relation, options = clause_of(tokens)
        wanted = {name.lower() for name in names}
        columns: list[FieldFact] = []
        for token in tokens:
            is_name = token.kind in (Kind.WORD, Kind.NAME)
            if is_name and token.text.strip('"`[]').lower() in wanted:
                wanted.discard(token.text.strip('"`[]').lower())
                name = Name((token.text.strip('"`[]'),), token)
                columns.append(replace(self._columns.named(name, options), relation=relation))
        if columns:
            self._fact("alter", columns)

    def _define(self, action: str, tokens: Sequence[Token]) -> None:
        column = self._columns.read(tokens)
        if column is None:
            self._reader.problem(tokens[0], f"a column of {self._name} could not be read")
        else:
            self._fact(action, [column])

    def _drop(self, cursor: Cursor) -> None:
        if cursor.peek().word in _NOT_COLUMNS or cursor.peek().word == "DEFAULT":
            return
        cursor.take("COLUMN")
        cursor.take("IF", "EXISTS")
        names = names_in(cursor.group()) if cursor.peek().word == "(" else []
        if not names:
            name = column_name(cursor)
            names = [name] if name is not None else []
        if names:
            self._fact("drop_column", [self._columns.named(name) for name in names])

    def _rename(self, cursor: Cursor) -> None:
        if cursor.peek().word in _NOT_COLUMNS:
            return
        if cursor.take("TO") or cursor.take("AS"):
            self._renamed(cursor.name())
            return
        cursor.take("COLUMN")
        old = column_name(cursor)
        if old is None:
            return
        new = column_name(cursor) if cursor.take("TO") else None
        if new is None:
            self._renamed(old)
        else:
            self._fact("rename_column", [self._columns.named(old)], [("to", new.last)])

    def _renamed(self, new: Name | None) -> None:
        if new is not None:
            self._fact("rename", [], [("to", str(new))])

    def _modify(self, cursor: Cursor) -> None:
        cursor.take("COLUMN")
        if cursor.peek().word in _NOT_COLUMNS:
            return
        items = split_commas(cursor.group()) if cursor.peek().word == "(" else [cursor.rest()]
        for item in items:
            if item:
                self._define("alter", _without_setters(item))

    def _change(self, cursor: Cursor) -> None:
        cursor.take("COLUMN")
        old = column_name(cursor)
        new = Cursor(cursor.rest()).name()
        if old is None or new is None:
            return
        if old.last != new.last:
            self._fact("rename_column", [self._columns.named(old)], [("to", new.last)])
        self._define("alter", cursor.rest())

    def _alter(self, cursor: Cursor) -> None:
        if cursor.peek().word in _NOT_COLUMNS:
            return
        cursor.take("COLUMN")
        tokens = cursor.rest()
        if len(tokens) > 1 and tokens[1].word != "DROP":
            self._define("alter", _without_setters(tokens))


def _without_setters(tokens: Sequence[Token]) -> Sequence[Token]:
    """`c SET DATA TYPE text` and `c TYPE text` as `c text`; the same for SET DEFAULT."""
    index = 1
    while index < len(tokens) and tokens[index].word in ("SET", "DATA", "TYPE", "ADD"):
        index += 1
    return [tokens[0], *tokens[index:]]
