"""The folder of reports: every page and table by its file name, and the index that links them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import jinja2
import msgspec
import yaml

from data_etiquette.model.report import Report
from data_etiquette.reporting.activity import anchor
from data_etiquette.reporting.html import project_name, render_pages
from data_etiquette.reporting.maplayout import render_svg
from data_etiquette.reporting.notice import (
    Scope,
    build_notice,
    render_notice,
    scopes_of,
    untold,
)
from data_etiquette.reporting.page import page_environment, pinned, read_asset, stamped
from data_etiquette.reporting.pageoptions import PageOptions
from data_etiquette.reporting.phrasebook import load_phrases
from data_etiquette.reporting.phrases import Phrases
from data_etiquette.reporting.record import build_record, render_record
from data_etiquette.reporting.recordtable import render_tables
from data_etiquette.reporting.sentence import new_findings, summary
from data_etiquette.reporting.texts import DEFAULT_LANGUAGE, Texts, known_languages, load_texts

INDEX = "index.html"
_UNDECLARED = (
    "There is no etiquette.yaml. Notice and record list only what the code shows; "
    "`etiquette init` drafts a declaration."
)
_NO_TEXTS = (
    "A notice in the language “{code}” is declared, and there are no texts in it: "
    "reports/vocabulary/{code}.yaml is missing."
)
HASHES = "report.sha256"
"""The hash of every file of the folder, as `sha256sum --check` reads it; what to sign."""


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """One entry of the index."""

    file: str
    title: str
    reader: str = ""
    text: str = ""
    counts: tuple[str, ...] = ()


def render_folder(
    report: Report, templates: Path, options: PageOptions | None = None
) -> dict[str, bytes]:
    """File name to content of everything that `html:FOLDER` writes.

    Raises:
        UsageError: there are no texts in the language that is asked for.
    """
    chosen = options or PageOptions()
    environment = page_environment(templates)
    versions = _versions(report, templates, chosen)
    first = versions[0].texts
    files = _encoded(render_pages(report, templates, chosen))
    style = read_asset(templates, "transparency/style.css")
    for version in versions:
        pages = render_notice(
            environment, report, version.scope, version.texts, style, traceable=chosen.traceable
        )
        files |= _encoded({version.named(name): page for name, page in pages.items()})
    files |= _encoded(render_record(environment, report, first, templates))
    declaration = report.declaration
    record = build_record(report, declaration, first) if declaration is not None else None
    files |= render_tables(record, templates, first)
    files["map.svg"] = render_svg(report, templates, language=first.language).encode()
    phrases = load_phrases(templates, chosen.language or DEFAULT_LANGUAGE)
    index = _index(environment, report, templates, versions, sorted([*files, HASHES]), phrases)
    files = {INDEX: index.encode(), **dict(sorted(files.items()))}
    return {**files, HASHES: _hashes(files)}


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a notice in one language."""

    scope: Scope
    texts: Texts
    is_first_scope: bool
    is_first_language: bool

    def named(self, name: str) -> str:
        """`transparency-staff.de.html` of `transparency.html`: what is first has no mark."""
        stem, _, ending = name.rpartition(".")
        base, dash, part = stem.partition("-")
        scope = "" if self.is_first_scope else f"-{anchor(self.scope.id)}"
        language = "" if self.is_first_language else f".{self.texts.language}"
        return f"{base}{scope}{dash}{part}{language}.{ending}"


def _versions(report: Report, templates: Path, options: PageOptions) -> list[Version]:
    known = known_languages(templates)
    versions = []
    for number, scope in enumerate(scopes_of(report.declaration)):
        wanted = [code for code in scope.languages if code in known]
        codes = [options.language.lower()] if options.language else wanted or [DEFAULT_LANGUAGE]
        versions += [
            Version(scope, load_texts(templates, code), number == 0, place == 0)
            for place, code in enumerate(codes)
        ]
    return versions


def _hashes(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def _encoded(pages: Mapping[str, str]) -> dict[str, bytes]:
    return {name: page.encode() for name, page in pages.items()}


def _index(  # noqa: PLR0913 (what it is made of)
    environment: jinja2.Environment,
    report: Report,
    templates: Path,
    versions: Sequence[Version],
    files: Sequence[str],
    t: Phrases,
) -> str:
    style = read_asset(templates, "compliance/style.css", "index/style.css")
    declaration = report.declaration
    declared = (
        t("The declaration is {path}.", path=declaration.path)
        if declaration is not None
        else t(_UNDECLARED)
    )
    page = environment.get_template("index/index.html.j2").render(
        report=report,
        name=project_name(report),
        summary=summary(report, t),
        t=t,
        declared=declared,
        pages=_pages(report, templates, versions, files, t),
        readability=_readability(report, versions),
        notes=_notes(report, templates, t),
        **pinned(style),
    )
    return stamped(page)


def _pages(
    report: Report, templates: Path, versions: Sequence[Version], files: Sequence[str], t: Phrases
) -> list[LinkedPage]:
    content = yaml.safe_load((templates / "index" / "pages.yaml").read_bytes())
    described = msgspec.convert(content["pages"], list[LinkedPage])
    counts = _counts(report, versions, t)
    order = {page.file: number for number, page in enumerate(described)}
    known = {page.file: page for page in described}
    several = len({version.texts.language for version in versions}) > 1
    made = {
        version.named(name): (name, _titled(version, several=several))
        for name in ("transparency.html", "transparency-embed.html")
        for version in versions
    }
    entries = []
    for file in files:
        original, mark = made.get(file, (file, ""))
        page = known.get(original) or LinkedPage(file, file)
        entry = replace(page, file=file, title=t(page.title) + mark, counts=counts.get(file, ()))
        entries.append((order.get(original, len(order)), file, entry))
    return [entry for _, _, entry in sorted(entries, key=lambda item: item[:2])]


def _titled(version: Version, *, several: bool) -> str:
    """What tells a notice from the others: ` (staff, Deutsch)`."""
    label = version.scope.notices[0].label if version.scope.notices else ""
    marks = [] if version.is_first_scope else [label or version.scope.id]
    marks += [version.texts.name] if several and not version.is_first_language else []
    return f" ({', '.join(marks)})" if marks else ""


def _counts(report: Report, versions: Sequence[Version], t: Phrases) -> dict[str, tuple[str, ...]]:
    findings = (
        t.counted(len(new_findings(report)), "finding"),
        t.counted(len(report.practices), "promise found kept", "promises found kept"),
        t.counted(len(report.skipped), "part not analysed", "parts not analysed"),
    )
    found: dict[str, tuple[str, ...]] = {"compliance.html": findings}
    if report.declaration is None:
        return found
    for version in versions:
        declaration = version.scope.of(report.declaration)
        gaps = build_notice(report, declaration, version.texts).gaps
        found[version.named("transparency.html")] = _counted(len(declaration.activities), gaps, t)
    record = build_record(report, report.declaration, versions[0].texts)
    found["record.html"] = _counted(len(report.declaration.activities), record.gaps, t)
    rows = t.counted(len(record.lines), "row")
    return found | dict.fromkeys(("record-ico.csv", "record-cnil.csv"), (rows,))


def _counted(activities: int, gaps: int, t: Phrases) -> tuple[str, str]:
    return (
        t.counted(activities, "activity", "activities"),
        t.counted(gaps, "point not yet stated", "points not yet stated"),
    )


def _readability(report: Report, versions: Sequence[Version]) -> list[dict[str, object]]:
    declaration = report.declaration
    if declaration is None:
        return []
    return [
        {
            "file": version.named("transparency.html"),
            "language": version.texts.name,
            "method": version.texts.readability.method,
            "figure": build_notice(
                report, version.scope.of(declaration), version.texts
            ).readability(version.texts),
            "floor": version.texts.readability.floor,
        }
        for version in versions
    ]


def _notes(report: Report, templates: Path, t: Phrases) -> list[str]:
    """What could not be done as the declaration wants it."""
    if report.declaration is None:
        return []
    known = known_languages(templates)
    languages = dict.fromkeys(
        code for scope in scopes_of(report.declaration) for code in scope.languages
    )
    notes = [t(_NO_TEXTS, code=code) for code in languages if code not in known]
    missing = untold(report.declaration)
    if missing:
        names = ", ".join(activity.label or activity.id for activity in missing)
        notes.append(t("No declared notice speaks of: {names}.", names=names))
    return notes
