"""Endpoints: which there are, where they hang, who gets in, and whose rows they look up."""

from __future__ import annotations

import pytest

from data_etiquette.model.application import Endpoint
from data_etiquette.model.catalog import Catalog
from tests.support import link_texts

MODELS = """
from django.db import models
class Order(models.Model):
    email = models.EmailField()
"""


def _endpoints(files: dict[str, str], catalog: Catalog) -> dict[str, Endpoint]:
    return {item.name: item for item in link_texts(files, catalog).endpoints}


def test_routes_stand_under_those_that_include_them(catalog: Catalog) -> None:
    files = {
        "site/urls.py": (
            "from django.urls import include, path\n"
            "urlpatterns = [path('orders/', include('shop.urls'))]\n"
        ),
        "shop/urls.py": (
            "from django.urls import path\nfrom shop import views\n"
            "urlpatterns = [path('<int:pk>/', views.show), path('all/', views.All.as_view())]\n"
        ),
        "shop/views.py": (
            "from django.views.generic import ListView\n"
            "from django.http import HttpResponse\n"
            "def show(request, pk):\n    return HttpResponse('')\n"
            "class All(ListView):\n    pass\n"
            "def unused(request):\n    return HttpResponse('')\n"
        ),
    }
    found = {name: item.routes for name, item in _endpoints(files, catalog).items()}
    assert found == {"shop.views.show": ("orders/<int:pk>/",), "shop.views.All": ("orders/all/",)}


@pytest.mark.parametrize(
    ("view", "guards"),
    [
        ("@login_required\ndef show(request):\n    return HttpResponse('')", ("login_required",)),
        (
            "def show(request):\n"
            "    if not request.user.is_staff:\n        raise PermissionDenied\n"
            "    return HttpResponse('')",
            ("PermissionDenied", "a check of the signed-in person"),
        ),
        (
            "def show(request):\n"
            "    if not request.user.is_authenticated:\n        return redirect('/login/')\n"
            "    return HttpResponse('')",
            ("a check of the signed-in person",),
        ),
        (
            "def guard(view):\n"
            "    def inner(request):\n"
            "        if not request.user.is_active:\n            raise PermissionDenied\n"
            "        return view(request)\n"
            "    return inner\n"
            "@guard\ndef show(request):\n    return HttpResponse('')",
            ("guard",),
        ),
        (
            "def show(request):\n"
            "    if request.user.is_authenticated:\n        name = request.user.username\n"
            "    return HttpResponse('')",
            (),
        ),
        ("@login_not_required\ndef show(request):\n    return HttpResponse('')", ()),
    ],
)
def test_guards_of_function_views(view: str, guards: tuple[str, ...], catalog: Catalog) -> None:
    text = (
        "from django.contrib.auth.decorators import login_not_required, login_required\n"
        "from django.core.exceptions import PermissionDenied\n"
        "from django.http import HttpResponse\nfrom django.shortcuts import redirect\n"
        f"{view}\n"
    )
    assert _endpoints({"app.py": text}, catalog)["app.show"].guards == guards


def test_a_class_is_guarded_by_what_stands_above_it(catalog: Catalog) -> None:
    text = (
        "from django.core.exceptions import PermissionDenied\n"
        "from django.views.generic import DetailView\n"
        "class Checked:\n"
        "    def dispatch(self, request, *args, **kwargs):\n"
        "        if not request.user.has_perm('shop.view'):\n            raise PermissionDenied\n"
        "        return super().dispatch(request, *args, **kwargs)\n"
        "class Show(Checked, DetailView):\n    pass\n"
        "class Open(DetailView):\n    pass\n"
    )
    found = {name: item.guards for name, item in _endpoints({"app.py": text}, catalog).items()}
    guards = ("PermissionDenied", "a check of the signed-in person", "has_perm")
    assert found == {"app.Show": guards, "app.Open": ()}


def test_permissions_of_the_settings_are_for_views_that_name_none(catalog: Catalog) -> None:
    files = {
        "settings.py": (
            "INSTALLED_APPS = ['rest_framework']\n"
            "REST_FRAMEWORK = {'DEFAULT_PERMISSION_CLASSES':"
            " ['rest_framework.permissions.IsAuthenticated']}\n"
        ),
        "api.py": (
            "from rest_framework.permissions import AllowAny, IsAdminUser\n"
            "from rest_framework.viewsets import ModelViewSet\n"
            "class Plain(ModelViewSet):\n    pass\n"
            "class Public(ModelViewSet):\n    permission_classes = [AllowAny]\n"
            "class Staff(ModelViewSet):\n    permission_classes = [IsAdminUser]\n"
        ),
    }
    found = {k: (v.guards, v.is_open) for k, v in _endpoints(files, catalog).items()}
    assert found == {
        "api.Plain": (("IsAuthenticated (settings)",), False),
        "api.Public": ((), True),
        "api.Staff": (("IsAdminUser",), False),
    }


def test_dependencies_of_routers_and_parameters(catalog: Catalog) -> None:
    text = (
        "from typing import Annotated\n"
        "from fastapi import APIRouter, Depends, FastAPI\n"
        "from fastapi.security import HTTPBearer\n"
        "bearer = HTTPBearer()\n"
        "def current_user(token: Annotated[str, Depends(bearer)]):\n    return token\n"
        "CurrentUser = Annotated[str, Depends(current_user)]\n"
        "inner = APIRouter()\nouter = APIRouter(dependencies=[Depends(current_user)])\n"
        "free = APIRouter()\napp = FastAPI()\n"
        "app.include_router(inner, dependencies=[Depends(current_user)])\n"
        "@inner.get('/a')\ndef a():\n    return {}\n"
        "@outer.get('/b')\ndef b():\n    return {}\n"
        "@free.get('/c')\ndef c(user: CurrentUser):\n    return {}\n"
        "@free.get('/d')\ndef d(session):\n    return {}\n"
    )
    found = {name: item.guards for name, item in _endpoints({"main.py": text}, catalog).items()}
    assert found == {
        "main.a": ("Depends(current_user)",),
        "main.b": ("current_user",),
        "main.c": ("Depends(current_user)",),
        "main.d": (),
    }


def test_a_hook_guards_its_blueprint_alone(catalog: Catalog) -> None:
    text = (
        "from flask import Blueprint, abort, session\n"
        "members = Blueprint('members', __name__)\npublic = Blueprint('public', __name__)\n"
        "@members.before_request\ndef check():\n"
        "    if 'member' not in session:\n        abort(403)\n"
        "@members.route('/list')\ndef listed():\n    return {}\n"
        "@public.route('/hello')\ndef hello():\n    return {}\n"
    )
    found = {name: item.guards for name, item in _endpoints({"web.py": text}, catalog).items()}
    assert found == {"web.listed": ("check (before_request)",), "web.hello": ()}


@pytest.mark.parametrize(
    ("lookup", "own"),
    [
        ("Order.objects.filter(customer=request.user)", True),
        ("Order.objects.filter(pk=request.session['order'])", True),
        ("Order.objects.get(secret=request.GET['s'])", True),
        ("Order.objects.get(pk=pk)", False),
        ("Order.objects.all()", False),
    ],
)
def test_whose_rows_are_looked_up(lookup: str, own: bool, catalog: Catalog) -> None:
    text = (
        f"{MODELS}from django.http import JsonResponse\n"
        f"def show(request, pk):\n    order = {lookup}\n"
        "    return JsonResponse({'a': order.pk})\n"
    )
    found = _endpoints({"app.py": text}, catalog)["app.show"]
    assert (found.reads, bool(found.own)) == (("app.Order",), own)


def test_rows_compared_with_the_person_in_sqlalchemy(catalog: Catalog) -> None:
    text = (
        "from flask import Flask, jsonify\nfrom flask_login import current_user\n"
        "from flask_sqlalchemy import SQLAlchemy\n"
        "app = Flask(__name__)\ndb = SQLAlchemy(app)\n"
        "class Order(db.Model):\n"
        "    email = db.Column(db.String(90))\n    user_id = db.Column(db.Integer)\n"
        "@app.route('/orders')\ndef orders():\n"
        "    rows = Order.query.filter(Order.user_id == current_user.id).all()\n"
        "    return jsonify([row.email for row in rows])\n"
    )
    assert _endpoints({"app.py": text}, catalog)["app.orders"].own == ("app.Order",)


def test_what_helpers_do_is_done_by_the_endpoint(catalog: Catalog) -> None:
    files = {
        "models.py": MODELS,
        "services.py": (
            "from models import Order\n"
            "def place(mail):\n    return Order.objects.create(email=mail)\n"
            "def move(order: Order, mail):\n    order.email = mail\n    order.save()\n"
            "def drop(pk):\n    Order.objects.get(pk=pk).delete()\n"
        ),
        "views.py": (
            "import services\nfrom django.shortcuts import redirect\n"
            "def new(request):\n    services.place(request.POST['m'])\n    return redirect('/')\n"
            "def change(request, order):\n    services.move(order, '')\n    return redirect('/')\n"
            "def close(request, pk):\n    services.drop(pk)\n    return redirect('/')\n"
        ),
    }
    found = _endpoints(files, catalog)
    deeds = {k: (v.creates, v.updates, v.deletes) for k, v in found.items()}
    assert deeds == {
        "views.new": (("models.Order",), (), ()),
        "views.change": ((), ("models.Order",), ()),
        "views.close": ((), (), ("models.Order",)),
    }


def test_routes_stand_under_the_prefixes_of_their_routers(catalog: Catalog) -> None:
    """A router's own prefix and all that it is included with, over files."""
    files = {
        "app/main.py": (
            "from fastapi import FastAPI\nfrom app.api import api\n"
            "app = FastAPI()\napp.include_router(api, prefix='/api/v1')\n"
        ),
        "app/api.py": (
            "from fastapi import APIRouter\nfrom app import people\n"
            "api = APIRouter()\napi.include_router(people.router, prefix='/staff')\n"
        ),
        "app/people.py": (
            "from fastapi import APIRouter\nrouter = APIRouter(prefix='/people', tags=['x'])\n"
            "@router.get('/{pk}')\ndef show(pk: int):\n    return pk\n"
            "@router.post('')\ndef add():\n    return 1\n"
        ),
    }
    found = {name: (e.routes, e.methods) for name, e in _endpoints(files, catalog).items()}
    assert found == {
        "app.people.show": (("/api/v1/staff/people/{pk}",), ("GET",)),
        "app.people.add": (("/api/v1/staff/people",), ("POST",)),
    }


def test_what_a_blueprint_is_registered_with_stands_instead_of_its_own_prefix(
    catalog: Catalog,
) -> None:
    desk = (
        "from flask import Blueprint\ndesk = Blueprint('desk', __name__, url_prefix='/desk')\n"
        "@desk.get('/people')\ndef people():\n    return ''\n"
    )
    main = "from flask import Flask\nfrom desk import desk\napp = Flask(__name__)\n"
    plain = {"desk.py": desk, "main.py": main + "app.register_blueprint(desk)\n"}
    other = {"desk.py": desk, "main.py": main + "app.register_blueprint(desk, url_prefix='/d')\n"}
    assert _endpoints(plain, catalog)["desk.people"].routes == ("/desk/people",)
    assert _endpoints(other, catalog)["desk.people"].routes == ("/d/people",)


def test_extra_actions_of_a_view_set_hang_below_it(catalog: Catalog) -> None:
    files = {
        "urls.py": (
            "from django.urls import include, path\n"
            "from rest_framework.routers import DefaultRouter\nfrom views import People\n"
            "router = DefaultRouter()\nrouter.register('people', People)\n"
            "urlpatterns = [path('api/', include(router.urls))]\n"
        ),
        "views.py": (
            "from rest_framework.decorators import action\n"
            "from rest_framework.response import Response\n"
            "from rest_framework.viewsets import ModelViewSet\n"
            "class People(ModelViewSet):\n"
            "    @action(detail=True, methods=['post'], url_path='set-password')\n"
            "    def password(self, request, pk=None):\n        return Response({})\n"
            "    @action(detail=False)\n"
            "    def recent(self, request):\n        return Response({})\n"
        ),
    }
    apart = {
        "api.py": files["urls.py"].rpartition("urlpatterns")[0],
        "urls.py": (
            "from django.urls import include, path\nfrom api import router\n"
            "urlpatterns = [path('api/', include(router.urls))]\n"
        ),
        "views.py": files["views.py"],
    }
    assert _endpoints(apart, catalog)["views.People"].routes == ("api/people",)
    found = {name: (e.routes, e.methods) for name, e in _endpoints(files, catalog).items()}
    del found["views.People"]
    assert found == {
        "views.People.password": (("api/people/{pk}/set-password",), ("POST",)),
        "views.People.recent": (("api/people/recent",), ("GET",)),
    }


def test_an_openapi_document_says_what_serves_a_path_and_who_may(catalog: Catalog) -> None:
    """As Connexion reads it: the operation's name is that of the function."""
    files = {
        "api/openapi.yaml": (
            "openapi: 3.0.0\n"
            "security: [{session: []}]\n"
            "paths:\n"
            "  /people/{pk}:\n"
            "    get: {operationId: api.people.show, responses: {}}\n"
            "    delete: {operationId: api.people.remove, security: [], responses: {}}\n"
            "  /ghosts:\n"
            "    get: {operationId: listGhosts, responses: {}}\n"
        ),
        "api/people.py": "def show(pk):\n    return pk\ndef remove(pk):\n    return pk\n",
    }
    found = _endpoints(files, catalog)
    assert {name: (e.routes, e.methods, e.guards) for name, e in found.items()} == {
        "api.people.show": (("/people/{pk}",), ("GET",), ("session (OpenAPI)",)),
        "api.people.remove": (("/people/{pk}",), ("DELETE",), ()),
    }
