"""All rules of the catalog over one graph."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from data_etiquette.checks.allow import (
    NO_POLICY,
    Policy,
    allow,
    stale_allowances,
    with_severities,
)
from data_etiquette.checks.baseline import hold_against
from data_etiquette.checks.context import Context
from data_etiquette.checks.fingerprint import in_order, with_fingerprints
from data_etiquette.checks.registry import CHECKS, EVIDENCE
from data_etiquette.checks.suppression import suppress, suppressions
from data_etiquette.declaration.law import applicable
from data_etiquette.declaration.match import Coverage
from data_etiquette.model.catalog import Catalog, Rule
from data_etiquette.model.declaration import Declaration
from data_etiquette.model.error import RuleError
from data_etiquette.model.graph import Graph
from data_etiquette.model.report import BaselineEntry, Finding, Practice, RuleStatus

LAST = "stale_suppression"
"""The one check that asks what the others found."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What checking gives."""

    findings: tuple[Finding, ...]
    statuses: tuple[RuleStatus, ...]
    practices: tuple[Practice, ...] = ()


def run_checks(  # noqa: PLR0913 (what is checked, and what it is held against)
    graph: Graph,
    catalog: Catalog,
    declaration: Declaration | None,
    only: Collection[str] | None = None,
    today: str = "",
    baseline: Sequence[BaselineEntry] = (),
    policy: Policy = NO_POLICY,
) -> Outcome:
    """Run every rule, or only those codes; a rule that needs a declaration says so without one."""
    coverage = Coverage(declaration)
    elements = {element.id: element for element in catalog.elements}
    laws = {law.id: law.short for law in catalog.laws}
    findings: list[Finding] = []
    statuses: list[RuleStatus] = []
    kept: list[Practice] = []
    last: Context | None = None
    chosen = declaration.law if declaration is not None else ("gdpr",)
    for known in sorted(catalog.rules, key=lambda rule: rule.code):
        if only is not None and known.code not in only:
            continue
        rule = replace(known, law=applicable(known.law, catalog.laws, chosen))
        if rule.needs == "declaration" and declaration is None:
            statuses.append(RuleStatus(rule.code, checked=False, reason="there is no declaration"))
            continue
        context = Context(graph, catalog, declaration, coverage, rule, elements, laws, today)
        if rule.check == LAST:
            last = context
            continue
        found = _check(context)
        findings += found
        kept += _kept(context)
        statuses.append(RuleStatus(rule.code, checked=True, findings=len(found)))
    practices = tuple(sorted(kept, key=lambda item: (item.rule, item.location, item.message)))
    codes = {rule.code for rule in catalog.rules}
    findings = with_severities(findings, policy)
    suppressed, used = suppress(findings, graph.flows, suppressions(graph, codes), today)
    allowed, allowing = allow(suppressed, policy, today)
    marked, stale_entries = hold_against(with_fingerprints(allowed), baseline)
    if last is not None:
        checked = frozenset(status.code for status in statuses if status.checked)
        ended = stale_allowances(policy, allowing, checked, today)
        last = replace(
            last, used=used, checked=checked, stale=stale_entries, stale_allowances=ended
        )
        stale = with_severities(_check(last), policy)
        marked = in_order((*marked, *with_fingerprints(stale)))
        statuses.append(RuleStatus(last.rule.code, checked=True, findings=len(stale)))
        statuses.sort(key=lambda status: status.code)
    return Outcome(marked, tuple(statuses), practices)


def _check(context: Context) -> list[Finding]:
    name = _check_name(context.rule)
    check = CHECKS.get(name)
    if check is None:
        raise RuleError(
            f"no check is named `{name}`",
            where=context.rule.path,
            hint=f"known checks: {', '.join(sorted(CHECKS))}",
        )
    return list(check(context))


def _kept(context: Context) -> list[Practice]:
    name = context.rule.evidence
    if not name:
        return []
    if name not in EVIDENCE:
        raise RuleError(
            f"no evidence is named `{name}`",
            where=context.rule.path,
            hint=f"known: {', '.join(sorted(EVIDENCE))}",
        )
    return list(EVIDENCE[name](context))


def _check_name(rule: Rule) -> str:
    if rule.check:
        return rule.check
    kinds = {key.split(".", 1)[0] for key, _ in rule.query}
    return "flow_query" if "flow" in kinds else "field_query"
