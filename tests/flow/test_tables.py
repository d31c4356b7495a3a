"""The schema over time: migrations of every convention replayed to what stands at the end."""

# One statement a line, as it would be written.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping

import pytest

from data_etiquette.flow.sql.tables import column_history, merged_tables
from data_etiquette.frontends.read import read_file


def schema(files: Mapping[str, str]) -> dict[str, list[str]]:
    facts = [read_file(path, text.encode()) for path, text in files.items()]
    return {table.name: [c.name for c in table.columns] for _, table in merged_tables(facts)}


def history(files: Mapping[str, str]) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    facts = [read_file(path, text.encode()) for path, text in files.items()]
    return {
        f"{item.table}.{item.column}": (
            f"{item.introduced.path}:{item.introduced.line}",
            f"{item.changed.path}:{item.changed.line}",
            item.names,
        )
        for item in column_history(facts)
    }


CREATE = "CREATE TABLE users (id int, email text, phone text);\n"

CONVENTIONS = {
    "flyway, versions as numbers and repeatables last": {
        "db/V1__init.sql": CREATE,
        "db/V2__dob.sql": "ALTER TABLE users ADD COLUMN dob date;",
        "db/V10__drop.sql": "ALTER TABLE users DROP COLUMN dob;",
        "db/R__note.sql": "ALTER TABLE users ADD COLUMN note text;",
        "db/U10__drop.sql": "ALTER TABLE users DROP COLUMN email;",
    },
    "golang-migrate": {
        "m/000001_init.up.sql": CREATE,
        "m/000001_init.down.sql": "DROP TABLE users;",
        "m/000002_note.up.sql": "ALTER TABLE users ADD COLUMN note text;",
        "m/000002_note.down.sql": "ALTER TABLE users DROP COLUMN note;",
    },
    "dbmate": {
        "db/migrations/20200101_a.sql": f"-- migrate:up\n{CREATE}\n-- migrate:down\nDROP TABLE users;",
        "db/migrations/20200102_b.sql": "-- migrate:up\nALTER TABLE users ADD note text;\n"
        "-- migrate:down\nALTER TABLE users DROP COLUMN note;\n",
    },
    "goose": {
        "g/00001_a.sql": f"-- +goose Up\n{CREATE}-- +goose Down\nDROP TABLE users;\n",
        "g/00002_b.sql": "-- +goose Down\nALTER TABLE users DROP note;\n"
        "-- +goose Up\nALTER TABLE users ADD note text;\n",
    },
    "sqitch": {
        "deploy/users.sql": CREATE + "ALTER TABLE users ADD note text;",
        "revert/users.sql": "DROP TABLE users;",
        "verify/users.sql": "SELECT id FROM users;",
    },
    "diesel": {
        "migrations/2020-01-01_a/up.sql": CREATE,
        "migrations/2020-01-01_a/down.sql": "DROP TABLE users;",
        "migrations/2020-02-01_b/up.sql": "ALTER TABLE users ADD note text;",
        "migrations/2020-02-01_b/down.sql": "ALTER TABLE users DROP note;",
    },
    "liquibase": {
        "changelog/1.sql": f"--liquibase formatted sql\n--changeset a:1\n{CREATE}"
        "--rollback DROP TABLE users;\n--changeset a:2\nALTER TABLE users ADD note text;\n"
        "--rollback ALTER TABLE users DROP COLUMN note;\n",
    },
    "a script and numbered folders": {
        "sql/schema.sql": CREATE,
        "sql/delta/2/a.sql": "ALTER TABLE users ADD x text;",
        "sql/delta/10/a.sql": "ALTER TABLE users RENAME COLUMN x TO note;",
    },
    "rails": {"db/structure.sql": CREATE + "ALTER TABLE ONLY users ADD note text;"},
}


@pytest.mark.parametrize("name", CONVENTIONS)
def test_convention(name: str) -> None:
    assert schema(CONVENTIONS[name]) == {"users": ["id", "email", "phone", "note"]}


def test_renamed_keeps_history() -> None:
    files = {
        "m/1.sql": CREATE,
        "m/2.sql": "ALTER TABLE users RENAME COLUMN phone TO tel;\nALTER TABLE users RENAME TO people;",
        "m/3.sql": "\nALTER TABLE people ALTER COLUMN tel TYPE varchar(20);",
    }
    assert schema(files) == {"people": ["id", "email", "tel"]}
    assert history(files)["people.tel"] == ("m/1.sql:1", "m/3.sql:2", ("phone",))


def test_sqlite_rebuild_keeps_history() -> None:
    files = {
        "m/1.sql": CREATE,
        "m/2.sql": "CREATE TABLE new_users (id int, email text);\n"
        "INSERT INTO new_users SELECT id, email FROM users;\nDROP TABLE users;\n"
        "ALTER TABLE new_users RENAME TO users;",
    }
    assert schema(files) == {"users": ["id", "email"]}
    assert history(files)["users.email"] == ("m/1.sql:1", "m/2.sql:1", ())


def test_dropped_table_is_gone() -> None:
    assert schema({"m/1.sql": CREATE, "m/2.sql": "DROP TABLE users;"}) == {}


def test_script_that_drops_is_no_migration() -> None:
    found = schema({"sql/create.sql": CREATE, "sql/remove.sql": "DROP TABLE users;"})
    assert found == {"users": ["id", "email", "phone"]}


def test_dialects_side_by_side_are_two_schemas() -> None:
    files = {
        "sql/mysql/1.sql": CREATE,
        "sql/postgres/1.sql": CREATE,
        "sql/mysql/2.sql": "ALTER TABLE users ADD x text;",
        "sql/postgres/2.sql": "ALTER TABLE users ADD y text;",
    }
    facts = [read_file(path, text.encode()) for path, text in files.items()]
    found = [(f.path, [c.name for c in t.columns]) for f, t in merged_tables(facts)]
    assert found == [
        ("sql/mysql/1.sql", ["id", "email", "phone", "x"]),
        ("sql/postgres/1.sql", ["id", "email", "phone", "y"]),
    ]


ALEMBIC = """
from alembic import op
import sqlalchemy as sa
revision = {new!r}
down_revision = {old!r}
def upgrade():
    {up}
def downgrade():
    op.drop_table('users')
"""


def test_alembic_follows_revisions_not_names() -> None:
    files = {
        "versions/z.py": ALEMBIC.format(
            new="1",
            old=None,
            up="op.create_table('users', sa.Column('id', sa.Integer()), "
            "sa.Column('email', sa.String(40)), sa.Column('phone', sa.Text()))",
        ),
        "versions/a.py": ALEMBIC.format(new="3", old="2", up="op.rename_table('users', 'people')"),
        "versions/m.py": ALEMBIC.format(
            new="2",
            old="1",
            up="op.alter_column('users', 'phone', new_column_name='tel')\n"
            "    op.drop_column('users', 'email')\n"
            "    with op.batch_alter_table('users') as batch_op:\n"
            "        batch_op.add_column(sa.Column('dob', sa.Date()))",
        ),
    }
    assert schema(files) == {"people": ["id", "tel", "dob"]}
    assert history(files)["people.tel"] == ("versions/z.py:7", "versions/m.py:7", ("phone",))
