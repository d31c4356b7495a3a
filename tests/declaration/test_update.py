from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from data_etiquette.declaration.difference.view import View
from data_etiquette.declaration.load import parse_declaration
from data_etiquette.declaration.splice import Splicer, find_entry
from data_etiquette.declaration.update import update_text
from data_etiquette.model.catalog import Catalog
from tests.support import link_texts

MODELS = """\
from django.db import models
class Customer(models.Model):
    email = models.EmailField()
    phone = models.CharField(max_length=20)
"""
PAYING = """\
import stripe
def pay(customer):
    stripe.Customer.create(email=customer.email)
"""


def _updated(text: str, catalog: Catalog, **files: str) -> tuple[str, list[str]]:
    texts = {name.replace("__", "/") + ".py": body for name, body in files.items()}
    declaration = parse_declaration(text.encode(), "etiquette.yaml", catalog)
    graph = link_texts(texts, catalog)
    updated = update_text(text, View(graph, declaration, catalog))
    return updated.text, [item.what for item in updated.additions]


def _twice(text: str, catalog: Catalog, **files: str) -> tuple[str, list[str]]:
    """The updated text; updating it again must add nothing."""
    first = _updated(text, catalog, **files)
    assert _updated(first[0], catalog, **files) == (first[0], [])
    return first


def test_only_what_is_new_is_added_and_everything_else_stays(catalog: Catalog) -> None:
    text = """\
# Ours.
version:   1
organisation: { name: "Shop" }   # the shop

activities:
# the first one
- id: orders
  purposes: [payment]
  data: [ email,    # to write to
          address_line ]
  note: >
    Long
    text
# end of activities

recipients: []
law: [gdpr]
""".replace("address_line", "street")
    found, additions = _twice(text, catalog, shop__models=MODELS, shop__pay=PAYING)
    assert additions == [
        "activities[orders].data",
        "recipients[stripe]",
        "activities[orders].recipients",
    ]
    text = text.replace("    text\n", "    text\n  recipients: [stripe]\n")
    assert found == text.replace("street ]", "street, phone ]").replace(
        "recipients: []\n",
        "recipients:\n"
        "  - id: stripe\n"
        "    name: Stripe\n"
        "    role: TODO  # processor, controller, joint_controller or internal\n"
        "    kind: payments\n"
        "    data: [email]\n"
        "    agreement: {type: TODO, signed: TODO, link: TODO}\n"
        "    transfer: {countries: [US], mechanism: TODO}"
        "  # where it sits; the data may land elsewhere\n"
        "    modules: [stripe]\n",
    )


def test_a_new_part_of_the_program_is_a_new_activity(catalog: Catalog) -> None:
    text = """\
version: 1
organisation: {name: Shop}
activities:
  - id: orders
    purposes: [payment]
    data:
      - email
      - phone
    fields:
      include:
        - shop.models.Customer.*
      exclude:
        - "*.internal"
recipients:
  - {id: other, name: Other}
"""
    staff = """\
from django.db import models
class Employee(models.Model):
    iban = models.CharField(max_length=34)
"""
    found, additions = _twice(text, catalog, shop__models=MODELS, payroll__models=staff)
    assert additions == ["activities[payroll]"]
    assert found == text.replace(
        '        - "*.internal"\n',
        '        - "*.internal"\n'
        "  - id: payroll\n"
        "    label: TODO  # Employee\n"
        "    purposes: [TODO]\n"
        "    legal_basis: TODO  # consent, contract, legal_obligation, …\n"
        "    subjects: [employee]\n"
        "    data: [iban]\n"
        "    fields:\n"
        '      include: ["payroll.models.Employee.*"]\n'
        "    retention: {period: TODO, starts: TODO, why: TODO}\n",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("data: [email]", "data: [email, phone]"),
        ("data: email", "data: [email, phone]"),
        ("data: []", "data: [phone, email]"),
        ('data: ["email"]  # all', 'data: ["email", phone]  # all'),
        ("data:\n  - email # one\n  # two", "data:\n  - email # one\n  - phone\n  # two"),
    ],
)
def test_every_way_to_write_a_list(before: str, after: str, catalog: Catalog) -> None:
    def text(data: str) -> str:
        return (
            "version: 1\norganisation: {name: Shop}\nactivities:\n- id: shop\n"
            f"  purposes: [payment]\n  {data}\n".replace("\n  -", "\n    -")
        )

    found, _ = _twice(text(before), catalog, shop__models=MODELS)
    wanted = text(after)
    assert yaml.safe_load(found)["activities"][0]["data"] in (
        ["email", "phone"],
        sorted(["email", "phone"]),
    )
    if "[]" not in before:
        assert found == wanted


def test_entries_in_braces(catalog: Catalog) -> None:
    text = (
        "version: 1\norganisation: {name: Shop}\n"
        "activities:\n  - {id: shop, purposes: [payment], fields: {include: [a.b]}}\n"
    )
    found, additions = _twice(text, catalog, shop__models=MODELS)
    assert additions == ["activities[shop].fields.include"]
    assert (
        "fields: {include: [a.b, shop.models.Customer.email, shop.models.Customer.phone]}}" in found
    )


_VALUES = st.lists(
    st.text("abcdefgh -#:[]{}\"'é", min_size=1, max_size=8).filter(str.strip), max_size=4
)


@given(old=_VALUES, new=_VALUES.filter(bool), flow=st.booleans(), last=st.booleans())
def test_splicing_adds_and_changes_nothing(
    old: list[str], new: list[str], flow: bool, last: bool
) -> None:
    listed = yaml.safe_dump(old, default_flow_style=flow or not old, width=1000).strip()
    body = (
        listed if flow or not old else "\n" + "\n".join(f"      {x}" for x in listed.splitlines())
    )
    source = f"a:\n  - id: x  # here\n    data: {body}\n" + ("" if last else "    z: 1\nb: []\n")
    top = yaml.compose(source)
    splicer = Splicer(source, top)
    splicer.add_values(find_entry(top, "a", "x"), "data", new)
    splicer.add_entries("c", ["  - id: made"])
    splicer.add_entries("b", ["  - id: one"])
    splicer.add_entries("c", ["  - id: more"])
    splicer.add_entries("b", ["  - id: two"])
    found = yaml.safe_load(splicer.text())
    assert found["a"][0]["data"] == old + new
    assert found["c"] == [{"id": "made"}, {"id": "more"}]
    assert found["b"] == [{"id": "one"}, {"id": "two"}]
    assert "  # here\n" in splicer.text()


def _models(*names: str) -> str:
    return "from django.db import models\n" + "".join(
        f"class {name}(models.Model):\n    email = models.EmailField()\n" for name in names
    )


def test_a_large_part_is_told_apart_by_its_files(catalog: Catalog) -> None:
    text = "version: 1\norganisation: {name: Shop}\nactivities: []\n"
    files = {
        "shop__base__models__orders": _models("Order", "Basket", "Refund", "Payment", "Return"),
        "shop__base__models__people": _models("Customer", "Guest", "Subscriber", "Attendee"),
        "shop__news__models": _models("Reader"),
    }
    assert _twice(text, catalog, **files)[1] == [
        "activities[news]",
        "activities[orders]",
        "activities[people-customer]",
        "activities[people-participant]",
    ]


DIFFERENT = """\
version: 1
organisation: {name: Shop}
activities:
  - id: orders   # taking them
    purposes: [payment]
    data: [email, phone]
    code: [shop/**]
    retention: {period: P30D, why: habit, enforced_by: "shop/tasks.py::purge"}   # see the ledger
recipients:
  - id: stripe
    name: Stripe
    data: [email]   # to find the customer again
"""
PURGING = """\
from datetime import timedelta
from django.utils import timezone
from shop.models import Customer
def purge():
    Customer.objects.filter(joined__lt=timezone.now() - timedelta(days=90)).delete()
"""


@pytest.mark.parametrize(
    ("name", "body", "additions", "before", "after"),
    [
        (
            "a recipient that the activity does not name",
            PAYING,
            ["activities[orders].recipients", "recipients[stripe].transfer.countries"],
            'purge"}   # see the ledger\n',
            'purge"}   # see the ledger\n    recipients: [stripe]\n',
        ),
        (
            "a purpose that only code states",
            '@purpose("profiling")\ndef judge(): ...\n',
            ["activities[orders].purposes[profiling]"],
            "[payment]",
            "[payment, profiling]",
        ),
        (
            "a period that code does not keep",
            PURGING,
            ["activities[orders].retention.period"],
            "period: P30D,",
            "period: P90D,",
        ),
    ],
)
def test_what_is_declared_otherwise_is_changed_in_place(
    name: str, body: str, additions: list[str], before: str, after: str, catalog: Catalog
) -> None:
    files = {"shop__models": MODELS + "    joined = models.DateTimeField()\n", "shop__tasks": body}
    found, told = _twice(DIFFERENT, catalog, **files)
    assert told == additions, name
    lines = found.replace(
        "    transfer: {countries: [US], mechanism: TODO}\n", ""
    )  # the country of the company that was reached comes with it
    assert lines == DIFFERENT.replace(before, after)


def test_a_country_goes_to_the_recipient_and_nothing_that_was_written_goes_away(
    catalog: Catalog,
) -> None:
    text = DIFFERENT.replace("[email]   #", "[email]\n    transfer: {mechanism: scc}   #").replace(
        'purge"}', 'purge"}\n    recipients: [stripe]'
    )
    found, told = _twice(text, catalog, shop__models=MODELS, shop__pay=PAYING)
    assert told == ["recipients[stripe].transfer.countries"]
    assert found == text.replace("{mechanism: scc}", "{mechanism: scc, countries: [US]}")


def test_data_beyond_what_a_recipient_may_get_is_added_to_it(catalog: Catalog) -> None:
    text = DIFFERENT.replace('purge"}', 'purge"}\n    recipients: [stripe]').replace(
        "[email]   #", "[email]\n    country: US   #"
    )
    paying = PAYING.replace("email=customer.email", "email=customer.email, phone=customer.phone")
    found, told = _twice(text, catalog, shop__models=MODELS, shop__pay=paying)
    assert told == ["recipients[stripe].data[phone]"]
    assert found == text.replace("data: [email]\n", "data: [email, phone]\n")


def test_whoever_gets_data_by_code_alone_is_added_with_that_code(catalog: Catalog) -> None:
    helpdesk = (
        "import requests\nfrom django.conf import settings\n"
        "def ask(customer):\n"
        '    requests.post(settings.HELPDESK_URL, json={"mail": customer.email})\n'
    )
    text = DIFFERENT.replace("    name: Stripe\n", "    name: Stripe\n    role: processor\n")
    found, told = _twice(text, catalog, shop__models=MODELS, shop__helpdesk=helpdesk)
    assert told == ["recipients[helpdesk]", "activities[orders].recipients"]
    assert found.endswith(
        "  - id: helpdesk\n"
        "    name: TODO\n"
        "    role: TODO  # processor, controller, joint_controller or internal\n"
        "    data: [email]\n"
        "    agreement: {type: TODO, signed: TODO, link: TODO}\n"
        "    transfer: {countries: [TODO], mechanism: TODO}\n"
        "    code: [shop/helpdesk.py]\n"
    )
