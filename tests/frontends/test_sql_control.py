"""Statements that protect, expose, expire or pass on data, one for each form and dialect."""

# One statement a line, as it would be written.
# ruff: noqa: E501, S108

from __future__ import annotations

import pytest

from data_etiquette.flow.link import link
from data_etiquette.frontends.sql.read import read_sql
from data_etiquette.model.catalog import Catalog

CASES = [
    (
        "postgres",
        "ALTER TABLE public.patients ENABLE ROW LEVEL SECURITY;",
        [("row-security", ("public.patients",), (), {"state": "ENABLE"})],
    ),
    (
        "postgres",
        "CREATE POLICY p ON patients FOR SELECT TO doctor USING (clinic = current_user);",
        [("row-security", ("patients",), (), {"policy": "p", "state": "policy"})],
    ),
    (
        "postgres",
        "GRANT SELECT, INSERT ON customers TO PUBLIC;",
        [("grant", ("customers",), (), {"privileges": "SELECT, INSERT", "to": "PUBLIC"})],
    ),
    (
        "postgres",
        "GRANT ALL PRIVILEGES ON TABLE customers, orders TO app WITH GRANT OPTION;",
        [
            (
                "grant",
                ("customers", "orders"),
                (),
                {"option": "GRANT", "privileges": "ALL PRIVILEGES", "to": "app"},
            )
        ],
    ),
    (
        "postgres",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reporting;",
        [
            (
                "grant",
                ("public.*",),
                (),
                {"privileges": "SELECT", "schema": "public", "to": "reporting"},
            )
        ],
    ),
    (
        "postgres",
        "GRANT admin TO alice;",
        [("membership", (), (), {"role": "admin", "to": "alice"})],
    ),
    (
        "postgres",
        "REVOKE ALL ON customers FROM PUBLIC;",
        [("revoke", ("customers",), (), {"privileges": "ALL", "to": "PUBLIC"})],
    ),
    (
        "postgres",
        "ALTER ROLE app SUPERUSER;",
        [("role", (), (), {"right": "SUPERUSER", "to": "app"})],
    ),
    (
        "postgres",
        "COPY customers (email, phone) TO '/tmp/x.csv' CSV;",
        [("export", ("customers",), ("customers.email", "customers.phone"), {"to": "/tmp/x.csv"})],
    ),
    (
        "postgres",
        "COPY (SELECT email FROM customers) TO PROGRAM 'curl x';",
        [("export", ("customers",), (), {"to": "PROGRAM 'curl x'"})],
    ),
    ("postgres", "COPY customers FROM '/tmp/x.csv';", []),
    (
        "postgres",
        "CREATE FOREIGN TABLE ext_c (id int, email text) SERVER crm OPTIONS (table_name 'c');",
        [("external-table", ("ext_c",), (), {"to": "crm"})],
    ),
    (
        "postgres",
        "CREATE SERVER crm FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'x');",
        [("link", (), (), {"link": "crm", "to": "postgres_fdw"})],
    ),
    (
        "postgres",
        "CREATE PUBLICATION pub FOR TABLE customers (id, email), orders;",
        [
            (
                "publication",
                ("customers", "orders"),
                ("customers.id", "customers.email"),
                {"name": "pub"},
            )
        ],
    ),
    (
        "postgres",
        "SELECT * FROM dblink('dbname=x', 'select email from c') AS t(email text);",
        [("link", (), (), {"to": "dblink"})],
    ),
    (
        "postgres",
        "SELECT cron.schedule('purge', '0 3 * * *', $$DELETE FROM sessions WHERE created < now() - INTERVAL '30 days'$$);",
        [
            (
                "purge",
                ("sessions",),
                (),
                {"job": "purge", "period": "30 days", "schedule": "0 3 * * *"},
            )
        ],
    ),
    (
        "postgres",
        "SECURITY LABEL FOR anon ON COLUMN customers.email IS 'MASKED WITH FUNCTION anon.fake_email()';",
        [
            (
                "masking",
                ("customers",),
                ("customers.email",),
                {"policy": "MASKED WITH FUNCTION anon.fake_email()", "state": "enable"},
            )
        ],
    ),
    (
        "postgres",
        "UPDATE customers SET ssn = pgp_sym_encrypt(ssn, 'k');",
        [
            (
                "encryption",
                ("customers",),
                ("customers.ssn",),
                {"method": "pgp_sym_encrypt", "state": "enable"},
            )
        ],
    ),
    (
        "mysql",
        "GRANT ALL ON *.* TO 'a'@'%';",
        [("grant", ("*.*",), (), {"privileges": "ALL", "to": "'a'@'%'"})],
    ),
    (
        "mysql",
        "GRANT SELECT ON shop.customers TO 'r'@'localhost' WITH GRANT OPTION;",
        [
            (
                "grant",
                ("shop.customers",),
                (),
                {"option": "GRANT", "privileges": "SELECT", "to": "'r'@'localhost'"},
            )
        ],
    ),
    (
        "mysql",
        "CREATE EVENT purge ON SCHEDULE EVERY 1 DAY DO DELETE FROM logins WHERE at < NOW() - INTERVAL 90 DAY;",
        [
            (
                "purge",
                ("logins",),
                (),
                {"job": "purge", "period": "90 DAY", "schedule": "EVERY 1 DAY"},
            )
        ],
    ),
    (
        "mysql",
        "SELECT email INTO OUTFILE '/tmp/x' FROM customers;",
        [("export", ("customers",), (), {"to": "/tmp/x"})],
    ),
    (
        "mysql",
        "ALTER TABLE customers ENCRYPTION='Y';",
        [("encryption", ("customers",), (), {"state": "Y"})],
    ),
    (
        "tsql",
        "CREATE TABLE p (ssn char(11) ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = k, ENCRYPTION_TYPE = Deterministic, ALGORITHM = 'A') NOT NULL, email nvarchar(50) MASKED WITH (FUNCTION = 'email()'));",
        [],
    ),
    (
        "tsql",
        "ALTER TABLE dbo.p ALTER COLUMN email ADD MASKED WITH (FUNCTION = 'email()');",
        [("masking", ("dbo.p",), ("dbo.p.email",), {"policy": "email()", "state": "enable"})],
    ),
    (
        "tsql",
        "CREATE SECURITY POLICY f ADD FILTER PREDICATE dbo.fn(id) ON dbo.patients WITH (STATE = ON);",
        [("row-security", ("dbo.patients",), (), {"predicate": "FILTER", "state": "enable"})],
    ),
    (
        "tsql",
        "ADD SENSITIVITY CLASSIFICATION TO dbo.p.email, dbo.p.ssn WITH (LABEL='Confidential', INFORMATION_TYPE='Contact');",
        [
            (
                "tag",
                (),
                ("dbo.p.email", "dbo.p.ssn"),
                {"tag": "LABEL='Confidential', INFORMATION_TYPE='Contact'"},
            )
        ],
    ),
    (
        "tsql",
        "EXEC sp_addlinkedserver @server = N'CRM', @srvproduct=N'';",
        [("link", (), (), {"link": "CRM"})],
    ),
    (
        "tsql",
        "DENY SELECT ON dbo.p TO intern;",
        [("deny", ("dbo.p",), (), {"privileges": "SELECT", "to": "intern"})],
    ),
    (
        "tsql",
        "CREATE TABLE h (id int, at datetime) WITH (DATA_DELETION = ON (FILTER_COLUMN = at, RETENTION_PERIOD = 6 MONTHS));",
        [("expiry", ("h",), (), {"clock": "at", "period": "6 MONTHS", "state": "ON"})],
    ),
    (
        "tsql",
        "BACKUP DATABASE shop TO URL = 'https://x.blob.core.windows.net/b.bak';",
        [
            (
                "export",
                (),
                (),
                {"database": "shop", "to": "URL = 'https://x.blob.core.windows.net/b.bak'"},
            )
        ],
    ),
    (
        "oracle",
        "ALTER TABLE hr.employees MODIFY (ssn ENCRYPT USING 'AES256');",
        [
            (
                "encryption",
                ("hr.employees",),
                ("hr.employees.ssn",),
                {"method": "AES256", "state": "enable"},
            )
        ],
    ),
    (
        "oracle",
        "CREATE PUBLIC DATABASE LINK crm CONNECT TO u IDENTIFIED BY p USING 'tns';",
        [("link", (), (), {"link": "crm", "scope": "PUBLIC", "to": "tns"})],
    ),
    (
        "oracle",
        "BEGIN DBMS_REDACT.ADD_POLICY(object_schema => 'hr', object_name => 'employees', column_name => 'ssn', policy_name => 'p'); END;",
        [("masking", ("employees",), ("employees.ssn",), {"state": "enable"})],
    ),
    (
        "snowflake",
        "ALTER TABLE c MODIFY COLUMN email SET MASKING POLICY email_mask;",
        [("masking", ("c",), ("c.email",), {"policy": "email_mask", "state": "enable"})],
    ),
    (
        "snowflake",
        "ALTER TABLE c ADD ROW ACCESS POLICY rap ON (region);",
        [("row-security", ("c",), ("c.region",), {"policy": "rap", "state": "enable"})],
    ),
    ("snowflake", "CREATE SHARE s;", [("share", (), (), {"form": "SHARE", "share": "s"})]),
    (
        "snowflake",
        "GRANT SELECT ON TABLE db.public.c TO SHARE s;",
        [("grant", ("db.public.c",), (), {"privileges": "SELECT", "to": "SHARE s"})],
    ),
    (
        "snowflake",
        "ALTER TABLE c SET DATA_RETENTION_TIME_IN_DAYS=30;",
        [("history", ("c",), (), {"days": "30"})],
    ),
    ("snowflake", "COPY INTO 's3://b/x' FROM c;", [("export", ("c",), (), {"to": "s3://b/x"})]),
    ("snowflake", "COPY INTO c FROM 's3://b/x';", []),
    (
        "snowflake",
        "CREATE TASK t WAREHOUSE = w SCHEDULE = '1440 MINUTE' AS DELETE FROM c WHERE d < DATEADD(day, -30, CURRENT_DATE);",
        [("purge", ("c",), (), {"job": "t", "period": "day, -30", "schedule": "1440 MINUTE"})],
    ),
    (
        "snowflake",
        "ALTER TABLE c MODIFY COLUMN email SET TAG pii = 'email';",
        [("tag", ("c",), ("c.email",), {"tag": "pii = 'email'"})],
    ),
    (
        "bigquery",
        "CREATE ROW ACCESS POLICY p ON `proj.ds.c` GRANT TO ('group:x') FILTER USING (region='US');",
        [("row-security", ("proj.ds.c",), (), {"policy": "p", "state": "enable"})],
    ),
    (
        "bigquery",
        "EXPORT DATA OPTIONS(uri='gs://b/*.csv', format='CSV') AS SELECT email FROM ds.c;",
        [("export", ("ds.c",), (), {"to": "gs://b/*.csv"})],
    ),
    (
        "bigquery",
        "CREATE TABLE ds.e (id INT64, d DATE) PARTITION BY d OPTIONS(partition_expiration_days=90);",
        [("expiry", ("ds.e",), (), {"days": "90"})],
    ),
    (
        "redshift",
        "UNLOAD ('SELECT email FROM customers') TO 's3://b/x' IAM_ROLE 'r';",
        [("export", ("customers",), (), {"to": "s3://b/x"})],
    ),
    (
        "redshift",
        "ALTER DATASHARE ds ADD TABLE public.customers;",
        [("share", ("public.customers",), (), {"share": "ds"})],
    ),
    (
        "redshift",
        "ATTACH RLS POLICY p ON public.customers TO ROLE r;",
        [("row-security", ("public.customers",), (), {"policy": "p", "state": "enable"})],
    ),
    (
        "databricks",
        "ALTER TABLE c ALTER COLUMN email SET MASK m;",
        [("masking", ("c",), ("c.email",), {"policy": "m", "state": "enable"})],
    ),
    (
        "databricks",
        "ALTER TABLE c SET ROW FILTER f ON (region);",
        [("row-security", ("c",), ("c.region",), {"policy": "f", "state": "enable"})],
    ),
    (
        "clickhouse",
        "CREATE TABLE e (id UInt64, email String, d Date) ENGINE = MergeTree ORDER BY id TTL d + INTERVAL 1 MONTH;",
        [("expiry", ("e",), (), {"period": "d + INTERVAL 1 MONTH"})],
    ),
    (
        "clickhouse",
        "CREATE TABLE e (id UInt64, email String, d Date) ENGINE = ReplacingMergeTree ORDER BY id;",
        [("unlimited", ("e",), (), {"engine": "ReplacingMergeTree"})],
    ),
    (
        "bigquery",
        "CREATE TABLE d.e (email STRING, at TIMESTAMP) PARTITION BY DATE(at);",
        [("unlimited", ("d.e",), (), {"engine": "DATE"})],
    ),
    (
        "clickhouse",
        "CREATE ROW POLICY p ON db.e USING a = 1 TO r;",
        [("row-security", ("db.e",), (), {"policy": "p", "state": "policy"})],
    ),
    (
        "duckdb",
        "COPY customers TO 'x.parquet' (FORMAT PARQUET);",
        [("export", ("customers",), (), {"to": "x.parquet"})],
    ),
    (
        "trino",
        "CREATE TABLE hive.x.c (email varchar) WITH (external_location = 's3://b/c');",
        [("external-table", ("hive.x.c",), (), {"to": "s3://b/c"})],
    ),
]


@pytest.mark.parametrize(("dialect", "statement", "expected"), CASES)
def test_control(
    dialect: str,
    statement: str,
    expected: list[tuple[str, tuple[str, ...], tuple[str, ...], dict[str, str]]],
) -> None:
    facts = read_sql("x.sql", f"\n{statement}\n", dialect)
    found = [(c.kind, c.tables, c.columns, dict(c.details)) for c in facts.controls]
    assert found == expected
    assert {c.line for c in facts.controls} <= {2}
    assert facts.skipped == ()


SCHEMA = """
CREATE TABLE shop.customer (
    id int, email varchar(80), phone varchar(20) MASKED WITH (FUNCTION = 'default()'),
    marketing_consent bit DEFAULT 1, created_at datetime, deleted_at datetime
);
CREATE TABLE shop.note (customer_id int REFERENCES shop.customer(id) ON DELETE CASCADE, body text);
"""


def graph_of(catalog: Catalog, *more: str) -> list[str]:
    graph = link([read_sql("x.sql", SCHEMA + "".join(more), "tsql")], catalog)
    return [
        f"{c.location.line} {c.kind} {','.join(c.entities)} {','.join(c.columns)} {dict(c.details)}"
        for c in graph.controls
    ]


def test_columns_own_clauses(catalog: Catalog) -> None:
    assert graph_of(catalog) == [
        "3 masking x.sql:shop.customer shop.customer.phone {'state': 'enable'}",
        "4 consent-default x.sql:shop.customer shop.customer.marketing_consent "
        "{'default': '1', 'state': 'on'}",
        "4 time-column x.sql:shop.customer shop.customer.created_at {'clock': 'created'}",
        "4 soft-delete x.sql:shop.customer shop.customer.deleted_at {}",
        "6 on-delete x.sql:shop.note shop.note.customer_id "
        "{'action': 'CASCADE', 'to': 'shop.customer'}",
    ]


def test_statement_finds_its_entities(catalog: Catalog) -> None:
    found = graph_of(
        catalog, "GRANT SELECT ON customer TO PUBLIC;\nDENY SELECT ON hr.customer TO x;"
    )
    assert found[-2:] == [
        "7 grant x.sql:shop.customer  {'privileges': 'SELECT', 'to': 'PUBLIC'}",
        "8 deny   {'privileges': 'SELECT', 'to': 'x'}",
    ]


def test_later_masking_protects_the_field(catalog: Catalog) -> None:
    text = (
        SCHEMA
        + "ALTER TABLE shop.customer ALTER COLUMN email ADD MASKED WITH (FUNCTION='email()');"
    )
    graph = link([read_sql("x.sql", text, "tsql")], catalog)
    customer = next(entity for entity in graph.entities if entity.name == "customer")
    assert [(f.name, f.protection.value) for f in customer.personal_fields] == [
        ("email", "masked"),
        ("phone", "masked"),
        ("marketing_consent", "none"),
    ]
