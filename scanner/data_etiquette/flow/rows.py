"""Rows of queries that stand in strings: which column of which table a value comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.flow.reference import FunctionRef
from data_etiquette.flow.types import Types
from data_etiquette.model.facts import CallFact, StatementFact
from data_etiquette.model.graph import Entity, Field

_FETCHES = frozenset(
    {"fetchone", "fetchall", "fetchmany", "first", "one", "all", "scalar", "scalars"}
)


@dataclass(slots=True)
class Rows:
    """Looks up the columns behind the result of an `execute` or a `fetch`."""

    types: Types
    _tables: dict[str, Entity] = field(default_factory=dict)
    _statements: dict[str, dict[str, StatementFact]] = field(default_factory=dict)

    def columns(
        self, fn: FunctionRef, call: CallFact, keys: tuple[str, ...], *, whole: bool
    ) -> list[tuple[Entity, Field]]:
        """Personal columns that a row's part holds; of a whole row all, where it is shown whole."""
        statement = self.statement(fn, call)
        if statement is None:
            return []
        names = [key.strip(".[]") for key in keys if key.strip(".[]")]
        outputs = statement.outputs
        if names and names[-1].isdigit():
            place = int(names[-1])
            outputs = outputs[place : place + 1]
        elif names:
            outputs = tuple(pair for pair in outputs if pair[0] == names[-1])
        elif not whole:
            return []
        found = [self._column(text) for _, sources in outputs for text in sources]
        return [pair for pair in found if pair is not None]

    def statement(self, fn: FunctionRef, call: CallFact) -> StatementFact | None:
        """The query behind the result of an `execute` or a `fetch`."""
        return self._statement(fn, call) or self._fetched(fn, call)

    def table(self, name: str) -> Entity | None:
        """The entity of a table, whatever its schema."""
        if not self._tables:
            for entity in self.types.index.by_id.values():
                if entity.table:
                    self._tables.setdefault(entity.table.rpartition(".")[2].lower(), entity)
        return self._tables.get(name.rpartition(".")[2].lower())

    def _statement(self, fn: FunctionRef, call: CallFact) -> StatementFact | None:
        known = self._of_file(fn)
        if not known:
            return None
        for value in call.args[:2]:
            for part in value:
                text = self.types.constant(fn, part.path)
                if text in known:
                    return known[text]
        return None

    def _fetched(self, fn: FunctionRef, call: CallFact) -> StatementFact | None:
        """`cursor.fetchall()` gives what the last `cursor.execute(…)` before it asked for."""
        keys = call.callee.keys
        if not keys or keys[-1][1:] not in _FETCHES or not self._of_file(fn):
            return None
        if call.callee.root.startswith("call:") and len(keys) == 1:
            made = fn.calls.get(int(call.callee.root[5:]))
            found = self._statement(fn, made) if made is not None else None
            if found is not None:
                return found
        owner = (call.callee.root, keys[:-1])
        before = [
            other
            for other in fn.function.calls
            if other.line <= call.line and (other.callee.root, other.callee.keys[:-1]) == owner
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
                item.literal: item for item in fn.facts.statements if item.literal and item.outputs
            }
        return self._statements[path]

    def _column(self, text: str) -> tuple[Entity, Field] | None:
        table, _, name = text.rpartition(".")
        found = self.table(table)
        if found is None:
            return None
        for item in self.types.index.personal_fields(found):
            if name.lower() in (item.name.lower(), item.fact.column_name.lower()):
                return found, item
        return None
