"""Names of templates that are put together from pieces, some of them unknown."""

from __future__ import annotations

import pytest

from data_etiquette.flow.lexicon.knowledge import Knowledge
from data_etiquette.flow.program.templates import Templates, _Known
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.facts import TemplateFact
from tests.support import link_texts


def _templates(*names: str) -> Templates:
    return Templates(
        Knowledge(), {name: _Known(f"templates/{name}", TemplateFact((name,))) for name in names}
    )


@pytest.mark.parametrize(
    ("pieces", "found"),
    [
        (("mail/", ".html"), ["mail/invite.html", "mail/reset.html"]),
        (("mail/invite",), ["mail/invite.html", "mail/invite.txt"]),
        (("mail/inv",), []),
        (("", "/reset", ""), ["mail/reset.html"]),
        (("", "e", "e", ""), ["mail/reset.html"]),
        (("mail/", "s", ".txt"), []),
    ],
)
def test_a_name_holds_its_pieces_in_order(pieces: tuple[str, ...], found: list[str]) -> None:
    templates = _templates("mail/invite.html", "mail/invite.txt", "mail/reset.html", "page.html")
    assert templates.matching(pieces) == found


def test_a_name_of_forty_unknown_pieces_ends(catalog: Catalog) -> None:
    parts = "".join(f"{{a{n}}}e" for n in range(40))
    names = ", ".join(f"a{n}" for n in range(40))
    files = {
        "app.py": "from django.shortcuts import render\n"
        f"def show({names}, request, user):\n"
        f"    return render(request, f'{parts}x', {{'mail': user.email}})\n",
        "templates/" + "e" * 200 + ".html": "{{ mail }}",
    }
    assert [flow.element for flow in link_texts(files, catalog).flows] == ["email"]
