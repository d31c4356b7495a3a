"""The cases of a rule file: a snippet or a few files, and exactly what must come out."""

from __future__ import annotations

from data_etiquette.catalog.yamlfile import Node, Record
from data_etiquette.model.catalog import RuleCase

_KEYS = ("bad", "good", "files", "language", "declaration", "expect", "kept")
_FILE_NAMES = {"python": "app.py", "sql": "app.sql", "html": "app.html"}


def parse_cases(node: Node) -> tuple[RuleCase, ...]:
    """The mapping under `cases:`."""
    return tuple(_case(name, value) for name, value in node.mapping().items())


def _case(name: str, node: Node) -> RuleCase:
    record = node.record(_KEYS)
    _check(node, record)
    if "files" in record:
        entries = record["files"].mapping().items()
        files = tuple((path, value.text()) for path, value in entries)
    else:
        text = record["bad"].text() or record["good"].text()
        files = ((_FILE_NAMES[record["language"].text(tuple(_FILE_NAMES)) or "python"], text),)
    kept = _expected(record["kept"]) if "kept" in record else None
    return RuleCase(name, files, _expected(record["expect"]), record["declaration"].text(), kept)


def _check(node: Node, record: Record) -> None:
    """`bad` says what it expects, `good` expects nothing, `files` may do either."""
    if sum(key in record for key in ("bad", "good", "files")) != 1:
        node.wrong("a case has exactly one of `bad`, `good` and `files`")
    if "bad" in record and not _expected(record["expect"]):
        node.wrong("`expect` is missing: a `bad` case says what must be found")
    if "good" in record and "expect" in record:
        record["expect"].wrong("a `good` case expects nothing; remove `expect`")
    if "files" in record and "language" in record:
        record["language"].wrong("`language` goes with a single text; `files` have endings")


def _expected(node: Node) -> tuple[str, ...]:
    if node.is_list():
        return node.texts()
    return () if node.is_empty() else (node.text(),)
