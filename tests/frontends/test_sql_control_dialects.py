"""What protects, exposes, expires and passes on data, construct by construct in each dialect."""

# A case on one line can be read; cut in pieces it cannot.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from data_etiquette.frontends.sql.read import read_sql

CASES: tuple[tuple[str, str, list[str]], ...] = (
    ("tsql", "ALTER TABLE dbo.p SET (SYSTEM_VERSIONING = ON (HISTORY_RETENTION_PERIOD = 6 MONTHS));", ["history dbo.p period=6 MONTHS state=ON"]),
    ("tsql", "ALTER SERVER ROLE sysadmin ADD MEMBER app;", ["membership role=sysadmin to=app"]),
    ("tsql", "ALTER AUTHORIZATION ON dbo.p TO app;", ["owner dbo.p to=app"]),
    ("tsql", "EXEC sp_add_jobstep @job_name = N'purge', @command = N'DELETE FROM dbo.logins WHERE at < DATEADD(day, -30, GETDATE())';", ["purge dbo.logins period=day, -30"]),
    ("tsql", "INSERT INTO OPENROWSET('SQLNCLI', 'x', 'SELECT a FROM t') SELECT email FROM dbo.p;", ["link to=openrowset"]),
    ("tsql", "CREATE EXTERNAL TABLE dbo.x (email nvarchar(100)) WITH (LOCATION='/a', DATA_SOURCE = lake);", ["external-table dbo.x to=/a"]),
    ("tsql", "GRANT UNMASK ON dbo.p(email) TO analyst;", ["unmask dbo.p dbo.p.email to=analyst", "grant dbo.p dbo.p.email privileges=UNMASK to=analyst"]),
    ("mysql", "CREATE TABLE f (email varchar(100)) ENGINE=FEDERATED CONNECTION='mysql://u@h/db/t';", ["external-table f to=FEDERATED"]),
    ("mysql", "UPDATE customers SET ssn = AES_ENCRYPT(ssn, 'k');", ["encryption customers customers.ssn method=AES_ENCRYPT state=enable"]),
    ("mysql", "GRANT 'admin' TO 'alice'@'%';", ["membership role=admin to='alice'@'%'"]),
    ("mysql", "REVOKE ALL PRIVILEGES ON shop.customers FROM 'r'@'localhost';", ["revoke shop.customers privileges=ALL PRIVILEGES to='r'@'localhost'"]),
    ("oracle", "BEGIN DBMS_RLS.ADD_POLICY(object_schema => 'hr', object_name => 'employees', policy_name => 'p', policy_function => 'f'); END;", ["row-security employees state=enable"]),
    ("oracle", "BEGIN DBMS_SCHEDULER.CREATE_JOB(job_name => 'purge', job_type => 'PLSQL_BLOCK', job_action => 'DELETE FROM logins WHERE at < SYSDATE - 30;', repeat_interval => 'FREQ=DAILY'); END;", ["purge logins period=30 schedule=FREQ=DAILY"]),
    ("oracle", "CREATE TABLE x (email varchar2(100)) ORGANIZATION EXTERNAL (TYPE ORACLE_LOADER DEFAULT DIRECTORY d LOCATION ('a.csv'));", ["external-table x to=a.csv"]),
    ("oracle", "GRANT SELECT ON hr.employees TO PUBLIC;", ["grant hr.employees privileges=SELECT to=PUBLIC"]),
    ("oracle", "GRANT SELECT ON hr.employees TO bob WITH GRANT OPTION;", ["grant hr.employees option=GRANT privileges=SELECT to=bob"]),
    ("oracle", "ALTER TABLE hr.employees ADD (email varchar2(10) ENCRYPT USING 'AES256' NO SALT);", ["column email protection=encrypted"]),
    ("snowflake", "GRANT OWNERSHIP ON TABLE c TO ROLE r;", ["grant c privileges=OWNERSHIP to=r", "owner c to=r"]),
    ("snowflake", "ALTER SHARE s ADD ACCOUNTS = xy12345;", ["share share=s to=xy12345"]),
    ("snowflake", "CREATE EXTERNAL TABLE e (email varchar AS (value:c1::varchar)) LOCATION = @stage/x;", ["external-table e to=@stage/x"]),
    ("snowflake", "CREATE MASKING POLICY m AS (v string) RETURNS string -> CASE WHEN current_role() = 'X' THEN v ELSE '***' END;", ["masking policy=m state=policy"]),
    ("snowflake", "ALTER DATABASE d ENABLE REPLICATION TO ACCOUNTS o.a;", ["publication name=d to=o.a"]),
    ("snowflake", "REVOKE SELECT ON TABLE c FROM ROLE public;", ["revoke c privileges=SELECT to=public"]),
    ("snowflake", "GRANT SELECT ON ALL TABLES IN SCHEMA db.s TO ROLE r;", ["grant db.s.* privileges=SELECT schema=db.s to=r"]),
    ("bigquery", "ALTER TABLE ds.c ALTER COLUMN email SET OPTIONS (policy_tags=['projects/p/locations/us/taxonomies/1/policyTags/2']);", ["tag ds.c ds.c.email tag=['projects/p/locations/us/taxonomies/1/policyTags/2']", "column email tag=2"]),
    ("bigquery", "GRANT `roles/bigquery.dataViewer` ON TABLE ds.c TO 'user:x@y.z';", ["grant ds.c privileges=roles/bigquery.dataViewer to=user:<e-mail>"]),
    ("bigquery", "CREATE EXTERNAL TABLE ds.x (email STRING) OPTIONS (format='CSV', uris=['gs://b/*.csv']);", ["external-table ds.x to=gs://b/*.csv"]),
    ("bigquery", "UPDATE ds.c SET email = AEAD.ENCRYPT(k, email, '') WHERE true;", ["encryption ds.c ds.c.email method=AEAD.ENCRYPT state=enable"]),
    ("bigquery", "ALTER TABLE ds.c SET OPTIONS (partition_expiration_days=30);", ["expiry ds.c days=30"]),
    ("bigquery", "ALTER TABLE ds.c SET OPTIONS (expiration_timestamp=TIMESTAMP '2030-01-01');", ["expiry ds.c period=TIMESTAMP '<number>'"]),
    ("bigquery", "CREATE TABLE ds.c (email STRING OPTIONS(policy_tags=('a/b')));", ["column email tag=b"]),
    ("redshift", "CREATE MASKING POLICY m WITH (c VARCHAR(10)) USING ('***');", ["masking policy=m state=policy"]),
    ("redshift", "ATTACH MASKING POLICY m ON public.customers (email) TO PUBLIC;", ["masking public.customers public.customers.email policy=m state=enable"]),
    ("redshift", "CREATE EXTERNAL TABLE spectrum.x (email varchar(10)) STORED AS PARQUET LOCATION 's3://b/x';", ["external-table spectrum.x to=s3://b/x"]),
    ("redshift", "GRANT SELECT ON customers TO GROUP analysts;", ["grant customers privileges=SELECT to=analysts"]),
    ("redshift", "CREATE DATASHARE ds;", ["share form=DATASHARE share=ds"]),
    ("databricks", "GRANT SELECT ON TABLE c TO `account users`;", ["grant c privileges=SELECT to=account users"]),
    ("databricks", "ALTER SHARE s ADD TABLE main.x.c;", ["share main.x.c share=s"]),
    ("databricks", "CREATE TABLE c (email STRING MASK m, id INT) USING delta;", ["column email protection=masked"]),
    ("databricks", "ALTER TABLE c ALTER COLUMN email SET TAGS ('pii' = 'email');", ["tag c c.email tag='pii' = 'email'"]),
    ("databricks", "INSERT OVERWRITE DIRECTORY 's3://b/x' USING parquet SELECT email FROM c;", ["export c to=s3://b/x"]),
    ("databricks", "CREATE TABLE c (email STRING) USING delta LOCATION 's3://b/c';", ["external-table c to=s3://b/c"]),
    ("databricks", "ALTER TABLE c SET TBLPROPERTIES ('delta.deletedFileRetentionDuration' = 'interval 30 days');", ["history c period=interval 30 days"]),
    ("databricks", "ALTER TABLE c OWNER TO `a`;", ["owner c to=a"]),
    ("databricks", "SELECT aes_encrypt(email, 'k') AS e FROM c;", []),
    ("spark", "CREATE TABLE c (email STRING) USING jdbc OPTIONS (url 'jdbc:postgresql://h/d', dbtable 't');", ["external-table c to=jdbc"]),
    ("clickhouse", "GRANT SELECT ON db.e TO r WITH GRANT OPTION;", ["grant db.e option=GRANT privileges=SELECT to=r"]),
    ("clickhouse", "INSERT INTO FUNCTION s3('https://b/x.csv', 'CSV') SELECT email FROM e;", ["export e to=s3"]),
    ("clickhouse", "CREATE TABLE e (email String CODEC(AES_128_GCM_SIV)) ENGINE = MergeTree ORDER BY email;", ["unlimited e engine=MergeTree", "column email protection=encrypted"]),
    ("clickhouse", "ALTER TABLE e MODIFY TTL at + INTERVAL 30 DAY;", ["expiry e period=at + INTERVAL 30 DAY"]),
    ("clickhouse", "CREATE TABLE e (email String TTL at + INTERVAL 1 DAY, at DateTime) ENGINE = MergeTree ORDER BY at;", ["expiry e e.email period=at + INTERVAL 1 DAY"]),
    ("clickhouse", "CREATE TABLE m (email String) ENGINE = MySQL('h:3306', 'd', 't', 'u', 'p');", ["external-table m to=MySQL"]),
    ("clickhouse", "SELECT email FROM e INTO OUTFILE 'x.csv';", ["export e to=x.csv"]),
    ("clickhouse", "SELECT * FROM remote('h', db.e);", ["link to=remote"]),
    ("duckdb", "EXPORT DATABASE 'x';", ["export to=x"]),
    ("duckdb", "ATTACH 'host=x' AS pg (TYPE postgres);", ["link link=pg to=postgres"]),
    ("duckdb", "COPY (SELECT email FROM c) TO 's3://b/x.parquet';", ["export c to=s3://b/x.parquet"]),
    ("trino", "GRANT SELECT ON hive.x.c TO USER alice WITH GRANT OPTION;", ["grant hive.x.c option=GRANT privileges=SELECT to=alice"]),
    ("trino", "GRANT SELECT ON c TO ROLE PUBLIC;", ["grant c privileges=SELECT to=PUBLIC"]),
    ("trino", "REVOKE SELECT ON c FROM ROLE PUBLIC;", ["revoke c privileges=SELECT to=PUBLIC"]),
    ("sqlite", "ATTACH DATABASE 'other.db' AS o;", []),
    ("postgres", "ALTER TABLE c OWNER TO app;", ["owner c to=app"]),
    ("postgres", "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p;", ["publication name=s"]),
    ("postgres", "ALTER PUBLICATION p ADD TABLE customers;", ["publication customers name=p"]),
    ("postgres", "IMPORT FOREIGN SCHEMA crm LIMIT TO (c) FROM SERVER s INTO public;", ["external-table crm.* schema=crm to=s"]),
    ("postgres", "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;", ["grant object=TABLES privileges=SELECT to=PUBLIC"]),
    ("postgres", "ALTER TABLE c DISABLE ROW LEVEL SECURITY;", ["row-security c state=DISABLE"]),
    ("postgres", "SELECT add_retention_policy('visits', INTERVAL '30 days');", ["expiry visits period=30 days"]),
    ("postgres", "CREATE ROLE app LOGIN BYPASSRLS;", ["role right=BYPASSRLS to=app"]),
    ("clickhouse", "CREATE TABLE e (email String TTL at + INTERVAL 1 DAY, at DateTime) ENGINE = MergeTree ORDER BY at TTL at + toIntervalDay(90) SETTINGS a = 1;", ["expiry e period=at + toIntervalDay(90)"]),
)  # fmt: skip


@pytest.mark.parametrize(("dialect", "text", "expected"), CASES)
def test_control(dialect: str, text: str, expected: list[str]) -> None:
    facts = read_sql("x.sql", text, dialect)
    assert facts.skipped == ()
    found = []
    for item in facts.controls:
        details = (f"{key}={value}" for key, value in item.details)
        found.append(" ".join((item.kind, *item.tables, *item.columns, *details)))
    for table in facts.tables:
        for column in table.columns:
            found += [f"column {column.name} {key}={value}" for key, value in column.options]
    assert found == expected
