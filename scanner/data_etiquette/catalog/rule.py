"""Rule files of checks."""

from __future__ import annotations

import re

from data_etiquette.catalog.case import parse_cases
from data_etiquette.catalog.edit import parse_edits
from data_etiquette.catalog.element import define
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import Rule
from data_etiquette.model.kind import Principle, Severity

_KEYS = (
    "name", "code", "principle", "title", "severity", "needs", "why", "law", "query", "check",
    "evidence",
    "fix", "limits", "cases",
)  # fmt: skip
_REQUIRED = (
    "name", "code", "principle", "title", "severity", "why", "law", "fix", "limits", "cases",
)  # fmt: skip
_NEEDS = ("code", "declaration", "either")
_PRINCIPLES = {item.word: item for item in Principle}
_SEVERITIES = tuple(level.value for level in Severity)
_OWN_CODE = re.compile(r"ETQ(\d)\d\d")


def parse_rule(node: Node) -> Rule:
    """`checks/<principle>/<code>-<name>.yaml`."""
    record = node.record(_KEYS, _REQUIRED)
    fix = record["fix"].record(("text", "before", "after", "edits"), ("text",))
    rule = Rule(
        code=record["code"].text(),
        name=record["name"].text(),
        principle=_PRINCIPLES.get(record["principle"].text(_PRINCIPLES), Principle.TOOL),
        title=record["title"].text(),
        severity=Severity(record["severity"].text(_SEVERITIES) or Severity.LOW),
        why=record["why"].text().strip(),
        law=_laws(record["law"]),
        fix=fix["text"].text().strip(),
        fix_before=fix["before"].text(),
        fix_after=fix["after"].text(),
        edits=parse_edits(fix["edits"]),
        limits=record["limits"].text().strip(),
        needs=record["needs"].text(_NEEDS) or "code",
        query=_flattened(record["query"], ""),
        check=record["check"].text(),
        evidence=record["evidence"].text(),
        cases=parse_cases(record["cases"]),
        path=node.path,
    )
    _check_code(record["code"], rule)
    return rule


def _check_code(node: Node, rule: Rule) -> None:
    """The code is unique, names the file, and its first digit is the principle's."""
    define(node, "rule", f"checks/{rule.principle.word}/{rule.code}-{rule.name}.yaml")
    digit = _OWN_CODE.fullmatch(rule.code)
    if digit is not None and int(digit[1]) != rule.principle.value:
        node.wrong(f"codes of {rule.principle.word} start with ETQ{rule.principle.value}")


def _laws(node: Node) -> tuple[str, ...]:
    for item in node.items():
        node.register.use("law", item.text(), item.place)
    return node.texts()


def _flattened(node: Node, prefix: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`{flow: {to: [log]}}` as (`flow.to`, (`log`,))."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, value in node.mapping().items():
        if value.is_mapping():
            found += _flattened(value, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", value.plain()))
    return tuple(found)
