"""The table of retention and erasure: what is promised for a time, and what ends it."""

from __future__ import annotations

import pytest

from data_etiquette.reporting.audit import kept_rows
from tests.command import report_of

MODELS = """\
from django.db import models


class Customer(models.Model):
    email = models.EmailField()
    left_at = models.DateTimeField(null=True)
"""
VIEW = """\
from django.http import HttpResponse
from shop.models import Customer


def leave(request, pk):
    Customer.objects.get(pk=pk).delete()
    return HttpResponse("")
"""
TASK = """\
from datetime import timedelta
from django.utils import timezone
from shop.models import Customer


def purge():
    Customer.objects.filter(left_at__lt=timezone.now() - timedelta(days=30)).delete()
"""
DECLARED = """\
version: 1
organisation: {name: Shop}
activities:
  - {id: a, purposes: [payment], data: [email], retention: {period: P30D, starts: left_at}}
"""


@pytest.mark.parametrize(
    ("files", "declared", "is_untimed"),
    [
        pytest.param({"shop/views.py": VIEW}, DECLARED, True, id="on request alone"),
        pytest.param({"shop/tasks.py": TASK}, DECLARED, False, id="after a time"),
        pytest.param({}, DECLARED, False, id="by nothing at all, which is told otherwise"),
        pytest.param({"shop/views.py": VIEW}, "", False, id="nothing is promised"),
    ],
)
def test_a_period_that_nothing_keeps_by_itself(
    files: dict[str, str], declared: str, is_untimed: bool, write_tree
) -> None:
    all_files = {"shop/__init__.py": "", "shop/models.py": MODELS, **files}
    if declared:
        all_files["etiquette.yaml"] = declared
    [row] = kept_rows(report_of(write_tree(all_files)))
    assert (row.entity.name, row.is_untimed) == ("Customer", is_untimed)
