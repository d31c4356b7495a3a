"""One function evaluated symbolically: flow-sensitive, in terms of its parameters.

The outcome is a summary (`FunctionFact`): calls with symbolic arguments, stores, results, raises.
Branches merge, loops run twice, later assignments replace earlier ones. Nothing here knows what is
personal or what a sink is; only the language's own semantics are built in.
"""

from __future__ import annotations

import ast

from data_etiquette.frontends.python.evaluation.conditions import kept_facts
from data_etiquette.frontends.python.evaluation.statements import Statements
from data_etiquette.frontends.python.evaluation.values import (
    DEFINITIONS,
    Env,
    FunctionNode,
    leaves,
    outer,
)
from data_etiquette.frontends.python.names import Names
from data_etiquette.frontends.python.render import annotation_text, render
from data_etiquette.model.facts import (
    AccessPath,
    FunctionFact,
    StoreFact,
    ValuePart,
)
from data_etiquette.model.value import (
    one,
)

_MAX_HELD = 24


class FunctionReader(Statements):
    """Evaluates one function (or a module's top level)."""

    def __init__(self, names: Names, qualname: str, owner: str = "") -> None:
        super().__init__(names, qualname, owner)
        self._statements |= {
            ast.FunctionDef: self._nested_function,
            ast.AsyncFunctionDef: self._nested_function,
        }

    def read(self, node: FunctionNode, captured: Env | None = None) -> list[FunctionFact]:
        """The function's summary, followed by those of the functions inside it."""
        self._env = dict(captured or {})
        params = tuple(self._params(node.args))
        for param in params:
            self._env[param.name] = one(f"param:{param.name}")
            if param.default and captured and param.default in captured:
                # `async def on_ready(user=user)` inside a function: what the name stands for there.
                self._env[param.name] += captured[param.default]
        self._block(node.body)
        fact = FunctionFact(
            qualname=self._qualname,
            line=node.lineno,
            end_line=node.end_lineno or node.lineno,
            params=params,
            returns=annotation_text(node.returns, self._names),
            owner=self._owner,
            decorators=tuple(render(item, self._names, 3) for item in node.decorator_list),
            calls=tuple(self._calls),
            stores=tuple(self._stores),
            results=tuple(self._results),
            raises=tuple(self._raises),
            annotated=tuple(self._annotated),
            named=tuple(self._named.items()),
            compared=tuple(self._compared),
            conditions=tuple(self._conditions) if self._is_asking else (),
            answers=self._told_answers(falls_out=not leaves(node.body)),
            kept=kept_facts(self._kept),
            spans=tuple(self._spans),
            truncated=self._truncated,
        )
        self._end()
        return [fact, *self._nested]

    def read_module(self, body: list[ast.stmt], last_line: int) -> list[FunctionFact]:
        """The top level of a module as a function without parameters."""
        own = [node for node in body if not isinstance(node, (*DEFINITIONS,))]
        self._block(own)
        self._stores += self._held_functions()
        fact = FunctionFact(
            qualname=self._qualname,
            line=1,
            end_line=last_line,
            calls=tuple(self._calls),
            stores=tuple(self._stores),
            named=tuple(self._named.items()),
            conditions=tuple(self._conditions) if self._is_asking else (),
            kept=kept_facts(self._kept),
            truncated=self._truncated,
        )
        self._end()
        return [fact, *self._nested]

    def _end(self) -> None:
        """Let go of the tables of own methods, a circle that only the collector could open."""
        self._expressions.clear()
        self._statements.clear()

    def _nested_function(self, node: FunctionNode) -> None:
        self._unread.clear()
        qualname = f"{self._qualname}.<locals>.{node.name}"
        if self._qualname == "<module>":
            qualname = node.name
        self._env[node.name] = one(f"name:{self._dotted_own(qualname)}")
        captured = {name: outer(value) for name, value in self._env.items()}
        self._nested += FunctionReader(self._names, qualname, self._owner).read(node, captured)

    def _held_functions(self) -> list[StoreFact]:
        """What a module's own mappings hold under constant keys, where it may be a function."""
        return [
            StoreFact(AccessPath(f"name:{self._dotted_own(name)}", part.at), (held,), 0)
            for name, value in self._env.items()
            for part in value[:_MAX_HELD]
            if len(part.at) == 1 and part.path.root.startswith("name:") and not part.path.keys
            for held in [ValuePart(part.path)]
        ]
