"""What holds for any input: nothing crashes, and no address survives redaction."""

from __future__ import annotations

import keyword
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data_etiquette.app.cache import decode, encode
from data_etiquette.app.snippets import redact_source
from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.checks.run import run_checks
from data_etiquette.flow.entities.classify import Classifier
from data_etiquette.flow.entities.context import EntityContext
from data_etiquette.flow.entities.role import role_of_name
from data_etiquette.flow.entities.valuetype import value_type
from data_etiquette.flow.lexicon.vocabulary import compile_vocabulary
from data_etiquette.flow.link import link
from data_etiquette.frontends.read import read_file
from data_etiquette.frontends.redact import redact
from data_etiquette.model.facts import Facts, FieldFact
from data_etiquette.reporting.sentence import visible

CATALOG = load_catalog(data_folder("rules"))
VOCABULARY = compile_vocabulary(CATALOG)
ELEMENTS = {element.id for element in CATALOG.elements}
ROOT = Path(__file__).resolve().parent.parent

PYTHON_WORDS = st.sampled_from(
    [
        *keyword.kwlist, "match", "case", "type", "email", "customer", "self", "logging", "x",
        " ", "    ", "\n", "\n    ", ":", ":\n    ", "(", ")", "[", "]", "{", "}", ",", ".", "=",
        "==", "+", "*", "**", "->", ":=", "@", "'", '"', "'''", "f'{", "}'", "\\", "#", "\t",
        "0", "1.5", "0x", "é", "\0", "\f", "\r", "# coding: latin-1\n", "print x", "class A:\n",
        "def f(x):\n", "async ", "lambda: ", "%", "<>", "$", "b'", "t'", "type X = ",
    ]
)  # fmt: skip
SQL_WORDS = st.sampled_from(
    [
        "CREATE TABLE ", "t", " (", "id int", ", ", "email text", ")", ";", "\n", " ", "'", '"',
        "`", "$$", "$a$", "--", "/*", "*/", "SELECT ", "*", " FROM ", "JOIN ", " ON ", "=",
        "INSERT INTO ",
        "VALUES ", "COPY ", "FROM stdin;\n", "\\.", "\t", "ALTER TABLE ", "ADD COLUMN ", "DROP ",
        "CREATE VIEW v AS ", "WITH a AS (", "BEGIN", "END", "{{", "}}", "{%", "%}", "\0", "é",
        "COMMENT ON COLUMN t.email IS ", "GO\n", "DELIMITER //\n", "[", "]", "::", ".", "1e",
    ]
)  # fmt: skip


def check_facts(path: str, data: bytes) -> Facts:
    facts = read_file(path, data)
    assert facts.path == path
    assert all(item.path == path and item.line >= 0 and item.reason for item in facts.skipped)
    assert decode(encode(facts)) == facts
    return facts


@settings(max_examples=100, deadline=None)
@given(st.binary())
@example(b"# coding: punycode\n\xff")
@example(b"\xff\xfe\x00")
@example(b"\xef\xbb\xbf# coding: latin-1\n")
def test_any_bytes_are_facts(data: bytes) -> None:
    for path in ("a.py", "a.sql", "a.html"):
        check_facts(path, data)


@settings(max_examples=150, deadline=None)
@given(st.lists(PYTHON_WORDS, max_size=60).map("".join))
def test_any_words_of_python_are_facts(text: str) -> None:
    facts = check_facts("a.py", text.encode())
    assert facts.lines == 0 or facts.module == "a" or facts.skipped


@settings(max_examples=150, deadline=None)
@given(st.lists(SQL_WORDS, max_size=60).map("".join))
def test_any_words_of_sql_are_facts(text: str) -> None:
    check_facts("a.sql", text.encode())


SOURCES = sorted(
    place
    for pattern in ("*.py", "*.sql")
    for place in (ROOT / "fixtures" / "shop").rglob(pattern)
    if 0 < place.stat().st_size < 20_000
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_part_of_real_code_can_be_scanned(data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(SOURCES))
    text = place.read_bytes()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    dropped = text[:start] + text[end:]
    for part in (text[start:end], dropped):
        facts = check_facts(f"a{place.suffix}", part)
        run_checks(link([facts], CATALOG), CATALOG, None)


IDENTIFIERS = st.one_of(
    st.text(min_size=0, max_size=40),
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,60}", fullmatch=True),
    st.lists(
        st.sampled_from(
            ["email", "Name", "_", "__", "ID", "x2", "Straße", "HTTP", "phone", "-", " "]
        ),
        max_size=8,
    ).map("".join),
)
CALLS = st.sampled_from(
    ["", "str", "int", "bool", "django.db.models.CharField", "sqlalchemy.Column", "?", "list["]
)


@settings(max_examples=300, deadline=None)
@given(
    entity=IDENTIFIERS,
    field=IDENTIFIERS,
    call=CALLS,
    kind=st.sampled_from(["django-model", "sql-table", "class", ""]),
)
def test_any_identifier_can_be_judged(entity: str, field: str, call: str, kind: str) -> None:
    role, known = role_of_name(entity, VOCABULARY)
    fact = FieldFact(field, 1, call=call, annotation=call)
    context = EntityContext(entity, kind, role, known, stored=True)
    judgement = Classifier(VOCABULARY).judge(fact, value_type(fact, VOCABULARY), context)
    assert judgement.element in ELEMENTS | {""}
    assert bool(judgement.element) <= bool(judgement.evidence)


LOCAL = st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9._+%-]{0,40}[A-Za-z0-9])?", fullmatch=True)
DOMAIN = st.from_regex(
    r"[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?(?:\.[a-z0-9]{1,12}){0,2}\.[a-z]{2,12}", fullmatch=True
)
AROUND = st.text(st.sampled_from(" \t'\"<>(){},;:=|é…"), max_size=400)


@settings(max_examples=300, deadline=None)
@given(before=AROUND, local=LOCAL, domain=DOMAIN, after=AROUND)
def test_no_address_survives_redaction(before: str, local: str, domain: str, after: str) -> None:
    address = f"{local}@{domain}"
    for shown in (redact(before + address + after), redact_source(before + address + after)):
        assert address not in shown
        assert domain not in shown
        assert f"{local}@" not in shown


@settings(max_examples=200, deadline=None)
@given(
    digits=st.text(st.sampled_from("0123456789"), min_size=7, max_size=16),
    separator=st.sampled_from(["", " ", "-", ".", "/", " - "]),
    size=st.integers(2, 4),
)
def test_no_long_number_survives_redaction(digits: str, separator: str, size: int) -> None:
    groups = [digits[start : start + size] for start in range(0, len(digits), size)]
    number = separator.join(groups)
    assert number not in redact(f"call {number} today")


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_redaction_gives_short_text_that_can_be_written(text: str) -> None:
    shown = redact(text)
    assert len(shown) <= 161
    assert redact(shown) == shown or len(text) > 160
    shown.encode()


@pytest.mark.parametrize("wrap", [visible, redact])
def test_plain_text_passes_unchanged(wrap) -> None:
    text = "A sentence, with (brackets) and größe."
    assert wrap(text) == text


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_visible_text_steers_nothing(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
