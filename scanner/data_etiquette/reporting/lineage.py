"""One column's lineage as a tree: what it comes from, what is made from it, where it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.location import Location
from data_etiquette.model.report import Report
from data_etiquette.reporting.sentence import visible
from data_etiquette.reporting.text import TextOptions

_BOLD, _DIM, _YELLOW, _CYAN = "1", "2", "33", "36"
_MAX_DEPTH = 30
_MAX_NODES = 500


@dataclass(slots=True)
class Node:
    """One column, or one place that its data leaves to."""

    name: str
    about: str = ""
    """What is left of the data on this hop; for the first node the data element."""
    place: str = ""
    children: list[Node] = field(default_factory=list)


def known_columns(report: Report) -> list[str]:
    """All columns that can be asked for, as `table.column`."""
    return sorted(set(_spelled(report).values()))


def columns_named(report: Report, wanted: str) -> list[str]:
    """Columns that a name means: in any case, with or without schema, by table or by entity."""
    spelled = _spelled(report)
    lowered = wanted.strip().lower()
    if lowered in spelled:
        return [spelled[lowered]]
    parts = lowered.split(".")
    if len(parts) > 2 and ".".join(parts[-2:]) in spelled:
        return [spelled[".".join(parts[-2:])]]
    found = {
        name for key, name in spelled.items() if key.endswith(f".{lowered}") and len(parts) > 1
    }
    return sorted(found)


def _spelled(report: Report) -> dict[str, str]:
    """Every way to write a column, to the column's own name."""
    names: dict[str, str] = {}
    for made in report.lineage:
        for name in (made.target, *made.sources):
            if "." in name and not name.endswith(".*"):
                names.setdefault(name.lower(), name)
    for entity, item in _fields(report):
        own = _column(entity, item, names)
        for table in dict.fromkeys((entity.table, entity.table.rsplit(".", 1)[-1], entity.name)):
            if table:
                names.setdefault(f"{table}.{item.name}".lower(), own)
    return names


def _column(entity: Entity, item: Field, names: dict[str, str]) -> str:
    """A field by its table and column, as lineage names it."""
    column = item.fact.column_name or item.name
    table = entity.table or entity.name
    full = f"{table}.{column}"
    short = f"{table.rsplit('.', 1)[-1]}.{column}"
    return names.get(full.lower()) or names.get(short.lower()) or short


def _fields(report: Report) -> Iterator[tuple[Entity, Field]]:
    for entity in report.entities:
        for item in entity.fields:
            yield entity, item


def _place(location: Location) -> str:
    return f"{location.path}:{location.line}"


def render_lineage(report: Report, column: str, options: TextOptions) -> str:
    """The tree of one column, with file and line at every hop."""
    return _Tree(report, options).render(column)


class _Tree:
    def __init__(self, report: Report, options: TextOptions) -> None:
        self._report = report
        self._options = options
        self._left = _MAX_NODES
        self._back: dict[str, list[tuple[str, str, str]]] = {}
        self._forth: dict[str, list[tuple[str, str, str]]] = {}
        for made in report.lineage:
            effects = made.effects or ("direct",) * len(made.sources)
            for source, effect in zip(made.sources, effects, strict=False):
                place = _place(made.location)
                self._back.setdefault(made.target, []).append((source, effect, place))
                self._forth.setdefault(source, []).append((made.target, effect, place))
        spelled = _spelled(report)
        self._homes: dict[str, list[tuple[Entity, Field]]] = {}
        for entity, item in _fields(report):
            self._homes.setdefault(_column(entity, item, spelled), []).append((entity, item))

    def render(self, column: str) -> str:
        root = Node(column, self._element(column), self._home(column))
        root.children = [
            Node("comes from", children=self._walk(column, self._back, (column,))),
            Node("goes to", children=self._walk(column, self._forth, (column,))),
        ]
        root.children[1].children += self._sinks(column)
        lines = [self._shown(root, "", is_root=True)]
        for number, part in enumerate(root.children):
            if not part.children:
                part.children = [Node("nothing that was read")]
            lines += self._lines(part, "", is_last=number == 1)
        return "\n".join(lines) + "\n"

    def _walk(
        self, column: str, edges: dict[str, list[tuple[str, str, str]]], way: tuple[str, ...]
    ) -> list[Node]:
        found: list[Node] = []
        for name, effect, place in sorted(set(edges.get(column, ()))):
            self._left -= 1
            if self._left < 0:
                return [*found, Node("…")]
            node = Node(name, effect, place)
            if name in way:
                node.about = f"{effect}, again"
            elif len(way) < _MAX_DEPTH:
                node.children = self._walk(name, edges, (*way, name))
            is_end = not node.children and edges is self._back
            if is_end and self._home(name):
                node.children = [Node("declared", "", self._home(name))]
            found.append(node)
        return found

    def _sinks(self, column: str) -> list[Node]:
        names = {(entity.name, item.name) for entity, item in self._homes.get(column, ())}
        found = {
            (flow.sink.kind.value, flow.sink.name, _place(flow.sink.location))
            for flow in self._report.flows
            if (flow.entity, flow.field) in names
        }
        return [Node(f"{kind}: {name}", "flow", place) for kind, name, place in sorted(found)]

    def _element(self, column: str) -> str:
        titles = {element.id: element.label for element in self._report.elements}
        elements = {item.element for _, item in self._homes.get(column, ()) if item.element}
        return ", ".join(titles.get(element, element) for element in sorted(elements))

    def _home(self, column: str) -> str:
        places = sorted({_place(item.location) for _, item in self._homes.get(column, ())})
        return ", ".join(places)

    # -- text -----------------------------------------------------------------------------------

    def _lines(self, node: Node, indent: str, *, is_last: bool) -> Iterator[str]:
        branch, inner = ("└─ ", "   ") if is_last else ("├─ ", "│  ")
        yield self._shown(node, indent + branch)
        for number, child in enumerate(node.children):
            last = number == len(node.children) - 1
            yield from self._lines(child, indent + inner, is_last=last)

    def _shown(self, node: Node, indent: str, *, is_root: bool = False) -> str:
        is_label = not (node.about or node.place or is_root)
        name = self._style(
            visible(node.name), _BOLD if is_root else _CYAN if not is_label else _DIM
        )
        parts = [self._style(indent, _DIM) + name]
        if node.about:
            parts.append(self._style(visible(node.about), _YELLOW))
        if node.place:
            parts.append(self._style(visible(node.place), _DIM))
        return "  ".join(parts)

    def _style(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._options.color and text else text
