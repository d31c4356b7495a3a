"""Which statement is which, and who reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from data_etiquette.frontends.sql import rows
from data_etiquette.frontends.sql.alter import Alteration
from data_etiquette.frontends.sql.body import inner_statements
from data_etiquette.frontends.sql.column import Options
from data_etiquette.frontends.sql.control import read_controls
from data_etiquette.frontends.sql.cursor import Cursor, Name, split_commas
from data_etiquette.frontends.sql.derived import derived_columns, query_tokens
from data_etiquette.frontends.sql.lexer import Kind, Lexer, Token, string_value
from data_etiquette.frontends.sql.procedure import read_call
from data_etiquette.frontends.sql.reading import QueryReader
from data_etiquette.frontends.sql.split import Splitter, Statement
from data_etiquette.frontends.sql.table import TableReader
from data_etiquette.frontends.sql.words import words

MAX_STATEMENT = 200_000
"""Characters of one statement; rows of data are not counted."""
_MAX_BODIES = 4
"""Code in a string in code in a string …"""

_QUERIES = words("SELECT WITH INSERT REPLACE UPDATE DELETE MERGE ( PIVOT UNPIVOT")
_PROGRAMS = words("FUNCTION PROCEDURE PROC TRIGGER PACKAGE EVENT RULE TASK")
_OTHER_OBJECTS = words("""
    INDEX SCHEMA DATABASE TYPE SEQUENCE DOMAIN EXTENSION ROLE USER LOGIN POLICY SERVER PUBLICATION
    SUBSCRIPTION CAST OPERATOR AGGREGATE COLLATION CONVERSION STATISTICS LANGUAGE TABLESPACE SYNONYM
    STAGE SHARE STREAM PIPE WAREHOUSE TAG MASKING DICTIONARY TEXT LINK PROFILE CONTEXT DIRECTORY
    CLUSTER CERTIFICATE SYMMETRIC ASYMMETRIC MASTER COLUMN PARTITION XML FULLTEXT CREDENTIAL
    """)
_PROCEDURAL = words("""
    BEGIN IF ELSE ELSIF ELSEIF WHILE FOR FOREACH LOOP END EXCEPTION WHEN THEN RETURN OPEN CLOSE
    FETCH DECLARE CURSOR CASE REPEAT RETURNS AS IS EXIT CONTINUE RAISE PERFORM
    """)
_NO_DATA = words("""
    SET USE COMMIT ROLLBACK START CALL VACUUM ANALYZE ANALYSE PRAGMA LOCK UNLOCK SHOW EXPLAIN
    DESCRIBE DESC REVOKE DENY ATTACH DETACH REINDEX CLUSTER REFRESH SAVEPOINT RELEASE DISCARD RESET
    LISTEN UNLISTEN NOTIFY PREPARE DEALLOCATE LOAD CHECKPOINT REASSIGN SECURITY IMPORT EXPORT PRINT
    RAISERROR THROW WAITFOR OPTIMIZE FLUSH KILL HANDLER INSTALL SHUTDOWN PURGE CHECK REPAIR AUDIT
    NOAUDIT RECONFIGURE DBCC BACKUP RESTORE ENABLE DISABLE VALUES TABLE UNLOAD PUT GET LIST REMOVE
    UNDROP MSCK CACHE UNCACHE ABORT MOVE SIGNAL RESIGNAL LEAVE ITERATE GOTO NULL CHANGE DEFINE
    SYSTEM EXCHANGE SUMMARIZE FORCE METRIC JINJA_QUERY_BEGIN JINJA_STATEMENT_BEGIN JINJA_END
    ON_VIRTUAL_UPDATE_BEGIN ON_VIRTUAL_UPDATE_END
    COLUMN VARIABLE TTITLE BTITLE CLEAR HOST TIMING REVERT STATISTICS BREAK LABEL ARGUMENT
    """)
_FROM_FIRST = frozenset({"duckdb", "spark", "databricks", "hive"})
_SQL_LANGUAGES = frozenset({"sql", "plpgsql", "tsql", "plsql"})


class StatementReader:
    """Reads all statements of one text; what it finds is in `tables` and `queries`."""

    def __init__(self, tables: TableReader, queries: QueryReader, model: str = "") -> None:
        self.tables = tables
        self._model = model
        """Name of the view that the file's query defines (dbt, SQLMesh)."""
        self.queries = queries
        self.comments: list[Token] = []
        self._in_body = False
        self._bodies = 0
        self._readers: dict[str, Callable[[Statement, Cursor], None]] = {
            "CREATE": self._create,
            "ALTER": self._alter,
            "DROP": self._drop,
            "COMMENT": self._comment,
            "RENAME": self._rename,
            "EXEC": lambda s, c: read_call(tables, s, c),
            "EXECUTE": lambda s, c: read_call(tables, s, c),
            "TRUNCATE": lambda s, _: queries.add(s, rows.read_truncate(s.tokens)),
            "GRANT": lambda s, _: queries.add(s, rows.read_grant(s.tokens)),
            "COPY": self._copy,
            "DO": self._program,
            "MODEL": self._sqlmesh,
        }

    def read_all(self, lexer: Lexer, start: int = 0) -> None:
        """Split and read a text, or a part of it."""
        splitter = Splitter(self.tables.source, lexer, start)
        for statement in splitter.statements():
            self.read(statement)
        self.comments += splitter.comments

    def read(self, statement: Statement) -> None:
        """Read one statement; what can't be read becomes a problem."""
        tokens = _without_leading_holes(statement.tokens)
        if not tokens:
            return
        statement = Statement(tokens, statement.comments)
        first = tokens[0]
        line = self.tables.source.line(first.start)
        controls = list(read_controls(tokens, line, self.tables.dialect))
        self.tables.controls += controls
        if statement.end - statement.start > MAX_STATEMENT:
            self.tables.problem(first, f"statement longer than {MAX_STATEMENT // 1000} kB")
        elif first.word in self._readers:
            self._readers[first.word](statement, Cursor(tokens[1:]))
        elif _is_inline_function(tokens):
            self._program(statement, Cursor(tokens))
        elif first.word in _QUERIES or self._is_from_first(first):
            self._query(statement)
        elif first.word in _PROCEDURAL:
            self._program(statement, Cursor(tokens))
        elif not (
            controls or first.word in _NO_DATA or self._in_body or first.text.startswith("sp_")
        ):
            self.tables.problem(first, "not the beginning of any statement that is known")

    def _is_from_first(self, first: Token) -> bool:
        """DuckDB's `FROM t SELECT a`, Hive's `FROM t INSERT OVERWRITE …`."""
        return first.word == "FROM" and self.tables.dialect in _FROM_FIRST

    # -- tables and views -----------------------------------------------------------------------

    def _create(self, statement: Statement, cursor: Cursor) -> None:
        options: Options = []
        while cursor.peek().kind is not Kind.END:
            word = cursor.next().word
            if word in ("TEMP", "TEMPORARY"):
                options = [("temporary", "true")]
            elif word == "TABLE":
                self._create_table(statement, cursor, options)
                return
            elif word == "VIEW":
                self._create_view(statement, cursor)
                return
            elif word in _PROGRAMS:
                self._program(statement, cursor)
                return
            elif word in _OTHER_OBJECTS:
                return

    def _create_table(self, statement: Statement, cursor: Cursor, options: Options) -> None:
        cursor.take("IF", "NOT", "EXISTS")
        start = cursor.peek()
        name = cursor.name()
        if name is None:
            self.tables.problem(start, "CREATE TABLE without a name that can be read")
            return
        if name.last.upper() == "IDENTIFIER" and cursor.peek().word == "(":
            name = _named_by_text(cursor.group())
            if name is None:
                self.tables.problem(start, "CREATE TABLE of a name that a variable holds")
                return
        if name.last.startswith("#"):
            options = [("temporary", "true")]
        if self._derive("create", statement, name, cursor, options):
            return
        if not self.tables.create(statement, name, cursor, options):
            self.tables.problem(start, f"CREATE TABLE {name} has no column list")

    def _create_view(self, statement: Statement, cursor: Cursor) -> None:
        cursor.take("IF", "NOT", "EXISTS")
        name = cursor.name()
        if name is not None:
            self._derive("view", statement, name, cursor, [])

    def _derive(
        self, action: str, statement: Statement, name: Name, cursor: Cursor, options: Options
    ) -> bool:
        """A table or view made from a query; false when there is no query."""
        query = query_tokens(cursor)
        if not query:
            return False
        found = self.queries.read(Statement(tuple(query), statement.comments))
        if query[0].start == cursor.peek().start:
            cursor = Cursor(())  # `CREATE TABLE t (SELECT …)`: no list of columns
        is_listed = cursor.peek().word == "("
        columns = derived_columns(self.tables.source, statement, cursor, found)
        self.queries.aim(found, str(name), [c.name for c in columns] if is_listed else ())
        self.tables.add(action, name, statement, columns, options)
        return True

    def _alter(self, statement: Statement, cursor: Cursor) -> None:
        cursor.take("FOREIGN")
        if cursor.take("TABLE"):
            Alteration(self.tables, statement).read(cursor)

    def _drop(self, statement: Statement, cursor: Cursor) -> None:
        for word in ("TEMPORARY", "FOREIGN", "EXTERNAL", "MATERIALIZED"):
            cursor.take(word)
        if cursor.take("TABLE") or cursor.take("VIEW"):
            self.tables.drop(statement, cursor)

    def _comment(self, statement: Statement, cursor: Cursor) -> None:
        if cursor.take("ON"):
            self.tables.comment(statement, cursor)

    def _rename(self, statement: Statement, cursor: Cursor) -> None:
        cursor.take("TABLE")
        self.tables.rename(statement, cursor)

    # -- rows -----------------------------------------------------------------------------------

    def _query(self, statement: Statement) -> None:
        if rows.is_plain_insert(statement.tokens):
            self.queries.add(statement, rows.read_insert(statement.tokens))
            return
        exported = _into_directory(statement.tokens)
        if exported:
            self.queries.read(Statement(tuple(exported), statement.comments), verb="copy")
            return
        found = self.queries.read(statement)
        if self._model and found is not None and found.verb == "select":
            columns = derived_columns(self.tables.source, statement, Cursor(()), found)
            self.queries.aim(found, self._model, ())
            self.tables.add("view", self._model, statement, columns)

    def _sqlmesh(self, _: Statement, cursor: Cursor) -> None:
        """SQLMesh's `MODEL (name schema.view, …);` names what the query behind it makes."""
        for item in split_commas(cursor.group()):
            part = Cursor(item)
            name = part.name() if part.take("NAME") else None
            if name is not None:
                self._model = str(name)

    def _copy(self, statement: Statement, cursor: Cursor) -> None:
        if cursor.peek().word != "(":
            self.queries.add(statement, rows.read_copy(statement.tokens))
            return
        query = tuple(cursor.group())
        if query:
            self.queries.read(Statement(query, statement.comments), verb="copy")

    # -- code -----------------------------------------------------------------------------------

    def _program(self, statement: Statement, cursor: Cursor) -> None:
        """Statements inside a function, procedure, trigger or block."""
        was_in_body, self._in_body = self._in_body, True
        self.queries.in_body = True
        bodies = list(_bodies(cursor.rest()))
        if bodies:
            if _is_sql(statement.tokens):
                for body in bodies:
                    self._body(body)
            self._in_body = self.queries.in_body = was_in_body
            return
        for part in inner_statements(statement.tokens):
            if part:
                self.read(Statement(tuple(part), statement.comments))
        self.queries.in_body = was_in_body

    def _body(self, token: Token) -> None:
        if self._bodies >= _MAX_BODIES:
            self.tables.problem(token, "code is nested too deeply in strings")
            return
        text = self.tables.source.text
        mark = 1
        if token.kind is Kind.BODY:
            mark = token.text.index("$", 1) + 1
        else:
            # The same offsets: only code in quotes has its own quotes doubled.
            code = token.text[1:-1].replace("''", " '").replace("\\'", " '")
            text = " " * (token.start + 1) + code
        self._bodies += 1
        lexer = Lexer(text, self.tables.dialect, token.end - mark)
        self.read_all(lexer, token.start + mark)
        self._bodies -= 1


def _without_leading_holes(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Placeholders such as dbt's `{{ config(…) }}` before a query."""
    start = 0
    while start < len(tokens) and tokens[start].kind is Kind.HOLE:
        start += 1
    rest = tokens[start:]
    # What is left of `@total = …` is no statement.
    is_statement = not start or (bool(rest) and rest[0].kind is Kind.WORD)
    return rest if is_statement else ()


def _is_inline_function(tokens: Sequence[Token]) -> bool:
    """Trino's `WITH FUNCTION f() … BEGIN …; END SELECT f()`, which semicolons cut."""
    return (
        tokens[0].word == "WITH"
        and len(tokens) > 1
        and tokens[1].word == "FUNCTION"
        and any(token.word == "BEGIN" for token in tokens)
    )


def _into_directory(tokens: Sequence[Token]) -> Sequence[Token]:
    """The query of Spark's `INSERT OVERWRITE DIRECTORY '…' USING parquet SELECT …`."""
    if not any(token.word == "DIRECTORY" for token in tokens[1:4]):
        return ()
    at = next((i for i, token in enumerate(tokens) if token.word in ("SELECT", "WITH")), -1)
    return tokens[at:] if tokens[0].word == "INSERT" and at > 0 else ()


def _named_by_text(tokens: Sequence[Token]) -> Name | None:
    """Snowflake's `IDENTIFIER('db.people')`; None where a variable names it."""
    first = tokens[0] if tokens else None
    if first is None or first.kind is not Kind.STRING:
        return None
    parts = tuple(part for part in string_value(first).replace('"', "").split(".") if part)
    return Name(parts, first) if parts else None


def _bodies(tokens: Sequence[Token]) -> Iterator[Token]:
    """Code in dollar quotes, or in quotes behind AS where it is more than one name."""
    for index, token in enumerate(tokens):
        is_quoted = token.kind is Kind.STRING and index and tokens[index - 1].word == "AS"
        if token.kind is Kind.BODY or (is_quoted and ("\n" in token.text or ";" in token.text)):
            yield token


def _is_sql(tokens: Sequence[Token]) -> bool:
    """Whether the code is SQL, as against Python, Perl or C in the database."""
    for index, token in enumerate(tokens[:-1]):
        if token.word == "LANGUAGE":
            return tokens[index + 1].text.strip("'").lower() in _SQL_LANGUAGES
    return True
