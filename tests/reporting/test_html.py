"""The HTML pages: nothing loads, nothing runs, nothing escapes, and a reader finds the way."""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_etiquette.catalog.data import data_folder
from data_etiquette.model.kind import FindingStatus, Severity
from data_etiquette.model.location import Location, Skipped
from data_etiquette.model.report import (
    Acceptance,
    Input,
    Provenance,
    Report,
    Snippet,
    SnippetLine,
    Worktree,
)
from data_etiquette.reporting.html import render_pages
from data_etiquette.reporting.pageoptions import PageOptions
from data_etiquette.reporting.sentence import visible
from tests.command import report_of

pytestmark = pytest.mark.usefixtures("warm_catalog")

TEMPLATES = data_folder("reports")
SCRIPT = (Path(TEMPLATES) / "page" / "script.js").read_text(encoding="utf-8")
FILES = {
    "app.py": """\
import logging

import requests
from django.db import models


class Customer(models.Model):
    email = models.EmailField()


def tell(customer: Customer) -> None:
    logging.info(customer.email)
    requests.post("https://hooks.slack.com/x", json={"mail": customer.email})
""",
    "broken.py": "def f(:\n",
}
VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr", "area", "base", "source"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    inside: tuple[str, ...]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """A page as a list of its elements; every start has its end, in order."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    declarations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_decl(self, decl: str) -> None:
        self.declarations.append(decl)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.mistakes.append(f"<{tag}> has an attribute twice")
        element = Element(tag, dict(attrs), tuple(item.tag for item in self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].tag != tag:
            self.mistakes.append(f"</{tag}> at {self.getpos()} closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, *tags: str) -> Iterator[Element]:
        return (element for element in self.elements if element.tag in tags)


def parsed(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    page.mistakes += [f"<{element.tag}> is not closed" for element in page.open]
    return page


def rendered(report: Report) -> str:
    [(name, text)] = render_pages(report, TEMPLATES).items()
    assert name == "compliance.html"
    return text


@pytest.fixture
def report(write_tree) -> Report:
    return report_of(write_tree(FILES))


@pytest.fixture(params=["findings", "nothing"])
def text(request: pytest.FixtureRequest, write_tree) -> str:
    return rendered(report_of(write_tree(FILES if request.param == "findings" else {})))


def policy(text: str) -> dict[str, str]:
    [meta] = [
        element
        for element in parsed(text).all("meta")
        if element.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    directives = (
        part.strip().partition(" ") for part in (meta.attributes["content"] or "").split(";")
    )
    return {name: value for name, _, value in directives}


def test_the_policy_forbids_all_but_the_one_style(text: str) -> None:
    found = policy(text)
    style_source, script_source = found.pop("style-src"), found.pop("script-src")
    assert found == {
        "default-src": "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    [style] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert style_source == f"'sha256-{digest}'"
    [script] = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert script_source == f"'sha256-{digest}'"


def test_the_script_is_ours_alone_and_starts_nothing_else(text: str) -> None:
    [script] = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert script == (Path(TEMPLATES) / "page" / "script.js").read_text(encoding="utf-8")
    calls = (
        r"eval|innerHTML|outerHTML|insertAdjacent|document\.write|Function|fetch|XMLHttp|import\b"
    )
    assert not re.search(calls, script)


def test_the_policy_stands_before_anything_it_governs(text: str) -> None:
    assert text.index("Content-Security-Policy") < text.index("<style>")
    assert text.index('<meta charset="utf-8">') < 1024


def test_nothing_runs_and_nothing_loads(text: str) -> None:
    page = parsed(text)
    assert [element.attributes for element in page.all("script")] == [{}]
    forbidden = ("iframe", "object", "embed", "link", "base", "form", "audio", "video")
    assert list(page.all(*forbidden)) == []
    for element in page.elements:
        attributes = element.attributes
        assert [name for name in attributes if name.startswith("on") or name == "style"] == []
        assert not {"src", "srcset", "action", "formaction", "poster", "ping"} & set(attributes)
        if "href" in attributes:
            assert re.match(r"#[\w-]+$|https?://", attributes["href"] or "")
    [style] = page.all("style")
    assert not re.search(r"@import|url\(|expression|javascript:", style.text, re.IGNORECASE)


def test_the_page_is_well_formed(text: str) -> None:
    page = parsed(text)
    assert page.mistakes == []
    assert page.declarations == ["doctype html"]
    assert text.startswith("<!doctype html>\n")


def test_language_title_landmarks_and_skip_link(text: str) -> None:
    page = parsed(text)
    [root] = page.all("html")
    assert root.attributes["lang"] == "en"
    [title] = [element for element in page.all("title") if "head" in element.inside]
    assert title.text.strip()
    for landmark in ("main", "header", "footer", "nav", "h1"):
        assert [element.tag for element in page.all(landmark)] == [landmark]
    [nav] = page.all("nav")
    assert nav.attributes["aria-label"]
    first = next(iter(page.all("a", "button", "summary", "input")))
    [main] = page.all("main")
    assert (first.attributes["href"], first.attributes["class"]) == ("#main", "skip")
    assert main.attributes["id"] == "main"


def test_headings_nest_without_a_gap(text: str) -> None:
    levels = [int(element.tag[1]) for element in parsed(text).all("h1", "h2", "h3", "h4", "h5")]
    assert levels[0] == 1
    assert [
        (before, after) for before, after in itertools.pairwise(levels) if after > before + 1
    ] == []


def test_tables_have_captions_and_header_cells_a_scope(text: str) -> None:
    page = parsed(text)
    tables = list(page.all("table"))
    captions = [element for element in page.all("caption") if element.inside[-1] == "table"]
    assert len(captions) == len(tables) > 0
    assert {
        (element.attributes.get("scope"), "thead" in element.inside) for element in page.all("th")
    } <= {
        ("col", True),
        ("row", False),
    }


def test_internal_links_and_labels_lead_somewhere(text: str) -> None:
    page = parsed(text)
    names = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(set(names)) == len(names)
    links = {
        (element.attributes["href"] or "")[1:]
        for element in page.all("a")
        if (element.attributes.get("href") or "").startswith("#")
    }
    labels = {
        name
        for element in page.elements
        for name in (element.attributes.get("aria-labelledby") or "").split()
    }
    assert links | labels <= set(names)


def test_scrolling_regions_can_be_reached_and_are_named(text: str) -> None:
    for element in parsed(text).elements:
        if element.attributes.get("tabindex") is not None:
            assert element.attributes["tabindex"] == "0"
            assert "aria-label" in element.attributes or "aria-labelledby" in element.attributes


def test_every_finding_has_its_card_in_words(report: Report) -> None:
    page = parsed(rendered(report))
    cards = {element.attributes["id"]: element for element in page.all("article")}
    assert set(cards) == {f"f-{finding.fingerprint}" for finding in report.findings}
    for finding in report.findings:
        shown = " ".join(cards[f"f-{finding.fingerprint}"].text.split())
        for part in (
            finding.severity.value,
            finding.rule,
            finding.message,
            f"{finding.location.path}:{finding.location.line}",
            *finding.law,
            finding.fingerprint,
            f"Confidence{finding.confidence.value}",
            f"Status{finding.status.value}",
        ):
            assert " ".join(part.split()) in shown


def test_every_rule_with_findings_says_why_and_what_to_do(report: Report) -> None:
    page = parsed(rendered(report))
    groups = {
        element.attributes["id"]: " ".join(element.text.split())
        for element in page.all("section")
        if "group" in (element.attributes.get("class") or "").split()
    }
    rules = {rule.code: rule for rule in report.rules}
    laws = {law.short: law for law in report.laws}
    assert set(groups) == {f"rule-{f.severity.value}-{f.rule}" for f in report.findings}
    for finding in report.findings:
        rule = rules[finding.rule]
        shown = groups[f"rule-{finding.severity.value}-{finding.rule}"]
        for part in (rule.title, rule.why, rule.fix, rule.fix_before, rule.fix_after):
            assert " ".join(part.split()) in shown
        for short in finding.law:
            assert f"{short} {laws[short].title}" in shown


SEVERAL = """\
from django.db import models


class Customer(models.Model):
    email = models.EmailField()
    phone = models.CharField(max_length=20)


def tell(customer: Customer) -> None:
    print(customer.email, customer.phone)
"""


def test_several_findings_of_one_line_are_one_card_with_an_anchor_each(write_tree) -> None:
    report = report_of(write_tree({"app.py": SEVERAL}))
    found = [item for item in report.findings if item.rule == "ETQ301"]
    page = parsed(rendered(report))
    [card] = [
        element
        for element in page.all("section")
        if (element.attributes.get("class") or "").startswith("spot")
    ]
    assert card.attributes["aria-label"] == "2 findings of ETQ301 at app.py:10"
    shown = " ".join(card.text.split())
    assert "Each of these 2 reaches print:" in shown
    assert shown.count("print(customer.email, customer.phone)") == 1
    origins = {
        element.attributes["id"]: " ".join(element.text.split())
        for element in page.all("article")
        if "origin" in (element.attributes.get("class") or "").split()
    }
    assert set(origins) == {f"f-{item.fingerprint}" for item in found}
    for item in found:
        told = origins[f"f-{item.fingerprint}"]
        assert f"of {item.entity}" in told
        assert f"Confidence{item.confidence.value}" in told
        assert item.fingerprint in told


def test_why_and_what_to_do_is_said_once_for_each_rule(report: Report) -> None:
    graver = [
        replace(item, severity=Severity.CRITICAL, fingerprint=f"{number:024}")
        for number, item in enumerate(report.findings)
        if item.rule == "ETQ301"
    ]
    page = parsed(rendered(replace(report, findings=(*report.findings, *graver))))
    [rule] = [rule for rule in report.rules if rule.code == "ETQ301"]
    groups = {
        element.attributes["id"]: " ".join(element.text.split())
        for element in page.all("section")
        if (element.attributes.get("id") or "").endswith("ETQ301")
    }
    assert " ".join(rule.why.split()) in groups["rule-critical-ETQ301"]
    assert " ".join(rule.why.split()) not in groups["rule-medium-ETQ301"]
    assert "has its gravest findings" in groups["rule-medium-ETQ301"]
    assert any(
        element.attributes.get("href") == "#rule-critical-ETQ301"
        and "section" in element.inside
        and "p" in element.inside
        for element in page.all("a")
    )


def test_the_title_says_whom_it_is_from_and_for_and_what_is_not_committed(report: Report) -> None:
    changed = Worktree(("app.py",), ("broken.py",), is_staged=True)
    asked = replace(report, provenance=Provenance("shop", "ab" * 20, worktree=changed))
    options = PageOptions(prepared_by="Ann <Audit>", prepared_for="The board")
    [text] = render_pages(asked, TEMPLATES, options).values()
    facts = [" ".join(item.text.split()) for item in parsed(text).all("div")]
    assert "Prepared byAnn <Audit>" in facts
    assert "Prepared forThe board" in facts
    told = (
        "with changes that are not committed: 1 file read differs, "
        "1 file read is not in the repository, something is staged"
    )
    assert f"Commit checked out{'ab' * 20} {told}" in facts
    lines = [" ".join(item.text.split()) for item in parsed(text).all("li")]
    assert {"app.py differs", "broken.py not in the repository"} <= set(lines)
    clean = replace(report, provenance=Provenance("shop", "ab" * 20, worktree=Worktree()))
    assert "every file read is as this commit has it" in rendered(clean)
    assert "committed" not in rendered(report).partition("<main")[0]


def test_a_flow_is_a_numbered_list_of_its_steps(report: Report) -> None:
    page = parsed(rendered(report))
    shown = [
        [" ".join(line.split()) for line in element.text.split("\n") if line.strip()]
        for element in page.all("ol")
    ]
    source = {
        12: "logging.info(customer.email)",
        13: 'requests.post("https://hooks.slack.com/x", json={"mail": customer.email})',
    }
    flows = [report.flows[finding.flow] for finding in report.findings if finding.flow >= 0]
    assert [flow.sink.location.line for flow in flows] == [12, 13]
    wanted = [
        [
            text
            for before, s in zip((None, *flow.steps), flow.steps, strict=False)
            for text in (
                f"{s.path}:{s.line} {s.note}",
                *([source[s.line]] if before is None or before.line != s.line else []),
            )
        ]
        for flow in flows
    ]
    assert sorted(shown) == sorted(wanted)


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "end of a style": "</style><script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "quotes": "' onmouseover='alert(1)",
    "template": "{{7*7}}{% raw %}{# #}",
    "entity": "&lt;b&gt;&amp;&#60;script&#62;",
    "comment": "--><script>alert(1)</script><!--",
    "cdata": "]]><script>alert(1)</script>",
    "link": "javascript:alert(1)",
    "right to left": "user\u202egpj.exe\u2066",
    "invisible": "a\u200bb\ufeffc\u00add",
    "control": "a\x00b\x1b[31mc\x85",
    "very long": "a" * 20_000,
    "other scripts": "größe 名前 имя שם",
}


def hostile_report(report: Report, name: str) -> Report:
    """The report with a hostile text at every place that scanned code can fill."""
    place = Location(f"{name}.py", 1)
    return replace(
        report,
        paths=(name,),
        entities=tuple(
            replace(
                entity,
                name=name,
                table=name,
                fields=tuple(
                    replace(item, name=name, evidence=(name, name)) for item in entity.fields
                ),
            )
            for entity in report.entities
        ),
        flows=tuple(
            replace(
                flow,
                entity=name,
                field=name,
                sink=replace(flow.sink, name=name),
                steps=tuple(replace(step, path=name, note=name) for step in flow.steps),
            )
            for flow in report.flows
        ),
        transfers=tuple(
            replace(item, recipient=name, name=name, locations=(place,), elements=(name,))
            for item in report.transfers
        ),
        findings=tuple(
            replace(item, message=name, location=place, entity=name, field=name)
            for item in report.findings
        ),
        snippets=(Snippet(place.path, (SnippetLine(1, name, is_hit=True),)),),
        skipped=(Skipped(name, 1, name),),
        files=tuple(replace(item, path=name) for item in report.files),
        not_checked=(name,),
        erasures=tuple(
            replace(item, location=place, period=name, fields=(name,)) for item in report.erasures
        ),
        provenance=Provenance(name, name, name, (Input("declaration", name, "0" * 64),)),
    )


def skeleton(page: Page) -> list[tuple[str, tuple[str, ...]]]:
    """Elements and the names of their attributes: what a text must never change.

    Only how many lines a label of the data map takes depends on its length.
    """
    return [
        (element.tag, tuple(element.attributes))
        for element in page.elements
        if element.tag != "text"
    ]


def assert_shown_as_text(report: Report, name: str) -> None:
    plain = parsed(rendered(hostile_report(report, "plain")))
    text = rendered(hostile_report(report, name))
    page = parsed(text)
    assert skeleton(page) == skeleton(plain)
    assert page.mistakes == plain.mistakes == []
    shown = " ".join(visible(name).split())
    messages = [
        " ".join(element.text.split())
        for element in page.all("span")
        if element.attributes.get("class") == "message"
    ]
    assert messages == [shown] * len(report.findings)
    hidden = [c for c in text if c not in "\n\t" and c != visible(c)]
    assert hidden == []


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_is_only_ever_text(report: Report, kind: str) -> None:
    assert_shown_as_text(report, HOSTILE[kind])


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("status", [FindingStatus.SUPPRESSED, FindingStatus.BASELINE])
def test_hostile_reasons_are_only_ever_text(
    report: Report, kind: str, status: FindingStatus
) -> None:
    pages = []
    for text in ("plain", HOSTILE[kind]):
        by = Acceptance(text, Location(text, 1), text, text)
        findings = tuple(
            replace(item, status=status, acceptance=by, message=text) for item in report.findings
        )
        pages.append(parsed(rendered(replace(report, findings=findings))))
    plain, hostile = pages
    assert skeleton(hostile) == skeleton(plain)
    assert hostile.mistakes == plain.mistakes == []
    shown = " ".join(visible(HOSTILE[kind]).split())
    cells = [" ".join(element.text.split()) for element in hostile.all("td")]
    assert cells.count(shown) == 4 * len(report.findings)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_is_only_ever_text(report: Report, name: str) -> None:
    assert_shown_as_text(report, name)


def test_hostile_names_in_real_code(write_tree) -> None:
    name = HOSTILE["attribute"]
    sql = 'CREATE TABLE "<script>alert(1)</script>" ("e-mail \u202e{{7*7}}" text, email text);\n'
    root = write_tree(
        {
            f"{HOSTILE['quotes']}.py": FILES["app.py"],
            "<b>.sql": sql,
            "app/a.py": FILES["app.py"].replace("Customer", "Customer" + "x" * 5_000),
            "app/b.py": FILES["app.py"].replace("logging.info(", f"logging.info({name!r}, "),
        }
    )
    text = rendered(report_of(root))
    page = parsed(text)
    assert page.mistakes == []
    assert [e.text for e in page.all("script")] == [SCRIPT]
    assert list(page.all("img", "b")) == []
    assert "\u202e" not in text
    assert html.escape(HOSTILE["script"]) in text
    assert "<b>.sql" in " ".join(element.text for element in page.all("code"))
    assert not any(attribute.startswith("on") for e in page.elements for attribute in e.attributes)


def test_templates_use_no_way_around_escaping() -> None:
    for place in sorted(Path(TEMPLATES).rglob("*.j2")):
        source = place.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", source), place.name
        expressions = re.findall(r"<(\w+)[^>]*=\{\{", source)
        assert expressions == [], f"{place.name}: an attribute without quotes"


def test_half_an_answer_is_not_shown_as_a_good_one(write_tree) -> None:
    page = rendered(report_of(write_tree({"a.py": "ANSWER = 42\n"})))
    row = page[page.index('scope="row">Transparency</th>') :].partition("</tr>")[0]
    assert (
        '<span class="state partly-checked"><span aria-hidden="true">?</span> partly checked' in row
    )
    assert (
        row.count("not checked, because there is no declaration: ETQ101, ETQ102, ETQ103, ETQ107")
        == 1
    )
    assert (
        '<span class="state nothing-found"><span aria-hidden="true">\u2013</span> nothing found'
        in page
    )
