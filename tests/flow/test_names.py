"""What names of functions, keys and fields tell where nothing else does."""

from __future__ import annotations

from data_etiquette.model.catalog import Catalog
from tests.flow.support import flows_in


def test_a_credential_that_is_made_here(catalog: Catalog) -> None:
    text = """
        import logging
        import secrets
        def generate_reset_token():
            return secrets.token_urlsafe()
        def generate_report():
            return secrets.token_urlsafe()
        def remind(user):
            token = generate_reset_token()
            logging.info("token %s", token)
            logging.info("report %s", generate_report())
    """
    assert flows_in(text, catalog) == ["10: reset_token -> log"]


def test_a_password_that_is_made_out_of_nothing_is_not_hashed(catalog: Catalog) -> None:
    text = """
        import logging
        import random
        from django.contrib.auth.hashers import make_password as hashed
        def make_password():
            return "".join(random.choices("abc", k=9))
        def reset(user):
            logging.info("now %s", make_password())
            logging.info("now %s", hashed("secret"))
    """
    assert flows_in(text, catalog) == ["8: password -> log"]


def test_a_key_names_a_credential_of_our_own_making(catalog: Catalog) -> None:
    text = """
        import logging
        import random
        def random_key(size):
            return random.randbytes(size).hex()
        def is_strong(text):
            return len(text) > 9
        def start(request, text):
            logging.info({"totp_secret": random_key(20)})
            logging.info({"password": is_strong(text)})
    """
    assert flows_in(text, catalog) == ["9: mfa_secret -> log"]


def test_a_response_models_field_names_what_it_is_given(catalog: Catalog) -> None:
    text = """
        from fastapi import FastAPI
        from pydantic import BaseModel
        app = FastAPI()
        class TokenResponse(BaseModel):
            id: str
            api_token: str
        @app.post("/token")
        def make(request_id: str):
            made = sign(request_id)
            return TokenResponse(id=request_id, api_token=made)
    """
    assert flows_in(text, catalog) == ["11: personal_api_key -> response"]


def test_one_of_two_names(catalog: Catalog) -> None:
    text = """
        import logging
        def find(email_or_username, colour_or_shape):
            logging.info("%s", email_or_username)
            logging.info("%s", colour_or_shape)
    """
    assert flows_in(text, catalog) == ["4: email -> log"]


def test_measures_are_not_the_thing(catalog: Catalog) -> None:
    text = """
        import logging
        from django.db import models
        class Customer(models.Model):
            photo = models.ImageField()
            email = models.EmailField()
            def get_photo_size(self):
                return self.photo.file.tell()
            def get_contact(self):
                return self.email
        def show(customer: Customer):
            logging.info(customer.get_photo_size())
            logging.info(customer.get_contact())
    """
    assert flows_in(text, catalog) == ["13: email -> log"]


def test_two_names_joined_otherwise_are_read_as_one(catalog: Catalog) -> None:
    text = """
        import logging
        def find(params):
            logging.info("%s", params["email-or-shape"])
            logging.info("%s", params["shapeOrColour"])
            logging.info("%s", params["shape or email"])
    """
    assert flows_in(text, catalog) == ["6: email -> log"]


def test_the_key_of_a_relation_is_not_what_its_name_says(catalog: Catalog) -> None:
    models = """
        from django.db import models
        class Tax(models.Model):
            rate = models.FloatField()
        class Product(models.Model):
            tax = models.ForeignKey(Tax, on_delete=models.PROTECT)
    """
    text = """
        import logging
        def show(product, customer):
            logging.info(product.tax_id)
            logging.info(customer.tax_id)
    """
    assert flows_in(models + text, catalog) == []
    assert "4: tax_id -> log" in flows_in(text, catalog)
