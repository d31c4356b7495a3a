"""Rarer forms of statements, per dialect: which tables, columns and lineage are read from them."""

# A case on one line can be read; cut in pieces it cannot.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from data_etiquette.frontends.sql.read import read_sql

TABLES: tuple[tuple[str, str, str], ...] = (
    ("clickhouse", "CREATE TABLE t ON CLUSTER '{c}' (a String) ENGINE=Log", "create t: a String"),
    ("clickhouse", "CREATE TABLE t UUID '28f1' (a String) ENGINE=Log", "create t: a String"),
    ("clickhouse", "CREATE TABLE t AS u ENGINE = Log", "create t: (like u)"),
    ("clickhouse", "CREATE TABLE t ENGINE=Log AS SELECT a FROM u COMMENT 'x'", "create t: a"),
    ("clickhouse", "ALTER TABLE t COMMENT COLUMN a 'of whom'", "comment t: a # of whom"),
    ("clickhouse", "ALTER TABLE t MODIFY COMMENT 'all of them'", ""),
    ("clickhouse", "ALTER TABLE t MODIFY TTL at + INTERVAL 1 DAY", ""),
    ("clickhouse", "ALTER TABLE t MODIFY COLUMN a LowCardinality(String)", "alter t: a LowCardinality(String)"),
    ("clickhouse", "EXCHANGE TABLES a AND b", ""),
    ("bigquery", "CREATE OR REPLACE TABLE `p.d.t` COPY `p.d.u`", "create p.d.t: (like p.d.u)"),
    ("databricks", "CREATE TABLE t SHALLOW CLONE u", "create t: (like u)"),
    ("databricks", "CREATE TABLE t TBLPROPERTIES ('a.b'=15)", "create t:"),
    ("databricks", "CREATE TABLE t (SELECT a FROM u)", "create t: a"),
    ("mysql", "CREATE TABLE t SELECT a FROM u", "create t: a"),
    ("mysql", "CREATE TABLE t (2fa_secret varchar(10))", "create t: 2fa_secret varchar(10)"),
    ("mysql", "ALTER TABLE t ADD COLUMN a INT, ALGORITHM=INPLACE, LOCK=NONE", "add t: a INT"),
    ("tsql", "ALTER TABLE t ADD a INT, comment text, lock int", "add t: a INT; add t: comment text; add t: lock int"),
    ("tsql", "CREATE TABLE [#t] (a INT)", "create #t: a INT (temporary true)"),
    ("hive", "CREATE TABLE t STORED AS parquet TBLPROPERTIES ('x'='1') AS SELECT a FROM u", "create t: a"),
    ("hive", "ALTER TABLE t ADD COLUMNS (a INT, b STRING) CASCADE", "add t: a INT; add t: b STRING"),
    ("hive", "ALTER TABLE t ADD PARTITION(a = 'a') LOCATION 'b'", ""),
    ("spark", "ALTER TABLE t CHANGE a COMMENT 'of whom'", "comment t: a # of whom"),
    ("redshift", "ALTER TABLE t ALTER SORTKEY (a, b)", ""),
    ("snowflake", "CREATE TABLE t CHANGE_TRACKING=TRUE (a INT)", "create t: a INT"),
    ("snowflake", "CREATE TABLE t TAG (k='v')", "create t:"),
    ("snowflake", "CREATE TABLE IDENTIFIER('d.t') (a INT)", "create d.t: a INT"),
    ("postgres", "CREATE TABLE p PARTITION OF t FOR VALUES FROM (2016) TO (2017)", "create p: (partition_of t)"),
    ("duckdb", "CREATE TABLE t AS PIVOT u ON y IN (2000, 2010) USING sum(n)", "create t: 2000 2010"),
)  # fmt: skip


@pytest.mark.parametrize(("dialect", "text", "expected"), TABLES)
def test_table(dialect: str, text: str, expected: str) -> None:
    facts = read_sql("x.sql", text, dialect)
    assert [item.reason for item in facts.skipped] == []
    found = []
    for table in facts.tables:
        columns = [
            " ".join(filter(None, (c.name, c.annotation, c.doc and f"# {c.doc}")))
            for c in table.columns
        ]
        options = [f"({key} {value})" for key, value in table.options]
        found.append(f"{table.action} {table.name}: {' '.join((*columns, *options))}".strip())
    assert "; ".join(found) == expected


ACCESSES: tuple[tuple[str, str, list[str]], ...] = (
    (
        "hive",
        "FROM src s INSERT OVERWRITE TABLE a SELECT s.email WHERE s.os = 'x' INSERT INTO b (m) SELECT s.name",
        ["insert a src reads src.email src.os", "insert b src reads src.name writes b.m"],
    ),
    (
        "oracle",
        "INSERT ALL WHEN kind = 1 THEN INTO a (m) VALUES (email) ELSE INTO b VALUES (name)"
        " SELECT kind, email, name FROM src",
        [
            "insert a src reads src.email src.kind src.name writes a.m",
            "insert b src reads src.email src.kind src.name",
        ],
    ),
    ("duckdb", "PIVOT t ON y USING sum(n) GROUP BY c", ["select t reads t.c t.n t.y"]),
    (
        "trino",
        "WITH FUNCTION f(a bigint) RETURNS bigint BEGIN DECLARE x bigint DEFAULT 1; SET x = x + a; RETURN x; END SELECT f(age) FROM people",
        ["select people reads people.age"],
    ),
    ("duckdb", "UNPIVOT t ON jan, feb INTO NAME m VALUE v", ["select t reads t.feb t.jan"]),
    ("snowflake", "SELECT s.$1 AS email FROM @stage/a/b.json (FILE_FORMAT => 'f') s", ["select"]),
    ("snowflake", "SELECT $1 AS email FROM @db.stage/a", ["select"]),
    ("snowflake", "SELECT parse_json(raw):a.email::string AS e FROM t", ["select t reads t.raw"]),
    ("postgres", "SELECT email FROM t WHERE doc @? '$.a ? (@ > 2)'", ["select t reads t.doc t.email"]),
    ("bigquery", "SELECT email FROM ML.FORECAST(MODEL `m`, STRUCT(1 AS h))", ["select"]),
    ("postgres", "SELECT cast(a as {{ type }}) AS b FROM t", ["select t reads t.a"]),
    ("postgres", "SELECT a::{{ type }} FROM t {{ where }} LIMIT {{ n }}", ["select t reads t.a"]),
    ("postgres", "SELECT a FROM t WHERE b {{ operator }} 5", ["select t reads t.a t.b"]),
    ("postgres", "SELECT a AS {{ alias }}, {{ mask }}(b) AS c FROM t", ["select t reads t.a t.b"]),
    ("postgres", "SELECT a FROM t WHERE b = '{{ var('c', 'd') }}'", ["select t reads t.a t.b"]),
    (
        "postgres",
        "SELECT a FROM t{% if is_incremental() %} WHERE b > 1{% endif %}"
        "{% if other %} WHERE c > 1{% endif %}",
        ["select t reads t.a t.c"],
    ),
    ("postgres", "SELECT {{ dbt.datediff('t.a', \"b_c\", 'day') }} AS d FROM t", ["select t reads t.a t.b_c"]),
    ("postgres", "SELECT {{ u.generate_surrogate_key(['a','b::DATE']) }} AS k FROM t", ["select t reads t.a t.b"]),
    ("postgres", "SELECT a {{ u.more_columns('extra_columns') }} FROM t", ["select t reads t.a"]),
    ("postgres", "SELECT {{ u.agg('distinct t.a', \"', '\") }} AS s FROM t", ["select t reads t.a"]),
    ("postgres", "SELECT '{{ u.name('a_b') }}' AS s, a FROM {{ var('people') }}", ["select people reads people.a"]),
    ("postgres", "SELECT a FROM {{ u.relation('a_b') }} WHERE b = {{ u.money('usd') }}", ["select reads a b"]),
    (
        "postgres",
        "CREATE FUNCTION f() RETURNS int AS '\nBEGIN\n SELECT INTO x, y a, b FROM t WHERE c = ''d'';\n"
        " SELECT a INTO STRICT z FROM u FOR UPDATE;\n DELETE FROM v WHERE a = x;\nEND;' LANGUAGE plpgsql",
        ["select t reads t.a t.b t.c", "select u reads u.a", "delete v reads v.a v.x"],
    ),
)  # fmt: skip


@pytest.mark.parametrize(("dialect", "text", "expected"), ACCESSES)
def test_access(dialect: str, text: str, expected: list[str]) -> None:
    facts = read_sql("x.sql", text, dialect)
    assert [item.reason for item in facts.skipped] == []
    found = []
    for item in facts.statements:
        reads = " ".join(("reads", *item.reads)) if item.reads else ""
        writes = " ".join(("writes", *item.writes)) if item.writes else ""
        found.append(" ".join(filter(None, (item.verb, *item.tables, reads, writes))))
    assert found == expected


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("MODEL (\n  name db.people,\n  kind FULL\n);\nSELECT @mask(email) AS email FROM src", ["db.people"]),
        (
            "{% snapshot first %}\nselect * from {{ source('a', 'b') }}\n{% endsnapshot %}\n"
            "{%- snapshot second -%}\nselect * from {{ ref('c') }}\n{%- endsnapshot -%}\n",
            ["first", "second"],
        ),
    ],
)  # fmt: skip
def test_a_model_is_named_in_the_file(text: str, targets: list[str]) -> None:
    facts = read_sql("models/x.sql", text, "duckdb")
    assert facts.skipped == ()
    assert [item.lineage.target for item in facts.statements if item.lineage] == targets
    assert [(item.action, item.name) for item in facts.tables] == [("view", t) for t in targets]
