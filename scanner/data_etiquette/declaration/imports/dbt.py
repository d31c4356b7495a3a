"""dbt's property files: `meta` and `tags` of models and columns that speak of personal data."""

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
    return any(columns or _notes(node) for _, node, columns in _tables(top))


def read_dbt_meta(top: yaml.Node, name: str, known: frozenset[str]) -> Said:
    """One decision for each model and each column whose meta or tags hold one."""
    said = Said()
    for table, node, columns in _tables(top):
        own = _decision(table, "", node, name, known)
        found = [_decision(table, text(entries(c).get("name")), c, name, known) for c in columns]
        said.fields += [item for item in (own, *found) if item is not None]
    return said


def _tables(top: yaml.Node) -> Iterator[tuple[str, yaml.Node, list[yaml.Node]]]:
    keys = entries(top)
    for section in _SECTIONS:
        for model in items(keys.get(section)):
            yield text(entries(model).get("name")), model, items(entries(model).get("columns"))
    for source in items(keys.get("sources")):
        schema = text(entries(source).get("schema")) or text(entries(source).get("name"))
        for table in items(entries(source).get("tables")):
            name = text(entries(table).get("name"))
            yield f"{schema}.{name}", table, items(entries(table).get("columns"))


def _notes(node: yaml.Node) -> tuple[dict[str, yaml.Node], set[str]] | None:
    """Meta and tags; newer versions keep both below `config`."""
    keys = entries(node)
    config = entries(keys.get("config"))
    meta = {**entries(config.get("meta")), **entries(keys.get("meta"))}
    tags = {tag.lower() for tag in (*texts(keys.get("tags")), *texts(config.get("tags")))}
    return (meta, tags) if meta or tags else None


def _decision(
    table: str, column: str, node: yaml.Node, name: str, known: frozenset[str]
) -> FieldSaid | None:
    notes = _notes(node)
    if notes is None:
        return None
    meta, tags = notes
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
