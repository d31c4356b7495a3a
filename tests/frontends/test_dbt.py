"""dbt projects: property files as evidence, Jinja around models made neutral."""

from __future__ import annotations

import pytest

from data_etiquette.flow.link import link
from data_etiquette.frontends.dbt import read_dbt
from data_etiquette.frontends.read import language_of, read_file
from data_etiquette.frontends.sql.jinja import neutral
from data_etiquette.model.catalog import Catalog

PROPERTIES = """\
version: 2
sources:
  - name: shop
    tables:
      - name: raw_customers
        columns:
          - name: id
          - name: email
            description: Where we write to
          - {name: f12, meta: {pii: "phone"}}
          - {name: f13, meta: {contains_pii: false}}
          - {name: f14, config: {tags: [pii]}}
models:
  - name: stg_customers
    columns:
      - name: c1
        policy_tags: [projects/x/taxonomies/1/policyTags/email]
        data_type: string
"""
MODEL = """\
{{ config(materialized='table') }}
{% macro cents(x) %} ({{ x }} / 100) {% endmacro %}
select id as customer_id, f14 as c1,
{% if target.name == 'prod' %} email as mail_addr, {% else %} 'x' as mail_addr, {% endif %}
{% for method in ['card', 'cash'] %}
  sum(amount) as {{ method }}_amount,
{% endfor %}
from {{ source('shop', 'raw_customers') }}
{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
"""


def test_property_file_as_facts() -> None:
    facts = read_dbt("models/schema.yml", PROPERTIES)
    assert [(t.name, t.line, [(c.name, c.line) for c in t.columns]) for t in facts.tables] == [
        ("stg_customers", 14, [("c1", 16)]),
        ("shop.raw_customers", 5, [("id", 7), ("email", 8), ("f12", 10), ("f13", 11), ("f14", 12)]),
    ]
    assert [c.options for c in facts.tables[1].columns] == [
        (),
        (),
        (("meta.pii", "phone"),),
        (("meta.contains_pii", "false"),),
        (("tag", "pii"),),
    ]


def test_tags_and_meta_are_evidence(catalog: Catalog) -> None:
    files = {"models/schema.yml": PROPERTIES, "models/stg_customers.sql": MODEL}
    graph = link([read_file(path, text.encode()) for path, text in files.items()], catalog)
    found = {
        entity.name: [(item.name, item.element) for item in entity.personal_fields]
        for entity in graph.entities
    }
    assert found["raw_customers"] == [
        ("email", "email"),
        ("f12", "phone"),
        ("f14", "demographic_profile"),
    ]
    assert ("mail_addr", "email") in found["stg_customers"]
    assert graph.skipped == ()


@pytest.mark.parametrize(
    "path", ["models/schema.yml", "dbt/models/staging/_sources.yaml", "seeds/properties.yml"]
)
def test_property_files_are_read(path: str) -> None:
    assert language_of(path) == "dbt"


def test_other_yaml_among_models_is_nothing() -> None:
    facts = read_dbt("models/weights.yml", "layers:\n  - {name: [}\n")
    assert (facts.tables, facts.skipped) == ((), ())


def test_broken_property_file_is_told() -> None:
    facts = read_dbt("models/schema.yml", "models:\n  - name: [\n")
    assert [item.path for item in facts.skipped] == ["models/schema.yml"]


JINJA = {
    "no Jinja": ("select '{}' from t", "select '{}' from t"),
    "one branch": (
        "a {% if x %}b{% else %}c{% endif %} d",
        "a" + " " * 11 + "b" + " " * 23 + "d",
    ),
    "elif": ("{% if x %}1{% elif y %}2{% else %}3{% endif %}", " " * 10 + "1" + " " * 35),
    "macro body": ("{% macro f(x) %} drop table t; {% endmacro %}select 1", " " * 45 + "select 1"),
    "set block": ("{% set q %}select 2{% endset %}select 1", " " * 31 + "select 1"),
    "set value": ("{% set q = 1 %}select 1", " " * 15 + "select 1"),
    "comment": ("{# ; 'open #}select 1", " " * 13 + "select 1"),
    "short placeholder stays": ("select {{ x }}", "select {{ x }}"),
    "long call goes": ("{{ f(" + "1," * 300 + ") }}select 1", " " * 609 + "select 1"),
    "nested": (
        "{% if a %}{% if b %}1{% else %}2{% endif %}{% else %}3{% endif %}4",
        " " * 20 + "1" + " " * 44 + "4",
    ),
    "not closed": ("{% if select 1", "{% if select 1"),
    "loose comma": ("{% for x in y %}a,{% endfor %} from t", " " * 16 + "a" + " " * 13 + " from t"),
}


@pytest.mark.parametrize("name", JINJA)
def test_neutral(name: str) -> None:
    text, expected = JINJA[name]
    assert neutral(text) == expected
    assert len(neutral(text)) == len(text)
