"""`gdpr.yml` of leukeleu-django-gdpr: `models: {app.Model: {fields: {name: {pii: true}}}}`."""

from __future__ import annotations

import yaml

from data_etiquette.declaration.imports.said import FieldSaid, Said
from data_etiquette.declaration.node import answer, entries


def is_django_gdpr(top: yaml.Node) -> bool:
    """Whether a file is one: models are a mapping of mappings with fields."""
    models = entries(entries(top).get("models"))
    return any("fields" in entries(model) for model in models.values())


def read_django_gdpr(top: yaml.Node, name: str) -> Said:
    """One decision for each field that has one; `pii: null` is none."""
    said = Said()
    for model, body in entries(entries(top).get("models")).items():
        for field, details in entries(entries(body).get("fields")).items():
            personal = answer(entries(details).get("pii"))
            if personal is not None:
                why = f"{name} says pii: {str(personal).lower()}"
                said.fields.append(FieldSaid(model, field, personal, why=why))
    return said
