from __future__ import annotations

import pytest

from data_etiquette.declaration.difference.find import find_differences
from data_etiquette.declaration.load import parse_declaration
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.difference import Difference
from tests.support import link_texts

HEAD = "version: 1\norganisation: {name: Shop}\n"
MODELS = """\
from django.db import models
class Customer(models.Model):
    email = models.EmailField()
    phone = models.CharField(max_length=20)
class Guest(models.Model):
    phone = models.CharField(max_length=20)
"""
PAYING = """\
import stripe
def pay(customer):
    stripe.Customer.create(email=customer.email, phone=customer.phone)
"""
ALL = "activities: [{id: a, purposes: [payment], data: [email, phone]}]\n"
SHARED = ALL.replace("}]", ", recipients: [stripe]}]")


def _found(declared: str, catalog: Catalog, **files: str) -> list[Difference]:
    declaration = parse_declaration((HEAD + declared).encode(), "etiquette.yaml", catalog)
    texts = {name.replace("__", "/") + ".py": text for name, text in files.items()}
    return list(find_differences(link_texts(texts, catalog), declaration, catalog))


def _short(item: Difference) -> str:
    return f"{item.kind} {item.about} {item.key} {item.location.path}:{item.location.line}"


def test_data_is_told_once_for_each_element_with_the_activity_it_belongs_to(
    catalog: Catalog,
) -> None:
    declared = "activities: [{id: a, purposes: [payment], data: [email]}]\n"
    found = _found(declared, catalog, shop__models=MODELS)
    assert [_short(item) for item in found] == [
        "undeclared element activities[TODO].data[phone] shop/models.py:6",
        "undeclared element activities[a].data[phone] shop/models.py:4",
    ]
    assert found[1].patch == "activities:\n  - id: a\n    data: [phone]  # add\n"
    assert found[1].message == "Telephone or mobile number is in no activity: Customer.phone"


def test_an_activity_that_names_fields_gets_the_field_too(catalog: Catalog) -> None:
    declared = (
        "activities: [{id: a, purposes: [payment], data: [email],"
        " fields: {include: ['*.Customer.*', '*.Guest.*']}}]\n"
    )
    found = _found(declared, catalog, shop__models=MODELS)
    assert [item.patch for item in found if item.key == "activities[a].data[phone]"] == [
        "activities:\n  - id: a\n    data: [phone]  # add\n"
    ]


def test_a_pattern_beside_data_means_the_fields_with_such_data(catalog: Catalog) -> None:
    declared = (
        "activities: [{id: a, purposes: [payment], data: [email, phone],"
        " fields: {include: ['*.Customer.*', '*.Guest.*']}}]\n"
    )
    assert _found(declared, catalog, shop__models=MODELS) == []


def test_a_recipient_and_what_it_gets(catalog: Catalog) -> None:
    found = _found(ALL, catalog, shop__models=MODELS, shop__pay=PAYING)
    assert [_short(item) for item in found] == [
        "undeclared recipient recipients[stripe] shop/pay.py:3"
    ]
    assert found[0].patch == (
        "recipients:\n"
        "  - id: stripe\n"
        "    name: Stripe\n"
        "    role: TODO  # processor, controller, joint_controller or internal\n"
        "    kind: payments\n"
        "    data: [email, phone]\n"
        "    agreement: {type: TODO, signed: TODO, link: TODO}\n"
        "    transfer: {countries: [US], mechanism: TODO}"
        "  # where it sits; the data may land elsewhere\n"
        "    modules: [stripe]\n"
    )
    declared = SHARED + "recipients: [{id: stripe, name: Stripe, data: [email], country: US}]\n"
    assert [_short(item) for item in _found(declared, catalog, a=MODELS, shop__pay=PAYING)] == [
        "undeclared data recipients[stripe].data[phone] shop/pay.py:3"
    ]


def test_a_country_that_nobody_declared(catalog: Catalog) -> None:
    declared = SHARED + "recipients: [{id: stripe, name: Stripe}]\n"
    found = _found(declared, catalog, a=MODELS, pay=PAYING)
    assert [_short(item) for item in found] == [
        "different country recipients[stripe].transfer.countries etiquette.yaml:4"
    ]
    declared = SHARED + "recipients: [{id: stripe, name: Stripe, transfer: {countries: [IE]}}]\n"
    assert _found(declared, catalog, a=MODELS, pay=PAYING) == []


def test_an_activity_names_who_gets_its_data(catalog: Catalog) -> None:
    declared = ALL + "recipients: [{id: stripe, name: Stripe, country: US}]\n"
    [found] = _found(declared, catalog, a=MODELS, pay=PAYING)
    assert _short(found) == "different recipient activities[a].recipients[stripe] pay.py:3"
    assert found.patch == "activities:\n  - id: a\n    recipients: [stripe]  # add\n"


def test_a_recipient_serves_a_purpose_of_an_activity(catalog: Catalog) -> None:
    stripe = "recipients: [{id: stripe, name: Stripe, country: US, purposes: [%s]}]\n"
    [found] = _found(SHARED + stripe % "payment, profiling", catalog, a=MODELS, pay=PAYING)
    assert _short(found) == "different purpose recipients[stripe].purposes etiquette.yaml:4"
    assert found.message == "Stripe is declared for profiling, which is no purpose of a"
    assert _found(SHARED + stripe % "payment", catalog, a=MODELS, pay=PAYING) == []


def test_a_purpose_that_only_code_states(catalog: Catalog) -> None:
    code = '# purpose: payment\n\n@purpose("profiling")\ndef judge(): ...\n'
    assert [_short(item) for item in _found(ALL, catalog, a=MODELS, shop__x=code)] == [
        "different purpose activities[TODO].purposes[profiling] shop/x.py:3"
    ]


@pytest.mark.parametrize(
    ("period", "extra", "count"),
    [
        ("P30D", "enforced_by: 'tasks.py::purge'", 1),
        ("P90D", "enforced_by: 'tasks.py::purge'", 0),
        ("P3M", "enforced_by: 'tasks.py::purge'", 0),
        ("P30D", "why: other code does", 0),
    ],
)
def test_a_period_that_the_code_does_not_keep(
    period: str, extra: str, count: int, catalog: Catalog
) -> None:
    declared = (
        "activities: [{id: a, purposes: [payment], data: [email, phone],"
        f" retention: {{period: {period}, {extra}}}}}]\n"
    )
    purge = (
        "from datetime import timedelta\nfrom django.utils import timezone\n"
        "from models import Visit\n"
        "def purge():\n"
        "    Visit.objects.filter("
        "created__lt=timezone.now() - timedelta(days=90)).delete()\n"
    )
    visit = MODELS + (
        "class Visit(models.Model):\n    email = models.EmailField()\n"
        "    created = models.DateTimeField(auto_now_add=True)\n"
    )
    found = _found(declared, catalog, models=visit, tasks=purge)
    assert [item.about for item in found] == ["retention"] * count
    if count:
        assert found[0].patch == "activities:\n  - id: a\n    retention: {period: P90D}\n"
