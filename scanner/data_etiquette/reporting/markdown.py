"""Markdown for a pull request: findings that count, by severity, and who gets what."""

from __future__ import annotations

import re

from data_etiquette.model.kind import Severity
from data_etiquette.model.report import Finding, Report
from data_etiquette.reporting.sentence import by_severity, new_findings, summary, visible

MAX_LENGTH = 65_000
"""Characters that code hosts take in one comment."""
MARKER = "<!-- etiquette -->"
"""By it a bot finds its own comment again and updates it in place."""
MAX_TEXT = 600
"""Characters of one text; a row for each finding is worth more than one name in full."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~&@$=^-])")
_MENTION = re.compile(r"(\\[@#])(?=\w)")
_ADDRESS = re.compile(r"(?i)(?:https?|ftp|mailto|xmpp):/?|www\.")


def render_markdown(report: Report) -> str:
    """The whole text, cut by whole findings where it would be too long."""
    parts = [MARKER, "## Personal data in the code", "", plain(summary(report)), ""]
    parts += [f"> {plain(sentence)}" for sentence in report.not_checked]
    length = sum(len(part) + 1 for part in parts)
    tail = _recipients(report)
    room = MAX_LENGTH - length - len(tail) - 300
    left = 0
    for level in by_severity(report):
        group = [item for item in new_findings(report) if item.severity is level]
        if not group:
            continue
        lines, missing = _group(level, group, room)
        room -= sum(len(line) + 1 for line in lines)
        left += missing
        parts += lines
    if left:
        parts.append(f"\n… and {left} more; the whole list is in the other reports.")
    return "\n".join([*parts, tail]).rstrip() + "\n"


def _group(level: Severity, group: list[Finding], room: int) -> tuple[list[str], int]:
    is_open = " open" if level.rank >= Severity.HIGH.rank else ""
    title = f"<b>{level.value.capitalize()}</b> ({len(group)})"
    head = [
        f"\n<details{is_open}><summary>{title}</summary>\n",
        "| Rule | Finding | Place |",
        "| --- | --- | --- |",
    ]
    used = sum(len(line) + 1 for line in head)
    rows: list[str] = []
    for item in group:
        place = f"{item.location.path}:{item.location.line}"
        row = f"| {item.rule} | {plain(item.message)} | {code_span(place)} |"
        used += len(row) + 1
        if used > room:
            break
        rows.append(f"{row}<!-- {item.fingerprint} -->")
        used += len(item.fingerprint) + 9
    if not rows:
        return [], len(group)
    return [*head, *rows, "\n</details>"], len(group) - len(rows)


def _recipients(report: Report) -> str:
    declared = {use.recipient: use.declared for use in report.declared_uses}
    rows = [
        f"| {plain(item.name)} | {plain(', '.join(item.elements)) or 'not seen'} | "
        f"{'yes' if declared.get(item.recipient) else 'no'} |"
        for item in report.transfers[:60]
    ]
    if not rows:
        return ""
    head = ["\n### Third parties\n", "| Recipient | Data | Declared |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows])


def plain(text: str, longest: int = MAX_TEXT) -> str:
    """Text that stays text: no markup, no link, no mention, no line of its own."""
    flat = visible(" ".join(text.split()))
    flat = flat if len(flat) <= longest else flat[: longest - 1] + "…"
    marked = _SPECIAL.sub(r"\\\1", flat)
    # Hosts look for names, numbers and addresses in the text that is left, backslashes or none.
    marked = _MENTION.sub(r"\1<!-- -->", marked)
    return _ADDRESS.sub(lambda match: f"{match[0][:-1]}<!-- -->{match[0][-1]}", marked)


def code_span(text: str) -> str:
    """Text as code; as plain text where it holds what ends code or a cell."""
    flat = visible(" ".join(text.split()))
    if not flat or any(mark in flat for mark in "`|\\") or len(flat) > MAX_TEXT:
        return plain(flat)
    return f"`{flat}`"
