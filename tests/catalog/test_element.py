from __future__ import annotations

from collections.abc import Callable

import pytest

from data_etiquette.catalog.element import parse_element, parse_role, parse_subject, parse_words
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import RoleWords, SubjectKind
from data_etiquette.model.kind import Role

EMAIL = """
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
        """
PLACE = "data/contact/email.yaml"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "group: contact",
            "group: health",
            ("1: the file of element `email` must be data/health/email.yaml"),
        ),
        (
            "id: email",
            "id: e_mail",
            ("1: the file of element `e_mail` must be data/contact/e_mail.yaml"),
        ),
        (
            "sensitivity: 2",
            "sensitivity: 5",
            "4: must be a whole number from 1 (mild) to 4 (grave)",
        ),
        (
            "sensitivity: 2",
            "sensitivity: 0",
            "4: must be a whole number from 1 (mild) to 4 (grave)",
        ),
        ("special_category: false", "special_category: no", "5: must be true or false"),
        (
            "{person:",
            "{persona:",
            (
                "8: unknown role `persona`; one of: person, record, content, "
                "activity, credential, health, organisation, thing"
            ),
        ),
        (
            "email_count, expect: null",
            "email_count",
            ("13: `expect` is missing; `null` says that the field is not personal"),
        ),
        ("dpv:", "dvp:", "6: `dpv` is missing"),
    ],
)
def test_mistakes_in_an_element(
    old: str, new: str, told: str, node_of: Callable[..., Node]
) -> None:
    assert EMAIL.count(old) == 1
    node = node_of(EMAIL.replace(old, new), PLACE)
    parse_element(node)
    assert f"{PLACE}:{told}" in node.register.lines()


def test_a_role(node_of: Callable[..., Node]) -> None:
    text = (
        "role: record\nlabel: Dealings\nheads: {en: [order], de: [auftrag]}\nbases: [AbstractOrder]"
    )
    node = node_of(text, "roles/record.yaml")
    assert parse_role(node) == RoleWords(Role.RECORD, ("order", "auftrag"), ("AbstractOrder",))
    assert node.register.lines() == []


def test_mistakes_in_a_role(node_of: Callable[..., Node]) -> None:
    cases = "cases:\n  - {entity: Order, expect: recrod}\n  - {entity: Order}\n"
    node = node_of("role: person\nheads: {en: [order]}\n" + cases, "roles/record.yaml")
    parse_role(node)
    assert node.register.lines() == [
        "roles/record.yaml:1: the file of role `person` must be roles/person.yaml",
        "roles/record.yaml:4: `recrod` is not known; did you mean `record`?",
        "roles/record.yaml:5: `expect` is missing",
    ]


def test_a_subject(node_of: Callable[..., Node]) -> None:
    text = "id: child\nlabel: Children\nfideslang: visitor\nnames: {en: [child, kid], de: [kind]}"
    node = node_of(text, "subjects/child.yaml")
    names = ("child", "kid", "kind")
    assert parse_subject(node) == SubjectKind("child", "Children", names, "visitor")
    assert node.register.lines() == []


def test_a_word_list(node_of: Callable[..., Node]) -> None:
    text = "purpose: flag-prefixes\nwhy: They say yes or no.\nwords: {en: [is, has], de: [ist]}"
    node = node_of(text, "words/flag-prefixes.yaml")
    assert parse_words(node) == ("flag-prefixes", ("is", "has", "ist"))
    assert node.register.lines() == []
