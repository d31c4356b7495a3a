"""Hostile names and texts: every format stays whole, and nobody is shown what is not there."""

from __future__ import annotations

import functools
import io
import json
import os
import tempfile
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import xmlschema
import yaml
from fideslang.models import Dataset, System
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from data_etiquette.app.output import FORMATS, RENDERERS
from data_etiquette.app.report import read_archive
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.catalog.data import data_folder
from data_etiquette.model.kind import FindingStatus
from data_etiquette.model.location import Location, Skipped
from data_etiquette.model.report import Acceptance, Report
from data_etiquette.reporting.index import render_folder
from data_etiquette.reporting.markdown import MAX_LENGTH
from data_etiquette.reporting.sentence import new_findings, visible
from data_etiquette.reporting.text import TextOptions, render_text
from tests.reporting.pages import Shape
from tests.reporting.poison import (
    hidden,
    poisoned,
    read_annotations,
    read_csv,
    read_json,
    read_markdown,
    read_terminal,
    read_xml,
    texts_of,
)
from tests.reporting.test_exchange import APP, DECLARATION
from tests.reporting.test_schemas import SCHEMAS, mistakes

VIEWS = """\
import logging
import requests
from models import Customer


def tell(customer: Customer):
    logging.info("%s", customer.phone)
    requests.post("https://crm.example.com/hook", json={"mail": customer.email})
"""
PIECES = (
    "<script>alert(1)</script>", "</script>", "</style>", "</title>", '"', "'", "`", "``", "|",
    "\\", "\\|", "]]>", "<![CDATA[", "-->", "<!--", "&amp;", "&#60;", "{{7*7}}", "{% raw %}", "{0}",
    "::error file=a,line=1::x", "\n::stop-commands::t\n", "##[error]x", "%0A::error::x", "%", ",",
    "=1+1", "+1", "-1", "@user", "@SUM(1)", "\t=1", "\u202egpj.exe", "\u2066a\u2069", "\u200b",
    "\x00", "\x1b[31m", "\x07", "\r", "\r\n", "\n", "\n\n# x\n", "\n- x", "\n| a | b |", "\x85",
    "\u2028", "\ufeff", "\ufffe", "\U000e0041", "\ud800", "\udcff", "a" * 10_000,
    "größe 名前 имя שם",
    "[a](javascript:alert(1))", "![a](http://x.example)", "https://x.example", "www.x.example",
    "<img src=x onerror=alert(1)>", "onmouseover=alert(1)", "#12", "**b**", "$a$", "~~x~~", ": ",
    "# c", "!!python/object:x", "&a", "*a", "? ", "- ", "'''", '"""', "../../etc", "/etc/passwd",
    "C:\\x", "%2e%2e", "\U0001f600", "e\u0301",
)  # fmt: skip
HOSTILE = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), min_size=1, max_size=4
).map("".join)
EACH = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@functools.cache
def plain_report() -> Report:
    """Not a fixture: what fails would print all of it."""
    with tempfile.TemporaryDirectory() as place:
        return _scanned(Path(place))


def _scanned(folder: Path) -> Report:
    (folder / "models.py").write_text(APP)
    (folder / "views.py").write_text(VIEWS)
    (folder / "etiquette.yaml").write_text(DECLARATION)
    (folder / "broken.py").write_text("def (:\n")
    found = scan(ScanRequest((folder,), use_cache=False, jobs=1)).report
    first, second, *others = found.findings
    accepted = Acceptance("agreed", first.location, "2099-01-31", "dpo")
    return replace(
        found,
        findings=(
            replace(first, status=FindingStatus.SUPPRESSED, acceptance=accepted),
            replace(second, status=FindingStatus.BASELINE),
            *others,
        ),
        skipped=(*found.skipped, Skipped("later.py", 3, "a limit", is_partial=True)),
        since="main",
        fixed=(replace(others[0], fingerprint="f" * 24),),
    )


def all_examples(test):
    for piece in PIECES:
        test = example(lead=piece, tail=piece)(test)
    return test


@EACH
@all_examples
@given(lead=HOSTILE, tail=HOSTILE)
def test_programs_read_exactly_what_was_there(lead: str, tail: str) -> None:
    report = poisoned(plain_report(), lead, tail)
    document = read_json(RENDERERS["json"](report))
    assert [
        (item["path"], item["message"], item["fingerprint"]) for item in document["findings"]
    ] == [(item.location.path, item.message, item.fingerprint) for item in report.findings]
    assert {item["entity"] for item in document["inventory"]} == {
        entity.name for entity in report.entities if entity.personal_fields
    }


@EACH
@all_examples
@given(lead=HOSTILE, tail=HOSTILE)
def test_hosts(lead: str, tail: str) -> None:
    report = poisoned(plain_report(), lead, tail)
    sarif = read_json(RENDERERS["sarif"](report))
    assert mistakes("sarif-2.1.0-rtm.5.json", sarif) == []
    results = sarif["runs"][0]["results"]
    assert sorted(item["message"]["text"] for item in results) == sorted(
        visible(item.message) for item in report.findings
    )
    sast = read_json(RENDERERS["gitlab-sast"](report))
    quality = read_json(RENDERERS["gitlab-codequality"](report))
    assert mistakes("gitlab-sast.json", sast) == []
    # A path that begins with a slash or `./` is the hostile text's own doing.
    assert [m for m in mistakes("gitlab-codequality.json", quality) if "/path:" not in m] == []
    for document in (sast["vulnerabilities"], [item["description"] for item in quality]):
        shown = {text for text in texts_of(document) if text != lead}
        assert [text for text in shown if hidden(text) and not _is_path(text, report)] == []


def _is_path(text: str, report: Report) -> bool:
    """A file's name is given to programs as it is."""
    return any(text == item.location.path for item in report.findings)


@EACH
@all_examples
@given(lead=HOSTILE, tail=HOSTILE)
def test_junit(lead: str, tail: str) -> None:
    report = poisoned(plain_report(), lead, tail)
    root = read_xml(RENDERERS["junit"](report))
    for case in root.iter("testcase"):
        case.attrib.pop("file", None)
    assert xmlschema.XMLSchema(str(SCHEMAS / "jenkins-junit.xsd")).is_valid(root)
    told = "".join(node.text or "" for node in root.iter("failure"))
    for item in new_findings(report):
        assert f"[{item.fingerprint}]" in told
        assert visible(item.message) in told


@EACH
@all_examples
@given(lead=HOSTILE, tail=HOSTILE)
def test_csv(lead: str, tail: str) -> None:
    report = poisoned(plain_report(), lead, tail)
    rows = read_csv(RENDERERS["csv"](report))
    assert [row["fingerprint"] for row in rows] == [item.fingerprint for item in report.findings]
    assert [row["message"].removeprefix("'") for row in rows] == [
        visible(item.message).removeprefix("'") for item in report.findings
    ]


@EACH
@all_examples
@given(lead=HOSTILE, tail=HOSTILE)
def test_markdown(lead: str, tail: str) -> None:
    report = poisoned(plain_report(), lead, tail)
    text = RENDERERS["markdown"](report)
    assert len(text) <= MAX_LENGTH
    rows = read_markdown(text)
    findings = [row for row in rows if row[0].startswith("ETQ")]
    assert [len(row) for row in rows] == [3] * len(rows)
    shown = [" ".join(visible(" ".join(f.message.split())).split()) for f in new_findings(report)]
    assert Counter(row[1].rstrip("…") for row in findings) == Counter(
        text if len(text) <= 600 else text[:599].rstrip("…") for text in shown[: len(findings)]
    )


@EACH
@all_examples
@given(lead=HOSTILE, tail=HOSTILE)
def test_annotations(lead: str, tail: str) -> None:
    report = poisoned(plain_report(), lead, tail)
    commands = read_annotations(RENDERERS["github"](report))
    assert {
        (properties["file"], properties["line"], data.rsplit("Fingerprint: ", 1)[1])
        for _, properties, data in commands
    } <= {
        (visible(item.location.path), str(item.location.line), item.fingerprint)
        for item in new_findings(report)
    }
    assert len(commands) == min(10, _count(report, "high")) + min(
        10, _count(report, "medium")
    ) + min(10, _count(report, "low"))


def _count(report: Report, level: str) -> int:
    words = {"high": {"critical", "high"}}.get(level, {level})
    return sum(item.severity.value in words for item in new_findings(report))


@EACH
@all_examples
@given(lead=HOSTILE, tail=HOSTILE)
def test_terminal(lead: str, tail: str) -> None:
    report = poisoned(plain_report(), lead, tail)
    read_terminal(render_text(report, TextOptions()))


@EACH
@all_examples
@given(lead=HOSTILE, tail=HOSTILE)
def test_other_tools(lead: str, tail: str) -> None:
    report = poisoned(plain_report(), lead, tail)
    fides = RENDERERS["fides"](report)
    fides.encode()
    assert hidden(fides) == []
    document = yaml.safe_load(fides)
    assert set(document) == {"dataset", "system"}
    for item in document["dataset"]:
        Dataset.model_validate(item)
    for item in document["system"]:
        System.model_validate(item)
    for name in ("dpv", "tilt"):
        assert [t for t in texts_of(read_json(RENDERERS[name](report))) if hidden(t)] == []


@EACH
@all_examples
@given(lead=HOSTILE, tail=HOSTILE)
def test_archive_comes_back(lead: str, tail: str) -> None:
    clean = [text.encode("utf-8", "replace").decode() for text in (lead, tail)]
    report = poisoned(plain_report(), *clean)
    assert read_archive(RENDERERS["archive"](report).encode(), "x") == report


@settings(parent=EACH, max_examples=12)
@example(lead="<script>alert(1)</script>", tail='"><img src=x onerror=alert(1)>')
@example(lead="\u202e\x00\ud800\n", tail="</style></title>{{7*7}}")
@example(lead="=1+1", tail="]]>--><!--&#60;")
@example(lead="javascript:alert(1)//", tail="'" * 3)
@example(lead="a" * 10_000, tail="")
@given(lead=HOSTILE, tail=HOSTILE)
def test_pages(lead: str, tail: str) -> None:
    harmless = render_folder(plain_report(), data_folder("reports"))
    written = render_folder(poisoned(plain_report(), lead, tail), data_folder("reports"))
    assert set(written) == set(harmless)
    for name, content in written.items():
        text = content.decode() if not name.endswith(".xlsx") else ""
        if name.endswith(".html"):
            check_page(text, harmless[name].decode())
        elif name.endswith(".svg"):
            root = read_xml(text)
            assert not [n for n in root.iter() if n.tag.endswith(("script", "foreignObject"))]
        elif name.endswith(".csv"):
            read_csv(text.removeprefix("\ufeff"))
        elif name.endswith(".xlsx"):
            check_workbook(content)


def check_page(page: str, harmless: str) -> None:
    """The same kinds of elements with the same kinds of attributes, and as many scripts."""
    assert hidden(page) == []
    shape, other = Shape(page), Shape(harmless)
    assert shape.mistakes == []
    assert {tag for tag, _ in shape.elements} <= {tag for tag, _ in other.elements} | {"tspan"}
    assert {name for _, names in shape.elements for name in names} <= {
        name for _, names in other.elements for name in names
    }
    count = Counter(tag for tag, _ in shape.elements)
    before = Counter(tag for tag, _ in other.elements)
    for tag in ("script", "style", "img", "iframe", "form", "link", "base", "object", "embed"):
        assert count[tag] == before[tag], tag
    for _, attributes in shape.elements:
        link = attributes.get("href") or "#"
        assert link.startswith(("#", "https://", "http://", "mailto:")) or ":" not in link, link


def check_workbook(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            if name.endswith(".xml"):
                root = read_xml(book.read(name).decode())
                assert not [node for node in root.iter() if node.tag.endswith("}f")]


# -- from files to formats ---------------------------------------------------------------------

CODE = '''\
# {0}
import logging
from django.db import models


class Customer(models.Model):
    """{0}"""

    email = models.EmailField(verbose_name={1}, help_text=_({1}))
    phone = models.CharField(max_length=20, choices=[({1}, {1})])

    class Meta:
        db_table = {1}


def tell(customer: Customer):
    logging.info({1} + " %s", customer.email)  # {0}
    open({1}, "w").write(customer.email)
    send({{{1}: customer.phone}})
'''


def hostile_tree(folder: Path, text: str) -> None:
    """The text as file name, comment, literal, identifier of SQL, value of YAML and in a page."""
    flat = text.replace("\x00", "").replace("/", "")[:200] or "x"
    name = flat.encode("utf-8", "surrogateescape" if "\udcff" in flat else "replace")[:200]
    place = folder / os.fsdecode(name + b".py")
    line = " ".join(text.split()).replace('"""', "").replace("\\", "")
    source = CODE.format(line, ascii(text)).encode("utf-8", "replace").replace(b"\x00", b"")
    place.write_bytes(source)
    quoted = text.replace('"', '""')
    (folder / "schema.sql").write_bytes(
        f'CREATE TABLE "{quoted}" (id int, email text, "phone {quoted}" text); -- {line}\n'.encode(
            "utf-8", "replace"
        )
    )
    (folder / "page.html").write_bytes(
        f"<p title='{text}'>{{{{ customer.email }}}} {text}</p>\n".encode("utf-8", "replace")
    )
    safe = text.encode("utf-8", "replace").decode()
    (folder / "etiquette.yaml").write_text(
        "version: 1\n"
        f"organisation: {{name: {json.dumps(safe)}, email: a@example.org}}\n"
        "activities:\n"
        f"  - {{id: a, label: {json.dumps(safe)}, purposes: [payment], data: [email]}}\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "user\u202egpj.exe\u2066|`]]>",
        "::error::x\n##[warning]y",
        "=1+1,@x",
        "\udcff\x1b[31m'\"",
        "*/ -- ; {{7*7}} {% raw %} # &a !!x",
        "a" * 10_000,
    ],
    ids=["script", "direction", "command", "formula", "bytes", "syntax", "long"],
)
@pytest.mark.usefixtures("warm_catalog")
def test_files_to_formats(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "tree"
    folder.mkdir()
    hostile_tree(folder, text)
    report = scan(ScanRequest((folder,), jobs=1)).report
    assert report.findings != ()
    document = read_json(RENDERERS["json"](report))
    found = [item["fingerprint"] for item in document["findings"]]
    assert found == [item.fingerprint for item in report.findings]
    assert mistakes("sarif-2.1.0-rtm.5.json", read_json(RENDERERS["sarif"](report))) == []
    assert mistakes("gitlab-sast.json", read_json(RENDERERS["gitlab-sast"](report))) == []
    read_json(RENDERERS["gitlab-codequality"](report))
    read_json(RENDERERS["dpv"](report))
    read_json(RENDERERS["tilt"](report))
    read_xml(RENDERERS["junit"](report))
    read_xml(RENDERERS["svg"](report))
    assert len(read_csv(RENDERERS["csv"](report))) == len(report.findings)
    read_markdown(RENDERERS["markdown"](report))
    read_annotations(RENDERERS["github"](report))
    read_terminal(render_text(report, TextOptions()))
    assert read_archive(RENDERERS["archive"](report).encode(), "x") == report
    for item in yaml.safe_load(RENDERERS["fides"](report))["dataset"]:
        Dataset.model_validate(item)
    for name, content in render_folder(report, data_folder("reports")).items():
        if name.endswith(".html"):
            page = content.decode()
            assert hidden(page) == []
            shape = Shape(page)
            assert shape.mistakes == []
            assert not shape.all("img", "iframe", "object")
            assert not [n for _, names in shape.elements for n in names if n.startswith("on")]


# -- one list of findings ----------------------------------------------------------------------

NO_FINDINGS = {"svg", "fides", "dpv", "tilt"}
"""Formats that tell data and activities, not findings."""


def test_the_same_fingerprints_in_every_format() -> None:
    every = {item.fingerprint for item in plain_report().findings}
    new = {item.fingerprint for item in new_findings(plain_report())}
    accepted = {
        i.fingerprint for i in plain_report().findings if i.status is not FindingStatus.BASELINE
    }
    told = {
        "text": new,
        "json": every,
        "sarif": every,
        "markdown": new,
        "github": new,
        "gitlab-codequality": new,
        "gitlab-sast": every - (accepted - new),
        "junit": every,
        "csv": every,
        "archive": every,
        "html": every,
    }
    assert set(FORMATS) - set(told) == NO_FINDINGS
    pages = render_folder(plain_report(), data_folder("reports"))
    for name, expected in told.items():
        text = pages["compliance.html"].decode() if name == "html" else ""
        text = text or (RENDERERS[name](plain_report()) if name in RENDERERS else "")
        if name == "text":
            text = render_text(plain_report(), TextOptions())
            assert {item for item in every if f"explain {item[:10]}" in text} == expected
        else:
            assert {item for item in every if item in text} == expected, name
    for name in NO_FINDINGS:
        assert not {item for item in every if item in RENDERERS[name](plain_report())}


def test_a_place_of_a_finding_is_where_it_is() -> None:
    """Line 0 is the whole file; formats that have no word for it say line 1."""
    whole = replace(plain_report().findings[2], location=Location("a.py", 0))
    report = replace(plain_report(), findings=(whole,))
    sarif = json.loads(RENDERERS["sarif"](report))["runs"][0]["results"][0]
    assert sarif["locations"][0]["physicalLocation"]["region"]["startLine"] == 1
    assert ",line=1," in RENDERERS["github"](report)
