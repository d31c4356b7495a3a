from __future__ import annotations

from collections.abc import Callable

from data_etiquette.catalog.law import parse_law, parse_mapping
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.kind import Principle

GDPR = """
        instrument: gdpr
        title: General Data Protection Regulation
        reviewed: 2026-11-24
        url: https://law.example/gdpr
        references:
          - {id: gdpr-5-1-f, short: GDPR Art. 5(1)(f), title: Integrity}
          - {id: gdpr-32, short: GDPR Art. 32, title: Security, url: https://law.example/32}
        """


def test_a_reference_has_the_instruments_address_unless_its_own(
    node_of: Callable[..., Node],
) -> None:
    found = parse_law(node_of(GDPR, "law/gdpr.yaml"))
    assert [(law.id, law.url) for law in found] == [
        ("gdpr-5-1-f", "https://law.example/gdpr"),
        ("gdpr-32", "https://law.example/32"),
    ]


def test_mistakes_in_a_law(node_of: Callable[..., Node]) -> None:
    text = GDPR.replace("2026-11-24", "'24.11.2026'").replace("gdpr-32", "gdpr-5-1-f")
    node = node_of(text, "law/dsgvo.yaml")
    parse_law(node)
    assert node.register.lines() == [
        "law/dsgvo.yaml:1: the file of instrument `gdpr` must be law/gdpr.yaml",
        "law/dsgvo.yaml:3: must be a day like 2026-11-24",
        "law/dsgvo.yaml:7: law `gdpr-5-1-f` is already defined at law/dsgvo.yaml:6",
    ]


def test_a_principle_that_does_not_exist_is_told(node_of: Callable[..., Node]) -> None:
    node = node_of("secuirty: {gdpr: [gdpr-32]}\nconsent: {gdpr: [gdpr-7]}\n", "law/mapping.yaml")
    assert parse_mapping(node) == ((Principle.CONSENT, (("gdpr", ("gdpr-7",)),)),)
    assert "law/mapping.yaml:1: unknown key `secuirty`; did you mean `security`?" in (
        node.register.lines()
    )
