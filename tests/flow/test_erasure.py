"""Every erasure with its period, its condition and who runs it; what remains of a person."""

from __future__ import annotations

import pytest

from data_etiquette.flow.ending.spans import sql_period
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.graph import Erasure, Graph
from tests.support import link_texts

MODELS = """
from django.db import models
class Visit(models.Model):
    ip_address = models.GenericIPAddressField()
    at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
"""
HEAD = """
from datetime import timedelta
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils import timezone
from app.models import Visit
KEEP = timedelta(weeks=2)
MONTHS = 6
"""


def by_code(graph: Graph) -> list[Erasure]:
    """Erasures but for the framework's own pages, which can delete its own accounts."""
    return [item for item in graph.erasures if item.how != "admin"]


def erased(graph: Graph) -> list[tuple[str, ...]]:
    return [
        (item.entity.rpartition(".")[2], item.how, item.period, item.condition, item.run_by)
        for item in by_code(graph)
    ]


@pytest.mark.parametrize(
    ("body", "period", "condition"),
    [
        ("Visit.objects.filter(at__lt=timezone.now() - timedelta(days=30)).delete()", "P30D", "at"),
        ("Visit.objects.filter(at__lte=timezone.now() - timedelta(30)).delete()", "P30D", "at"),
        ("Visit.objects.filter(at__lt=timezone.now() - KEEP).delete()", "P2W", "at"),
        (
            "limit = timezone.now() - relativedelta(months=MONTHS)\n"
            "    Visit.objects.filter(at__lt=limit).delete()",
            "P6M",
            "at",
        ),
        (
            "limit = timezone.now() - timedelta(days=365 * settings.KEEP_YEARS)\n"
            "    Visit.objects.filter(at__lt=limit).delete()",
            "P7Y",
            "at",
        ),
        (
            "limit = timezone.now() - timedelta(days=settings.NOWHERE)\n"
            "    Visit.objects.filter(at__lt=limit).delete()",
            "NOWHERE",
            "at",
        ),
        (
            "limit = timezone.now() - timedelta(days=days)\n"
            "    for visit in Visit.objects.filter(at__lt=limit):\n"
            "        visit.delete()",
            "P60D",
            "at",
        ),
        (
            "limit = timezone.now() - timedelta(days=30)\n"
            "    Visit.objects.filter(expires_at__lt=timezone.now()).delete()",
            "",
            "expires_at",
        ),
        ("Visit.objects.all().delete()", "", ""),
    ],
)
def test_period(body: str, period: str, condition: str, catalog: Catalog) -> None:
    files = {
        "app/models.py": MODELS,
        "app/settings.py": "KEEP_YEARS = 7\n",
        "app/purge.py": f"{HEAD}def purge(days=60):\n    {body}\n",
    }
    assert erased(link_texts(files, catalog)) == [("Visit", "delete", period, condition, "code")]


PURGE = HEAD + "{above}\ndef purge():\n    Visit.objects.filter(at__lt=timezone.now()).delete()\n"


@pytest.mark.parametrize(
    ("above", "other", "run_by"),
    [
        ("", {}, "code"),
        (
            "from huey.contrib.djhuey import periodic_task\n@periodic_task(crontab(hour=3))",
            {},
            "clock",
        ),
        (
            "from celery import shared_task\n@shared_task",
            {
                "app/celery.py": "app.conf.beat_schedule = "
                '{"p": {"task": "app.purge.purge", "schedule": 60}}\n'
            },
            "clock",
        ),
        (
            "",
            {
                "app/jobs.py": "from app.purge import purge\n"
                'def start(scheduler):\n    scheduler.add_job(purge, "interval", days=1)\n'
            },
            "clock",
        ),
        (
            "",
            {
                "app/worker.py": "from arq import cron\nfrom app.purge import purge\n"
                "class WorkerSettings:\n    cron_jobs = [cron(purge, hour=2)]\n"
            },
            "clock",
        ),
        (
            "",
            {
                "app/management/commands/purge_visits.py": "from app.purge import purge\n"
                "from django.core.management.base import BaseCommand\n"
                "class Command(BaseCommand):\n"
                "    def handle(self, *args, **options):\n        purge()\n"
            },
            "command",
        ),
        (
            "",
            {
                "app/management/commands/purge_visits.py": "from app.purge import purge\n"
                "from django.core.management.base import BaseCommand\n"
                "class Command(BaseCommand):\n"
                "    def handle(self, *args, **options):\n        purge()\n",
                "crontab": "0 3 * * * python manage.py purge_visits\n",
            },
            "clock",
        ),
    ],
)
def test_who_runs_it(above: str, other: dict[str, str], run_by: str, catalog: Catalog) -> None:
    files = {"app/models.py": MODELS, "app/purge.py": PURGE.format(above=above), **other}
    assert [item.run_by for item in by_code(link_texts(files, catalog))] == [run_by]


def test_job_of_the_database_counts_once(catalog: Catalog) -> None:
    text = (
        "CREATE TABLE visits (ip_address varchar(45), at datetime);\n"
        "CREATE EVENT p ON SCHEDULE EVERY 1 DAY DO "
        "DELETE FROM visits WHERE at < NOW() - INTERVAL 30 DAY;\n"
    )
    assert erased(link_texts({"a.sql": text}, catalog)) == [
        ("sql:visits", "sql delete", "P30D", "", "clock")
    ]


def test_statement_in_a_function_has_its_scope(catalog: Catalog) -> None:
    text = (
        "from sqlalchemy import text\n"
        "def purge(session):\n"
        "    session.execute(text(\"DELETE FROM visits WHERE at < now() - interval '90 days'\"))\n"
    )
    table = "CREATE TABLE visits (ip_address inet, at timestamptz);\n"
    graph = link_texts({"db/schema.sql": table, "app/purge.py": text}, catalog)
    assert [(e.scope, e.period, e.condition) for e in graph.erasures] == [
        ("app.purge.purge", "P90D", "at")
    ]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("30 days", "P30D"),
        ("30 DAY", "P30D"),
        ("day, -30", "P30D"),
        ("days => 30", "P30D"),
        ("30", "P30D"),
        ("-6", "P6M"),
        ("ts + INTERVAL 1 MONTH", "P1M"),
        ("5 mons", "P5M"),
        ("12 hours", "PT12H"),
        ("", ""),
        ("forever", ""),
    ],
)
def test_periods_of_sql(text: str, period: str) -> None:
    assert sql_period(text) == period


PERSON = """
from django.db import models
class Customer(models.Model):
    email = models.EmailField()
class Order(models.Model):
    customer = models.ForeignKey(Customer, null=True, on_delete=models.{action})
    delivery_name = models.CharField(max_length=80)
    placed_at = models.DateTimeField()
def close(customer: Customer):
    {before}
    customer.delete()
{after}
"""


@pytest.mark.parametrize(
    ("action", "before", "after", "outcome", "fields"),
    [
        ("CASCADE", "pass", "", "erased", ()),
        ("SET_NULL", "pass", "", "unlinked", ("delivery_name",)),
        ("PROTECT", "pass", "", "blocked", ("delivery_name",)),
        ("DO_NOTHING", "pass", "", "kept", ("delivery_name",)),
        ("PROTECT", "Order.objects.filter(customer=customer).delete()", "", "erased", ()),
        (
            "SET_NULL",
            'Order.objects.filter(customer=customer).update(delivery_name="")',
            "",
            "anonymised",
            (),
        ),
        (
            "SET_NULL",
            "pass",
            "from datetime import timedelta\nfrom django.utils import timezone\n"
            "def purge():\n"
            "    limit = timezone.now() - timedelta(days=90)\n"
            "    Order.objects.filter(placed_at__lt=limit).delete()\n",
            "later",
            ("delivery_name",),
        ),
    ],
)
def test_what_becomes_of_related_rows(
    action: str,
    before: str,
    after: str,
    outcome: str,
    fields: tuple[str, ...],
    catalog: Catalog,
) -> None:
    text = PERSON.format(action=action, before=before, after=after)
    graph = link_texts({"shop.py": text}, catalog)
    assert [(h.person, h.holder, h.outcome, h.fields) for h in graph.holdings] == [
        ("shop.Customer", "shop.Order", outcome, fields)
    ]


def test_signal_handles_what_a_link_leaves(catalog: Catalog) -> None:
    text = PERSON.format(action="SET_NULL", before="pass", after="") + (
        "from django.db.models.signals import pre_delete\n"
        "from django.dispatch import receiver\n"
        "@receiver(pre_delete, sender=Customer)\n"
        "def forget(sender, instance, **kwargs):\n"
        "    Order.objects.filter(customer=instance).delete()\n"
    )
    graph = link_texts({"shop.py": text}, catalog)
    assert [(h.outcome, h.via) for h in graph.holdings] == [("erased", "shop.forget")]


def test_a_link_behind_a_cascade_is_followed(catalog: Catalog) -> None:
    text = (
        "from django.db import models\n"
        "class Customer(models.Model):\n"
        "    email = models.EmailField()\n"
        "class Order(models.Model):\n"
        "    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)\n"
        "class Parcel(models.Model):\n"
        "    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL)\n"
        "    recipient_name = models.CharField(max_length=80)\n"
    )
    graph = link_texts({"shop.py": text}, catalog)
    assert [(h.person, h.holder, h.outcome) for h in graph.holdings] == [
        ("shop.Customer", "shop.Parcel", "unlinked")
    ]


def test_removals_at_recipients(catalog: Catalog) -> None:
    text = (
        "import requests\nimport stripe\n"
        "def forget(customer):\n"
        "    stripe.Customer.delete(customer.stripe_id)\n"
        '    requests.delete(f"https://api.partner.example/people/{customer.pk}")\n'
    )
    graph = link_texts({"pay.py": text}, catalog)
    assert [(r.store, r.location.line, r.scope) for r in graph.removals] == [
        ("stripe", 4, "pay.forget"),
        ("api.partner.example", 5, "pay.forget"),
    ]


def test_order_of_files_changes_nothing(catalog: Catalog) -> None:
    files = {
        "app/models.py": MODELS,
        "app/purge.py": PURGE.format(above=""),
        "app/celery.py": 'app.conf.beat_schedule = {"p": {"task": "app.purge.purge"}}\n',
    }
    backwards = dict(reversed(files.items()))
    first, second = link_texts(files, catalog), link_texts(backwards, catalog)
    assert (first.erasures, first.holdings, first.removals) == (
        second.erasures,
        second.holdings,
        second.removals,
    )


def test_a_row_that_a_query_gives_has_no_default(catalog: Catalog) -> None:
    """`Person.query.get(key, project)` is a person, and never the project."""
    text = (
        "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"
        "class Project(db.Model):\n"
        "    id = db.Column(db.Integer, primary_key=True)\n"
        "    contact_email = db.Column(db.String(90))\n"
        "    def remove(self, key):\n"
        "        person = Person.query.get(key, self)\n"
        "        db.session.delete(person)\n"
        "class Person(db.Model):\n"
        "    id = db.Column(db.Integer, primary_key=True)\n"
        "    name = db.Column(db.String(90))\n"
    )
    found = link_texts({"app.py": text}, catalog)
    assert [(item[0], item[1]) for item in erased(found)] == [("Person", "delete")]


def test_what_the_administration_pages_run_is_theirs(catalog: Catalog) -> None:
    """And a model's own `delete` is no second way beside those that call it."""
    files = {
        "app/models.py": MODELS + (
            "    def delete(self, *args, **kwargs):\n        super().delete(*args, **kwargs)\n"
        ),
        "app/admin.py": (
            "from django.contrib import admin\nfrom app.models import Visit\n"
            "@admin.register(Visit)\nclass VisitAdmin(admin.ModelAdmin):\n"
            "    def delete_queryset(self, request, queryset):\n"
            "        for visit in Visit.objects.all():\n            visit.delete()\n"
        ),
    }  # fmt: skip
    graph = link_texts(files, catalog)
    found = [(e.entity, e.how, e.run_by, e.location.path) for e in graph.erasures]
    assert {(how, who, path) for entity, how, who, path in found if entity.endswith("Visit")} == {
        ("admin", "person", "app/admin.py")
    }
