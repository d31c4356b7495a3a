"""The commit hook: the whole repository is read, and what touches the named files counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from data_etiquette.app.discover import shown
from data_etiquette.app.map import Progress
from data_etiquette.app.scan import ScanOutcome, ScanRequest, scan
from data_etiquette.model.error import UsageError
from data_etiquette.model.kind import Principle
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.brief import render_brief
from data_etiquette.reporting.terminal import TextOptions


@dataclass(frozen=True, slots=True)
class HookRequest:
    """What the hook is asked: a scan of the repository, and the files of the commit."""

    scan: ScanRequest
    root: Path
    """The folder that is scanned whole."""
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class HookOutcome:
    """The findings that touch the files."""

    report: Report
    unread: tuple[str, ...]
    """Named files that a scan leaves out: excluded, tests, nothing that is read."""
    named: int = 0

    @property
    def of_code(self) -> Report:
        """The findings of the tool itself left out: they are no commit's fault."""
        own = Principle.TOOL.word
        kept = tuple(item for item in self.report.findings if item.principle != own)
        return replace(self.report, findings=kept)

    def text(self, options: TextOptions) -> str:
        """Short text for a terminal."""
        return render_brief(self.report, self.named, len(self.unread), options)


def hook(request: HookRequest, *, progress: Progress | None = None) -> HookOutcome:
    """Scan the repository and keep what stands in the files, or whose data passes them.

    Raises:
        EtiquetteError: a file does not exist, or the scan could not be done.
    """
    missing = [shown(place) for place in request.files if not place.exists()]
    if missing:
        raise UsageError(f"no such file: {', '.join(missing)}", hint="name files of the commit")
    outcome = scan(request.scan, progress=progress)
    named = _paths(request, outcome)
    read = {path for path, _ in outcome.files}
    findings = touching(outcome.report, named)
    unread = tuple(sorted(named - read))
    report = replace(outcome.report, findings=findings)
    return HookOutcome(report, unread, len(request.files))


def touching(report: Report, paths: Iterable[str]) -> tuple[Finding, ...]:
    """Findings that stand in one of the paths, or whose flow passes one."""
    wanted = frozenset(paths)
    return tuple(
        finding for finding in report.findings if not wanted.isdisjoint(_places(finding, report))
    )


def _places(finding: Finding, report: Report) -> set[str]:
    if finding.flow < 0:
        return {finding.location.path}
    flow = report.flows[finding.flow]
    steps = {step.path for step in flow.steps}
    return {finding.location.path, flow.source.path, flow.sink.location.path, *steps}


def _paths(request: HookRequest, outcome: ScanOutcome) -> set[str]:
    """The named files as reports write them; one outside of the root is of no concern."""
    root = request.root.resolve()
    known = {place: path for path, place in outcome.files}
    found = set()
    for place in (item.resolve() for item in request.files):
        if place in known:
            found.add(known[place])
        elif place.is_relative_to(root):
            found.add(shown(place.relative_to(root)))
        else:
            found.add(shown(place))
    return found


def repository_of(place: Path) -> Path:
    """The nearest folder with a `.git`, from a place upwards; the place itself without one."""
    here = place.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
