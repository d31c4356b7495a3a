"""What `etiquette fix` changed and what it leaves to people, as text and as a patch."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from data_etiquette.model.catalog import Rule
from data_etiquette.model.report import Finding
from data_etiquette.reporting.sentence import counted
from data_etiquette.reporting.terminal import BOLD, DIM, TextOptions, one_line, style

_LINES = re.compile(r"[^\n]*\n|[^\n]+$")
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Fixed:
    """A finding that a change ends, as a second scan showed."""

    finding: Finding
    notes: tuple[str, ...] = ()
    """What is left to do by hand."""


@dataclass(frozen=True, slots=True)
class Change:
    """One file before and after."""

    path: str
    before: str
    after: str
    fixed: tuple[Fixed, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that is not mended, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Fixes:
    """All of it."""

    changes: tuple[Change, ...]
    left: tuple[Left, ...]
    rules: Mapping[str, Rule] = field(default_factory=dict)
    is_written: bool = True


def render_patch(found: Fixes) -> str:
    """A unified diff that `git apply` takes."""
    return "".join(part for change in found.changes for part in _hunks(change))


def _hunks(change: Change) -> Iterator[str]:
    """Lines end where git says: a bare carriage return is a letter of its line."""
    before, after = _LINES.findall(change.before), _LINES.findall(change.after)
    names = (_quoted(f"a/{change.path}"), _quoted(f"b/{change.path}"))
    for line in difflib.unified_diff(before, after, *names, n=3):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _quoted(name: str) -> str:
    """A file's name as git writes it where it holds more than letters."""
    if name.isprintable() and '"' not in name and "\\" not in name:
        return name
    escaped = "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\{byte:03o}"
        for byte in name.encode("utf-8", "surrogateescape")
    )
    return f'"{escaped}"'


def render_fixes(found: Fixes, options: TextOptions) -> str:
    """What was done, then what is left with the reason and an example."""
    lines: list[str] = []
    for change in found.changes:
        lines.append(style(one_line(change.path), BOLD, options))
        for item in change.fixed:
            lines.append(f"  {_about(item.finding)}")
            lines += [style(f"    then: {note}", DIM, options) for note in item.notes]
    if found.left:
        lines += ["", style("Left to you", BOLD, options)] if lines else ["Left to you"]
        told: set[str] = set()
        for rest in found.left[:_SHOWN]:
            place = f"{rest.finding.location.path}:{rest.finding.location.line}"
            lines.append(f"  {one_line(place)}: {_about(rest.finding)}")
            lines.append(style(f"    {rest.reason}", DIM, options))
            lines += _example(found.rules.get(rest.finding.rule), told)
        if len(found.left) > _SHOWN:
            lines.append(f"  and {len(found.left) - _SHOWN} more: etiquette scan")
    lines += ["", summary(found)] if lines else [summary(found)]
    return "\n".join(lines) + "\n"


def _about(finding: Finding) -> str:
    return f"{finding.rule} {one_line(finding.message)}"


def _example(rule: Rule | None, told: set[str]) -> Iterator[str]:
    """How the rule is kept, once for each rule."""
    if rule is None or rule.code in told or not rule.fix_before:
        return
    told.add(rule.code)
    yield from (f"    - {line}" for line in rule.fix_before.rstrip().split("\n"))
    yield from (f"    + {line}" for line in rule.fix_after.rstrip().split("\n"))


def summary(found: Fixes) -> str:
    """One line."""
    fixed = sum(len(change.fixed) for change in found.changes)
    verb = "fixed" if found.is_written else "can be fixed"
    told = f"{counted(fixed, 'finding')} {verb} in {counted(len(found.changes), 'file')}"
    return f"{told}, {len(found.left)} left to you."
