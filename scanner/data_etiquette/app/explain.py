"""Explain one finding or one line: scan, pick, and put together what led to it."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data_etiquette.app.discover import shown
from data_etiquette.app.map import Progress
from data_etiquette.app.otherwise import Premises
from data_etiquette.app.scan import ScanOutcome, ScanRequest, scan
from data_etiquette.app.snippets import read_places
from data_etiquette.flow.entities.classify import Classifier
from data_etiquette.flow.lexicon.vocabulary import compile_vocabulary
from data_etiquette.model.error import UsageError
from data_etiquette.model.graph import Entity, Field, Flow
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.explain import (
    Account,
    Known,
    LineView,
    declared_field,
    is_at,
    render_finding,
    render_line,
)
from data_etiquette.reporting.sentence import counted
from data_etiquette.reporting.terminal import TextOptions

MIN_PREFIX = 6
"""Digits of a fingerprint that at least must be given."""
_FINGERPRINT = re.compile(r"[0-9a-f]+", re.IGNORECASE)
_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d+)(?::\d+)?")
_MAX_NEAREST = 5
_SHOWN_DIGITS = 10
_ALIKE = 0.7
"""Likeness from which another finding may be the one that was meant."""


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """What the user asks for."""

    scan: ScanRequest
    target: str
    """A prefix of a fingerprint, or `FILE:LINE`."""
    options: TextOptions = field(default_factory=TextOptions)


def explain(request: ExplainRequest, *, progress: Progress | None = None) -> str:
    """The explanation as text.

    Raises:
        EtiquetteError: the scan could not be done, or it knows of no such finding or file.
    """
    place = _PLACE.fullmatch(request.target)
    if place is None:
        _check_prefix(request.target)
    outcome = scan(request.scan, progress=progress)
    explainer = _Explainer(request, outcome)
    if place is None:
        return explainer.finding(request.target.lower())
    return explainer.line(place["path"], int(place["line"]))


def _check_prefix(target: str) -> None:
    if not _FINGERPRINT.fullmatch(target):
        raise UsageError(
            f"`{target}` is neither a finding's fingerprint nor FILE:LINE",
            hint="for instance `explain 3f9c2a71b0` or `explain app/models.py:12`",
        )
    if len(target) < MIN_PREFIX:
        raise UsageError(
            f"`{target}` is too short for a fingerprint",
            hint=f"give at least its first {MIN_PREFIX} digits",
        )


class _Explainer:
    def __init__(self, request: ExplainRequest, outcome: ScanOutcome) -> None:
        self._request = request
        self._report: Report = outcome.report
        self._files = dict(outcome.files)
        self._sanitisers = outcome.catalog.sanitisers
        vocabulary = compile_vocabulary(outcome.catalog)
        self._premises = Premises(vocabulary, Classifier(vocabulary))
        self._by_id = {entity.id: entity for entity in outcome.report.entities}

    def finding(self, prefix: str) -> str:
        finding = _named(self._report.findings, prefix)
        flow = self._report.flows[finding.flow] if finding.flow >= 0 else None
        accounts = self._accounts_behind(finding, flow)
        alone = {(step.path, step.line) for step in flow.steps} if flow is not None else set()
        alone |= {(item.field.location.path, item.field.location.line) for item in accounts}
        place = (finding.location.path, finding.location.line)
        known = self._known({place}, alone)
        return render_finding(known, finding, accounts, self._request.options)

    def line(self, named: str, line: int) -> str:
        path = self._path(named)
        lines = next((item.lines for item in self._report.files if item.path == path), 0)
        if not 1 <= line <= max(lines, 1):
            raise UsageError(f"{path} has {counted(lines, 'line')}, and no line {line}")
        known = self._known({(path, line)}, set())
        return render_line(known, self._view(path, line), self._request.options)

    def _known(self, around: set[tuple[str, int]], alone: set[tuple[str, int]]) -> Known:
        snippets = read_places(self._files, around, alone)
        source = {
            (snippet.path, line.number): snippet
            for snippet in snippets
            for line in snippet.lines
            if line.is_hit
        }
        paths = tuple(shlex.quote(path) for path in self._report.paths if path != ".")
        return Known(self._report, self._sanitisers, source, paths)

    def _accounts_behind(self, finding: Finding, flow: Flow | None) -> list[Account]:
        if not finding.field:
            entity = self._by_id.get(finding.scope)
            return (
                [self._account(entity, item) for item in entity.personal_fields] if entity else []
            )
        notes = [step.note for step in flow.steps] if flow is not None else []
        notes.append(f"({finding.location.path}:{finding.location.line})")
        found = declared_field(self._report, finding.entity, finding.field, notes)
        if found is None or found[1].element != finding.element:
            return []
        return [self._account(*found)]

    def _account(self, entity: Entity, item: Field) -> Account:
        return Account(
            entity,
            item,
            self._premises.role_reason(entity, self._by_id),
            () if item.is_personal else self._premises.otherwise(entity, item),
        )

    def _view(self, path: str, line: int) -> LineView:
        report = self._report
        declared = [
            (entity, item)
            for entity in report.entities
            for item in entity.fields
            if is_at(item.location, path, line)
        ]
        flows = tuple(flow for flow in report.flows if _touches(flow, path, line))
        return LineView(
            path,
            line,
            accounts=tuple(self._account(entity, item) for entity, item in declared),
            flows=flows,
            led_from=tuple(self._led_from(declared, flows)),
            findings=tuple(item for item in report.findings if _stands_on(item, path, line)),
            skipped=tuple(
                item for item in report.skipped if item.path == path and item.line in (0, line)
            ),
            nearest=_nearest(report, path, line),
        )

    def _led_from(
        self, declared: Sequence[tuple[Entity, Field]], here: Sequence[Flow]
    ) -> Iterable[Flow]:
        """Flows of the declared fields that only other lines show."""
        wanted = {(item.location, item.name) for _, item in declared if item.is_personal}
        if not wanted:
            return
        names = {name for _, name in wanted}
        for flow in self._report.flows:
            if flow.field not in names or flow in here:
                continue
            notes = [step.note for step in flow.steps]
            found = declared_field(self._report, flow.entity, flow.field, notes)
            if found is not None and (found[1].location, found[1].name) in wanted:
                yield flow

    def _path(self, named: str) -> str:
        """The report's name of a file that the user named his own way."""
        if named in self._files:
            return named
        place = Path(named).resolve()
        ending = f"/{shown(Path(named))}"
        same = [path for path, found in self._files.items() if found.resolve() == place]
        same = same or [path for path in self._files if f"/{path}".endswith(ending)]
        if len(same) == 1:
            return same[0]
        if same:
            hint = f"say which: {', '.join(sorted(same)[:_MAX_NEAREST])}"
            raise UsageError(f"{counted(len(same), 'file')} are called `{named}`", hint=hint)
        raise UsageError(f"`{named}` was not read by this scan", hint=self._file_hint(named))

    def _file_hint(self, named: str) -> str:
        for item in self._report.skipped:
            if item.path == named:
                return item.reason
        close = difflib.get_close_matches(named, sorted(self._files), _MAX_NEAREST, cutoff=0.5)
        if close:
            return f"nearest: {', '.join(close)}"
        return "name the scanned folders after it; tests are left out without --include-tests"


def _named(findings: Sequence[Finding], prefix: str) -> Finding:
    matching = [item for item in findings if item.fingerprint.startswith(prefix)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise UsageError(
            f"{counted(len(matching), 'finding')} begin with `{prefix}`",
            hint="\n  ".join(_told(item, prefix) for item in matching[:_MAX_NEAREST]),
        )
    near = sorted(findings, key=lambda item: (-_likeness(item, prefix), item.fingerprint))
    told = [
        f"nearest: {_told(item, prefix)}" for item in near[:3] if _likeness(item, prefix) >= _ALIKE
    ]
    hint = "a fingerprint depends on the folder scanned: give the PATHS of the scan that told it"
    raise UsageError(
        f"none of {counted(len(findings), 'finding')} begins with `{prefix}`",
        hint="\n  ".join([*told, hint]),
    )


def _told(finding: Finding, prefix: str) -> str:
    digits = max(_SHOWN_DIGITS, len(prefix) + 4)
    return f"{finding.fingerprint[:digits]} {finding.rule} {finding.location}"


def _likeness(finding: Finding, prefix: str) -> float:
    """How much of a mistyped fingerprint is right, from 0 to 1."""
    return difflib.SequenceMatcher(None, finding.fingerprint[: len(prefix)], prefix).ratio()


def _touches(flow: Flow, path: str, line: int) -> bool:
    return (
        (flow.source.path, flow.source.line) == (path, line)
        or is_at(flow.sink.location, path, line)
        or any((step.path, step.line) == (path, line) for step in flow.steps)
    )


def _stands_on(finding: Finding, path: str, line: int) -> bool:
    """On the line, or on a field or call that reaches over it; a class does not count as one."""
    location = finding.location
    if (location.path, location.line) == (path, line):
        return True
    is_small = bool(finding.field) or finding.flow >= 0
    return is_small and is_at(location, path, line)


def _nearest(report: Report, path: str, line: int) -> tuple[int, ...]:
    found = {item.location.line for item in report.findings if item.location.path == path}
    for entity in report.entities:
        found |= {item.location.line for item in entity.fields if item.location.path == path}
    for flow in report.flows:
        found |= {step.line for step in flow.steps if step.path == path}
    return tuple(sorted(found, key=lambda other: (abs(other - line), other))[:_MAX_NEAREST])
