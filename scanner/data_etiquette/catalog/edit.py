"""The edits of a rule file: what `etiquette fix` may change, and cases that show it."""

from __future__ import annotations

from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import EditCase, RuleEdit

EDITS = ("keyword", "drop-keyword", "add-keyword", "setting", "entry", "text", "log-argument",
         "leave-out", "purpose-comment", "none")  # fmt: skip
_KEYS = ("do", "safe", "reason", "note", "names", "calls", "was", "value", "cases")
_CASE = ("before", "after", "path", "declaration", "purpose")


def parse_edits(node: Node) -> tuple[RuleEdit, ...]:
    """The list under `fix.edits`."""
    return tuple(_edit(item) for item in node.items())


def _edit(node: Node) -> RuleEdit:
    record = node.record(_KEYS, ("do",))
    found = RuleEdit(
        do=record["do"].text(EDITS),
        safe=record["safe"].is_true(default=True),
        reason=record["reason"].text().strip(),
        note=record["note"].text().strip(),
        names=record["names"].texts(),
        calls=record["calls"].texts(),
        was=record["was"].texts(),
        value=record["value"].text(),
        cases=tuple(_case(name, item) for name, item in record["cases"].mapping().items()),
    )
    if not found.safe and not found.reason:
        node.wrong("an edit that is not safe says why: `reason`")
    return found


def _case(name: str, node: Node) -> EditCase:
    record = node.record(_CASE, ("before",))
    before = record["before"].text()
    return EditCase(
        name,
        record["path"].text() or "app.py",
        before,
        record["after"].text() if "after" in record else before,
        record["declaration"].text(),
        record["purpose"].text(),
    )
