"""Systems side by side: rows, sentences and what is new, from snapshots made by hand."""

from __future__ import annotations

import csv
import io
import json

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.model.kind import Principle, Severity
from data_etiquette.reporting.compare import SideTool
from data_etiquette.reporting.fleet.document import render_json
from data_etiquette.reporting.fleet.overview import (
    DataRow,
    Fleet,
    Overview,
    PeopleRow,
    Period,
    Promise,
    RecipientRow,
    RuleRow,
    SystemState,
    Words,
    build_overview,
    news,
    some,
    verdict,
)
from data_etiquette.reporting.fleet.page import render_html
from data_etiquette.reporting.fleet.snapshot import (
    Checked,
    Found,
    Held,
    Kept,
    Scope,
    Shared,
    Snapshot,
    promise_of,
)
from data_etiquette.reporting.fleet.table import COLUMNS, render_csv
from data_etiquette.reporting.fleet.text import render_text
from data_etiquette.reporting.terminal import TextOptions
from tests.reporting.pages import HOSTILE, Shape, assert_clean

WORDS = Words(
    elements={"email": "E-mail address", "diagnosis": "Diagnosis"},
    subjects={"customer": "Customers", "patient": "Patients"},
    purposes={"payment": "Taking payments"},
    rules={"ETQ301": "Personal data is written to a log"},
    grave={"email": 2, "diagnosis": 4},
)
MAIL = Held(
    "Customer", "email", "email", "contact", "customer", purposes=("payment",), retention="P3Y"
)
LOGGED = Found("ETQ301", Severity.HIGH, "email reaches a log", "aa", principle="security")
SHOP = Snapshot(
    scan=Scope(declaration="etiquette.yaml"),
    inventory=(MAIL,),
    recipients=(
        Shared(
            "stripe", "Stripe", "payments", ("email",), ("payment",), declared=True, country="US"
        ),
        Shared("slack", "Slack", elements=("email",)),
    ),
    findings=(LOGGED, Found("ETQ301", Severity.LOW, "accepted", "bb", status="suppressed")),
    rules=(Checked("ETQ301"), Checked("ETQ601"), Checked("ETQ701", checked=False)),
    practices=(Kept("retention"),),
)
CLINIC = Snapshot(
    inventory=(
        Held("Patient", "diagnosis", "diagnosis", "health", "patient", special_category=True),
        Held("Patient", "email", "email", "contact", "patient", "encrypted"),
    ),
    recipients=(Shared("stripe", "Stripe", elements=("email",), country="US"),),
)


def fleet(*systems: SystemState, since: str = "", gone: tuple[str, ...] = ()) -> Fleet:
    return Fleet("Group", "2026-06-01", "1.0", systems, since, gone)


BOTH = (SystemState("clinic", snapshot=CLINIC), SystemState("shop", "Commerce", snapshot=SHOP))
CRM = SystemState("crm", reason="there is no such folder")


def test_data_over_all_systems() -> None:
    assert build_overview(fleet(*BOTH), WORDS).data == (
        DataRow(
            element="diagnosis",
            label="Diagnosis",
            group="health",
            is_special=True,
            sensitivity=4,
            systems=("clinic",),
            people=("Patients",),
            recipients=(),
            periods=(Period("not declared", ("clinic",)),),
            readable=("clinic",),
        ),
        DataRow(
            element="email",
            label="E-mail address",
            group="contact",
            is_special=False,
            sensitivity=2,
            systems=("clinic", "shop"),
            people=("Customers", "Patients"),
            recipients=("Slack", "Stripe"),
            periods=(Period("3 years", ("shop",)), Period("not declared", ("clinic",))),
            readable=("shop",),
        ),
    )


def test_people_and_recipients_over_all_systems() -> None:
    found = build_overview(fleet(*BOTH), WORDS)
    assert found.people == (
        PeopleRow("Patients", ("clinic",), ("Diagnosis", "E-mail address"), ("Diagnosis",)),
        PeopleRow("Customers", ("shop",), ("E-mail address",), ()),
    )
    assert found.recipients == (
        RecipientRow(
            "Stripe", "payments", "US", ("shop",), ("clinic",), ("E-mail address",),
            ("Taking payments",),
        ),
        RecipientRow("Slack", "", "", (), ("shop",), ("E-mail address",), ()),
    )  # fmt: skip


def test_rules_count_what_nobody_accepted() -> None:
    again = SystemState("web", snapshot=Snapshot(findings=(LOGGED, LOGGED)))
    assert build_overview(fleet(*BOTH, again), WORDS).rules == (
        RuleRow(
            "ETQ301", "Personal data is written to a log", "security", Severity.HIGH, 3,
            (("web", 2), ("shop", 1)),
        ),
    )  # fmt: skip


def test_one_system_in_short() -> None:
    _, shop = build_overview(fleet(*BOTH), WORDS).systems
    assert (shop.team, shop.declaration, shop.fields, shop.unkept) == (
        "Commerce", "etiquette.yaml", 1, 0,
    )  # fmt: skip
    assert (shop.periods, shop.recipients, shop.undeclared) == (
        ("3 years",), ("Slack", "Stripe"), ("Slack",),
    )  # fmt: skip
    assert shop.severities == (("critical", 0), ("high", 1), ("medium", 0), ("low", 0))
    assert (shop.findings_told, shop.accepted, shop.broken) == ("1 high", 1, 1)
    assert shop.promises[2:] == (
        Promise("security", "broken", 1),
        Promise("purpose", "not checked", 0),
        Promise("accuracy", "not checked", 0),
        Promise("retention", "kept", 0),
        Promise("sharing", "not checked", 0),
    )


@pytest.mark.parametrize(
    ("rules", "kept", "state"),
    [
        ((), (), "not checked"),
        ((Checked("ETQ601", checked=False),), (), "not checked"),
        ((Checked("ETQ601"), Checked("ETQ602", checked=False)), (Kept("retention"),),
         "partly checked"),
        ((Checked("ETQ601"),), (), "nothing found"),
        ((Checked("ETQ601"),), (Kept("retention"),), "kept"),
    ],
)  # fmt: skip
def test_states_of_a_promise(rules: tuple, kept: tuple, state: str) -> None:
    found = Snapshot(rules=rules, practices=kept)
    assert promise_of(found, Principle.RETENTION) == (state, 0)


def test_periods_of_several_activities_by_length() -> None:
    held = Held("Customer", "email", "email", retention="P7Y; P30D; until withdrawn")
    found = build_overview(fleet(SystemState("shop", snapshot=Snapshot(inventory=(held,)))), WORDS)
    assert found.systems[0].periods == ("30 days", "7 years", "until withdrawn")
    assert found.data[0].periods == (
        Period("30 days", ("shop",)),
        Period("7 years", ("shop",)),
        Period("until withdrawn", ("shop",)),
    )


def test_the_verdict() -> None:
    assert verdict(build_overview(fleet(*BOTH), WORDS)) == (
        "2 systems were read. They handle 2 kinds of personal data, 1 of them special categories, "
        "about patients, customers. 2 recipients could be seen, none of them declared in every "
        "system that uses it. 1 system has no declaration: what it would promise was not checked. "
        "There are findings against promises in 1 system: 1 high."
    )
    assert verdict(build_overview(fleet(*BOTH, CRM), WORDS)).startswith(
        "2 of 3 systems were read. They handle"
    )
    stale = SystemState("old", snapshot=CLINIC, reason="gone", day="2026-05-01")
    assert verdict(build_overview(fleet(BOTH[1], stale), WORDS)).startswith(
        "1 of 2 systems was read; 1 other is shown as last known."
    )
    assert verdict(build_overview(fleet(SystemState("x", snapshot=Snapshot())), WORDS)) == (
        "1 system was read. No personal data was found. "
        "1 system has no declaration: what it would promise was not checked."
    )
    assert verdict(build_overview(fleet(CRM), WORDS)) == "0 of 1 system were read."


def changed(state: SystemState, **more: object) -> list[tuple[str, str, list[str]]]:
    found = build_overview(fleet(state, since="2026-05-01", **more), WORDS)
    return [
        (
            item.name,
            item.told,
            [f"{change.state} {change.subject}" for _, part in item.sections for change in part],
        )
        for item in found.changes
    ]


def test_what_is_new_in_a_system() -> None:
    before = Snapshot(inventory=(MAIL,), recipients=SHOP.recipients[:1])
    assert changed(SystemState("shop", snapshot=SHOP, before=before)) == [
        ("shop", "", ["new Slack", "new ETQ301 high"])
    ]
    assert changed(SystemState("shop", snapshot=SHOP, before=SHOP)) == []


def test_a_system_that_is_new_or_read_for_the_first_time() -> None:
    small = Snapshot(inventory=(MAIL,))
    new = [("shop", "New in this overview.", ["new Customer.email", "new payment"])]
    assert changed(SystemState("shop", snapshot=small, is_new=True)) == new
    first = [("shop", "Read for the first time.", ["new Customer.email", "new payment"])]
    assert changed(SystemState("shop", snapshot=small)) == first


def test_a_system_that_is_gone_or_could_not_be_read() -> None:
    failed = SystemState("shop", snapshot=SHOP, reason="gone", day="2026-05-01", before=SHOP)
    assert changed(failed, gone=("crm",)) == [("crm", "No longer listed.", [])]


def test_another_version_of_the_tool_is_told_where_something_changed() -> None:
    before = Snapshot(tool=SideTool("0.9"), inventory=(MAIL,))
    after = Snapshot(tool=SideTool("1.0"), inventory=(MAIL,))
    assert changed(SystemState("shop", snapshot=after, before=before)) == []
    more = Snapshot(tool=SideTool("1.0"), inventory=(MAIL, CLINIC.inventory[0]))
    ((_, told, changes),) = changed(SystemState("shop", snapshot=more, before=before))
    assert told.startswith("The two sides were read by different versions or rules of the tool")
    assert changes == ["new Patient.diagnosis"]


def test_the_news_in_one_sentence() -> None:
    state = SystemState("shop", snapshot=SHOP, before=Snapshot(inventory=(MAIL,)))
    assert news(build_overview(fleet(state), WORDS)) == (
        "There is no earlier state to hold this one against."
    )
    assert news(build_overview(fleet(state, since="2026-05-01"), WORDS)) == (
        "Since 2026-05-01: 4 changes in 1 system, among them 1 new critical or high finding."
    )
    same = SystemState("shop", snapshot=SHOP, before=SHOP)
    assert news(build_overview(fleet(same, since="2026-05-01"), WORDS)) == (
        "Nothing changed since 2026-05-01."
    )


def test_some_of_many() -> None:
    assert some(["a", "b", "c", "d", "e"]) == "a, b, c, d, e"
    assert some(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d and 2 more"


# -- the documents ----------------------------------------------------------------------------


def test_csv_has_a_line_for_each_kind_of_data_and_people() -> None:
    rows = list(csv.DictReader(io.StringIO(render_csv(fleet(*BOTH, CRM), WORDS))))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["system"], row["about"], row["data"], row["kept"]) for row in rows] == [
        ("clinic", "Patients", "Diagnosis", "not declared"),
        ("clinic", "Patients", "E-mail address", "not declared"),
        ("shop", "Customers", "E-mail address", "3 years"),
        ("crm", "", "", ""),
    ]
    assert rows[2] == {
        "system": "shop", "team": "Commerce", "state": "scanned", "about": "Customers",
        "data": "E-mail address", "element": "email", "group": "contact",
        "special_category": "no", "fields": "1", "protection": "none",
        "purposes": "Taking payments", "kept": "3 years", "recipients": "Slack; Stripe",
        "as_of": "2026-06-01", "commit": "",
    }  # fmt: skip
    assert rows[3]["state"] == "not scanned: there is no such folder"


def test_csv_cells_are_no_formulas() -> None:
    bad = SystemState("=cmd", "+team", reason="@x")
    text = render_csv(fleet(bad), WORDS)
    assert text.splitlines()[1].startswith("'=cmd,'+team,not scanned: @x,")


def test_json_keeps_its_contract() -> None:
    state = SystemState(
        "shop", "Commerce", "abc", "shop.html", SHOP, before=Snapshot(inventory=(MAIL,))
    )
    found = json.loads(render_json(build_overview(fleet(state, CRM, since="2026-05-01"), WORDS)))
    assert {key: type(value).__name__ for key, value in found.items()} == {
        "schema": "str", "tool": "dict", "fleet": "str", "day": "str", "since": "str",
        "systems": "list", "data": "list", "people": "list", "recipients": "list",
        "rules": "list", "changes": "list",
    }  # fmt: skip
    assert found["schema"] == "etiquette/fleet/v1"
    crm = found["systems"][1]
    assert (crm["system"], crm["scanned"], crm["reason"]) == (
        "crm", False, "there is no such folder",
    )  # fmt: skip
    assert found["systems"][0]["promises"]["security"] == {"state": "broken", "findings": 1}
    assert found["changes"][0]["changes"][-1] == {
        "about": "findings",
        "state": "new",
        "subject": "ETQ301 high",
        "text": "email reaches a log",
        "path": None,
        "severity": "high",
    }


def test_text_for_a_terminal() -> None:
    state = SystemState("shop", "Commerce", snapshot=SHOP, before=Snapshot(inventory=(MAIL,)))
    text = render_text(build_overview(fleet(state, CRM, since="2026-05-01"), WORDS), TextOptions())
    assert (
        text
        == """\
Group, 2026-06-01
1 of 2 systems was read. They handle 1 kind of personal data, about customers. 2 recipients could be
seen, 1 of them not declared in some system that uses them. There are findings against promises in 1
system: 1 high.

Systems
  System  Team      Data  Special  Recipients  Undeclared  Critical  High  Medium  Low
  shop    Commerce     1        0           2           1         0     1       0    0
  crm                  -        -           -           -         -     -       -    -

New since last time
  Since 2026-05-01: 4 changes in 1 system, among them 1 new critical or high finding.
  shop:
    ~ payment: now also for Stripe
    + Slack: not declared; gets E-mail address
    + Stripe: seat: US; gets E-mail address
    + ETQ301 high: email reaches a log

Shared with
  Slack: shop; declared nowhere
  Stripe: shop

Broken promises
  HIGH ETQ301 Personal data is written to a log: shop 1

Not scanned
  crm: there is no such folder
"""
    )


def with_name(name: str) -> Overview:
    state = SystemState(
        name,
        name,
        name,
        snapshot=Snapshot(
            inventory=(Held(name, name, name, name, name, retention=name),),
            recipients=(Shared(name, name, name, (name,), (name,), country=name),),
            findings=(Found(name, Severity.HIGH, name, "aa", name, name, name),),
        ),
        is_new=True,
    )
    unread = SystemState(f"{name} 2", name, reason=name)
    return build_overview(
        Fleet(name, "2026-06-01", "1.0", (state, unread), "2026-05-01", (f"{name} 3",)), WORDS
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_text(name: str) -> None:
    found = with_name(HOSTILE[name])
    page = render_html(found, data_folder("reports"))
    shape = Shape(page)
    assert shape.mistakes == []
    assert shape.skeleton == Shape(render_html(with_name("x"), data_folder("reports"))).skeleton
    assert_clean(page)
    assert_clean(render_text(found, TextOptions()))
    assert json.loads(render_json(found))["fleet"] == HOSTILE[name]


def test_the_page_says_what_the_overview_holds() -> None:
    state = SystemState("shop", "Commerce", snapshot=SHOP, before=Snapshot(inventory=(MAIL,)))
    stale = SystemState("old", snapshot=CLINIC, reason="gone", day="2026-05-01")
    found = build_overview(fleet(state, CRM, stale, since="2026-05-01"), WORDS)
    text = Shape(render_html(found, data_folder("reports"))).text
    for told in (
        verdict(found),
        news(found),
        "crm: not scanned, because there is no such folder. Nothing is known of it.",
        "old: not scanned, because gone. What is shown of it was read on 2026-05-01.",
        "ETQ301 Personal data is written to a log",
    ):
        assert told in text
