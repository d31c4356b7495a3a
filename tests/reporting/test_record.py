"""The record of processing: all of Art. 30, gaps open, tables that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.model.report import Report
from data_etiquette.reporting.index import render_folder
from data_etiquette.reporting.pageoptions import PageOptions
from data_etiquette.reporting.record import Record, build_record
from data_etiquette.reporting.texts import load_texts
from tests.command import report_of
from tests.reporting.pages import Shape, assert_sound, contrast, palettes

pytestmark = pytest.mark.usefixtures("warm_catalog")

TEMPLATES = data_folder("reports")
CODE = """\
from django.db import models


class Customer(models.Model):
    email = models.EmailField()
    allergy = models.TextField()
"""
FULL = """\
version: 1
organisation:
  name: Corner Shop
  address: 1 High Street
  dpo: {name: Dora, email: dpo@shop.example}
subjects: [{id: buyer, label: Buyers}]
activities:
  - id: orders
    label: orders
    purposes: [order_delivery, payment]
    legal_basis: contract
    special_basis: art9_2_a
    subjects: [buyer]
    data: [email, allergy]
    source: data_subject
    recipients: [post, pay]
    retention: {period: P1Y, starts: order.placed_at}
    automated_decision: {present: false}
    dpia: {needed: true, link: docs/dpia.md}
    owner: sales
  - id: visits
    purposes: [analytics]
recipients:
  - {id: post, name: The Post, role: controller, data: [email], country: DE}
  - id: pay
    name: Payer
    role: processor
    agreement: {type: dpa, signed: 2026-01-02, link: legal/pay.pdf}
    transfer: {countries: [US], mechanism: scc}
storage: [{id: db, kind: postgres, country: DE}]
measures: [{id: crypt, kind: encryption_at_rest}]
"""


@pytest.fixture
def full(write_tree) -> Report:
    return report_of(write_tree({"shop.py": CODE, "etiquette.yaml": FULL}))


def record_of(report: Report, language: str = "en") -> Record:
    assert report.declaration is not None
    return build_record(report, report.declaration, load_texts(TEMPLATES, language))


def files_of(report: Report) -> dict[str, bytes]:
    return render_folder(report, TEMPLATES)


def table(report: Report, name: str) -> list[dict[str, str]]:
    text = files_of(report)[name].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def sheets(content: bytes) -> list[list[list[str]]]:
    """Rows of every sheet, read without a spreadsheet; a formula would be a mistake."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = ET.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314
        words = ["".join(item.itertext()) for item in shared.findall("m:si", space)]
        names = sorted(name for name in book.namelist() if "worksheets/sheet" in name)
        found = []
        for name in names:
            sheet = ET.fromstring(book.read(name))  # noqa: S314
            assert sheet.findall(".//m:f", space) == []
            assert sheet.findall(".//m:hyperlink", space) == []
            rows = sheet.findall(".//m:row", space)
            values = ([cell.findtext("m:v", "", space) for cell in row] for row in rows)
            found.append([[word for v in row if v and (word := words[int(v)])] for row in values])
    return found


def test_a_full_line(full: Report) -> None:
    line = record_of(full).lines[0]
    assert {part: cell.text for part, cell in line.parts.items() if cell.text} == {
        "reference": "orders",
        "owner": "sales",
        "purposes": "To take and deliver your orders; To take payments",
        "subjects": "Buyers",
        "data": "E-mail address; Allergies",
        "special": "Allergies",
        "recipients": "The Post (controller); Payer (processor)",
        "transfers": "Payer: United States",
        "safeguards": "Payer: standard contractual clauses",
        "retention": "1 year; counted from: order placed",
        "measures": "Encryption of stored data",
        "legal_basis": "Contract (Art. 6(1)(b))",
        "special_basis": "Art. 9(2)(a): We use sensitive data only if you clearly agree to it.",
        "source": "from the person",
        "automated": "no",
        "dpia": "needed, docs/dpia.md",
        "agreements": "Payer: dpa, 2026-01-02, legal/pay.pdf",
        "stores": "postgres, Germany",
    }
    assert line.gaps == 0
    assert line.fields == (("Customer.allergy", "shop.py:6"), ("Customer.email", "shop.py:5"))


def test_what_is_missing_is_open(full: Report) -> None:
    line = record_of(full).lines[1]
    assert [cell.part for cell in line.cells if cell.missing] == [
        "subjects",
        "data",
        "recipients",
        "transfers",
        "retention",
        "legal_basis",
    ]
    text = Shape(files_of(full)["record.html"].decode()).text
    assert "6 entries are not yet stated." in text


def test_a_transfer_without_safeguard_is_open(write_tree) -> None:
    text = FULL.replace("mechanism: scc", "mechanism: none")
    report = report_of(write_tree({"shop.py": CODE, "etiquette.yaml": text}))
    cell = record_of(report).lines[0].parts["safeguards"]
    assert [(said.text, said.gap) for said in cell.said] == [("Payer: not yet stated", True)]


def test_a_processor_keeps_the_record_of_its_clients(write_tree) -> None:
    text = FULL.replace("  name: Corner Shop", "  name: Corner Shop\n  role: processor")
    report = report_of(write_tree({"shop.py": CODE, "etiquette.yaml": text}))
    record = record_of(report)
    assert record.is_processor
    first, second = (line.parts for line in record.lines)
    assert first["client"].text == "The Post"
    assert first["categories"].text == "Orders; To take and deliver your orders; To take payments"
    assert first["safeguards"].text == "Payer: standard contractual clauses"
    assert first["measures"].text == "Encryption of stored data"
    assert second["client"].missing
    [row, _] = table(report, "record-ico.csv")
    assert row["Name and contact details of controller"] == "The Post"
    assert row["Name and contact details of processor"] == "Corner Shop, 1 High Street"
    assert "Processing on behalf of controllers" in files_of(report)["record.html"].decode()


def test_the_columns_of_the_ico(full: Report) -> None:
    first, second = table(full, "record-ico.csv")
    assert {key: first[key] for key in list(first)[:12]} == {
        "Business function": "sales",
        "Activity": "Orders",
        "Purpose of processing": "To take and deliver your orders; To take payments",
        "Name and contact details of joint controller": "",
        "Categories of individuals": "Buyers",
        "Categories of personal data": "E-mail address; Allergies",
        "Categories of recipients": "The Post (controller); Payer (processor)",
        "Link to contract with processor": "Payer: dpa, 2026-01-02, legal/pay.pdf",
        "Names of third countries or international organisations that personal data are "
        "transferred to": "Payer: United States",
        "Safeguards for exceptional transfers of personal data to third countries or "
        "international organisations": "Payer: standard contractual clauses",
        "Retention schedule": "1 year; counted from: order placed",
        "General description of technical and organisational security measures": "Encryption of "
        "stored data",
    }
    assert second["Retention schedule"] == "not yet stated"


def test_the_columns_of_the_cnil(full: Report) -> None:
    first, _ = table(full, "record-cnil.csv")
    assert first["N° / Référence"] == "orders"
    assert first["Délégué à la protection des données"] == "Dora, dpo@shop.example"
    assert first["État civil, identité, données d'identification, images"] == "E-mail address"
    assert first["Données sensibles (santé, biométrie, opinions)"] == "Allergies"
    assert first["Transferts hors UE : type de garanties"] == "Payer: standard contractual clauses"


def test_the_workbook_holds_the_same(full: Report) -> None:
    files = files_of(full)
    whole, ico, cnil = sheets(files["record.xlsx"])
    assert whole[0][:3] == ["Activity", "Reference", "Owner"]
    assert whole[1][:3] == ["Orders", "orders", "sales"]
    for sheet, name in ((ico, "record-ico.csv"), (cnil, "record-cnil.csv")):
        rows = csv.reader(io.StringIO(files[name].decode("utf-8-sig")))
        assert sheet == [[cell for cell in row if cell] for row in rows]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "https://x.example"])
def test_no_cell_is_a_formula_or_a_link(full: Report, text: str) -> None:
    declaration = full.declaration
    assert declaration is not None
    changed = tuple(replace(item, owner=text) for item in declaration.activities)
    report = replace(full, declaration=replace(declaration, activities=changed))
    cell = table(report, "record-ico.csv")[0]["Business function"]
    assert cell == (text if text.startswith("http") else f"'{text}")
    assert sheets(files_of(report)["record.xlsx"])[0][1][2] == text


def test_a_cell_too_long_for_a_workbook_says_so(full: Report) -> None:
    declaration = full.declaration
    assert declaration is not None
    long = tuple(replace(item, owner="x" * 40_000) for item in declaration.activities)
    report = replace(full, declaration=replace(declaration, activities=long))
    cell = sheets(files_of(report)["record.xlsx"])[0][1][2]
    assert cell.endswith("x… (cut here; record.html has all of it)")
    assert len(cell) < 32_767
    assert "x" * 40_000 in files_of(report)["record.html"].decode()


def test_the_same_report_gives_the_same_bytes(full: Report) -> None:
    first, second = files_of(full), files_of(full)
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first["record.xlsx"])) as book:
        assert {item.date_time for item in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z" in book.read("docProps/core.xml")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_is_sound(full: Report, language: str) -> None:
    page = render_folder(full, TEMPLATES, PageOptions(language))["record.html"].decode()
    shape = assert_sound(page)
    assert shape.all("html")[0]["lang"] == language


def test_without_a_declaration_there_is_no_record(write_tree) -> None:
    report = report_of(write_tree({"shop.py": CODE}))
    text = assert_sound(files_of(report)["record.html"].decode()).text
    assert "there is no record yet" in text
    assert re.findall("E-mail address|Allergies", text) == ["Allergies", "E-mail address"]
    assert table(report, "record-ico.csv") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_stand_out(theme: str) -> None:
    style = "".join(
        (TEMPLATES / name / "style.css").read_text(encoding="utf-8")
        for name in ("compliance", "record")
    )
    colours = palettes(style)[theme]
    pairs = [(ink, "paper") for ink in ("ink", "quiet", "link", "gap", "good")]
    pairs += [("ink", "panel"), ("quiet", "panel"), ("gap", "gap-panel")]
    assert [pair for pair in pairs if contrast(*(colours[name] for name in pair)) < 4.5] == []
