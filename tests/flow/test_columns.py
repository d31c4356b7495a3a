"""Columns of SQL tables: prefixes, short flags, links, visits, addresses, events of care."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.flow.entities.entities import build_entities
from data_etiquette.flow.lexicon.vocabulary import Vocabulary, compile_vocabulary
from data_etiquette.flow.program.program import build_program
from data_etiquette.frontends.sql.read import read_sql


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    cache: Path = tmp_path_factory.mktemp("cache")
    return compile_vocabulary(load_catalog(data_folder("rules"), cache))


def judged(sql: str, vocabulary: Vocabulary) -> dict[str, str]:
    """`table.column` of all personal columns to their element."""
    entities = build_entities(build_program([read_sql("schema.sql", sql)]), vocabulary)
    return {
        f"{entity.table}.{item.name}": item.element
        for entity in entities
        for item in entity.fields
        if item.element
    }


def test_a_short_form_of_the_table_before_every_column_says_nothing(vocabulary: Vocabulary) -> None:
    sql = """
    CREATE TABLE call_center (cc_center_sk int, cc_name varchar(50), cc_manager varchar(40),
      cc_city varchar(60));
    CREATE TABLE customer_demographics (cd_demo_sk int, cd_gender char(1), cd_dep_count int,
      cd_credit_rating varchar(10));
    """
    assert judged(sql, vocabulary) == {
        "call_center.cc_manager": "full_name",
        "customer_demographics.cd_gender": "gender",
        "customer_demographics.cd_dep_count": "dependants",
        "customer_demographics.cd_credit_rating": "credit_score",
    }


def test_one_character_holds_no_contact(vocabulary: Vocabulary) -> None:
    sql = """
    CREATE TABLE customers (email varchar(200), wants_phone char(1), phone varchar(1),
      middle_name char(1), gender char(1));
    """
    assert judged(sql, vocabulary) == {
        "customers.email": "email",
        "customers.middle_name": "middle_name",
        "customers.gender": "gender",
    }


def test_the_id_of_another_table_is_a_link(vocabulary: Vocabulary) -> None:
    sql = """
    CREATE TABLE staff (staff_id varchar(7), first_name varchar(40), phone varchar(20));
    CREATE TABLE shifts (staff_id varchar(7), starts timestamp);
    """
    assert "shifts.staff_id" not in judged(sql, vocabulary)


def test_what_a_row_of_visits_says_is_the_visitors(vocabulary: Vocabulary) -> None:
    sql = """
    CREATE TABLE traffic (id int, user_agent text, city text, state text, lat float, lon float,
      page text, method text);
    CREATE TABLE branches (id int, city text, state text, lat float, lon float, page text);
    """
    assert judged(sql, vocabulary) == {
        "traffic.user_agent": "user_agent",
        "traffic.city": "coarse_location",
        "traffic.state": "region",
        "traffic.lat": "gps_coordinates",
        "traffic.lon": "gps_coordinates",
        "traffic.page": "browsing_history",
    }


def test_state_in_an_address_is_a_region_and_else_none(vocabulary: Vocabulary) -> None:
    sql = """
    CREATE TABLE members (name text, city text, state text, zip text);
    CREATE TABLE users (email text, state text);
    CREATE TABLE warehouses (name text, city text, state text, zip text);
    """
    found = judged(sql, vocabulary)
    assert found["members.state"] == "region"
    assert "users.state" not in found
    assert "warehouses.state" not in found


def test_times_of_events_of_care_are_personal(vocabulary: Vocabulary) -> None:
    sql = """
    CREATE TABLE patients (patient_id int, first_name text, diagnosis_date date);
    CREATE TABLE surgery_record (surgery_id int, patient_id int, surgery varchar(200),
      surgery_date date, updated_date date);
    CREATE TABLE laboratory (lab_id int, lab_patient_id int, lab_res varchar(50), lab_lock int,
      lab_age int);
    """
    assert judged(sql, vocabulary) == {
        "patients.first_name": "first_name",
        "patients.diagnosis_date": "diagnosis",
        "surgery_record.surgery": "medical_history",
        "surgery_record.surgery_date": "medical_history",
        "laboratory.lab_res": "lab_result",
        "laboratory.lab_age": "age",
    }


def test_links_slots_and_bookkeeping_of_a_clinical_schema_are_no_care(
    vocabulary: Vocabulary,
) -> None:
    sql = """
    CREATE TABLE appointment_slots (id uuid, doctor_id uuid, slot_date date, current_bookings int);
    CREATE TABLE appointments (id uuid, patient_id uuid, scheduled_date date, cancelled_by uuid,
      notified_at timestamptz, platform_commission decimal(10,2), diagnosis text);
    CREATE TABLE patient_vitals (patient_id uuid, pulse int, recorded_by uuid);
    CREATE TABLE health_documents (patient_id uuid, file_url text, title varchar(200),
      file_type varchar(20), file_size int, shared_doctors uuid[]);
    """
    assert judged(sql, vocabulary) == {
        "appointments.scheduled_date": "medical_appointment",
        "appointments.diagnosis": "diagnosis",
        "patient_vitals.pulse": "vital_signs",
        "health_documents.file_url": "user_file",
        "health_documents.title": "user_file",
    }


def test_the_text_key_of_a_session_is_a_token(vocabulary: Vocabulary) -> None:
    sql = """
    CREATE TABLE ci_sessions (id varchar(40), ip_address varchar(45), data blob);
    CREATE TABLE training_sessions (id varchar(40), title text);
    CREATE TABLE web_sessions (id bigint, ip_address varchar(45), data blob);
    """
    assert judged(sql, vocabulary) == {
        "ci_sessions.id": "session_token",
        "ci_sessions.ip_address": "ip_address",
        "ci_sessions.data": "app_usage",
        "web_sessions.ip_address": "ip_address",
        "web_sessions.data": "app_usage",
    }


def test_accounts_that_books_are_kept_on_are_nobodys(vocabulary: Vocabulary) -> None:
    sql = """
    CREATE TABLE account (id int, accno text, description text, contra boolean);
    CREATE TABLE user_account (id int, email text, description text, credit numeric);
    """
    assert judged(sql, vocabulary) == {
        "user_account.email": "email",
        "user_account.description": "profile_segment",
        "user_account.credit": "account_balance",
    }


def test_keys_and_versions_of_rows_are_no_content(vocabulary: Vocabulary) -> None:
    sql = """
    CREATE TABLE patient (pk serial, mrn text);
    CREATE TABLE diagnosis (pk_diagnosis serial, fk_patient int, xmin_diagnosis int, code text,
      pk_generic_codes int[]);
    """
    assert judged(sql, vocabulary) == {
        "patient.mrn": "medical_record_number",
        "diagnosis.code": "diagnosis",
    }
