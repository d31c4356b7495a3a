"""Which columns which table has, whatever declares it, and which table a written name means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from data_etiquette.flow.program.program import Program
from data_etiquette.flow.sql.migrations import is_migration, ordered, schema_of
from data_etiquette.flow.sql.tables import merged_tables
from data_etiquette.frontends.sql.lineage.resolve import Shape, resolve
from data_etiquette.model.facts import Facts, LineageFact, StatementFact
from data_etiquette.model.graph import Entity

_RESERVED = frozenset({"", "*"})
_MAX_BASES = 8

Flow = tuple[Facts, StatementFact, LineageFact]


@dataclass(slots=True)
class TableIndex:
    """Names of tables: with or without schema, in any case, they mean the same."""

    _full: dict[str, str] = field(default_factory=dict)
    """Name in lower case to the name as first written."""
    _by_last: dict[str, dict[str, None]] = field(default_factory=dict)

    _keys: dict[str, str] = field(default_factory=dict)

    def add(self, name: str) -> None:
        """Make a name known; those that declare come first."""
        if name.lower() not in self._full:
            self._keys.clear()
        self._full.setdefault(name.lower(), name)
        self._by_last.setdefault(_last(name), {}).setdefault(name.lower())

    def key(self, name: str) -> str:
        """One name for all ways to write a table."""
        lowered = name.lower()
        if lowered not in self._keys:
            self._keys[lowered] = self._key(lowered)
        return self._keys[lowered]

    def _key(self, lowered: str) -> str:
        same = self._by_last.get(_last(lowered), {})
        longer = [item for item in same if _matches(item, lowered)]
        if not longer or len({item for item in longer if "." in item}) > 1:
            return lowered
        return max(longer, key=lambda item: (item.count("."), item))

    def shown(self, key: str) -> str:
        """The table's own name; with its schema only where two schemas have one."""
        same = {item for item in self._by_last.get(_last(key), {}) if "." in item}
        schemas = {self.key(item) for item in same}
        declared = next(iter(self._by_last.get(_last(key), {})), key)
        name = self._full.get(key if len(schemas) > 1 else declared, key)
        return name if len(schemas) > 1 else name.rsplit(".", 1)[-1]

    def names(self) -> list[str]:
        """All tables as they are shown."""
        return sorted({self.shown(self.key(name)) for name in self._full})


def _last(name: str) -> str:
    return name.lower().rsplit(".", 1)[-1]


def _matches(left: str, right: str) -> bool:
    """Whether one dotted name is the end of the other."""
    return left == right or left.endswith(f".{right}") or right.endswith(f".{left}")


class Schema:
    """Columns of all tables: of DDL, of models, of the queries that define views."""

    def __init__(self, program: Program, entities: Sequence[Entity]) -> None:
        self.tables = TableIndex()
        self.flows: list[Flow] = [
            (facts, statement, statement.lineage)
            for facts in program.files
            for statement in facts.statements
            if statement.lineage is not None
        ]
        replaced = _replaced(self.flows, program.files)
        if replaced:
            self.flows = [flow for flow in self.flows if id(flow[1]) not in replaced]
        self._columns: dict[str, tuple[str, ...]] = {}
        self._shapes: dict[int, Shape] = {}
        self._busy: set[int] = set()
        self._declare(program, entities)
        self.definers: dict[str, list[LineageFact]] = {}
        for _, statement, fact in self.flows:
            if fact.target and statement.verb in ("select", "copy"):
                self.tables.add(fact.target)
        for _, statement, fact in self.flows:
            if fact.target and statement.verb == "select":
                self.definers.setdefault(self.tables.key(fact.target), []).append(fact)
        for _, _, fact in self.flows:
            for source in fact.sources:
                if source.table:
                    self.tables.add(source.table)
            if fact.target:
                self.tables.add(fact.target)
        self._seen = self._columns_seen(program)

    def _declare(self, program: Program, entities: Sequence[Entity]) -> None:
        by_id = {entity.id: entity for entity in entities}
        for _, table in merged_tables(program.files):
            self._keep(table.name, [column.name for column in table.columns])
        for entity in entities:
            if entity.table and entity.stored:
                self._keep(entity.table, _entity_columns(entity, by_id))

    def _keep(self, name: str, columns: Iterable[str]) -> None:
        self.tables.add(name)
        known = self._columns.get(name.lower(), ())
        lowered = {item.lower() for item in known}
        new = [item for item in columns if item.lower() not in lowered]
        self._columns[name.lower()] = (*known, *new)

    # -- columns --------------------------------------------------------------------------------

    def columns(self, name: str) -> tuple[str, ...] | None:
        """Columns of a table in order; None when nothing tells them all."""
        key = self.tables.key(name)
        for fact in self.definers.get(key, ()):
            if id(fact) in self._busy:
                return None
            shape = self.shape(fact)
            return None if shape.open else tuple(item.name for item in shape.columns)
        return self._columns.get(key) or self._columns.get(name.lower()) or None

    def column(self, table: str, name: str) -> str:
        """A column's name as its table declares it."""
        known = self._columns.get(self.tables.key(table), ())
        return next((item for item in known if item.lower() == name.lower()), name)

    def shape(self, fact: LineageFact) -> Shape:
        """What a statement gives to its target."""
        if id(fact) not in self._shapes:
            self._busy.add(id(fact))
            try:
                self._shapes[id(fact)] = resolve(fact, self.columns, self._guess)
            except RecursionError:
                self._shapes[id(fact)] = Shape()
            self._busy.discard(id(fact))
        return self._shapes[id(fact)]

    def _guess(self, name: str, tables: Sequence[str]) -> str:
        """Of several tables without a known schema the one that such a column fits."""
        lowered = name.lower()
        prefix = lowered.partition("_")[0] if "_" in lowered else ""
        ways: list[tuple[Callable[[str, str], bool], str]] = [(self._has_column, lowered)]
        if prefix:
            ways += [(self._has_prefix, prefix), (_is_named_for, prefix), (_starts_with, prefix)]
        for fits, wanted in ways:
            found = [item for item in tables if fits(self.tables.key(item), wanted)]
            # What two tables have stands without a table only where a join made it one.
            if len(found) == 1 or (found and wanted == lowered):
                return found[0]
        return ""

    def _has_column(self, key: str, name: str) -> bool:
        """Whether the table is known to have the column from elsewhere."""
        return name in self._seen.get(key, ())

    def _has_prefix(self, key: str, prefix: str) -> bool:
        """Whether other columns of the table are called alike: `d_year` as `d_date_sk`."""
        return any(item.startswith(f"{prefix}_") for item in self._seen.get(key, ()))

    def _columns_seen(self, program: Program) -> dict[str, set[str]]:
        """Columns that qualified names, column lists and queries of one table speak of."""
        found: dict[str, set[str]] = {}
        for facts in program.files:
            for statement in facts.statements:
                for dotted in (*statement.reads, *statement.writes):
                    table, _, column = dotted.rpartition(".")
                    if table and column not in _RESERVED:
                        found.setdefault(self.tables.key(table), set()).add(column.lower())
        return found


def _replaced(flows: Sequence[Flow], files: Sequence[Facts]) -> set[int]:
    """Identities of statements that defined a view as a migration defines it anew later."""
    found: dict[tuple[str, str], list[tuple[str, int, StatementFact]]] = {}
    for facts, statement, fact in flows:
        if statement.verb != "select" or not fact.target or statement.embedded:
            continue
        name = fact.target.lower()
        if any(item.action == "view" and item.name.lower() == name for item in facts.tables):
            key = (schema_of(facts.path), name)
            found.setdefault(key, []).append((facts.path, statement.line, statement))
    several = {key: items for key, items in found.items() if len(items) > 1}
    if not several:
        return set()
    places = {facts.path: place for place, facts in enumerate(ordered(files))}
    gone: set[int] = set()
    for items in several.values():
        applied = sorted((item for item in items if item[0] in places),
                         key=lambda item: (places[item[0]], item[1]))  # fmt: skip
        for number, (path, _, statement) in enumerate(applied[:-1]):
            # Scripts beside one another may be for several databases; migrations follow.
            if any(later[0] == path or is_migration(later[0]) for later in applied[number + 1 :]):
                gone.add(id(statement))
    return gone


def _is_named_for(key: str, prefix: str) -> bool:
    """`ss_item_sk` of store_sales, `customer_name` of customers."""
    words = _last(key).split("_")
    initials = "".join(word[:1] for word in words)
    return prefix in (initials, words[-1], words[-1].rstrip("s"), _last(key))


def _starts_with(key: str, prefix: str) -> bool:
    return _last(key).startswith(prefix)


def _entity_columns(entity: Entity, by_id: dict[str, Entity], depth: int = _MAX_BASES) -> list[str]:
    relations = {name for name, _, _ in entity.relations}
    found = []
    for base in entity.bases:
        parent = by_id.get(base)
        if parent is not None and depth > 0:
            found += _entity_columns(parent, by_id, depth - 1)
    for item in entity.fields:
        name = item.fact.column_name or item.name
        is_link = item.name in relations and entity.kind == "django-model"
        found.append(f"{name}_id" if is_link and not item.fact.column_name else name)
    return found
