"""Fields that mean what they mean through their neighbours and the base of their class."""

from __future__ import annotations

from textwrap import dedent

from data_etiquette.model.catalog import Catalog
from tests.support import link_texts


def judged(body: str, catalog: Catalog, path: str = "app.py") -> list[tuple[str, str]]:
    graph = link_texts({path: dedent(body)}, catalog)
    return sorted(
        (f"{entity.name}.{field.name}", field.element)
        for entity in graph.entities
        for field in entity.personal_fields
    )


def test_an_appointment_at_a_doctors_and_at_a_hairdressers(catalog: Catalog) -> None:
    body = """
        from django.db import models
        class CutAppointment(models.Model):
            service = models.CharField(max_length=20)
            start_time = models.TimeField()
        class Appointment(models.Model):
            physician = models.CharField(max_length=20)
            start_time = models.TimeField()
    """
    found = judged(body, catalog)
    assert ("Appointment.start_time", "medical_appointment") in found
    assert "CutAppointment.start_time" not in dict(found)


def test_passwords_that_the_bases_library_hashes(catalog: Catalog) -> None:
    body = """
        from flask_security import UserMixin
        from sqlalchemy import Column, Integer, String
        class User(db.Model, UserMixin):
            id = Column(Integer, primary_key=True)
            email = Column(String(255))
            password = Column(String(255))
        class Member(db.Model):
            id = Column(Integer, primary_key=True)
            email = Column(String(255))
            password = Column(String(255))
    """
    found = dict(judged(body, catalog))
    assert found["User.password"] == "password_hash"
    assert found["Member.password"] == "password"


def test_a_schema_for_one_database_by_the_files_ending(catalog: Catalog) -> None:
    body = "CREATE TABLE guest_book (id bigserial PRIMARY KEY, guest_email text);"
    assert judged(body, catalog, "full.sql.postgres") == [("guest_book.guest_email", "email")]
    assert judged(body, catalog, "full.sql.orig") == []
