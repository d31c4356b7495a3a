"""Rows of queries that stand in strings: which column a value comes from or goes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.types import Types
from data_etiquette.model.facts import AccessPath, CallFact, StatementFact, Value
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.value import ANY, ENTERED, item

Column = tuple[Entity, Field]


class Shape(Enum):
    """What a fetch gives of a query."""

    ROWS = "rows"
    ROW = "row"
    VALUE = "value"
    VALUES = "values"


_SHAPES = {
    **dict.fromkeys(("fetchall", "fetchmany", "fetch", "all", "mappings", "partitions", "tuples"),
                    Shape.ROWS),
    **dict.fromkeys(("fetch_all", "iterate", "unique", "yield_per", "execution_options"),
                    Shape.ROWS),
    **dict.fromkeys(("fetchone", "first", "one", "one_or_none", "fetchrow", "fetch_one"),
                    Shape.ROW),
    **dict.fromkeys(("fetchval", "scalar", "scalar_one", "scalar_one_or_none", "fetch_val"),
                    Shape.VALUE),
    "scalars": Shape.VALUES,
}  # fmt: skip
"""By the method's name, as DB-API, asyncpg, SQLAlchemy and databases have them."""
_ONE_OF = {Shape.VALUES: {Shape.ROWS: Shape.VALUES, Shape.ROW: Shape.VALUE}}
"""`.scalars().all()`, `.scalars().first()`: what an inner fetch leaves for an outer one."""
_EXECUTING = frozenset({"execute", "executemany", "exec", "query", "stream", "run", "raw"})
_THROUGH = frozenset({"._mapping", "._tuple", "._data", ENTERED})
_ENDED = frozenset({"aggregated", "hashed", "masked"})
_PARAMETERS = frozenset(
    {"params", "parameters", "param", "vars", "args", "values", "seq_of_params"}
)
_MANY = frozenset({"executemany", "execute_many", "execute_batch", "execute_values"})
_MAX_CHAIN = 5


@dataclass(slots=True)
class Rows:
    """Looks up the columns behind the result of an `execute` or a `fetch`."""

    types: Types
    _tables: dict[str, Entity] = field(default_factory=dict)
    _statements: dict[str, dict[str, StatementFact]] = field(default_factory=dict)

    def columns(
        self,
        fn: FunctionRef,
        call: CallFact,
        keys: tuple[str, ...],
        *,
        whole: bool,
    ) -> list[Column]:
        """Personal columns that a row's part holds; of a whole row all, where it is shown whole."""
        if not self._of_file(fn):
            return []
        found = self._asked(fn, call)
        return self._picked(*found, keys, whole=whole) if found is not None else []

    def iterated(
        self, fn: FunctionRef, path: AccessPath, line: int, *, whole: bool
    ) -> list[Column]:
        """`for row in cursor`: rows of what the cursor was last asked for."""
        if ANY not in path.keys or not self._of_file(fn):
            return []
        at = path.keys.index(ANY)
        owner = (path.root, path.keys[:at])
        statement = self._last_asked(fn, owner, line)
        if statement is None:
            return []
        return self._picked(statement, Shape.ROWS, path.keys[at:], whole=whole)

    def statement(self, fn: FunctionRef, call: CallFact) -> StatementFact | None:
        """The query behind the result of an `execute` or a `fetch`."""
        found = self._asked(fn, call) if self._of_file(fn) else None
        return found[0] if found is not None else None

    def bound(self, fn: FunctionRef, call: CallFact) -> Iterator[tuple[Value, Entity, Field]]:
        """Values that a statement writes to personal columns: `execute(sql, (mail,))`."""
        if not self._of_file(fn):
            return
        statement = self._statement(fn, call)
        for name, dotted in statement.parameters if statement is not None else ():
            column = self._column(dotted)
            if statement is None or column is None or name not in statement.written:
                continue
            value = _parameter(call, name)
            if any(not part.path.root.startswith("const:") for part in value):
                yield value, *column

    def table(self, name: str) -> Entity | None:
        """The entity of a table, whatever its schema."""
        if not self._tables:
            for entity in self.types.index.by_id.values():
                if entity.table:
                    self._tables.setdefault(entity.table.rpartition(".")[2].lower(), entity)
        return self._tables.get(name.rpartition(".")[2].lower())

    def _picked(
        self, statement: StatementFact, shape: Shape, keys: tuple[str, ...], *, whole: bool
    ) -> list[Column]:
        """Columns of the outputs that keys below a fetched value lead to."""
        keys = tuple(key for key in keys if key not in _THROUGH)
        if shape in (Shape.ROWS, Shape.VALUES) and keys and _is_place(keys[0]):
            keys = keys[1:]
        outputs = _shown(statement)
        if shape in (Shape.VALUE, Shape.VALUES):
            return self._columns_of(outputs[:1], "")
        name = keys[0].strip(".[]") if keys else ""
        if keys and keys[0] == ANY:
            return self._columns_of(outputs, "")
        if name.isdigit():
            return self._columns_of(outputs[int(name) : int(name) + 1], "")
        if name:
            wanted = [pair for pair in outputs if pair[0].lower() == name.lower()]
            wanted = wanted or [pair for pair in outputs if pair[0] == "*"]
            return self._columns_of(wanted, name)
        return self._columns_of(outputs, "") if whole else []

    def _columns_of(self, outputs: list[tuple[str, tuple[str, ...]]], name: str) -> list[Column]:
        found: dict[tuple[str, str], Column] = {}
        for output, sources in outputs:
            for text in sources:
                pairs = self._starred(text, name) if output == "*" else [self._column(text)]
                for pair in pairs:
                    if pair is not None:
                        found.setdefault((pair[0].id, pair[1].name), pair)
        return list(found.values())

    def _starred(self, text: str, name: str) -> list[Column | None]:
        """Columns of `SELECT *`: the one that is asked for, or all personal ones."""
        table = text.removesuffix(".*")
        if name:
            return [self._column(f"{table}.{name}")]
        entity = self.table(table)
        if entity is None:
            return []
        return [(entity, found) for found in self.types.index.personal_fields(entity)]

    def _asked(self, fn: FunctionRef, call: CallFact) -> tuple[StatementFact, Shape] | None:
        """The statement that a call's result comes from, and what is left of its rows."""
        shape = self._shape(fn, call)
        made: CallFact | None = call
        for _ in range(_MAX_CHAIN):
            found = self._statement(fn, made) if made is not None else None
            if found is not None:
                return found, shape
            if made is None or not made.callee.keys or made.callee.keys[-1][1:] not in _SHAPES:
                return None
            owner = (made.callee.root, made.callee.keys[:-1])
            asked = self._last_asked(fn, owner, call.line)
            if asked is not None:
                return asked, shape
            if not owner[0].startswith("call:") or owner[1] not in ((), (ENTERED,)):
                return None
            made = fn.calls.get(int(owner[0][5:]))
            if made is not None:
                inner = self._shape(fn, made)
                shape = _ONE_OF.get(inner, {}).get(shape, shape)
        return None

    def _shape(self, fn: FunctionRef, call: CallFact) -> Shape:
        """What a call gives: by its name, of a function of our own by what it returns."""
        path = call.callee
        last = path.keys[-1][1:] if path.keys else path.root.rpartition(".")[2]
        if last in _SHAPES and path.keys:
            return _SHAPES[last]
        for target in self.types.targets(fn, call)[:1]:
            for _, value in target.function.function.results:
                for part in value[:1]:
                    made = _call_of(target.function, part.path)
                    method = made.callee.keys[-1][1:] if made and made.callee.keys else ""
                    if method in _SHAPES:
                        return _SHAPES[method]
        return Shape.ROWS

    def _statement(self, fn: FunctionRef, call: CallFact) -> StatementFact | None:
        known = self._of_file(fn)
        for value in (
            *call.args[:2],
            *(v for name, v in call.keywords if name in ("sql", "query")),
        ):
            for part in value[:4]:
                text = self.types.constant(fn, part.path)
                if text in known:
                    return known[text]
                made = _call_of(fn, part.path)  # `execute(text("SELECT …"))`
                for inner in made.args[:1] if made is not None and made is not call else ():
                    for piece in inner[:1]:
                        text = self.types.constant(fn, piece.path)
                        if text in known:
                            return known[text]
        return None

    def _last_asked(
        self, fn: FunctionRef, owner: tuple[str, tuple[str, ...]], line: int
    ) -> StatementFact | None:
        """What an object was last asked for before a line."""
        before = [
            other
            for other in fn.function.calls
            if other.line <= line
            and other.callee.keys
            and (other.callee.root, other.callee.keys[:-1]) == owner
            and other.callee.keys[-1][1:] in _EXECUTING
        ]
        for other in reversed(before):
            found = self._statement(fn, other)
            if found is not None:
                return found
        return None

    def _of_file(self, fn: FunctionRef) -> dict[str, StatementFact]:
        path = fn.facts.path
        if path not in self._statements:
            self._statements[path] = {
                item.literal: item
                for item in fn.facts.statements
                if item.literal and (item.outputs or item.parameters)
            }
        return self._statements[path]

    def _column(self, text: str) -> Column | None:
        table, _, name = text.rpartition(".")
        found = self.table(table)
        if found is None:
            return None
        for held in self.types.index.personal_fields(found):
            if name.lower() in (held.name.lower(), held.fact.column_name.lower()):
                return found, held
        return None


def _shown(statement: StatementFact) -> list[tuple[str, tuple[str, ...]]]:
    """Outputs in order; of a count, a hash or a mask nothing is left."""
    outputs = list(statement.outputs)
    lineage = statement.lineage
    if lineage is None or not 0 <= lineage.root < len(lineage.relations):
        return outputs
    facts = lineage.relations[lineage.root].outputs
    if len(facts) != len(outputs):
        return outputs
    return [
        (pair[0], ()) if fact.uses and all(use.effect in _ENDED for use in fact.uses) else pair
        for pair, fact in zip(outputs, facts, strict=True)
    ]


def _is_place(key: str) -> bool:
    return key == ANY or key[1:-1].isdigit()


def _call_of(fn: FunctionRef, path: AccessPath) -> CallFact | None:
    is_result = path.root.startswith("call:") and path.keys in ((), (ENTERED,))
    return fn.calls.get(int(path.root[5:])) if is_result else None


def _parameter(call: CallFact, name: str) -> Value:
    """The value bound under a name or at a place."""
    method = call.callee.keys[-1][1:] if call.callee.keys else ""
    named = dict(call.keywords)
    if name in named:
        return named[name]
    held = next((named[key] for key in named if key in _PARAMETERS), None)
    if held is None and len(call.args) > 1:
        held = call.args[1]
        is_container = any(part.at for part in held)
        if (
            name.isdigit()
            and not is_container
            and method not in _MANY
            and 1 + int(name) < len(call.args)
            and len(call.args) > len(("sql", "values"))
        ):
            return call.args[1 + int(name)]  # asyncpg: each value is an argument
    if held is None:
        return ()
    rows = item(held, ANY) if method in _MANY else held
    key = f"[{name}]"
    return item(rows, key)
