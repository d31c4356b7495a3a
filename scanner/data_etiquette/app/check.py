"""The declaration alone: whether it is complete, and whether code and declaration agree."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.app.clock import today
from data_etiquette.app.map import Progress
from data_etiquette.app.scan import ScanRequest, read_graph
from data_etiquette.checks.run import run_checks
from data_etiquette.declaration.complete import unfinished_parts
from data_etiquette.declaration.difference.find import find_differences
from data_etiquette.model.difference import Comparison
from data_etiquette.model.error import UsageError
from data_etiquette.model.kind import Severity
from data_etiquette.reporting.check import render_check, render_check_json
from data_etiquette.reporting.terminal import TextOptions

FORMATS = ("text", "json")
RULES = ("ETQ004", "ETQ101", "ETQ102")
"""The rules that say what a declaration lacks by itself."""


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What the user asks for."""

    scan: ScanRequest
    format: str = "text"
    fail_on: str = "low"
    """A declaration is right or it is not; `medium` lets stale entries pass."""
    options: TextOptions = field(default_factory=TextOptions)


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What is printed, and whether all is well."""

    text: str
    is_clean: bool


def check(request: CheckRequest, *, progress: Progress | None = None) -> CheckOutcome:
    """Hold the declaration against the code.

    Raises:
        UsageError: there is no declaration.
        ConfigError: it has mistakes; all at once.
    """
    linked = read_graph(request.scan, progress=progress)
    declaration = linked.declaration
    if declaration is None:
        raise UsageError(
            "there is no etiquette.yaml", hint="`etiquette init` drafts one from the code"
        )
    outcome = run_checks(linked.graph, linked.catalog, declaration, RULES, today())
    comparison = Comparison(
        declaration=declaration.path,
        findings=outcome.findings,
        unfinished=unfinished_parts(declaration),
        differences=find_differences(linked.graph, declaration, linked.catalog),
        skipped=linked.graph.skipped,
        files=len(linked.graph.files),
    )
    is_json = request.format == "json"
    text = render_check_json(comparison) if is_json else render_check(comparison, request.options)
    return CheckOutcome(text, not _fails(comparison, request.fail_on))


def _fails(comparison: Comparison, fail_on: str) -> bool:
    if fail_on == "never":
        return False
    threshold = Severity(fail_on).rank
    if any(finding.severity.rank >= threshold for finding in comparison.findings):
        return True
    grave = {"undeclared": Severity.HIGH, "different": Severity.MEDIUM, "stale": Severity.LOW}
    return any(grave[item.kind].rank >= threshold for item in comparison.differences)
