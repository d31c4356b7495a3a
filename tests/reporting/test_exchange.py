"""Fides, DPV and TILT: read back by their own tools where these exist, gaps left as gaps."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from fideslang.default_taxonomy import DEFAULT_TAXONOMY
from fideslang.models import Dataset, System
from tilt.tilt import tilt_from_dict

from data_etiquette.app.output import RENDERERS
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.declaration.imports.fides import read_fides
from data_etiquette.declaration.imports.said import FieldSaid
from data_etiquette.model.report import Provenance, Report

APP = """\
from django.db import models


class Contactable(models.Model):
    email = models.EmailField()

    class Meta:
        abstract = True


class Customer(Contactable):
    phone = models.CharField(max_length=20)
    diagnosis = models.TextField()
    is_active = models.BooleanField()


class SignupForm(forms.Form):
    email = forms.EmailField()
"""
DECLARATION = """\
version: 1
organisation:
  name: Meadow & Pine
  address: 1 Orchard Lane, Bristol
  country: GB
  email: privacy@example.com
  dpo: {name: Data protection office, address: the same, country: IE, email: dpo@example.com}
  authority: {name: The Commissioner, url: "https://ico.org.uk"}
purposes:
  - {id: care, label: Care of plants, fides: essential.service, dpv: ServiceProvision}
  - {id: payment}
  - {id: gardening, label: Gardening}
subjects:
  - {id: customer, label: Buyers}
activities:
  - id: orders
    label: Orders
    purposes: [payment, care]
    legal_basis: contract
    special_basis: art9_2_c
    subjects: [customer]
    data: [email, diagnosis]
    fields: {include: ["*Customer.*", "*Contactable.*"]}
    required: {statutory: false, contractual: true, consequence: Nothing can be sent.}
    recipients: [stripe]
    retention: {period: P7Y, starts: the order, why: Tax law}
    automated_decision: {present: true, logic: A score, significance: No credit}
    security: [vault]
  - id: club
    label: The club
    purposes: [gardening]
    legal_basis: legitimate_interests
    source: public
    data: [phone]
    retention: {criterion: As long as somebody is a member}
recipients:
  - id: stripe
    name: Stripe
    role: processor
    kind: payments
    data: [email]
    transfer: {countries: [US], mechanism: scc}
measures:
  - {id: vault, label: Encryption of columns}
rights:
  access: GET /me/export
  contact: privacy@example.com
notices:
  - {id: web, url: "https://example.com/privacy", version: "3", date: 2026-03-01}
"""


def scanned(folder: Path, declaration: str) -> Report:
    (folder / "models.py").write_text(APP)
    if declaration:
        (folder / "etiquette.yaml").write_text(declaration)
    report = scan(ScanRequest((folder,), use_cache=False, jobs=1)).report
    return replace(report, provenance=Provenance("Garden shop"))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return scanned(tmp_path_factory.mktemp("declared"), DECLARATION)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return scanned(tmp_path_factory.mktemp("bare"), "")


# -- Fides -------------------------------------------------------------------------------------


def fides(report: Report) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(RENDERERS["fides"](report))
    return loaded


def test_fides_takes_it(report: Report, bare: Report) -> None:
    categories = {item.fides_key for item in DEFAULT_TAXONOMY.data_category}
    uses = {item.fides_key for item in DEFAULT_TAXONOMY.data_use}
    subjects = {item.fides_key for item in DEFAULT_TAXONOMY.data_subject}
    for each in (report, bare):
        for item in fides(each)["dataset"]:
            dataset = Dataset.model_validate(item)
            for collection in dataset.collections:
                for field in collection.fields:
                    assert {*(field.data_categories or [])} <= categories
    for item in fides(report)["system"]:
        for declared in System.model_validate(item).privacy_declarations:
            assert declared.data_use in uses
            assert {*declared.data_categories} <= categories
            assert {*declared.data_subjects} <= subjects


def test_every_word_for_fides_is_one_of_fides(report: Report) -> None:
    categories = {item.fides_key for item in DEFAULT_TAXONOMY.data_category}
    uses = {item.fides_key for item in DEFAULT_TAXONOMY.data_use}
    subjects = {item.fides_key for item in DEFAULT_TAXONOMY.data_subject}
    assert {item.fideslang for item in report.elements} - categories == set()
    assert {item.fideslang for item in report.purposes} - uses == set()
    assert {item.fideslang for item in report.subjects} - subjects == set()


def test_fides_dataset_is_what_is_stored(report: Report) -> None:
    (dataset,) = fides(report)["dataset"]
    assert dataset["fides_key"] == "Garden_shop"
    assert [
        (
            collection["name"],
            {field["name"]: field["data_categories"] for field in collection["fields"]},
        )
        for collection in dataset["collections"]
    ] == [
        (
            "customer",
            {
                "diagnosis": ["user.health_and_medical"],
                "email": ["user.contact.email"],
                "phone": ["user.contact.phone_number"],
            },
        )
    ]


def test_fides_systems_are_what_is_declared(report: Report) -> None:
    shop, stripe = fides(report)["system"]
    assert shop["responsibility"] == ["Controller"]
    assert shop["egress"] == [
        {"fides_key": "stripe", "type": "system", "data_categories": ["user.contact.email"]}
    ]
    care, paying = sorted(shop["privacy_declarations"], key=lambda item: item["data_use"])
    assert (care["name"], care["data_use"]) == ("Orders (Care of plants)", "essential.service")
    assert paying["data_use"] == "essential.service.payment_processing"
    assert paying["legal_basis_for_processing"] == "Contract"
    assert paying["special_category_legal_basis"] == "Vital interests"
    assert paying["processes_special_category_data"] is True
    assert paying["retention_period"] == "P7Y"
    assert (paying["egress"], paying["third_parties"]) == (["stripe"], "Stripe")
    assert stripe == {
        "fides_key": "stripe",
        "name": "Stripe",
        "system_type": "Third Party",
        "privacy_declarations": [],
    }


def test_fides_says_what_it_has_no_word_for(report: Report, bare: Report) -> None:
    comments = [x for x in RENDERERS["fides"](report).splitlines() if x.startswith("# Left")]
    assert comments == [
        "# Left out: The club, purpose Gardening: no data use of Fides is declared for it"
    ]
    assert "system" not in fides(bare)
    assert "# Left out: no system: there is no etiquette.yaml" in RENDERERS["fides"](bare)


def test_fides_comes_back_as_it_went(report: Report) -> None:
    catalog = load_catalog(data_folder("rules"))
    top = yaml.compose(RENDERERS["fides"](report))
    said = read_fides(top, "fides.yaml", catalog)
    assert said.fields[1] == FieldSaid(
        "customer",
        "email",
        personal=True,
        elements=("email", "work_email"),
        why="fides.yaml says user.contact.email",
    )
    assert {(item.entity, item.field) for item in said.fields} == {
        ("customer", "diagnosis"),
        ("customer", "email"),
        ("customer", "phone"),
    }
    orders = next(item for item in said.activities if "payment" in item.purposes)
    assert (orders.legal_basis, orders.special_basis) == ("contract", "art9_2_c")
    assert (orders.subject, orders.retention) == ("customer", "P7Y")
    assert "email" in orders.elements


# -- DPV ---------------------------------------------------------------------------------------


def dpv(report: Report) -> dict[str, dict[str, Any]]:
    document = json.loads(RENDERERS["dpv"](report))
    assert set(document) == {"@context", "@graph"}
    return {node["@id"]: node for node in document["@graph"]}


def terms(value: object) -> set[str]:
    """Every name with a prefix, as key, type or address."""
    if isinstance(value, dict):
        found = {key for key in value if ":" in key}
        for key, item in value.items():
            if key in {"@id", "@type"}:
                found |= {item} if not item.startswith("#") else set()
            else:
                found |= terms(item)
        return found
    return {name for item in value for name in terms(item)} if isinstance(value, list) else set()


def test_dpv(report: Report) -> None:
    nodes = dpv(report)
    assert nodes["#process-orders"] == {
        "@id": "#process-orders",
        "@type": "dpv:Process",
        "dct:title": "Orders",
        "dct:source": "etiquette.yaml:16",
        "dpv:hasPurpose": [{"@id": "dpv:PaymentManagement"}, {"@id": "#purpose-care"}],
        "dpv:hasPersonalData": [
            {"@id": "pd:EmailAddress"},
            {"@id": "pd:Health", "@type": "dpv:SpecialCategoryPersonalData"},
        ],
        "dpv:hasDataSubject": [{"@id": "dpv:Customer"}],
        "dpv:hasLegalBasis": [{"@id": "eu-gdpr:A6-1-b"}, {"@id": "eu-gdpr:A9-2-c"}],
        "dpv:hasRecipient": [{"@id": "#recipient-stripe"}],
        "dpv:hasTechnicalOrganisationalMeasure": [{"@id": "#measure-vault"}],
        "dpv:hasDataController": {"@id": "#organisation"},
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageDuration",
            "dpv:hasDuration": {"@type": "xsd:duration", "@value": "P7Y"},
            "skos:note": "from the order",
        },
        "dpv:hasProcess": [
            {
                "@type": "dpv:Process",
                "dpv:hasProcessing": {"@id": "dpv:Transfer"},
                "dpv:hasRecipient": {"@id": "#recipient-stripe"},
                "dpv:hasCountry": {"@id": "loc:US"},
                "dpv:hasLegalBasis": {"@id": "eu-gdpr:A46-2-c"},
            }
        ],
    }
    assert nodes["#purpose-care"]["skos:broader"] == {"@id": "dpv:ServiceProvision"}
    assert "skos:broader" not in nodes["#purpose-gardening"]
    assert nodes["#process-club"]["dpv:hasDataSource"] == {"@id": "dpv:PublicDataSource"}
    assert nodes["#organisation"]["dpv:hasRight"] == [{"@id": "eu-gdpr:A15"}]


def test_dpv_uses_no_prefix_that_it_does_not_explain(report: Report, bare: Report) -> None:
    for each in (report, bare):
        document = json.loads(RENDERERS["dpv"](each))
        prefixes = {name.split(":")[0] for name in terms(document["@graph"])}
        assert prefixes <= set(document["@context"])
        addresses = re.findall(r'"@id": "(#[^"]+)"', RENDERERS["dpv"](each))
        assert set(addresses) <= set(dpv(each))


def test_dpv_of_code_alone_claims_nothing(bare: Report) -> None:
    (process,) = dpv(bare).values()
    assert process["dct:description"] == "Seen in the code; nothing is declared"
    assert "dpv:hasPurpose" not in process
    assert "dpv:hasLegalBasis" not in process


# -- TILT --------------------------------------------------------------------------------------


def read_tilt(report: Report) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(RENDERERS["tilt"](report))
    return loaded


def without_empty(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_empty(item) for key, item in value.items() if item is not None}
    return [without_empty(item) for item in value] if isinstance(value, list) else value


def test_tilt_reads_it(report: Report) -> None:
    document = read_tilt(report)
    # Where an activity does not say whether data must be given, there is no yes or no to write.
    document["dataDisclosed"] = [
        item for item in document["dataDisclosed"] if not item["_id"].startswith("club/")
    ]
    document["accessAndDataPortability"].setdefault("available", False)
    assert without_empty(tilt_from_dict(document).to_dict()) == document


def test_tilt(report: Report) -> None:
    document = read_tilt(report)
    email = document["dataDisclosed"][0]
    assert email == {
        "_id": "orders/email",
        "category": "E-mail address",
        "purposes": [
            {"purpose": "Taking payments", "description": "Orders"},
            {"purpose": "Care of plants", "description": "Orders"},
        ],
        "legalBases": [
            {"reference": "GDPR-6-1-b", "description": "GDPR Art. 6(1)(b)"},
            {"reference": "GDPR-9-2-c", "description": "GDPR Art. 9(2)(c)"},
        ],
        "legitimateInterests": [],
        "recipients": [{"name": "Stripe", "category": "payments", "country": "US"}],
        "storage": [
            {
                "temporal": [{"description": "the order; Tax law", "ttl": "P7Y"}],
                "purposeConditional": [],
                "legalBasisConditional": [],
                "aggregationFunction": "max",
            }
        ],
        "nonDisclosure": {
            "consequences": "Nothing can be sent.",
            "legalRequirement": False,
            "contractualRegulation": True,
            "obligationToProvide": False,
        },
    }
    assert document["thirdCountryTransfers"] == [
        {
            "country": "US",
            "standardDataProtectionClause": {"available": True, "description": "Stripe"},
        }
    ]
    assert document["automatedDecisionMaking"] == {
        "inUse": True,
        "logicInvolved": "A score",
        "scopeAndIntendedEffects": "No credit",
    }
    assert document["controller"]["country"] == "GB"
    assert document["dataProtectionOfficer"]["country"] == "IE"
    assert document["meta"]["url"] == "https://example.com/privacy"
    assert (document["meta"]["version"], document["meta"]["created"]) == (3, "2026-03-01")
    assert re.fullmatch("[0-9a-f]{64}", document["meta"]["_hash"])


def test_tilt_shows_gaps(report: Report, bare: Report) -> None:
    club = next(x for x in read_tilt(report)["dataDisclosed"] if x["_id"] == "club/phone")
    assert club["nonDisclosure"] == {"consequences": "TODO: not declared"}
    assert club["legitimateInterests"] == [{"exists": True, "reasoning": "TODO: not declared"}]
    assert club["storage"][0]["temporal"] == []
    assert club["storage"][0]["purposeConditional"] == ["As long as somebody is a member"]
    document = read_tilt(bare)
    assert document["controller"]["name"] == "TODO: not declared"
    assert document["controller"]["country"] == "TODO: not declared"
    assert document["dataDisclosed"] == []
    assert document["automatedDecisionMaking"] == {}
    assert document["rightToInformation"] == {"description": "TODO: not declared"}
