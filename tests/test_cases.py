"""Every case in `rules/` gives exactly the findings, fields or flows that it names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data_etiquette.app.cases import judged_element, run_model_case, run_rule_case
from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.flow.entities.entities import build_entities
from data_etiquette.flow.lexicon.vocabulary import compile_vocabulary
from data_etiquette.flow.program.program import build_program
from data_etiquette.model.catalog import Catalog, ElementCase, Rule, RuleCase

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
def test_rule_case(rule: Rule, case: RuleCase, catalog: Catalog) -> None:
    outcome = run_rule_case(rule, case, catalog)
    assert (outcome.missing, outcome.extra) == ((), ())


@pytest.mark.parametrize("case", list(_model_cases()))
def test_model_case(case: RuleCase, catalog: Catalog) -> None:
    outcome = run_model_case("", "", case, catalog)
    assert (outcome.missing, outcome.extra) == ((), ())


@pytest.mark.parametrize("case", list(_element_cases()))
def test_element_case(case: ElementCase) -> None:
    assert judged_element(case, VOCABULARY) == case.expect


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
