"""Classes that are mapped to tables declared apart from them: `map_imperatively(User, users)`."""

from __future__ import annotations

from dataclasses import replace

from data_etiquette.flow.entities.entityindex import EntityIndex
from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.hierarchy import Hierarchy
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.model.facts import CallFact, Value

_MAPPING = frozenset({"map_imperatively", "mapper"})


def note_mapped(index: EntityIndex, hierarchy: Hierarchy) -> None:
    """Let classes have the columns of the tables that they are mapped to."""
    for fn in hierarchy.functions.values():
        for call in fn.function.calls:
            path = call.callee
            last = path.keys[-1][1:] if path.keys else path.root.rpartition(".")[2]
            if last in _MAPPING and len(call.args) > 1:
                _note(index, hierarchy, fn, call)


def _note(index: EntityIndex, hierarchy: Hierarchy, fn: FunctionRef, call: CallFact) -> None:
    find = hierarchy.program.find
    cls = hierarchy.class_of(find(_name(fn, call.args[0]), fn.facts.path))
    table = hierarchy.class_of(find(_name(fn, call.args[1]), fn.facts.path))
    found = index.by_id.get(table.id) if table is not None else None
    if cls is None or found is None:
        return
    own = index.by_id.get(cls.id)
    entity = replace(
        found,
        id=cls.id,
        name=cls.cls.name,
        methods=cls.cls.methods,
        bases=own.bases if own is not None else (),
        relations=(*found.relations, *(own.relations if own is not None else ())),
        location=replace(found.location, path=cls.facts.path),
    )
    index.by_id[cls.id] = entity
    index.by_variable["_".join(split(cls.cls.name))] = entity
    if own is not None and index.user is own:
        index.user = entity


def _name(fn: FunctionRef, value: Value) -> str:
    for part in value:
        if part.at:
            continue
        if part.path.root.startswith("name:"):
            return part.path.root[5:] + "".join(key for key in part.path.keys if key[0] == ".")
        if part.name and not part.path.keys:
            return f"{fn.facts.module}.{part.name}"
    return ""
