"""What is asked before data reaches a sink, across functions."""

from __future__ import annotations

import textwrap

import pytest

from data_etiquette.model.catalog import Catalog
from tests.support import link_texts

MODELS = """
from django.db import models

class CustomerQuerySet(models.QuerySet):
    def who_agreed(self):
        return self.filter(marketing_opt_in=True)

class Customer(models.Model):
    email = models.EmailField()
    marketing_opt_in = models.BooleanField(default=False)
    opt_out = models.BooleanField(default=False)
    objects = CustomerQuerySet.as_manager()

    @property
    def may_be_mailed(self):
        return self.marketing_opt_in and not self.opt_out

def may_mail(customer):
    if customer.opt_out:
        return False
    return True

def looks_willing(customer):
    return remote_check(customer)
"""

HEAD = """
import logging
from models import Customer, may_mail, looks_willing
logger = logging.getLogger(__name__)
"""

OPT_IN = ("models.Customer", "marketing_opt_in")
OPT_OUT = ("models.Customer", "opt_out")


def guards(code: str, catalog: Catalog) -> set[tuple[tuple[str, str], ...]]:
    """The guards of the flows into the log, of all lines."""
    graph = link_texts({"models.py": MODELS, "use.py": HEAD + textwrap.dedent(code)}, catalog)
    return {flow.guards for flow in graph.flows if flow.sink.kind.value == "log"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("""
         def f(customer: Customer):
             if customer.marketing_opt_in:
                 logger.info(customer.email)
         """, (OPT_IN,)),
        ("""
         def f(customer: Customer):
             if customer.marketing_opt_in:
                 return
             logger.info(customer.email)
         """, ()),
        ("""
         def f(customer: Customer):
             if customer.opt_out:
                 return
             logger.info(customer.email)
         """, (OPT_OUT,)),
        ("""
         def f(customer: Customer):
             if customer.opt_out:
                 logger.info(customer.email)
         """, ()),
        ("""
         def f():
             for customer in Customer.objects.filter(marketing_opt_in=True):
                 logger.info(customer.email)
         """, (OPT_IN,)),
        ("""
         def f():
             for customer in Customer.objects.exclude(opt_out=True).order_by("pk"):
                 logger.info(customer.email)
         """, (OPT_OUT,)),
        ("""
         def f():
             for customer in Customer.objects.filter(marketing_opt_in=False):
                 logger.info(customer.email)
         """, ()),
        ("""
         def f():
             for customer in Customer.objects.who_agreed():
                 logger.info(customer.email)
         """, (("", "marketing_opt_in"),)),
        ("""
         def f(customer: Customer):
             if customer.may_be_mailed:
                 logger.info(customer.email)
         """, (OPT_IN, OPT_OUT)),
        ("""
         def f(customer: Customer):
             if may_mail(customer):
                 logger.info(customer.email)
         """, (OPT_OUT,)),
        ("""
         def f(customer: Customer):
             if looks_willing(customer):
                 logger.info(customer.email)
         """, ()),
        ("""
         def note(customer: Customer):
             logger.info(customer.email)
         def f(customer: Customer):
             if customer.marketing_opt_in:
                 note(customer)
         """, (OPT_IN,)),
        ("""
         def note(customer: Customer):
             logger.info(customer.email)
         def f(customer: Customer):
             if customer.marketing_opt_in:
                 note(customer)
         def g(customer: Customer):
             note(customer)
         """, ()),
        ("""
         def agreed(view):
             def inner(customer):
                 if customer.marketing_opt_in:
                     return view(customer)
             return inner
         @agreed
         def f(customer: Customer):
             logger.info(customer.email)
         """, (OPT_IN,)),
    ],
)  # fmt: skip
def test_consents_that_every_way_asks(
    code: str, expected: tuple[tuple[str, str], ...], catalog: Catalog
) -> None:
    assert guards(code, catalog) == {expected}


def test_a_page_knows_what_it_shows_asks_and_is_made_of(catalog: Catalog) -> None:
    graph = link_texts(
        {
            "models.py": MODELS,
            "templates/base.html": "<footer>{{ user.username }}</footer>{% block a %}",
            "templates/mail/news.html": '<p>{{ customer.email }}</p>{% include "foot.html" %}',
            "templates/foot.html": "<p>Bye</p>",
            "templates/join.html": (
                '{% extends "base.html" %}<form method="post"><input type="email" name="mail">'
                '<input name="phone"><input type="hidden" name="csrf"></form>'
            ),
        },
        catalog,
    )
    pages = {
        page.path: (
            [(item.entity, item.element) for item in page.shown],
            [(item.field, item.element) for item in page.asked],
            page.parents,
            page.mail,
        )
        for page in graph.pages
    }
    assert pages == {
        "templates/base.html": ([], [], (), False),
        "templates/foot.html": ([], [], (), False),
        "templates/join.html": (
            [], [("mail", "email"), ("phone", "phone")], ("templates/base.html",), False,
        ),
        "templates/mail/news.html": (
            [("Customer", "email")], [], ("templates/foot.html",), True,
        ),
    }  # fmt: skip


def test_conditions_and_filters_are_listed(catalog: Catalog) -> None:
    code = """
    def f(customer: Customer):
        if customer.opt_out:
            return
        for other in Customer.objects.filter(marketing_opt_in=True):
            logger.info(other.pk)
    """
    graph = link_texts({"models.py": MODELS, "use.py": HEAD + textwrap.dedent(code)}, catalog)
    asked = [
        (guard.location.line, guard.field, guard.how)
        for guard in graph.asked
        if guard.location.path == "use.py"
    ]
    assert asked == [(7, "opt_out", "condition"), (9, "marketing_opt_in", "filter")]
