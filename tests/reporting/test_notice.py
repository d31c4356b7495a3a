"""The transparency notice: what is declared is told in plain words, what is not stays open."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_etiquette.catalog.data import data_folder
from data_etiquette.declaration.schema import (
    LEGAL_BASES,
    MECHANISMS,
    RIGHTS,
    SOURCES,
    SPECIAL_BASES,
)
from data_etiquette.model.error import UsageError
from data_etiquette.model.report import Report
from data_etiquette.reporting.index import render_folder
from data_etiquette.reporting.notice import build_notice
from data_etiquette.reporting.pageoptions import PageOptions
from data_etiquette.reporting.sentence import visible
from data_etiquette.reporting.texts import load_texts, reading_ease
from tests.command import invoke, report_of
from tests.reporting.pages import (
    HOSTILE,
    Shape,
    assert_clean,
    assert_inert,
    assert_sound,
    contrast,
    palettes,
)

pytestmark = pytest.mark.usefixtures("warm_catalog")

TEMPLATES = data_folder("reports")
CODE = """\
from django.core.mail import send_mail
from django.db import models


class Customer(models.Model):
    email = models.EmailField()
    allergy = models.TextField()
    phone = models.CharField(max_length=20)


def remind(customer: Customer) -> None:
    send_mail("Hello", f"Hi {customer.email}", "shop@example.com", ["x@example.com"])
"""
FULL = """\
version: 1
organisation:
  name: Corner Shop
  address: 1 High Street
  email: hello@shop.example
  authority: {name: The Authority, url: "https://authority.example"}
subjects: [{id: buyer, label: Buyers}]
activities:
  - id: orders
    label: Taking orders
    purposes: [order_delivery]
    legal_basis: contract
    special_basis: art9_2_a
    subjects: [buyer]
    data: [email, allergy]
    source: data_subject
    required: {statutory: false, contractual: true, consequence: We cannot deliver}
    recipients: [post]
    retention: {period: P1Y6M, starts: order.placed_at, why: Tax law}
    automated_decision: {present: false}
recipients:
  - {id: post, name: The Post, role: controller, data: [email], country: DE}
rights:
  access: GET /me/
  rectification: mail
  erasure: "DELETE /me/{id}"
  restriction: mail
  objection: mail
  portability: GET /me/
  withdraw: mail
  contact: ask@shop.example
notices: [{id: site, version: "3", date: 2026-02-01}]
cookies:
  - {name: basket, kind: strictly_necessary, lifetime: P14D, party: first, purpose: Your basket}
"""
BARE = """\
version: 1
organisation: {name: Corner Shop}
activities: [{id: orders, purposes: [order_delivery]}]
"""


@pytest.fixture
def full(write_tree) -> Report:
    code = CODE.replace("    phone = models.CharField(max_length=20)\n", "")
    return report_of(write_tree({"shop.py": code, "etiquette.yaml": FULL}))


@pytest.fixture
def bare(write_tree) -> Report:
    return report_of(write_tree({"shop.py": CODE, "etiquette.yaml": BARE}))


@pytest.fixture
def undeclared(write_tree) -> Report:
    return report_of(write_tree({"shop.py": CODE}))


def page(report: Report, name: str = "transparency.html", **options: object) -> str:
    return render_folder(report, TEMPLATES, PageOptions(**options))[name].decode()  # type: ignore[arg-type]


def told(report: Report, language: str = "en") -> list[str]:
    """The section of the only activity, sentence by sentence."""
    notice = build_notice(report, report.declaration, load_texts(TEMPLATES, language))
    [section] = notice.activities
    return [
        said.text
        for block in section.blocks
        for part in block.paragraphs
        for said in (*part.said, *part.items)
    ]


def test_a_full_declaration_is_told_whole(full: Report) -> None:
    assert told(full) == [
        "This is about: Buyers.",
        "E-mail address",
        "Allergies",
        "Some of it needs special care: allergies.",
        "You give us this data.",
        "We use it:",
        "to take and deliver your orders",
        "We need it for our contract with you, or for steps you ask us to take before one.",
        "(GDPR Art. 6(1)(b))",
        "We use sensitive data only if you clearly agree to it.",
        "(GDPR Art. 9(2)(a))",
        "We keep it in our own systems.",
        "We write it into e-mails: e-mail address.",
        "We cannot make or keep the contract without it.",
        "Without it: We cannot deliver.",
        "The Post gets: e-mail address.",
        "It decides itself what it does with the data, within the law.",
        "The firm sits in: Germany.",
        "We keep it for 1 year and 6 months.",
        "The time runs from: order placed.",
        "The reason: Tax law.",
        "No machine decides about you alone.",
    ]
    notice = build_notice(full, full.declaration, load_texts(TEMPLATES, "en"))
    assert notice.gaps == 0
    assert "draft" not in page(full).split("<main")[1]


def test_german(full: Report) -> None:
    found = told(full, "de")
    assert found[1:4] == [
        "E-Mail-Adresse",
        "Allergien",
        "Davon sind besonders zu schützen: Allergien.",
    ]
    assert "Wir speichern sie 1 Jahr und 6 Monate lang." in found
    assert Shape(page(full, language="de")).all("html")[0]["lang"] == "de"


def test_what_is_not_declared_stays_open(bare: Report) -> None:
    notice = build_notice(bare, bare.declaration, load_texts(TEMPLATES, "en"))
    [section] = notice.activities
    gaps = [
        said.text
        for block in section.blocks
        for part in block.paragraphs
        for said in part.said
        if said.gap
    ]
    assert gaps == [
        "Whose data this is: not yet stated.",
        "Which data this is: not yet stated.",
        "Where this data comes from: not yet stated.",
        "Which law allows this: not yet stated.",
        "Whether you must give it: not yet stated.",
        "Who else gets it: not yet stated.",
        "How long we keep it: not yet stated.",
        "Whether a machine decides about you alone: not yet stated.",
    ]
    assert [said.text for said in notice.undeclared.data] == [
        "Allergies",
        "E-mail address",
        "Phone number",
    ]
    text = Shape(page(bare)).text
    for gap in ("How to reach us", "Which authority is in charge of us", "Version and date"):
        assert f"{gap}" in text
    assert f"{notice.gaps} points are not yet stated" in text


def test_a_reason_is_weighed_only_where_it_says_so(write_tree) -> None:
    basis = "legal_basis: legitimate_interests\n    legitimate_interest: {statement: Theft{more}}"
    for more, weighed in (("", False), (", assessment: lia.md", True)):
        text = FULL.replace("legal_basis: contract", basis.replace("{more}", more))
        found = told(report_of(write_tree({"shop.py": CODE, "etiquette.yaml": text})))
        assert "Our reason: Theft." in found
        assert ("We have weighed it against your interests." in found) is weighed


def test_a_right_is_a_page_or_somebody_to_write_to(full: Report) -> None:
    notice = build_notice(full, full.declaration, load_texts(TEMPLATES, "en"))
    ways = [block.paragraphs[0].said[-1].text for block in notice.rights.blocks]
    assert ways == [
        "Here you can do it yourself: /me/",
        "Write to ask@shop.example.",
        "Ask us, and we do it for you: ask@shop.example.",
        "Write to ask@shop.example.",
        "Write to ask@shop.example.",
        "Here you can do it yourself: /me/",
        "Write to ask@shop.example.",
        "The Authority, https://authority.example.",
    ]


def test_without_a_declaration_only_the_code_speaks(undeclared: Report) -> None:
    text = assert_sound(page(undeclared)).text
    assert "There is no declaration yet" in text
    assert "etiquette init" in text
    assert re.findall("E-mail address|Allergies|Phone number", text) == [
        "Allergies",
        "E-mail address",
        "Phone number",
    ]
    assert "We keep it" not in text


def test_places_are_shown_only_on_request(full: Report) -> None:
    hidden, shown = page(full), page(full, traceable=True)
    assert "etiquette.yaml:" not in hidden
    assert "shop.py:" not in hidden
    assert "[etiquette.yaml:15, shop.py:6]" in shown
    without = Shape(re.sub(r'<small class="trace">.*?</small>', "", shown)).text
    assert without.replace(" ", "") == Shape(hidden).text.replace(" ", "")


def test_every_sentence_of_an_activity_has_its_place(full: Report) -> None:
    notice = build_notice(full, full.declaration, load_texts(TEMPLATES, "en"))
    sections = (*notice.activities, notice.rights, notice.ask)
    without = [
        said.text
        for section in sections
        for block in section.blocks
        for part in block.paragraphs
        for said in (*part.said, *part.items)
        if not any(said.places)
    ]
    assert without == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_it_is_easily_read(language: str) -> None:
    report = report_of(Path("fixtures/shop"))
    texts = load_texts(TEMPLATES, language)
    figure = build_notice(report, report.declaration, texts).readability(texts)
    assert figure >= 60 > texts.readability.floor - 10
    alone = [text for text in texts.sentences.values() if text.endswith(".")]
    assert reading_ease(alone, texts) >= 60


def test_reading_ease_is_the_formula() -> None:
    texts = load_texts(TEMPLATES, "en")
    # Six words, one sentence, six syllables: 206.835 - 1.015 * 6 - 84.6 * 1.
    assert reading_ease(["The cat sat on the mat."], texts) == 116.1
    # Two words, one sentence, eleven syllables: 180 - 2 - 58.5 * 5.5.
    german = load_texts(TEMPLATES, "de")
    assert reading_ease(["Datenschutzbehörde unangemessen."], german) == -143.8


def test_all_elements_purposes_and_words_of_the_declaration_are_said_in_every_language() -> None:
    rules = data_folder("rules")
    english = yaml.safe_load((TEMPLATES / "vocabulary" / "en.yaml").read_bytes())
    for language in ("en", "de"):
        texts = load_texts(TEMPLATES, language)
        own = yaml.safe_load((TEMPLATES / "vocabulary" / f"{language}.yaml").read_bytes())
        for part, entries in english.items():
            if isinstance(entries, dict):
                assert own[part].keys() == entries.keys(), (language, part)
        for key, text in english["sentences"].items():
            assert set(re.findall(r"\{\w+\}", own["sentences"][key])) == set(
                re.findall(r"\{\w+\}", text)
            )
        assert texts.elements.keys() == {p.stem for p in (rules / "data").rglob("*.yaml")}
        assert texts.purposes.keys() == {p.stem for p in (rules / "purposes").glob("*.yaml")}
        assert texts.subjects.keys() == {p.stem for p in (rules / "subjects").glob("*.yaml")}
        assert texts.groups.keys() == {p.name for p in (rules / "data").iterdir()}
        wanted = [f"basis_{name}" for name in LEGAL_BASES]
        wanted += [name for name in MECHANISMS if name != "none"]
        wanted += [f"source_{name}" for name in SOURCES] + list(SPECIAL_BASES)
        wanted += [f"right_{name}_text" for name in RIGHTS]
        assert set(wanted) <= texts.sentences.keys()


def test_a_language_without_texts_is_an_error(full: Report) -> None:
    with pytest.raises(UsageError, match="no texts in the language `xx`"):
        page(full, language="xx")


def test_another_language_is_one_more_file(full: Report, tmp_path: Path) -> None:
    copied = tmp_path / "reports"
    for place in Path(TEMPLATES).rglob("*"):
        if place.is_file():
            target = copied / place.relative_to(TEMPLATES)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(place.read_bytes())
    (copied / "vocabulary" / "nl.yaml").write_text(
        "language: nl\nname: Nederlands\nelements: {email: e-mailadres}\n", encoding="utf-8"
    )
    text = render_folder(full, copied, PageOptions("nl"))["transparency.html"].decode()
    assert 'lang="nl"' in text
    assert "E-mailadres" in text
    assert "In short" in text


def test_declared_languages_each_get_a_page(write_tree) -> None:
    notices = "notices: [{id: a, language: de}, {id: b, language: en}, {id: c, language: fi}]"
    text = re.sub(r"notices: .*", notices, FULL)
    files = render_folder(report_of(write_tree({"a.py": CODE, "etiquette.yaml": text})), TEMPLATES)
    assert 'lang="de"' in files["transparency.html"].decode()
    assert 'lang="en"' in files["transparency.en.html"].decode()
    assert "transparency.fi.html" not in files
    assert "language “fi” is declared" in files["index.html"].decode()


TWO_ACTIVITIES = """\
  - id: staff
    label: Employing people
    purposes: [employment]
    legal_basis: contract
    subjects: [buyer]
    data: [salary]
    recipients: []
recipients:
"""
NOTICES = """\
notices:
  - {id: site, activities: [orders], language: en, version: "3"}
  - {id: seite, activities: [orders], language: de, version: "4"}
  - {id: our.staff, label: For those who work here, activities: [staff], language: de, version: "9"}
"""


@pytest.fixture
def two(write_tree) -> Report:
    text = re.sub(r"notices: .*\n", NOTICES, FULL).replace("recipients:\n", TWO_ACTIVITIES, 1)
    code = CODE + "\n\nclass Employee(models.Model):\n    salary = models.IntegerField()\n"
    return report_of(write_tree({"shop.py": code, "etiquette.yaml": text}))


def headings(page: bytes) -> list[str]:
    return re.findall(r"<h3[^>]*-title[^>]*>([^<]*)</h3>", page.decode())


def test_a_notice_speaks_of_the_activities_it_names(two: Report) -> None:
    files = render_folder(two, TEMPLATES)
    pages = {name: page for name, page in files.items() if name.startswith("transparency")}
    assert {name: headings(page) for name, page in pages.items() if "embed" not in name} == {
        "transparency.html": ["Taking orders"],
        "transparency.de.html": ["Taking orders"],
        "transparency-our-2e-staff.html": ["Employing people"],
    }
    assert sorted(name for name in pages if "embed" in name) == [
        "transparency-embed.de.html",
        "transparency-embed.html",
        "transparency-our-2e-staff-embed.html",
    ]
    staff = Shape(pages["transparency-our-2e-staff.html"].decode()).text
    customers = Shape(pages["transparency.html"].decode()).text
    assert "Gehalt" in staff
    assert "9" in staff.partition("Was sich geändert hat")[2]
    assert "E-Mail-Adresse" not in staff.partition("Ihre Rechte")[0].partition("Kurz gesagt")[2]
    assert "pay" not in customers.partition("Your rights")[0].split()
    assert "This is version 3." in customers
    index = Shape(files["index.html"].decode()).text
    assert "Transparency notice (For those who work here)" in index
    assert "Transparency notice (Deutsch)" in index
    assert "No declared notice speaks of" not in index


def test_an_activity_that_no_notice_names_is_told(two: Report) -> None:
    declaration = two.declaration
    assert declaration is not None
    notices = declaration.notices[:1]
    left = replace(two, declaration=replace(declaration, notices=notices))
    index = Shape(render_folder(left, TEMPLATES)["index.html"].decode()).text
    assert "No declared notice speaks of: Employing people." in index


def test_the_pages_are_sound(full: Report, bare: Report) -> None:
    for report in (full, bare):
        for language in ("en", "de"):
            for traceable in (False, True):
                assert_sound(page(report, language=language, traceable=traceable))


def test_the_part_to_embed_disturbs_no_page(bare: Report) -> None:
    text = page(bare, "transparency-embed.html")
    shape = Shape(text)
    assert shape.mistakes == []
    assert_inert(shape)
    assert shape.elements[0][1]["class"] == "etiquette-notice"
    assert shape.all("html", "head", "body", "style", "h1", "main", "meta", "title") == []
    assert all((a.get("id") or "etiquette-").startswith("etiquette-") for _, a in shape.elements)


def hostile(report: Report, name: str) -> Report:
    """The report with a hostile text wherever a declaration or code can put one."""
    declaration = report.declaration
    assert declaration is not None
    [activity] = declaration.activities
    [recipient] = declaration.recipients
    [cookie] = declaration.cookies
    [subject] = declaration.subjects
    assert activity.retention is not None
    return replace(
        report,
        declaration=replace(
            declaration,
            organisation=replace(
                declaration.organisation,
                name=name,
                contact=replace(declaration.organisation.contact, address=name),
            ),
            subjects=(replace(subject, label=name),),
            activities=(
                replace(
                    activity,
                    id="a",
                    label=name,
                    consequence=name,
                    owner=name,
                    note=name,
                    data=("email", name),
                    purposes=(name,),
                    retention=replace(activity.retention, period="", criterion=name, why=name),
                ),
            ),
            recipients=(replace(recipient, name=name, countries=(name,), transfer_copy=name),),
            cookies=(replace(cookie, name=name, purpose=name),),
            rights_contact=name,
        ),
        transfers=tuple(replace(item, name=name) for item in report.transfers),
    )


def assert_only_text(report: Report, name: str) -> None:
    plain, files = (render_folder(hostile(report, text), TEMPLATES) for text in ("plain", name))
    for file in ("transparency.html", "transparency-embed.html", "record.html", "index.html"):
        text = files[file].decode()
        shape = Shape(text)
        assert shape.skeleton == Shape(plain[file].decode()).skeleton, file
        assert shape.mistakes == []
        assert_clean(text)
    wanted = " ".join(visible(name).split())
    assert wanted in Shape(files["transparency.html"].decode()).text


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_is_only_ever_text(full: Report, kind: str) -> None:
    assert_only_text(full, HOSTILE[kind])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.text(st.characters(codec="utf-8"), min_size=1).map(str.strip).filter(bool))
def test_any_text_is_only_ever_text(full: Report, name: str) -> None:
    assert_clean(render_folder(hostile(full, name), TEMPLATES)["transparency.html"].decode())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_stand_out(theme: str) -> None:
    style = (TEMPLATES / "transparency" / "style.css").read_text(encoding="utf-8")
    colours = palettes(style)[theme]
    pairs = [(ink, "paper") for ink in ("ink", "quiet", "link", "gap", "accent")]
    pairs += [(ink, "panel") for ink in ("ink", "quiet", "link", "gap")] + [("gap", "gap-panel")]
    weak = [pair for pair in pairs if contrast(*(colours[name] for name in pair)) < 4.5]
    assert weak == []


def test_the_command_takes_language_and_traces(write_tree, tmp_path: Path) -> None:
    root = write_tree({"shop.py": CODE, "etiquette.yaml": FULL})
    out = tmp_path / "out"
    done = invoke(
        "scan", root, "--output", f"html:{out}", "--language", "de", "--traceable", "--fail-on",
        "never", "--no-cache",
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    text = (out / "transparency.html").read_text(encoding="utf-8")
    assert "Kurz gesagt" in text
    assert "[etiquette.yaml:15, shop.py:6]" in text
    wrong = invoke("scan", root, "--output", f"html:{out}", "--language", "xx", "--no-cache")
    assert wrong.code == 2
    assert "there are no texts in the language `xx`" in wrong.err
