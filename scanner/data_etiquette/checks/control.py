"""Statements about tables, asked by the rules on grants, row security and exports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.graph import Control, Entity, Field

_COLUMN_LIST = re.compile(r"\(([^()]*)\)")
_SHOWN = 4


def controls(context: Context, *kinds: str) -> Iterator[tuple[Control, tuple[Entity, ...]]]:
    """Controls of some kinds, with those of their entities that hold personal data."""
    by_id = {entity.id: entity for entity in context.graph.entities}
    for control in context.graph.controls:
        if control.kind in kinds:
            named = (by_id[name] for name in control.entities if name in by_id)
            yield control, tuple(item for item in named if item.personal_fields)


def concerned(control: Control, entity: Entity) -> tuple[Field, ...]:
    """Personal fields that a statement is about: those of its column list, or all."""
    names = {column.rpartition(".")[2].lower() for column in control.columns}
    lists = _COLUMN_LIST.findall(control.detail("privileges"))
    names |= {name.strip(' "`[]').lower() for text in lists for name in text.split(",")}
    fields = entity.personal_fields
    return tuple(item for item in fields if not names or item.name.lower() in names)


def told(context: Context, entity: Entity, fields: tuple[Field, ...]) -> str:
    """`customer (E-mail address, Phone number)`."""
    labels = sorted({context.label(item.element) for item in fields})
    more = ", …" if len(labels) > _SHOWN else ""
    return f"{entity.name} ({', '.join(labels[:_SHOWN])}{more})"
