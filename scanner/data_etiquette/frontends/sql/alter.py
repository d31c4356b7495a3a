"""ALTER TABLE to `TableFact`, one for each action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.sql.clause import is_clause, read_clause
from data_etiquette.frontends.sql.column import ColumnReader, Options, column_name, names_in
from data_etiquette.frontends.sql.cursor import Cursor, Name, split_commas
from data_etiquette.frontends.sql.lexer import Kind, Token, string_value
from data_etiquette.frontends.sql.split import Statement
from data_etiquette.frontends.sql.table import TableReader
from data_etiquette.frontends.sql.words import words
from data_etiquette.model.facts import FieldFact

_VERBS = words("""
    ADD DROP ALTER MODIFY CHANGE RENAME SET ENABLE DISABLE OWNER WITH CLUSTER INHERIT ATTACH DETACH
    REPLICA VALIDATE FORCE REBUILD SWITCH CONVERT ENGINE NO UNSET
    """)
_SOFT_VERBS = words("""
    COMMENT ALGORITHM LOCK REPLACE CLEAR UPDATE DELETE FREEZE FETCH MATERIALIZE REMOVE RESET RECOVER
    TOUCH EXCHANGE SWAP
    """)
"""Verbs that are names of columns as well, where several are added at once."""
_BEHIND_VERB = frozenset({"=", "COLUMN", "COLUMNS"})
_NOT_COLUMNS = words("""
    CONSTRAINT INDEX KEY PRIMARY FOREIGN PARTITION CHECK PERIOD DEFAULT SORTKEY DISTKEY DISTSTYLE
    COMPOUND
    """)
_OF_TABLE = words("COMMENT TTL ORDER SETTING QUERY SAMPLE DEFINER")
"""What ClickHouse's `MODIFY` may change of the table itself."""
_SETTERS = frozenset({"SET", "DATA", "TYPE", "ADD"})


class Alteration:
    """The actions of one ALTER TABLE, read from behind the word TABLE."""

    def __init__(self, reader: TableReader, statement: Statement) -> None:
        self._reader = reader
        self._statement = statement
        self._columns = ColumnReader(reader.source, statement.comments)
        self._table = ""
        self._verb = ""

    def read(self, cursor: Cursor) -> None:
        """Add a fact for every action that concerns columns or the table's name."""
        cursor.take("IF", "EXISTS")
        cursor.take("ONLY")
        name = cursor.name()
        if name is None:
            return
        self._table = str(name)
        for item in split_commas(cursor.rest()):
            self._read_action(Cursor(item))

    def _read_action(self, cursor: Cursor) -> None:
        if cursor.take("WITH"):
            cursor.next()  # CHECK or NOCHECK, before ADD CONSTRAINT
        # T-SQL writes the verb once: `ADD a int, b int`, `DROP COLUMN a, b`.
        self._verb = cursor.take_any(_VERBS) or self._soft_verb(cursor) or self._verb
        action = {
            "ADD": self._add,
            "DROP": self._drop,
            "RENAME": self._rename,
            "MODIFY": self._modify,
            "CHANGE": self._change,
            "ALTER": self._alter,
            "COMMENT": self._comment,
            "REPLACE": self._add,
        }.get(self._verb)
        if action is not None and cursor.rest():
            action(cursor)

    def _soft_verb(self, cursor: Cursor) -> str:
        following = cursor.peek(1)
        is_verb = following.word in _BEHIND_VERB or following.kind is Kind.STRING
        return cursor.take_any(_SOFT_VERBS) if is_verb or self._verb != "ADD" else ""

    def _fact(
        self, action: str, columns: Sequence[FieldFact], options: Options | None = None
    ) -> None:
        self._reader.add(action, self._table, self._statement, columns, options or [])

    def _define(self, action: str, tokens: Sequence[Token]) -> None:
        column = self._columns.read(tokens) if tokens else None
        if column is not None:
            self._fact(action, [column])
        elif tokens:
            self._reader.problem(tokens[0], f"a column of {self._table} could not be read")

    def _add(self, cursor: Cursor) -> None:
        is_column = cursor.take("COLUMN") or cursor.take("COLUMNS")
        cursor.take("IF", "NOT", "EXISTS")
        if cursor.peek().word == "PARTITION":
            return
        is_list = cursor.peek().word == "("
        for tokens in split_commas(cursor.group()) if is_list else [cursor.rest()]:
            if tokens and not is_column and (is_clause(tokens) or tokens[0].word == "DEFAULT"):
                self._constrain(tokens)
            else:
                self._define("add", tokens)

    def _constrain(self, tokens: Sequence[Token]) -> None:
        clause = read_clause(tokens)
        seen: set[str] = set()
        columns: list[FieldFact] = []
        for name in clause.columns:
            # A CHECK names every word in it; only the first mention of each counts.
            if name.last.lower() not in seen:
                seen.add(name.last.lower())
                column = self._columns.named(name, list(clause.options))
                columns.append(replace(column, relation=clause.relation))
        if columns:
            self._fact("alter", columns)

    def _drop(self, cursor: Cursor) -> None:
        if cursor.peek().word in _NOT_COLUMNS:
            self._verb = ""
            return
        cursor.take("COLUMN")
        cursor.take("IF", "EXISTS")
        name = column_name(cursor)
        names = [name] if name is not None else names_in(cursor.group())
        if names:
            self._fact("drop_column", [self._columns.named(item) for item in names])

    def _rename(self, cursor: Cursor) -> None:
        if cursor.peek().word in _NOT_COLUMNS:
            return
        if cursor.take("TO") or cursor.take("AS"):
            self._renamed(cursor.name())
            return
        cursor.take("COLUMN")
        old = column_name(cursor)
        new = column_name(cursor) if cursor.take("TO") else None
        if old is not None and new is not None:
            self._fact("rename_column", [self._columns.named(old)], [("to", new.last)])
        else:
            self._renamed(old)

    def _renamed(self, new: Name | None) -> None:
        if new is not None:
            self._fact("rename", [], [("to", str(new))])

    def _comment(self, cursor: Cursor) -> None:
        """ClickHouse's `COMMENT COLUMN c 'text'`."""
        cursor.take("COLUMN")
        cursor.take("IF", "EXISTS")
        name = column_name(cursor) if cursor.peek().kind is not Kind.STRING else None
        text = cursor.peek()
        if name is not None and text.kind is Kind.STRING:
            self._fact("comment", [self._columns.named(name, doc=redact(string_value(text)))])

    def _modify(self, cursor: Cursor) -> None:
        is_column = cursor.take("COLUMN")
        cursor.take("IF", "EXISTS")
        if not is_column and cursor.peek().word in _OF_TABLE and self._is_of_table(cursor):
            return
        is_list = cursor.peek().word == "("
        for item in split_commas(cursor.group()) if is_list else [cursor.rest()]:
            if item and item[0].word not in _NOT_COLUMNS:
                self._define("alter", _without_setters(item))

    def _is_of_table(self, cursor: Cursor) -> bool:
        is_told = cursor.peek().word == "COMMENT" and cursor.peek(1).kind is Kind.STRING
        return is_told or self._reader.dialect == "clickhouse"

    def _change(self, cursor: Cursor) -> None:
        cursor.take("COLUMN")
        old = column_name(cursor)
        tokens = cursor.rest()
        if old is not None and tokens and tokens[0].word == "COMMENT":
            # Spark's `CHANGE c COMMENT 'text'` names the column once.
            self._comment(Cursor([old.token, *tokens[1:2]]))
            return
        new = column_name(Cursor(tokens))
        if old is None or new is None:
            return
        if old.last != new.last:
            self._fact("rename_column", [self._columns.named(old)], [("to", new.last)])
        self._define("alter", tokens)

    def _alter(self, cursor: Cursor) -> None:
        cursor.take("COLUMN")
        tokens = cursor.rest()
        is_dropped = len(tokens) > 1 and tokens[1].word == "DROP"
        if tokens and tokens[0].word not in _NOT_COLUMNS and not is_dropped:
            self._define("alter", _without_setters(tokens))


def _without_setters(tokens: Sequence[Token]) -> Sequence[Token]:
    """`c SET DATA TYPE text` and `c TYPE text` as `c text`; likewise SET DEFAULT."""
    index = 1
    while index < len(tokens) and tokens[index].word in _SETTERS:
        index += 1
    return [tokens[0], *tokens[index:]]
