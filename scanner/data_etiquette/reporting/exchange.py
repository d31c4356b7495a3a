"""Declaration and code as other vocabularies ask for them; what nobody says stays empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from data_etiquette.model.catalog import DataElement
from data_etiquette.model.declaration import (
    Activity,
    Declaration,
    DeclaredPurpose,
    DeclaredRecipient,
    DeclaredSubject,
)
from data_etiquette.model.graph import Entity, Field, Transfer
from data_etiquette.model.report import Report
from data_etiquette.reporting.sentence import visible

_NO_KEY = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who gets data, as declared or as the code shows."""

    id: str
    name: str
    kind: str
    role: str
    country: str
    """Where data goes, else where it sits; empty where neither is known."""
    mechanism: str
    elements: tuple[str, ...]
    is_declared: bool


class Exchange:
    """A report with what is looked up in it for other formats."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.declaration: Declaration | None = report.declaration

    @property
    def project(self) -> str:
        """What the code is called, for names of people."""
        return visible(self.report.provenance.project) or "project"

    @cached_property
    def elements(self) -> dict[str, DataElement]:
        """Data elements by id."""
        return {item.id: item for item in self.report.elements}

    @cached_property
    def seen(self) -> dict[str, tuple[str, ...]]:
        """Activity to the elements of the fields that it covers."""
        kinds = {
            (entity.id, item.name): item.element
            for entity in self.report.entities
            for item in entity.personal_fields
        }
        found: dict[str, set[str]] = {}
        for use in self.report.field_uses:
            element = kinds.get((use.entity, use.field))
            for activity in use.activities if element else ():
                found.setdefault(activity, set()).add(element or "")
        return {name: tuple(sorted(kinds)) for name, kinds in found.items()}

    def data(self, activity: Activity) -> tuple[str, ...]:
        """Element ids of an activity: as declared, groups as the code shows them, then the rest."""
        seen = self.seen.get(activity.id, ())
        names: dict[str, None] = {}
        for written in activity.data:
            names |= dict.fromkeys(self._expanded(written, seen))
        return tuple(name for name in (names | dict.fromkeys(seen)) if name in self.elements)

    def _expanded(self, written: str, seen: Iterable[str]) -> list[str]:
        if written in self.elements:
            return [written]
        group = written.removesuffix(".*")
        here = sorted(name for name in seen if self.elements[name].group == group)
        return here or sorted(item.id for item in self.report.elements if item.group == group)

    def words(self, vocabulary: str) -> dict[str, tuple[str, ...]]:
        """Our word to those that another vocabulary has for it."""
        found: dict[str, list[str]] = {}
        for item in self.report.vocabularies:
            if item.id == vocabulary:
                for theirs, ours in item.words:
                    for word in ours:
                        found.setdefault(word, []).append(theirs)
        return {word: tuple(theirs) for word, theirs in found.items()}

    def element_label(self, name: str) -> str:
        """What an element is called."""
        return self.elements[name].label if name in self.elements else name

    def purpose_label(self, name: str) -> str:
        """A purpose in the organisation's words, else in ours."""
        own = {p.id: p.label for p in self._own_purposes if p.label}
        known = {p.id: p.label for p in self.report.purposes}
        return visible(own.get(name) or known.get(name) or name.replace("_", " "))

    def subject_label(self, name: str) -> str:
        """A kind of people in the organisation's words, else in ours."""
        own = {s.id: s.label for s in self._subjects if s.label}
        known = {s.id: s.label for s in self.report.subjects}
        return visible(own.get(name) or known.get(name) or name.replace("_", " "))

    @cached_property
    def _own_purposes(self) -> tuple[DeclaredPurpose, ...]:
        return self.declaration.purposes if self.declaration is not None else ()

    @cached_property
    def _subjects(self) -> tuple[DeclaredSubject, ...]:
        return self.declaration.subjects if self.declaration is not None else ()

    @cached_property
    def uses(self) -> dict[str, str]:
        """Purpose to the data use of Fides."""
        known = {item.id: item.fideslang for item in self.report.purposes}
        return known | {item.id: item.fides for item in self._own_purposes if item.fides}

    @cached_property
    def dpv_purposes(self) -> dict[str, str]:
        """Purpose to that of the Data Privacy Vocabulary."""
        known = {item.id: item.dpv for item in self.report.purposes}
        return known | {item.id: item.dpv for item in self._own_purposes if item.dpv}

    @cached_property
    def fides_subjects(self) -> dict[str, str]:
        """Kind of people to that of Fides."""
        known = {item.id: item.fideslang for item in self.report.subjects if item.fideslang}
        return known | {item.id: item.fides for item in self._subjects if item.fides}

    @cached_property
    def parties(self) -> tuple[Party, ...]:
        """Declared recipients, then those that only the code shows."""
        declared = self.declaration.recipients if self.declaration is not None else ()
        seen = {item.recipient: item for item in self.report.transfers}
        known = {use.recipient for use in self.report.declared_uses if use.declared}
        told = [self._declared(item, seen.get(item.id)) for item in declared]
        shown = [
            Party(
                item.recipient,
                visible(item.name or item.recipient),
                item.kind,
                "",
                item.country,
                "",
                tuple(name for name in item.elements if name in self.elements),
                is_declared=False,
            )
            for item in self.report.transfers
            if item.recipient not in known and all(item.recipient != one.id for one in declared)
        ]
        return (*told, *shown)

    def _declared(self, item: DeclaredRecipient, seen: Transfer | None) -> Party:
        elements = [name for written in item.data for name in self._expanded(written, ())]
        elements += seen.elements if seen is not None else ()
        return Party(
            item.id,
            visible(item.name),
            item.kind or (seen.kind if seen is not None else ""),
            item.role,
            next(iter(item.countries), "") or item.country,
            item.mechanism,
            tuple(dict.fromkeys(name for name in elements if name in self.elements)),
            is_declared=True,
        )

    def party(self, name: str) -> Party | None:
        """A recipient by id."""
        return next((item for item in self.parties if item.id == name), None)

    def is_third_country(self, country: str) -> bool:
        """Whether it lies outside of the European Economic Area, as the rules list it."""
        area = dict(self.report.regions).get("EEA", ())
        return bool(country) and bool(area) and country not in area

    def stored(self) -> Iterator[tuple[str, Entity, tuple[Field, ...]]]:
        """(table or name, entity, its personal fields with those of abstract bases)."""
        by_id = {entity.id: entity for entity in self.report.entities}
        for entity in self.report.entities:
            if entity.stored and not entity.abstract:
                fields = tuple(_with_inherited(entity, by_id))
                if fields:
                    yield entity.table or entity.name, entity, fields


def _with_inherited(entity: Entity, by_id: Mapping[str, Entity]) -> Iterator[Field]:
    seen: set[str] = set()
    waiting, done = [entity], {entity.id}
    while waiting:
        here = waiting.pop(0)
        yield from (item for item in here.personal_fields if item.name not in seen)
        seen |= {item.name for item in here.fields}
        for name in here.bases:
            base = by_id.get(name)
            if base is not None and base.abstract and name not in done:
                done.add(name)
                waiting.append(base)


def key(text: str) -> str:
    """A name as Fides takes it for a key: distinct names may share one."""
    return _NO_KEY.sub("_", text).strip("_.-")[:100] or "unnamed"


def fragment(kind: str, name: str) -> str:
    """An address within the document: distinct for distinct names."""
    return f"#{kind}-{quote(name, safe='', errors='replace')}"
