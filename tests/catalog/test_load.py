from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog, load_mapping, load_role_cases
from data_etiquette.model.catalog import (
    Catalog,
    DataElement,
    ElementCase,
    KnownRecipient,
    LawReference,
    Rule,
    RuleCase,
)
from data_etiquette.model.error import RuleError
from data_etiquette.model.kind import Principle, Role, Severity

EMAIL = DataElement(
    id="email",
    label="E-mail address",
    group="contact",
    sensitivity=2,
    special_category=False,
    fideslang="user.contact.email",
    dpv="EmailAddress",
    names=(("en", ("email", "mail address")), ("de", ("mailadresse",))),
    context_names=((Role.PERSON, ("mail", "courriel")),),
    types=("EmailField",),
    not_names=("email template",),
    cases=(
        ElementCase("Customer", "email", "EmailField", "email"),
        ElementCase("Customer", "email_count"),
    ),
    path="data/contact/email.yaml",
)
STRIPE = KnownRecipient(
    id="stripe",
    name="Stripe",
    kind="payments",
    modules=("stripe",),
    calls=("stripe.Charge.create",),
    hosts=("api.stripe.com",),
    country="US",
    path="recipients/stripe.yaml",
)
RULE = Rule(
    code="ETQ301",
    name="personal-data-in-logs",
    principle=Principle.SECURITY,
    title="Personal data is written to a log",
    severity=Severity.MEDIUM,
    why="Logs are read by many.",
    law=("gdpr-32",),
    fix="Log the id.",
    fix_before="log(a)\n",
    fix_after="log(b)\n",
    limits="None known.",
    query=(("flow.from", ("data",)), ("flow.to", ("log", "file")), ("least", ("2",))),
    cases=(RuleCase("e-mail", (("app.py", "log(user.email)\n"),), ("1: email -> log",)),),
    path="checks/security/ETQ301-personal-data-in-logs.yaml",
)
LAWS = (
    LawReference(
        "gdpr-5-1-f",
        "GDPR Art. 5(1)(f)",
        "Integrity",
        "https://law.example/gdpr",
        "2026-11-24",
        "gdpr",
    ),
    LawReference(
        "gdpr-32", "GDPR Art. 32", "Security", "https://law.example/32", "2026-11-24", "gdpr"
    ),
)


def test_every_kind_of_file_becomes_its_type(rules: Path) -> None:
    found = load_catalog(rules, with_cases=True)
    assert found == Catalog(
        elements=(EMAIL,), recipients=(STRIPE,), laws=LAWS, rules=(RULE,), digest=found.digest
    )


def test_cases_are_left_out_unless_wanted(rules: Path) -> None:
    found = load_catalog(rules)
    assert found.elements == (replace(EMAIL, cases=()),)
    assert found.rules == (replace(RULE, cases=()),)


def test_a_missing_rule_folder_is_an_empty_catalog(tmp_path: Path) -> None:
    assert replace(load_catalog(tmp_path / "none"), digest="") == Catalog()


def test_all_mistakes_of_all_files_come_at_once_and_in_order(
    rules: Path, write_rule: Callable[[Path, str, str], Path], mistakes: Callable[..., list[str]]
) -> None:
    write_rule(rules, "recipients/zoom.yaml", "id: zoom\nname: Zoom\nkindd: video\n")
    write_rule(rules, "recipients/adyen.yaml", "id: adyen\nname: [Adyen]\nkind: payments\n")
    write_rule(rules, "words/b.yaml", "purpose: a\nwhy: x\nwords: {en: [y]}\n")
    assert mistakes(rules) == [
        "recipients/adyen.yaml:2: must be text; quote it",
        "recipients/zoom.yaml:1: `kind` is missing",
        "recipients/zoom.yaml:3: unknown key `kindd`; did you mean `kind`?",
        "words/b.yaml:1: the file of word list `a` must be words/a.yaml",
    ]


def test_line_ten_comes_after_line_two(
    rules: Path, write_rule: Callable[[Path, str, str], Path], mistakes: Callable[..., list[str]]
) -> None:
    wrong = "id: a\nx2: 1\nname: A\nkind: k\nmodules: []\ncalls: []\nhosts: []\ncountry: US\n\n"
    write_rule(rules, "recipients/a.yaml", wrong + "x10: 1\n")
    assert mistakes(rules) == [
        "recipients/a.yaml:2: unknown key `x2`",
        "recipients/a.yaml:10: unknown key `x10`",
    ]


def test_names_that_no_file_defines(
    rules: Path, write_rule: Callable[[Path, str, str], Path], mistakes: Callable[..., list[str]]
) -> None:
    rule = rules / "checks/security/ETQ301-personal-data-in-logs.yaml"
    rule.write_text(rule.read_text().replace("[gdpr-32]", "[gdpr-32,\n  gdpr-33]"))
    framework = "id: f\nlabel: F\nmodules: [f]\nfield_types:\n  - {name: f.Mail, means: emial}\n"
    sink = "sinks:\n  - {kind: log, name: F, recipient: paypal}\n"
    write_rule(rules, "frameworks/f.yaml", framework + sink)
    assert mistakes(rules) == [
        (
            "checks/security/ETQ301-personal-data-in-logs.yaml:8: unknown law `gdpr-33`; "
            "did you mean `gdpr-32`?"
        ),
        "frameworks/f.yaml:5: unknown element `emial`; did you mean `email`?",
        "frameworks/f.yaml:7: unknown recipient `paypal`",
    ]


def test_a_file_that_is_no_yaml_is_the_only_mistake_it_makes(
    rules: Path, write_rule: Callable[[Path, str, str], Path], mistakes: Callable[..., list[str]]
) -> None:
    write_rule(rules, "law/gdpr.yaml", "instrument: gdpr\ntitle: a: b\n")
    assert mistakes(rules) == [
        "law/gdpr.yaml:2: not valid YAML: mapping values are not allowed in this context"
    ]


def test_the_users_file_stands_instead_of_the_tools_own_of_that_id(
    rules: Path, tmp_path: Path, write_rule: Callable[[Path, str, str], Path]
) -> None:
    own = tmp_path / "own"
    write_rule(own, "recipients/stripe.yaml", "id: stripe\nname: Till Ltd\nkind: payments\n")
    found = load_catalog(rules, None, [own])
    assert [(item.id, item.name) for item in found.recipients] == [("stripe", "Till Ltd")]
    assert found.replaced == ("recipients/stripe.yaml",)
    assert found.own == ("recipients/stripe",)


def test_a_second_own_file_with_the_same_id_names_the_first(
    rules: Path,
    tmp_path: Path,
    write_rule: Callable[[Path, str, str], Path],
    mistakes: Callable[..., list[str]],
) -> None:
    text = "id: acme\nname: Acme\nkind: crm\n"
    write_rule(tmp_path / "own", "recipients/acme.yaml", text)
    write_rule(tmp_path / "own", "recipients/more/acme.yaml", text)
    assert mistakes(rules, tmp_path / "own") == [
        (
            f"{tmp_path}/own/recipients/more/acme.yaml:1: recipient `acme` is already defined at "
            f"{tmp_path}/own/recipients/acme.yaml:1"
        ),
        (
            f"{tmp_path}/own/recipients/more/acme.yaml:1: the file of recipient `acme` must be "
            "recipients/acme.yaml"
        ),
    ]


def test_a_rule_of_a_code_that_is_taken_is_an_error(
    rules: Path,
    tmp_path: Path,
    write_rule: Callable[[Path, str, str], Path],
    mistakes: Callable[..., list[str]],
) -> None:
    path = "checks/security/ETQ301-personal-data-in-logs.yaml"
    write_rule(tmp_path / "own", path, (rules / path).read_text())
    assert all("is already defined at" in line for line in mistakes(rules, tmp_path / "own"))


def test_a_users_folder_adds(
    rules: Path, tmp_path: Path, write_rule: Callable[[Path, str, str], Path]
) -> None:
    write_rule(tmp_path / "own", "recipients/acme.yaml", "id: acme\nname: Acme\nkind: crm\n")
    found = load_catalog(rules, None, [tmp_path / "own"])
    acme = KnownRecipient("acme", "Acme", "crm", path="recipients/acme.yaml")
    assert found.recipients == (STRIPE, acme)


def test_a_users_folder_that_is_missing_is_told(rules: Path, tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        load_catalog(rules, None, [tmp_path / "own"])
    assert str(caught.value) == f"{tmp_path}/own: the rule folder does not exist"


def test_an_unknown_folder_is_no_silence(
    rules: Path, write_rule: Callable[[Path, str, str], Path], mistakes: Callable[..., list[str]]
) -> None:
    write_rule(rules, "recipient/a.yaml", "id: a\n")
    assert mistakes(rules) == [
        "recipient/a.yaml:1: unknown rule folder `recipient`; did you mean `recipients`?"
    ]


def test_the_digest_follows_what_files_say_and_not_where_or_when(
    rules: Path, tmp_path: Path, write_rule: Callable[[Path, str, str], Path]
) -> None:
    before = load_catalog(rules).digest
    rules.rename(tmp_path / "moved")
    (tmp_path / "moved/recipients/stripe.yaml").touch()
    assert load_catalog(tmp_path / "moved").digest == before
    write_rule(tmp_path / "moved", "words/a.yaml", "purpose: a\nwhy: x\nwords: {en: [y]}\n")
    assert load_catalog(tmp_path / "moved").digest != before


def test_the_mapping_by_principle(
    rules: Path, write_rule: Callable[[Path, str, str], Path]
) -> None:
    words = ("transparency", "consent", "purpose", "accuracy", "retention", "sharing")
    rest = "".join(f"{word}: {{gdpr: [gdpr-5-1-f]}}\n" for word in words)
    write_rule(rules, "law/mapping.yaml", "security: {gdpr: [gdpr-5-1-f, gdpr-32]}\n" + rest)
    assert dict(load_mapping(rules))[Principle.SECURITY] == (("gdpr", ("gdpr-5-1-f", "gdpr-32")),)
    assert load_catalog(rules).laws == LAWS


def test_the_mapping_is_checked_with_the_rest(
    rules: Path, write_rule: Callable[[Path, str, str], Path], mistakes: Callable[..., list[str]]
) -> None:
    words = ("transparency", "consent", "purpose", "accuracy", "retention")
    rest = "".join(f"{word}: {{gdpr: [gdpr-5-1-f]}}\n" for word in words)
    write_rule(rules, "law/mapping.yaml", "security: {gdrp: [gdpr-99]}\n" + rest)
    assert mistakes(rules) == [
        "law/mapping.yaml:1: `sharing` is missing",
        "law/mapping.yaml:1: unknown instrument `gdrp`; did you mean `gdpr`?",
        "law/mapping.yaml:1: unknown law `gdpr-99`; did you mean `gdpr-32`?",
    ]


def test_role_cases(rules: Path, write_rule: Callable[[Path, str, str], Path]) -> None:
    text = "role: record\nheads: {en: [order]}\ncases:\n  - {entity: OrderType, expect: thing}\n"
    write_rule(rules, "roles/record.yaml", text)
    assert load_role_cases(rules) == (("OrderType", Role.THING),)


def test_the_rules_that_are_shipped_load_and_are_mapped() -> None:
    catalog = load_catalog(data_folder("rules"), with_cases=True)
    mapped = {principle for principle, _ in load_mapping(data_folder("rules"))}
    assert mapped == set(Principle) - {Principle.TOOL}
    assert {case.expect for item in catalog.elements for case in item.cases} >= {"email", ""}
    assert [law.short for law in catalog.laws if law.id == "gdpr-32"] == ["GDPR Art. 32"]
