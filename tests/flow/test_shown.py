"""What templates show of their context, exactly."""

from __future__ import annotations

from data_etiquette.model.catalog import Catalog
from data_etiquette.model.graph import Flow
from tests.support import link_texts

_MODELS = """from django.db import models
class Guest(models.Model):
    surname = models.CharField(max_length=40)
    phone = models.CharField(max_length=40)
"""
_VIEW = """from django.shortcuts import render
from shop.models import Guest
def show(request, key):
    return render(request, "guest.html", {"guest": Guest.objects.get(pk=key)})
"""


def _flows(texts: dict[str, str], catalog: Catalog) -> list[Flow]:
    files = {"shop/models.py": _MODELS, **texts}
    return [flow for flow in link_texts(files, catalog).flows if flow.entity == "Guest"]


def test_the_line_of_the_template_is_a_step(catalog: Catalog) -> None:
    page = "<h1>Guest</h1>\n<p>{{ guest.phone }}</p>\n"
    (flow,) = _flows({"shop/views.py": _VIEW, "shop/templates/guest.html": page}, catalog)
    assert [(step.path, step.line) for step in flow.steps] == [
        ("shop/views.py", 4),
        ("shop/templates/guest.html", 2),
        ("shop/views.py", 4),
    ]
    assert flow.steps[1].note == "the template shows it"


def test_a_template_that_is_not_there_shows_what_it_gets(catalog: Catalog) -> None:
    view = _VIEW.replace(
        '"guest": Guest.objects.get(pk=key)', '"p": Guest.objects.get(pk=key).phone'
    )
    assert [flow.element for flow in _flows({"shop/views.py": view}, catalog)] == ["phone"]


def test_a_macro_of_another_template(catalog: Catalog) -> None:
    texts = {
        "shop/views.py": _VIEW,
        "shop/templates/cells.html": "{% macro cell(value) %}<td>{{ value }}</td>{% endmacro %}",
        "shop/templates/guest.html": (
            '{% from "cells.html" import cell %}\n{{ cell(guest.surname) }}\n'
        ),
    }
    assert [flow.element for flow in _flows(texts, catalog)] == ["last_name"]


def test_a_filter_that_leaves_nothing(catalog: Catalog) -> None:
    page = "{{ guest.surname|length }} {{ guest.phone|yesno }}"
    assert _flows({"shop/views.py": _VIEW, "shop/templates/guest.html": page}, catalog) == []


def test_what_a_layout_takes_from_elsewhere_is_not_told_for_each_page(catalog: Catalog) -> None:
    texts = {
        "shop/views.py": (
            "from django.views.generic import TemplateView\n"
            "class Page(TemplateView):\n"
            '    template_name = "page.html"\n'
            "    def get_context_data(self, **kwargs):\n"
            "        return super().get_context_data(**kwargs)\n"
        ),
        "shop/templates/layout.html": "{{ guest.phone }}",
        "shop/templates/page.html": '{% extends "layout.html" %}',
    }
    assert _flows(texts, catalog) == []


def test_templates_chosen_by_callers_are_not_mixed(catalog: Catalog) -> None:
    texts = {
        "shop/pages.py": (
            "from django.shortcuts import render\n"
            "from shop.models import Guest\n"
            "def page(request, name, **context):\n"
            "    return render(request, name, context)\n"
            "def first(request):\n"
            '    return page(request, "first.html", guest=Guest.objects.first())\n'
            "def second(request):\n"
            '    return page(request, "second.html", guest=Guest.objects.first())\n'
        ),
        "shop/templates/first.html": "{{ guest.surname }}",
        "shop/templates/second.html": "{{ guest.phone }}",
    }
    found = [(flow.element, flow.source.line) for flow in _flows(texts, catalog)]
    assert found == [("last_name", 6), ("phone", 8)]
