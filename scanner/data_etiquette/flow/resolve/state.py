"""Values that a module keeps: variables that functions set, caches they fill, context variables."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.flow.program.program import Definition
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.resolve.mappings import Mappings
from data_etiquette.flow.resolve.taint import Mode, Taint
from data_etiquette.model.facts import Value, ValuePart
from data_etiquette.model.value import reached, under

_MAX_KEPT = 8
"""Places that set one variable; one that everything writes to tells nothing."""
_VARIABLES = ("contextvars.ContextVar(", "werkzeug.local.ContextVar(")
_SETTING = (".set",)
_GETTING = (".get",)

_Kept = tuple[FunctionRef, tuple[str, ...], Value, int]
"""Who puts it there, below which attributes, the value, the line."""
_Name = tuple[str, str]
"""Path of the file that defines a module-level name, and the name."""


@dataclass(slots=True)
class ModuleState(Mappings):
    """What functions put into the variables of a module, and others read there."""

    _kept: dict[_Name, list[_Kept]] | None = None
    _kept_names: set[str] = field(default_factory=set)
    """Last parts of these names: most names that are read have none."""

    def _of_module(
        self, fn: FunctionRef, part: ValuePart, mode: Mode, depth: int
    ) -> list[Taint] | None:
        """`_CACHE[key]`, `current.get()`, `LAST_MAIL`: what was put there elsewhere."""
        root, keys = part.path
        if self._kept is None:
            self._kept = self._collected()
        if root.rpartition(".")[2].removeprefix("name:") not in self._kept_names:
            return None
        key = self._name_of(root[5:], fn.facts.path)
        found: list[Taint] = []
        kept = self._kept.get(key, []) if key is not None else []
        for other, below, value, line in kept[:_MAX_KEPT]:
            if keys[: len(below)] == below:
                inner = reached(value, keys[len(below) :])
                found += self.value(other, inner, line, mode, depth - 2)
        return [taint for taint in found if taint.origin is not None] or None

    def _of_variable(
        self, fn: FunctionRef, part: ValuePart, mode: Mode, depth: int
    ) -> list[Taint] | None:
        """The result of `current.get()`, where `current` is a variable of the context."""
        call = fn.calls.get(int(part.path.root[5:]))
        if call is None or call.callee.keys != _GETTING or call.callee.root[:5] != "name:":
            return None
        path = call.callee._replace(keys=part.path.keys)
        return self._of_module(fn, part._replace(path=path), mode, depth)

    def _collected(self) -> dict[_Name, list[_Kept]]:
        kept: dict[_Name, list[_Kept]] = {}
        for fn in self.types.hierarchy.functions.values():
            if fn.header.qualname == "<module>":
                continue
            for store in fn.function.stores:
                if store.target.root.startswith("name:") and store.value:
                    below = tuple(key for key in store.target.keys if key[0] == ".")
                    value = store.value
                    for key in reversed(store.target.keys[len(below) :]):
                        value = under(value, key)
                    self._keep(kept, store.target.root[5:], (fn, below, value, store.line))
            for call in fn.function.calls:
                path = call.callee
                if path.keys == _SETTING and path.root.startswith("name:") and call.args:
                    name = self._name_of(path.root[5:], fn.facts.path)
                    if name is not None and self._text(name).startswith(_VARIABLES):
                        self._keep(kept, path.root[5:], (fn, (), call.args[0], call.line))
        self._kept_names.update(name for _, name in kept)
        return kept

    def _keep(self, kept: dict[_Name, list[_Kept]], dotted: str, item: _Kept) -> None:
        name = self._name_of(dotted, item[0].facts.path)
        if name is not None:
            kept.setdefault(name, []).append(item)

    def _name_of(self, dotted: str, near: str) -> _Name | None:
        found: Definition | None = self.types.program.find(dotted, near)
        if found is None or found.kind != "value":
            return None
        return found.facts.path, dotted.rpartition(".")[2]

    def _text(self, name: _Name) -> str:
        return self.types.program.values.get(name, "")
