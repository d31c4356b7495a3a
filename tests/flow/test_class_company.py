"""Fields that mean what they mean through their neighbours and the base of their class."""

from __future__ import annotations

from textwrap import dedent

from data_etiquette.model.catalog import Catalog
from tests.flow.support import fields_of


def in_file(body: str, catalog: Catalog) -> list[str]:
    return fields_of({"app.py": dedent(body)}, catalog)


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
    assert in_file(body, catalog) == [
        "Appointment.physician: full_name",
        "Appointment.start_time: medical_appointment",
    ]


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
    assert in_file(body, catalog) == [
        "Member.email: email",
        "Member.password: password",
        "User.email: email",
        "User.password: password_hash",
    ]


def test_a_schema_for_one_database_by_the_files_ending(catalog: Catalog) -> None:
    text = "CREATE TABLE guest_book (id bigserial PRIMARY KEY, guest_email text);"
    assert fields_of({"full.sql.postgres": text}, catalog) == ["guest_book.guest_email: email"]
    assert fields_of({"full.sql.orig": text}, catalog) == []
