"""What a template shows, includes and guards."""

from __future__ import annotations

import pytest

from data_etiquette.app.cache import decode, encode
from data_etiquette.frontends.read import language_of, read_file
from data_etiquette.frontends.template.names import template_names
from data_etiquette.model.facts import CommentFact, IncludeFact, MacroFact, ShownFact, TemplateFact


def template(text: str, path: str = "shop/templates/page.html") -> TemplateFact:
    facts = read_file(path, text.encode())
    assert decode(encode(facts)) == facts
    assert facts.skipped == ()
    (found,) = facts.templates
    return found


def shown(text: str, path: str = "shop/templates/page.html") -> list[str]:
    """Paths with their filters, as `user.email|upper`."""
    return ["|".join([".".join(f.path), *f.filters]) for f in template(text, path).shown]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ user.profile.email }}", ["user.profile.email"]),
        ("{{user.email}}", ["user.email"]),
        ("{{- user.email -}}", ["user.email"]),
        ("{{ users[0].name }} {{ users.0.name }}", ["users.[0].name", "users.[0].name"]),
        ("{{ row['email'] }} {{ row[key].x }}", ["row.email", "row.[].x"]),
        ('{{ row.get("email", "") }} {{ user.full_name() }}', ["row.email", "user.full_name"]),
        ("{{ user.email|lower|truncatechars:4 }}", ["user.email|lower|truncatechars"]),
        ('{{ user.email|default:"user.phone" }}', ["user.email|default"]),
        (
            "{{ user.nick|default:user.email|upper }}",
            ["user.email|default|upper", "user.nick|default|upper"],
        ),
        ("{{ user.nick|default(user.email, true) }}", ["user.email|default", "user.nick|default"]),
        ("{{ orders|length }} {{ a.ok|yesno:'b.c,d' }}", ["orders|length", "a.ok|yesno"]),
        ("{{ first ~ ' ' ~ last }}", ["first", "last"]),
        ("{{ (first ~ last)|upper }}", ["first|upper", "last|upper"]),
        ("{{ user.email == other.email }}{{ not user.email }}{{ user is defined }}", []),
        ("{{ user.email or user.phone }}", ["user.email", "user.phone"]),
        ("{{ mask(user.email) }}", ["user.email|mask()"]),
        ('{{ _("Hello %(who)s", who=user.name) }} {{ _("user.email") }}', ["user.name|_()"]),
        ('{{ "%s"|format(user.name) }}', ["user.name|format"]),
        ('{{ "{}".format(user.city) }}', ["user.city|format()"]),
        ('{{ users|map(attribute="email")|join(", ") }}', ["users.[].email|join"]),
        ('{{ user|attr("email") }} {{ users|first }}', ["user.email", "users.[]"]),
        ('{{ {"mail": user.email}|tojson }}', ["user.email|tojson"]),
        ("{{ [a.b, c.d] }}", ["a.b", "c.d"]),
        ("{{ loop.index }} {{ forloop.counter }} {{ super() }} {{ none }}", []),
    ],
)  # fmt: skip
def test_paths_of_an_expression(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% for a in b.c %}{{ a.email }}{% endfor %}{{ a.email }}", ["b.c.[].email", "a.email"]),
        (
            "{% for a in b %}{% for c in a.d.all %}{{ c.e }}{% endfor %}{% endfor %}",
            ["b.[].d.all.[].e"],
        ),
        (
            "{% for k, v in d.items %}{{ k }}{{ v.x }}{% endfor %}",
            ["d.keys.[]", "d.[].x"],
        ),
        ("{% for n, m in rows %}{{ m }}{% endfor %}", ["rows.[].[1]"]),
        ("{% for a in b|sort(attribute='x') %}{{ a.y }}{% endfor %}", ["b.[].y"]),
        ("{% for a in b if a.ok %}{{ a.y }}{% endfor %}", ["b.[].y"]),
        ("{% for a in b reversed %}{{ a.y }}{% empty %}{{ c }}{% endfor %}", ["b.[].y", "c"]),
        ("{% for a in ['x', 'y'] %}{{ a }}{% endfor %}", []),
        ("{% with x=u.y z=u.w %}{{ x.k }}{{ z }}{% endwith %}{{ x }}", ["u.y.k", "u.w", "x"]),
        ("{% with u.q as t %}{{ t }}{% endwith %}", ["u.q"]),
        ("{% set s = u.f ~ u.l %}{{ s|lower }}", ["u.f|lower", "u.l|lower"]),
        ("{% if a %}{% set s = u.f %}{% endif %}{{ s }}", ["u.f"]),
        ("{% set b %}Hi {{ u.n }}{% endset %}{{ b }}", ["u.n", "u.n"]),
        ("{% blocktrans with n=u.name %}Hi {{ n }}{% endblocktrans %}{{ n }}", ["u.name", "n"]),
        ("{% blocktrans count n=us|length %}{{ n }}{% endblocktrans %}", ["us|length"]),
        ("{% trans count=us|length %}{{ count }}{% endtrans %}", ["us|length"]),
        ("{% trans n=u.name %}Hi {{ n }}{% endtrans %}", ["u.name"]),
        ('{% trans u.name %}{% trans "u.mail" %}', ["u.name"]),
        ("{% url 'x' u.email %}{% avatar u.photo 40 %}", ["u.email|url()", "u.photo|avatar()"]),
        ("{% gravatar u.mail as g %}{{ g }}", ["u.mail|gravatar()"]),
        ("{% firstof u.nick u.email %}", ["u.email|firstof()", "u.nick|firstof()"]),
        ("{% for a in b %}{{ a.x }}{% end %}{{ a.x }}", ["b.[].x", "a.x"]),
        ("{% raw u.m %}", ["u.m|raw()"]),
    ],
)  # fmt: skip
def test_names_that_stand_for_others(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{# {{ user.email }} #}",
        "{% comment %}{{ user.email }}{% endcomment %}",
        "{% raw %}{{ user.email }}{% endraw %}",
        "{% verbatim x %}{{ user.email }}{% endverbatim x %}",
        "{{#if user.email}}{{/if}}",
        "{{ 'user.email' }}",
    ],
)
def test_what_is_not_shown(text: str) -> None:
    assert shown(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>{{ a.b }}</p>", ("text", "", "")),
        ("<p title='{{ a.b }}'>", ("attribute", "title", "")),
        ('<a href="https://x.example/?m={{ a.b }}">', ("url", "href", "https://x.example/?m=")),
        ("<img src={{ a.b }}>", ("url", "src", "")),
        ('<a href="mailto:{{ a.b }}">', ("attribute", "href", "mailto:")),
        ("<script>f(1); fbq('x', {m: '{{ a.b }}'})</script>", ("script", "fbq", "")),
        ("<script>var x = '{{ a.b }}';</script>", ("script", "", "")),
        ("<script>document.cookie = 'm={{ a.b }}'</script>", ("script", "document.cookie =", "")),
        ("<SCRIPT>window.dataLayer.push({{ a.b }})</SCRIPT>", ("script", "dataLayer.push", "")),
        ("<style>.x { color: {{ a.b }} }</style>", ("style", "", "")),
        ("<!-- {{ a.b }} -->", ("comment", "", "")),
        ("<!--[if mso]>{{ a.b }}<![endif]-->", ("text", "", "")),
        ("a < b {{ a.b }}", ("text", "", "")),
        ('<p class="x {% if y %}z{% endif %}">{{ a.b }}</p>', ("text", "", "")),
        ('<p class="{% if y == "z" %}q{% endif %}">{{ a.b }}</p>', ("text", "", "")),
    ],
)  # fmt: skip
def test_where_a_value_stands(text: str, expected: tuple[str, str, str]) -> None:
    (fact,) = template(text).shown
    assert fact.path == ("a", "b")
    assert (fact.place, fact.within, fact.address) == expected


def test_line_and_column() -> None:
    assert template("a\n<p>\n  {{ x.y }}{{ z }}").shown == (
        ShownFact(path=("x", "y"), line=3, column=3),
        ShownFact(path=("z",), line=3, column=12),
    )


@pytest.mark.parametrize(
    ("text", "guards", "unless"),
    [
        ("{% if u.in %}{{ x }}{% endif %}", (("u", "in"),), ()),
        ("{% if not u.out %}{{ x }}{% endif %}", (), (("u", "out"),)),
        ("{% if u.in and not u.out %}{{ x }}{% endif %}", (("u", "in"),), (("u", "out"),)),
        ("{% if u.in %}{% else %}{{ x }}{% endif %}", (), (("u", "in"),)),
        ("{% if a %}{% elif b %}{{ x }}{% endif %}", (("b",),), (("a",),)),
        ("{% if a %}{% endif %}{{ x }}", (), ()),
        ("{% if a %}{% if b %}{{ x }}{% endif %}{% endif %}", (("a",), ("b",)), ()),
        ("{% for a in b if a.ok %}{{ x }}{% endfor %}", (("b", "[]", "ok"),), ()),
        ("{{ x if u.in else '' }}", (("u", "in"),), ()),
        ("{{ '' if u.out else x }}", (), (("u", "out"),)),
        ("{% if u.in == 1 %}{{ x }}{% endif %}", (("u", "in"),), ()),
        ("{% if u.in is none %}{{ x }}{% endif %}", (), (("u", "in"),)),
    ],
)
def test_conditions_around_a_value(
    text: str, guards: tuple[tuple[str, ...], ...], unless: tuple[tuple[str, ...], ...]
) -> None:
    assert template(text).shown == (
        ShownFact(("x",), 1, text.index("{{") + 1, guards=guards, unless=unless),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{% include "a.html" %}', IncludeFact("include", "a.html", 1)),
        ('{% extends "a.html" %}', IncludeFact("extends", "a.html", 1)),
        (
            '{% include "a.html" with u=order.user only %}',
            IncludeFact("include", "a.html", 1, (("u", ("order", "user")),), only=True),
        ),
        (
            '{% for o in orders %}{% include "a.html" %}{% endfor %}',
            IncludeFact("include", "a.html", 1, (("o", ("orders", "[]")),)),
        ),
        (
            "{% include 'a.html' ignore missing without context %}",
            IncludeFact("include", "a.html", 1, only=True),
        ),
        (
            '{% import "m.html" as m %}{{ m.card(order.user, size=o.size) }}',
            IncludeFact(
                "macro", "m.html", 1, (("0", ("order", "user")), ("size", ("o", "size"))), "card"
            ),
        ),
        (
            '{% from "m.html" import card as c with context %}{{ c(order.user) }}',
            IncludeFact("macro", "m.html", 1, (("0", ("order", "user")),), "card"),
        ),
    ],
)
def test_other_templates(text: str, expected: IncludeFact) -> None:
    found = template(text)
    assert found.includes == (expected,)
    assert found.shown == ()


def test_a_macro_shows_what_its_calls_give_it() -> None:
    text = (
        "{% macro row(u, size=3) %}{{ u.email|lower }}{% endmacro %}\n"
        "{% macro card(c) %}{{ row(c.user) }}{% endmacro %}\n"
        "{% if ok %}{{ card(order.client) }}{% endif %}"
    )
    found = template(text)
    assert found.macros == (
        MacroFact("row", ("u", "size"), (ShownFact(("u", "email"), 1, 27, ("lower",)),)),
        MacroFact("card", ("c",), ()),
    )
    assert found.shown == (
        ShownFact(("order", "client", "user", "email"), 1, 27, ("lower",)),
    )  # fmt: skip


MAKO = """\
## ${no.no}
<%inherit file="/base.html"/>
<%include file="foot.html" args="a=user.x"/>
% for u in users:
  ${u.email | h}
% endfor
% if c.opt:
${show(u['x'])}
% endif
<%doc>${no.no}</%doc>
<% z = user.k %>${z}
<%def name="g(a)">${a.q}</%def>
${g(user.w)}
"""


@pytest.mark.parametrize("path", ["app/mail/x.mako", "app/templates/x.html"])
def test_mako(path: str) -> None:
    found = template(MAKO, path)
    assert found.shown == (
        ShownFact(("users", "[]", "email"), 5, 3, ("h",)),
        ShownFact(("u", "x"), 8, 1, ("show()",), guards=(("c", "opt"),)),
        ShownFact(("user", "k"), 11, 17),
        ShownFact(("user", "w", "q"), 12, 19),
    )
    assert found.includes == (
        IncludeFact("extends", "base.html", 2),
        IncludeFact("include", "foot.html", 3, (("a", ("user", "x")),)),
    )


def test_a_script_with_template_literals_is_no_mako() -> None:
    assert shown("<script>f(`${user.email}`)</script>") == []


def test_blanks_of_mail_texts() -> None:
    text = "Hi {name}, {user.email!r:>9} %(city)s $street ${zip} {{}} $5 5%"
    assert shown(text, "app/emails/welcome.txt") == ["name", "user.email", "city", "street", "zip"]
    assert shown("{name} {{ user.email }}", "app/emails/welcome.txt") == ["user.email"]
    assert shown("{name}", "app/emails/welcome.html") == []


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (
            "shop/templates/mail/x.html",
            ("mail/x.html", "x.html", "shop/templates/mail/x.html"),
        ),
        (
            "a/emails/x.txt",
            ("emails/x.txt", "x.txt", "a/emails/x.txt"),
        ),
        (
            "templates/a/jinja2/b/x.html",
            ("a/jinja2/b/x.html", "b/x.html", "templates/a/jinja2/b/x.html", "x.html"),
        ),
        ("x.html", ("x.html",)),
    ],
)
def test_names_of_a_template(path: str, names: tuple[str, ...]) -> None:
    assert template_names(path) == names


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/templates/x.txt", "template"),
        ("a/emails/x.md", "template"),
        ("a/mail/x.EML", "template"),
        ("x.mjml", "template"),
        ("x.txt.j2", "template"),
        ("x.mako", "template"),
        ("a/README.md", ""),
        ("notes.txt", ""),
        ("templates.txt", ""),
    ],
)
def test_which_files_are_templates(path: str, language: str) -> None:
    assert language_of(path) == language


def test_comments_to_the_tool() -> None:
    text = b"{# etiquette: ignore ETQ301 shown to staff #}\n<!-- etiquette: x -->\n{# else #}"
    assert read_file("a.html", text).comments == (
        CommentFact(1, "etiquette: ignore ETQ301 shown to staff"),
        CommentFact(2, "etiquette: x"),
    )


def test_identifiers_read_include_those_of_conditions_and_tags() -> None:
    text = b"{% if user.opt_in %}{% render_field form.email %}{{ a|b }}{% endif %}{# no #}"
    assert set(read_file("a.html", text).reads) >= {"user", "opt_in", "form", "email", "a"}
    assert "no" not in read_file("a.html", text).reads
