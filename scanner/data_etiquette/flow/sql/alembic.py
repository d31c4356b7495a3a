"""Alembic's `op.*` calls as the statements that they execute."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.model.facts import CallFact, Facts, FieldFact, FunctionFact, TableFact, Value

_OPERATIONS = frozenset(
    {"create_table", "add_column", "drop_column", "alter_column", "rename_table", "drop_table"}
)
_GENERIC = frozenset({"Column", "ForeignKey", "Sequence", "Identity", "Computed", "text"})


def alembic_statements(facts: Facts) -> list[TableFact]:
    """What `upgrade` does to the schema, in order; `downgrade` is a way back."""
    found: list[TableFact] = []
    for function in facts.functions:
        if function.qualname.startswith("upgrade"):
            found += _Upgrade(function).statements()
    return found


class _Upgrade:
    def __init__(self, function: FunctionFact) -> None:
        self._calls = function.calls
        self._by_id = {call.id: call for call in function.calls}

    def statements(self) -> Iterator[TableFact]:
        """One for each operation that concerns tables or columns."""
        for call in self._calls:
            name = call.callee.keys[-1].lstrip(".") if call.callee.keys else ""
            if name not in _OPERATIONS:
                continue
            table, rest = self._target(call)
            if table:
                yield from self._operation(name, table, rest, call)

    def _target(self, call: CallFact) -> tuple[str, tuple[Value, ...]]:
        """The table, and the arguments behind it; a batch names its table once."""
        if call.callee.root == "name:alembic.op":
            first = call.args[0] if call.args else _keyword(call, "table_name")
            return _text(first), call.args[1:]
        batch = self._by_id.get(_call_id(call.callee.root))
        is_batch = batch is not None and batch.callee.keys[-1:] == (".batch_alter_table",)
        return (_text(batch.args[0]), call.args) if is_batch and batch and batch.args else ("", ())

    def _operation(
        self, name: str, table: str, rest: tuple[Value, ...], call: CallFact
    ) -> Iterator[TableFact]:
        match name:
            case "create_table" | "add_column":
                columns = tuple(column for value in rest for column in self._columns(value))
                action = "create" if name == "create_table" else "add"
                yield _fact(action, table, call, columns)
            case "drop_column":
                yield _fact("drop_column", table, call, _named(rest, call))
            case "drop_table":
                yield _fact("drop", table, call)
            case "rename_table":
                yield _fact("rename", table, call, to=_text(rest[0]) if rest else "")
            case _:
                yield from self._altered(table, rest, call)

    def _altered(self, table: str, rest: tuple[Value, ...], call: CallFact) -> Iterator[TableFact]:
        columns = _named(rest, call)
        new = _text(_keyword(call, "new_column_name") or _keyword(call, "name"))
        if columns:
            yield _fact("alter", table, call, columns)
        if columns and new:
            yield _fact("rename_column", table, call, columns, to=new)

    def _columns(self, value: Value) -> Iterator[FieldFact]:
        for part in value:
            call = self._by_id.get(_call_id(part.path.root))
            if call is None or call.callee.keys[-1:] != (".Column",):
                continue
            name = _text(call.args[0]) if call.args else _text(_keyword(call, "name"))
            if name:
                yield self._column(name, call)

    def _column(self, name: str, call: CallFact) -> FieldFact:
        kind = relation = ""
        for value in (*call.args[1:], _keyword(call, "type_")):
            for part in value:
                inner = self._by_id.get(_call_id(part.path.root))
                path = inner.callee if inner is not None else part.path
                last = (path.keys[-1] if path.keys else path.root).rsplit(".", 1)[-1]
                if last == "ForeignKey" and inner is not None:
                    relation = _text(inner.args[0]).rpartition(".")[0] if inner.args else ""
                elif last not in _GENERIC and not kind and not last.startswith("const:"):
                    kind = last.lower()
        default = _text(_keyword(call, "server_default"))
        return FieldFact(
            name=name,
            line=call.line,
            column=call.column,
            end_line=call.end_line or call.line,
            annotation=kind,
            options=(("default", default),) if default else (),
            relation=relation,
            doc=_text(_keyword(call, "comment")),
            origin="column",
        )


def _fact(
    action: str, table: str, call: CallFact, columns: tuple[FieldFact, ...] = (), to: str = ""
) -> TableFact:
    options = (("to", to),) if to else ()
    end = call.end_line or call.line
    return TableFact(action, table, call.line, end, columns=columns, options=options)


def _named(rest: tuple[Value, ...], call: CallFact) -> tuple[FieldFact, ...]:
    name = _text(rest[0]) if rest else _text(_keyword(call, "column_name"))
    return (FieldFact(name, call.line, call.column, call.line, origin="column"),) if name else ()


def _keyword(call: CallFact, name: str) -> Value:
    return next((value for key, value in call.keywords if key == name), ())


def _text(value: Value) -> str:
    for part in value:
        if part.path.root.startswith("const:") and not part.path.keys:
            return part.path.root.removeprefix("const:")
    return ""


def _call_id(root: str) -> int:
    number = root.removeprefix("call:")
    return int(number) if number != root and number.isdecimal() else -1
