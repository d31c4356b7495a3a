"""Which SQL dialect a project's settings say it uses, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from data_etiquette.frontends.sql.dialect import Choice, known_dialect
from data_etiquette.model.facts import Facts

_URL = re.compile(r"(?<![\w.])(?P<scheme>[a-z][a-z0-9_]*)(?:\+[\w]+)?://", re.IGNORECASE)
_ENGINE = re.compile(
    r"(?:django\.db\.backends|django_\w+\.backends?|sql_server)\.(?P<name>\w+)|\bmssql\b"
)
_SETTING = re.compile(
    r"(?:^|\.)(?:type|adapter|engine|dialect|sqlalchemy\.url|url|db_connection|db_engine|driver)$",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"(?:^|\.)image$", re.IGNORECASE)
_IMAGE_WORD = re.compile(r"[a-z]+\d?")
_NAMES = re.compile(r"DATABASE|DB_|_DB|SQLALCHEMY|ENGINE|DSN|WAREHOUSE", re.IGNORECASE)
_BACKENDS = frozenset({"postgresql", "mysql", "oracle", "sqlite3", "mssql", "postgis"})
_WEIGHTS = {"settings": 4, "engine": 3, "file": 3, "image": 2, "driver": 1, "development": 1}
_DRIVERS = {
    "psycopg": "postgres",
    "psycopg2": "postgres",
    "psycopg2-binary": "postgres",
    "asyncpg": "postgres",
    "mysqlclient": "mysql",
    "pymysql": "mysql",
    "aiomysql": "mysql",
    "mysql-connector-python": "mysql",
    "mariadb": "mysql",
    "pyodbc": "tsql",
    "pymssql": "tsql",
    "mssql-django": "tsql",
    "oracledb": "oracle",
    "cx-oracle": "oracle",
    "snowflake-connector-python": "snowflake",
    "snowflake-sqlalchemy": "snowflake",
    "dbt-snowflake": "snowflake",
    "dbt-bigquery": "bigquery",
    "dbt-postgres": "postgres",
    "dbt-redshift": "redshift",
    "dbt-databricks": "databricks",
    "dbt-duckdb": "duckdb",
    "sqlalchemy-bigquery": "bigquery",
    "google-cloud-bigquery": "bigquery",
    "sqlalchemy-redshift": "redshift",
    "redshift-connector": "redshift",
    "databricks-sql-connector": "databricks",
    "clickhouse-driver": "clickhouse",
    "clickhouse-connect": "clickhouse",
    "duckdb": "duckdb",
    "trino": "trino",
}
"""Packages that talk to one kind of database."""
_MODULES = {
    "psycopg": "postgres",
    "psycopg2": "postgres",
    "asyncpg": "postgres",
    "aiopg": "postgres",
    "pg8000": "postgres",
    "MySQLdb": "mysql",
    "pymysql": "mysql",
    "aiomysql": "mysql",
    "asyncmy": "mysql",
    "mysql.connector": "mysql",
    "mariadb": "mysql",
    "sqlite3": "sqlite",
    "aiosqlite": "sqlite",
    "apsw": "sqlite",
    "pysqlite2": "sqlite",
    "oracledb": "oracle",
    "cx_Oracle": "oracle",
    "pyodbc": "tsql",
    "aioodbc": "tsql",
    "pymssql": "tsql",
    "snowflake.connector": "snowflake",
    "snowflake.snowpark": "snowflake",
    "google.cloud.bigquery": "bigquery",
    "redshift_connector": "redshift",
    "databricks.sql": "databricks",
    "pyspark.sql": "spark",
    "pyspark": "spark",
    "clickhouse_driver": "clickhouse",
    "clickhouse_connect": "clickhouse",
    "asynch": "clickhouse",
    "duckdb": "duckdb",
    "trino": "trino",
    "prestodb": "trino",
    "pyathena": "trino",
}
"""Modules that talk to one kind of database."""
_ALIKE = {
    "django.contrib.postgres": "postgres",
    "sqlalchemy.dialects.postgresql": "postgres",
    "sqlalchemy.dialects.mysql": "mysql",
    "sqlalchemy.dialects.mssql": "tsql",
    "sqlalchemy.dialects.oracle": "oracle",
}
"""Modules that say what a project is run on, and little of the file that imports them."""

_ENGINES = ("create_engine", "create_async_engine")
_LIBRARIES = ("sqlalchemy", "sqlmodel", "sqlalchemy.ext.asyncio", *_ENGINES)

_Vote = tuple[str, int, str]
"""(dialect, weight, where it is said)."""


class ProjectDialects:
    """What the settings say, for the whole project and for parts of it."""

    def __init__(self, files: Iterable[Facts]) -> None:
        self._by_folder: dict[str, list[_Vote]] = {}
        imported: list[_Vote] = []
        for facts in sorted(files, key=lambda item: item.path):
            votes = _loudest(_said(facts))
            for folder in PurePosixPath(facts.path).parents if votes else ():
                self._by_folder.setdefault(str(folder), []).extend(votes)
            imported += _loudest(_imported(facts, _MODULES | _ALIKE))
        self._winners: dict[str, Choice] = {}
        self._drivers = _winner(imported, "the code imports a driver") if imported else Choice()

    def near(self, path: str) -> Choice:
        """The dialect that the settings in the nearest folder above a file name.

        Where no settings speak, the drivers that the code imports do.
        """
        for parent in PurePosixPath(path).parents:
            folder = str(parent)
            if folder in self._by_folder:
                if folder not in self._winners:
                    self._winners[folder] = _winner(self._by_folder[folder], _SETTINGS)
                return self._winners[folder]
        return self._drivers

    def of_strings(self, facts: Facts) -> Choice:
        """The dialect of SQL in a file's strings: its only driver's, else the project's."""
        own = {vote[0]: vote for vote in _imported(facts, _MODULES)}
        if len(own) == 1:
            [(name, (_, _, where))] = own.items()
            return Choice(name, f"the file imports a driver: {where}")
        return self.near(facts.path)


_SETTINGS = "the settings say so"


def _imported(facts: Facts, modules: dict[str, str]) -> Iterator[_Vote]:
    """`from snowflake import connector`, `import psycopg2.extras`."""
    for _, target in facts.imports:
        parts = target.split(".")
        for length in range(min(3, len(parts)), 0, -1):
            name = ".".join(parts[:length])
            if name in modules:
                yield _vote(modules[name], _WEIGHTS["driver"], f"{facts.path} ({name})")
                break


def _loudest(votes: Iterable[_Vote]) -> list[_Vote]:
    """One vote of a file for each dialect: what it says twice counts once."""
    found: dict[str, _Vote] = {}
    for vote in votes:
        if vote[0] and (vote[0] not in found or vote[1] > found[vote[0]][1]):
            found[vote[0]] = vote
    return list(found.values())


def _winner(votes: list[_Vote], why: str) -> Choice:
    by_dialect: dict[str, list[_Vote]] = {}
    for vote in votes:
        by_dialect.setdefault(vote[0], []).append(vote)
    weights = {name: sum(vote[1] for vote in found) for name, found in by_dialect.items()}
    best = max(by_dialect, key=lambda name: (weights[name], name))
    where = max(by_dialect[best], key=lambda vote: vote[1])[2]
    return Choice(best, f"{why}: {where}")


def _said(facts: Facts) -> Iterator[_Vote]:
    for name, text in facts.assigned:
        if _NAMES.search(name) or "create_engine" in text or "create_async_engine" in text:
            yield from _named(text, _WEIGHTS["engine"], f"{facts.path} ({name})")
    yield from _connected(facts)
    if "backends" in facts.reads and any(name == "DATABASES" for name, _ in facts.assigned):
        # Django names its engines by module: `django.db.backends.mysql`.
        for word in sorted(_BACKENDS.intersection(facts.reads)):
            yield _vote(known_dialect(word), _WEIGHTS["settings"], f"{facts.path} (DATABASES)")
    for setting in facts.settings:
        where = f"{facts.path}:{setting.line} ({setting.key})"
        yield from _named(setting.value, _WEIGHTS["settings"], where)
        if _SETTING.search(setting.key):
            yield _vote(known_dialect(setting.value), _WEIGHTS["file"], where)
        elif _IMAGE.search(setting.key):
            yield from _of_image(setting.value, where)
    for package in facts.dependencies:
        if package.name in _DRIVERS and package.group != "lock":
            where = f"{facts.path}:{package.line} ({package.name})"
            yield _vote(_DRIVERS[package.name], _WEIGHTS["driver"], where)


def _connected(facts: Facts) -> Iterator[_Vote]:
    """`create_engine("mysql://…")` inside a function."""
    if not any(target.endswith(_LIBRARIES) for _, target in facts.imports):
        return
    for function in facts.functions:
        for call in function.calls:
            name = (call.callee.keys[-1] if call.callee.keys else call.callee.root).lstrip(".")
            if name.endswith(_ENGINES):
                for part in (part for value in call.args[:1] for part in value):
                    text = part.path.root.removeprefix("const:")
                    where = f"{facts.path}:{call.line}"
                    yield from _named(text, _WEIGHTS["engine"], where)


def _of_image(image: str, where: str) -> Iterator[_Vote]:
    """`postgres:16`, `mcr.microsoft.com/mssql/server`, `timescale/timescaledb:latest`."""
    for word in _IMAGE_WORD.findall(image.partition(":")[0].lower()):
        found = known_dialect(word)
        if found:
            yield found, _WEIGHTS["image"], where
            return


def _named(text: str, weight: int, where: str) -> Iterator[_Vote]:
    for found in _ENGINE.finditer(text):
        yield _vote(known_dialect(found["name"] or "mssql"), weight, where)
    for found in _URL.finditer(text):
        yield _vote(known_dialect(found["scheme"]), weight, where)


def _vote(dialect: str, weight: int, where: str) -> _Vote:
    """SQLite is what projects develop with, and says little of what they are run on."""
    return dialect, _WEIGHTS["development"] if dialect == "sqlite" else weight, where
