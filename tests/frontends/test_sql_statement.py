"""What statements on rows read, write and delete."""

from __future__ import annotations

import pytest

from data_etiquette.frontends.sql.read import read_sql
from data_etiquette.model.facts import StatementFact


def statements(text: str, dialect: str = "") -> tuple[StatementFact, ...]:
    return read_sql("query.sql", text, dialect).statements


def touched(text: str, dialect: str = "") -> tuple[str, tuple[str, ...], tuple[str, ...], tuple]:
    (fact,) = statements(text, dialect)
    return fact.verb, fact.tables, fact.reads, fact.writes


CASES = {
    "select with aliases": (
        "SELECT c.email AS mail, o.total FROM crm.customer c JOIN orders AS o ON o.cid = c.id",
        (
            "select",
            ("crm.customer", "orders"),
            ("crm.customer.email", "crm.customer.id", "orders.cid", "orders.total"),
            (),
        ),
    ),
    "star": ("SELECT * FROM customer", ("select", ("customer",), ("*",), ())),
    "counting rows reads no column": (
        "SELECT count(*) FROM customer",
        ("select", ("customer",), (), ()),
    ),
    "columns that no table owns for sure": (
        "SELECT email FROM customer, orders",
        ("select", ("customer", "orders"), ("email",), ()),
    ),
    "alias in ORDER BY is no column": (
        "SELECT lower(email) AS mail FROM customer ORDER BY mail",
        ("select", ("customer",), ("customer.email",), ()),
    ),
    "CTE that has the name of its source": (
        "WITH customer AS (SELECT email FROM customer) SELECT email FROM customer",
        ("select", ("customer",), ("customer.email",), ()),
    ),
    "star through a CTE": (
        "WITH c AS (SELECT * FROM crm.customer) SELECT email FROM c",
        ("select", ("crm.customer",), ("*", "crm.customer.email"), ()),
    ),
    "renamed in a subquery": (
        "SELECT s.mail FROM (SELECT email AS mail FROM customer) s",
        ("select", ("customer",), ("customer.email",), ()),
    ),
    "correlated subquery": (
        "SELECT email FROM customer c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.cid = c.id)",
        (
            "select",
            ("customer", "orders"),
            ("customer.email", "customer.id", "orders.cid"),
            (),
        ),
    ),
    "insert of rows": (
        "INSERT INTO crm.customer (email, phone) VALUES ('a', 'b'), ('c', 'd')",
        ("insert", ("crm.customer",), (), ("crm.customer.email", "crm.customer.phone")),
    ),
    "insert from a query": (
        "INSERT INTO archive (mail) SELECT email FROM customer",
        ("insert", ("archive", "customer"), ("customer.email",), ("archive.mail",)),
    ),
    "upsert": (
        "INSERT INTO t (a) SELECT b FROM s ON CONFLICT (a) DO UPDATE SET c = excluded.c",
        ("insert", ("t", "s"), ("s.b", "t.a"), ("t.a", "t.c")),
    ),
    "insert with SET": (
        "INSERT INTO log SET email='x', ip='y'",
        ("insert", ("log",), (), ("log.email", "log.ip")),
    ),
    "replace": (
        "REPLACE INTO t (a) SELECT b FROM c",
        ("insert", ("t", "c"), ("c.b",), ("t.a",)),
    ),
    "update": (
        "UPDATE customer SET email = NULL, phone = fax WHERE id = 1",
        (
            "update",
            ("customer",),
            ("customer.fax", "customer.id"),
            ("customer.email", "customer.phone"),
        ),
    ),
    "delete": (
        "DELETE FROM customer WHERE last_seen < now()",
        ("delete", ("customer",), ("customer.last_seen",), ()),
    ),
    "merge": (
        "MERGE INTO t USING s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.a = s.a "
        "WHEN NOT MATCHED THEN INSERT (id, a) VALUES (s.id, s.a)",
        ("merge", ("t", "s"), ("s.a", "s.id", "t.id"), ("t.a", "t.id")),
    ),
    "truncate": ("TRUNCATE TABLE a, crm.b CASCADE", ("truncate", ("a", "crm.b"), (), ())),
    "copy out": (
        "COPY customer (email) TO '/tmp/x.csv'",
        ("copy", ("customer",), ("customer.email",), ()),
    ),
    "copy of a query": (
        "COPY (SELECT email FROM customer) TO '/tmp/x.csv'",
        ("copy", ("customer",), ("customer.email",), ()),
    ),
    "grant on columns": (
        "GRANT SELECT (email), UPDATE (phone) ON TABLE crm.customer TO support",
        ("grant", ("crm.customer",), ("crm.customer.email",), ("crm.customer.phone",)),
    ),
    "grant on a schema's tables": (
        "GRANT ALL ON ALL TABLES IN SCHEMA crm TO admin",
        ("grant", ("crm.*",), (), ()),
    ),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_statement(name: str) -> None:
    text, expected = CASES[name]
    assert touched(text) == expected


DIALECT_CASES = {
    "tsql update through an alias": (
        "tsql",
        "UPDATE p SET p.Email = NULL FROM dbo.Patient p JOIN dbo.Visit v ON v.pid = p.id",
        (
            "update",
            ("dbo.Patient", "dbo.Visit"),
            ("dbo.Patient.id", "dbo.Visit.pid"),
            ("dbo.Patient.Email",),
        ),
    ),
    "tsql top and brackets": (
        "tsql",
        "SELECT TOP 10 [E Mail] FROM [$(db)].dbo.[Users]",
        ("select", ("dbo.Users",), ("dbo.Users.E Mail",), ()),
    ),
    "mysql delete through an alias": (
        "mysql",
        "DELETE u FROM member u JOIN gone g ON g.id = u.id",
        ("delete", ("member", "gone"), ("gone.id", "member.id"), ()),
    ),
    "mysql export": (
        "mysql",
        "SELECT mail INTO OUTFILE '/tmp/x' FIELDS TERMINATED BY ',' FROM member",
        ("copy", ("member",), ("member.mail",), ()),
    ),
    "oracle dual": ("oracle", "SELECT q'[it's]' FROM dual", ("select", (), (), ())),
    "snowflake unload": (
        "snowflake",
        "COPY INTO 's3://bucket/x' FROM customer",
        ("copy", ("customer",), ("*",), ()),
    ),
}


@pytest.mark.parametrize("name", sorted(DIALECT_CASES))
def test_statement_of_one_dialect(name: str) -> None:
    dialect, text, expected = DIALECT_CASES[name]
    assert touched(text, dialect) == expected


@pytest.mark.parametrize(
    "text",
    [
        "GRANT support TO jane",
        "GRANT EXECUTE ON FUNCTION f TO jane",
        "GRANT USAGE ON SCHEMA crm TO jane",
        "SET search_path = crm",
        "CREATE INDEX by_mail ON customer (email)",
    ],
)
def test_statement_without_rows(text: str) -> None:
    facts = read_sql("a.sql", text)
    assert (facts.statements, facts.tables, facts.skipped) == ((), (), ())


FUNCTION = """\
CREATE OR REPLACE FUNCTION forget(p int) RETURNS void AS $body$
DECLARE n int;
BEGIN
  IF p > 0 THEN
    DELETE FROM crm.customer WHERE id = 1;
  END IF;
  FOR n IN SELECT oid FROM orders LOOP
    UPDATE orders SET note = NULL WHERE oid = 2;
  END LOOP;
END;
$body$ LANGUAGE plpgsql;
SELEC x FROM y;
"""

TRIGGER = """\
DELIMITER $$
CREATE TRIGGER tr BEFORE DELETE ON member FOR EACH ROW BEGIN
  INSERT INTO audit (email) VALUES (OLD.mail);
  DELETE FROM session WHERE user_id = OLD.id;
END$$
DELIMITER ;
TRUNCATE cart;
"""

PROCEDURE = """\
CREATE PROCEDURE dbo.Erase @id int AS
BEGIN
	SET NOCOUNT ON
	DECLARE @x int
	SELECT @x = COUNT(*) FROM dbo.Patient
	DELETE FROM dbo.Visit WHERE pid = @id
END
GO
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            FUNCTION,
            [("delete", 5, "crm.customer"), ("select", 7, "orders"), ("update", 8, "orders")],
        ),
        (TRIGGER, [("insert", 3, "audit"), ("delete", 4, "session"), ("truncate", 7, "cart")]),
        (PROCEDURE, [("select", 5, "dbo.Patient"), ("delete", 6, "dbo.Visit")]),
    ],
    ids=["function", "trigger", "procedure"],
)
def test_statements_inside_code(text: str, found: list[tuple[str, int, str]]) -> None:
    assert [(s.verb, s.line, s.tables[0]) for s in statements(text)] == found


def test_typing_error_behind_a_function_is_reported() -> None:
    assert [(s.line, s.reason) for s in read_sql("a.sql", FUNCTION).skipped] == [
        (12, "not the beginning of any statement that is known")
    ]


def test_code_of_another_language_is_left_alone() -> None:
    text = "CREATE FUNCTION f() RETURNS int AS $$\nDELETE FROM x;\n$$ LANGUAGE plpython3u;"
    facts = read_sql("a.sql", text)
    assert (facts.statements, facts.skipped) == ((), ())


def test_reads_and_writes_of_the_file_are_bare_names() -> None:
    facts = read_sql("a.sql", "SELECT c.email, * FROM crm.customer c; UPDATE t SET phone = 1;")
    assert (facts.reads, facts.writes) == (("email",), ("phone",))


def test_change_that_cannot_be_parsed_keeps_its_table() -> None:
    facts = read_sql("a.sql", "DELETE FROM customer WHERE WHERE;\nSELECT email FROM a;")
    assert [(s.verb, s.line, s.tables) for s in facts.statements] == [
        ("delete", 1, ("customer",)),
        ("select", 2, ("a",)),
    ]
    assert [s.line for s in facts.skipped] == [1]


def test_from_before_select() -> None:
    text = (
        "FROM people SELECT email, upper(name) AS n WHERE active;\n"
        "CREATE VIEW v AS FROM people SELECT email;\n"
        "INSERT INTO mails FROM people SELECT email;\n"
    )
    facts = read_sql("q.sql", text, "duckdb")
    assert [(fact.verb, fact.tables) for fact in facts.statements] == [
        ("select", ("people",)),
        ("select", ("people",)),
        ("insert", ("mails", "people")),
    ]
    assert [(t.action, t.name, [c.name for c in t.columns]) for t in facts.tables] == [
        ("view", "v", ["email"])
    ]
    assert facts.skipped == ()
