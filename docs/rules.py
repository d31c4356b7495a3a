"""Write `docs/rules.md`: every rule, from its YAML alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.model.catalog import Catalog, LawReference, Rule

PAGE = Path(__file__).parent / "rules.md"
_HEAD = """# The rules

Written by `python docs/rules.py` from `rules/checks/`. `etiquette rules show CODE` prints one of them;
severity is raised one level for special-category data, children's data, credentials and payment cards.
"""
_NEEDS = {
    "code": "the code alone",
    "declaration": "a declaration",
    "either": "the code; a declaration lets it say more",
}


def page(catalog: Catalog) -> str:
    """The whole page."""
    rules = sorted(catalog.rules, key=lambda rule: rule.code)
    laws = {law.id: law for law in catalog.laws}
    lines = [_HEAD, "| rule | severity | finds |", "|---|---|---|"]
    lines += [
        f"| [{rule.code}](#{rule.code.lower()}-{rule.name}) | {rule.severity.value} | {rule.title} |"
        for rule in rules
    ]
    for rule in rules:
        lines += _rule(rule, laws)
    return "\n".join(lines) + "\n"


def _rule(rule: Rule, laws: dict[str, LawReference]) -> Iterator[str]:
    yield f"\n## {rule.code} {rule.name}\n"
    yield f"**{rule.title}.** Severity {rule.severity.value}; needs {_NEEDS[rule.needs]}.\n"
    yield f"{rule.why}\n"
    yield "Law: " + "; ".join(_law(laws[name]) for name in rule.law if name in laws) + ".\n"
    yield f"What to do: {rule.fix}\n"
    for head, text in (("Before", rule.fix_before), ("After", rule.fix_after)):
        if text:
            yield f"{head}:\n\n```\n{text.rstrip()}\n```\n"
    yield f"What it cannot see: {rule.limits}"


def _law(law: LawReference) -> str:
    return f"[{law.short}]({law.url}), {law.title}" if law.url else f"{law.short}, {law.title}"


if __name__ == "__main__":
    PAGE.write_text(page(load_catalog(data_folder("rules"))), encoding="utf-8")
