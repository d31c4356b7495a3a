"""What a check may ask, and the one place where findings are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from data_etiquette.checks.allow import Allowance
from data_etiquette.checks.suppression import Suppression
from data_etiquette.declaration.match import Coverage
from data_etiquette.model.catalog import Catalog, DataElement, Rule
from data_etiquette.model.declaration import Declaration
from data_etiquette.model.graph import Entity, Field, Flow, Graph
from data_etiquette.model.kind import Confidence, Severity
from data_etiquette.model.location import Location
from data_etiquette.model.report import BaselineEntry, Finding, Practice

_GRAVE_GROUPS = frozenset({"credentials"})
_GRAVE_ELEMENTS = frozenset(
    {"card_number", "card_cvv", "child_name", "child_birth_date", "child_school"}
)


@dataclass(slots=True)
class Context:
    """The graph, the declaration and the rule at hand."""

    graph: Graph
    catalog: Catalog
    declaration: Declaration | None
    coverage: Coverage
    rule: Rule
    elements: dict[str, DataElement] = field(default_factory=dict)
    laws: dict[str, str] = field(default_factory=dict)
    today: str = ""
    """ISO date of the scan, which the application layer gives; empty when nobody asks for it."""
    used: frozenset[Suppression] = frozenset()
    """For the rule that runs last: suppressions that accepted a finding."""
    stale: tuple[BaselineEntry, ...] = ()
    """For the rule that runs last: entries of the baseline that match no finding."""
    stale_allowances: tuple[tuple[Allowance, str], ...] = ()
    """For the rule that runs last: entries of the configuration that accept nothing, and why."""
    checked: frozenset[str] = frozenset()
    """For the rule that runs last: codes of the rules that ran."""

    def is_open(self, key: str) -> bool:
        """Whether a part of the declaration is still to be filled in: ETQ004 asks for it."""
        return self.declaration is not None and self.declaration.is_open(key)

    def query(self, key: str) -> tuple[str, ...]:
        """Values of one parameter of the rule's query."""
        for name, values in self.rule.query:
            if name == key:
                return values
        return ()

    def label(self, element: str) -> str:
        """An element's label as it stands in a sentence."""
        known = self.elements.get(element)
        return known.label if known is not None else element

    def stored_fields(self) -> Iterator[tuple[Entity, Field]]:
        """Personal fields of entities that live in a store."""
        for entity in self.graph.entities:
            if entity.stored:
                for item in entity.personal_fields:
                    yield entity, item

    def severity_for(self, element: str) -> Severity:
        """The rule's severity, one level higher where the data is grave."""
        fixed = self.query(f"severity.{element}") or (
            self.query(f"severity.{self.elements[element].group}")
            if element in self.elements
            else ()
        )
        if fixed:
            return Severity(fixed[0])
        known = self.elements.get(element)
        if known is None:
            return self.rule.severity
        grave = known.special_category or known.group in _GRAVE_GROUPS or element in _GRAVE_ELEMENTS
        return self.rule.severity.raised() if grave else self.rule.severity

    def on_field(
        self, entity: Entity, item: Field, message: str, confidence: Confidence | None = None
    ) -> Finding:
        """A finding that stands on a field's line."""
        return self._finding(
            message,
            item.location,
            severity=self.severity_for(item.element) if item.element else self.rule.severity,
            confidence=confidence or item.confidence,
            element=item.element,
            entity=entity.name,
            field_name=item.name,
            scope=f"{entity.id}.{item.name}",
        )

    def on_entity(self, entity: Entity, message: str, confidence: Confidence) -> Finding:
        """A finding that stands on an entity's first line."""
        return self._finding(
            message,
            entity.location,
            severity=self.rule.severity,
            confidence=confidence,
            entity=entity.name,
            scope=entity.id,
        )

    def on_flow(
        self, number: int, flow: Flow, message: str, severity: Severity | None = None
    ) -> Finding:
        """A finding that stands on a flow's sink."""
        return self._finding(
            message,
            flow.sink.location,
            severity=severity or self.severity_for(flow.element),
            confidence=flow.confidence,
            element=flow.element,
            entity=flow.entity,
            field_name=flow.field,
            recipient=flow.sink.recipient,
            sink=flow.sink.kind.value,
            flow=number,
            scope=f"{flow.scope}:{flow.sink.name}",
        )

    def on_place(  # noqa: PLR0913 (a place may tell of data, or of nothing)
        self,
        location: Location,
        message: str,
        scope: str,
        *,
        confidence: Confidence = Confidence.HIGH,
        element: str = "",
        entity: str = "",
        field_name: str = "",
        recipient: str = "",
        severity: Severity | None = None,
    ) -> Finding:
        """A finding about a place in a file; `scope` is what it hangs on, free of lines."""
        return self._finding(
            message,
            location,
            severity=severity or (self.severity_for(element) if element else self.rule.severity),
            confidence=confidence,
            element=element,
            entity=entity,
            field_name=field_name,
            recipient=recipient,
            scope=scope,
        )

    def kept(
        self, location: Location, message: str, *, element: str = "", entity: str = "",
        field_name: str = "",
    ) -> Practice:  # fmt: skip
        """A promise found kept, with the place that shows it."""
        return Practice(
            self.rule.code, self.rule.principle.word, message, location, element, entity, field_name
        )

    def _finding(  # noqa: PLR0913 (the one maker of findings)
        self,
        message: str,
        location: Location,
        *,
        severity: Severity,
        confidence: Confidence,
        scope: str,
        element: str = "",
        entity: str = "",
        field_name: str = "",
        recipient: str = "",
        sink: str = "",
        flow: int = -1,
    ) -> Finding:
        rule = self.rule
        return Finding(
            rule=rule.code,
            name=rule.name,
            principle=rule.principle.word,
            severity=_no_surer(severity, confidence),
            confidence=confidence,
            message=message,
            location=location,
            element=element,
            entity=entity,
            field=field_name,
            recipient=recipient,
            sink=sink,
            flow=flow,
            law=tuple(self.laws.get(reference, reference) for reference in rule.law),
            fix=rule.fix,
            scope=scope,
        )


def _no_surer(severity: Severity, confidence: Confidence) -> Severity:
    """At most medium for what is only possible: high and above must be worth stopping for."""
    is_grave = severity.rank > Severity.MEDIUM.rank
    return Severity.MEDIUM if is_grave and confidence is Confidence.LOW else severity
