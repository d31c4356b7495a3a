from __future__ import annotations

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.declaration.draft.application import application_of
from data_etiquette.declaration.duration import days, is_same, iso
from data_etiquette.declaration.law import applicable
from data_etiquette.declaration.load import parse_declaration
from data_etiquette.declaration.policy import End, breaks, regions_of
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.declaration import DeclaredPolicy, PolicyMatch
from tests.support import check_texts

REGIONS = {"EEA": frozenset({"DE", "FR"}), "adequacy": frozenset({"CH"})}


@pytest.mark.parametrize(
    ("cited", "chosen", "found"),
    [
        (["gdpr-32", "ccpa-1798-100"], ["gdpr"], ["gdpr-32"]),
        (["gdpr-32"], ["uk-gdpr"], ["uk-gdpr-32"]),
        (["gdpr-17", "ccpa-1798-105"], ["ccpa"], ["ccpa-1798-105"]),
        (["gdpr-17"], ["gdpr", "ccpa"], ["gdpr-17", "ccpa-1798-105"]),
        (["gdpr-5-1-f", "gdpr-32", "pci-dss-3"], ["lgpd"], ["lgpd-46", "pci-dss-3"]),
        (["gdpr-28"], ["pipeda", "dpdp"], ["pipeda-4-1", "dpdp-8-1"]),
        (["gdpr-44"], ["ccpa"], []),
        (["no-such-law"], ["gdpr"], ["no-such-law"]),
    ],
)
def test_law_is_that_of_the_place(
    cited: list[str], chosen: list[str], found: list[str], catalog: Catalog
) -> None:
    assert list(applicable(cited, catalog.laws, chosen)) == found


def test_every_provision_of_the_gdpr_has_a_counterpart_in_laws_that_are_like_it() -> None:
    laws = load_catalog(data_folder("rules")).laws
    gdpr = {law.id for law in laws if law.instrument == "gdpr"}
    for instrument in ("uk-gdpr", "lgpd", "pipeda", "dpdp"):
        like = {item for law in laws if law.instrument == instrument for item in law.like}
        assert (instrument, gdpr - like) == (instrument, set())


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("P30D", 30), ("P1Y", 365.25), ("P2W", 14), ("PT12H", 0.5), ("30 days", 30), ("90", 90),
        ("1 year 6 months", 365.25 + 6 * 30.4375), ("P", None), ("", None), ("a while", None),
    ],
)  # fmt: skip
def test_days(written: str, length: float | None) -> None:
    assert days(written) == length


def test_durations_that_say_the_same() -> None:
    assert is_same(365.25, 365)
    assert is_same(12 * 30.4375, 365)
    assert not is_same(30, 90)
    assert (iso(89.7), iso(0.5)) == ("P90D", "PT12H")


@pytest.mark.parametrize(
    ("match", "element", "end", "is_broken"),
    [
        (PolicyMatch(("health.*",), sinks=("log",)), "diagnosis", End("log"), True),
        (PolicyMatch(("health.*",), sinks=("log",)), "email", End("log"), False),
        (PolicyMatch(("health.*",), sinks=("log",)), "diagnosis", End("file"), False),
        (PolicyMatch(sensitivity=">=4"), "diagnosis", End("file"), True),
        (PolicyMatch(sensitivity=">=4"), "email", End("file"), False),
        (PolicyMatch(special_category=True), "diagnosis", End("file"), True),
        (PolicyMatch(special_category=True), "email", End("file"), False),
        (PolicyMatch(recipient_kinds=("ads",)), "email",
         End("third_party", ("x",), ("ads",)), True),
        (PolicyMatch(recipients=("x",)), "email", End("third_party", ("x",)), True),
        (PolicyMatch(country_not_in=("EEA", "adequacy")), "email",
         End("third_party", countries=("US",)), True),
        (PolicyMatch(country_not_in=("EU", "adequacy")), "email",
         End("third_party", countries=("CH",)), False),
        (PolicyMatch(country_not_in=("EEA",)), "email", End("third_party"), False),
        (PolicyMatch(country_in=("CN",)), "email", End("third_party", countries=("CN",)), True),
        (PolicyMatch(sinks=("log",), country_in=("CN",)), "email",
         End("file", countries=("CN",)), False),
    ],
)  # fmt: skip
def test_policies(
    match: PolicyMatch, element: str, end: End, is_broken: bool, catalog: Catalog
) -> None:
    known = next(item for item in catalog.elements if item.id == element)
    regions = regions_of(REGIONS.items())
    assert breaks(DeclaredPolicy("p", match), known, end, regions) is is_broken
    assert not breaks(DeclaredPolicy("p", match, allow=PolicyMatch()), known, end, regions)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("src/shop/accounts/models.py", "accounts"),
        ("shop/models/order.py", "shop"),
        ("models.py", ""),
        ("app/models/user.py", "user"),
        ("db/schema.sql", ""),
        ("Sales Data/tables.sql", "sales-data"),
    ],
)
def test_the_part_of_a_program(path: str, name: str) -> None:
    layers = frozenset({"src", "models", "app", "db", "schema"})
    assert application_of(path, layers) == name


@pytest.mark.parametrize(
    ("law", "cited"),
    [
        ("", ("GDPR Art. 5(2)", "GDPR Art. 13", "GDPR Art. 30")),
        ("law: [uk-gdpr]\n", ("UK GDPR Art. 5(2)", "UK GDPR Art. 13", "UK GDPR Art. 30")),
        (
            "law: [dpdp, pipeda]\n",
            ("DPDP Act s. 5", "DPDP Act s. 8(1)-(2)", "PIPEDA Sch. 1 4.1", "PIPEDA Sch. 1 4.2"),
        ),
    ],
)
def test_a_finding_cites_the_declared_law(
    law: str, cited: tuple[str, ...], catalog: Catalog
) -> None:
    text = f"version: 1\n{law}organisation: {{name: TODO, email: a@b.example}}\nactivities: []\n"
    declaration = parse_declaration(text.encode(), "etiquette.yaml", catalog)
    [finding] = check_texts({}, catalog, declaration)
    assert (finding.rule, finding.law) == ("ETQ004", cited)
