"""Findings mended in the source: planned, proven by a second scan, and only then written."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from data_etiquette.app.map import Progress
from data_etiquette.app.scan import ScanOutcome, ScanRequest, scan
from data_etiquette.frontends.editing.edits import FUNCTIONS, Target
from data_etiquette.frontends.editing.source import (
    Replacement,
    Source,
    applied,
    decoded,
    read_source,
)
from data_etiquette.model.catalog import Catalog, Rule, RuleEdit
from data_etiquette.model.error import ReadError, UsageError
from data_etiquette.model.graph import Entity
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.fixes import Change, Fixed, Fixes, Left
from data_etiquette.reporting.sentence import new_findings

_ROUNDS = 4
_PYTHON = (".py", ".pyi", ".pyw")
_UNREADABLE = "the file is none that can be edited in place"
_UNCLEAR = "what to change is not clear from the code at this place"
_OTHER_LANGUAGE = "only Python is edited"
_NOT_PROVEN = "with the change the scan still finds it"
_WORSE = "with the change the scan finds something else in this file"
_DJANGO = "django-model"
_TOLD = ("none", "purpose-comment")
"""Edits whose reason is told where they find nothing to change."""
_PURPOSE = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class FixRequest:
    """What the user asks for."""

    scan: ScanRequest
    rules: tuple[str, ...] = ()
    """Codes; empty means every rule that knows an edit."""
    unsafe: bool = False
    """Whether edits that are only suggested are made too."""
    purpose: str = ""
    """For edits that state a purpose: the one that the user names."""
    write: bool = True


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be edited."""

    place: Path
    data: bytes
    encoding: str
    source: Source


@dataclass(frozen=True, slots=True)
class _Made:
    """What one finding needs changed."""

    finding: Finding
    edits: tuple[RuleEdit, ...]
    replacements: tuple[Replacement, ...]


@dataclass(slots=True)
class _Plan:
    files: dict[str, _File] = field(default_factory=dict)
    made: list[_Made] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def texts(self) -> dict[str, str]:
        """Path to the new text of what changes."""
        wanted: dict[str, list[Replacement]] = {}
        for item in self.made:
            wanted.setdefault(item.finding.location.path, []).extend(item.replacements)
        return {
            path: text
            for path, found in sorted(wanted.items())
            if (text := applied(self.files[path].source.text, found))
            != self.files[path].source.text
        }

    def drop(self, item: _Made, reason: str) -> None:
        """Leave a finding to a person after all."""
        self.made.remove(item)
        self.left.append(Left(item.finding, reason))


def fix(request: FixRequest, *, progress: Progress | None = None) -> Fixes:
    """Mend what can be mended; with `write` the files are changed.

    Raises:
        UsageError: a rule is unknown.
        ReadError: a file cannot be written, or changed meanwhile.
        EtiquetteError: the scan could not be done.
    """
    if request.purpose and not _PURPOSE.fullmatch(request.purpose):
        raise UsageError(
            f"{request.purpose!r} is no purpose", hint="small letters, digits and underscores"
        )
    outcome = scan(request.scan, progress=progress)
    rules = {rule.code: rule for rule in outcome.catalog.rules}
    for code in request.rules:
        if code not in rules:
            raise UsageError(f"there is no rule {code}", hint="`etiquette rules list` names them")
    plan = _planned(outcome, request, rules)
    _prove(plan, outcome, request.scan)
    texts = plan.texts()
    if request.write:
        for path, text in texts.items():
            _write(plan.files[path], text)
    return _told(plan, texts, rules, is_written=request.write)


# -- what to change ----------------------------------------------------------------------------


def _planned(outcome: ScanOutcome, request: FixRequest, rules: Mapping[str, Rule]) -> _Plan:
    plan = _Plan()
    places = dict(outcome.files)
    for finding in new_findings(outcome.report):
        rule = rules.get(finding.rule)
        if rule is None or not rule.edits or (request.rules and rule.code not in request.rules):
            continue
        path = finding.location.path
        if not path.endswith(_PYTHON):
            plan.left.append(Left(finding, _OTHER_LANGUAGE))
            continue
        if path not in plan.files and path in places:
            found = _read(places[path])
            if found is not None:
                plan.files[path] = found
        if path not in plan.files:
            plan.left.append(Left(finding, _UNREADABLE))
            continue
        _decide(plan, finding, rule, _target(finding, outcome, request), request)
    return plan


def _decide(plan: _Plan, finding: Finding, rule: Rule, target: Target, request: FixRequest) -> None:
    """Make every edit that fits; where one fits that is not safe, its reason is told."""
    source = plan.files[finding.location.path].source
    done: list[RuleEdit] = []
    replacements: list[Replacement] = []
    reason = ""
    for edit in rule.edits:
        found = FUNCTIONS[edit.do](source, target, edit)
        if found and (edit.safe or request.unsafe):
            done.append(edit)
            replacements += found
        elif found or edit.do in _TOLD:
            reason = reason or edit.reason
    if replacements:
        plan.made.append(_Made(finding, tuple(done), tuple(replacements)))
    else:
        plan.left.append(Left(finding, reason or _UNCLEAR))


def _target(finding: Finding, outcome: ScanOutcome, request: FixRequest) -> Target:
    groups = {item.id: item.group for item in outcome.report.elements}
    return Target(
        line=finding.location.line,
        field=finding.field,
        group=groups.get(finding.element, ""),
        identifier=_identifier(finding.entity, outcome.report),
        maskers=_maskers(outcome.catalog),
        purpose=request.purpose,
    )


def _identifier(name: str, report: Report) -> str:
    """The attribute that names a row without saying who it is; empty where entities disagree."""
    found = {_id_of(entity) for entity in report.entities if name and entity.name == name}
    return found.pop() if len(found) == 1 else ""


def _id_of(entity: Entity) -> str:
    if entity.kind == _DJANGO:
        return "pk"
    return "id" if any(item.name == "id" and not item.element for item in entity.fields) else ""


def _maskers(catalog: Catalog) -> tuple[str, ...]:
    return tuple(
        word
        for item in catalog.sanitisers
        if item.effect == "masked"
        for word in item.keywords
        if " " not in word
    )


def _read(place: Path) -> _File | None:
    try:
        data = place.read_bytes()
        text, encoding = decoded(data)
        if text.encode(encoding) != data:
            return None
        source = read_source(text)
    except (OSError, UnicodeError, SyntaxError):
        return None
    return _File(place, data, encoding, source) if source is not None else None


# -- the proof ---------------------------------------------------------------------------------


def _key(finding: Finding) -> tuple[str, ...]:
    """A finding as long as nothing but its place among equals changes."""
    return (
        finding.rule,
        finding.location.path,
        finding.scope,
        finding.element,
        finding.entity,
        finding.field,
        finding.sink,
        finding.recipient,
    )


def _counted(findings: Iterable[Finding]) -> Counter[tuple[str, ...]]:
    return Counter(map(_key, findings))


def _prove(plan: _Plan, outcome: ScanOutcome, request: ScanRequest) -> None:
    """Scan as if it were changed, and take back what did not help or did harm."""
    before = _counted(outcome.report.findings)
    for _ in range(_ROUNDS):
        texts = plan.texts()
        if not texts:
            break
        after = _counted(_scanned(plan, texts, outcome, request).findings)
        if not _took_back(plan, before, after):
            return
    for item in list(plan.made):
        plan.drop(item, _WORSE)


def _took_back(
    plan: _Plan, before: Counter[tuple[str, ...]], after: Counter[tuple[str, ...]]
) -> bool:
    wanted = Counter(_key(item.finding) for item in plan.made)
    unhelped = {key for key, number in wanted.items() if after[key] > before[key] - number}
    worse = {key[1] for key in after if after[key] > before[key]}
    paths = {item.finding.location.path for item in plan.made}
    elsewhere = bool(worse - paths)
    taken = False
    for item in list(plan.made):
        if _key(item.finding) in unhelped:
            plan.drop(item, _NOT_PROVEN)
        elif elsewhere or item.finding.location.path in worse:
            plan.drop(item, _WORSE)
        else:
            continue
        taken = True
    return taken


def _scanned(
    plan: _Plan, texts: Mapping[str, str], outcome: ScanOutcome, request: ScanRequest
) -> Report:
    with tempfile.TemporaryDirectory(prefix="etiquette-") as folder:
        places = {}
        for number, (path, text) in enumerate(texts.items()):
            places[path] = Path(folder) / f"{number}.py"
            places[path].write_bytes(text.encode(plan.files[path].encoding))
        only = tuple((path, places.get(path, place)) for path, place in outcome.files)
        root = _root(outcome)
        return scan(replace(request, paths=(root,), only=only)).report


def _root(outcome: ScanOutcome) -> Path:
    """The folder that paths of reports are relative to."""
    path, place = outcome.files[0]
    return place.absolute().parents[path.count("/")]


# -- the end -----------------------------------------------------------------------------------


def _write(file: _File, text: str) -> None:
    """The new text in place of the old one, with the file's own mode, whole or not at all."""
    place = file.place.resolve()
    try:
        if place.read_bytes() != file.data:
            raise ReadError("it changed while it was scanned", where=str(file.place))
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:40]}-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(text.encode(file.encoding))
            shutil.copymode(place, temporary)
            Path(temporary).replace(place)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ReadError(f"cannot be written: {error.strerror}", where=str(file.place)) from error


def _told(
    plan: _Plan, texts: Mapping[str, str], rules: Mapping[str, Rule], *, is_written: bool
) -> Fixes:
    changes = []
    for path, text in texts.items():
        made = sorted(
            (item for item in plan.made if item.finding.location.path == path),
            key=lambda item: (item.finding.location, item.finding.rule, item.finding.field),
        )
        done = tuple(
            Fixed(item.finding, tuple(edit.note for edit in item.edits if edit.note))
            for item in made
        )
        changes.append(Change(path, plan.files[path].source.text, text, done))
    left = sorted(plan.left, key=lambda item: (item.finding.location, item.finding.rule))
    return Fixes(tuple(changes), tuple(left), dict(rules), is_written)
