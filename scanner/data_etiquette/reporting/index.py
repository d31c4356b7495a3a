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
from data_etiquette.reporting.html import project_name, render_pages
from data_etiquette.reporting.maplayout import render_svg
from data_etiquette.reporting.notice import build_notice, languages_of, render_notice
from data_etiquette.reporting.page import page_environment, pinned, read_asset, stamped
from data_etiquette.reporting.pageoptions import PageOptions
from data_etiquette.reporting.record import build_record, render_record
from data_etiquette.reporting.recordtable import render_tables
from data_etiquette.reporting.sentence import counted, new_findings, summary
from data_etiquette.reporting.texts import DEFAULT_LANGUAGE, Texts, known_languages, load_texts

INDEX = "index.html"
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
    languages = _languages(report, templates, chosen)
    first = languages[0]
    files = _encoded(render_pages(report, templates))
    for texts in languages:
        pages = _notices(environment, report, texts, templates, traceable=chosen.traceable)
        files |= _encoded({_named(name, texts, first): page for name, page in pages.items()})
    style = _style(templates, "compliance", "record")
    files |= _encoded(render_record(environment, report, first, style))
    declaration = report.declaration
    record = build_record(report, declaration, first) if declaration is not None else None
    files |= render_tables(record, templates, first)
    files["map.svg"] = render_svg(report, templates, language=first.language).encode()
    index = _index(environment, report, templates, languages, sorted([*files, HASHES]))
    files = {INDEX: index.encode(), **dict(sorted(files.items()))}
    return {**files, HASHES: _hashes(files)}


def _hashes(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def _languages(report: Report, templates: Path, options: PageOptions) -> list[Texts]:
    if options.language:
        return [load_texts(templates, options.language.lower())]
    known = known_languages(templates)
    wanted = [code for code in languages_of(report.declaration) if code in known]
    return [load_texts(templates, code) for code in wanted or [DEFAULT_LANGUAGE]]


def _notices(
    environment: jinja2.Environment,
    report: Report,
    texts: Texts,
    templates: Path,
    *,
    traceable: bool,
) -> dict[str, str]:
    style = _style(templates, "transparency")
    return render_notice(environment, report, texts, style, traceable=traceable)


def _named(name: str, texts: Texts, first: Texts) -> str:
    """`transparency.de.html` of a language that is not the first."""
    stem, _, ending = name.rpartition(".")
    return name if texts is first else f"{stem}.{texts.language}.{ending}"


def _style(templates: Path, *names: str) -> str:
    return read_asset(templates, *(f"{name}/style.css" for name in names))


def _encoded(pages: Mapping[str, str]) -> dict[str, bytes]:
    return {name: page.encode() for name, page in pages.items()}


def _index(
    environment: jinja2.Environment,
    report: Report,
    templates: Path,
    languages: Sequence[Texts],
    files: Sequence[str],
) -> str:
    style = _style(templates, "compliance", "index")
    declaration = report.declaration
    declared = (
        f"The declaration is {declaration.path}."
        if declaration is not None
        else "There is no etiquette.yaml. Notice and record list only what the code shows; "
        "`etiquette init` drafts a declaration."
    )
    page = environment.get_template("index/index.html.j2").render(
        report=report,
        name=project_name(report),
        summary=summary(report),
        declared=declared,
        pages=_pages(report, templates, languages, files),
        readability=_readability(report, languages),
        notes=_notes(report, templates),
        **pinned(style),
    )
    return stamped(page)


def _pages(
    report: Report, templates: Path, languages: Sequence[Texts], files: Sequence[str]
) -> list[LinkedPage]:
    content = yaml.safe_load((templates / "index" / "pages.yaml").read_bytes())
    described = msgspec.convert(content["pages"], list[LinkedPage])
    counts = _counts(report, languages[0])
    order = {page.file: number for number, page in enumerate(described)}
    known = {page.file: page for page in described}
    names = {texts.language: texts.name for texts in languages}
    entries = []
    for file in files:
        stem, _, ending = file.rpartition(".")
        base, _, language = stem.rpartition(".")
        original = f"{base}.{ending}" if language in names else file
        page = known.get(original) or LinkedPage(file, file)
        title = f"{page.title} ({names[language]})" if language in names else page.title
        entry = replace(page, file=file, title=title, counts=counts.get(original, ()))
        entries.append((order.get(original, len(order)), file, entry))
    return [entry for _, _, entry in sorted(entries, key=lambda item: item[:2])]


def _counts(report: Report, texts: Texts) -> dict[str, tuple[str, ...]]:
    findings = (
        counted(len(new_findings(report)), "finding"),
        counted(len(report.practices), "promise found kept", "promises found kept"),
        counted(len(report.skipped), "part not analysed", "parts not analysed"),
    )
    found: dict[str, tuple[str, ...]] = {"compliance.html": findings}
    if report.declaration is None:
        return found
    activities = counted(len(report.declaration.activities), "activity", "activities")
    notice = build_notice(report, report.declaration, texts)
    record = build_record(report, report.declaration, texts)
    for file, gaps in (
        ("transparency.html", notice.gaps),
        ("record.html", record.gaps),
    ):
        missing = counted(gaps, "point not yet stated", "points not yet stated")
        found[file] = (activities, missing)
    rows = counted(len(record.lines), "row")
    return found | dict.fromkeys(("record-ico.csv", "record-cnil.csv"), (rows,))


def _readability(report: Report, languages: Sequence[Texts]) -> list[dict[str, object]]:
    if report.declaration is None:
        return []
    return [
        {
            "language": texts.name,
            "method": texts.readability.method,
            "figure": build_notice(report, report.declaration, texts).readability(texts),
            "floor": texts.readability.floor,
        }
        for texts in languages
    ]


def _notes(report: Report, templates: Path) -> list[str]:
    """What could not be done as the declaration wants it."""
    known = known_languages(templates)
    return [
        f"A notice in the language “{code}” is declared, and there are no texts in it: "
        f"reports/vocabulary/{code}.yaml is missing."
        for code in languages_of(report.declaration)
        if code not in known
    ]
