from __future__ import annotations

from pathlib import Path

import pytest

from data_etiquette.declaration.difference.view import View
from data_etiquette.declaration.imports.apply import imported_draft, without_nobodys
from data_etiquette.declaration.imports.read import read_import
from data_etiquette.declaration.imports.said import FieldSaid, Said
from data_etiquette.declaration.load import parse_declaration
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.error import UsageError
from tests.command import invoke
from tests.support import link_texts

MODELS = """\
from django.db import models
class Customer(models.Model):
    email = models.EmailField()
    nickname = models.CharField(max_length=20)
    loyalty_class = models.CharField(max_length=20)
"""
GDPR = """\
models:
  shop.Customer:
    name: Customer
    fields:
      email: {name: Email, required: true, pii: true}
      nickname: {name: Nickname, required: false, pii: false}
      loyalty_class: {name: Class, required: false, pii: true}
      created: {name: Created, required: true, pii: null}
"""
EDX = '''\
from django.db import models

class Customer(models.Model):
    """
    A buyer.

    .. pii: Who buys here
    .. pii_types: email_address, phone_number
    .. pii_retirement: local_api
    """
    email = models.EmailField()

# .. no_pii: Only names of colours
@register
class Nickname(models.Model):
    nickname = models.CharField(max_length=20)
'''
FIDES = """\
system:
  - fides_key: web_shop
    name: Web shop
    privacy_declarations:
      - name: Paying orders
        data_use: essential.service.payment_processing
        data_categories: [user.contact.email, user.name]
        data_subjects: [customer]
        legal_basis_for_processing: Contract
        retention_period: "2555"
      - data_use: essential.service
        data_categories: [user.health_and_medical]
        data_subjects: [patient]
        legal_basis_for_processing: Consent
        special_category_legal_basis: Explicit consent
        retention_period: until the account is closed
dataset:
  - fides_key: shop_db
    collections:
      - name: customer
        fields:
          - {name: loyalty_class, data_categories: [user.contact.email]}
          - {name: nickname, data_categories: [system.operations]}
          - {name: email, data_categories: [user.contact.email]}
          - {name: note}
"""
DBT = """\
version: 2
models:
  - name: customer
    columns:
      - {name: loyalty_class, meta: {pii: true, data_element: interests}}
      - {name: nickname, meta: {contains_pii: false}}
      - {name: email, tags: [pii]}
      - {name: other, meta: {owner: shop}}
      - {name: late, config: {tags: [pii]}}
"""


def _said(folder: Path, name: str, text: str, catalog: Catalog) -> Said:
    place = folder / name
    place.write_text(text)
    return read_import(place, catalog)


def _view(catalog: Catalog, classify: str = "") -> View:
    declared = "version: 1\norganisation: {name: Shop}\nactivities: []\n" + classify
    declaration = parse_declaration(declared.encode(), "etiquette.yaml", catalog)
    return View(link_texts({"shop/models.py": MODELS}, catalog), declaration, catalog)


def test_django_gdpr(catalog: Catalog, tmp_path: Path) -> None:
    assert _said(tmp_path, "gdpr.yml", GDPR, catalog).fields == [
        FieldSaid("shop.Customer", "email", personal=True, why="gdpr.yml says pii: true"),
        FieldSaid("shop.Customer", "nickname", personal=False, why="gdpr.yml says pii: false"),
        FieldSaid("shop.Customer", "loyalty_class", personal=True, why="gdpr.yml says pii: true"),
    ]


def test_open_edx(catalog: Catalog, tmp_path: Path) -> None:
    assert _said(tmp_path, "models.py", EDX, catalog).fields == [
        FieldSaid("Customer", "", personal=True, elements=("email", "phone"), why="Who buys here"),
        FieldSaid("Nickname", "", personal=False, why="Only names of colours"),
    ]


def test_fides(catalog: Catalog, tmp_path: Path) -> None:
    said = _said(tmp_path, "fides.yml", FIDES, catalog)
    first, second = said.activities
    assert (first.id, first.note, first.purposes, first.legal_basis, first.subject) == (
        "paying-orders",
        "Paying orders",
        {"payment"},
        "contract",
        "customer",
    )
    assert first.elements >= {"email", "full_name"}
    assert first.retention == "P2555D"
    assert (second.id, second.purposes, second.legal_basis, second.special_basis) == (
        "web-shop-2",
        set(),
        "consent",
        "art9_2_a",
    )
    assert {"service_provision", "order_delivery"} <= set(second.perhaps)
    assert "diagnosis" in second.elements
    assert second.criterion == "until the account is closed"
    assert [(item.field, item.personal) for item in said.fields] == [
        ("loyalty_class", True),
        ("nickname", False),
        ("email", True),
    ]


def test_dbt(catalog: Catalog, tmp_path: Path) -> None:
    assert _said(tmp_path, "schema.yml", DBT, catalog).fields == [
        FieldSaid("customer", "loyalty_class", True, ("interests",), "schema.yml says so"),
        FieldSaid("customer", "nickname", personal=False, why="schema.yml says so"),
        FieldSaid("customer", "email", personal=True, why="schema.yml says so"),
        FieldSaid("customer", "late", personal=True, why="schema.yml says so"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "overrides"),
    [
        (
            "gdpr.yml",
            GDPR,
            [
                ("shop.models.Customer.loyalty_class", "TODO", "gdpr.yml says pii: true"),
                ("shop.models.Customer.nickname", "none", "gdpr.yml says pii: false"),
            ],
        ),
        (
            "schema.yml",
            DBT,
            [
                ("shop.models.Customer.loyalty_class", "interests", "schema.yml says so"),
                ("shop.models.Customer.nickname", "none", "schema.yml says so"),
            ],
        ),
        ("models.py", EDX, []),
    ],
)
def test_only_what_the_code_was_judged_otherwise_is_overridden(
    name: str, text: str, overrides: list[tuple[str, str, str]], catalog: Catalog, tmp_path: Path
) -> None:
    said = _said(tmp_path, name, text, catalog)
    draft = imported_draft(said, _view(catalog))
    assert [item for item in draft.overrides if "Customer" in item[0]] == overrides


def test_an_override_that_is_written_is_not_added_again(catalog: Catalog, tmp_path: Path) -> None:
    said = _said(tmp_path, "gdpr.yml", GDPR, catalog)
    classify = "classify: [{match: shop.models.Customer.nickname, as: nickname, why: It is}]\n"
    assert imported_draft(said, _view(catalog, classify)).overrides == [
        ("shop.models.Customer.loyalty_class", "TODO", "gdpr.yml says pii: true")
    ]


def test_a_folder_is_read_and_what_is_unknown_left_out(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "gdpr.yml").write_text(GDPR)
    (tmp_path / "a" / "broken.yml").write_text("a: [")
    (tmp_path / "a" / "other.yml").write_text("services: {web: {}}\n")
    (tmp_path / "a" / "plain.py").write_text("x = 1\n")
    assert len(read_import(tmp_path / "a", catalog).fields) == 3


def test_a_file_that_says_nothing_is_told(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text("services: {web: {}}\n")
    with pytest.raises(UsageError) as raised:
        read_import(tmp_path / "other.yml", catalog)
    assert raised.value.message == "other.yml holds nothing that is known"


def test_init_takes_a_manifest_over_and_a_second_time_adds_nothing(write_tree) -> None:
    root = write_tree({"shop/models.py": MODELS, "fides.yml": FIDES, "gdpr.yml": GDPR})
    more = ("--from", root / "fides.yml", "--from", root / "gdpr.yml", "--no-cache")
    assert invoke("init", root, *more).code == 0
    text = (root / "etiquette.yaml").read_text()
    assert '  - id: paying-orders\n    label: "Paying orders"\n    purposes: [payment]\n' in text
    assert "    retention: {period: P2555D, why: TODO}\n" in text
    assert "{match: shop.models.Customer.nickname, as: none" in text
    assert invoke("init", root, "--update", *more).code == 0
    assert (root / "etiquette.yaml").read_text() == text


def test_a_wide_category_of_fides_means_all_below_it(catalog: Catalog, tmp_path: Path) -> None:
    text = (
        "system:\n"
        "  - fides_key: shop\n"
        "    privacy_declarations:\n"
        "      - data_categories: [user.financial, user.contact]\n"
        "        data_use: marketing.advertising.first_party.targeted\n"
        "      - {data_categories: [user], data_use: essential.service}\n"
    )
    first, second = _said(tmp_path, "systems.yml", text, catalog).activities
    assert {"contact.*", "iban"} <= first.elements
    assert not {"diagnosis", "email"} & first.elements
    assert first.purposes == {"advertising"}
    assert second.elements == {"TODO (user)"}


def test_dbt_says_it_of_a_whole_model(catalog: Catalog, tmp_path: Path) -> None:
    text = (
        "models:\n"
        "  - name: staff\n"
        "    config: {meta: {contains_pii: true}}\n"
        "  - name: shelves\n"
        "    meta: {contains_pii: false}\n"
        "    columns: [{name: width}]\n"
        "sources:\n"
        "  - name: raw\n"
        "    tables: [{name: people, meta: {contains_pii: true}}]\n"
    )
    assert _said(tmp_path, "schema.yml", text, catalog).fields == [
        FieldSaid("staff", "", personal=True, why="schema.yml says so"),
        FieldSaid("shelves", "", personal=False, why="schema.yml says so"),
        FieldSaid("raw.people", "", personal=True, why="schema.yml says so"),
    ]


def test_the_safe_list_of_open_edx(catalog: Catalog, tmp_path: Path) -> None:
    """Annotations of models that stand in other packages."""
    text = (
        "admin.LogEntry:\n"
        '  ".. no_pii:": This model has no PII\n'
        "auth.User:\n"
        '  ".. pii:": Name and address\n'
        '  ".. pii_types:": [name, email_address]\n'
        '  ".. pii_retirement:": consumer_api\n'
        "sites.Site: {}\n"
    )
    assert _said(tmp_path, ".annotation_safe_list.yml", text, catalog).fields == [
        FieldSaid("admin.LogEntry", "", personal=False, why="This model has no PII"),
        FieldSaid("auth.User", "", True, ("email", "full_name"), "Name and address"),
    ]


def test_what_a_file_says_is_nobodys_data_is_not_declared(catalog: Catalog, tmp_path: Path) -> None:
    view = _view(catalog)
    draft = imported_draft(_said(tmp_path, "gdpr.yml", GDPR, catalog), view)
    before = {item.element for entity in view.graph.entities for item in entity.personal_fields}
    left = without_nobodys(view.graph, draft)
    after = {item.element for entity in left.entities for item in entity.personal_fields}
    assert before - after == {"nickname"}
    assert after <= before
