"""The choice of a dialect, and the reason that is shown for it."""

from __future__ import annotations

import pytest

from data_etiquette.flow.sql.dialects import ProjectDialects
from data_etiquette.frontends.read import read_file
from data_etiquette.frontends.sql.dialect import Choice, choose_dialect
from data_etiquette.model.facts import Facts, SettingFact

OWN = {
    "redshift": "CREATE TABLE t (id int) DISTKEY(id);",
    "databricks": "CREATE TABLE t (id int) USING DELTA;",
    "spark": "CREATE TABLE t (id int) USING PARQUET;",
    "hive": "CREATE TABLE t (id int) STORED AS ORC;",
    "duckdb": "SELECT * FROM read_parquet('x');",
    "trino": "CREATE TABLE t (id int) WITH (external_location = 's3://x');",
    "bigquery": "CREATE TABLE t (id FLOAT64);",
    "snowflake": "CREATE TABLE t (v VARIANT);",
    "clickhouse": "CREATE TABLE t (id LowCardinality(String)) ENGINE = MergeTree;",
    "oracle": "CREATE TABLE t (id VARCHAR2(10));",
}


@pytest.mark.parametrize("dialect", OWN)
def test_own_words(dialect: str) -> None:
    assert choose_dialect("x.sql", OWN[dialect]).name == dialect


def test_reason_names_line_and_word() -> None:
    found = choose_dialect("sql/mysql/x.sql", "\nCREATE TABLE t (id int AUTO_INCREMENT);")
    assert found == Choice("mysql", "its path says `mysql`; line 2 says `AUTO_INCREMENT`")


def test_configuration_wins() -> None:
    assert choose_dialect("mysql/x.sql", "", "postgresql") == Choice("postgres", "configured")


def test_project_wins_over_a_single_word() -> None:
    project = Choice("oracle", "the settings say so: x")
    assert choose_dialect("x.sql", "SELECT a RETURNING b", project=project) == project
    assert choose_dialect("mysql/x.sql", "", project=project).name == "mysql"
    assert choose_dialect("x.sql", "SELECT 1", project=project) == project


def test_nothing_speaks() -> None:
    assert choose_dialect("x.sql", "SELECT 1") == Choice()


SETTINGS = {
    "sqlalchemy": ("DB_URL = 'postgresql+asyncpg://h/db'", "postgres", "x.py (DB_URL)"),
    "django": (
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql', 'NAME': 'x'}}",
        "mysql",
        "x.py (DATABASES)",
    ),
    "engine": ("e = create_engine('mysql+pymysql://h/db')", "mysql", "x.py (e)"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_python_settings(name: str) -> None:
    text, dialect, where = SETTINGS[name]
    facts = [read_file("x.py", text.encode())]
    assert ProjectDialects(facts).near("any") == Choice(dialect, f"the settings say so: {where}")


def test_settings_files() -> None:
    files = [
        Facts(
            "profiles.yml",
            "settings",
            3,
            "",
            settings=(SettingFact("shop.outputs.dev.type", 3, "text", "snowflake"),),
        ),
        Facts(
            "alembic.ini",
            "settings",
            3,
            "",
            settings=(SettingFact("alembic.sqlalchemy.url", 2, "url", "oracle+cx://h"),),
        ),
    ]
    assert ProjectDialects(files).near("any") == Choice(
        "oracle", "the settings say so: alembic.ini:2 (alembic.sqlalchemy.url)"
    )


def test_no_settings() -> None:
    assert ProjectDialects([]).near("any") == Choice()
