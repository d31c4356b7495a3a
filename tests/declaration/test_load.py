from __future__ import annotations

from pathlib import Path

import pytest

from data_etiquette.declaration.load import load_declaration
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.declaration import (
    Agreement,
    Declaration,
    DeclaredBackup,
    DeclaredCookie,
    DeclaredMeasure,
    DeclaredNotice,
    DeclaredPolicy,
    DeclaredRight,
    DeclaredStore,
    PolicyMatch,
)
from data_etiquette.model.error import ConfigError

HEAD = "version: 1\norganisation: {name: Shop}\n"


def _load(text: str, catalog: Catalog, folder: Path) -> Declaration:
    place = folder / "etiquette.yaml"
    place.write_text(text)
    return load_declaration(place, catalog, folder)


def _mistakes(text: str, catalog: Catalog, folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        _load(text, catalog, folder)
    return raised.value.message.splitlines()


def test_all_parts_become_types(catalog: Catalog, tmp_path: Path) -> None:
    found = _load(
        """\
version: 1
law: [gdpr, ccpa]
organisation: {name: Shop, phone: "1"}
activities:
  - id: orders
    purposes: [payment]
    automated_decision: {present: true, logic: A score., significance: No credit.}
    dpia: {needed: yes, link: dpia.md, date: 2026-01-02}
    security: [hashing]
recipients:
  - id: stripe
    name: Stripe
    agreement: {type: dpa, signed: 2025-03-01, review: P1Y, reviewed: 2026-03-01}
    transfer: {countries: [US], mechanism: scc, copy: on request, tia: tia.md}
storage: [{id: db, kind: postgres, region: eu-1, encryption_at_rest: provider, tables: ["*"]}]
measures: [{id: hashing, kind: password_hashing, applies_to: password, last_reviewed: 2026-01-01,
  review: P1Y}]
backups: {what: [db], period: P1D, encrypted: no, tested: 2026-02-01, retention: P35D}
rights: {access: GET /me, erasure: [DELETE /me, mail], contact: privacy@shop.example}
notices: [{id: privacy, path: docs/privacy.md, language: en, activities: [orders], version: "3"}]
cookies: [{name: sid, kind: strictly_necessary, lifetime: session, party: first, purpose: Basket}]
policy:
  - {id: p, deny: {data: {groups: [health], sensitivity: ">=3"}, to: {kind: [log, analytics],
     country_not_in: [EEA]}}, allow: {to: {recipients: [stripe]}}, why: Because}
""",
        catalog,
        tmp_path,
    )
    [activity] = found.activities
    [recipient] = found.recipients
    assert found.law == ("gdpr", "ccpa")
    assert (activity.automated_logic, activity.automated_significance) == ("A score.", "No credit.")
    assert (activity.dpia_needed, activity.dpia_link, activity.security) == (
        True,
        "dpia.md",
        ("hashing",),
    )
    assert recipient.agreement == Agreement(
        "dpa", "2025-03-01", review="P1Y", reviewed="2026-03-01", line=13
    )
    assert (recipient.transfer_copy, recipient.transfer_assessment) == ("on request", "tia.md")
    assert found.stores == (
        DeclaredStore("db", "postgres", "eu-1", "", "provider", ("*",), line=15),
    )
    assert found.measures == (
        DeclaredMeasure("hashing", "password_hashing", ("password",), "2026-01-01", "P1Y", line=16),
    )
    assert found.backups == (
        DeclaredBackup(
            "backups", ("db",), "", "P1D", encrypted=False, tested="2026-02-01", retention="P35D",
            line=18,
        ),
    )  # fmt: skip
    assert found.rights == (
        DeclaredRight("access", ("GET /me",), 19),
        DeclaredRight("erasure", ("DELETE /me", "mail"), 19),
    )
    assert found.rights_contact == "privacy@shop.example"
    assert found.notices == (
        DeclaredNotice(
            "privacy", "docs/privacy.md", language="en", activities=("orders",), version="3",
            line=20,
        ),
    )  # fmt: skip
    assert found.cookies == (
        DeclaredCookie("sid", "strictly_necessary", "session", "first", "Basket", line=21),
    )
    assert found.policies == (
        DeclaredPolicy(
            "p",
            PolicyMatch(
                ("health.*",), ">=3", None, ("log",), ("analytics",), country_not_in=("EEA",)
            ),
            PolicyMatch(recipients=("stripe",)),
            "Because",
            23,
        ),
    )


def test_every_mistake_at_once_with_its_place(catalog: Catalog, tmp_path: Path) -> None:
    text = """\
version: 1
law: [gdrp]
organisation: {name: Shop, email: nobody, dpo: {mail: a@b}}
activities:
  - id: orders
    purposes: [paymnet]
    subjects: [custmer]
    consent: [newslettr]
    recipients: [strpie]
    data: [emial, "contakt.*"]
    retention: {period: seven years}
    dpia: {needed: perhaps, date: 2026-02-30}
recipients:
  - {id: stripe, name: Stripe, purposes: [nothing_known], transfer: {countries: [Germany]}}
subjects: [{id: customer}]
consent: [{id: newsletter, purposes: [email_marketing], min_age: sixteen}]
cookies: [{name: sid, kind: necessary, lifetime: 14 days}]
rights: {erazure: mail}
policy: [{id: a, deny: {to: {kind: [analytic], recipients: [strpe]}}}]
"""
    assert _mistakes(text, catalog, tmp_path) == [
        "etiquette.yaml:2:7: unknown law `gdrp`; did you mean `gdpr`?",
        "etiquette.yaml:3:35: organisation.email must be an e-mail address",
        "etiquette.yaml:3:49: unknown key `organisation.dpo.mail`; did you mean `email`?",
        "etiquette.yaml:6:16: unknown purpose `paymnet`; did you mean `payment`?",
        "etiquette.yaml:7:16: `custmer` is not in subjects; did you mean `customer`?",
        "etiquette.yaml:8:15: `newslettr` is not in consent; did you mean `newsletter`?",
        "etiquette.yaml:9:18: `strpie` is not in recipients; did you mean `stripe`?",
        "etiquette.yaml:10:12: unknown data element `emial`; did you mean `email`?",
        "etiquette.yaml:10:19: unknown data element `contakt.*`; did you mean `contact.*`?",
        "etiquette.yaml:11:25: activities.retention.period must be an ISO 8601 duration like "
        "P30D, P1Y or PT12H",
        "etiquette.yaml:12:20: activities.dpia.needed must be true or false",
        "etiquette.yaml:12:35: activities.dpia.date must be a day like 2026-03-01",
        "etiquette.yaml:14:43: unknown purpose `nothing_known`",
        "etiquette.yaml:14:82: recipients.transfer.countries must be a country's two capital "
        "letters (ISO 3166), `EEA` or `adequacy`",
        "etiquette.yaml:16:66: consent.min_age must be a number",
        "etiquette.yaml:17:29: cookies.kind can't be `necessary`; did you mean "
        "`strictly_necessary`?",
        "etiquette.yaml:17:50: cookies.lifetime must be `session` or an ISO 8601 duration like "
        "P30D",
        "etiquette.yaml:18:10: unknown key `rights.erazure`; did you mean `erasure`?",
        "etiquette.yaml:19:37: unknown kind of sink or service `analytic`; did you mean "
        "`analytics`?",
        "etiquette.yaml:19:61: unknown recipient `strpe`; did you mean `stripe`?",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("activities: [{id: a, purposes: [tea_time]}]\n", []),
        (
            "purposes: [{id: tea_time}]\nactivities: [{id: a, purposes: [tea_time, lunch]}]\n",
            ["etiquette.yaml:4:43: unknown purpose `lunch`"],
        ),
        ("activities: [{id: a, purposes: TODO, data: TODO, retention: TODO}]\n", []),
        ("activities: [{id: a, purposes: [payment], subjects: [anybody]}]\n", []),
        (
            "activities: [{id: a, purposes: [payment]}, {id: a, purposes: [payment]}]\n",
            ["etiquette.yaml:3:44: two entries of activities have the id `a`"],
        ),
        (
            "activities: [{id: a, purposes: [payment], id: b}]\n",
            ["etiquette.yaml:3:43: activities.id stands twice"],
        ),
        (
            "activities: [{id: a, purposes: {payment: true}}]\n",
            ["etiquette.yaml:3:32: activities.purposes must be a list of texts"],
        ),
        ("activities: [orders]\n", ["etiquette.yaml:3:14: activities must be a mapping of keys"]),
        ("activities: []\nlaw: [gdpr, uk-gdpr, lgpd, pipeda, dpdp, ccpa]\n", []),
    ],
)
def test_names_and_forms(text: str, told: list[str], catalog: Catalog, tmp_path: Path) -> None:
    if told:
        assert _mistakes(HEAD + text, catalog, tmp_path) == told
    else:
        _load(HEAD + text, catalog, tmp_path)


def test_todo_values_are_told_with_their_key(catalog: Catalog, tmp_path: Path) -> None:
    found = _load(
        "version: 1\norganisation: {name: TODO}\n"
        "activities:\n  - id: orders\n    purposes: [payment, TODO other]\n"
        "    retention: {period: TODO}\n",
        catalog,
        tmp_path,
    )
    assert [(item.line, item.column, item.key) for item in found.unfinished] == [
        (2, 22, "organisation.name"),
        (5, 25, "activities[orders].purposes"),
        (6, 25, "activities[orders].retention.period"),
    ]
    assert found.todos == (2, 5, 6)
