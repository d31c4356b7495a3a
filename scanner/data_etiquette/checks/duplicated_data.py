"""ETQ505: data copied from one entity to another, where nothing updates the copy."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.surface import Surface
from data_etiquette.model.application import Write
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence, SinkKind
from data_etiquette.model.report import Finding

_NAME = "full_name"


def duplicated_data(context: Context) -> Iterator[Finding]:
    """One finding for each field that holds a copy."""
    surface = Surface(context.graph)
    updated = {(w.entity, w.field) for w in context.graph.written if w.how == "update"}
    told: set[tuple[str, str]] = set()
    for entity, item, source in (*_by_code(context, surface), *_by_sql(context, surface)):
        key = (entity.id, item.name)
        if key in told or item.element not in context.query("field.elements"):
            continue
        if key in updated or _is_history(context, entity):
            continue
        told.add(key)
        message = (
            f"{context.label(item.element)} is copied from {source} to {entity.name}.{item.name}, "
            "and nothing was found that updates the copy"
        )
        yield context.on_field(entity, item, message, Confidence.MEDIUM)


def _by_code(context: Context, surface: Surface) -> Iterator[tuple[Entity, Field, str]]:
    flows: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for flow in context.graph.flows:
        if flow.sink.kind is SinkKind.DATABASE and flow.confidence is not Confidence.LOW:
            place = (flow.sink.location.path, flow.sink.location.line)
            flows.setdefault(place, []).append((flow.entity, flow.element))
    for write in context.graph.written:
        entity = surface.entities.get(write.entity)
        item = _field(surface, entity, write.field) if entity is not None else None
        if entity is None or item is None or not item.element or write.how != "create":
            continue
        source = _source(surface, write, entity, item, flows)
        if source:
            yield entity, item, source


def _source(
    surface: Surface,
    write: Write,
    entity: Entity,
    item: Field,
    flows: dict[tuple[str, int], list[tuple[str, str]]],
) -> str:
    owner, name = write.source
    if owner:
        other = surface.entities.get(owner)
        held = _field(surface, other, name) if other is not None else None
        if other is not None and held is not None and held.element == item.element:
            return other.name
        return ""
    for name, element in flows.get((write.location.path, write.location.line), ()):
        stored = any(each.stored for each in surface.named(name))
        # Names are put together by methods; any other value is told by its own attribute.
        if stored and element == _NAME and name != entity.name and element == item.element:
            return name
    return ""


def _by_sql(context: Context, surface: Surface) -> Iterator[tuple[Entity, Field, str]]:
    """`INSERT INTO copy (…) SELECT … FROM original`; a view or a table made anew holds no copy."""
    inserted = {
        (w.location.path, w.entity)
        for w in context.graph.written
        if w.how == "create" and w.field and w.location.path.endswith(".sql")
    }
    emptied = {erasure.entity for erasure in context.graph.erasures}
    for lineage in context.graph.lineage:
        table, _, column = lineage.target.rpartition(".")
        for entity in surface.named(table):
            if (lineage.location.path, entity.id) not in inserted or entity.id in emptied:
                continue
            item = _field(surface, entity, column)
            for source in lineage.sources if item is not None and item.element else ():
                owner, _, name = source.rpartition(".")
                for other in surface.named(owner):
                    held = _field(surface, other, name)
                    if (
                        item is not None and held is not None and other.id != entity.id
                        and held.element == item.element and "direct" in lineage.effects
                    ):  # fmt: skip
                        yield entity, item, other.name


def _field(surface: Surface, entity: Entity | None, name: str, depth: int = 4) -> Field | None:
    if entity is None:
        return None
    for item in entity.fields:
        if item.name == name:
            return item
    for base in entity.bases if depth > 0 else ():
        found = _field(surface, surface.entities.get(base), name, depth - 1)
        if found is not None:
            return found
    return None


def _is_history(context: Context, entity: Entity) -> bool:
    """Invoices and the like keep what was true at their time."""
    name = entity.name.lower()
    return any(word in name for word in context.query("history.names"))
