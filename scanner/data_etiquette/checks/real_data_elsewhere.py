"""ETQ406: people's data copied to where it is tried out or counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.graph import Entity, Field, Lineage
from data_etiquette.model.report import Finding

_WORD = re.compile(r"[a-z]+")
_LEFT = ("direct", "derived")
"""Effects after which the value still tells who it is."""


def real_data_elsewhere(context: Context) -> Iterator[Finding]:
    """One finding for each test or analytics table that gets readable personal columns."""
    fields = _personal_columns(context)
    copied: dict[str, tuple[Lineage, set[str]]] = {}
    for item in context.graph.lineage:
        table = item.target.rpartition(".")[0]
        if not _is_elsewhere(context, table):
            continue
        for source, effect in zip(item.sources, item.effects, strict=False):
            known = fields.get(source.lower())
            if known is None or effect not in _LEFT or _is_elsewhere(context, known[0].table):
                continue
            copied.setdefault(table, (item, set()))[1].add(context.label(known[1].element))
    for table, (item, labels) in sorted(copied.items()):
        told = ", ".join(sorted(labels)[:5])
        message = f"{table} gets {told} of real people, without pseudonyms in their place"
        yield context.on_place(item.location, message, f"copy:{table}", entity=table)


def _is_elsewhere(context: Context, table: str) -> bool:
    schemas = table.lower().split(".")[:-1]
    words = {word for schema in schemas for word in _WORD.findall(schema)}
    return bool(words & set(context.query("schemas")))


def _personal_columns(context: Context) -> dict[str, tuple[Entity, Field]]:
    found = {}
    for entity, item in context.stored_fields():
        if entity.table:
            column = item.fact.column_name or item.name
            found[f"{entity.table}.{column}".lower()] = (entity, item)
    return found
