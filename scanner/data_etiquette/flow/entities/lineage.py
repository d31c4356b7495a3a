"""Lineage of columns over all files, and personal data under its new names.

A column that a statement makes from a personal column is personal itself: as it is, derived,
hashed, encrypted or masked. Statistics are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from data_etiquette.flow.entities.classify import Classifier
from data_etiquette.flow.entities.columns import is_key
from data_etiquette.flow.entities.context import EntityContext
from data_etiquette.flow.entities.role import role_of_name, subject_of_name
from data_etiquette.flow.entities.valuetype import value_type
from data_etiquette.flow.lexicon.vocabulary import Vocabulary
from data_etiquette.flow.program.program import Program
from data_etiquette.flow.sql.queried import KEY
from data_etiquette.flow.sql.schema import Schema
from data_etiquette.frontends.sql.lineage.resolve import CHOSEN, Column, Origin, Origins, merge
from data_etiquette.model.facts import Facts, FieldFact, LineageFact, StatementFact
from data_etiquette.model.graph import Entity, Field, Lineage
from data_etiquette.model.kind import Confidence, Protection
from data_etiquette.model.location import Location

_MAX_ROUNDS = 50
"""Views on views followed; a circle of INSERTs settles earlier."""
_MAX_VIEWS = 10
_PROTECTIONS = {
    "hashed": Protection.HASHED,
    "encrypted": Protection.ENCRYPTED,
    "masked": Protection.MASKED,
}

_Key = tuple[str, str]
"""(table's key, column in lower case)."""


@dataclass(frozen=True, slots=True)
class _Edge:
    """One column that a statement writes, and where it comes from."""

    table: str
    """Key of the target; empty for a query whose result goes nowhere."""
    shown_as: str
    """The file's name for such a query."""
    column: str
    location: Location
    origins: tuple[tuple[_Key, str], ...]
    is_defined: bool
    """Whether the statement makes the target, so that it alone says what the column is."""


@dataclass(frozen=True, slots=True)
class Traced:
    """Entities that know what their columns are made from, and the lineage itself."""

    entities: tuple[Entity, ...]
    lineage: tuple[Lineage, ...]


def trace_lineage(program: Program, entities: tuple[Entity, ...], vocabulary: Vocabulary) -> Traced:
    """Resolve all statements' lineage against all files' schema."""
    if not any(item.lineage for facts in program.files for item in facts.statements):
        return Traced(entities, ())
    return _Tracing(program, entities, vocabulary).run()


class _Tracing:
    def __init__(
        self, program: Program, entities: tuple[Entity, ...], vocabulary: Vocabulary
    ) -> None:
        self._schema = Schema(program, entities)
        self._entities = {entity.id: entity for entity in entities}
        self._vocabulary = vocabulary
        self._classifier = Classifier(vocabulary)
        self._by_table: dict[str, list[str]] = {}
        for entity in entities:
            if entity.table:
                key = self._schema.tables.key(entity.table)
                self._by_table.setdefault(key, []).append(entity.id)
        self._inherited: dict[_Key, Field] = {}
        self._made: set[str] = set()
        """Entities that only their query defines."""
        self._settled: set[_Key] = set()
        """Columns of views whose sources are all known: their names have no say."""
        self._fields: dict[_Key, Field] = {}
        self._index_fields()

    def run(self) -> Traced:
        edges: list[_Edge] = []
        lineage: list[Lineage] = []
        for facts, statement, fact in self._schema.flows:
            found = list(self._edges(facts, statement, fact))
            edges += found
            if statement.verb == "select" and fact.target:
                self._define(facts, statement, fact, found)
        self._index_fields()
        self._settled = {
            (edge.table, edge.column.lower())
            for edge in edges
            if edge.is_defined and self._is_known(edge)
        }
        self._spread(edges)
        for edge in edges:
            lineage += self._shown(edge)
        self._apply(edges)
        self._name_subjects(edges)
        ordered = sorted(self._entities.values(), key=lambda item: (item.location, item.id))
        unique = sorted(set(lineage), key=lambda item: (item.location, item.target, item.sources))
        return Traced(tuple(ordered), tuple(unique))

    # -- edges ----------------------------------------------------------------------------------

    def _edges(self, facts: Facts, statement: StatementFact, fact: LineageFact) -> Iterable[_Edge]:
        if statement.embedded and not fact.target:
            return
        table = self._schema.tables.key(fact.target) if fact.target else ""
        shape = self._schema.shape(fact)
        merged: dict[str, tuple[Column, Origins]] = {}
        for column in shape.columns:
            if column.name:
                _, origins = merged.setdefault(column.name.lower(), (column, {}))
                merge(origins, column.origins)
        is_defined = bool(table) and statement.verb == "select"
        stem = "" if table else PurePosixPath(facts.path).stem
        for column, origins in merged.values():
            place = Location(facts.path, column.line or statement.line, max(1, column.column))
            keys = self._keys(origins)
            yield _Edge(table, stem, column.name, place, keys, is_defined)
        place = Location(facts.path, statement.line)
        for source, _ in shape.open:
            if source:
                keys = self._keys({(source, "*"): "direct"})
                yield _Edge(table, stem, "*", place, keys, is_defined)

    def _keys(self, origins: Origins) -> tuple[tuple[_Key, str], ...]:
        return tuple(sorted((self._key(origin), effect) for origin, effect in origins.items()))

    def _key(self, origin: Origin) -> _Key:
        table, column = origin
        return (self._schema.tables.key(table) if table else "", column)

    def _is_told(self, key: _Key, effect: str) -> bool:
        """Of the columns that a constant was chosen by, only the personal ones are in it."""
        return effect != CHOSEN or self._personal(_lower(key)) is not None

    def _personal(self, key: _Key) -> Field | None:
        """The personal field behind a column, by its own name or by what it is made from."""
        own = self._fields.get(key) if key not in self._settled else None
        return own if own is not None and own.element else self._inherited.get(key)

    def _shown(self, edge: _Edge) -> Iterable[Lineage]:
        told = [(key, effect) for key, effect in edge.origins if self._is_told(key, effect)]
        if told:
            pairs = sorted((self._name(key), _word(effect)) for key, effect in told)
            yield Lineage(
                target=self._target(edge),
                sources=tuple(name for name, _ in pairs),
                location=edge.location,
                effects=tuple(effect for _, effect in pairs),
            )

    def _target(self, edge: _Edge) -> str:
        if edge.table:
            return self._name((edge.table, edge.column))
        return f"{edge.shown_as}.{edge.column}"

    def _name(self, key: _Key) -> str:
        table, column = key
        if not table:
            return column
        return f"{self._schema.tables.shown(table)}.{self._schema.column(table, column)}"

    # -- entities of views ----------------------------------------------------------------------

    def _define(
        self, facts: Facts, statement: StatementFact, fact: LineageFact, edges: list[_Edge]
    ) -> None:
        """The entity of a view, or of a table made from a query."""
        key = self._schema.tables.key(fact.target)
        views = {item.name.lower() for item in facts.tables if item.action == "view"}
        is_view = fact.target.lower() in views
        known = [
            self._entities[identity]
            for identity in self._by_table.get(key, ())
            if self._entities[identity].location.path == facts.path
        ]
        entity = known[0] if known else self._new(facts, statement, fact, is_view=is_view)
        names = {item.name.lower() for item in entity.fields}
        fields = [
            self._field(facts, edge, entity)
            for edge in edges
            if edge.column != "*" and edge.column.lower() not in names
        ]
        # A declared table that is filled later keeps the columns that it was declared with.
        if not known or is_view or entity.location.line == statement.line:
            entity = replace(entity, fields=(*entity.fields, *fields))
        self._entities[entity.id] = entity
        if not known:
            self._made.add(entity.id)
        if entity.id not in self._by_table.setdefault(key, []):
            self._by_table[key].append(entity.id)

    def _new(
        self, facts: Facts, statement: StatementFact, fact: LineageFact, *, is_view: bool
    ) -> Entity:
        name = fact.target.rsplit(".", 1)[-1]
        role, _ = role_of_name(name, self._vocabulary)
        return Entity(
            id=f"{facts.path}:{fact.target}",
            name=name,
            kind="sql-view" if is_view else "sql-table",
            location=Location(facts.path, statement.line),
            role=role,
            subject=subject_of_name(name, self._vocabulary) or "person",
            stored=not is_view,
            table=fact.target,
        )

    def _field(self, facts: Facts, edge: _Edge, entity: Entity) -> Field:
        place = edge.location
        fact = FieldFact(edge.column, place.line, place.column, place.line, origin="column")
        value = value_type(fact, self._vocabulary, is_sql=True)
        known = role_of_name(entity.name, self._vocabulary)[1]
        context = EntityContext(entity.name, entity.kind, entity.role, known, entity.stored)
        judgement = self._classifier.judge(fact, value, context)
        element = self._vocabulary.elements.get(judgement.element)
        if element is None or is_key(edge.column):
            return Field(edge.column, place, fact)
        return Field(
            name=edge.column,
            location=Location(facts.path, place.line, place.column),
            fact=fact,
            element=element.id,
            group=element.group,
            special_category=element.special_category,
            sensitivity=element.sensitivity,
            confidence=judgement.confidence,
            protection=judgement.protection,
            evidence=judgement.evidence,
        )

    def _name_subjects(self, edges: list[_Edge]) -> None:
        """A view is about those whom its personal columns are about."""
        for _ in range(_MAX_VIEWS):
            before = dict(self._entities)
            for edge in edges:
                if edge.table and (edge.table, edge.column.lower()) in self._inherited:
                    self._name_subject(edge)
            if self._entities == before:
                return

    def _name_subject(self, edge: _Edge) -> None:
        found = [
            self._entities[identity].subject
            for (table, _), _ in edge.origins
            for identity in self._by_table.get(table, ())
        ]
        telling = sorted({name for name in found if name not in ("", "person")})
        for identity in self._by_table.get(edge.table, ()):
            entity = self._entities[identity]
            if identity in self._made and entity.subject in ("", "person") and telling:
                self._entities[identity] = replace(entity, subject=telling[0])

    # -- personal data under new names ----------------------------------------------------------

    def _spread(self, edges: list[_Edge]) -> None:
        """Carry data elements along the edges until nothing changes."""
        for _ in range(_MAX_ROUNDS):
            before = len(self._inherited)
            for edge in edges:
                key = (edge.table, edge.column.lower())
                if edge.table and key not in self._inherited:
                    found = self._carried(edge)
                    if found is not None:
                        self._inherited[key] = replace(found, location=edge.location)
            if len(self._inherited) == before:
                return

    def _carried(self, edge: _Edge) -> Field | None:
        """The most telling of the personal columns that a column is made from."""
        found = []
        if is_key(edge.column):
            return None
        for key, effect in edge.origins:
            if _lower(key) == (edge.table, edge.column.lower()):
                continue
            source = self._personal(_lower(key))
            if (
                source is not None
                and source.fact.option(KEY)
                and key[1].lower() != edge.column.lower()
            ):
                continue  # one key of a JSON column is not the others: its own name must tell
            if source is not None and _still_personal(source, effect):
                found.append(self._under_new_name(source, key, effect))
        if not found:
            return None
        return max(found, key=lambda item: (item.confidence.rank, item.sensitivity, item.element))

    def _index_fields(self) -> None:
        """The field behind each column, the personal one if a model and a table both have it."""
        self._fields.clear()
        for table, identities in self._by_table.items():
            for item in (item for name in identities for item in self._entities[name].fields):
                for name in {item.name.lower(), item.fact.column_name.lower()} - {""}:
                    known = self._fields.get((table, name))
                    if known is None or not known.element:
                        self._fields[table, name] = item

    def _is_known(self, edge: _Edge) -> bool:
        return bool(edge.origins) and all(self._is_plain(key) for key, _ in edge.origins)

    def _is_plain(self, key: _Key) -> bool:
        """Whether a column is declared and says what it holds, as a JSON column does not."""
        found = self._fields.get(_lower(key))
        return found is not None and not found.fact.option(KEY)

    def _under_new_name(self, source: Field, key: _Key, effect: str) -> Field:
        place = f"{source.location.path}:{source.location.line}"
        how = "" if effect == "direct" else f", {_word(effect)}"
        confidence = source.confidence
        if effect in ("derived", "condition", CHOSEN) and confidence is Confidence.HIGH:
            confidence = Confidence.MEDIUM
        return replace(
            source,
            confidence=confidence,
            protection=_PROTECTIONS.get(effect, source.protection),
            evidence=(f"comes from {self._name(key)} ({place}){how}",),
        )

    def _apply(self, edges: list[_Edge]) -> None:
        """Write what was found into the targets' fields."""
        by_table: dict[str, dict[str, list[_Edge]]] = {}
        for edge in edges:
            if edge.table:
                by_table.setdefault(edge.table, {}).setdefault(edge.column.lower(), []).append(edge)
        for table, columns in by_table.items():
            for identity in self._by_table.get(table, ()):
                entity = self._entities[identity]
                fields = tuple(self._written(item, columns) for item in entity.fields)
                self._entities[identity] = replace(entity, fields=fields)

    def _written(self, item: Field, columns: dict[str, list[_Edge]]) -> Field:
        for name in sorted({item.name.lower(), item.fact.column_name.lower()}):
            for edge in columns.get(name, ()):
                inherited = self._inherited.get((edge.table, edge.column.lower()))
                item = self._joined(item, inherited, edge)
        return item

    def _joined(self, item: Field, inherited: Field | None, edge: _Edge) -> Field:
        if inherited is not None and inherited.evidence[0] in item.evidence:
            return item
        if inherited is None:
            return self._disproved(item, edge) if edge.is_defined and item.element else item
        if item.element and not edge.is_defined:
            stronger = max(item.protection, inherited.protection, key=_is_protected)
            return replace(
                item, protection=stronger, evidence=(*inherited.evidence, *item.evidence)
            )
        # What a view's column is made from says more than its name.
        return replace(inherited, name=item.name, location=item.location, fact=item.fact)

    def _disproved(self, item: Field, edge: _Edge) -> Field:
        """A view's column that sounds personal, but whose sources are all known and are not."""
        if not self._is_known(edge):
            return item
        names = ", ".join(self._name(key) for key, _ in edge.origins)
        effects = {effect for _, effect in edge.origins}
        reason = f"comes from {names}, not personal"
        if effects == {"aggregated"}:
            reason = f"a statistic of {names}"
        elif effects <= {"condition", CHOSEN}:
            reason = f"tells no more than a condition on {names}"
        return Field(item.name, item.location, item.fact, evidence=(reason,), value=item.value)


def _lower(key: _Key) -> _Key:
    return key[0], key[1].lower()


def _word(effect: str) -> str:
    """A choice by a condition is told as what it is to the reader: derived."""
    return "derived" if effect in ("condition", CHOSEN) else effect


def _still_personal(source: Field, effect: str) -> bool:
    """A flag tells no e-mail address, but a group chosen by diagnosis tells the diagnosis."""
    if effect in ("condition", CHOSEN):
        return source.special_category
    return effect != "aggregated"


def _is_protected(protection: Protection) -> bool:
    return protection is not Protection.NONE
