"""Write `docs/rules.md` and a page for every rule in `docs/rules/`, from the rules' YAML alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.model.catalog import Catalog, LawReference, Rule, RuleCase
from data_etiquette.model.kind import Principle

DOCS = Path(__file__).parent
_HEAD = """# The rules

Written by `python docs/rules.py` from `rules/checks/`. Each rule has a page; `etiquette rules show CODE`
prints it, too. Severity is raised one level for special-category data, children's data, credentials and
payment cards.
"""
_NEEDS = {
    "code": "the code alone",
    "declaration": "a declaration",
    "either": "the code; a declaration lets it say more",
}
_SHOWN = 2
"""Cases of a kind on a rule's page; all of them stand in its file."""
_LANGUAGES = {"py": "python", "sql": "sql", "html": "html", "yaml": "yaml", "yml": "yaml"}


def pages(catalog: Catalog) -> dict[str, str]:
    """Path below `docs/` to the text of the page.

    Args:
        catalog: what `rules/` holds, loaded with the cases.
    """
    rules = sorted(catalog.rules, key=lambda rule: rule.code)
    laws = {law.id: law for law in catalog.laws}
    found = {"rules.md": "\n".join(_overview(rules)) + "\n"}
    for rule in rules:
        found[f"rules/{rule.code}.md"] = "\n".join(_page(rule, laws)) + "\n"
    return found


def _overview(rules: list[Rule]) -> Iterator[str]:
    yield _HEAD
    for principle in Principle:
        yield f"## {principle.word.capitalize()}\n"
        yield "| rule | severity | finds |"
        yield "|---|---|---|"
        for rule in rules:
            if rule.principle is principle:
                link = f"[{rule.code} {rule.name}](rules/{rule.code}.md)"
                yield f"| {link} | {rule.severity.value} | {rule.title} |"
        yield ""


def _page(rule: Rule, laws: Mapping[str, LawReference]) -> Iterator[str]:
    yield f"# {rule.code} {rule.name}\n"
    yield f"**{rule.title}.** Severity {rule.severity.value}; needs {_NEEDS[rule.needs]}.\n"
    yield f"## Why\n\n{rule.why}\n"
    yield "Law: " + "; ".join(_law(laws[name]) for name in rule.law if name in laws) + ".\n"
    yield f"## What to do\n\n{rule.fix}\n"
    for head, text in (("Before", rule.fix_before), ("After", rule.fix_after)):
        if text:
            yield f"{head}:\n\n{_fenced(text)}\n"
    if any(edit.safe for edit in rule.edits):
        yield f"`etiquette fix --rule {rule.code}` does it where that is [safe](../fix.md).\n"
    yield from _cases("It is found here", [case for case in rule.cases if case.expect])
    yield from _cases("It is not found here", [case for case in rule.cases if not case.expect])
    yield f"## What it cannot see\n\n{rule.limits}\n"
    yield f"All cases stand in [`rules/{rule.path}`](../../rules/{rule.path})."


def _cases(head: str, cases: list[RuleCase]) -> Iterator[str]:
    if not cases:
        return
    yield f"## {head}\n"
    for case in cases[:_SHOWN]:
        yield f"{case.name[:1].upper()}{case.name[1:]}:\n"
        for path, text in case.files:
            named = f"`{path}`\n\n" if len(case.files) > 1 else ""
            yield f"{named}{_fenced(text, path)}\n"
        if case.declaration:
            yield f"with this in `etiquette.yaml`:\n\n{_fenced(case.declaration, 'etiquette.yaml')}\n"


def _fenced(text: str, path: str = "") -> str:
    fence = "`" * 4 if "```" in text else "`" * 3
    language = _LANGUAGES.get(path.rpartition(".")[2], "")
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _law(law: LawReference) -> str:
    return f"[{law.short}]({law.url}), {law.title}" if law.url else f"{law.short}, {law.title}"


if __name__ == "__main__":
    (DOCS / "rules").mkdir(exist_ok=True)
    written = pages(load_catalog(data_folder("rules"), with_cases=True))
    for old in (DOCS / "rules").glob("*.md"):
        if f"rules/{old.name}" not in written:
            old.unlink()
    for name, text in written.items():
        (DOCS / name).write_text(text, encoding="utf-8")
