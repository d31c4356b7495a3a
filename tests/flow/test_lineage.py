"""Lineage over files, and personal data under its new names."""

from __future__ import annotations

from data_etiquette.model.catalog import Catalog
from data_etiquette.model.graph import Graph
from tests.support import link_texts

TABLES = (
    "CREATE TABLE patients (id int, full_name text, diagnosis text, email text, joined date);\n"
    "CREATE TABLE clinics (id int, name text);\n"
)


def lineage(graph: Graph) -> list[tuple[str, tuple[str, ...], tuple[str, ...], str]]:
    return [
        (item.target, item.sources, item.effects, f"{item.location.path}:{item.location.line}")
        for item in graph.lineage
    ]


def fields(graph: Graph, entity: str) -> dict[str, tuple[str, str, str, str]]:
    """Name to element, protection, confidence and first evidence."""
    return {
        field.name: (
            field.element,
            field.protection.value,
            field.confidence.value,
            next(iter(field.evidence), ""),
        )
        for item in graph.entities
        if item.name == entity
        for field in item.fields
    }


def test_stars_are_expanded_by_the_tables_of_another_file(catalog: Catalog) -> None:
    graph = link_texts(
        {"z.sql": TABLES, "a.sql": "CREATE VIEW v AS\nSELECT * FROM CLINICS;"}, catalog
    )
    assert lineage(graph) == [
        ("v.id", ("clinics.id",), ("direct",), "a.sql:2"),
        ("v.name", ("clinics.name",), ("direct",), "a.sql:2"),
    ]


def test_a_view_on_a_view_stays_personal(catalog: Catalog) -> None:
    text = (
        "CREATE VIEW second AS SELECT label AS x FROM first;\n"
        "CREATE VIEW first AS SELECT p.diagnosis AS label FROM patients p;\n"
    )
    graph = link_texts({"s.sql": TABLES, "v.sql": text}, catalog)
    assert lineage(graph) == [
        ("second.x", ("first.label",), ("direct",), "v.sql:1"),
        ("first.label", ("patients.diagnosis",), ("direct",), "v.sql:2"),
    ]
    assert fields(graph, "first") == {
        "label": ("diagnosis", "none", "high", "comes from patients.diagnosis (s.sql:1)")
    }
    assert fields(graph, "second") == {
        "x": ("diagnosis", "none", "high", "comes from first.label (v.sql:2)")
    }
    assert [item.kind for item in graph.entities if item.name == "second"] == ["sql-view"]


def test_what_weakens_is_told(catalog: Catalog) -> None:
    text = (
        "CREATE TABLE t AS SELECT md5(email) AS k, count(email) AS email, "
        "full_name || '!' AS loud, email IS NULL AS missing FROM patients;"
    )
    graph = link_texts({"s.sql": TABLES, "t.sql": text}, catalog)
    assert fields(graph, "t") == {
        "k": ("email", "hashed", "high", "comes from patients.email (s.sql:1), hashed"),
        "email": ("", "none", "low", "a statistic of patients.email"),
        "loud": ("full_name", "none", "medium", "comes from patients.full_name (s.sql:1), derived"),
        "missing": ("", "none", "low", "tells no more than a condition on patients.email"),
    }


def test_a_constant_chosen_by_a_diagnosis(catalog: Catalog) -> None:
    text = (
        "CREATE VIEW cohort AS SELECT id, 'x' AS grp FROM patients "
        "WHERE diagnosis = 'E11' AND joined > '2020-01-01';"
    )
    graph = link_texts({"s.sql": TABLES, "v.sql": text}, catalog)
    assert lineage(graph) == [
        ("cohort.id", ("patients.id",), ("direct",), "v.sql:1"),
        ("cohort.grp", ("patients.diagnosis",), ("derived",), "v.sql:1"),
    ]
    assert fields(graph, "cohort")["grp"] == (
        "diagnosis",
        "none",
        "medium",
        "comes from patients.diagnosis (s.sql:1), derived",
    )


def test_a_name_that_sounds_personal_but_is_not(catalog: Catalog) -> None:
    text = "CREATE VIEW v AS SELECT c.name AS full_name FROM clinics c;"
    graph = link_texts({"s.sql": TABLES, "v.sql": text}, catalog)
    assert fields(graph, "v") == {
        "full_name": ("", "none", "low", "comes from clinics.name, not personal")
    }


def test_a_statistic_is_none_under_any_later_name(catalog: Catalog) -> None:
    text = (
        "CREATE VIEW a AS SELECT count(email) AS email FROM patients;\n"
        "CREATE VIEW b AS SELECT email AS x FROM a;"
    )
    graph = link_texts({"s.sql": TABLES, "v.sql": text}, catalog)
    assert fields(graph, "b") == {"x": ("", "none", "low", "")}


def test_insert_into_a_declared_table(catalog: Catalog) -> None:
    text = (
        "CREATE TABLE arch (a int, b text);\nINSERT INTO arch SELECT id, full_name FROM patients;"
    )
    graph = link_texts({"s.sql": TABLES, "t.sql": text}, catalog)
    assert lineage(graph) == [
        ("arch.a", ("patients.id",), ("direct",), "t.sql:2"),
        ("arch.b", ("patients.full_name",), ("direct",), "t.sql:2"),
    ]
    assert fields(graph, "arch")["b"][0] == "full_name"


def test_models_and_tables_of_one_name_are_one(catalog: Catalog) -> None:
    model = (
        "from django.db import models\n"
        "class Customer(models.Model):\n"
        "    email = models.EmailField(db_column='mail')\n"
        "    class Meta:\n"
        "        db_table = 'crm_customer'\n"
    )
    view = "CREATE VIEW v AS SELECT * FROM crm_customer;"
    graph = link_texts({"crm/models.py": model, "v.sql": view}, catalog)
    assert lineage(graph) == [("v.mail", ("crm_customer.mail",), ("direct",), "v.sql:1")]
    assert fields(graph, "v") == {
        "mail": ("email", "none", "high", "comes from crm_customer.mail (crm/models.py:3)")
    }


def test_schemas_are_shown_only_where_two_have_the_table(catalog: Catalog) -> None:
    text = (
        "CREATE TABLE a.t (x int);\nCREATE TABLE b.t (x int);\nCREATE TABLE c.u (y int);\n"
        "CREATE VIEW v AS SELECT l.x, u.y FROM a.t l, c.u;"
    )
    assert lineage(link_texts({"s.sql": text}, catalog)) == [
        ("v.x", ("a.t.x",), ("direct",), "s.sql:4"),
        ("v.y", ("u.y",), ("direct",), "s.sql:4"),
    ]


def test_dbt_models_are_named_after_their_files(catalog: Catalog) -> None:
    files = {
        "models/stg_customers.sql": "select id, email as contact "
        "from {{ source('raw', 'customers') }}",
        "models/dim.sql": "{{ config(materialized='table') }}\n"
        "select c.* from {{ ref('stg_customers') }} c",
    }
    assert lineage(link_texts(files, catalog)) == [
        ("dim.contact", ("stg_customers.contact",), ("direct",), "models/dim.sql:2"),
        ("dim.id", ("stg_customers.id",), ("direct",), "models/dim.sql:2"),
        ("stg_customers.id", ("customers.id",), ("direct",), "models/stg_customers.sql:1"),
        ("stg_customers.contact", ("customers.email",), ("direct",), "models/stg_customers.sql:1"),
    ]


def test_a_bare_query_is_named_after_its_file(catalog: Catalog) -> None:
    graph = link_texts({"s.sql": TABLES, "report.sql": "SELECT email AS e FROM patients"}, catalog)
    assert lineage(graph) == [("report.e", ("patients.email",), ("direct",), "report.sql:1")]


def test_tables_without_a_schema_are_told_by_what_else_is_said_of_them(catalog: Catalog) -> None:
    text = (
        "SELECT mail, l_tax, size FROM people, lineitem, boxes;\n"
        "SELECT p.mail FROM people p;\nSELECT size FROM boxes;"
    )
    assert lineage(link_texts({"q.sql": text}, catalog))[:3] == [
        ("q.mail", ("people.mail",), ("direct",), "q.sql:1"),
        ("q.l_tax", ("lineitem.l_tax",), ("direct",), "q.sql:1"),
        ("q.size", ("boxes.size",), ("direct",), "q.sql:1"),
    ]


def test_a_column_that_the_schema_does_not_know_yet(catalog: Catalog) -> None:
    graph = link_texts({"s.sql": TABLES, "q.sql": "SELECT p.fresh FROM patients p"}, catalog)
    assert lineage(graph) == [("q.fresh", ("patients.fresh",), ("direct",), "q.sql:1")]


def test_a_circle_of_inserts_ends(catalog: Catalog) -> None:
    text = (
        "CREATE TABLE a (x text);\nCREATE TABLE b (y text);\n"
        "INSERT INTO a SELECT y FROM b;\nINSERT INTO b SELECT x FROM a;\n"
        "CREATE VIEW r AS SELECT * FROM r;\nINSERT INTO a SELECT email FROM patients;"
    )
    graph = link_texts({"s.sql": TABLES, "t.sql": text}, catalog)
    assert fields(graph, "a")["x"][0] == "email"
    assert fields(graph, "b")["y"][0] == "email"
