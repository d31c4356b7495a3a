"""The record as tables: the column sets of two authorities, as CSV and as one workbook."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import xlsxwriter
import yaml

from data_etiquette.reporting.record import Line, Record, joined
from data_etiquette.reporting.sentence import visible
from data_etiquette.reporting.table import inert
from data_etiquette.reporting.texts import Texts

_MARK = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""
_LONGEST = 32_000
"""A cell of a workbook holds 32,767 characters."""
_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The same for every workbook, so that the same record gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and the parts of the record that fill it."""

    title: str
    parts: tuple[str, ...]


Rows = list[list[str]]


def load_columns(templates: Path) -> dict[str, tuple[Column, ...]]:
    """Column sets by name."""
    content = yaml.safe_load((templates / "record" / "columns.yaml").read_bytes())
    return msgspec.convert(content, dict[str, tuple[Column, ...]])


def rows_of(record: Record | None, columns: Sequence[Column], texts: Texts) -> Rows:
    """Headings, then one row for each activity; what is not stated says so."""
    lines = record.lines if record is not None else ()
    return [
        [column.title for column in columns],
        *([_cell(record, line, column, texts) for column in columns] for line in lines),
    ]


def _cell(record: Record | None, line: Line, column: Column, texts: Texts) -> str:
    parts = line.parts
    head = {cell.part: cell for cell in record.head} if record is not None else {}
    if "processor" in head:
        head["organisation"] = head["processor"]
    words: list[str] = []
    for part in column.parts:
        if part.startswith("group."):
            words += [label for group, label in line.data if f"group.{group}" == part]
        elif part == "activity":
            words.append(line.title)
        elif (cell := parts.get(part) or head.get(part)) is not None:
            words.append(texts.record["gap"] if cell.missing and not cell.said else cell.text)
    return visible(joined(words))


def render_csv_rows(rows: Rows) -> str:
    """Comma-separated values that no spreadsheet runs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return _MARK + out.getvalue()


def render_workbook(sheets: Sequence[tuple[str, Rows]]) -> bytes:
    """One workbook; every cell is text, never a formula or a link."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _MADE})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, _fitting(text), body if number else head)
            if rows and rows[0]:
                sheet.set_column(0, len(rows[0]) - 1, 28)
    return out.getvalue()


def _fitting(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… (cut here; record.html has all of it)"


def render_tables(record: Record | None, templates: Path, texts: Texts) -> dict[str, bytes]:
    """Two CSV files and the workbook."""
    sets = load_columns(templates)
    processes = record is not None and record.is_processor
    ico = rows_of(record, sets["ico_processor" if processes else "ico"], texts)
    cnil = rows_of(record, sets["cnil"], texts)
    return {
        "record-ico.csv": render_csv_rows(ico).encode(),
        "record-cnil.csv": render_csv_rows(cnil).encode(),
        "record.xlsx": render_workbook(
            (("Record", _whole(record, texts)), ("ICO", ico), ("CNIL", cnil))
        ),
    }


def _whole(record: Record | None, texts: Texts) -> Rows:
    """All parts of the page."""
    lines = record.lines if record is not None else ()
    parts = [cell.part for cell in lines[0].cells] if lines else []
    columns = [Column(texts.record["activity"], ("activity",))]
    columns += [Column(texts.record[part], (part,)) for part in parts]
    return rows_of(record, columns, texts)
