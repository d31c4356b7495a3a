"""The data map: every personal field, where it is stored, its protection and retention."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.report import Report
from data_etiquette.reporting.jsontext import json_text
from data_etiquette.reporting.sentence import counted, visible
from data_etiquette.reporting.text import TextOptions

SCHEMA = "etiquette/inventory/v1"
COLUMNS = (
    "entity",
    "field",
    "element",
    "subject",
    "kind",
    "stored_in",
    "protection",
    "retention",
    "confidence",
    "path",
    "line",
)
_BOLD, _DIM, _RED, _GREEN = "1", "2", "31", "32"
_GAP = "  "
_UNKNOWN = "-"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at a cell's beginning."""


@dataclass(frozen=True, slots=True)
class Row:
    """One personal field."""

    entity: Entity
    field: Field
    retention: str

    @property
    def stored_in(self) -> str:
        """The table, or the file that declares what is stored; empty for what only passes by."""
        return (self.entity.table or self.entity.location.path) if self.entity.stored else ""

    def cells(self) -> tuple[str, ...]:
        """Values in the order of `COLUMNS`."""
        item = self.field
        return (
            self.entity.name,
            item.name,
            item.element,
            self.entity.subject,
            self.entity.kind,
            self.stored_in,
            item.protection.value,
            self.retention,
            item.confidence.value,
            item.location.path,
            str(item.location.line),
        )


def rows(report: Report) -> list[Row]:
    """All personal fields in the order of their places."""
    periods = {(use.entity, use.field): use.retention for use in report.field_uses}
    return [
        Row(entity, item, periods.get((entity.id, item.name), ""))
        for entity in report.entities
        for item in entity.personal_fields
    ]


def render_json(report: Report) -> str:
    """The map for programs; an unknown retention is null."""
    found = []
    for row in rows(report):
        cells: dict[str, object] = dict(zip(COLUMNS, row.cells(), strict=True))
        cells["line"] = row.field.location.line
        cells["retention"] = row.retention or None
        cells["stored_in"] = row.stored_in or None
        cells["special_category"] = row.field.special_category
        found.append(cells)
    return json_text({"schema": SCHEMA, "inventory": found}, indent=2)


def render_csv(report: Report) -> str:
    """The map for spreadsheets; no cell can start a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows(report):
        writer.writerow([_cell(text) for text in row.cells()])
    return buffer.getvalue()


def _cell(text: str) -> str:
    plain = visible(text)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


def render_table(report: Report, options: TextOptions) -> str:
    """The map for a terminal: one block an entity, one line a field."""
    found = rows(report)
    if not found:
        return "No personal fields found.\n"
    widths = _widths(found, options.width)
    blocks: list[str] = []
    last = ""
    for row in found:
        if row.entity.id != last:
            blocks.append(_head(row, options) if not blocks else "\n" + _head(row, options))
            last = row.entity.id
        blocks.append(_line(row, widths, options))
    entities = len({row.entity.id for row in found})
    total = f"{counted(len(found), 'personal field')} in {counted(entities, 'entity', 'entities')}"
    return "\n".join([*blocks, "", _style(total, _BOLD, options)]) + "\n"


def _head(row: Row, options: TextOptions) -> str:
    entity = row.entity
    if not entity.stored:
        where = "not stored"
    else:
        where = f"table {entity.table}" if entity.table else f"in {entity.location.path}"
    about = [entity.kind, where, *([f"about: {entity.subject}"] if entity.subject else [])]
    text = _fitted(visible(f"{_GAP}{' · '.join(about)}"), options.width - len(entity.name))
    return _style(visible(entity.name), _BOLD, options) + _style(text, _DIM, options)


def _texts(row: Row) -> tuple[str, str, str, str, str]:
    item = row.field
    label = f"{item.element} (special)" if item.special_category else item.element
    protection = item.protection.value if item.protection.value != "none" else "unprotected"
    kept = row.retention or _UNKNOWN
    return (
        visible(item.name),
        visible(label),
        protection,
        visible(kept),
        visible(f"{item.location.path}:{item.location.line}"),
    )


def _widths(found: list[Row], width: int) -> list[int]:
    """Widths of the columns; what does not fit is taken from the names and labels."""
    columns = list(zip(*(_texts(row) for row in found), strict=True))
    widths = [max(map(len, column)) for column in columns]
    room = width - len(_GAP) * len(widths)
    for index, least in (
        (3, 12),
        (4, 24),
        (1, 16),
        (0, 16),
        (4, 12),
        (3, 5),
        (1, 8),
        (0, 8),
        (4, 8),
    ):
        excess = sum(widths) - room
        if excess > 0:
            widths[index] = min(widths[index], max(least, widths[index] - excess))
    return widths


def _line(row: Row, widths: list[int], options: TextOptions) -> str:
    texts = _texts(row)
    cells = [_fitted(text, width) for text, width in zip(texts, widths, strict=True)]
    if len(texts[4]) > widths[4]:
        # Of a path the end tells more than the beginning.
        cells[4] = "…" + texts[4][-(widths[4] - 1) :]
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
    colour = _RED if texts[2] == "unprotected" and row.field.special_category else ""
    colour = _GREEN if texts[2] != "unprotected" else colour
    padded[2] = _style(padded[2], colour, options) if colour else padded[2]
    padded[4] = _style(cells[4], _DIM, options)
    return _GAP + _GAP.join(padded)


def _fitted(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(1, width - 1)] + "…"


def _style(text: str, code: str, options: TextOptions) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if options.color else text
