"""What the HTML of a template asks for and loads."""

from __future__ import annotations

import pytest

from data_etiquette.frontends.template.read import read_template
from data_etiquette.model.facts import (
    FormFact,
    InputFact,
    LinkFact,
    ResourceFact,
    ScriptCallFact,
    TemplateFact,
)


def page(text: str) -> TemplateFact:
    (found,) = read_template("templates/x.html", text).templates
    return found


def test_a_form_with_its_controls() -> None:
    text = """<p>
<form method="POST" action="{% url 'register' %}">
  {% csrf_token %}{{ form.email }}
  <label for="n">I <b>agree</b> to {% trans "news" %}</label>
  <input id=n type=checkbox name="news" checked>
  <label><input type="checkbox" name="terms" required> Terms</label>
  <input name="mail" type="EMAIL" autocomplete="email" placeholder="Your&nbsp;mail">
  <select name="{{ f.name }}"></select><textarea name=note aria-label="Allergies"></textarea>
  <input type="submit" name="go"><a href="/privacy">Privacy</a>
</form>"""
    assert page(text).forms == (
        FormFact(
            line=2,
            end_line=10,
            method="post",
            action="{url:register}",
            inputs=(
                InputFact("news", "checkbox", 5, id="n", checked=True, label="I agree to news"),
                InputFact("terms", "checkbox", 6, required=True, label="Terms"),
                InputFact("mail", "email", 7, label="Your mail", autocomplete="email"),
                InputFact("{}", "select", 8),
                InputFact("note", "textarea", 8, label="Allergies"),
            ),
            shown=(("form", "email"), ("f", "name")),
            links=(LinkFact(9, "/privacy", "Privacy"),),
            text="I agree to news Terms Privacy",
        ),
    )


@pytest.mark.parametrize(
    ("text", "checked", "by"),
    [
        ("<input type=checkbox checked>", True, ()),
        ("<input type=checkbox checked='checked'>", True, ()),
        ("<input type=checkbox>", False, ()),
        ("<input type=checkbox data-x='checked'>", False, ()),
        (
            "<input type=checkbox {% if form.news.value %}checked{% endif %}>",
            False,
            (("form", "news", "value"),),
        ),
        ("{% if new %}<input type=checkbox checked>{% endif %}", True, ()),
        ("<input type=checkbox {% if 1 %}checked{% endif %}>", True, ()),
        ("<!-- <input type=checkbox checked> -->", None, ()),
    ],
)
def test_what_is_checked_at_first(
    text: str, checked: bool | None, by: tuple[tuple[str, ...], ...]
) -> None:
    found = [(control.checked, control.checked_by) for control in page(text).inputs]
    assert found == ([] if checked is None else [(checked, by)])


def test_words_behind_a_checkbox_name_it() -> None:
    assert page("<input type=checkbox name=a> Send me news<br>x").inputs == (
        InputFact("a", "checkbox", 1, label="Send me news"),
    )


def test_links() -> None:
    text = """<a href="{{ url_for('privacy') }}">Privacy
      <i>notice</i></a><a href="/terms?x={{ u.email }}">{{ _("Terms") }}</a><a name=x></a>"""
    assert page(text).links == (
        LinkFact(1, "{url:privacy}", "Privacy notice"),
        LinkFact(2, "/terms?x={}", "Terms"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<script async src='https://www.googletagmanager.com/gtag/js?id={{ key }}'></script>",
            ResourceFact("script", "https://www.googletagmanager.com/gtag/js?id={}", 1),
        ),
        ("<script src=//x.example/a.js>", ResourceFact("script", "//x.example/a.js", 1)),
        (
            '\n<img src="https://p.example/t?u={{ u }}" width=1 height="1px">',
            ResourceFact("image", "https://p.example/t?u={}", 2, pixel=True),
        ),
        (
            '<img style="display:none" src="https://p.example/t">',
            ResourceFact("image", "https://p.example/t", 1, pixel=True),
        ),
        ('<img src="https://p.example/t">', ResourceFact("image", "https://p.example/t", 1)),
        ('<iframe src="https://v.example/e">', ResourceFact("frame", "https://v.example/e", 1)),
        (
            '<link rel="stylesheet" href="https://fonts.example/c">',
            ResourceFact("style", "https://fonts.example/c", 1),
        ),
        (
            "<style>@import url('https://fonts.example/c');</style>",
            ResourceFact("style", "https://fonts.example/c", 1),
        ),
        (
            "<script>s.src = 'https://www.x.example/g.js?id=' + i</script>",
            ResourceFact("script-url", "https://www.x.example/g.js?id=", 1),
        ),
        (
            "{% if cookies.ok %}<script src='https://x.example'></script>{% endif %}",
            ResourceFact("script", "https://x.example", 1, guards=(("cookies", "ok"),)),
        ),
    ],
)
def test_what_the_browser_loads(text: str, expected: ResourceFact) -> None:
    assert page(text).resources == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        "<script src='/static/a.js'></script>",
        "<script src=\"{% static 'a.js' %}\"></script>",
        "<link rel=canonical href='https://x.example'>",
        "<!-- <script src='https://x.example/a.js'></script> -->",
        "{# <script src='https://x.example/a.js'></script> #}",
        "{% comment %}<script src='https://x.example/a.js'></script>{% endcomment %}",
        "<p>https://x.example/a.js</p>",
    ],
)
def test_what_loads_nothing_from_others(text: str) -> None:
    assert page(text).resources == ()


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("gtag('config', 'G-1');", [("gtag", ("config", "G-1"))]),
        ("window.fbq('init', '{{ k }}')", [("fbq", ("init",))]),
        ("_paq.push(['trackPageView'])", [("_paq.push", ("trackPageView",))]),
        ("localStorage.setItem('mail', m)", [("localStorage.setItem", ("mail",))]),
        ("localStorage['mail'] = m", [("localStorage =", ())]),
        ("document.cookie = 'a=1'; b()", [("document.cookie =", ("a=1",)), ("b", ())]),
        ("if (document.cookie == 'a') { x() }", [("x", ())]),
        ("// gtag('x')\n/* fbq('y') */ 'fbq()'", []),
        ("function f(a) { return (a) }; g().h(1)", [("g", ())]),
        ("f('ann@example.org')", [("f", ("<e-mail>",))]),
    ],
)
def test_calls_of_scripts(script: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    found = page(f"<script>{script}</script>").calls
    assert [(call.callee, call.args) for call in found] == expected


def test_calls_of_event_attributes_and_their_conditions() -> None:
    text = "{% if not u.out %}\n<a onclick=\"gtag('event', 'x')\">{% endif %}"
    assert page(text).calls == (
        ScriptCallFact("gtag", 2, ("event", "x"), unless=(("u", "out"),)),
    )  # fmt: skip


def test_data_of_a_script_is_no_call() -> None:
    assert page('<script type="application/json">f("x")</script>').calls == ()
