"""Whole scripts: what separates statements, what is jumped over, what is reported."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_etiquette.frontends.sql.dialect import guess_dialect, known_dialect
from data_etiquette.frontends.sql.read import looks_like_sql, read_embedded, read_sql
from data_etiquette.model.facts import CommentFact
from data_etiquette.model.location import Skipped


def created(text: str, dialect: str = "") -> list[tuple[str, int]]:
    facts = read_sql("a.sql", text, dialect)
    return [(t.name, t.line) for t in facts.tables if t.action == "create"]


def test_file_level_facts() -> None:
    text = "-- etiquette: purpose billing\nCREATE TABLE a (b int);\n/* etiquette: ignore */\n"
    facts = read_sql("db/a.sql", text)
    assert (facts.path, facts.language, facts.lines) == ("db/a.sql", "sql", 3)
    assert facts.digest == hashlib.sha256(text.encode()).hexdigest()
    assert facts.comments == (
        CommentFact(1, "etiquette: purpose billing"),
        CommentFact(3, "etiquette: ignore"),
    )


def test_comment_inside_a_string_is_none() -> None:
    assert read_sql("a.sql", "SELECT '-- etiquette: ignore' FROM a;").comments == ()


def test_empty_text() -> None:
    facts = read_sql("a.sql", "")
    assert (facts.lines, facts.tables, facts.statements, facts.skipped) == (0, (), (), ())


def test_broken_statement_leaves_its_neighbours() -> None:
    text = """\
CREATE TABLE before_it (a int);
CREATE TABLE broken (id int,, email text WHAT ( ;
CREATE TABLE after_it (b int);
SELECT FROM WHERE;
SELECT email FROM after_it;
"""
    facts = read_sql("a.sql", text)
    assert [(t.name, [c.name for c in t.columns]) for t in facts.tables] == [
        ("before_it", ["a"]),
        ("broken", ["id", "email"]),
        ("after_it", ["b"]),
    ]
    assert [(s.line, s.reason) for s in facts.skipped[:1]] == [
        (2, "the column list of broken is not closed")
    ]
    assert [s.line for s in facts.skipped] == [2, 4]
    assert [(s.line, s.tables) for s in facts.statements] == [(5, ("after_it",))]


def test_missing_semicolons_and_quotes_do_not_swallow_the_next_table() -> None:
    text = """\
CREATE TABLE a (x int DEFAULT 'open);
CREATE TABLE b (y int)
CREATE TABLE c (z int);
"""
    assert created(text) == [("a", 1), ("b", 2), ("c", 3)]


def test_reason_never_quotes_the_statement() -> None:
    text = "SELECT FROM FROM 'jane.doe@example.com' 4111111111111111 secretname;"
    (skipped,) = read_sql("a.sql", text).skipped
    assert skipped.reason.startswith("SELECT statement could not be parsed: ")
    assert "jane" not in skipped.reason
    assert "secretname" not in skipped.reason


@pytest.mark.parametrize(
    ("separator", "dialect"),
    [(";", ""), ("\nGO\n", "tsql"), ("\n/\n", "oracle"), ("\n", "tsql"), (";;\n", "mysql")],
)
def test_separators(separator: str, dialect: str) -> None:
    text = f"CREATE TABLE a (x int){separator}\nCREATE TABLE b (y int)"
    assert [name for name, _ in created(text, dialect)] == ["a", "b"]


def test_commands_of_client_programs() -> None:
    text = """\
\\set ON_ERROR_STOP on
\\echo it's
REM don't
PROMPT it's
WHENEVER SQLERROR EXIT
:setvar db "x"
CREATE TABLE a (x int);
"""
    facts = read_sql("a.sql", text)
    assert ([(t.name, t.line) for t in facts.tables], facts.skipped) == ([("a", 7)], ())


def test_rows_of_data_are_jumped_over() -> None:
    text = """\
COPY crm.customer (id, name) FROM stdin;
1	O'Brien; DROP TABLE x;
2	'(
\\.
INSERT INTO log VALUES (1, 'it''s; (', "x"), (2, 'b', 'c');
INSERT INTO log VALUES (3, 'it''s; (', "x");
CREATE TABLE a (x int);
"""
    facts = read_sql("a.sql", text)
    assert [(t.action, t.name, t.line) for t in facts.tables] == [("create", "a", 7)]
    assert [(s.verb, s.line, s.tables) for s in facts.statements] == [
        ("copy", 1, ("crm.customer",)),
        ("insert", 5, ("log",)),
    ]


def test_equal_inserts_without_semicolons_count_once() -> None:
    rows = "INSERT INTO t (id) VALUES (1)\n" * 50
    facts = read_sql("a.sql", rows + "GO\nDELETE FROM t WHERE id = 1\n", "tsql")
    assert [(s.verb, s.line) for s in facts.statements] == [("insert", 1), ("delete", 52)]


def test_query_among_rows_is_read() -> None:
    text = "INSERT INTO t (a) VALUES ((SELECT email FROM customer));"
    (fact,) = read_sql("a.sql", text).statements
    assert (fact.tables, fact.reads) == (("t", "customer"), ("customer.email",))


def test_conditional_comments_of_mysqldump() -> None:
    text = """\
/*!40101 SET NAMES utf8 */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `v` AS select `m`.`mail` AS `contact` from `member` `m` */;
"""
    (fact,) = read_sql("dump.sql", text).tables
    column = fact.columns[0]
    assert (fact.action, fact.name, fact.line) == ("view", "v", 2)
    assert (column.name, column.line, column.column) == ("contact", 4, 43)
    assert column.options == (("source", "member.mail"),)


def test_statement_beyond_the_limit() -> None:
    text = "SELECT email FROM a;\nSELECT phone FROM b;"
    facts = read_sql("a.sql", text.replace("email", ", ".join(["email"] * 40_000)))
    assert facts.skipped == (Skipped("a.sql", 1, "statement longer than 200 kB"),)
    assert [s.tables for s in facts.statements] == [("b",)]


def test_deep_nesting_is_reported() -> None:
    facts = read_sql("a.sql", "SELECT " + "(" * 5000 + "1" + ")" * 5000 + ";\nSELECT a FROM b;")
    assert [s.line for s in facts.skipped] == [1]
    assert [s.tables for s in facts.statements] == [("b",)]


def test_many_failures_are_summed_up() -> None:
    skipped = read_sql("a.sql", "SELEC x;\n" * 150).skipped
    assert skipped[99] == Skipped("a.sql", 100, "not the beginning of any statement that is known")
    assert skipped[100:] == (Skipped("a.sql", 101, "50 more statements"),)


def test_scripts_that_only_define_tables_need_no_parser() -> None:
    code = (
        "import sys\n"
        "from data_etiquette.frontends.sql.read import read_embedded, read_sql\n"
        "read_sql('a.sql', 'CREATE TABLE a (x int); INSERT INTO a VALUES (1);')\n"
        "read_embedded('a.py', 'Select a file from the list', 1)\n"
        "print('sqlglot' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


# -- dialects -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "dialect"),
    [
        ("a.sql", "CREATE TABLE a (id BIGSERIAL, seen TIMESTAMPTZ)", "postgres"),
        ("a.sql", "CREATE TABLE `a` (`id` int) ENGINE=InnoDB", "mysql"),
        ("a.sql", "CREATE TABLE [dbo].[a] ([id] int)\nGO\n", "tsql"),
        ("a.sql", "CREATE TABLE a (n VARCHAR2(20))", "oracle"),
        ("a.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)", "sqlite"),
        (
            "a.sql",
            "CREATE TABLE a (m String) ENGINE = ReplacingMergeTree() ORDER BY m",
            "clickhouse",
        ),
        ("db/postgresql/a.sql", "CREATE TABLE a (id int)", "postgres"),
        ("db/mssql/a.sql", "CREATE TABLE a (id int)", "tsql"),
        ("a.sql", "CREATE TABLE a (id int)", ""),
    ],
)
def test_dialect_by_hints(path: str, text: str, dialect: str) -> None:
    assert guess_dialect(path, text) == dialect


@pytest.mark.parametrize(
    ("name", "known"),
    [("PostgreSQL", "postgres"), ("mariadb", "mysql"), ("mssql", "tsql"), ("cobol", ""), ("", "")],
)
def test_dialect_by_name(name: str, known: str) -> None:
    assert known_dialect(name) == known


def test_dialect_by_vote() -> None:
    text = "CREATE TABLE a (id int);\nSELECT id FROM a USE INDEX (x);"
    facts = read_sql("a.sql", text)
    assert ([t.dialect for t in facts.tables], facts.skipped) == (["mysql"], ())


def test_statement_of_another_dialect_is_still_read() -> None:
    facts = read_sql("a.sql", "SELECT id FROM a USE INDEX (x);", "postgres")
    assert ([s.tables for s in facts.statements], facts.skipped) == ([("a",)], ())


# -- SQL in strings of other languages ----------------------------------------------------------


EMBEDDED = {
    "SELECT email FROM users WHERE id = %s": (
        "select",
        ("users",),
        ("users.email", "users.id"),
        (),
    ),
    "SELECT email FROM users WHERE id = %(id)s LIMIT $1": (
        "select",
        ("users",),
        ("users.email", "users.id"),
        (),
    ),
    "select name, email from users where id=:id": (
        "select",
        ("users",),
        ("users.email", "users.id", "users.name"),
        (),
    ),
    "SELECT {cols} FROM {schema}.users {where}": ("select", ("users",), (), ()),
    "SELECT email FROM t ORDER BY {column} {direction}": ("select", ("t",), ("t.email",), ()),
    "UPDATE {table} SET email = ? WHERE id = ?": ("update", (), ("id",), ("email",)),
    "DELETE FROM {prefix}_users WHERE id IN ({ids})": ("delete", ("users",), ("users.id",), ()),
    "INSERT INTO users (email, phone) VALUES (?, ?)": (
        "insert",
        ("users",),
        (),
        ("users.email", "users.phone"),
    ),
    "TRUNCATE users": ("truncate", ("users",), (), ()),
}


@pytest.mark.parametrize("text", sorted(EMBEDDED))
def test_embedded_statement(text: str) -> None:
    (fact,), found, *_ = read_embedded("app.py", text, 7)
    assert (fact.verb, fact.tables, fact.reads, fact.writes) == EMBEDDED[text]
    assert (fact.line, fact.embedded, found) == (7, True, ())


def test_embedded_table_keeps_lines() -> None:
    text = "\n    CREATE TABLE x (\n      email TEXT NOT NULL\n    )"
    _, (table,), *_ = read_embedded("app.py", text, 10)
    assert (table.name, table.line) == ("x", 11)
    assert [(c.name, c.line, c.column) for c in table.columns] == [("email", 12, 7)]


@pytest.mark.parametrize(
    "text",
    [
        "Select a country, or type, from the list",
        "Update the record and set it",
        "Delete from the list?",
        "delete from cart",
        "Insert into the basket",
        "with love, select from here",
        "Grant access on this to you",
        "Copy the file from a to b",
        "CREATE something",
        "SELECT FROM",
        "",
    ],
)
def test_prose_is_not_sql(text: str) -> None:
    assert read_embedded("app.py", text, 1)[:3] == ((), (), ())


def test_long_runs_of_comments_are_judged_quickly() -> None:
    assert not looks_like_sql("/**/" * 5000 + "x")


# -- any input ----------------------------------------------------------------------------------

_WORDS = """
CREATE TABLE a b.c ( ) , ; ' " ` [ ] -- /* */ SELECT FROM WHERE INSERT INTO VALUES $$ $x$ {{ }} {%
:p %s ? @v BEGIN END AS COPY STDIN \\. GO / DELIMITER
ALTER ADD COLUMN DROP COMMENT ON IS int
DEFAULT REFERENCES CHECK KEY WITH UNION UPDATE SET = 1 MERGE USING GRANT TO EXEC sp_rename q'[ ]'
E' \\ # CASE LIKE PRIMARY fts5 /*!5 é FOREIGN < > :: MASKED RENAME VIEW FUNCTION ON DELETE
CASCADE CONSTRAINT
"""
_PIECES = st.sampled_from([*_WORDS.split(), "\n", "\0"])


@settings(max_examples=200, deadline=None)
@given(st.lists(_PIECES, max_size=30), st.sampled_from(["", "mysql", "tsql", "oracle", "nonsense"]))
def test_any_words_give_facts(pieces: list[str], dialect: str) -> None:
    text = " ".join(pieces)
    facts = read_sql("a.sql", text, dialect)
    assert facts == read_sql("a.sql", text, dialect)
    last = max(facts.lines, 1)
    lines = [c.line for t in facts.tables for c in t.columns] + [s.line for s in facts.statements]
    assert [line for line in lines if not 1 <= line <= last] == []
    read_embedded("a.py", text, 3, dialect)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gives_facts(text: str) -> None:
    assert read_sql("a.sql", text).language == "sql"
