"""Orders that plans and changelogs give, and the schema that they lead to."""

from __future__ import annotations

from data_etiquette.flow.program.program import build_program
from data_etiquette.flow.sql.migrations import ordered, ordered_parts
from data_etiquette.flow.sql.schema import Schema
from data_etiquette.flow.sql.tables import merged_tables
from data_etiquette.frontends.read import read_file
from data_etiquette.model.facts import Facts


def read(**texts: str) -> list[Facts]:
    named = {name.replace("__", "/").replace("_dot_", "."): text for name, text in texts.items()}
    return [read_file(path, text.encode()) for path, text in named.items()]


def columns(files: list[Facts]) -> dict[str, list[tuple[str, int]]]:
    return {
        table.name: [(column.name, column.line) for column in table.columns]
        for _, table in merged_tables(files)
    }


def test_sqitch_plan_orders_the_deploy_scripts() -> None:
    files = read(
        sqitch_dot_plan=(
            "%syntax-version=1.0.0\n%project=shop\n\n"
            "users 2024-01-01T10:00:00Z Jo <jo@example.org> # people\n"
            "contact [users] 2024-01-02T10:00:00Z Jo <jo@example.org> # their phone\n"
            "@v1.0 2024-01-03T10:00:00Z Jo <jo@example.org>\n\n"
            "contact [contact@v1.0] 2024-01-04T10:00:00Z Jo <jo@example.org> # now a mobile\n"
        ),
        deploy__contact_dot_sql="ALTER TABLE users RENAME COLUMN phone TO mobile;\n",
        **{
            "deploy__contact@v1.0_dot_sql": "ALTER TABLE users ADD COLUMN phone text;\n",
            "deploy__users_dot_sql": "CREATE TABLE users (email text);\n",
            "revert__users_dot_sql": "DROP TABLE users;\n",
        },
    )
    assert [facts.path for facts in ordered(files)][1:] == [
        "deploy/users.sql",
        "deploy/contact@v1.0.sql",
        "deploy/contact.sql",
    ]
    assert columns(files) == {"users": [("email", 1), ("mobile", 1)]}


XML = """<?xml version="1.0" encoding="UTF-8"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
  <!-- <include file="never.sql"/> -->
  <changeSet id="1" author="jo">
    <preConditions><not><tableExists tableName="patient"/></not></preConditions>
    <createTable tableName="patient" remarks="People in care">
      <column name="id" type="int"><constraints primaryKey="true"/></column>
      <column name="given" type="varchar(50)" remarks="First name"/>
      <column name="doctor" type="int"><constraints references="doctor(id)"/></column>
    </createTable>
    <rollback><dropTable tableName="patient"/></rollback>
  </changeSet>
  <include file="z-first.sql" relativeToChangelogFile="true"/>
  <include file="db/changelog/a-second.yaml"/>
  <changeSet id="9" author="jo">
    <sql>
      GRANT SELECT ON patient TO PUBLIC;
      ALTER TABLE patient ADD COLUMN note text
    </sql>
  </changeSet>
</databaseChangeLog>
"""

YAML = """databaseChangeLog:
  - changeSet:
      id: 3
      author: jo
      changes:
        - renameColumn:
            tableName: patient
            oldColumnName: given
            newColumnName: first_name
        - addColumn:
            tableName: patient
            columns:
              - column:
                  name: birth_date
                  type: date
        - dropColumn:
            tableName: patient
            columnName: mobile
"""


def test_liquibase_changelogs_order_and_change_the_schema() -> None:
    files = read(
        src__main__resources__db__changelog__master_dot_xml=XML,
        **{
            "src__main__resources__db__changelog__z-first_dot_sql": (
                "--liquibase formatted sql\n\n--changeset jo:2\n"
                "ALTER TABLE patient ADD COLUMN mobile text;\n"
                "--rollback ALTER TABLE patient DROP COLUMN mobile;\n"
            ),
            "src__main__resources__db__changelog__a-second_dot_yaml": YAML,
        },
    )
    assert [facts.language for facts in files] == ["changelog", "sql", "changelog"]
    assert [facts.path.rpartition("/")[2] for facts in ordered(files)] == [
        "master.xml",
        "z-first.sql",
        "a-second.yaml",
    ]
    master = files[0]
    assert [(fact.kind, fact.line) for fact in master.controls] == [("grant", 17)]
    [(_, table)] = merged_tables(files)
    assert [(c.name, c.line, c.annotation, c.doc, c.relation) for c in table.columns] == [
        ("id", 7, "int", "", ""),
        ("first_name", 6, "varchar(50)", "First name", ""),
        ("doctor", 9, "int", "", "doctor"),
        ("birth_date", 13, "date", "", ""),
        ("note", 18, "text", "", ""),
    ]


def test_changes_of_a_changelog_are_made_between_the_files_that_it_includes() -> None:
    files = read(
        db__changelog_dot_xml=(
            "<databaseChangeLog>\n"
            '<changeSet id="1"><createTable tableName="t"><column name="a"/></createTable>'
            "</changeSet>\n"
            '<include file="db/inner.xml"/>\n'
            '<changeSet id="2"><renameColumn tableName="t" oldColumnName="b" newColumnName="c"/>'
            "</changeSet>\n"
            '<include file="db/last.sql"/>\n'
            "</databaseChangeLog>"
        ),
        db__inner_dot_xml=(
            "<databaseChangeLog>\n"
            '<include file="db/first.sql"/>\n'
            '<changeSet id="1"><addColumn tableName="t"><column name="x"/></addColumn>'
            "</changeSet>\n"
            "</databaseChangeLog>"
        ),
        db__first_dot_sql="ALTER TABLE t RENAME COLUMN a TO b;",
        db__last_dot_sql="ALTER TABLE t RENAME COLUMN c TO d;",
    )
    assert [(p.facts.path, p.behind) for p in ordered_parts(files)] == [
        ("db/changelog.xml", 0),
        ("db/inner.xml", 0),
        ("db/first.sql", 0),
        ("db/inner.xml", 2),
        ("db/changelog.xml", 3),
        ("db/last.sql", 0),
        ("db/changelog.xml", 5),
    ]
    assert columns(files) == {"t": [("d", 1), ("x", 3)]}


def test_sql_of_a_changelog_is_read_in_the_database_that_it_is_for() -> None:
    text = (
        '<databaseChangeLog><changeSet id="1" author="jo">\n'
        '<sql dbms="mysql">SELECT email FROM people WHERE name = "ann"</sql>\n'
        '<sql>SELECT email FROM people WHERE name = "ann"</sql>\n'
        "</changeSet></databaseChangeLog>"
    )
    facts = read_file("db/changelog.xml", text.encode(), "postgres")
    assert [item.reads for item in facts.statements] == [
        ("people.email", "people.name"),
        ("people.ann", "people.email", "people.name"),
    ]
    assert facts.has_sql


def test_a_folder_is_included_in_the_order_of_its_names() -> None:
    files = read(
        db__changelog_dot_xml=(
            '<databaseChangeLog><includeAll path="db/steps/"/></databaseChangeLog>'
        ),
        db__steps__10_dot_sql="ALTER TABLE t RENAME COLUMN b TO c;",
        db__steps__9_dot_sql="ALTER TABLE t RENAME COLUMN a TO b;",
        db__steps__1_dot_sql="CREATE TABLE t (a text);",
    )
    assert columns(files) == {"t": [("c", 1)]}


def test_patches_below_a_base_script_make_no_tables_of_their_own() -> None:
    files = read(
        sql__schema_dot_sql="CREATE TABLE people (email text, phone text);",
        sql__patches__2_dot_sql="CREATE TABLE people (email text);\nCREATE TABLE pets (name text);",
        sql__patches__3_dot_sql="ALTER TABLE people ADD COLUMN fax text;",
    )
    assert columns(files) == {
        "people": [("email", 1), ("phone", 1), ("fax", 1)],
        "pets": [("name", 2)],
    }


def test_folders_between_two_versions_are_migrations_of_the_schema_above() -> None:
    files = read(
        **{
            "sql__v9-v10__static__b_dot_sql": "ALTER TABLE people RENAME COLUMN mail TO email;",
            "sql__v2-v3__static__a_dot_sql": "ALTER TABLE people ADD COLUMN mail text;",
        },
        sql__people_dot_sql="CREATE TABLE people (id int);",
    )
    assert columns(files) == {"people": [("id", 1), ("email", 1)]}


def test_of_a_view_that_migrations_define_again_the_last_definition_counts() -> None:
    files = read(
        migrations__1_dot_sql=(
            "CREATE TABLE people (email text, phone text);\n"
            "CREATE VIEW v AS SELECT email AS contact FROM people;"
        ),
        migrations__2_dot_sql="DROP VIEW v;\nCREATE VIEW v AS SELECT phone AS contact FROM people;",
        mysql_dot_sql="CREATE VIEW w AS SELECT email FROM people;",
        postgres_dot_sql="CREATE VIEW w AS SELECT email FROM people;",
    )
    schema = Schema(build_program(files), ())
    assert [(facts.path, item.line) for facts, item, _ in schema.flows] == [
        ("migrations/2.sql", 2),
        ("mysql.sql", 1),
        ("postgres.sql", 1),
    ]


def test_broken_and_hostile_lists_are_no_trouble() -> None:
    deep = "<databaseChangeLog>" + "<changeSet>" * 500 + '<include file="a.sql"/>'
    circle = '<databaseChangeLog><include file="changelog.xml"/></databaseChangeLog>'
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><databaseChangeLog><sql>&a;&a;</sql></databaseChangeLog>'
    )
    unclosed = "<databaseChangeLog><createTable tableName='t'><column name='a'"
    for text in (deep, circle, bomb, unclosed):
        files = read(db__changelog_dot_xml=text)
        assert [facts.path for facts in ordered(files)] == ["db/changelog.xml"]
    [facts] = read(db__changelog_dot_yaml="databaseChangeLog: [\n")
    assert [item.reason[:20] for item in facts.skipped] == ["not YAML or JSON in "]
