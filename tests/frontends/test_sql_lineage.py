"""Exact edges of every construct, each in at least two dialects."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_etiquette.frontends.sql.access import FILL
from data_etiquette.frontends.sql.lineage.resolve import resolve
from data_etiquette.frontends.sql.read import read_sql

SCHEMA = {
    "patients": ("id", "name", "diagnosis", "email"),
    "visits": ("visit_id", "pid", "cost", "at"),
    "arch": ("a", "b"),
    "events": ("id", "doc", "tags"),
    "monthly": ("id", "jan", "feb"),
    "sales": ("id", "amt", "m"),
}


def edges(text: str, dialect: str) -> dict[str, set[str]]:
    """Columns of the last statement with lineage, and `table.column effect` of each."""
    facts = read_sql("query.sql", text, dialect)
    assert facts.skipped == ()
    fact = [item.lineage for item in facts.statements if item.lineage is not None][-1]
    shape = resolve(fact, lambda table: SCHEMA.get(table.lower()))
    found: dict[str, set[str]] = {}
    for column in shape.columns:
        found.setdefault(column.name, set()).update(
            f"{table}.{name} {effect}" if table else f"{name} {effect}"
            for (table, name), effect in column.origins.items()
        )
    return found


POSTGRES, MYSQL, TSQL, ORACLE = "postgres", "mysql", "tsql", "oracle"
SNOWFLAKE, BIGQUERY, SPARK, DUCKDB = "snowflake", "bigquery", "spark", "duckdb"

CASES: dict[str, tuple[tuple[str, ...], str, dict[str, set[str]]]] = {
    "view with a column list": (
        (POSTGRES, MYSQL, ORACLE),
        "CREATE VIEW v (who, n) AS SELECT name, count(*) FROM patients GROUP BY name",
        {"who": {"patients.name direct"}, "n": set()},
    ),
    "materialised view": (
        (POSTGRES, ORACLE, SNOWFLAKE),
        "CREATE MATERIALIZED VIEW v AS SELECT p.email AS mail FROM patients p",
        {"mail": {"patients.email direct"}},
    ),
    "CTE that shadows its source": (
        (POSTGRES, MYSQL, TSQL, BIGQUERY),
        "WITH patients AS (SELECT id, diagnosis AS d FROM patients) SELECT p.d FROM patients p",
        {"d": {"patients.diagnosis direct"}},
    ),
    "CTE with new names": (
        (POSTGRES, MYSQL, TSQL),
        "WITH c (x, y) AS (SELECT id, email FROM patients) SELECT y FROM c",
        {"y": {"patients.email direct"}},
    ),
    "recursive CTE": (
        (POSTGRES, MYSQL, SNOWFLAKE),
        "WITH RECURSIVE t (n, boss) AS (SELECT id, boss_id FROM emp UNION ALL "
        "SELECT e.id, t.boss FROM emp e JOIN t ON e.boss_id = t.n) SELECT * FROM t",
        {"n": {"emp.id direct"}, "boss": {"emp.boss_id direct"}},
    ),
    "star over a join with known columns": (
        (POSTGRES, MYSQL, TSQL),
        "SELECT v.*, p.name FROM patients p JOIN visits v ON v.pid = p.id",
        {
            "visit_id": {"visits.visit_id direct"},
            "pid": {"visits.pid direct"},
            "cost": {"visits.cost direct"},
            "at": {"visits.at direct"},
            "name": {"patients.name direct"},
        },
    ),
    "columns without a table": (
        (POSTGRES, TSQL),
        "SELECT email, cost FROM patients, visits WHERE pid = id",
        {"email": {"patients.email direct"}, "cost": {"visits.cost direct"}},
    ),
    "USING": (
        (POSTGRES, MYSQL),
        "SELECT id, b.x FROM a LEFT JOIN b USING (id)",
        {"id": {"a.id direct"}, "x": {"b.x direct"}},
    ),
    "NATURAL": (
        (POSTGRES, ORACLE),
        "SELECT * FROM patients NATURAL JOIN events",
        {
            "id": {"patients.id direct"},
            "name": {"patients.name direct"},
            "diagnosis": {"patients.diagnosis direct"},
            "email": {"patients.email direct"},
            "doc": {"events.doc direct"},
            "tags": {"events.tags direct"},
        },
    ),
    "union by position": (
        (POSTGRES, MYSQL, BIGQUERY),
        "SELECT name AS who FROM patients UNION ALL SELECT pid FROM visits",
        {"who": {"patients.name direct", "visits.pid direct"}},
    ),
    "except keeps the left side": (
        (POSTGRES, TSQL),
        "SELECT name FROM patients EXCEPT SELECT pid FROM visits",
        {"name": {"patients.name direct"}},
    ),
    "CTAS": (
        (POSTGRES, SNOWFLAKE, BIGQUERY),
        "CREATE TABLE t AS SELECT lower(email) AS mail FROM patients",
        {"mail": {"patients.email direct"}},
    ),
    "SELECT INTO": (
        (TSQL,),
        "SELECT email AS mail INTO #tmp FROM patients",
        {"mail": {"patients.email direct"}},
    ),
    "INSERT SELECT by position": (
        (POSTGRES, MYSQL, TSQL),
        "INSERT INTO arch SELECT id, diagnosis FROM patients",
        {"a": {"patients.id direct"}, "b": {"patients.diagnosis direct"}},
    ),
    "INSERT SELECT by list": (
        (POSTGRES, MYSQL, TSQL),
        "INSERT INTO arch (b, a) SELECT id, diagnosis FROM patients",
        {"b": {"patients.id direct"}, "a": {"patients.diagnosis direct"}},
    ),
    "MERGE": (
        (SNOWFLAKE, TSQL, ORACLE),
        "MERGE INTO t USING (SELECT id, upper(name) nm FROM patients) s ON (t.id = s.id) "
        "WHEN MATCHED THEN UPDATE SET t.who = s.nm "
        "WHEN NOT MATCHED THEN INSERT (id, who) VALUES (s.id, s.nm);",
        {"id": {"patients.id direct"}, "who": {"patients.name direct"}},
    ),
    "UPDATE FROM": (
        (POSTGRES, SNOWFLAKE),
        "UPDATE t SET who = p.name, k = md5(p.email) FROM patients p WHERE p.id = t.id",
        {"who": {"patients.name direct"}, "k": {"patients.email hashed"}},
    ),
    "UPDATE of a joined alias": (
        (TSQL,),
        "UPDATE t SET who = p.name FROM target t JOIN patients p ON p.id = t.id",
        {"who": {"patients.name direct"}},
    ),
    "UPDATE JOIN": (
        (MYSQL,),
        "UPDATE t JOIN patients p ON p.id = t.id SET t.who = p.name",
        {"who": {"patients.name direct"}},
    ),
    "lateral subquery": (
        (POSTGRES, DUCKDB),
        "SELECT l.c FROM patients p "
        "JOIN LATERAL (SELECT v.cost AS c FROM visits v WHERE v.pid = p.id) l ON true",
        {"c": {"visits.cost direct"}},
    ),
    "unnest": (
        (POSTGRES, DUCKDB),
        "SELECT u.tag FROM events e CROSS JOIN LATERAL unnest(e.tags) AS u(tag)",
        {"tag": {"events.tags direct"}},
    ),
    "unnest of BigQuery": (
        (BIGQUERY,),
        "SELECT t.label, t FROM events e, UNNEST(e.tags) AS t",
        {"label": {"events.tags direct"}, "t": {"events.tags direct"}},
    ),
    "flatten": (
        (SNOWFLAKE,),
        "SELECT f.value:name::string AS n FROM events e, LATERAL FLATTEN(input => e.doc) f",
        {"n": {"events.doc direct"}},
    ),
    "lateral view": (
        (SPARK,),
        "SELECT tag FROM events LATERAL VIEW explode(tags) x AS tag",
        {"tag": {"events.tags direct"}},
    ),
    "JSON path": (
        (POSTGRES, MYSQL, DUCKDB),
        "SELECT doc ->> '$.email' AS mail FROM events",
        {"mail": {"events.doc direct"}},
    ),
    "window function": (
        (POSTGRES, SNOWFLAKE, BIGQUERY),
        "SELECT first_value(email) OVER (PARTITION BY name ORDER BY id) AS e FROM patients",
        {"e": {"patients.email direct", "patients.name condition", "patients.id condition"}},
    ),
    "what only orders": (
        (ORACLE, SNOWFLAKE),
        "SELECT listagg(name, ',') WITHIN GROUP (ORDER BY id) AS l FROM patients",
        {"l": {"patients.name derived", "patients.id condition"}},
    ),
    "APPLY": (
        (TSQL,),
        "SELECT x.total, j.email FROM patients p CROSS APPLY "
        "(SELECT sum(v.cost) AS total FROM visits v WHERE v.pid = p.id) x "
        "OUTER APPLY openjson(p.doc) WITH (email nvarchar(50) '$.email') j",
        {"total": {"visits.cost aggregated"}, "email": {"patients.doc direct"}},
    ),
    "QUALIFY": (
        (SNOWFLAKE, BIGQUERY),
        "SELECT id, cost FROM patients, visits "
        "QUALIFY row_number() OVER (PARTITION BY id ORDER BY at) = 1",
        {"id": {"patients.id direct"}, "cost": {"visits.cost direct"}},
    ),
    "MERGE of stars": (
        (SPARK, "databricks"),
        "MERGE INTO t USING visits s ON t.pid = s.pid WHEN NOT MATCHED THEN INSERT *",
        {
            "visit_id": {"visits.visit_id direct"},
            "pid": {"visits.pid direct"},
            "cost": {"visits.cost direct"},
            "at": {"visits.at direct"},
        },
    ),
    "UPDATE of several columns": (
        (POSTGRES, ORACLE),
        "UPDATE t SET (a, b) = (SELECT p.name, p.email FROM patients p WHERE p.id = t.id)",
        {"a": {"patients.name direct"}, "b": {"patients.email direct"}},
    ),
    "INSERT into a table that a placeholder names": (
        (TSQL, POSTGRES),
        "INSERT INTO @schema.@table (who) SELECT p.name FROM @schema.patients p",
        {"who": {"patients.name direct"}},
    ),
    "named window": (
        (POSTGRES, MYSQL),
        "SELECT lag(email) OVER w AS e FROM patients WINDOW w AS (PARTITION BY name)",
        {"e": {"patients.email direct", "patients.name condition"}},
    ),
    "aggregation": (
        (POSTGRES, MYSQL, TSQL),
        "SELECT avg(cost) AS a, count(DISTINCT pid) AS n, max(at) AS m FROM visits",
        {
            "a": {"visits.cost aggregated"},
            "n": {"visits.pid aggregated"},
            "m": {"visits.at derived"},
        },
    ),
    "hashing, encryption, masking": (
        (POSTGRES, SNOWFLAKE),
        "SELECT sha256(email) AS h, pgp_sym_encrypt(name, 'k') AS e, mask_name(name) AS m, "
        "right(email, 3) AS r, name || '!' AS d FROM patients",
        {
            "h": {"patients.email hashed"},
            "e": {"patients.name encrypted"},
            "m": {"patients.name masked"},
            "r": {"patients.email masked"},
            "d": {"patients.name derived"},
        },
    ),
    "CASE on a condition": (
        (POSTGRES, MYSQL, TSQL, BIGQUERY),
        "SELECT CASE WHEN diagnosis = 'E11' THEN 'x' ELSE name END AS k FROM patients",
        {"k": {"patients.diagnosis condition", "patients.name direct"}},
    ),
    "constant chosen by a condition": (
        (POSTGRES, MYSQL, TSQL),
        "SELECT 'diabetic' AS g, id FROM patients WHERE diagnosis = 'E11' AND id > email",
        {"g": {"patients.diagnosis chosen"}, "id": {"patients.id direct"}},
    ),
    "constant chosen inside a CTE": (
        (POSTGRES, SNOWFLAKE),
        "WITH sick AS (SELECT id FROM patients WHERE diagnosis IN ('E11', 'E10')) "
        "SELECT 1 AS flag FROM sick UNION ALL SELECT 2 FROM visits",
        {"flag": {"patients.diagnosis chosen"}},
    ),
    "PIVOT": (
        (SNOWFLAKE, TSQL),
        "SELECT * FROM sales PIVOT (sum(amt) FOR m IN ('JAN', 'FEB')) AS p",
        {
            "id": {"sales.id direct"},
            "'JAN'": {"sales.amt aggregated", "sales.m condition"},
            "'FEB'": {"sales.amt aggregated", "sales.m condition"},
        },
    ),
    "UNPIVOT": (
        (SNOWFLAKE, BIGQUERY),
        "SELECT * FROM monthly UNPIVOT (amount FOR month IN (jan, feb))",
        {
            "id": {"monthly.id direct"},
            "month": set(),
            "amount": {"monthly.jan direct", "monthly.feb direct"},
        },
    ),
    "star without some columns": (
        (BIGQUERY, DUCKDB),
        "SELECT * EXCEPT (email, id) FROM patients",
        {"name": {"patients.name direct"}, "diagnosis": {"patients.diagnosis direct"}},
    ),
    "scalar subquery": (
        (POSTGRES, MYSQL, TSQL),
        "SELECT (SELECT max(v.at) FROM visits v WHERE v.pid = p.id) AS last FROM patients p",
        {"last": {"visits.at derived"}},
    ),
    "EXISTS": (
        (POSTGRES, SNOWFLAKE),
        "SELECT EXISTS (SELECT v.cost FROM visits v WHERE v.pid = p.id) AS e FROM patients p",
        {"e": {"visits.cost condition"}},
    ),
    "alias used by a later column": (
        (SNOWFLAKE, DUCKDB),
        "SELECT upper(p.name) AS n, n || '!' AS loud FROM patients p",
        {"n": {"patients.name direct"}, "loud": {"patients.name derived"}},
    ),
    "whole row": (
        (POSTGRES,),
        "SELECT to_jsonb(e) AS j FROM events e",
        {"j": {"events.id direct", "events.doc direct", "events.tags direct"}},
    ),
    "struct field": (
        (BIGQUERY, SPARK),
        "SELECT doc.address.city AS c FROM events",
        {"c": {"events.doc direct"}},
    ),
    "struct field behind an alias": (
        (BIGQUERY, POSTGRES),
        "SELECT e.doc.city AS c FROM events e",
        {"c": {"events.doc direct"}},
    ),
    "joined tables in parentheses": (
        (POSTGRES, MYSQL),
        "SELECT q.cost FROM (SELECT v.cost FROM (patients p JOIN visits v ON v.pid = p.id)) q",
        {"cost": {"visits.cost direct"}},
    ),
    "INSERT into several tables": (
        (SPARK, "hive"),
        "FROM patients p INSERT OVERWRITE TABLE arch SELECT p.id INSERT INTO arch (b, a)"
        " SELECT upper(p.email), p.id",
        {"b": {"patients.email direct"}, "a": {"patients.id direct"}},
    ),
    "INSERT ALL": (
        (ORACLE, SNOWFLAKE),
        "INSERT ALL INTO arch (a) VALUES (n) INTO arch (b) VALUES (mail)"
        " SELECT id AS n, email AS mail FROM patients",
        {"b": {"patients.email direct"}},
    ),
    "CREATE TABLE without AS": (
        (MYSQL,),
        "CREATE TABLE t SELECT email AS mail FROM patients",
        {"mail": {"patients.email direct"}},
    ),
    "PIVOT as a statement": (
        (DUCKDB,),
        "PIVOT sales ON m IN ('JAN') USING sum(amt) GROUP BY id",
        {"id": {"sales.id direct"}, "JAN": {"sales.amt aggregated", "sales.m condition"}},
    ),
    "UNPIVOT as a statement": (
        (DUCKDB,),
        "UNPIVOT monthly ON jan, feb INTO NAME month VALUE amount",
        {
            "id": {"monthly.id direct"},
            "month": set(),
            "amount": {"monthly.jan direct", "monthly.feb direct"},
        },
    ),
    "surrogate key of dbt": (
        (POSTGRES, SNOWFLAKE, BIGQUERY, DUCKDB),
        "SELECT {{ dbt_utils.generate_surrogate_key(['email', 'id']) }} AS k FROM patients",
        {"k": {"patients.email hashed", "patients.id hashed"}},
    ),
    "macro that is given columns": (
        (POSTGRES, SNOWFLAKE, BIGQUERY),
        "SELECT {{ dbt.datediff('v.at', 'p.birth_date', 'day') }} AS d"
        " FROM patients p JOIN visits v ON v.pid = p.id",
        {"d": {"visits.at derived", "patients.birth_date derived"}},
    ),
    "constant without rows": (
        (POSTGRES, MYSQL),
        "INSERT INTO arch (a) SELECT 'x' WHERE NOT EXISTS"
        " (SELECT 1 FROM patients WHERE diagnosis = 'E11')",
        {"a": set()},
    ),
}


@pytest.mark.parametrize(
    ("name", "dialect"), [(name, d) for name in sorted(CASES) for d in CASES[name][0]]
)
def test_edges(name: str, dialect: str) -> None:
    _, text, expected = CASES[name]
    if name == "star without some columns" and dialect == DUCKDB:
        text = text.replace("EXCEPT", "EXCLUDE")
    if name == "PIVOT" and dialect == TSQL:
        text = text.replace("'JAN', 'FEB'", "[JAN], [FEB]")
        expected = {key.strip("'"): value for key, value in expected.items()}
    assert edges(text, dialect) == expected


@pytest.mark.parametrize("dialect", ["postgres", "tsql"])
def test_placeholders_quotes_and_case_mean_the_same_table(dialect: str) -> None:
    quoted = '"Email"' if dialect == "postgres" else "[Email]"
    text = f"SELECT P.{quoted} AS mail FROM @schema.PATIENTS P"  # noqa: S608
    assert edges(text, dialect) == {"mail": {"PATIENTS.email direct"}}


def test_places_are_those_of_the_names() -> None:
    text = "CREATE VIEW v AS\nWITH c AS (\n  SELECT * FROM patients\n)\nSELECT c.id,\n  *\nFROM c"
    fact = read_sql("query.sql", text, "postgres").statements[0].lineage
    assert fact is not None
    found = resolve(fact, SCHEMA.get)
    assert [(item.name, item.line, item.column) for item in found.columns] == [
        ("id", 5, 10),
        ("id", 6, 3),
        ("name", 6, 3),
        ("diagnosis", 6, 3),
        ("email", 6, 3),
    ]


def test_what_has_no_name() -> None:
    (fact,) = read_sql("query.sql", "SELECT count(*), 1, max(id) FROM patients").statements
    assert fact.lineage is not None
    assert [item.name for item in resolve(fact.lineage).columns] == ["", "", ""]


def test_delete_using_reads_and_makes_nothing() -> None:
    for text in (
        "DELETE FROM patients USING visits v WHERE v.pid = patients.id",
        "DELETE p FROM patients p JOIN visits v ON v.pid = p.id",
    ):
        dialect = "postgres" if "USING" in text else "mysql"
        (fact,) = read_sql("query.sql", text, dialect).statements
        assert (fact.verb, fact.tables, fact.lineage) == ("delete", ("patients", "visits"), None)
        assert fact.reads == ("patients.id", "visits.pid")


def test_a_query_in_a_procedure_makes_no_table() -> None:
    text = (
        "CREATE FUNCTION f() RETURNS void AS $$ DECLARE v text; BEGIN "
        "SELECT email INTO v FROM patients; INSERT INTO arch (a) SELECT email FROM patients; "
        "END $$ LANGUAGE plpgsql;"
    )
    found = read_sql("query.sql", text, "postgres").statements
    assert [fact.lineage.target for fact in found if fact.lineage is not None] == ["arch"]


_NAMES = st.sampled_from(["a", "b", "t", "patients", "*", "x.y", "", "sum(a)", "'q'", FILL])
_SHAPES = st.sampled_from(
    [
        "SELECT {0} FROM {1}",
        "SELECT {0}, ({2}) FROM {1} JOIN {1} USING ({0})",
        "WITH RECURSIVE c AS ({2}) SELECT {0} FROM c",
        "{2} UNION {2}",
        "INSERT INTO {1} ({0}) {2}",
        "UPDATE {1} SET {0} = ({2})",
        "MERGE INTO {1} USING ({2}) s ON s.a = b WHEN MATCHED THEN UPDATE SET {0} = s.a",
        "SELECT {0} FROM {1} PIVOT (sum({0}) FOR b IN ({0}))",
        "SELECT * FROM {1}, LATERAL ({2}) l, unnest({0}) u",
        "CREATE VIEW {1} AS {2}",
        "DELETE FROM {1} USING {1} WHERE EXISTS ({2})",
    ]
)


@st.composite
def statements(draw: st.DrawFn, depth: int = 3) -> str:
    inner = draw(statements(depth=depth - 1)) if depth else "SELECT a FROM t"
    return draw(_SHAPES).format(draw(_NAMES), draw(_NAMES), inner)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(statements(), st.sampled_from(["postgres", "tsql", "snowflake", "bigquery"]))
def test_the_reader_never_raises(text: str, dialect: str) -> None:
    for fact in read_sql("query.sql", text, dialect).statements:
        if fact.lineage is not None:
            resolve(fact.lineage, SCHEMA.get)
