"""The configuration file: found, checked, applied; dialects of SQL files chosen and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_etiquette.app.cache import FactsCache
from data_etiquette.app.config import apply_config, find_config
from data_etiquette.app.dialects import NO_RULES, DialectRules, chosen_dialects
from data_etiquette.app.map import read_files
from data_etiquette.app.scan import ScanRequest
from data_etiquette.flow.sql.dialects import ProjectDialects
from data_etiquette.frontends.read import read_file
from data_etiquette.frontends.sql.dialect import Choice
from data_etiquette.model.error import ConfigError, UsageError
from tests.command import invoke

TABLE = "create table people (id int, email text);\n"


def write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        place = root / name.replace("__", "/").replace("_dot_", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return root


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ETIQUETTE_CONFIG", raising=False)


def test_the_nearest_file_counts_and_nothing_is_merged(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject_dot_toml="[tool.etiquette]\njobs = 3\nfail-on = 'low'\n",
        service__etiquette_dot_toml='dialect = "oracle"\n',
        service__sql__a_dot_sql=TABLE,
    )
    (tmp_path / ".git").mkdir()
    found = find_config((tmp_path / "service" / "sql",))
    assert found.place == tmp_path / "service" / "etiquette.toml"
    assert (found.fail_on, found.jobs) == ("high", 0)
    assert found.dialects.rules == (("*", "oracle"),)


def test_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    write(tmp_path, etiquette_dot_toml="jobs = 3\n", inner__a_dot_py="")
    (tmp_path / "inner" / ".git").mkdir()
    assert find_config((tmp_path / "inner",)).place is None


def test_a_pyproject_without_the_table_is_passed_over(tmp_path: Path) -> None:
    write(
        tmp_path,
        etiquette_dot_toml="jobs = 3\n",
        inner__pyproject_dot_toml="[project]\nname = 'etiquette-user'\n",
    )
    assert find_config((tmp_path / "inner",)).place == tmp_path / "etiquette.toml"


def test_the_command_line_wins_over_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, one_dot_toml="jobs = 1\n", two_dot_toml="jobs = 2\n")
    monkeypatch.setenv("ETIQUETTE_CONFIG", str(tmp_path / "one.toml"))
    assert find_config((tmp_path,)).jobs == 1
    assert find_config((tmp_path,), tmp_path / "two.toml").jobs == 2
    assert find_config((tmp_path,), use=False).jobs == 0


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such configuration file: .*gone\.toml \(--config\)"):
        find_config((tmp_path,), tmp_path / "gone.toml")


def test_all_mistakes_are_told_at_once_with_lines_and_nearest_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        pyproject_dot_toml=(
            '[tool.etiquette]\nexclud = ["docs/"]\nfail-on = "hi"\njobs = -1\ninclude-tests = 1\n'
            '[tool.etiquette.dialect]\n"wh/**" = "snowflak"\n'
        ),
    )
    with pytest.raises(ConfigError) as raised:
        find_config((tmp_path,))
    assert str(raised.value) == (
        "pyproject.toml: line 2: unknown key `exclud` (did you mean `exclude`?); "
        "line 3: `fail-on` is one of low, medium, high, critical, never; "
        "line 4: `jobs` is a whole number from 0; "
        "line 5: `include-tests` is true or false; "
        "line 6: `dialect` names no dialect: 'snowflak' (did you mean `snowflake`?)\n"
        "  keys: dialect, exclude, include-tests, fail-on, declaration, jobs, rules, severity, "
        "allow"
    )


@pytest.mark.parametrize("text", ["jobs = \n", "[[tool]]\n"])
def test_what_is_no_toml_or_no_table_is_an_error(tmp_path: Path, text: str) -> None:
    write(tmp_path, etiquette_dot_toml=text)
    with pytest.raises(ConfigError):
        find_config((tmp_path,))


def test_excludes_add_up_and_the_command_line_wins(tmp_path: Path) -> None:
    write(
        tmp_path,
        etiquette_dot_toml='exclude = ["a/"]\njobs = 2\ndeclaration = "legal/etiquette.yaml"\n',
    )
    request = ScanRequest((tmp_path,), exclude=("b/",), jobs=4)
    applied = apply_config(find_config((tmp_path,)), request)
    assert applied.exclude == ("a/", "b/")
    assert applied.jobs == 4
    assert applied.declaration == tmp_path / "legal" / "etiquette.yaml"


def test_excludes_are_relative_to_the_configuration(tmp_path: Path) -> None:
    write(
        tmp_path,
        etiquette_dot_toml='exclude = ["app/old/"]\n',
        app__old__a_dot_sql=TABLE,
        app__new__a_dot_sql=TABLE,
    )
    done = invoke("config", tmp_path / "app", "--no-cache")
    assert "new/a.sql" in done.out
    assert "old/a.sql" not in done.out


def test_fail_on_of_the_configuration_decides_the_exit_code(tmp_path: Path) -> None:
    write(
        tmp_path,
        etiquette_dot_toml='fail-on = "never"\n',
        a_dot_sql="create table users (password text);",
    )
    assert invoke("scan", tmp_path, "--no-cache").code == 0
    assert invoke("scan", tmp_path, "--no-cache", "--no-config").code == 1
    assert invoke("scan", tmp_path, "--no-cache", "--fail-on", "low").code == 1


def test_a_wrong_configuration_is_exit_code_2_for_every_command(tmp_path: Path) -> None:
    write(tmp_path, etiquette_dot_toml="nonsense = 1\n", a_dot_sql=TABLE)
    for command in (
        ("scan", tmp_path),
        ("inventory", tmp_path),
        ("config", tmp_path),
        ("lineage", "people.email", tmp_path),
        ("explain", "a.sql:1", tmp_path),
    ):
        done = invoke(*command, "--no-cache")
        assert done.code == 2, command
        assert "unknown key `nonsense`" in done.err


# -- dialects -----------------------------------------------------------------------------------


def chosen(
    sql: dict[str, str], rules: DialectRules = NO_RULES, **settings: str
) -> dict[str, Choice]:
    facts = [
        read_file(name.replace("__", "/").replace("_dot_", "."), text.encode())
        for name, text in settings.items()
    ]
    files = [(path, Path("/scanned") / path, text.encode()) for path, text in sql.items()]
    return chosen_dialects(files, ProjectDialects(facts), rules)


def test_the_first_pattern_that_fits_decides() -> None:
    rules = DialectRules((("warehouse/**", "snowflake"), ("*.sql", "mysql")), Path("/scanned"))
    found = chosen({"warehouse/a.sql": TABLE, "b.sql": TABLE}, rules)
    assert found == {
        "warehouse/a.sql": Choice("snowflake", "configured for `warehouse/**`"),
        "b.sql": Choice("mysql", "configured for `*.sql`"),
    }


@pytest.mark.parametrize(
    ("name", "text", "dialect", "reason"),
    [
        (
            "app__settings_dot_py",
            'DATABASES = {"default": {"ENGINE": "django.db.backends.mysql"}}\n',
            "mysql",
            "app/settings.py (DATABASES)",
        ),
        (
            "alembic_dot_ini",
            "[alembic]\nsqlalchemy.url = mssql+pyodbc://u:p@host/db\n",
            "tsql",
            "alembic.ini:2 (alembic.sqlalchemy.url)",
        ),
        (
            "profiles_dot_yml",
            "shop:\n  outputs:\n    dev:\n      type: snowflake\n",
            "snowflake",
            "profiles.yml:4 (shop.outputs.dev.type)",
        ),
        (
            "compose_dot_yml",
            "services:\n  db:\n    image: docker.io/library/mariadb:11\n",
            "mysql",
            "compose.yml:3 (services.db.image)",
        ),
        (
            "requirements_dot_txt",
            "oracledb==2.0\n",
            "oracle",
            "requirements.txt:1 (oracledb)",
        ),
    ],
)
def test_settings_choose(name: str, text: str, dialect: str, reason: str) -> None:
    found = chosen({"schema.sql": TABLE}, **{name: text})
    assert found["schema.sql"] == Choice(dialect, f"the settings say so: {reason}")


def test_settings_of_a_part_are_for_that_part() -> None:
    found = chosen(
        {"billing/sql/a.sql": TABLE, "shop/sql/a.sql": TABLE},
        billing__alembic_dot_ini="[alembic]\nsqlalchemy.url = oracle://h/db\n",
        shop__alembic_dot_ini="[alembic]\nsqlalchemy.url = mysql://h/db\n",
    )
    assert {path: choice.name for path, choice in found.items()} == {
        "billing/sql/a.sql": "oracle",
        "shop/sql/a.sql": "mysql",
    }


def test_sqlite_is_developed_with_and_outweighed_by_any_server() -> None:
    found = chosen(
        {"schema.sql": TABLE},
        settings_dot_py='DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}\n',
        compose_dot_yml="services:\n  db:\n    image: postgres:16\n",
    )
    assert found["schema.sql"].name == "postgres"


def test_a_silent_file_follows_those_beside_it() -> None:
    found = chosen(
        {
            "sql/a.sql": "create table a (id bigserial, at timestamptz);",
            "sql/b.sql": TABLE,
            "old/a.sql": "create table [a].[b] (id int identity(1,1))\nGO\n",
            "old/b.sql": TABLE,
        }
    )
    assert found["sql/b.sql"] == Choice("postgres", "most SQL files in sql are in it")
    assert found["old/b.sql"] == Choice("tsql", "most SQL files in old are in it")


def test_a_type_that_two_warehouses_have_tells_neither() -> None:
    found = chosen(
        {
            "lake/a.sql": "create table a (b string) using parquet;",
            "lake/b.sql": "select cast(b as timestamp_ntz) from a;",
        }
    )
    assert found["lake/b.sql"] == Choice("spark", "most SQL files in lake are in it")
    alone = chosen({"b.sql": "select cast(b as timestamp_ntz) from a;"})
    assert alone["b.sql"] == Choice("snowflake", "line 1 says `timestamp_ntz`", is_sure=False)


def test_the_dialect_is_part_of_what_facts_depend_on(tmp_path: Path) -> None:
    text = "create table people (id int, email text);\nselect email as `mail` from people;\n"
    write(tmp_path, a_dot_sql=text, etiquette_dot_toml='dialect = "mysql"\n')
    assert "mysql: configured\n    a.sql" in invoke("config", tmp_path).out
    write(tmp_path, etiquette_dot_toml='dialect = "postgres"\n')
    assert "postgres: configured\n    a.sql" in invoke("config", tmp_path).out


def test_sql_in_strings_is_read_as_configured(tmp_path: Path) -> None:
    place = tmp_path / "app.py"
    place.write_text('db.execute("CREATE TABLE people (id int, email text)")\n')
    cache = FactsCache(tmp_path / "cache")
    read = [
        read_files([("app.py", place)], cache, rules=DialectRules(((pattern, "mysql"),)))
        for pattern in ("*.sql", "*")
    ]
    assert [[fact.dialect for fact in facts.tables] for [facts] in read] == [[""], ["mysql"]]


QUOTED = 'db.execute("""SELECT email FROM people WHERE name = "ann" """)\n'
"""Only where double quotes make strings is `ann` no column."""


def columns_read(root: Path, cache: FactsCache, rules: DialectRules = NO_RULES) -> list[str]:
    files = [(place.relative_to(root).as_posix(), place) for place in sorted(root.rglob("*.*"))]
    files = [item for item in files if not item[0].startswith("cache")]
    [facts] = [facts for facts in read_files(files, cache, rules=rules) if facts.statements]
    return [name for item in facts.statements for name in item.reads]


BY_POSTGRES = ["people.ann", "people.email", "people.name"]
BY_MYSQL = ["people.email", "people.name"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("settings.py", 'DATABASES = {"default": {"ENGINE": "django.db.backends.mysql"}}\n'),
        ("db.py", 'from sqlalchemy import create_engine\ne = create_engine("mysql://h/db")\n'),
        (
            "db.py",
            "import sqlalchemy as sa\ndef e():\n    return sa.create_engine('mysql+pymysql://h')\n",
        ),
        ("alembic.ini", "[alembic]\nsqlalchemy.url = mysql+mysqldb://u:p@host/db\n"),
        ("db.py", "import MySQLdb\n"),
        ("db.py", "def connect():\n    from mysql import connector\n"),
        ("requirements.txt", "pymysql==1.1\n"),
    ],
)
def test_sql_in_strings_is_read_as_the_project_says(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "app.py").write_text(QUOTED)
    cache = FactsCache(tmp_path / "cache")
    assert columns_read(tmp_path, cache) == BY_POSTGRES
    (tmp_path / name).write_text(text)
    assert columns_read(tmp_path, cache) == BY_MYSQL
    assert columns_read(tmp_path, cache) == BY_MYSQL, "from the cache"
    assert columns_read(tmp_path, cache, DialectRules((("*", "postgres"),))) == BY_POSTGRES
    (tmp_path / name).write_text("\n")
    assert columns_read(tmp_path, cache) == BY_POSTGRES, "what was said is taken back"


@pytest.mark.parametrize(
    ("driver", "dialect"),
    [
        ("psycopg", "postgres"),
        ("psycopg2.extras", "postgres"),
        ("asyncpg", "postgres"),
        ("MySQLdb", "mysql"),
        ("pymysql", "mysql"),
        ("sqlite3", "sqlite"),
        ("oracledb", "oracle"),
        ("pyodbc", "tsql"),
        ("snowflake.connector as s", "snowflake"),
        ("google.cloud.bigquery as b", "bigquery"),
        ("clickhouse_driver", "clickhouse"),
        ("duckdb", "duckdb"),
        ("trino", "trino"),
        ("redshift_connector", "redshift"),
    ],
)
def test_the_driver_that_a_file_imports_tells_its_sql(driver: str, dialect: str) -> None:
    settings = read_file("settings.py", b"DB_URL = 'hive://h/db'\n")
    facts = read_file("job.py", f"import {driver}\n".encode())
    project = ProjectDialects([settings, facts])
    said = driver.split(" ", maxsplit=1)[0].removesuffix(".extras")
    assert project.of_strings(facts) == Choice(
        dialect, f"the file imports a driver: job.py ({said})"
    )
    both = read_file("job.py", f"import {driver}\nimport pyspark\n".encode())
    assert project.of_strings(both) == Choice(
        "hive", "the settings say so: settings.py:1 (DB_URL)"
    ), "two drivers tell nothing"


def test_settings_outweigh_the_drivers_that_the_code_imports() -> None:
    files = [
        read_file("a.py", b"import sqlite3\n"),
        read_file("b.py", b"import psycopg2\n"),
        read_file("c.py", b"import psycopg2\n"),
    ]
    assert ProjectDialects(files).near("x.sql") == Choice(
        "postgres", "the code imports a driver: b.py (psycopg2)"
    )
    files.append(read_file("app/alembic.ini", b"[alembic]\nsqlalchemy.url = mysql://h/db\n"))
    assert ProjectDialects(files).near("x.sql").name == "mysql"


def test_config_tells_the_dialect_of_sql_in_strings(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_dot_py=QUOTED,
        b_dot_py=f"import duckdb\n{QUOTED}",
        c_dot_py="print('no select here')\n",
        requirements_dot_txt="pymysql\n",
    )
    assert invoke("config", tmp_path, "--no-cache").out.partition("SQL dialects\n")[2] == (
        "  duckdb: the file imports a driver: b.py (duckdb)\n"
        "    b.py\n"
        "  mysql: the settings say so: requirements.txt:1 (pymysql)\n"
        "    a.py\n"
    )
    (tmp_path / "requirements.txt").unlink()
    (tmp_path / "b.py").unlink()
    assert invoke("config", tmp_path, "--no-cache").out.partition("SQL dialects\n")[2] == (
        "  unknown: nothing says which; each statement is read in any dialect that can\n    a.py\n"
    )


def test_config_tells_each_value_and_its_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        etiquette_dot_toml='exclude = ["docs/"]\n[dialect]\n"wh/**" = "snowflake"\n',
        wh__a_dot_sql=TABLE,
        b_dot_sql=TABLE,
    )
    assert invoke("config", "--jobs", "2", "--no-cache").out == (
        "Configuration: etiquette.toml (found from the scanned path upwards)\n"
        "\n"
        "Settings\n"
        "  dialect        wh/** = snowflake  etiquette.toml:2\n"
        "  exclude        docs/              etiquette.toml:1\n"
        "  include-tests  false              default\n"
        "  fail-on        high               default\n"
        "  declaration    none               none beside or above the scanned path\n"
        "  jobs           2                  command line\n"
        "  rules          the tool's own     default\n"
        "\n"
        "SQL dialects\n"
        "  snowflake: configured for `wh/**`\n"
        "    wh/a.sql\n"
        "  snowflake: most SQL files of the project are in it\n"
        "    b.sql\n"
    )
