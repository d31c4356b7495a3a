"""A report whose every name from elsewhere is hostile, and how each format is read back."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar
from xml.etree import ElementTree as ET

from markdown_it import MarkdownIt
from markdown_it.token import Token

from data_etiquette.model.catalog import (
    DataElement,
    ImportWords,
    KnownPurpose,
    KnownRecipient,
    LawReference,
    Rule,
    SubjectKind,
)
from data_etiquette.model.facts import FieldFact
from data_etiquette.model.report import RuleStatus
from data_etiquette.reporting.sentence import INVISIBLE

Anything = TypeVar("Anything")

_OURS = (
    DataElement, ImportWords, KnownPurpose, KnownRecipient, LawReference, Rule, RuleStatus,
    SubjectKind, FieldFact,
)  # fmt: skip
"""What stands in files of the tool."""
_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        rule principle element group kind role subject subjects purposes data elements law digest
        fingerprint period until legal_basis special_basis source mechanism country countries
        language date how run_by store outcome effects effect sanitiser sink version rules_digest
        commit repository review signed expires reviewed last_reviewed tested lifetime party
        sensitivity sections keys places regions as_element value retention protection id encryption
        code fix
        """,
    )
)
"""Fields that hold a word of a closed list, a date or a hash."""
_NAMED = frozenset({"Finding.name"})


def poisoned(value: Anything, lead: str, tail: str) -> Anything:
    """Every text that came from code or declaration, with hostile text around it."""
    if isinstance(value, _OURS):
        return value
    if isinstance(value, tuple):
        return tuple(_mark(item, lead, tail) for item in value)  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        kind = type(value).__name__
        changes = {
            item.name: _mark(getattr(value, item.name), lead, tail)
            for item in fields(value)
            if item.name not in _WORDS and f"{kind}.{item.name}" not in _NAMED
        }
        return replace(value, **changes)
    return value


def _mark(value: Any, lead: str, tail: str) -> Any:
    if type(value) is str:
        return f"{lead}{value}{tail}" if value else value
    return poisoned(value, lead, tail)


def hidden(text: str) -> list[str]:
    """Characters that nobody sees, or that turn the direction of reading."""
    return [hex(ord(letter)) for letter in INVISIBLE.findall(text)]


# -- one reader a format -----------------------------------------------------------------------


def read_json(text: str) -> Any:
    text.encode()
    assert hidden(text) == []
    return json.loads(text)


def texts_of(value: object) -> set[str]:
    """Every string of a document."""
    if isinstance(value, dict):
        return {text for item in (*value, *value.values()) for text in texts_of(item)}
    if isinstance(value, list):
        return {text for item in value for text in texts_of(item)}
    return {value} if isinstance(value, str) else set()


def read_xml(text: str) -> ET.Element:
    assert hidden(text) == []
    assert "<![CDATA[" not in text
    assert "<!DOCTYPE" not in text
    return ET.fromstring(text.encode())  # noqa: S314 (our own text)


def read_csv(text: str) -> list[dict[str, str]]:
    text.encode()
    assert hidden(text.replace("\r\n", "\n")) == []
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    for row in rows:
        assert None not in row, "more cells than columns"
        assert None not in row.values(), "fewer cells than columns"
        for cell in row.values():
            assert not re.match(r"[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]", cell), cell
    return rows


_TAG = re.compile(
    r"<!-- (?:etiquette(?:-comparison)?|[0-9a-f]{24})? ?-->|<!-- -->"
    r"|</?(?:b|summary|details)>|<details open>"
)


def read_markdown(text: str) -> list[list[str]]:
    """Cells of all rows; no element but our own, no link, no picture, no heading of theirs."""
    text.encode()
    assert hidden(text) == []
    rows: list[list[str]] = []
    is_row = False
    for token in MarkdownIt("commonmark").enable(["table"]).parse(text):
        if token.type == "tr_open":
            rows.append([])
            is_row = True
        elif token.type == "tr_close":
            is_row = False
        elif token.type in {"html_block", "html_inline"}:
            _only_ours(token.content)
        elif token.type == "inline":
            told = "".join(_plain(child) for child in token.children or ())
            if is_row:
                rows[-1].append(told)
        assert token.type not in {"fence", "code_block", "bullet_list_open", "ordered_list_open"}
    return rows


def _plain(token: Token) -> str:
    assert token.type in {"text", "code_inline", "html_inline", "text_special", "softbreak"}, token
    if token.type == "html_inline":
        _only_ours(token.content)
        return ""
    # What a host would make a mention or a link of, looking at one run of text.
    if token.type == "text":
        assert not re.search(r"(?i)[@#]\w|https?://|www\.\w", token.content), token.content
    return token.content or ("\n" if token.type == "softbreak" else "")


def _only_ours(content: str) -> None:
    rest = _TAG.sub("", content)
    assert not re.search(r"[<>]", re.sub(r"<b>\w+</b> \(\d+\)", "", rest)), content


_COMMAND = re.compile(r"::(?P<name>[^: ]+)(?: (?P<properties>.*?))?::(?P<data>.*)")


def read_annotations(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Commands as the runner takes them: at the beginning of a line, or `##[` anywhere."""
    text.encode()
    assert hidden(text) == []
    found = []
    for line in text.split("\n"):
        command = _COMMAND.fullmatch(line.strip())
        if command is None:
            assert not line.strip().startswith("::"), line
            assert "##[" not in line
            continue
        assert command["name"] in {"error", "warning", "notice"}
        properties = dict(part.split("=", 1) for part in command["properties"].split(","))
        assert set(properties) == {"file", "line", "endLine", "title"}
        clean = {
            name: value.replace("%2C", ",").replace("%3A", ":")
            .replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
            for name, value in properties.items()
        }  # fmt: skip
        data = command["data"].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
        found.append((command["name"], clean, data))
    return found


def read_terminal(text: str) -> None:
    text.encode()
    assert hidden(text) == []
    for line in text.split("\n"):
        assert not line.strip().startswith("::"), line
        assert "##[" not in line


def unescaped(text: str) -> str:
    return html.unescape(text)
