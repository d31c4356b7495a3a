"""What explanations say: what a judgement rests on, what would end a flow, which field is meant."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from data_etiquette.model.catalog import SanitiserModel
from data_etiquette.model.graph import Flow, Sink, Step
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location
from data_etiquette.reporting.basis import flow_rests_on, listed, rests_on
from data_etiquette.reporting.explain import (
    Known,
    LineView,
    declared_field,
    render_finding,
    render_line,
)
from data_etiquette.reporting.remedy import Remedy, remedies
from data_etiquette.reporting.terminal import TextOptions
from tests.command import report_of

SANITISERS = (
    SanitiserModel("cut", "masked", calls=("textwrap.shorten",), ends=False, label="Cutting"),
    SanitiserModel("counting", "anonymised", methods=("count",), label="Counting"),
    SanitiserModel("coarse", "anonymised", calls=("lib.coarse",), label="Coarser"),
    SanitiserModel("hashing", "pseudonymised", calls=("a.x", "a.y", "b.x"), label="Hash"),
    SanitiserModel("keyed-hashing", "pseudonymised", keywords=("hmac",), label="Keyed hash"),
    SanitiserModel("masking", "masked", keywords=("mask", "redact"), label="Masking"),
    SanitiserModel("password-hashing", "hashed", calls=("bcrypt.hashpw",), label="Slow hash"),
    SanitiserModel("encryption", "encrypted", calls=("nacl.encrypt",), label="Encryption"),
)


def flow_to(kind: SinkKind) -> Flow:
    return Flow("email", "User", "email", Location("a.py", 1), Sink(kind, "f", Location("a.py", 2)))


def labels(kind: SinkKind, group: str) -> list[str]:
    return [remedy.what for remedy in remedies(flow_to(kind), group, SANITISERS)]


def test_what_would_end_a_flow_to_a_log() -> None:
    linked = "it stays personal data for whoever can link it back"
    assert remedies(flow_to(SinkKind.LOG), "contact", SANITISERS) == [
        Remedy("Leave the argument out of f (a.py:2)", "nothing is passed on"),
        Remedy("Pass the record's id instead", "an internal id is not followed"),
        Remedy("Masking", "part of the value remains", (), "mask"),
        Remedy("Keyed hash", linked, (), "hmac"),
        Remedy("Hash", linked, ("a.x", "b.x"), ""),
    ]


def test_what_would_end_a_flow_depends_on_sink_and_data() -> None:
    assert labels(SinkKind.LOG, "online_id")[2:] == ["Masking", "Keyed hash", "Hash", "Coarser"]
    assert labels(SinkKind.DATABASE, "credentials") == [
        "Do not store it (a.py:2)",
        "Slow hash",
        "Encryption",
        "Keyed hash",
        "Hash",
        "Masking",
    ]
    assert labels(SinkKind.LOG, "credentials")[2:] == ["Masking"]
    assert labels(SinkKind.RESPONSE, "contact")[0] == (
        "Leave the field out of what the endpoint returns (a.py:2)"
    )
    assert labels(SinkKind.FILE, "contact")[1:] == ["Encryption", "Masking", "Keyed hash", "Hash"]


@pytest.mark.parametrize("kind", SinkKind)
@pytest.mark.parametrize("group", ["credentials", "contact", "location"])
def test_every_kind_of_sink_has_an_end(catalog, kind: SinkKind, group: str) -> None:
    found = remedies(flow_to(kind), group, catalog.sanitisers)
    assert found[0].remains == "nothing is passed on"
    assert all(remedy.what and remedy.remains for remedy in found)
    assert "Masking and redaction" in [remedy.what for remedy in found]


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        ((), ""),
        (("type EmailStr holds e-mail address",), "its declared type `EmailStr`"),
        (
            ("name says `email`: e-mail address", "User is a person's record", "type CharField"),
            "its name, what `User` is and its declared type `CharField`",
        ),
        (("label says `phone`: phone",), "its label"),
        (("comes from patients.email (a.sql:3)",), "the column it is made from, `patients.email`"),
        (("declared so by a person: counter",), "a person's decision in the declaration"),
        (
            ("text under `author`, a word for a person",),
            "a word for a person in its name",
        ),
        (
            ("`homephone` is `home_phone`", "name says `phone`: phone"),
            "a short form written out and its name",
        ),
    ],
)
def test_what_a_judgement_rests_on(evidence: tuple[str, ...], words: str) -> None:
    assert rests_on(evidence) == words


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("`x.email` means email by its name", "a name only; nothing declares what it holds"),
        ("`request.META` holds ip address", "a source that the catalogue knows"),
        ("the text of E quotes email", "an exception whose text is known to quote it"),
        ("something else", ""),
    ],
)
def test_what_a_flow_without_a_field_rests_on(note: str, words: str) -> None:
    flow = replace(flow_to(SinkKind.LOG), steps=(Step("a.py", 1, note),))
    assert flow_rests_on(flow) == words


def test_lists_in_words() -> None:
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


MODELS = """\
from django.db import models


class Base(models.Model):
    {field} = models.EmailField()

    class Meta:
        abstract = True


class Customer(Base):
    pass
"""


@pytest.mark.usefixtures("warm_catalog")
def test_a_field_is_looked_for_in_bases_and_told_apart_by_the_trace(write_tree) -> None:
    report = report_of(
        write_tree({"a.py": MODELS.format(field="email"), "b.py": MODELS.format(field="email")})
    )
    first = declared_field(report, "Customer", "email")
    other = declared_field(report, "Customer", "email", ["it is read (declared at b.py:5)"])
    assert [found and found[1].location.path for found in (first, other)] == ["a.py", "b.py"]
    assert declared_field(report, "Customer", "phone") is None
    assert declared_field(report, "Nobody", "email") is None


@pytest.mark.usefixtures("warm_catalog")
def test_a_long_trace_is_told_whole_and_in_short_beside_others(write_tree) -> None:
    steps = tuple(Step("a.py", number, f"step {number}") for number in range(1, 13))
    text = "import logging\ndef track(user):\n    logging.info(user.email)\n"
    report = report_of(write_tree({"a.py": text}))
    flow = replace(report.flows[0], steps=steps)
    known = Known(replace(report, flows=(flow,)))

    def hops(shown: str) -> list[str]:
        hop = r"^ ([ >]) ?\d+\. a\.py:(\d+) step|(… \d+ more steps …)"
        found = re.findall(hop, shown, re.MULTILINE)
        return ["".join(parts).strip() for parts in found]

    [finding] = [item for item in report.findings if item.rule == "ETQ301"]
    whole = [str(number) for number in range(1, 13)]
    assert hops(render_finding(known, finding, [], TextOptions())) == whole
    at_end = render_line(known, LineView("a.py", 12, flows=(flow,)), TextOptions())
    assert hops(at_end) == [*"1234", "… 4 more steps …", "9", "10", "11", ">12"]
    inside = render_line(known, LineView("a.py", 7, flows=(flow,)), TextOptions())
    assert hops(inside) == [*"123456", ">7", "8", "9", "10", "11", "12"]


@pytest.mark.usefixtures("warm_catalog")
def test_a_sanitiser_that_was_seen_is_named(write_tree, catalog) -> None:
    text = (
        "import logging, textwrap\n"
        "def track(user):\n"
        '    logging.info("user %s", textwrap.shorten(user.email, 80))\n'
    )
    report = report_of(write_tree({"a.py": text}))
    [finding] = [item for item in report.findings if item.rule == "ETQ301"]
    shown = render_finding(Known(report, catalog.sanitisers), finding, [], TextOptions(width=140))
    assert (
        "  Sanitiser seen: Shortening of texts, which leaves a short value as it is. "
        "It masks the value, and does not end the flow.\n"
    ) in shown
