"""Inherited methods run the overrides of the class at hand; classes mapped to tables."""

from __future__ import annotations

from data_etiquette.model.catalog import Catalog
from tests.flow.support import flows_in


def test_an_inherited_property_gives_what_the_class_itself_makes(catalog: Catalog) -> None:
    text = """
        import jira
        class Tracker:
            cache = {}
            def connect(self):
                raise NotImplementedError
            @property
            def rpc(self):
                self.cache["rpc"] = self.connect()
                connection = self.connect()
                return connection
        class Own(Tracker):
            def connect(self):
                return Nowhere()
            def report(self, email):
                self.rpc.create_issue(email)
        class Jira(Tracker):
            def connect(self):
                return jira.JIRA("https://jira.example.org")
            def report(self, email):
                self.rpc.create_issue(description=email)
        class Nowhere:
            def create_issue(self, text):
                return None
    """
    assert flows_in(text, catalog) == ["21: email -> third_party"]


def test_a_class_has_the_columns_of_the_table_it_is_mapped_to(catalog: Catalog) -> None:
    text = """
        import logging
        from sqlalchemy import Column, String, Table
        from app.db import metadata, registry, session
        customers = Table("customers", metadata, Column("email", String), Column("city", String))
        class Customer:
            pass
        registry.map_imperatively(Customer, customers)
        def show():
            customer = session.get(Customer, 1)
            logging.info(customer.email)
    """
    assert flows_in(text, catalog) == ["11: email -> log"]


def test_what_self_returns_is_the_class_it_is_asked_of(catalog: Catalog) -> None:
    text = """
        import logging
        from typing import Self
        from django.db import models
        class Base:
            @classmethod
            def find(cls, key) -> Self:
                return cls._registry[key]
        class Customer(Base, models.Model):
            email = models.EmailField()
        class Event(Base, models.Model):
            title = models.CharField(max_length=9)
        def show(key):
            logging.info(Customer.find(key).email)
            logging.info(Event.find(key).title)
    """
    assert flows_in(text, catalog) == ["14: email -> log"]


def test_super_in_a_mixin_runs_what_stands_behind_it_in_the_class(catalog: Catalog) -> None:
    text = """
        import logging
        class Loud:
            def store(self, email):
                super().store(email)
        class Store:
            def store(self, email):
                logging.info(email)
        class LoudStore(Loud, Store):
            pass
        def register(email):
            LoudStore().store(email)
    """
    assert flows_in(text, catalog) == ["8: email -> log"]


def test_a_siblings_override_is_not_run(catalog: Catalog) -> None:
    text = """
        import logging
        from django.db import models
        class Customer(models.Model):
            email = models.EmailField()
        class Page:
            def title(self):
                return ""
            def context(self):
                return {"title": self.title()}
        class CustomerPage(Page):
            def __init__(self, customer: Customer):
                self.customer = customer
            def title(self):
                return self.customer.email
            def show(self):
                logging.info(self.context())
        class EventPage(Page):
            def show(self):
                logging.info(self.context())
    """
    assert flows_in(text, catalog) == ["17: email -> log"]


def test_a_generic_class_holds_what_it_is_given_for(catalog: Catalog) -> None:
    text = """
        from typing import Generic, TypeVar
        from fastapi import FastAPI
        from pydantic import BaseModel
        T = TypeVar("T")
        app = FastAPI()
        class Customer(BaseModel):
            email: str
        class Page(BaseModel, Generic[T]):
            items: list[T]
            total: int
        def load() -> Page[Customer]:
            return fetch()
        @app.get("/all")
        def everything() -> Page[Customer]:
            return load()
        @app.get("/count")
        def count():
            return {"count": load().total}
    """
    assert flows_in(text, catalog) == ["16: email -> response"]
