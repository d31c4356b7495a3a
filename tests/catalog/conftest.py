"""A small rule folder that is right, and readers that tell what is wrong in another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from data_etiquette.catalog.load import load_catalog
from data_etiquette.catalog.register import Register
from data_etiquette.catalog.yamlfile import Node, read_node
from data_etiquette.model.error import RuleError

RULES = {
    "data/contact/email.yaml": """
        id: email
        label: E-mail address
        group: contact
        sensitivity: 2
        special_category: false
        crosswalk: {fideslang: user.contact.email, dpv: EmailAddress}
        names: {en: [email, mail address], de: [mailadresse]}
        context_names: {person: {en: [mail], fr: [courriel]}}
        types: [EmailField]
        not_names: [email template]
        cases:
          - {entity: Customer, field: email, type: EmailField, expect: email}
          - {entity: Customer, field: email_count, expect: null}
        """,
    "law/gdpr.yaml": """
        instrument: gdpr
        title: General Data Protection Regulation
        reviewed: 2026-11-24
        url: https://law.example/gdpr
        references:
          - {id: gdpr-5-1-f, short: GDPR Art. 5(1)(f), title: Integrity}
          - {id: gdpr-32, short: GDPR Art. 32, title: Security, url: https://law.example/32}
        """,
    "recipients/stripe.yaml": """
        id: stripe
        name: Stripe
        kind: payments
        modules: [stripe]
        calls: [stripe.Charge.create]
        hosts: [api.stripe.com]
        country: US
        """,
    "checks/security/ETQ301-personal-data-in-logs.yaml": """
        name: personal-data-in-logs
        code: ETQ301
        principle: security
        title: Personal data is written to a log
        severity: medium
        why: Logs are read by many.
        law: [gdpr-32]
        query: {flow: {from: data, to: [log, file]}, least: 2}
        fix: {text: Log the id., before: "log(a)\\n", after: "log(b)\\n"}
        limits: None known.
        cases:
          e-mail:
            bad: |
              log(user.email)
            expect: "1: email -> log"
        """,
}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The folder of `RULES`."""
    folder = tmp_path / "rules"
    for path, text in RULES.items():
        _write_rule(folder, path, text)
    return folder


@pytest.fixture
def write_rule() -> Callable[[Path, str, str], Path]:
    """Puts a dedented text into a rule folder."""
    return _write_rule


@pytest.fixture
def mistakes() -> Callable[..., list[str]]:
    """What loading says is wrong, line by line."""
    return _mistakes


@pytest.fixture
def node_of() -> Callable[..., Node]:
    """The top node of a text that is YAML."""
    return _node_of


def _write_rule(folder: Path, path: str, text: str) -> Path:
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(_plain(text), encoding="utf-8")
    return place


def _mistakes(folder: Path, *extra: Path) -> list[str]:
    with pytest.raises(RuleError) as caught:
        load_catalog(folder, None, extra)
    first, *lines = str(caught.value).split("\n")
    assert first == "the rule files have mistakes:"
    return lines


def _node_of(text: str, path: str = "x.yaml") -> Node:
    node = read_node(path, path, _plain(text).encode(), Register())
    assert node is not None
    return node


def _plain(text: str) -> str:
    return dedent(text).lstrip("\n")
