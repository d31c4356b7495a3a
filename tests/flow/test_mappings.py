"""Mappings that are used whole."""

from __future__ import annotations

from data_etiquette.model.catalog import Catalog
from tests.flow.support import flows_in


def test_keys_read_of_a_body_tell_what_it_holds(catalog: Catalog) -> None:
    text = """
        import logging
        def sign_up(request):
            make_account(request.POST["email"], request.POST.get("password"))
            logging.info("sign-up: %s", request.POST)
        def other(request):
            logging.info("posted: %s", request.POST)
    """
    assert flows_in(text, catalog) == ["5: email -> log", "5: password -> log"]


def test_a_body_has_the_fields_of_the_form_that_checks_it(catalog: Catalog) -> None:
    text = """
        import logging
        from django import forms
        class SignUpForm(forms.Form):
            email = forms.EmailField()
            colour = forms.CharField()
        def sign_up(request):
            form = SignUpForm(request.POST)
            logging.info(request.POST)
        def show(request):
            form = SignUpForm(request, initial={})
            logging.info(request)
    """
    assert flows_in(text, catalog) == ["9: email -> log"]


def test_what_was_taken_out_is_not_shown(catalog: Catalog) -> None:
    text = """
        import json
        import logging
        def sign_up(raw):
            body = json.loads(raw)
            make_account(body.pop("password"), body["email"])
            logging.info(body)
            for name in ("email", "phone"):
                if name in body:
                    del body[name]
            logging.info(body)
    """
    assert flows_in(text, catalog) == ["7: email -> log"]


def test_fields_taken_out_of_a_dumped_object(catalog: Catalog) -> None:
    text = """
        import logging
        from django.db import models
        from django.forms import model_to_dict
        class Customer(models.Model):
            email = models.EmailField()
            phone = models.CharField(max_length=9)
        def show(customer: Customer):
            shown = model_to_dict(customer)
            for name in ("phone",):
                del shown[name]
            logging.info(shown)
    """
    assert flows_in(text, catalog) == ["12: email -> log"]


def test_sets_and_groups_hold_what_they_are_made_of(catalog: Catalog) -> None:
    text = """
        import logging
        from itertools import groupby
        from django.db import models
        class Customer(models.Model):
            email = models.EmailField()
            city = models.CharField(max_length=9)
        def doubled():
            for email, group in groupby(Customer.objects.all(), lambda c: c.email.lower()):
                logging.info(email)
        def removed(before, now):
            gone = {c.email for c in Customer.objects.all()} - now
            logging.info(", ".join(gone))
    """
    assert flows_in(text, catalog) == ["10: email -> log", "13: email -> log"]


def test_all_attributes_by_reflection(catalog: Catalog) -> None:
    text = """
        import logging
        from django.db import models
        class Base(models.Model):
            def __repr__(self):
                return ",".join(str(getattr(self, name)) for name in self._names())
        class Customer(Base):
            email = models.EmailField()
        class Event(Base):
            title = models.CharField(max_length=9)
        def show(customer: Customer, event: Event):
            logging.info("%s %s", event, customer)
    """
    assert flows_in(text, catalog) == ["12: email -> log"]


def test_an_unknown_object_that_writes_itself_out(catalog: Catalog) -> None:
    text = """
        import logging
        from pydantic import BaseModel
        class Customer(BaseModel):
            email: str
        def rows(model: BaseModel):
            found = {}
            for key, value in model.dict().items():
                found[key] = value
            return found
        def show(customer: Customer):
            logging.info(rows(customer))
    """
    assert flows_in(text, catalog) == ["12: email -> log"]


def test_a_writer_around_a_buffer(catalog: Catalog) -> None:
    text = """
        import csv
        from io import StringIO
        from django.db import models
        from flask import make_response
        class Customer(models.Model):
            email = models.EmailField()
        def export():
            out = StringIO()
            csv.writer(out).writerows([[c.email] for c in Customer.objects.all()])
            return make_response(out.getvalue())
    """
    assert "11: email -> response" in flows_in(text, catalog)


def test_tables_are_joined_not_texts(catalog: Catalog) -> None:
    text = """
        import logging
        from app.db import db
        class Room(db.Model):
            title = db.Column(db.String)
        class Booking(db.Model):
            guest_email = db.Column(db.String)
            room = db.relationship(Room)
        def show():
            found = Booking.query.join(Booking.room).first()
            logging.info(found.guest_email)
    """
    assert flows_in(text, catalog) == ["11: email -> log"]


def test_attributes_that_a_caller_names_are_not_all(catalog: Catalog) -> None:
    text = """
        import logging
        from django.db import models
        def shown(obj, *names):
            return ",".join(str(getattr(obj, name)) for name in names)
        class Customer(models.Model):
            email = models.EmailField()
            def __repr__(self):
                return shown(self, "id")
        def show(customer: Customer):
            logging.info("%r", customer)
            logging.info(vars(customer)["id"])
    """
    assert flows_in(text, catalog) == []
