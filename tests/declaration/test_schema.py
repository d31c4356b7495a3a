from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest
import yaml

from data_etiquette.declaration.jsonschema import json_schema
from data_etiquette.declaration.load import load_declaration
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.error import ConfigError
from tests.conftest import ROOT

FIXTURES = sorted(ROOT.glob("fixtures/**/etiquette.yaml"))
HEAD = "version: 1\norganisation: {name: Shop}\n"


class _AsEditorsRead(yaml.SafeLoader):
    """YAML 1.2: a day is text, and so are `yes` and `no`."""


_AsEditorsRead.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
        or (tag.endswith("bool") and first in "tTfF")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _read(text: str) -> object:
    return yaml.load(text, Loader=_AsEditorsRead)  # noqa: S506 (a safe loader with fewer types)


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("declaration_page", ROOT / "docs/declaration.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _is_valid(text: str, catalog: Catalog) -> bool:
    return jsonschema.Draft202012Validator(json_schema(catalog)).is_valid(_read(text))


def _loads(text: str, catalog: Catalog, folder: Path) -> bool:
    place = folder / "etiquette.yaml"
    place.write_text(text)
    try:
        load_declaration(place, catalog, folder)
    except ConfigError:
        return False
    return True


def test_what_is_made_from_the_table_is_up_to_date(catalog: Catalog) -> None:
    module = _script()
    told = "run `python docs/declaration.py`"
    assert json.loads(module.SCHEMA.read_text()) == json_schema(catalog), told
    assert module.PAGE.read_text() == module.page(), told


def test_the_schema_is_a_schema(catalog: Catalog) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema(catalog))


@pytest.mark.parametrize("place", FIXTURES, ids=lambda place: place.parent.name)
def test_fixtures_fit_the_schema(place: Path, catalog: Catalog) -> None:
    found = jsonschema.Draft202012Validator(json_schema(catalog)).iter_errors(
        _read(place.read_text())
    )
    assert [f"{list(error.absolute_path)}: {error.message}" for error in found] == []


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        (HEAD + "activities: []\n", True),
        (HEAD, False),
        ("version: one\norganisation: {name: Shop}\nactivities: []\n", False),
        (HEAD + "activities: [{id: a, purposes: [payment], legal_base: contract}]\n", False),
        (HEAD + "activities: [{id: a, purposes: [payment], legal_basis: TODO}]\n", True),
        (HEAD + "activities: [{id: a, purposes: TODO, data: email}]\n", True),
        (HEAD + "activities: [{id: a, purposes: [payment], dpia: {needed: no}}]\n", True),
        (HEAD + "activities: [{id: a, purposes: [payment], dpia: {needed: maybe}}]\n", False),
        (HEAD + "activities: [{id: a, purposes: x, retention: {period: P1Y}}]\n", True),
        (HEAD + "activities: [{id: a, purposes: x, retention: {period: a year}}]\n", False),
        (HEAD + "activities: []\nbackups: {kind: nightly, retention: P30D}\n", True),
        (HEAD + "activities: []\nbackups: [{kind: nightly, retention: thirty}]\n", False),
        (HEAD + "activities: []\nrights: {access: [GET /me, mail]}\n", True),
        (HEAD + "activities: []\nrights: {acces: mail}\n", False),
        (HEAD + "activities: []\npolicy: [{id: a, deny: {data: {sensitivity: '>=3'}}}]\n", True),
        (HEAD + "activities: []\npolicy: [{id: a, deny: {sensitivity: 9}}]\n", False),
        (HEAD + "activities: []\nclassify: [{match: a, as: none, why: b, until: 2027-01-01}]\n",
         True),
        (HEAD + "activities: []\nclassify: [{match: a, as: none, why: b, until: soon}]\n", False),
        (HEAD + "activities: []\ncookies: [{name: a, lifetime: session, party: first}]\n", True),
        (HEAD + "activities: []\ncookies: [{name: a, party: second}]\n", False),
        (HEAD + "recipients: [{id: a}]\nactivities: []\n", False),
    ],
)  # fmt: skip
def test_schema_and_loader_agree(
    text: str, is_right: bool, catalog: Catalog, tmp_path: Path
) -> None:
    assert (_is_valid(text, catalog), _loads(text, catalog, tmp_path)) == (is_right, is_right)
