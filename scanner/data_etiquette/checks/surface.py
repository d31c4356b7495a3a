"""What endpoints show: which flows end in which endpoint, and whose rows it looks up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from data_etiquette.model.application import Dump, Endpoint
from data_etiquette.model.graph import Entity, Field, Flow, Graph, Sink
from data_etiquette.model.kind import Role, SinkKind

_SHOWING = frozenset({SinkKind.RESPONSE, SinkKind.TEMPLATE})
_HOPS = 2


@dataclass(slots=True)
class Surface:
    """Flows by endpoint, entities by id and by name."""

    graph: Graph
    entities: dict[str, Entity] = field(default_factory=dict)
    near: dict[str, set[str]] = field(default_factory=dict)
    """Entity to those that a relation ties to it, in either direction."""
    _by_name: dict[str, list[Entity]] = field(default_factory=dict)
    _by_path: dict[str, list[tuple[int, Flow, list[int]]]] = field(default_factory=dict)
    """Path to (number of the flow, the flow, lines of the file that it passes)."""
    _shown: dict[Endpoint, tuple[tuple[int, Flow], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.entities = {entity.id: entity for entity in self.graph.entities}
        for entity in self.graph.entities:
            self._by_name.setdefault(entity.name, []).append(entity)
            for _, target, _ in entity.relations:
                self.near.setdefault(entity.id, set()).add(target)
                self.near.setdefault(target, set()).add(entity.id)
            for base in entity.bases:
                self.near.setdefault(entity.id, set()).add(base)
                self.near.setdefault(base, set()).add(entity.id)
        for number, flow in enumerate(self.graph.flows):
            sent = flow.sink.kind is SinkKind.URL and "redirect" in flow.sink.name.lower()
            if flow.sink.kind in _SHOWING or sent:
                lines = {flow.sink.location.path: [flow.sink.location.line]}
                for step in flow.steps:
                    lines.setdefault(step.path, []).append(step.line)
                for path in sorted(lines):
                    self._by_path.setdefault(path, []).append((number, flow, lines[path]))

    def shown(self, endpoint: Endpoint) -> tuple[tuple[int, Flow], ...]:
        """Flows that the endpoint answers with; -1 for what serializers of all fields give."""
        known = self._shown.get(endpoint)
        if known is None:
            known = self._shown[endpoint] = tuple(self._found(endpoint))
        return known

    def _found(self, endpoint: Endpoint) -> Iterator[tuple[int, Flow]]:
        for dump in self.graph.dumps:
            if dump.how == "serializer" and dump.scope in endpoint.gives:
                yield from ((-1, flow) for flow in self._dumped(dump))
        first, last = endpoint.location.line, endpoint.location.end_line
        for number, flow, lines in self._by_path.get(endpoint.location.path, ()):
            if flow.sink.kind is SinkKind.URL and endpoint.is_personal:
                continue  # somebody is sent on with what is their own
            is_inside = flow.scope == endpoint.name or flow.scope.startswith(f"{endpoint.name}.")
            if is_inside or any(first <= line <= last for line in lines):
                yield number, flow

    def _dumped(self, dump: Dump) -> Iterator[Flow]:
        entity = self.entities.get(dump.entity)
        for item in entity.personal_fields if entity is not None else ():
            if entity is not None and item.name not in dump.without:
                sink = Sink(SinkKind.RESPONSE, "serializer", dump.location)
                yield Flow(item.element, entity.name, item.name, item.location, sink,
                           confidence=item.confidence, scope=dump.scope)  # fmt: skip

    def reach(self, ids: Iterable[str], hops: int = _HOPS) -> set[str]:
        """Names of entities that some relations lead to."""
        found = set(ids)
        for _ in range(hops):
            found |= {other for each in found for other in self.near.get(each, ())}
        return {self.entities[each].name for each in found if each in self.entities}

    def names(self, ids: Iterable[str]) -> set[str]:
        """Names of entities."""
        return {self.entities[each].name for each in ids if each in self.entities}

    def is_part(self, entity: Entity) -> bool:
        """Whether a record belongs to another person's record and goes when that goes."""
        for _, target, on_delete in entity.relations:
            owner = self.entities.get(target)
            if owner is None or owner.id == entity.id or owner.role is not Role.PERSON:
                continue
            if on_delete == "CASCADE" or (not on_delete and owner.subject == entity.subject):
                return True
        return False

    def nested(self, entity: Entity) -> Iterator[tuple[Field, Entity]]:
        """Schemas inside a schema, with the fields that hold them."""
        targets = {name: target for name, target, _ in entity.relations}
        for item in entity.fields:
            inner = self.entities.get(targets.get(item.name, ""))
            if inner is None and item.fact.call:
                last = item.fact.call.rsplit(".", 1)[-1]
                same = [each for each in self.named(last) if each.kind == entity.kind]
                inner = same[0] if len(same) == 1 else None
            if inner is not None and not inner.stored:
                yield item, inner

    def named(self, name: str) -> list[Entity]:
        """Entities of a name."""
        return self._by_name.get(name, [])


def route_of(endpoint: Endpoint) -> str:
    """How a message names the endpoint: its name, and its path where it is known."""
    name = endpoint.name.rsplit(".", 1)[-1]
    path = next((path for path in endpoint.routes if path), "")
    return f"{name} (/{path.lstrip('/^').rstrip('$')})" if path else name


def in_words(words: Iterable[str], most: int = 4) -> str:
    """`e-mail address, name and 2 more`."""
    listed = sorted(set(words))
    if len(listed) <= most:
        return ", ".join(listed)
    return f"{', '.join(listed[:most])} and {len(listed) - most} more"
