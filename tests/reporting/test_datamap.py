"""The data map: what is drawn, where it stands, and that names are only ever text."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.model.location import Location
from data_etiquette.model.report import Report
from data_etiquette.reporting.datamap import MAX_NODES, data_map, read_words
from data_etiquette.reporting.maplayout import BOX, WIDTH, draw, render_svg
from tests.command import invoke, report_of

pytestmark = pytest.mark.usefixtures("warm_catalog")

TEMPLATES = data_folder("reports")
WORDS = read_words(TEMPLATES)
SVG = "{http://www.w3.org/2000/svg}"
FILES = {
    "shop/models.py": """\
from django.db import models


class Customer(models.Model):
    email = models.EmailField()
    diagnosis = models.CharField(max_length=99)
""",
    "shop/tell.py": """\
import logging

import requests

from shop.models import Customer


def tell(customer: Customer) -> None:
    logging.info(customer.email)
    requests.post("https://hooks.slack.com/x", json={"mail": customer.email})
""",
    "desk/forms.py": """\
from django import forms


class ContactForm(forms.Form):
    email = forms.EmailField()
""",
}
DECLARATION = """\
version: 1
organisation: {name: A, role: controller, email: a@example.org}
activities:
  - id: sales
    label: Selling things
    purposes: [service_provision]
    legal_basis: contract
    subjects: [customer]
    data: [email]
    recipients: [post]
recipients:
  - {id: post, name: The post, role: processor}
"""
HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</style></svg>]]>&amp;",
    "user\u202egpj.exe",
    "a\x00b\x1bc\ufffe\ud800d",
    "a" * 10_000,
    "名前" * 40,
)


def edges(report: Report, element: str = "") -> set[tuple[str, str, str]]:
    drawn = data_map(report, WORDS, element)
    labels = {(node.part, node.key): node.label for node in drawn.nodes}
    return {(labels[edge.start], labels[edge.end], edge.kind) for edge in drawn.edges}


def test_without_a_declaration_parts_of_the_code_stand_between(write_tree) -> None:
    assert edges(report_of(write_tree(FILES))) == {
        ("Customer", "Contact", "seen"),
        ("Customer", "Health", "seen"),
        ("People, kind not told", "Contact", "seen"),
        ("Contact", "desk", "seen"),
        ("Contact", "shop", "seen"),
        ("Health", "shop", "seen"),
        ("shop", "shop_customer", "seen"),
        ("shop", "Logs", "seen"),
        ("shop", "Slack (Salesforce)", "seen"),
    }


def test_a_declaration_tells_what_is_declared_and_what_only_seen(write_tree) -> None:
    root = write_tree({**FILES, "etiquette.yaml": DECLARATION})
    assert edges(report_of(root)) == {
        ("Customer", "Contact", "seen"),
        ("Customer", "Health", "seen"),
        ("People, kind not told", "Contact", "seen"),
        ("Contact", "Selling things", "seen"),
        ("Contact", "In no declared activity", "undeclared"),
        ("Health", "In no declared activity", "undeclared"),
        ("Selling things", "shop_customer", "seen"),
        ("Selling things", "Logs", "seen"),
        ("Selling things", "The post", "idle"),
        ("In no declared activity", "shop_customer", "undeclared"),
        ("In no declared activity", "Slack (Salesforce)", "undeclared"),
    }


def test_the_way_of_one_element(write_tree) -> None:
    assert edges(report_of(write_tree(FILES)), "email") == {
        ("Customer", "Customer.email", "seen"),
        ("People, kind not told", "ContactForm.email", "seen"),
        ("ContactForm.email", "desk", "seen"),
        ("Customer.email", "shop", "seen"),
        ("shop", "shop_customer", "seen"),
        ("shop", "Logs", "seen"),
        ("shop", "Slack (Salesforce)", "seen"),
    }


def test_boxes_do_not_overlap_and_stay_inside(crowded: Report) -> None:
    drawn = draw(data_map(crowded, WORDS), WORDS)
    columns = itertools.groupby(
        sorted(drawn.boxes, key=lambda box: (box.x, box.y)), key=lambda box: box.x
    )
    for x, column in columns:
        boxes = list(column)
        assert 0 <= x <= WIDTH - BOX
        assert all(a.y + a.height < b.y for a, b in itertools.pairwise(boxes))
        assert boxes[-1].y + boxes[-1].height <= drawn.height


@pytest.fixture
def crowded(write_tree) -> Report:
    """A report with far more recipients than can be drawn."""
    report = report_of(write_tree(FILES))
    [transfer] = report.transfers
    more = tuple(
        replace(transfer, recipient=f"h{n:03}.example", name=f"h{n:03}.example", known=False)
        for n in range(MAX_NODES + 40)
    )
    return replace(report, transfers=(transfer, *more))


def test_what_is_too_much_is_told_in_one_box(crowded: Report) -> None:
    drawn = data_map(crowded, WORDS)
    recipients = [node for node in drawn.nodes if node.part == "recipient"]
    assert len(recipients) == MAX_NODES + 1
    [rest] = [node for node in recipients if node.label == "41 more"]
    assert rest.members[0] == "h059.example"


def test_the_drawing_stands_alone_and_says_everything_in_words(write_tree) -> None:
    text = render_svg(report_of(write_tree(FILES)), TEMPLATES)
    root = ET.fromstring(text)  # noqa: S314 (our own)
    desc = root.findtext(f"{SVG}desc") or ""
    assert "People: Customer, leads to Contact, Health.\n" in desc
    assert "Parts of the code: shop, leads to Logs, shop_customer, Slack (Salesforce).\n" in desc
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert [item.tag for item in root.iter() if item.tag == f"{SVG}script"] == []
    lines = {item.get("id") for item in root.iter(f"{SVG}path") if item.get("id")}
    uses = {(item.get("href") or "")[1:] for item in root.iter(f"{SVG}use")}
    assert lines == uses


def hostile(report: Report, name: str) -> Report:
    place = Location(f"{name}/a.py", 1)
    return replace(
        report,
        entities=tuple(
            replace(
                entity,
                name=name,
                table=name,
                subject=name,
                location=place,
                fields=tuple(replace(item, name=name, location=place) for item in entity.fields),
            )
            for entity in report.entities
        ),
        flows=tuple(replace(flow, entity=name, field=name) for flow in report.flows),
        transfers=tuple(replace(item, recipient=name, name=name) for item in report.transfers),
    )


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("element", ["", "email"])
def test_hostile_names_are_only_ever_text(write_tree, name: str, element: str) -> None:
    report = report_of(write_tree(FILES))
    text = render_svg(hostile(report, name), TEMPLATES, element)
    root = ET.fromstring(text.encode())  # noqa: S314 (our own)
    tags = {item.tag.removeprefix(SVG) for item in root.iter()}
    assert tags == {"svg", "title", "desc", "style", "rect", "text", "g", "path", "use"}
    attributes = {key for item in root.iter() for key in item.attrib}
    assert not any(key.startswith("on") or key == "style" for key in attributes)
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\ufffe\ud800-\udfff]", text)


def test_the_same_drawing_twice(write_tree, tmp_path: Path) -> None:
    root = write_tree(FILES)
    for name in ("one.svg", "two.svg"):
        invoke("scan", root, "-o", f"svg:{tmp_path / name}")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert invoke("inventory", root, "-f", "svg").out == (tmp_path / "one.svg").read_text()


def test_an_element_that_does_not_exist_is_trouble(write_tree) -> None:
    done = invoke("inventory", write_tree(FILES), "-f", "svg", "--element", "shoe")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: no data element is called `shoe`\n")
    done = invoke("inventory", write_tree(FILES), "--element", "email")
    assert done.err == "error: --element is for --format svg\n"


def test_a_part_that_holds_most_is_drawn_as_its_own_parts(write_tree) -> None:
    model = "class Customer(models.Model):\n    email = models.EmailField()\n"
    names = ("apps/one/models.py", "apps/two/models.py", "apps/three/models.py", "libs/models.py")
    root = write_tree({f"site/{name}": f"from django.db import models\n{model}" for name in names})
    drawn = data_map(report_of(root), WORDS)
    parts = sorted(node.label for node in drawn.nodes if node.part == "app")
    assert parts == ["apps/one", "apps/three", "apps/two", "libs"]
