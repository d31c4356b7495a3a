"""The compliance report as a page: one file, offline, complete without script."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path, PurePath

from data_etiquette.model.kind import FindingStatus, Principle, Severity
from data_etiquette.model.location import Skipped
from data_etiquette.model.period import days_of
from data_etiquette.model.report import Acceptance, Finding, Practice, Report, Snippet
from data_etiquette.reporting.audit import (
    PROMISES,
    inventory,
    kept_rows,
    promises,
    recipient_rows,
    rule_groups,
    verdict,
)
from data_etiquette.reporting.jsontext import json_text
from data_etiquette.reporting.maplayout import map_style, report_map
from data_etiquette.reporting.page import (
    one_line,
    page_environment,
    pinned,
    print_heading,
    read_asset,
    stamped,
)
from data_etiquette.reporting.pageoptions import PageOptions
from data_etiquette.reporting.phrasebook import load_phrases
from data_etiquette.reporting.phrases import Phrases
from data_etiquette.reporting.sentence import (
    accepted_findings,
    by_severity,
    new_findings,
    summary,
)
from data_etiquette.reporting.texts import DEFAULT_LANGUAGE, load_texts
from data_etiquette.reporting.trace import flow_of, other_traces, others_told

SCRIPT = "page/script.js"
SCRIPT_PHRASES = (
    "Filter findings", "Filter fields", "findings", "rows", "{n} of {all} {noun}", "Severity",
    "Principle", "Order", "all", "by rule", "by place", "Open all shown", "Close all",
    *(level.value for level in Severity), *(principle.word for principle in Principle),
)  # fmt: skip
"""What the script says."""


def render_pages(
    report: Report, templates: Path, options: PageOptions | None = None
) -> dict[str, str]:
    """File name to page. Values are escaped by construction; style and script are pinned."""
    chosen = options or PageOptions()
    t = load_phrases(templates, chosen.language or DEFAULT_LANGUAGE)
    environment = page_environment(templates)
    style = read_asset(templates, "compliance/style.css") + map_style(templates)
    commit = report.provenance.commit[:12]
    title = t("Compliance report")
    heading = f"{title}, {project_name(report)}{f', {commit}' if commit else ''}"
    values = {
        **_values(report, t),
        **pinned(style + print_heading(heading), read_asset(templates, SCRIPT)),
        "map": report_map(report, templates, language=t.language),
        "prepared": _prepared(report, chosen),
        "labels": _labels(report, templates, t),
    }
    page = environment.get_template("compliance/compliance.html.j2").render(values)
    return {"compliance.html": stamped(page)}


def project_name(report: Report) -> str:
    """What the scanned folder is called."""
    return report.provenance.project or "the code"


def _values(report: Report, t: Phrases) -> Mapping[str, object]:
    return {
        "report": report,
        "name": project_name(report),
        "scope": _scope(report),
        "uncommitted": _uncommitted(report, t),
        "summary": summary(report, t),
        "t": t,
        "said": _said(t),
        "titles": t.titles,
        "verdict": verdict(report, t),
        "severities": by_severity(report),
        "promises": promises(report),
        "skipped": _skipped(report),
        "groups": rule_groups(report),
        "snippets": _snippets(report),
        "rules": {rule.code: rule for rule in report.rules},
        "laws": {law.short: law for law in report.laws},
        "cited": _cited(report),
        "inventory": inventory(report),
        "recipients": recipient_rows(report, t),
        "kept_rows": kept_rows(report, t),
        "backups": report.declaration.backups if report.declaration is not None else (),
        "accepted": accepted_findings(report),
        "known": _known(report),
        "kept": _kept(report),
        "silent": [s for s in report.statuses if s.checked and not s.findings],
        "unchecked": [s for s in report.statuses if not s.checked],
        "counted": t.counted,
        "flow_of": flow_of,
        "source_line": _source_lines(report),
        "others": other_traces(report),
        "others_told": others_told,
        "one_line": one_line,
        "period": partial(_periods, t),
        "some": partial(_some, t),
        "reason": partial(_reason, t),
    }


def _prepared(report: Report, options: PageOptions) -> list[tuple[str, str]]:
    """Who the report is from and for, as far as anybody says so."""
    declared = report.declaration.organisation.name if report.declaration is not None else ""
    named = (
        ("Prepared by", options.prepared_by),
        ("Prepared for", options.prepared_for or declared),
    )
    return [(title, name) for title, name in named if name]


def _uncommitted(report: Report, t: Phrases) -> str:
    """What of the files read is not in the commit; empty where that is not known."""
    found = report.provenance.worktree
    if found is None:
        return ""
    if found.is_clean:
        return t("every file read is as this commit has it")
    told = []
    if found.differing:
        told.append(t.counted(len(found.differing), "file read differs", "files read differ"))
    if found.untracked:
        one, many = (f"{noun} not in the repository" for noun in ("file read is", "files read are"))
        told.append(t.counted(len(found.untracked), one, many))
    if found.is_staged:
        told.append(t("something is staged"))
    return t("with changes that are not committed: {changes}", changes=", ".join(told))


def _labels(report: Report, templates: Path, t: Phrases) -> dict[str, str]:
    """What data elements are called."""
    if t.language == DEFAULT_LANGUAGE:
        return {element.id: element.label for element in report.elements}
    own = load_texts(templates, t.language).elements
    return {item.id: own.get(item.id, item.label) for item in report.elements}


def _said(t: Phrases) -> str:
    """The words of the script in the page's language, as it reads them; empty for English."""
    return json_text({text: t(text) for text in SCRIPT_PHRASES}) if t.own else ""


def _scope(report: Report) -> list[str]:
    """Paths as they were named, without what lies above the scanned folder on this machine."""
    return [
        PurePath(path).name if PurePath(path).is_absolute() else path
        for path in report.paths
        if path != "."
    ] or [project_name(report)]


def _skipped(report: Report) -> list[tuple[str, list[Skipped]]]:
    whole = [item for item in report.skipped if not item.is_partial]
    partial = [item for item in report.skipped if item.is_partial]
    return [("Not read", whole), ("Read, and not followed to the end", partial)]


def _periods(t: Phrases, written: str) -> str:
    """Periods in words; of many activities' the shortest and the longest."""
    periods = written.split("; ")
    if len(periods) <= 3:
        return "; ".join(t.period(part) for part in periods)
    known = sorted((days, part) for part in periods if (days := days_of(part)) is not None)
    if len(known) < len(periods):
        more = t("and {n} more", n=len(periods) - 2)
        return f"{'; '.join(t.period(part) for part in periods[:2])} {more}"
    return t(
        "{least} to {most}: {n} periods",
        least=t.period(known[0][1]),
        most=t.period(known[-1][1]),
        n=len(periods),
    )


def _some(t: Phrases, purposes: tuple[str, ...]) -> str:
    """Purposes in words, at most four."""
    spoken = [name.replace("_", " ") for name in purposes]
    if len(spoken) <= 4:
        return ", ".join(spoken)
    return f"{', '.join(spoken[:3])} {t('and {n} more', n=len(spoken) - 3)}"


def _reason(t: Phrases, acceptance: Acceptance | None) -> str:
    """Why, without who: the owner has a column of its own."""
    if acceptance is None:
        return t("none given")
    return acceptance.reason.removesuffix(f" (approved by {acceptance.owner})") or t("none given")


def _cited(report: Report) -> list[object]:
    shorts = {short for item in new_findings(report) for short in item.law}
    return [law for law in report.laws if law.short in shorts]


def _known(report: Report) -> list[Finding]:
    """Findings that do not count because they were there before, gravest first."""
    found = [item for item in report.findings if item.status is FindingStatus.BASELINE]
    return sorted(found, key=lambda item: (-item.severity.rank, item.rule, item.location))


def _kept(report: Report) -> dict[str, list[Practice]]:
    """What was found kept, by principle."""
    groups = {
        principle.word: [item for item in report.practices if item.principle == principle.word]
        for principle in PROMISES
    }
    return {name: rows for name, rows in groups.items() if rows}


def _snippets(report: Report) -> dict[tuple[str, int], Snippet]:
    return {
        (snippet.path, line.number): snippet
        for snippet in report.snippets
        for line in snippet.lines
        if line.is_hit
    }


def _source_lines(report: Report) -> dict[tuple[str, int], str]:
    """The one source line of every place that the report has source of."""
    return {
        (snippet.path, line.number): line.text.strip()
        for snippet in report.snippets
        for line in snippet.lines
        if line.is_hit
    }
