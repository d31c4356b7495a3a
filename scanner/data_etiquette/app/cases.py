"""Runs the cases that rule files hold: a snippet in memory, and exactly what must come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from data_etiquette.checks.run import LAST, Outcome, run_checks
from data_etiquette.declaration.load import NAMES, parse_declaration
from data_etiquette.flow.entities.classify import Classifier
from data_etiquette.flow.entities.context import EntityContext
from data_etiquette.flow.entities.role import role_of_name
from data_etiquette.flow.entities.valuetype import value_type
from data_etiquette.flow.lexicon.vocabulary import Vocabulary, compile_vocabulary
from data_etiquette.flow.link import link
from data_etiquette.frontends.read import read_file
from data_etiquette.model.catalog import (
    Catalog,
    ElementCase,
    FrameworkModel,
    KnownRecipient,
    Rule,
    RuleCase,
    SanitiserModel,
)
from data_etiquette.model.declaration import Declaration
from data_etiquette.model.facts import FieldFact
from data_etiquette.model.graph import Graph
from data_etiquette.model.report import Finding, Practice

CASE_DAY = "2026-06-01"
"""The day on which cases are checked: dates in their declarations are before or after it."""


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """One case, and what is wrong with it; nothing when it passes."""

    id: str
    """`ETQ301::f-string reaches logger`."""
    path: str
    """The rule file, relative to its folder."""
    missing: tuple[str, ...] = ()
    """What should have come out."""
    extra: tuple[str, ...] = ()
    """What came out as well."""

    @property
    def passes(self) -> bool:
        """Whether exactly what is expected came out."""
        return not self.missing and not self.extra


def run_cases(catalog: Catalog, shipped: Catalog) -> Iterator[CaseOutcome]:
    """All cases of what `catalog` has of the user's own, in the order of kinds and ids."""
    known = {rule.code for rule in shipped.rules}
    for rule in catalog.rules:
        if rule.code not in known:
            for case in rule.cases:
                yield run_rule_case(rule, case, catalog)
    yield from _models(catalog)
    yield from _elements(catalog)


def run_rule_case(rule: Rule, case: RuleCase, catalog: Catalog) -> CaseOutcome:
    """The rule's findings in a case's files, and what it finds kept if the case says so."""
    declaration = declared(case.declaration, catalog)
    # The rule on stale suppressions asks what all others found.
    only = None if rule.check == LAST else (rule.code,)
    outcome = outcome_of(dict(case.files), catalog, declaration, only)
    name = f"{rule.code}::{case.name}"
    found = [
        _as_told(finding, case.expect) for finding in outcome.findings if finding.rule == rule.code
    ]
    if case.kept is None:
        return compared(name, rule.path, case.expect, found)
    kept = [f"kept {short_practice(item)}" for item in outcome.practices]
    wanted = [*case.expect, *(f"kept {item}" for item in case.kept)]
    return compared(name, rule.path, wanted, [*found, *kept])


def run_model_case(identity: str, path: str, case: RuleCase, catalog: Catalog) -> CaseOutcome:
    """Flows in a case's files, or personal fields if that is what it expects."""
    graph = link_texts(dict(case.files), catalog)
    flows = {f"{f.sink.location.line}: {f.element} -> {f.sink.kind.value}" for f in graph.flows}
    fields = {
        f"{item.location.line}: {item.element}"
        for entity in graph.entities
        for item in entity.personal_fields
    }
    wanted = set(case.expect)
    about_flows = any("->" in text for text in wanted) or not wanted
    return compared(f"{identity}::{case.name}", path, wanted, flows if about_flows else fields)


def judged_element(case: ElementCase, vocabulary: Vocabulary) -> str:
    """The element that a field of a case is judged to be."""
    role, known = role_of_name(case.entity, vocabulary)
    fact = FieldFact(case.field, 1, call=case.type)
    context = EntityContext(case.entity, "django-model", role, known, stored=True)
    return Classifier(vocabulary).judge(fact, value_type(fact, vocabulary), context).element


def compared(name: str, path: str, wanted: Iterable[str], found: Iterable[str]) -> CaseOutcome:
    """A case by what it wants and what was found; what stands twice must be found twice."""
    ours, theirs = Counter(wanted), Counter(found)
    return CaseOutcome(
        name,
        path,
        missing=tuple(sorted((ours - theirs).elements())),
        extra=tuple(sorted((theirs - ours).elements())),
    )


def _models(catalog: Catalog) -> Iterator[CaseOutcome]:
    kinds = ("frameworks", "sanitisers", "recipients")
    own = frozenset[str]().union(*(catalog.owned(kind) for kind in kinds))
    for model in _with_cases(catalog):
        if model.id in own:
            for case in model.cases:
                yield run_model_case(model.id, model.path, case, catalog)


def _with_cases(catalog: Catalog) -> list[FrameworkModel | SanitiserModel | KnownRecipient]:
    return [*catalog.frameworks, *catalog.sanitisers, *catalog.recipients]


def _elements(catalog: Catalog) -> Iterator[CaseOutcome]:
    vocabulary = compile_vocabulary(catalog)
    own = catalog.owned("data")
    for element in catalog.elements:
        if element.id in own:
            for case in element.cases:
                name = f"{element.id}::{case.entity}.{case.field}"
                found = judged_element(case, vocabulary)
                yield compared(name, element.path, _some(case.expect), _some(found))


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


# -- texts in memory ----------------------------------------------------------------------------


def link_texts(
    files: Mapping[str, str], catalog: Catalog, declaration: Declaration | None = None
) -> Graph:
    """The graph of files that are no files."""
    overrides = declaration.classify if declaration is not None else ()
    return link(
        [read_file(path, text.encode()) for path, text in files.items()], catalog, overrides
    )


def outcome_of(
    files: Mapping[str, str],
    catalog: Catalog,
    declaration: Declaration | None = None,
    only: Collection[str] | None = None,
) -> Outcome:
    """What checking them gives."""
    graph = link_texts(files, catalog, declaration)
    return run_checks(graph, catalog, declaration, only, CASE_DAY)


def declared(text: str, catalog: Catalog) -> Declaration | None:
    """A case's declaration."""
    return parse_declaration(text.encode(), NAMES[0], catalog) if text else None


def short(finding: Finding) -> str:
    """`4: email -> log`, `3: email`, `2: Order`; the tool's own findings by their name."""
    if finding.sink:
        return f"{finding.location.line}: {finding.element} -> {finding.sink}"
    what = finding.element or finding.entity or finding.name
    return f"{finding.location.line}: {what}"


def _as_told(finding: Finding, wanted: Collection[str]) -> str:
    """With its severity behind, where the case names it: `4: email -> log (critical)`."""
    text = short(finding)
    told = f"{text} ({finding.severity.value})"
    return told if told in wanted else text


def short_practice(practice: Practice) -> str:
    """`4: Customer`, `4: email`."""
    what = practice.element or practice.entity or practice.message
    return f"{practice.location.line}: {what}"
