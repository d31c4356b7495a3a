"""Lists of migrations: Liquibase's changelogs in XML, YAML and JSON, and sqitch's plan.

They say in which order files are applied; a changelog may also change the schema itself. XML is
read by its tags alone: no entity is expanded, nothing is fetched.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.sql.dialect import known_dialect
from data_etiquette.frontends.tree import Tree, read_trees
from data_etiquette.model.facts import (
    ControlFact,
    Facts,
    FieldFact,
    StatementFact,
    TableFact,
)
from data_etiquette.model.location import Skipped

PLAN = "sqitch.plan"
MARK = "databaseChangeLog"
MAX_CHANGES = 20_000
_ENDINGS = frozenset({".xml", ".yaml", ".yml", ".json"})
_FOLDERS = frozenset({"liquibase", "changelog", "changelogs", "changesets"})
_XML_FOLDERS = _FOLDERS | {"migrations", "migration", "db"}
_NAME = re.compile(r"change[-_.]?(?:log|set)|liquibase|^db\.", re.IGNORECASE)
_MAX_DEPTH = 40

_VALUE = r"""(?:"[^"]*+"|'[^']*+')"""
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[(?P<data>.*?)\]\]>"
    rf"|<(?P<close>/?)(?P<name>[\w.:-]+)(?P<attributes>(?:\s++[\w.:-]++\s*+=\s*+{_VALUE})*+)\s*+(?P<empty>/?)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rf"(?P<name>[\w.:-]++)\s*+=\s*+(?P<value>{_VALUE})")
# What undoes a change, or only asks whether it is to be made.
_ASIDE = frozenset({"rollback", "preConditions", "modifySql"})
_PLANNED = re.compile(r"^[ \t]*(?P<name>[^\s%@#\[][^\s\[]*)", re.MULTILINE)
_TAGGED = re.compile(r"^[ \t]*@(?P<tag>\S+)")


def may_be_changelog(path: str) -> bool:
    """Whether a file may be such a list, by its name and place."""
    pure = PurePosixPath(path)
    if pure.name == PLAN:
        return True
    if pure.suffix.lower() not in _ENDINGS:
        return False
    folders = _XML_FOLDERS if pure.suffix.lower() == ".xml" else _FOLDERS
    is_placed = any(part.lower() in folders for part in pure.parts[:-1])
    return is_placed or _NAME.search(pure.name) is not None


def is_changelog(head: bytes) -> bool:
    """Whether the first bytes are those of a changelog."""
    return MARK.encode() in head


@dataclass(slots=True)
class Node:
    """One element of a changelog, whatever it was written in."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    text: str = ""
    text_line: int = 0


def read_changelog(path: str, text: str, dialect: str = "") -> Facts:
    """The order and the changes of one list. Total; what is no such list says nothing.

    `dialect` is that of its SQL, where something outside of the file tells it.
    """
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    lines = text.count("\n") + 1
    if PurePosixPath(path).name == PLAN:
        order = tuple(_planned(text))
        return Facts(path, "changelog", lines, digest, order=order)
    reason = ""
    if MARK not in text:
        nodes: list[Node] = []
    elif path.lower().endswith(".xml"):
        nodes = _from_xml(text)
    else:
        trees, reason = read_trees(text)
        nodes = [node for tree in trees for node in _from_tree(MARK, tree.get(MARK), 0)]
    reader = _Changes(path, dialect)
    for node in nodes:
        reader.read(node, 0)
    return Facts(
        path,
        "changelog",
        lines,
        digest,
        tables=tuple(reader.tables),
        statements=tuple(reader.statements),
        controls=tuple(reader.controls),
        has_sql=reader.has_sql,
        order=tuple(reader.order),
        order_lines=tuple(reader.order_lines),
        skipped=(Skipped(path, 0, reason),) if reason else (),
    )


def _planned(text: str) -> Iterator[str]:
    """Scripts of a plan; one that is planned anew stood for its older text up to a tag."""
    names: list[str] = []
    tagged: dict[str, int] = {}
    tags: list[tuple[int, str]] = []
    for line in text.splitlines():
        tag = _TAGGED.match(line)
        if tag is not None:
            tags.append((len(names), tag["tag"]))
            continue
        found = _PLANNED.match(line)
        if found is None:
            continue
        name = found["name"]
        if name in tagged:
            before = tagged[name]
            label = next((t for at, t in tags if at > before), "")
            names[before] = f"{name}@{label}"
        tagged[name] = len(names)
        names.append(name)
    for name in names:
        yield f"deploy/{name}.sql"


# -- forms --------------------------------------------------------------------------------------


def _from_xml(text: str) -> list[Node]:
    top = Node("", 0)
    stack = [top]
    line, counted = 1, 0
    end = 0
    for match in _TAG.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        between = html.unescape(text[end : match.start()])
        if between.strip() or match["data"]:
            node = stack[-1]
            start_line = line - between.count("\n") if between.strip() else line
            node.text_line = node.text_line or start_line
            node.text += between + (match["data"] or "")
        end = match.end()
        name = (match["name"] or "").rpartition(":")[2]
        if not name:
            continue
        if match["close"]:
            if len(stack) > 1:
                stack.pop()
            continue
        attributes = {
            item["name"]: html.unescape(item["value"][1:-1])
            for item in _ATTRIBUTE.finditer(match["attributes"])
        }
        node = Node(name, line, attributes)
        stack[-1].children.append(node)
        if not match["empty"] and len(stack) < _MAX_DEPTH:
            stack.append(node)
    return top.children


def _from_tree(name: str, tree: Tree, depth: int) -> list[Node]:
    """A mapping is an element, a sequence several; scalars are attributes of the one around."""
    if depth > _MAX_DEPTH:
        return []
    if tree.kind == "sequence":
        node = Node(name, tree.line)
        for value in tree.values():
            for key, inner in value.mapping():
                node.children += _from_tree(key, inner, depth + 1)
        return [node]
    node = Node(name, tree.line)
    if tree.kind == "scalar":
        node.text, node.text_line = tree.text, tree.line
    for key, value in tree.mapping():
        if value.kind == "scalar":
            node.attributes[key] = value.text
            if key == "sql":
                node.text, node.text_line = value.text, value.line + (not value.is_plain)
        else:
            below = _from_tree(key, value, depth + 1)
            # Lists of columns and changes only group what XML writes without a list.
            is_group = key in ("columns", "changes") and bool(below)
            node.children += below[0].children if is_group else below
    return [node]


# -- changes ------------------------------------------------------------------------------------


class _Changes:
    def __init__(self, path: str, dialect: str) -> None:
        self._path = path
        self._dialect = dialect
        self.has_sql = False
        self.order: list[str] = []
        self.order_lines: list[int] = []
        self.tables: list[TableFact] = []
        self.statements: list[StatementFact] = []
        self.controls: list[ControlFact] = []

    def read(self, node: Node, depth: int) -> None:
        """Read an element and what is in it."""
        if node.name in _ASIDE or depth > _MAX_DEPTH or len(self.tables) > MAX_CHANGES:
            return
        if node.name in ("include", "includeAll", "sqlFile"):
            self._include(node)
        elif node.name == "sql" or (node.name == "createView" and node.text.strip()):
            self._sql(node)
        elif not self._change(node):
            for child in node.children:
                self.read(child, depth + 1)

    def _include(self, node: Node) -> None:
        named = node.attributes.get("file") or node.attributes.get("path") or node.text
        named = named.strip().removeprefix("classpath:").lstrip("/")
        if named:
            self.order.append(f"{named.rstrip('/')}/" if node.name == "includeAll" else named)
            self.order_lines.append(node.line)

    def _sql(self, node: Node) -> None:
        from data_etiquette.frontends.sql.read import read_embedded  # noqa: PLC0415

        text, line = node.text, node.text_line or node.line
        if node.name == "createView":
            text = f"CREATE VIEW {node.attributes.get('viewName', 'view')} AS {text.lstrip()}"
        found = read_embedded(self._path, text, line, self._dialect_of(node))
        self.has_sql = self.has_sql or found.is_sql
        self.statements += found.statements
        self.tables += found.tables
        self.controls += found.controls

    def _dialect_of(self, node: Node) -> str:
        """The database that a change is for, where it is for one alone."""
        return known_dialect(node.attributes.get("dbms", "")) or self._dialect

    def _change(self, node: Node) -> bool:
        """A change of the schema; false for what is none."""
        given = node.attributes
        table = ".".join(filter(None, (given.get("schemaName"), given.get("tableName"))))
        columns = [child for child in node.children if child.name == "column"]
        match node.name:
            case "createTable":
                self._add("create", table, node, [_column(item) for item in columns])
            case "addColumn":
                self._add("add", table, node, [_column(item) for item in columns])
            case "dropColumn":
                names = [given["columnName"]] if "columnName" in given else []
                names += [item.attributes.get("name", "") for item in columns]
                self._add("drop_column", table, node, [_named(name, node) for name in names])
            case "renameColumn":
                old = _named(given.get("oldColumnName", ""), node)
                self._add("rename_column", table, node, [old], given.get("newColumnName", ""))
            case "modifyDataType":
                column = _named(given.get("columnName", ""), node, given.get("newDataType", ""))
                self._add("alter", table, node, [column])
            case "setColumnRemarks":
                column = _named(given.get("columnName", ""), node, doc=given.get("remarks", ""))
                self._add("comment", table, node, [column])
            case "dropTable":
                self._add("drop", table, node, [])
            case "renameTable":
                old_name = given.get("oldTableName", "")
                self._add("rename", old_name, node, [], given.get("newTableName", ""))
            case _:
                return False
        return True

    def _add(
        self, action: str, table: str, node: Node, columns: list[FieldFact], to: str = ""
    ) -> None:
        if not table:
            return
        options = [("to", to)] if to else []
        if node.attributes.get("remarks"):
            options.append(("comment", redact(node.attributes["remarks"])))
        kept = tuple(column for column in columns if column.name)
        end = max([node.line, *(column.line for column in kept)])
        self.tables.append(
            TableFact(action, table, node.line, end, columns=kept, options=tuple(options))
        )


def _named(name: str, node: Node, annotation: str = "", doc: str = "") -> FieldFact:
    return FieldFact(
        name=name,
        line=node.line,
        end_line=node.line,
        annotation=annotation,
        doc=redact(doc),
        origin="column",
    )


def _column(node: Node) -> FieldFact:
    given = node.attributes
    options: list[tuple[str, str]] = []
    relation = ""
    for key, value in given.items():
        if key.startswith("defaultValue"):
            options.append(("default", redact(value)))
    for child in node.children:
        if child.name != "constraints":
            continue
        if child.attributes.get("primaryKey") == "true":
            options.append(("primary_key", "true"))
        target = child.attributes.get("references", "").partition("(")[0].strip()
        relation = target or child.attributes.get("referencedTableName", "")
    return FieldFact(
        name=given.get("name", ""),
        line=node.line,
        end_line=node.line,
        annotation=given.get("type", ""),
        options=tuple(options),
        relation=relation,
        doc=redact(given.get("remarks", "")),
        origin="column",
    )
