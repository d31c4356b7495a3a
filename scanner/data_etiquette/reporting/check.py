"""A declaration held against the code, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data_etiquette.model.declaration import Unfinished
from data_etiquette.model.difference import Comparison, Difference
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding
from data_etiquette.reporting.jsontext import Json, json_text
from data_etiquette.reporting.terminal import BOLD, DIM, TextOptions, one_line, style

SCHEMA = "etiquette/check/v1"
_HEADS = {
    "undeclared": "Found in the code, and not declared",
    "different": "Declared differently",
    "stale": "Declared, and nowhere in the code",
}


def render_check(comparison: Comparison, options: TextOptions) -> str:
    """What is left to do, each difference with YAML that can be pasted."""
    lines: list[str] = []
    todo = comparison.unfinished
    if todo:
        lines += [style(f"Not finished ({len(todo)})", BOLD, options), ""]
        lines += [_unfinished(item, comparison.declaration) for item in todo]
        lines.append("")
    for kind, head in _HEADS.items():
        found = [item for item in comparison.differences if item.kind == kind]
        if found:
            lines += [style(f"{head} ({len(found)})", BOLD, options), ""]
            lines += [line for item in found for line in _difference(item, options)]
    lines.append(_summary(comparison, len(todo)))
    return "\n".join(lines) + "\n"


def render_check_json(comparison: Comparison) -> str:
    """The same for programs; keys may be added, never changed or removed."""
    document: dict[str, Json] = {
        "schema": SCHEMA,
        "declaration": comparison.declaration,
        "files": comparison.files,
        "findings": [_finding(finding) for finding in comparison.findings],
        "unfinished": [
            {"key": item.key, "line": item.line, "reason": item.reason or "TODO"}
            for item in comparison.unfinished
        ],
        "differences": [_as_json(item) for item in comparison.differences],
        "skipped": [
            {"path": item.path, "line": item.line, "reason": item.reason}
            for item in comparison.skipped
        ],
    }
    return json_text(document, indent=2)


def _unfinished(item: Unfinished, path: str) -> str:
    told = f"{item.key}: {item.reason}" if item.reason else f"{item.key} is still TODO"
    return f"  {Location(path, item.line, item.column)}  {one_line(told)}"


def _difference(item: Difference, options: TextOptions) -> Iterator[str]:
    message = item.message[:1].upper() + item.message[1:]
    yield f"  {item.location}  {one_line(message)}"
    for line in item.patch.splitlines():
        yield style(f"      {one_line(line)}", DIM, options)
    yield ""


def _summary(comparison: Comparison, todo: int) -> str:
    read = f"{comparison.files} {_plural(comparison.files, 'file', 'files')} read"
    left = len(comparison.skipped)
    if left:
        read += f", {left} {_plural(left, 'place', 'places')} not analysed"
    if not comparison.findings and not comparison.differences:
        return f"{comparison.declaration} is complete and agrees with the code ({read})."
    counts = _counts(comparison.differences)
    told = [f"{todo} not finished"] if todo else []
    told += [f"{number} {kind}" for kind, number in counts if number]
    is_new = any(item.kind == "undeclared" for item in comparison.differences)
    hint = " `etiquette init --update` adds what is new." if is_new else ""
    return f"{comparison.declaration}: {', '.join(told)} ({read}).{hint}"


def _counts(differences: Sequence[Difference]) -> list[tuple[str, int]]:
    return [(kind, sum(item.kind == kind for item in differences)) for kind in _HEADS]


def _plural(number: int, one: str, many: str) -> str:
    return one if number == 1 else many


def _place(location: Location) -> dict[str, Json]:
    return {"path": location.path, "line": location.line}


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        **_place(finding.location),
        "law": list(finding.law),
        "fingerprint": finding.fingerprint,
    }


def _as_json(item: Difference) -> dict[str, Json]:
    return {
        "kind": item.kind,
        "about": item.about,
        "key": item.key,
        "message": item.message,
        **_place(item.location),
        "element": item.element,
        "entity": item.entity,
        "recipient": item.recipient,
        "patch": item.patch,
    }
