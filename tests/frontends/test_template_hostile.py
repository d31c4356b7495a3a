"""No template, however broken or long, raises, hangs or is passed over in silence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_etiquette.app.cache import decode, encode
from data_etiquette.frontends.template.read import read_template
from data_etiquette.model.location import Skipped

MEGABYTE = 1_000_000
HOSTILE = {
    "open braces": "{{" * (MEGABYTE // 2),
    "open tags": "{%" * (MEGABYTE // 2),
    "open comments": "{#" * (MEGABYTE // 2),
    "raw without an end": "{% raw %}" * (MEGABYTE // 9),
    "one long line": "x" * MEGABYTE,
    "nested conditions": "{% if a.b %}" * 10_000 + "{{ x.y }}" + "{% endif %}" * 10_000,
    "nested loops": "{% for a in a.b %}" * 10_000 + "{{ a }}" + "{% endfor %}" * 10_000,
    "conditions that go on": "{% if a %}" + "{% elif b.c %}" * 60_000,
    "nested brackets": ("{{ " + "(" * 2900 + "x" + ")" * 2900 + " }}") * 100,
    "filters": ("{{ (" + "a," * 1000 + ")" + "|f" * 1900 + " }}") * 50,
    "negations": "{{ " + "not " * 1400 + "x }}",
    "captures": "{% set x %}" * 20_000 + "{{ y }}" + "{% endset %}" * 20_000,
    "a macro that calls itself": (
        "{% macro a(x) %}" + "{{ a(x) }}" * 1000 + "{% endmacro %}{{ a(z) }}"
    ),
    "names that grow": "{% set a = a ~ b ~ a %}{{ a }}" * 3000,
    "angle brackets": "<" * MEGABYTE,
    "open HTML tags": "<a " * (MEGABYTE // 3),
    "open HTML comments": "<!--" * (MEGABYTE // 4),
    "open quotes": '<a b="' * (MEGABYTE // 6),
    "spaces in a tag": "<a" + " " * MEGABYTE,
    "attributes": "<a " + "b=c " * (MEGABYTE // 4),
    "open scripts": "<script>" * (MEGABYTE // 8),
    "escapes in a script": "<script>" + '"\\"' * (MEGABYTE // 3),
    "calls in a script": "<script>" + "f(" * (MEGABYTE // 2),
    "labels": "<label><input type=checkbox>" * (MEGABYTE // 28),
    "Mako expressions": '<%def name="a()">' + "${" * (MEGABYTE // 2),
    "Mako lines": "<%page/>" + "% for x in y:\n" * (MEGABYTE // 14),
    "NULs": "\0{{ a\0.b }}<\0a \0>" * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_template_is_read_in_linear_time(text: str) -> None:
    started = time.process_time()
    facts = read_template("templates/x.html", text)
    # A quadratic reader takes minutes.
    assert time.process_time() - started < 8
    assert decode(encode(facts)) == facts


def test_what_is_cut_is_said() -> None:
    text = "{{ a.b }}\n" * 5000
    facts = read_template("templates/x.html", text)
    assert facts.skipped == (
        Skipped(
            "templates/x.html", 0, "a very long template: values or controls beyond a limit"
        ),
    )  # fmt: skip
    assert read_template("templates/x.html", text[:10_000]).skipped == ()


def test_nested_too_deep_still_gives_the_names() -> None:
    text = "{{ " + "(" * 200 + "user.email" + ")" * 200 + " }}"
    assert [fact.path for fact in read_template("x.html", text).templates[0].shown] == [
        ("user", "email")
    ]


WORDS = st.sampled_from(
    [
        "{{", "}}", "{%", "%}", "{#", "#}", " ", "\n", "a", ".", "b.c", "|", ":", "(", ")", "[",
        "]", "'", '"', "0", ",", "=", "if", "else", "not", "and", "is", "in", "~", "{", "}", "\0",
        "{% if a %}", "{% else %}", "{% elif b %}", "{% endif %}", "{% for x in y %}",
        "{% endfor %}", "{% with a=b.c %}", "{% endwith %}", "{% set x = y %}", "{% set x %}",
        "{% endset %}", "{% macro m(a, b=1) %}", "{% endmacro %}", "{{ m(x, b=y) }}",
        "{% include 'x' with a=b only %}", "{% import 'x' as y %}", "{% from 'x' import y %}",
        "{% blocktrans with a=b %}", "{% endblocktrans %}", "{% raw %}", "{% endraw %}",
        "{% comment %}", "{% endcomment %}", "{% end %}", "{% x y as z %}", "<a href=", "<form>",
        "</form>", "<input type=checkbox", " checked", ">", "<script>", "</script>", "<!--", "-->",
        "<label for=a>", "</label>", "</a>", "f('", "document.cookie =", "${", "<%def name='a(b)'>",
        "</%def>", "<% x = y.z %>", "\n% for a in b:\n", "\n% endfor\n", "## x", "\ue000", "é",
        "$x", "%(a)s", "<style>", "</style>", "<img src='https://x.example/",
        "on", "{% call m(x) %}",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=60).map("".join), st.sampled_from(["html", "txt", "mako"]))
def test_any_words_are_facts(text: str, ending: str) -> None:
    facts = read_template(f"templates/x.{ending}", text)
    assert decode(encode(facts)) == facts
    (template,) = facts.templates
    lines = text.count("\n") + 1
    assert all(fact.path and 1 <= fact.line <= lines for fact in template.shown)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_facts(text: str) -> None:
    for path in ("templates/x.html", "templates/x.txt", "x.mako"):
        assert read_template(path, text).path == path
