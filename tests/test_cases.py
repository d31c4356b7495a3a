"""Every case in `rules/` gives exactly the findings, fields or flows that it names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.flow.classify import Classifier, EntityContext
from data_etiquette.flow.entities import build_entities
from data_etiquette.flow.program import build_program
from data_etiquette.flow.role import role_of_name
from data_etiquette.flow.valuetype import value_type
from data_etiquette.flow.vocabulary import compile_vocabulary
from data_etiquette.model.catalog import Catalog, ElementCase, Rule, RuleCase
from data_etiquette.model.facts import FieldFact
from tests.support import declared, link_texts, outcome_of, short, short_practice

CATALOG = load_catalog(data_folder("rules"), with_cases=True)


def _rule_cases() -> Iterator[object]:
    for rule in CATALOG.rules:
        for case in rule.cases:
            yield pytest.param(rule, case, id=f"{rule.code}::{case.name}")


def _model_cases() -> Iterator[object]:
    for model in (*CATALOG.frameworks, *CATALOG.sanitisers, *CATALOG.recipients):
        for case in model.cases:
            yield pytest.param(case, id=f"{model.id}::{case.name}")


def _element_cases() -> Iterator[object]:
    for element in CATALOG.elements:
        for case in element.cases:
            yield pytest.param(case, id=f"{element.id}::{case.entity}.{case.field}")


@pytest.mark.parametrize(("rule", "case"), list(_rule_cases()))
def test_rule_case(rule: Rule, case: RuleCase, catalog: Catalog, tmp_path: Path) -> None:
    declaration = declared(case.declaration, catalog, tmp_path)
    outcome = outcome_of(dict(case.files), catalog, declaration)
    found = sorted(short(finding) for finding in outcome.findings if finding.rule == rule.code)
    assert found == sorted(case.expect)
    if case.kept is not None:
        kept = [short_practice(item) for item in outcome.practices if item.rule == rule.code]
        assert sorted(kept) == sorted(case.kept)


@pytest.mark.parametrize("case", list(_model_cases()))
def test_model_case(case: RuleCase, catalog: Catalog) -> None:
    graph = link_texts(dict(case.files), catalog)
    flows = {f"{f.sink.location.line}: {f.element} -> {f.sink.kind.value}" for f in graph.flows}
    fields = {
        f"{item.location.line}: {item.element}"
        for entity in graph.entities
        for item in entity.personal_fields
    }
    wanted = set(case.expect)
    about_flows = any("->" in text for text in wanted) or not wanted
    assert (flows if about_flows else fields) == wanted


@pytest.mark.parametrize("case", list(_element_cases()))
def test_element_case(case: ElementCase) -> None:
    vocabulary = VOCABULARY
    role, known = role_of_name(case.entity, vocabulary)
    fact = FieldFact(case.field, 1, call=case.type)
    context = EntityContext(case.entity, "django-model", role, known, stored=True)
    judgement = Classifier(vocabulary).judge(fact, value_type(fact, vocabulary), context)
    assert judgement.element == case.expect


VOCABULARY = compile_vocabulary(CATALOG)


def test_every_rule_has_bad_good_and_why() -> None:
    thin = [
        rule.code
        for rule in CATALOG.rules
        if sum(bool(case.expect) for case in rule.cases) < 2
        or sum(not case.expect for case in rule.cases) < 3
    ]
    assert thin == []


def test_empty_program_has_no_entities() -> None:
    assert build_entities(build_program([]), VOCABULARY) == ()
