"""Questions to the rules: which there are, what one says, whether one's own do what they say."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path

from data_etiquette.app.cache import cache_folder
from data_etiquette.app.cases import CaseOutcome, run_cases
from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.error import UsageError
from data_etiquette.reporting.rules import (
    render_list,
    render_list_json,
    render_rule,
    render_rule_json,
    render_test,
)
from data_etiquette.reporting.terminal import TextOptions


@dataclass(frozen=True, slots=True)
class RulesRequest:
    """What the user asks for."""

    folders: tuple[Path, ...] = ()
    """The user's own rule folders."""
    as_json: bool = False
    options: TextOptions = field(default_factory=TextOptions)


@dataclass(frozen=True, slots=True)
class CasesOutcome:
    """What is printed, and whether all cases pass."""

    text: str
    passes: bool


def list_rules(request: RulesRequest) -> str:
    """All rules, the user's own included.

    Raises:
        RuleError: a rule file is wrong.
    """
    catalog = load_catalog(data_folder("rules"), None, request.folders)
    rules = sorted(catalog.rules, key=lambda rule: rule.code)
    return render_list_json(rules) if request.as_json else render_list(rules, request.options)


def rule_titles() -> tuple[tuple[str, str], ...]:
    """Codes and titles of the tool's own rules, from the cache: a shell waits for them.

    Raises:
        RuleError: a rule file is wrong.
    """
    catalog = load_catalog(data_folder("rules"), cache_folder())
    return tuple(sorted((rule.code, rule.title) for rule in catalog.rules))


def element_labels() -> tuple[tuple[str, str], ...]:
    """Ids and labels of the tool's own data elements, for the same.

    Raises:
        RuleError: a rule file is wrong.
    """
    catalog = load_catalog(data_folder("rules"), cache_folder())
    return tuple(sorted((element.id, element.label) for element in catalog.elements))


def show_rule(name: str, request: RulesRequest) -> str:
    """One rule by its code or name.

    Raises:
        UsageError: there is no such rule; the hint names a near one.
        RuleError: a rule file is wrong.
    """
    catalog = load_catalog(data_folder("rules"), None, request.folders, with_cases=True)
    for rule in catalog.rules:
        if name.lower() in (rule.code.lower(), rule.name.lower()):
            if request.as_json:
                return render_rule_json(rule, catalog.laws)
            return render_rule(rule, catalog.laws, request.options)
    raise UsageError(f"no rule `{name}`", hint=_near(name, catalog))


def own_cases(request: RulesRequest) -> CasesOutcome:
    """Run the cases of the user's own rules.

    Raises:
        UsageError: there are none.
        RuleError: a rule file is wrong, or takes a name that is taken.
    """
    if not request.folders:
        raise UsageError(
            "no folder with rules of your own",
            hint='name it, or write `rules = "privacy/rules"` in [tool.etiquette]',
        )
    catalog = load_catalog(data_folder("rules"), None, request.folders, with_cases=True)
    shipped = load_catalog(data_folder("rules"), None)
    outcomes = tuple(run_cases(catalog, shipped))
    text = render_test(outcomes, request.options)
    return CasesOutcome(text, _passes(outcomes))


def _passes(outcomes: tuple[CaseOutcome, ...]) -> bool:
    return all(outcome.passes for outcome in outcomes)


def _near(name: str, catalog: Catalog) -> str:
    known = [word for rule in catalog.rules for word in (rule.code, rule.name)]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else "`etiquette rules list` prints them all"
