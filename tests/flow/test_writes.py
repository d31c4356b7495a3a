"""Writes: every way in which a field of a stored entity gets a value."""

from __future__ import annotations

import pytest

from data_etiquette.model.catalog import Catalog
from tests.support import link_texts

DJANGO = """from django import forms
from django.db import models
from django.views.generic import CreateView, UpdateView
class Customer(models.Model):
    email = models.EmailField()
    phone = models.CharField(max_length=20)
class Ticket(models.Model):
    contact = models.EmailField()
class ContactForm(forms.ModelForm):
    class Meta:
        model = Customer
        fields = ["email"]
"""


def _writes(text: str, catalog: Catalog, path: str = "app.py") -> set[tuple[str, str, str, str]]:
    graph = link_texts({path: text}, catalog)
    return {
        (write.entity.rsplit(".", 1)[-1], write.field, write.how, write.value)
        for write in graph.written
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(m):\n    Customer.objects.create(email=m)", {("email", "create", "")}),
        ("def f(m):\n    Customer(email=m).save()", {("email", "create", "")}),
        (
            "def f(m):\n    c = Customer()\n    c.email = m\n    c.save()",
            {("email", "create", "")},
        ),
        (
            "def f(m):\n    c = Customer.objects.get(pk=1)\n    c.phone = None\n    c.save()",
            {("phone", "update", "None")},
        ),
        (
            "def f(m):\n    Customer.objects.filter(email__contains='a').update(phone=m)",
            {("phone", "update", "")},
        ),
        (
            "def f(m):\n    Customer.objects.update_or_create(email=m, defaults={'phone': m})",
            {("email", "create", ""), ("phone", "create", ""), ("phone", "update", "")},
        ),
        ("class V(CreateView):\n    form_class = ContactForm", {("email", "create", "")}),
        ("class V(UpdateView):\n    form_class = ContactForm", {("email", "update", "")}),
        (
            "class V(UpdateView):\n    model = Customer\n    fields = ['phone']",
            {("phone", "update", "")},
        ),
        (
            "def f(request, c):\n    form = ContactForm(request.POST, instance=c)\n    form.save()",
            {("email", "update", "")},
        ),
        (
            "def f(c: Customer, key, value):\n    setattr(c, key, value)",
            {("", "update", "")},
        ),
        ("def f(c: Customer):\n    return c.email", set()),
        ("def f():\n    return Customer.objects.filter(email='a')", set()),
    ],
)
def test_writes_of_django(code: str, expected: set[tuple[str, str, str]], catalog: Catalog) -> None:
    found = _writes(f"{DJANGO}{code}\n", catalog)
    assert found == {("Customer", *write) for write in expected}


def test_fields_of_the_schema_that_a_loop_sets(catalog: Catalog) -> None:
    text = (
        "from pydantic import BaseModel\n"
        "from sqlalchemy import insert, update\n"
        "from sqlalchemy.orm import DeclarativeBase, Mapped\n"
        "class Base(DeclarativeBase):\n    pass\n"
        "class Patient(Base):\n    __tablename__ = 'patients'\n"
        "    email: Mapped[str]\n    phone: Mapped[str]\n"
        "class Contact(BaseModel):\n    email: str\n"
        "def correct(patient: Patient, body: Contact):\n"
        "    for key, value in body.model_dump().items():\n        setattr(patient, key, value)\n"
        "def admit(session, body: Contact):\n    session.add(Patient(**body.model_dump()))\n"
        "def call(session, number):\n"
        "    session.execute(update(Patient).where(Patient.id == 1).values(phone=number))\n"
    )
    assert _writes(text, catalog) == {
        ("Patient", "email", "update", ""),
        ("Patient", "email", "create", ""),
        ("Patient", "phone", "update", ""),
    }


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("INSERT INTO customer (email) VALUES ('x')", ("email", "create", "")),
        ("UPDATE customer SET email = lower(email)", ("email", "update", "")),
    ],
)
def test_writes_of_sql(statement: str, expected: tuple[str, str, str], catalog: Catalog) -> None:
    text = f"CREATE TABLE customer (id int, email varchar(90));\n{statement};\n"
    graph = link_texts({"a.sql": text}, catalog)
    assert {(w.field, w.how, w.value) for w in graph.written} == {expected}


def test_a_value_that_is_read_from_another_entity(catalog: Catalog) -> None:
    text = f"{DJANGO}def f(c: Customer):\n    Ticket.objects.create(contact=c.email)\n"
    graph = link_texts({"app.py": text}, catalog)
    assert [write.source for write in graph.written] == [("app.Customer", "email")]
