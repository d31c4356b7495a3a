"""After an edit the flows of files that it can't touch stand; the graph is the same either way."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

import pytest

from data_etiquette.flow.link import Linked, link, link_again
from data_etiquette.flow.program.edits import edit_of, mentioned
from data_etiquette.flow.program.reading import READING
from data_etiquette.flow.tracing.files import Files
from data_etiquette.flow.tracing.flows import Part
from data_etiquette.flow.tracing.kept import Before
from data_etiquette.frontends.read import read_file
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.facts import Facts

SHOP = {
    "shop/__init__.py": "",
    "shop/models.py": """
        from django.db import models

        class Customer(models.Model):
            email = models.EmailField()
            phone = models.CharField(max_length=20)

            def label(self):
                return self.email

            def remember(self, text):
                self.last = "nothing"
    """,
    "shop/settings.py": """
        DEBUG = False
    """,
    "shop/text.py": """
        def greeting(customer):
            return "hello " + str(customer.pk)

        def farewell(customer):
            return "bye"
    """,
    "shop/log.py": """
        import logging

        def tell(text):
            logging.info(text)
    """,
    "shop/label.py": """
        import logging
        from shop.models import Customer

        def show(customer: Customer):
            logging.info(customer.label())
    """,
    "shop/last.py": """
        import logging
        from shop.models import Customer

        def show_last(customer: Customer):
            logging.info(customer.last)
    """,
    "shop/greet.py": """
        import logging
        from shop.models import Customer
        from shop.text import greeting

        def greet(customer: Customer):
            logging.info(greeting(customer))
    """,
    "shop/quiet.py": """
        import logging
        from shop.models import Customer
        from shop.log import tell

        def quiet(customer: Customer):
            tell(customer.pk)

        def own(customer: Customer):
            logging.info(customer.phone)
    """,
}
"""Sinks that read of other files: a property, what is stored, a function's result, callers."""


def test_a_program_that_is_done_with_is_not_held(catalog: Catalog) -> None:
    before = set(READING.now)
    link(_facts({path: dedent(text) for path, text in SHOP.items()}), catalog)
    assert READING.now == before


@pytest.mark.parametrize(
    ("edits", "again"),
    [
        pytest.param({"shop/text.py": ("str(customer.pk)", "customer.email")}, {"text", "greet"},
                     id="a result"),
        pytest.param({"shop/text.py": ('return "bye"', "return customer.email")}, {"text"},
                     id="a result that nobody asks for"),
        pytest.param({"shop/quiet.py": ("customer.pk", "customer.email")}, {"quiet", "log"},
                     id="what a caller passes"),
        pytest.param({"shop/quiet.py": ("def own(", "\n\n\ndef own(")}, {"quiet"},
                     id="lines below a caller"),
        pytest.param({"shop/quiet.py": ("def quiet(", "\n\n\ndef quiet(")}, {"quiet", "log"},
                     id="the line of a caller"),
        pytest.param({"shop/models.py": ("return self.email", "return self.phone")},
                     {"models", "label"}, id="a method"),
        pytest.param({"shop/models.py": ('= "nothing"', "= self.phone")}, {"models", "last", "log"},
                     id="what a method stores"),
        pytest.param({"shop/settings.py": ("DEBUG", "CHANGED = 1\nDEBUG")}, {"settings"},
                     id="a setting more"),
        pytest.param({"shop/log.py": ("import logging", "import logging\nCHANGED = 1")}, {"log"},
                     id="a name that nobody uses"),
        pytest.param({"shop/text.py": ("def farewell", "def parting_words(customer):\n"
                      "    print(customer.email)\n\ndef farewell")}, {"text"},
                     id="one more function that nobody calls"),
        pytest.param({"shop/log.py": ("import logging", "import logging\nimport smtplib")}, {"log"},
                     id="an import more"),
        pytest.param({"shop/models.py": ("class Customer", "\n\nclass Customer")},
                     {"models", "label", "last", "quiet", "log"}, id="the lines of declarations"),
    ],
)  # fmt: skip
def test_only_what_an_edit_touches_is_looked_into_again(
    edits: dict[str, tuple[str, str]],
    again: set[str],
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = _linked_after(edits, catalog, monkeypatch)
    assert {path.removeprefix("shop/").removesuffix(".py") for path in looked} == again


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param({"shop/models.py": ("EmailField", "CharField")}, id="a field"),
        pytest.param({"shop/models.py": ("models.Model", "models.Model, Other")}, id="a base"),
        pytest.param({"shop/text.py": ("(customer)", "(customer, how=1)")}, id="a parameter"),
        pytest.param({"shop/models.py": ("def label", "def __str__")}, id="a method's name"),
        pytest.param({"shop/text.py": ("def farewell", "def tell")}, id="a name that others use"),
        pytest.param({"shop/text.py": ("def farewell", "@greeting\ndef parting_words():\n"
                      "    print()\n\ndef farewell")}, id="one more function under a decorator"),
        pytest.param({"shop/log.py": ("import logging", "import logging\nphone = 1")},
                     id="a variable that is called as something elsewhere"),
        pytest.param({"shop/log.py": ("import logging", "import logging\nfrom shop.text import *")},
                     id="all names of a module"),
        pytest.param({"shop/log.py": ("    log", "    global LAST\n    LAST = text\n    log")},
                     id="what is kept in a module"),
        pytest.param({"shop/models.py": ('"nothing"', "text")},
                     id="an attribute that may hold a function"),
    ],
)  # fmt: skip
def test_where_more_than_bodies_changed_all_is_looked_into_again(
    edits: dict[str, tuple[str, str]], catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = _linked_after(edits, catalog, monkeypatch)
    assert looked == set(SHOP)


def _linked_after(
    edits: dict[str, tuple[str, str]], catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> set[str]:
    """Files that are looked into after edits; the graph is that of who remembers nothing."""
    texts = {path: dedent(text) for path, text in SHOP.items()}
    first = link_again(_facts(texts), catalog)
    for path, (old, new) in edits.items():
        assert old in texts[path]
        texts[path] = texts[path].replace(old, new, 1)
    now = _facts(texts)
    looked: set[str] = set()
    part = Files._part

    def noted(files: Files, number: int) -> Part:
        looked.add(files.path(number))
        return part(files, number)

    with monkeypatch.context() as patched:
        patched.setattr(Files, "_part", noted)
        second = link_again(now, catalog, before=_before(first, now, texts))
    assert second.graph == link(now, catalog)
    third = link_again(now, catalog, before=Before(second.kept, ()))
    assert third.graph == second.graph
    return looked


def _before(first: Linked, now: list[Facts], texts: Mapping[str, str]) -> Before | None:
    earlier = {facts.path: facts for facts in _facts({p: dedent(t) for p, t in SHOP.items()})}
    edits = [
        edit_of(earlier[facts.path], facts)
        for facts in now
        if facts.digest != earlier[facts.path].digest
    ]
    known = [edit for edit in edits if edit is not None]
    sources = [(path, text.encode) for path, text in texts.items()]
    if len(known) < len(edits) or mentioned(known, sources):
        return None
    return Before(first.kept, tuple(known))


def _facts(texts: Mapping[str, str]) -> list[Facts]:
    found = [read_file(path, text.encode()) for path, text in texts.items()]
    return sorted(found, key=lambda facts: facts.path)
