"""Functions that are found at run time."""

from __future__ import annotations

import pytest

from data_etiquette.model.catalog import Catalog
from tests.flow.support import flows_in, flows_of

MODELS = """
    from django.db import models
    class Customer(models.Model):
        email = models.EmailField()
"""


def test_a_registry_is_asked_by_the_functions_name(catalog: Catalog) -> None:
    files = {
        "shop/models.py": MODELS,
        "shop/actions.py": """
            import logging
            def customer_notify(context, customer):
                logging.info(customer)
        """,
        "shop/views.py": """
            from shop.models import Customer
            from shop.registry import get_action
            def view(request):
                customer = Customer.objects.get()
                get_action("customer_notify")({}, customer.email)
        """,
        "shop/registry.py": """
            def get_action(name):
                return _actions[name]
        """,
    }
    assert flows_of(files, catalog) == ["shop/actions.py:4: email -> log"]


def test_a_setting_names_the_function(catalog: Catalog) -> None:
    files = {
        "shop/models.py": MODELS,
        "shop/settings.py": "CUSTOMER_CARD = 'shop.cards.card'\n",
        "shop/cards.py": """
            def card(customer):
                return {"mail": customer.email}
        """,
        "shop/views.py": """
            from django.conf import settings
            from django.utils.module_loading import import_string
            from shop.models import Customer
            make_card = import_string(settings.CUSTOMER_CARD)
            def view(request):
                print(make_card(Customer.objects.get()))
        """,
    }
    assert flows_of(files, catalog) == ["shop/views.py:7: email -> log"]


def test_a_modules_mapping_of_functions(catalog: Catalog) -> None:
    text = """
        import logging
        def created(email):
            logging.info(email)
        def counted(email):
            logging.info(len(email))
        HANDLERS = {"created": created, "counted": counted}
        def by_key(customer_email):
            HANDLERS["created"](customer_email)
        def other_key(customer_email):
            HANDLERS["counted"](customer_email)
    """
    assert flows_in(text, catalog) == ["4: email -> log"]


def test_a_function_kept_in_an_attribute(catalog: Catalog) -> None:
    text = """
        import logging
        def tell_somebody(text):
            logging.info(text)
        class Service:
            def __init__(self, tell=tell_somebody):
                self.tell = tell
            def register(self, email):
                self.tell(email)
    """
    assert flows_in(text, catalog) == ["4: email -> log"]


@pytest.mark.parametrize(
    "made", ["logging.info", "log.info", "functools.partial(logging.warning, 'sent to %s')"]
)
def test_a_librarys_function_under_another_name(made: str, catalog: Catalog) -> None:
    text = f"""
        import functools
        import logging
        log = logging.getLogger(__name__)
        tell = {made}
        def register(email):
            tell(email)
    """
    assert flows_in(text, catalog) == ["7: email -> log"]


def test_a_name_of_our_own_is_no_librarys(catalog: Catalog) -> None:
    text = """
        def keep(text):
            return text
        tell = keep
        def register(email):
            tell(email)
    """
    assert flows_in(text, catalog) == []


def test_the_beginning_of_a_functions_name(catalog: Catalog) -> None:
    files = {
        "chat.py": """
            import logging
            def send_to_slack(message):
                logging.info(message)
            def send_to_nobody(message):
                return None
            def receive(message):
                logging.info(message)
        """,
        "app.py": """
            import chat
            def tell(kind, email):
                send = getattr(chat, f"send_to_{kind}")
                send(email)
        """,
    }
    assert flows_of(files, catalog) == ["chat.py:4: email -> log"]
