"""Rows without a column list, and keys of JSON columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.flow.entities.entities import build_entities
from data_etiquette.flow.entities.lineage import trace_lineage
from data_etiquette.flow.lexicon.vocabulary import Vocabulary, compile_vocabulary
from data_etiquette.flow.program.program import build_program
from data_etiquette.flow.sql.queried import queried
from data_etiquette.frontends.python.read import read_python
from data_etiquette.frontends.sql.read import read_sql

SCHEMA = "CREATE TABLE people (id int, email text, phone text);\n"


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    cache: Path = tmp_path_factory.mktemp("cache")
    return compile_vocabulary(load_catalog(data_folder("rules"), cache))


def test_rows_without_a_list_fill_the_columns_by_position() -> None:
    app = read_python(
        "app.py",
        "def add(db, a, b):\n"
        '    db.execute("INSERT INTO people VALUES (1, ?, ?)", (a, b))\n'
        '    db.execute("INSERT INTO public.people VALUES (%(key)s, lower(%(mail)s), NULL)", {})\n',
    )
    [_, facts] = queried([read_sql("schema.sql", SCHEMA), app])
    assert [(item.parameters, item.written, item.writes) for item in facts.statements] == [
        (
            (("0", "people.email"), ("1", "people.phone")),
            ("0", "1"),
            ("people.email", "people.id", "people.phone"),
        ),
        (
            (("key", "public.people.id"), ("mail", "public.people.email")),
            ("key", "mail"),
            ("public.people.email", "public.people.id", "public.people.phone"),
        ),
    ]
    assert {"email", "phone"} <= set(facts.writes)


def test_two_tables_of_one_name_leave_it_open() -> None:
    other = read_sql("other/schema.sql", "CREATE TABLE people (a int, b text, c text);")
    app = read_python("app.py", 'db.execute("INSERT INTO people VALUES (?, ?, ?)", row)\n')
    [_, _, facts] = queried([read_sql("schema.sql", SCHEMA), other, app])
    assert facts.statements[0].writes == ()


@pytest.mark.parametrize(
    ("dialect", "expression"),
    [
        ("postgres", "data->>'email'"),
        ("postgres", "data->'contact'->>'email'"),
        ("postgres", "data#>>'{contact,email}'"),
        ("postgres", "jsonb_extract_path_text(data, 'contact', 'email')"),
        ("mysql", "JSON_UNQUOTE(JSON_EXTRACT(data, '$.contact.email'))"),
        ("tsql", "JSON_VALUE(data, '$.email')"),
        ("oracle", "JSON_VALUE(data, '$.email')"),
        ("snowflake", "data:contact.email::string"),
        ("snowflake", "data['email']"),
        ("bigquery", "JSON_VALUE(data, '$.email')"),
        ("sqlite", "json_extract(data, '$.email')"),
        ("spark", "get_json_object(data, '$.email')"),
        ("trino", "json_extract_scalar(data, '$.email')"),
    ],
)
def test_keys_of_json_are_told_in_every_dialect(dialect: str, expression: str) -> None:
    facts = read_sql("q.sql", "SELECT " + expression + " FROM events", dialect)  # noqa: S608
    assert facts.statements[0].keys == (("events.data", "email"),)


def test_no_key_is_made_of_an_index() -> None:
    facts = read_sql("q.sql", "SELECT tags[1], data->0, data->>'$[0]' FROM events", "postgres")
    assert facts.statements[0].keys == ()


def test_a_json_column_is_personal_by_the_keys_that_are_read(vocabulary: Vocabulary) -> None:
    sql = (
        "CREATE TABLE events (id int, data jsonb, extra jsonb);\n"
        "CREATE VIEW seen AS SELECT data->>'email' AS contact_mail, data->>'theme' AS theme,\n"
        "  data->>'phone' AS phone, data AS data FROM events;\n"
    )
    program = build_program(queried([read_sql("schema.sql", sql, "postgres")]))
    traced = trace_lineage(program, build_entities(program, vocabulary), vocabulary)
    found = {
        (entity.name, item.name): (item.element, item.evidence[:1])
        for entity in traced.entities
        for item in entity.fields
        if item.element
    }
    assert found[("events", "data")][1][0].startswith("its key `phone` (schema.sql:2): ")
    assert {key: element for key, (element, _) in found.items()} == {
        ("events", "data"): "phone",
        ("seen", "contact_mail"): "email",
        ("seen", "phone"): "phone",
        ("seen", "data"): "phone",
    }
