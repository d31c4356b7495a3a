"""The configuration's two tables about findings: `severity`, and the list `allow`.

Their shape is checked when the file is read; whether a rule of that code exists, when the rules are
loaded.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pathspec

from data_etiquette.catalog.register import suggestion
from data_etiquette.checks.allow import Allowance, Override, Policy
from data_etiquette.checks.suppression import NEVER, says_nothing
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.error import ConfigError
from data_etiquette.model.kind import Severity
from data_etiquette.model.location import Location

_LEVELS = tuple(level.value for level in Severity)
_ENTRY_KEYS = ("rule", "paths", "reason", "until", "approved-by")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of `allow` as it is written."""

    rule: str
    paths: tuple[str, ...]
    reason: str
    until: str = ""
    approved_by: str = ""


class NestedError(ValueError):
    """Mistakes inside of a table, each with the name of its line."""

    def __init__(self, told: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(message for _, message in told))
        self.told = told


def read_severities(value: object) -> tuple[tuple[str, str], ...]:
    """`ETQ301 = "high"` for each rule."""
    if not isinstance(value, dict):
        raise TypeError('is a table of rule = level: ETQ301 = "high"')
    wrong = [
        (f"severity.{rule}", f"the severity of {rule} is one of {', '.join(_LEVELS)}")
        for rule, level in value.items()
        if level not in _LEVELS
    ]
    if wrong:
        raise NestedError(wrong)
    return tuple(sorted((str(rule), str(level)) for rule, level in value.items()))


def read_allow(value: object) -> tuple[Entry, ...]:
    """A list of entries, each of one rule."""
    if not isinstance(value, list):
        raise TypeError("is a list of entries: [[tool.etiquette.allow]]")
    wrong: list[tuple[str, str]] = []
    entries = []
    for number, item in enumerate(value):
        read = _entry(item)
        if isinstance(read, str):
            wrong.append((f"allow.{number}", f"this entry of `allow` {read}"))
        else:
            entries.append(read)
    if wrong:
        raise NestedError(wrong)
    return tuple(entries)


def _entry(item: object) -> Entry | str:
    """An entry, or what is wrong with it."""
    if not isinstance(item, dict):
        return f"is no table; its keys are {', '.join(_ENTRY_KEYS)}"
    for key in item:
        if key not in _ENTRY_KEYS:
            near = difflib.get_close_matches(key, _ENTRY_KEYS, 1, cutoff=0.5)
            return f"has an unknown key `{key}`" + (f" (did you mean `{near[0]}`?)" if near else "")
    until = item.get("until", "")
    until = until.isoformat() if isinstance(until, date) else until
    texts = [item.get("rule", ""), item.get("reason", ""), until, item.get("approved-by", "")]
    rule, reason, until, approved = [text.strip() if isinstance(text, str) else None
                                     for text in texts]  # fmt: skip
    if not rule:
        return 'names no rule: rule = "ETQ301"'
    if rule in NEVER:
        return f"names {rule}, which can't be accepted: it is what the tool says about itself"
    if reason is None or says_nothing(reason):
        return "has no reason that says something: name the decision, a ticket or an assessment"
    if approved is None:
        return "has an approved-by that is no text"
    if until is None or not _is_day(until):
        return "has an until that is no day of the form YYYY-MM-DD"
    paths = _paths(item.get("paths"))
    if not paths:
        return 'names no paths: paths = ["legacy/**"], patterns as in .gitignore'
    return Entry(rule, paths, reason, until, approved)


def _is_day(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _paths(value: object) -> tuple[str, ...]:
    """The patterns; none when one of them is no pattern."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(x, str) and x.strip() for x in given):
        return ()
    try:
        pathspec.GitIgnoreSpec.from_lines(given)
    except ValueError:
        return ()
    return tuple(given)


def policy_of(values: Mapping[str, object], lines: Mapping[str, int], place: Path) -> Policy:
    """The tables of a file that was read, with the line of each entry."""
    severities = values.get("severity", ())
    entries = values.get("allow", ())
    overrides = []
    allowances = []
    for rule, level in severities if isinstance(severities, tuple) else ():
        where = Location(place.name, lines.get(f"severity.{rule}", lines.get("severity", 1)))
        overrides.append(Override(rule, Severity(level), where))
    for number, entry in enumerate(entries if isinstance(entries, tuple) else ()):
        where = Location(place.name, lines.get(f"allow.{number}", lines.get("allow", 1)))
        allowances.append(
            Allowance(entry.rule, entry.paths, entry.reason, where, entry.until, entry.approved_by)
        )
    return Policy(tuple(overrides), tuple(allowances), folder=place.parent)


def policy_here(policy: Policy, root: Path, paths: tuple[Path, ...], catalog: Catalog) -> Policy:
    """The policy as a scan of those paths sees it.

    Raises:
        ConfigError: it names a rule that does not exist.
    """
    _check_rules(policy, {rule.code for rule in catalog.rules})
    folder = Path(policy.folder)
    tops = [path.resolve() for path in paths]
    below = folder.relative_to(root).as_posix() if folder.is_relative_to(root) else ""
    prefix = f"{below}/" if below not in ("", ".") else ""
    return replace(
        policy,
        allowances=tuple(
            replace(item, location=replace(item.location, path=prefix + item.location.path))
            for item in policy.allowances
        ),
        root=root,
        is_whole=any(folder.is_relative_to(top) for top in tops),
    )


def _check_rules(policy: Policy, codes: set[str]) -> None:
    named = [(item.location, item.rule) for item in policy.overrides]
    named += [(item.location, item.rule) for item in policy.allowances]
    unknown = [(where, rule) for where, rule in named if rule not in codes]
    if unknown:
        place = unknown[0][0].path
        told = [
            f"line {where.line}: no rule is called {rule}{suggestion(rule, codes)}"
            for where, rule in unknown
        ]
        raise ConfigError("; ".join(told), where=place, hint="`etiquette rules list` has them all")
