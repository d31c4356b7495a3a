"""The data map: whose data of which group is used where, kept where and given to whom."""

from __future__ import annotations

import fnmatch
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from data_etiquette.declaration.match import Coverage
from data_etiquette.model.declaration import Activity
from data_etiquette.model.graph import Entity, Field, Flow, Transfer
from data_etiquette.model.report import Report
from data_etiquette.reporting.phrases import filled
from data_etiquette.reporting.texts import (
    DEFAULT_LANGUAGE,
    MapWords,
    capitalised,
    load_texts,
)

MAX_TABLES = 24
"""Above this many tables they are drawn as one store for each part of the code."""
MAX_NODES = 60
"""In one part of a column; what holds least is drawn as one node."""
UNDECLARED = "undeclared"

Part: TypeAlias = Literal[
    "subject", "group", "field", "activity", "app", "store", "recipient", "output"
]
EdgeKind: TypeAlias = Literal["seen", "idle", "undeclared"]
_STRENGTH = {"idle": 0, "seen": 1, "undeclared": 2}
_MAPPED = (
    "log",
    "file",
    "third_party",
    "email",
    "queue",
    "cache",
    "cookie",
    "session",
    "search",
    "llm",
)
"""Kinds of sink that keep data or hand it on; pages and answers show it to whoever asks."""


_SINK_PARTS: dict[str, Part] = {
    "cache": "store", "cookie": "store", "database": "store", "file": "store", "log": "store",
    "queue": "store", "search": "store", "session": "store",
    "email": "recipient", "llm": "recipient", "third_party": "recipient",
    "exception": "output", "process": "output", "response": "output", "template": "output",
    "url": "output",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """What the map calls things, in one language."""

    map: MapWords
    elements: dict[str, str] = field(default_factory=dict)
    """Data elements and groups, where they are not called as in the rules."""
    subjects: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    is_own: bool = True
    """Whether it is the language of the rules: only then their ids can be shown as words."""


@dataclass(frozen=True, slots=True)
class Node:
    """One box of the map."""

    part: Part
    key: str
    label: str
    note: str = ""
    members: tuple[str, ...] = ()
    """What it stands for, whole: data elements, tables, fields."""
    mark: str = ""
    """`special`, `undeclared` or nothing."""


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """Data from one box to another; ends are (part, key)."""

    start: tuple[str, str]
    end: tuple[str, str]
    kind: EdgeKind = "seen"
    weight: int = 1


@dataclass(frozen=True, slots=True)
class DataMap:
    """Boxes and lines, sorted, not yet laid out."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    headings: tuple[tuple[str, str], ...]
    """(part, heading)."""


def read_words(templates: Path, language: str = DEFAULT_LANGUAGE) -> Words:
    """The words of a language.

    Raises:
        UsageError: there are none in it.
    """
    texts = load_texts(templates, language)
    if language == DEFAULT_LANGUAGE:
        return Words(texts.map)
    elements = {name: capitalised(label) for name, label in texts.elements.items()}
    return Words(texts.map, elements, texts.subjects, texts.countries, is_own=False)


def data_map(report: Report, words: Words, element: str = "") -> DataMap:
    """The map of a report, or of one data element with its fields for the second column."""
    return _Map(report, words, element).build()


@dataclass(slots=True)
class _Box:
    """What is gathered of a node."""

    label: str
    members: Counter[str] = field(default_factory=Counter)
    note: str = ""
    mark: str = ""


_End: TypeAlias = "tuple[Part, str]"


class _Map:
    """Gathers boxes and lines."""

    def __init__(self, report: Report, words: Words, element: str) -> None:
        self._report = report
        self._words = words
        self._element = element
        self._coverage = Coverage(report.declaration)
        self._declared = report.declaration.activities if report.declaration is not None else ()
        self._labels = {item.id: item.label for item in report.elements}
        self._groups = {item.id: item.group for item in report.elements}
        self._uses = {(use.entity, use.field): use.activities for use in report.field_uses}
        self._boxes: dict[_End, _Box] = {}
        self._edges: dict[tuple[_End, _End], tuple[EdgeKind, int]] = {}
        self._fields = self._personal()
        self._by_name = _by_name(self._fields)
        self._apps = _Apps([entity.location.path for entity, _ in self._fields])

    def build(self) -> DataMap:
        """Boxes and lines, sorted."""
        tables = {entity.id for entity, _ in self._fields if entity.stored}
        for entity, item in self._fields:
            self._add_field(entity, item, grouped=len(tables) > MAX_TABLES)
        for flow in self._report.flows:
            if not self._element or flow.element == self._element:
                self._add_flow(flow)
        for transfer in self._report.transfers:
            self._add_transfer(transfer)
        if not self._element:
            self._add_promises()
        nodes, renamed = self._nodes()
        return DataMap(
            title=self._title(),
            nodes=nodes,
            edges=self._lines(renamed),
            headings=tuple(self._words.map.columns.items()),
        )

    def _title(self) -> str:
        if not self._element:
            return self._words.map.title
        return filled(self._words.map.title_of, {"element": self._label(self._element)})

    def _personal(self) -> list[tuple[Entity, Field]]:
        return [
            (entity, item)
            for entity in self._report.entities
            for item in entity.personal_fields
            if self._element in ("", item.element)
        ]

    def _label(self, element: str) -> str:
        return self._words.elements.get(element) or self._labels.get(element, element)

    def _country(self, transfer: Transfer) -> str:
        return self._words.countries.get(transfer.country, transfer.country)

    def _tables_of(self, app: str) -> str:
        return filled(self._words.map.tables_of, {"part": app})

    # -- boxes --------------------------------------------------------------------------------

    def _box(self, part: Part, key: str, label: str) -> tuple[_End, _Box]:
        end: _End = (part, key)
        return end, self._boxes.setdefault(end, _Box(label))

    def _subject(self, subject: str) -> _End:
        known = subject if subject not in ("", "person") else ""
        declared = self._report.declaration.subjects if self._report.declaration is not None else ()
        label = next((item.label for item in declared if item.id == known and item.label), "")
        label = label or self._words.subjects.get(known) or _spoken(known)
        label = label or self._words.map.unknown_subject
        return self._box("subject", known, label)[0]

    def _data(self, element: str, entity: str, item: str, special: bool) -> _End:
        """The box of the second column: a group, or in the map of one element a field."""
        if self._element:
            name = f"{entity}.{item}" if entity else item or element
            end, box = self._box("field", name, name)
            return end
        group = self._groups.get(element, "")
        label = self._words.map.groups.get(group) or _spoken(group) or element
        end, box = self._box("group", group or element, label)
        box.members[self._label(element)] += 1
        if special:
            box.mark = "special"
        return end

    def _users(self, activities: Sequence[Activity], path: str) -> list[tuple[_End, EdgeKind]]:
        """The boxes of the third column, and how lines to and from them are drawn.

        One data element belongs to many activities, and its fields to all of them: its way is told
        by the parts of the code.
        """
        is_declared = self._report.declaration is None or bool(activities)
        kind: EdgeKind = "seen" if is_declared else "undeclared"
        if self._element or self._report.declaration is None:
            app = self._apps.of(path)
            return [(self._box("app", app, app)[0], kind)]
        if not activities:
            return [(self._undeclared(), kind)]
        return [(self._activity(item), kind) for item in activities]

    def _activity(self, activity: Activity) -> _End:
        end, box = self._box("activity", activity.id, activity.label or _spoken(activity.id))
        if self._words.is_own:
            box.note = ", ".join(_spoken(purpose).lower() for purpose in activity.purposes)
        return end

    def _undeclared(self) -> _End:
        end, box = self._box("activity", UNDECLARED, self._words.map.undeclared)
        box.mark = UNDECLARED
        return end

    def _table(self, entity: Entity, grouped: bool) -> _End:
        name = entity.table or entity.name
        key, label = self._declared_store(entity)
        if key:
            end, box = self._box("store", f"declared:{key}", label)
        elif grouped:
            app = self._apps.of(entity.location.path)
            end, box = self._box("store", f"app:{app}", self._tables_of(app))
        else:
            end, box = self._box("store", f"table:{name.lower()}", name)
            return end
        box.members[name] += 1
        return end

    def _declared_store(self, entity: Entity) -> tuple[str, str]:
        declared = self._report.declaration.stores if self._report.declaration is not None else ()
        names = (entity.table, entity.table.rsplit(".", 1)[-1])
        for store in declared:
            if any(fnmatch.fnmatchcase(name, glob) for glob in store.tables for name in names):
                return store.id, store.label or _spoken(store.id)
        return "", ""

    # -- lines --------------------------------------------------------------------------------

    def _line(self, start: _End, end: _End, kind: EdgeKind = "seen") -> None:
        before, weight = self._edges.get((start, end), (kind, 0))
        strongest = max(before, kind, key=_STRENGTH.__getitem__)
        self._edges[start, end] = (strongest, weight + 1)

    def _add_field(self, entity: Entity, item: Field, *, grouped: bool) -> None:
        data = self._data(item.element, entity.name, item.name, item.special_category)
        self._line(self._subject(entity.subject), data)
        table = self._table(entity, grouped) if entity.stored else None
        activities = self._activities(entity.id, item.name)
        for user, kind in self._users(activities, entity.location.path):
            self._line(data, user, kind)
            if table is not None:
                self._line(user, table, kind)

    def _activities(self, entity: str, name: str) -> list[Activity]:
        wanted = self._uses.get((entity, name), ())
        return [item for item in self._declared if item.id in wanted]

    def _add_flow(self, flow: Flow) -> None:
        kind = flow.sink.kind.value
        if kind not in _SINK_PARTS or not (self._element or kind in _MAPPED):
            return
        entity, item = self._by_name.get((flow.entity, flow.field), (None, None))
        special = item is not None and item.special_category
        data = self._data(flow.element, flow.entity, flow.field, special)
        if entity is None:
            self._line(self._subject(""), data)
        activities = self._of_flow(flow, entity)
        end = self._sink(flow, kind)
        if flow.sink.recipient and self._report.declaration is not None:
            activities = self._allowed(flow, activities)
        for user, state in self._users(activities, flow.sink.location.path):
            # Of one element the fields are declared or not; only its way on from here is judged.
            self._line(data, user, "seen" if self._element else state)
            self._line(user, end, state)

    def _of_flow(self, flow: Flow, entity: Entity | None) -> list[Activity]:
        """Activities that have the field, of these the ones whose code it is if any says so."""
        if entity is not None:
            found = self._activities(entity.id, flow.field)
        else:
            keys = (flow.element, self._groups.get(flow.element, ""))
            found = [item for item in self._declared if _names(item.data, keys)]
        here = [item for item in found if _runs_in(item, flow.sink.location.path)]
        return here or found

    def _allowed(self, flow: Flow, activities: list[Activity]) -> list[Activity]:
        """Those that declare the recipient; none when it is declared by none."""
        declared = self._coverage.recipient_of_flow(flow)
        if declared is None:
            return []
        return [item for item in activities if declared.id in item.recipients]

    def _sink(self, flow: Flow, kind: str) -> _End:
        part, label = _SINK_PARTS[kind], self._words.map.sinks[kind]
        declared = self._coverage.recipient_of_flow(flow)
        if not flow.sink.recipient and declared is None:
            return self._box(part, f"kind:{kind}", label)[0]
        name = flow.sink.recipient_name or flow.sink.recipient
        end, box = self._recipient(declared.id if declared else flow.sink.recipient, name)
        box.members[self._label(flow.element)] += 1
        return end

    def _recipient(self, key: str, name: str) -> tuple[_End, _Box]:
        declared = self._report.declaration.recipients if self._report.declaration else ()
        known = next((item for item in declared if item.id == key), None)
        end, box = self._box("recipient", key, known.name if known is not None else name)
        if known is None and self._report.declaration is not None:
            box.mark = UNDECLARED
        return end, box

    def _add_transfer(self, transfer: Transfer) -> None:
        """A recipient that takes part, even where no data was seen to reach it."""
        known = next((r for r in self._report.recipients if r.id == transfer.recipient), None)
        declared = self._coverage.recipient_named(transfer, known)
        key = declared.id if declared is not None else transfer.recipient
        if self._element:
            if ("recipient", key) in self._boxes:
                self._boxes["recipient", key].note = self._country(transfer)
            return
        end, box = self._recipient(key, transfer.name)
        kind = transfer.kind.replace("_", " ") if self._words.is_own else ""
        box.note = " · ".join(filter(None, (kind, self._country(transfer))))
        if any(target == end for _, target in self._edges):
            return
        if self._report.declaration is None:
            for location in transfer.locations:
                self._line(self._users((), location.path)[0][0], end, "idle")
        elif declared is None:
            self._line(self._undeclared(), end, "undeclared")

    def _add_promises(self) -> None:
        """What the declaration says beyond what was seen."""
        names = (
            {item.id: item.name for item in self._report.declaration.recipients}
            if (self._report.declaration is not None)
            else {}
        )
        for activity in self._declared:
            start = self._activity(activity)
            for key in activity.recipients:
                end, _ = self._recipient(key, names.get(key, key))
                if (start, end) not in self._edges:
                    self._line(start, end, "idle")

    # -- the whole ----------------------------------------------------------------------------

    def _nodes(self) -> tuple[tuple[Node, ...], dict[_End, _End]]:
        """Nodes by part, and where a line goes whose end is drawn within another."""
        weights: Counter[_End] = Counter()
        for (start, end), (kind, weight) in self._edges.items():
            # What data was seen to reach comes before what is only there.
            weights[start] += weight * _STRENGTH[kind]
            weights[end] += weight * _STRENGTH[kind]
        parts: dict[Part, list[_End]] = defaultdict(list)
        for end in sorted(self._boxes, key=lambda end: (-weights[end], end)):
            parts[end[0]].append(end)
        renamed: dict[_End, _End] = {}
        nodes = []
        for part, ends in parts.items():
            nodes += [self._node(end) for end in ends[:MAX_NODES]]
            rest = ends[MAX_NODES:]
            if rest:
                renamed |= dict.fromkeys(rest, (part, "\0rest"))
                members = tuple(sorted(self._boxes[end].label for end in rest))
                label = filled(self._words.map.more, {"n": f"{len(rest):,}"})
                nodes.append(Node(part, "\0rest", label, members=members))
        return tuple(sorted(nodes, key=lambda node: (node.part, node.key))), renamed

    def _node(self, end: _End) -> Node:
        box = self._boxes[end]
        members = tuple(sorted(box.members))
        note = box.note
        if not note and members:
            note = ", ".join(members)
            if end[0] == "store":
                one, many = self._words.map.tables
                count = one if len(members) == 1 else filled(many, {"n": f"{len(members):,}"})
                note = f"{count}: {note}"
        return Node(end[0], end[1], box.label, note, members, box.mark)

    def _lines(self, renamed: dict[_End, _End]) -> tuple[Edge, ...]:
        merged: dict[tuple[_End, _End], tuple[EdgeKind, int]] = {}
        for (start, end), (kind, weight) in self._edges.items():
            ends = (renamed.get(start, start), renamed.get(end, end))
            before, known = merged.get(ends, (kind, 0))
            merged[ends] = (max(before, kind, key=_STRENGTH.__getitem__), known + weight)
        return tuple(
            sorted(
                Edge(start, end, kind, weight) for (start, end), (kind, weight) in merged.items()
            )
        )


class _Apps:
    """The parts of the code: the first folders below what all paths share.

    A part that holds more than half of all is drawn as the parts that it has itself.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        known = sorted(paths)
        folders = sorted({path.rpartition("/")[0] for path in known})
        shared = os.path.commonpath(folders) if folders and all(folders) else ""
        self._opened = [shared]
        self._counts = Counter(self.of(path) for path in known)
        while self._counts:
            part, count = self._counts.most_common(1)[0]
            below = [path for path in known if path.startswith(f"{self._folder(part)}/")]
            inner = Counter(_below(self._folder(part), path) for path in below)
            if 2 * count <= len(known) or len(inner) < 2:
                return
            self._opened.append(self._folder(part))
            self._counts = Counter(self.of(path) for path in known)

    def _folder(self, part: str) -> str:
        return f"{self._opened[0]}/{part}".strip("/")

    def of(self, path: str) -> str:
        """The part that a file belongs to, as its path below what all share."""
        for folder in reversed(self._opened):
            if not folder or path.startswith(f"{folder}/"):
                name = _below(folder, path)
                inner = folder.removeprefix(self._opened[0]).strip("/")
                return f"{inner}/{name}" if inner else name
        return _below("", path)


def _below(folder: str, path: str) -> str:
    """The first folder of a path below another, or the file's name without its ending."""
    rest = path.removeprefix(f"{folder}/") if folder else path
    first = rest.split("/", 1)[0]
    return first if "/" in rest else first.rsplit(".", 1)[0] or first


def _by_name(
    fields: Iterable[tuple[Entity, Field]],
) -> dict[tuple[str, str], tuple[Entity, Field]]:
    """Fields as flows name them; of several with one name the first in the report's order."""
    found: dict[tuple[str, str], tuple[Entity, Field]] = {}
    for entity, item in fields:
        found.setdefault((entity.name, item.name), (entity, item))
    return found


def _names(patterns: Sequence[str], keys: tuple[str, str]) -> bool:
    element, group = keys
    names = (element, f"{group}.{element}", group)
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _runs_in(activity: Activity, path: str) -> bool:
    """Whether a file is code of an activity, by its path or dotted name."""
    dotted = path.removesuffix(".py").replace("/", ".")
    return any(
        fnmatch.fnmatchcase(path, pattern)
        or fnmatch.fnmatchcase(path, f"{pattern.rstrip('/')}/*")
        or fnmatch.fnmatchcase(dotted, pattern)
        or dotted.startswith(f"{pattern}.")
        for pattern in activity.code
    )


def _spoken(key: str) -> str:
    return key.replace("_", " ").capitalize() if key.islower() else key.replace("_", " ")


def leads(drawn: DataMap) -> Iterator[tuple[Node, list[tuple[Node, EdgeKind]]]]:
    """Every node with what it leads to: the map as text."""
    nodes: dict[tuple[str, str], Node] = {(node.part, node.key): node for node in drawn.nodes}
    targets: dict[tuple[str, str], list[tuple[Node, EdgeKind]]] = defaultdict(list)
    for edge in drawn.edges:
        targets[edge.start].append((nodes[edge.end], edge.kind))
    for node in drawn.nodes:
        if targets[node.part, node.key]:
            yield node, targets[node.part, node.key]
