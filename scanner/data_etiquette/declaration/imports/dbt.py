"""dbt's property files: `meta` and `tags` of models' columns that speak of personal data."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from data_etiquette.declaration.imports.said import FieldSaid, Said
from data_etiquette.declaration.node import answer, entries, items, text, texts

_SECTIONS = ("models", "seeds", "snapshots")
_FLAGS = ("contains_pii", "pii", "personal_data", "is_pii", "gdpr")
_KINDS = ("pii", "pii_type", "data_category", "data_element", "personal_data", "classification")
_TAGS = frozenset({"pii", "personal", "personal_data", "gdpr", "contains_pii"})


def is_dbt(top: yaml.Node) -> bool:
    """Whether a file has models or sources with columns."""
    return any(columns for _, columns in _tables(top))


def read_dbt_meta(top: yaml.Node, name: str, known: frozenset[str]) -> Said:
    """One decision for each column whose meta or tags hold one."""
    said = Said()
    for table, columns in _tables(top):
        for column in columns:
            found = _column(table, column, name, known)
            if found is not None:
                said.fields.append(found)
    return said


def _tables(top: yaml.Node) -> Iterator[tuple[str, list[yaml.Node]]]:
    keys = entries(top)
    for section in _SECTIONS:
        for model in items(keys.get(section)):
            yield text(entries(model).get("name")), items(entries(model).get("columns"))
    for source in items(keys.get("sources")):
        schema = text(entries(source).get("schema")) or text(entries(source).get("name"))
        for table in items(entries(source).get("tables")):
            name = text(entries(table).get("name"))
            yield f"{schema}.{name}", items(entries(table).get("columns"))


def _column(table: str, node: yaml.Node, name: str, known: frozenset[str]) -> FieldSaid | None:
    keys = entries(node)
    column = text(keys.get("name"))
    # Newer versions keep both below `config`.
    config = entries(keys.get("config"))
    meta = {**entries(config.get("meta")), **entries(keys.get("meta"))}
    tags = {tag.lower() for tag in (*texts(keys.get("tags")), *texts(config.get("tags")))}
    elements = tuple(
        sorted({text(meta[key]) for key in _KINDS if key in meta and text(meta[key]) in known})
    )
    flags = [_flag(meta[key]) for key in _FLAGS if key in meta]
    if elements or True in flags or tags & _TAGS:
        return FieldSaid(table, column, personal=True, elements=elements, why=f"{name} says so")
    if False in flags:
        return FieldSaid(table, column, personal=False, why=f"{name} says so")
    return None


def _flag(node: yaml.Node) -> bool | None:
    """Yes, no, or a word that is neither."""
    word = text(node).lower()
    return answer(node) if word in ("true", "false", "yes", "no") else None
