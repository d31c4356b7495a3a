"""dbt's property files: what people say of models, sources, seeds and their columns."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.tree import Tree, read_trees
from data_etiquette.model.facts import Facts, FieldFact, TableFact
from data_etiquette.model.location import Skipped

_SECTIONS = {"models": "model", "seeds": "seed", "snapshots": "snapshot"}
_IS_PROPERTIES = re.compile(r"^(?:models|sources|seeds|snapshots)\s*:", re.MULTILINE)
_MAX_META = 20


def read_dbt(path: str, text: str) -> Facts:
    """Descriptions as `describe` facts. Total; YAML of other kinds costs one look."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    lines = text.count("\n") + (not text.endswith("\n") if text else 0)
    tables: list[TableFact] = []
    reason = ""
    if _IS_PROPERTIES.search(text):
        documents, reason = read_trees(text)
        tables = [fact for document in documents for fact in _tables(document)]
    skipped = (Skipped(path, 0, reason),) if reason else ()
    return Facts(path, "dbt", lines, digest, tables=tuple(tables), skipped=skipped)


def _tables(document: Tree) -> Iterator[TableFact]:
    for section, kind in _SECTIONS.items():
        for item in document.get(section).values():
            yield from _table(item, kind, "")
    for source in document.get("sources").values():
        schema = source.get("name").text
        for item in source.get("tables").values():
            yield from _table(item, "source", schema)


def _table(item: Tree, kind: str, schema: str) -> Iterator[TableFact]:
    name = item.get("name")
    if not name.text:
        return
    columns = [_column(column) for column in item.get("columns").values()]
    columns = [column for column in columns if column.name]
    options = [("described", kind), *_notes(item)]
    if item.get("description").text:
        options.append(("comment", redact(item.get("description").text)))
    yield TableFact(
        action="describe",
        name=f"{schema}.{name.text}" if schema else name.text,
        line=name.line,
        end_line=max([name.line, *(column.line for column in columns)]),
        columns=tuple(columns),
        options=tuple(options),
    )


def _column(item: Tree) -> FieldFact:
    name = item.get("name")
    return FieldFact(
        name=name.text,
        line=name.line,
        end_line=name.line,
        annotation=redact(item.get("data_type").text),
        options=tuple(_notes(item)),
        doc=redact(item.get("description").text),
        origin="column",
    )


def _notes(item: Tree) -> Iterator[tuple[str, str]]:
    """Tags, policy tags and meta, whether at the top or below `config`."""
    for place in (item, item.get("config")):
        for key in ("tags", "policy_tags"):
            listed = place.get(key)
            for tag in listed.values() if listed.kind == "sequence" else (listed,):
                if tag.text:
                    yield "tag", redact(tag.text)
        for key, value in place.get("meta").mapping()[:_MAX_META]:
            if value.kind == "scalar":
                yield f"meta.{key}", redact(value.text)
