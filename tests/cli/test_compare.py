"""`etiquette compare`: what changed, in every format, whatever the names are."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.model.kind import Severity
from data_etiquette.reporting.change import Change
from data_etiquette.reporting.compare import (
    Comparison,
    Side,
    SideField,
    SideFinding,
    SideRecipient,
    SideTool,
    compare,
    render_html,
    render_json,
    render_markdown,
    render_text,
)
from data_etiquette.reporting.markdown import MAX_LENGTH, plain
from data_etiquette.reporting.text import TextOptions
from tests.command import invoke
from tests.repository import git

pytestmark = pytest.mark.usefixtures("warm_catalog")

OLD = """\
from django.db import models


class Customer(models.Model):
    email = models.EmailField()
    phone = models.CharField(max_length=20)
"""
NEW = """\
import logging

from django.db import models


class Customer(models.Model):
    email = models.EmailField()
    iban = models.CharField(max_length=34)
    password = models.CharField(max_length=34)


def tell(customer: Customer) -> None:
    logging.info(customer.password)
"""
HOSTILE = "<script>alert('\"')</script>|\u202ename\x00`@user"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "models.py").write_text(OLD)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    (folder / "models.py").write_text(NEW)
    return folder


def _told(*arguments: object) -> dict[str, list[tuple[str, str]]]:
    document = json.loads(invoke("compare", *arguments, "-o", "json").out)
    assert document["schema"] == "etiquette/comparison/v1"
    keys = ("data", "protection", "purposes", "recipients", "findings")
    return {key: [(item["state"], item["subject"]) for item in document[key]] for key in keys}


def test_a_commit_and_now(repository: Path) -> None:
    told = _told("main", repository)
    assert told["data"] == [
        ("new", "Customer.iban"),
        ("new", "Customer.password"),
        ("gone", "Customer.phone"),
    ]
    assert ("new", "ETQ301 critical") in told["findings"]
    assert (told["protection"], told["purposes"], told["recipients"]) == ([], [], [])
    assert invoke("compare", "main", repository).code == 1
    assert invoke("compare", "main", repository, "--fail-on", "never").code == 0


def test_reports_archives_and_paths_tell_the_same(repository: Path, tmp_path: Path) -> None:
    files = {}
    for name, text in (("old", OLD), ("new", NEW)):
        (repository / "models.py").write_text(text)
        files[name] = tmp_path / f"{name}.json"
        kept = tmp_path / f"{name}.archive.json"
        invoke("scan", repository, "-o", f"json:{files[name]}", "-o", f"archive:{kept}")
        files[f"{name}.archive"] = kept
    wanted = _told("main", repository)
    assert _told(files["old"], repository) == wanted
    assert _told(files["old"], files["new"]) == wanted
    assert _told(files["old.archive"], files["new.archive"]) == wanted
    assert invoke("compare", files["new"], files["old"]).code == 0


def test_nothing_changed(repository: Path) -> None:
    git(repository, "commit", "-qam", "second")
    done = invoke("compare", "HEAD", repository)
    assert done.code == 0
    assert done.out.endswith("\n\nNothing changed.\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere"], "there is no commit `nowhere`"),
        (["nowhere.json"], "nowhere.json: cannot be read: No such file or directory"),
        (["HEAD", "-o", "pdf"], "unknown format `pdf`"),
        (["models.py"], "models.py: this is no report"),
        (["bad.json"], "bad.json: the report is damaged: "),
        (["HEAD", "bad.json"], "bad.json: the report is damaged: "),
    ],
)
def test_trouble(
    repository: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(repository)
    (repository / "bad.json").write_text('{"schema": "etiquette/report/v1", "findings": [{}]}')
    done = invoke("compare", *arguments)
    assert done.code == 2
    assert done.err.startswith(f"error: {told}")


def _finding(mark: str, severity: Severity = Severity.LOW, status: str = "new") -> SideFinding:
    return SideFinding("ETQ301", severity, f"m {mark}", "a.py", 3, mark, status)


def test_every_kind_of_change() -> None:
    old = Side(
        inventory=(
            SideField("User", "email", "email", "user", "a.py", 1, retention="P30D"),
            SideField("User", "ssn", "ssn", "user", "a.py", 2, protection="encrypted"),
            SideField("User", "card", "card", "user", "a.py", 4, purposes=("billing",)),
            SideField("User", "fax", "fax", "user", "a.py", 5),
            SideField("User", "zip", "zip", "user", "a.py", 6, purposes=("sending",)),
        ),
        recipients=(
            SideRecipient("slack", "Slack", ("email", "name"), (), declared=False),
            SideRecipient("dhl", "DHL", (), (), declared=True),
            SideRecipient("aws", "AWS", (), ("hosting",), declared=True, country="IE"),
        ),
        findings=(
            _finding("mended"),
            _finding("lived with"),
            _finding("graver"),
            _finding("reopened", status="suppressed"),
        ),
    )
    new = Side(
        inventory=(
            SideField("User", "email", "email", "user", "a.py", 1, retention="P7Y"),
            SideField("User", "ssn", "ssn", "user", "a.py", 2, purposes=("profiling",)),
            SideField("User", "card", "card", "user", "a.py", 4),
            SideField("User", "iban", "iban", "user", "a.py", 7, protection="hashed"),
            SideField("User", "zip", "zip", "user", "a.py", 6, purposes=("sending",)),
            SideField("Order", "zip", "zip", "user", "a.py", 9, purposes=("sending",)),
        ),
        recipients=(
            SideRecipient("slack", "Slack", ("email", "phone"), (), declared=True),
            SideRecipient("aws", "AWS", (), ("backup",), declared=True, country="US"),
            SideRecipient("x.example", "x.example", ("email",), (), country="US"),
        ),
        findings=(
            _finding("lived with", status="suppressed"),
            _finding("graver", Severity.HIGH),
            _finding("reopened"),
            _finding("was never there", status="suppressed"),
            _finding("fresh", Severity.CRITICAL),
        ),
        tool=SideTool("2", "r"),
    )
    found = compare(old, new, ("a", "b"), {"email": "E-mail"})
    assert [(c.state, c.subject, c.text) for c in found.data] == [
        ("new", "Order.zip", "zip, about: user"),
        ("new", "User.iban", "iban, about: user, hashed"),
        ("gone", "User.fax", "fax, about: user"),
        ("changed", "User.card", "purposes: billing → not told"),
        ("changed", "User.email", "kept: P30D → P7Y"),
        ("changed", "User.ssn", "purposes: not told → profiling"),
    ]
    assert [(c.state, c.subject, c.text) for c in found.protection] == [
        ("changed", "User.ssn", "lost: encrypted → none")
    ]
    assert [(c.state, c.subject, c.text) for c in found.purposes] == [
        ("new", "backup", "AWS"),
        ("new", "profiling", "User.ssn"),
        ("gone", "billing", "User.card"),
        ("gone", "hosting", "AWS"),
        ("changed", "sending", "now also for Order.zip"),
    ]
    assert [(c.state, c.subject, c.text) for c in found.recipients] == [
        ("new", "x.example", "not declared; seat: US; gets E-mail"),
        ("gone", "DHL", "no data seen to reach it"),
        ("changed", "AWS", "seat: IE → US; purposes: hosting → backup"),
        ("changed", "Slack", "gets more: phone; no longer gets: name; now declared"),
    ]
    assert [(c.state, c.subject, c.text) for c in found.findings] == [
        ("new", "ETQ301 critical", "m fresh"),
        ("new", "ETQ301 low", "m reopened"),
        ("gone", "ETQ301 low", "m mended"),
        ("changed", "ETQ301 high", "m graver (was low)"),
        ("accepted", "ETQ301 low", "m lived with"),
    ]
    _told_alike(found)
    assert found.notes == (
        "The two sides were read by different versions or rules of the tool: "
        "a difference may come from that.",
    )


def _told_alike(found: Comparison) -> None:
    """Every change stands in the text, the page, the Markdown and the JSON, under its state."""
    changes = [item for _, section in found.sections for item in section]
    document = json.loads(render_json(found))
    keys = ("data", "protection", "purposes", "recipients", "findings")
    assert [
        (item["state"], item["subject"], item["text"]) for key in keys for item in document[key]
    ] == [(item.state, item.subject, item.text) for item in changes]
    text, markdown = render_text(found, TextOptions()), render_markdown(found)
    page = render_html(found, data_folder("reports"))
    for item in changes:
        assert f"{item.subject}: {item.text}" in text
        assert f"| {item.state} | {plain(item.subject)} | {plain(item.text)} |" in markdown
        assert html.escape(item.text, quote=False) in page
        assert item.state in page
    rows = [line for line in markdown.splitlines() if line.startswith("| ") and "---" not in line]
    assert len(rows) - len([title for title, section in found.sections if section]) == len(changes)


def test_hostile_names_stay_text() -> None:
    change = Change("new", HOSTILE, HOSTILE, HOSTILE, 1)
    found = Comparison(HOSTILE, HOSTILE, data=(change,), recipients=(change,))
    page = render_html(found, data_folder("reports"))
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#39;&#34;&#39;)&lt;/script&gt;|\\u202ename\\u0000`@user" in page
    text = render_markdown(found)
    rows = [line for line in text.splitlines() if line.startswith("| new |")]
    escaped = "\\<script\\>alert\\('\"'\\)\\</script\\>\\|\\\\u202ename\\\\u0000\\`\\@<!-- -->user"
    assert rows == [f"| new | {escaped} | {escaped} | {escaped}:1 |"] * 2
    for shown in (page, text, render_text(found, TextOptions())):
        assert not {"\u202e", "\x00"} & set(shown)


def test_markdown_stays_within_what_a_comment_takes() -> None:
    changes = tuple(Change("new", f"Entity{n}.field", "e-mail" * 9, "a.py", n) for n in range(2000))
    text = render_markdown(Comparison("a", "b", data=changes, findings=changes))
    assert MAX_LENGTH - 1200 < len(text) <= MAX_LENGTH
    assert text.endswith("\n… and 2000 more under Findings.\n")


def finding(
    number: int, path: str, line: int, data: str = "email", **others: object
) -> SideFinding:
    label = LABELS[data]
    return SideFinding(
        "ETQ301",
        Severity.MEDIUM,
        f"{label} of Customer reaches print",
        path,
        line,
        f"{number:024}",
        element=data,
        entity="Customer",
        **others,
    )


LABELS = {"email": "E-mail address", "phone": "Telephone number", "city": "City"}


def findings_told(old: tuple[SideFinding, ...], new: tuple[SideFinding, ...]) -> list[tuple]:
    found = compare(Side(findings=old), Side(findings=new), ("a", "b"), LABELS)
    return [(item.state, item.text, item.place) for item in found.findings]


def test_a_finding_in_rewritten_code_or_another_folder_is_moved_and_not_new() -> None:
    old = (finding(1, "app/views.py", 10), finding(2, "app/mail.py", 5, "phone"))
    new = (finding(3, "app/views.py", 12), finding(4, "shop/mail.py", 5, "phone"))
    mail, phone = "E-mail address of Customer reaches print", "Telephone number of Customer"
    assert findings_told(old, new) == [
        ("moved", f"{mail} (was at app/views.py:10)", "app/views.py:12"),
        ("moved", f"{phone} reaches print (was at app/mail.py:5)", "shop/mail.py:5"),
    ]


def test_one_more_of_the_same_words_is_new_and_another_file_is_no_move() -> None:
    old = (finding(1, "app/views.py", 10),)
    new = (finding(2, "app/views.py", 12), finding(3, "app/views.py", 40))
    mail = "E-mail address of Customer reaches print"
    assert findings_told(old, new) == [
        ("new", mail, "app/views.py:40"),
        ("moved", f"{mail} (was at app/views.py:10)", "app/views.py:12"),
    ]
    assert findings_told(old, (finding(2, "app/other.py", 10),)) == [
        ("new", mail, "app/other.py:10"),
        ("gone", mail, "app/views.py:10"),
    ]


def test_findings_of_one_line_and_fields_of_one_entity_are_one_row() -> None:
    fields = tuple(
        SideField("Customer", name, name, "customer", "app.py", line)
        for line, name in enumerate(LABELS, 3)
    )
    new = Side(
        inventory=(*fields, SideField("Guest", "email", "email", "guest", "app.py", 9)),
        findings=(finding(1, "app.py", 20), finding(2, "app.py", 20, "phone")),
    )
    found = compare(Side(), new, ("a", "b"), LABELS)
    rows = {title: [(i.subject, i.text, i.place) for i in items] for title, items in found.rows}
    assert rows["Personal data"] == [
        (
            "Customer: 3 fields",
            "city (City), email (E-mail address), phone (Telephone number); about: customer",
            "app.py:3",
        ),
        ("Guest.email", "E-mail address, about: guest", "app.py:9"),
    ]
    assert rows["Findings"] == [
        (
            "ETQ301 medium",
            "each of these 2 reaches print: E-mail address of Customer; "
            "Telephone number of Customer",
            "app.py:20",
        )
    ]
    told = json.loads(render_json(found))
    assert [item["fingerprint"] for item in told["findings"]] == [f"{n:024}" for n in (1, 2)]
    for text in (render_text(found, TextOptions(color=False)), render_markdown(found)):
        assert "each of these 2 reaches print" in text.replace("\\", "")
