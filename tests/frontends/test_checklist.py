"""Every kind of file that is read beside Python's own code and SQL, with one exact fact of each.

What each reader makes of harder input is in its own test; this page says that none is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from data_etiquette.frontends.read import read_file
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.facts import (
    DependencyFact,
    Facts,
    FieldFact,
    FormFact,
    InputFact,
    LinkFact,
    OperationFact,
    ResourceFact,
    ScheduleFact,
    SchemaFact,
    SettingFact,
    ShownFact,
)
from tests.support import link_texts

Pick = Callable[[Facts], Iterable[object]]


@dataclass(frozen=True)
class Row:
    """One line of the list: a file, the part of its facts that is looked at, and what it holds."""

    name: str
    path: str
    text: str
    part: Pick
    fact: object


def _inputs(facts: Facts) -> Iterable[object]:
    return [item for form in facts.templates[0].forms for item in form.inputs]


def _forms(facts: Facts) -> Iterable[object]:
    return facts.templates[0].forms


def _links(facts: Facts) -> Iterable[object]:
    return facts.templates[0].links


def _resources(facts: Facts) -> Iterable[object]:
    return facts.templates[0].resources


def _shown(facts: Facts) -> Iterable[object]:
    return facts.templates[0].shown


def _settings(facts: Facts) -> Iterable[object]:
    return facts.settings


def _dependencies(facts: Facts) -> Iterable[object]:
    return facts.dependencies


def _schedules(facts: Facts) -> Iterable[object]:
    return facts.schedules


DJANGO = "shop/templates/shop/signup.html"
JINJA = "shop/templates/signup.jinja2"
LOCK = '[[package]]\nname = "stripe"\nversion = "10.1"\n'
STRIPE = DependencyFact("stripe", 2, "10.1", "lock")
API = """\
openapi: 3.0.0
paths:
  /people:
    post:
      operationId: addPerson
      security: [{key: []}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Person'}}}}
      responses: {}
components:
  schemas:
    Person:
      properties:
        email: {type: string, format: email}
"""
STACK = """\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Db:
    Type: AWS::RDS::DBInstance
    Properties: {StorageEncrypted: true}
  Invoices:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules: [{ExpirationInDays: 30, Status: Enabled}]
"""
ROWS = (
    Row("form of a Django template", DJANGO,
        '<form method="post" action="{% url \'signup\' %}"></form>', _forms,
        FormFact(1, 1, "post", "{url:signup}")),
    Row("input of a Django template", DJANGO,
        '<form>\n<input type="email" name="email" required></form>', _inputs,
        InputFact("email", "email", 2, required=True)),
    Row("ticked box of a Django template", DJANGO,
        '<form><input type="checkbox" name="news" checked></form>', _inputs,
        InputFact("news", "checkbox", 1, checked=True)),
    Row("link to a notice", DJANGO, "<a href=\"{% url 'privacy' %}\">Privacy</a>", _links,
        LinkFact(1, "{url:privacy}", "Privacy")),
    Row("third party's script", DJANGO, '<script src="https://cdn.ads.example/a.js"></script>',
        _resources, ResourceFact("script", "https://cdn.ads.example/a.js", 1)),
    Row("tracking pixel", DJANGO, '<img src="https://px.example/i.gif" width="1" height="1">',
        _resources, ResourceFact("image", "https://px.example/i.gif", 1, pixel=True)),
    Row("shown variable of a Django template", DJANGO, "<p>{{ user.first_name }}</p>", _shown,
        ShownFact(("user", "first_name"), 1, 4)),
    Row("input of a Jinja2 template", JINJA,
        '<form><input type="checkbox" name="terms"></form>', _inputs,
        InputFact("terms", "checkbox", 1)),
    Row("link of a Jinja2 template", JINJA, '<a href="/datenschutz">Datenschutz</a>', _links,
        LinkFact(1, "/datenschutz", "Datenschutz")),
    Row("shown variable of a Jinja2 template", JINJA, "{{ person.email|e }}", _shown,
        ShownFact(("person", "email"), 1, 1, filters=("e",))),
    Row("Django's settings", "shop/settings.py", "EMAIL_HOST = 'smtp.mailgun.org'\n", _settings,
        SettingFact("EMAIL_HOST", 1, "text", "smtp.mailgun.org")),
    Row("Flask's settings", "app.py",
        "from flask import Flask\napp = Flask('a')\napp.config['SESSION_COOKIE_SECURE'] = False\n",
        _settings, SettingFact("SESSION_COOKIE_SECURE", 3, "boolean", "false")),
    Row("pydantic-settings", "core/env.py",
        "from pydantic_settings import BaseSettings\n"
        "class S(BaseSettings):\n    debug: bool = True\n",
        _settings, SettingFact("debug", 3, "boolean", "true")),
    Row(".env", ".env", "SENTRY_DSN=https://key@o1.ingest.sentry.io/2\n", _settings,
        SettingFact("SENTRY_DSN", 1, "url", "https://o1.ingest.sentry.io")),
    Row("logging in a file", "logging.yaml",
        "handlers:\n  all:\n    class: logging.FileHandler\n", _settings,
        SettingFact("handlers.all.class", 3, "text", "logging.FileHandler")),
    Row("logging in Django's settings", "shop/settings.py",
        "LOGGING = {'handlers': {'a': {'filename': '/var/log/a.log'}}}\n", _settings,
        SettingFact("LOGGING.handlers.a.filename", 1, "text", "/var/log/a.log")),
    Row("docker-compose", "docker-compose.yml", "services:\n  db:\n    image: postgres:16\n",
        _settings, SettingFact("services.db.image", 3, "text", "postgres:16")),
    Row("requirements", "requirements.txt", "\nstripe>=10\n", _dependencies,
        DependencyFact("stripe", 2, ">=10")),
    Row("pyproject", "pyproject.toml", '[project]\ndependencies = ["stripe>=10"]\n', _dependencies,
        DependencyFact("stripe", 2, ">=10")),
    Row("pyproject of Poetry", "pyproject.toml", '[tool.poetry.dependencies]\nstripe = "^10"\n',
        _dependencies, DependencyFact("stripe", 2, "^10")),
    Row("Pipfile", "Pipfile", '[packages]\nstripe = "*"\n', _dependencies,
        DependencyFact("stripe", 2, "*")),
    Row("lock of Poetry", "poetry.lock", LOCK, _dependencies, STRIPE),
    Row("lock of uv", "uv.lock", LOCK, _dependencies, STRIPE),
    Row("lock of PDM", "pdm.lock", LOCK, _dependencies, STRIPE),
    Row("setup.cfg", "setup.cfg", "[options]\ninstall_requires = stripe>=10\n", _dependencies,
        DependencyFact("stripe", 2, ">=10")),
    Row("operation of OpenAPI", "openapi.yaml", API, lambda facts: facts.operations,
        OperationFact("/people", "post", 4, "addPerson", takes=("Person",), secured="key")),
    Row("schema of OpenAPI", "openapi.yaml", API, lambda facts: facts.schemas,
        SchemaFact("Person", 11, (
            FieldFact("email", 13, 1, annotation="string:email", origin="schema"),
        ))),
    Row("beat of Celery", "shop/settings.py",
        "CELERY_BEAT_SCHEDULE = {'purge': {'task': 'shop.tasks.purge', 'schedule': 86400}}\n",
        _settings, SettingFact("CELERY_BEAT_SCHEDULE.purge.task", 1, "text", "shop.tasks.purge")),
    Row("cron", "deploy/crontab", "0 3 * * * python manage.py purge\n", _schedules,
        ScheduleFact("0 3 * * *", "python manage.py purge", 1)),
    Row("Terraform: encryption", "main.tf",
        'resource "aws_db_instance" "db" {\n  storage_encrypted = false\n}\n', _settings,
        SettingFact("resource.aws_db_instance.db.storage_encrypted", 2, "boolean", "false")),
    Row("Terraform: lifecycle", "main.tf",
        'resource "aws_s3_bucket_lifecycle_configuration" "l" {\n'
        "  rule {\n    expiration { days = 30 }\n  }\n}\n", _settings,
        SettingFact(
            "resource.aws_s3_bucket_lifecycle_configuration.l.rule.expiration.days",
            3, "number", "30",
        )),
    Row("CloudFormation: encryption", "infra/template.yaml", STACK, _settings,
        SettingFact("Resources.Db.Properties.StorageEncrypted", 5, "boolean", "true")),
    Row("CloudFormation: lifecycle", "infra/template.yaml", STACK, _settings,
        SettingFact(
            "Resources.Invoices.Properties.LifecycleConfiguration.Rules[].ExpirationInDays",
            10, "number", "30",
        )),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_kind_of_file_gives_its_fact(row: Row) -> None:
    facts = read_file(row.path, row.text.encode())
    assert facts.skipped == ()
    assert row.fact in list(row.part(facts))


@pytest.mark.parametrize(
    ("files", "routes", "methods", "guards"),
    [
        pytest.param(
            {
                "urls.py": (
                    "from django.urls import path\nimport views\n"
                    "urlpatterns = [path('me/', views.me)]\n"
                ),
                "views.py": (
                    "from django.contrib.auth.decorators import login_required\n"
                    "from django.views.decorators.http import require_POST\n"
                    "@require_POST\n@login_required\ndef me(request):\n    return None\n"
                ),
            },
            ("me/",), ("POST",), ("login_required",), id="URL configuration of Django",
        ),
        pytest.param(
            {
                "urls.py": (
                    "from rest_framework.routers import DefaultRouter\nimport views\n"
                    "router = DefaultRouter()\nrouter.register('me', views.Me)\n"
                    "urlpatterns = router.urls\n"
                ),
                "views.py": (
                    "from rest_framework.permissions import IsAdminUser\n"
                    "from rest_framework.viewsets import ReadOnlyModelViewSet\n"
                    "class Me(ReadOnlyModelViewSet):\n    permission_classes = [IsAdminUser]\n"
                ),
            },
            ("me",), ("GET",), ("IsAdminUser",), id="router of Django REST framework",
        ),
        pytest.param(
            {
                "api.py": (
                    "from fastapi import APIRouter, Depends\n"
                    "from fastapi.security import OAuth2PasswordBearer\n"
                    "router = APIRouter(prefix='/v1')\nscheme = OAuth2PasswordBearer('token')\n"
                    "@router.delete('/me')\ndef me(token: str = Depends(scheme)):\n    return 1\n"
                ),
            },
            ("/v1/me",), ("DELETE",), ("Depends(scheme)",), id="router of FastAPI",
        ),
        pytest.param(
            {
                "desk.py": (
                    "from flask import Blueprint\nfrom flask_login import login_required\n"
                    "desk = Blueprint('desk', __name__, url_prefix='/desk')\n"
                    "@desk.get('/me')\n@login_required\ndef me():\n    return ''\n"
                ),
            },
            ("/desk/me",), ("GET",), ("login_required",), id="blueprint of Flask",
        ),
    ],
)  # fmt: skip
def test_each_router_gives_view_method_and_permission(
    catalog: Catalog,
    files: dict[str, str],
    routes: tuple[str, ...],
    methods: tuple[str, ...],
    guards: tuple[str, ...],
) -> None:
    (found,) = link_texts(files, catalog).endpoints
    assert (found.routes, found.methods, found.guards) == (routes, methods, guards)


def test_initialising_error_reports_is_a_setting(catalog: Catalog) -> None:
    text = "import sentry_sdk\nsentry_sdk.init(dsn='', send_default_pii=True)\n"
    found = link_texts({"app.py": text}, catalog).settings
    assert ("sentry_sdk.init.send_default_pii", "true") in {(s.key, s.value) for s in found}
