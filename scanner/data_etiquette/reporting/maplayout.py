"""Where the boxes and lines of a data map stand, and the map as SVG."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup

from data_etiquette.model.report import Report
from data_etiquette.reporting.datamap import DataMap, Node, Words, data_map, leads, read_words
from data_etiquette.reporting.phrases import filled
from data_etiquette.reporting.sentence import visible
from data_etiquette.reporting.texts import DEFAULT_LANGUAGE, MapWords

WIDTH = 1200
BOX = 228
TOP = 56
"""Room for the headings."""
GAP = 14
SECTION = 44
"""Between two parts of one column."""
FAR = 90
"""The widest gap in a column that is shorter than the others."""
LINE, NOTE, PAD = 17, 15, 11
LABEL_ROOM, NOTE_ROOM = 25.0, 27.5
"""Letters of average width in one line."""
SWEEPS = 8
_COLUMNS = (("subject",), ("group", "field"), ("activity", "app"), ("store", "output", "recipient"))
_NO_XML = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a column or of a part of one."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with its place and its fitted text."""

    number: int
    node: Node
    x: float
    y: float
    height: float
    lines: tuple[str, ...]
    note: str
    told: str
    """The box in one sentence."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A line with its ends' numbers."""

    number: int
    start: int
    end: int
    kind: str
    path: str
    thick: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that the template draws."""

    title: str
    words: MapWords
    width: int
    height: float
    headings: tuple[Heading, ...]
    boxes: tuple[Placed, ...]
    curves: tuple[Curve, ...]
    touching: Mapping[int, Sequence[Curve]]
    """Lines by the number of a box at either end."""
    rows: tuple[tuple[str, str, str], ...]
    """(heading, box, what it leads to): the map as text."""
    told: tuple[str, ...]
    """The same in sentences."""


def render_svg(
    report: Report, templates: Path, element: str = "", language: str = DEFAULT_LANGUAGE
) -> str:
    """The map as a file of its own.

    Raises:
        UsageError: there are no texts in this language.
    """
    words = read_words(templates, language or DEFAULT_LANGUAGE)
    drawn = draw(data_map(report, words, element), words)
    style = map_style(templates)
    template = environment(templates).get_template("datamap/map.svg.j2")
    return template.render(map=drawn, style=Markup(style), alone=True, prefix="map")  # noqa: S704


def report_map(report: Report, templates: Path, language: str = DEFAULT_LANGUAGE) -> Drawing:
    """The map of everything, for a page that holds it with `datamap/section.html.j2`."""
    words = read_words(templates, language)
    return draw(data_map(report, words), words)


def map_style(templates: Path) -> str:
    """The map's own style, for the file and for pages that hold it."""
    return (templates / "datamap" / "style.css").read_text(encoding="utf-8")


def environment(templates: Path) -> jinja2.Environment:
    """Templates whose values are escaped and hold no character that XML forbids."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _finalize(value: object) -> object:
    if isinstance(value, Markup):
        return Markup(clean(value))  # noqa: S704 (escaped before; only characters are replaced)
    return clean(value) if type(value) is str else value


def clean(text: str) -> str:
    """Text that no document refuses and that steers nothing."""
    return _NO_XML.sub("\ufffd", visible(text))


def draw(drawn: DataMap, words: Words) -> Drawing:
    """Place everything; the same map gives the same drawing."""
    headings = dict(drawn.headings)
    columns = _ordered(drawn)
    placed, tops, height = _place(columns)
    boxes = _boxes(columns, placed, words)
    numbers: dict[_Key, Placed] = {(box.node.part, box.node.key): box for box in boxes}
    curves = _curves(drawn, numbers)
    touching: dict[int, list[Curve]] = {box.number: [] for box in boxes}
    for curve in curves:
        touching[curve.start].append(curve)
        touching[curve.end].append(curve)
    rows = _rows(drawn, headings, words)
    return Drawing(
        title=drawn.title,
        words=words.map,
        width=WIDTH,
        height=height,
        headings=tuple(Heading(headings[part], x, y) for part, x, y in tops),
        boxes=boxes,
        curves=curves,
        touching=touching,
        rows=rows,
        told=tuple(
            filled(words.map.leads, {"column": column, "box": box, "ends": ends})
            for column, box, ends in rows
        ),
    )


# -- order ------------------------------------------------------------------------------------

_Key = tuple[str, str]


def _ordered(drawn: DataMap) -> list[list[Node]]:
    """The columns, each in the order that crosses the fewest lines, as a few sweeps find it."""
    weights: dict[_Key, int] = defaultdict(int)
    near: dict[_Key, list[tuple[_Key, int]]] = defaultdict(list)
    for edge in drawn.edges:
        near[edge.start].append((edge.end, edge.weight))
        near[edge.end].append((edge.start, edge.weight))
        weights[edge.start] += edge.weight
        weights[edge.end] += edge.weight
    columns = [
        sorted(
            (node for node in drawn.nodes if node.part in parts),
            key=lambda node: (parts.index(node.part), -weights[node.part, node.key], node.key),
        )
        for parts in _COLUMNS
    ]
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        order = range(1, len(columns)) if forth else range(len(columns) - 2, -1, -1)
        for index in order:
            _sort(columns, index, index - 1 if forth else index + 1, near)
    return columns


def _sort(
    columns: list[list[Node]],
    index: int,
    beside: int,
    near: Mapping[_Key, Sequence[tuple[_Key, int]]],
) -> None:
    """Sort a column by the mean place of what its boxes hang on in the one beside it."""
    count = max(1, len(columns[beside]))
    there = {(n.part, n.key): place / count for place, n in enumerate(columns[beside])}
    parts = _COLUMNS[index]
    here = {
        (n.part, n.key): place / max(1, len(columns[index]))
        for place, n in enumerate(columns[index])
    }

    def middle(node: Node) -> tuple[object, ...]:
        key = (node.part, node.key)
        seen = [(there[end], weight) for end, weight in near.get(key, ()) if end in there]
        total = sum(weight for _, weight in seen)
        mean = sum(place * weight for place, weight in seen) / total if total else here[key]
        return (parts.index(node.part), round(mean, 6), node.key)

    columns[index].sort(key=middle)


# -- places -----------------------------------------------------------------------------------


def _height(node: Node) -> float:
    lines = len(_wrapped(clean(node.label), LABEL_ROOM, 2))
    return 2 * PAD + LINE * lines + (NOTE if node.note else 0) - 3


def _place(
    columns: Sequence[Sequence[Node]],
) -> tuple[dict[_Key, tuple[float, float]], list[tuple[str, float, float]], float]:
    """(place of every box, headings, height of the whole)."""
    step = (WIDTH - BOX - 4) / (len(columns) - 1)
    lengths = [_length(column, GAP) for column in columns]
    bottom = max([*lengths, 80])
    placed: dict[_Key, tuple[float, float]] = {}
    tops: list[tuple[str, float, float]] = []
    for index, column in enumerate(columns):
        x = round(2 + step * index, 1)
        gap = _gap(column, lengths[index], bottom)
        y = TOP + (bottom - _length(column, gap)) / 2
        part = ""
        for node in column:
            if node.part != part:
                y += SECTION if part else 0
                tops.append((node.part, x, round(y - 14 if part else min(y - 14, TOP - 14), 1)))
                part = node.part
            placed[node.part, node.key] = (x, round(y, 1))
            y += _height(node) + gap
    return placed, _levelled(tops), round(TOP + bottom + 8, 1)


def _levelled(tops: list[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """The first heading of every column at the top of the drawing."""
    seen: set[float] = set()
    found = []
    for part, x, y in tops:
        found.append((part, x, y if x in seen else TOP - 22.0))
        seen.add(x)
    return found


def _length(column: Sequence[Node], gap: float) -> float:
    sections = len({node.part for node in column})
    return (
        sum(_height(node) for node in column)
        + gap * max(0, len(column) - 1)
        + SECTION * max(0, sections - 1)
    )


def _gap(column: Sequence[Node], length: float, bottom: float) -> float:
    """A short column is spread, so that its lines run flat."""
    if len(column) < 2:
        return GAP
    return min(FAR, GAP + (bottom - length) / (len(column) - 1))


# -- shapes -----------------------------------------------------------------------------------


def _boxes(
    columns: Sequence[Sequence[Node]], placed: Mapping[_Key, tuple[float, float]], words: Words
) -> tuple[Placed, ...]:
    boxes = []
    for number, node in enumerate((node for column in columns for node in column), start=1):
        x, y = placed[node.part, node.key]
        label = clean(node.label)
        note = clean(node.note)
        notes = _wrapped(note, NOTE_ROOM, 1)
        boxes.append(
            Placed(
                number=number,
                node=node,
                x=x,
                y=y,
                height=_height(node),
                lines=_wrapped(label, LABEL_ROOM, 2),
                note=notes[0] if notes else "",
                told=_told(node, words),
            )
        )
    return tuple(boxes)


def _told(node: Node, words: Words) -> str:
    told = [clean(node.label)]
    if node.mark == "special":
        told.append(words.map.special)
    if node.members:
        told.append(", ".join(clean(member) for member in node.members))
    elif node.note:
        told.append(clean(node.note))
    return ": ".join(told) if len(told) == 2 else ", ".join(told)


def _curves(drawn: DataMap, boxes: Mapping[_Key, Placed]) -> tuple[Curve, ...]:
    """Lines, spread over the sides of their boxes in the order of where they lead."""
    starts = _ports(drawn, boxes, lambda edge: (edge.start, edge.end))
    ends = _ports(drawn, boxes, lambda edge: (edge.end, edge.start))
    curves = []
    for number, edge in enumerate(drawn.edges, start=1):
        start, end = boxes[edge.start], boxes[edge.end]
        x1, x2 = round(start.x + BOX, 1), round(end.x - 1, 1)
        y1, y2 = starts[edge.start, edge.end], ends[edge.end, edge.start]
        bend = round((x2 - x1) * 0.5, 1)
        path = f"M{x1} {y1}C{round(x1 + bend, 1)} {y1} {round(x2 - bend, 1)} {y2} {x2} {y2}"
        thick = min(4.5, 1.25 + 0.4 * edge.weight.bit_length())
        curves.append(Curve(number, start.number, end.number, edge.kind, path, round(thick, 2)))
    return tuple(curves)


def _ports(
    drawn: DataMap,
    boxes: Mapping[_Key, Placed],
    ends: Callable[..., tuple[_Key, _Key]],
) -> dict[tuple[_Key, _Key], float]:
    """Height at which a line meets its box."""
    meeting: dict[_Key, list[_Key]] = defaultdict(list)
    for edge in drawn.edges:
        here, there = ends(edge)
        meeting[here].append(there)
    found = {}
    for here, others in meeting.items():
        box = boxes[here]
        others.sort(key=lambda other: (boxes[other].y, boxes[other].number))
        room = box.height - 14
        for place, other in enumerate(others):
            share = (place + 0.5) / len(others)
            found[here, other] = round(box.y + 7 + room * share, 1)
    return found


def _rows(
    drawn: DataMap, headings: Mapping[str, str], words: Words
) -> tuple[tuple[str, str, str], ...]:
    """The map as text: every box with what it leads to."""
    order = {part: place for place, part in enumerate(headings)}
    said = {"seen": "{box}", "idle": words.map.idle, "undeclared": words.map.undeclared_end}
    rows = [
        (
            order[node.part],
            headings[node.part],
            _told(node, words),
            ", ".join(
                filled(said[kind], {"box": clean(target.label)})
                for target, kind in sorted(
                    targets, key=lambda pair: (order[pair[0].part], pair[0].label, pair[0].key)
                )
            ),
        )
        for node, targets in leads(drawn)
    ]
    rows.sort(key=lambda row: (row[0], row[2], row[3]))
    return tuple(row[1:] for row in rows)


# -- text -------------------------------------------------------------------------------------


def _width(text: str) -> float:
    """In letters of average width; what is wide in print counts for two."""
    return sum(_letter(letter) for letter in text)


def _letter(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 2.0
    if letter in "iljtfrI.,:;'|!()[]·- ":
        return 0.62
    return 1.5 if letter in "mwMW@" else 1.25 if letter.isupper() or letter == "_" else 1.0


def _wrapped(text: str, room: float, lines: int) -> tuple[str, ...]:
    """Text in so many lines at the most, cut where it is longer."""
    if not text:
        return ()
    rest = text
    found: list[str] = []
    while rest and len(found) < lines:
        if _width(rest) <= room:
            found.append(rest)
            break
        if len(found) + 1 == lines:
            found.append(_cut(rest, room))
            break
        head = _head(rest, room)
        found.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return tuple(found)


def _cut(text: str, room: float) -> str:
    taken = _fitting(text, room - 1)
    return text[:taken].rstrip() + "…"


def _head(text: str, room: float) -> str:
    """The beginning of a text that fills one line, broken after a space or a mark."""
    taken = _fitting(text, room)
    for end in range(taken, taken // 2, -1):
        if text[end - 1] in " ._/-:" or (end < len(text) and text[end] == " "):
            return text[:end]
    return text[:taken]


def _fitting(text: str, room: float) -> int:
    """How many characters fit, one at the least."""
    used = 0.0
    for place, letter in enumerate(text):
        used += _letter(letter)
        if used > room:
            return max(1, place)
    return len(text)
