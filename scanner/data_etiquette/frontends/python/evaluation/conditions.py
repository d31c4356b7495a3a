"""Conditions: what a test asks, and what its answer is on each of the ways on."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from data_etiquette.frontends.python.evaluation.calls import Calls
from data_etiquette.frontends.python.evaluation.core import MAX_KEPT, call_key
from data_etiquette.frontends.python.evaluation.values import plain
from data_etiquette.model.facts import AccessPath, AnswerFact, ConditionFact, KeptFact, Value
from data_etiquette.model.value import one

MAX_CONDITIONS = 64
MAX_ANSWERS = 24
_MAX_PATHS = 2

Ways = tuple[tuple[int, ...], tuple[int, ...]]
"""Conditions passed where a test came out true, and where it came out false."""

_NOWHERE: Ways = ((), ())
_FALSY = frozenset({"const:False", "const:None", "const:0", "const:"})
_ASKING = (ast.BoolOp, ast.Compare)
_EMPTY = (ast.Pass,)


class Conditions(Calls):
    """What is known where a test has come out one way or the other."""

    def _ways(self, node: ast.expr) -> Ways:
        """Take a test apart; it has been evaluated before."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yes, no = self._ways(operand)
                return no, yes
            case ast.BoolOp(op=op, values=values):
                return self._joined_ways([self._ways(value) for value in values], op)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compared_ways(node, left, op, right)
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                return self._told.get(name) or self._ways(value)
            case ast.Call(func=ast.Name(id="bool"), args=[inner], keywords=[]):
                return self._ways(inner)
            case ast.Name(id=name) if name in self._told:
                return self._told[name]
            case ast.Await(value=inner):
                return self._ways(inner)
            case ast.Call():
                paths = self._asked_paths(self._called(node))
                return self._both(paths, node.lineno, yes=True, no=False)
            case ast.Name() | ast.Attribute() | ast.Subscript():
                paths = self._asked_paths(self._value(node))
                return self._both(paths, node.lineno, yes=True, no=False)
            case _:
                return _NOWHERE

    def _called(self, node: ast.Call) -> Value:
        """A call's result without evaluating the call again."""
        known = self._call_ids.get(call_key(node))
        return one(f"call:{known}") if known is not None else self._value(node)

    def _joined_ways(self, ways: list[Ways], op: ast.boolop) -> Ways:
        """Of `and` all are known where it is true, of `or` where it is false."""
        all_yes = [set(yes) for yes, _ in ways]
        all_no = [set(no) for _, no in ways]
        if isinstance(op, ast.And):
            return _sorted(set().union(*all_yes)), _sorted(set.intersection(*all_no))
        return _sorted(set.intersection(*all_yes)), _sorted(set().union(*all_no))

    def _compared_ways(
        self, node: ast.Compare, left: ast.expr, op: ast.cmpop, right: ast.expr
    ) -> Ways:
        is_negated = isinstance(op, (ast.NotEq, ast.IsNot, ast.NotIn))
        if isinstance(op, (ast.Eq, ast.Is, ast.NotEq, ast.IsNot)):
            if plain(left) and plain(left) == plain(right):
                self._note_dead(left, node.lineno, "itself")
                return _NOWHERE
            if isinstance(right, ast.Constant) and (
                right.value is None or right.value in (True, False)
            ):
                yes, no = self._ways(left)
                return (no, yes) if is_negated == bool(right.value) else (yes, no)
        paths = self._asked_paths(self._value(left))
        paths += self._asked_paths(self._value(right))
        if isinstance(op, ast.In):
            return self._both(paths, node.lineno, yes=True, no=False)
        if isinstance(op, ast.NotIn):
            return self._both(paths, node.lineno, yes=False, no=True)
        return self._both(paths, node.lineno, yes=None, no=None)

    def _asked_paths(self, value: Value) -> list[AccessPath]:
        """What a test asks, if it is one thing."""
        consts = [part.path.root for part in value if part.path.root.startswith("const:")]
        if not _FALSY.issuperset(consts):
            return []
        found = {part.path: None for part in value if not part.at and _is_askable(part.path)}
        return list(found) if len(found) <= _MAX_PATHS else []

    def _both(
        self, paths: Iterable[AccessPath], line: int, *, yes: bool | None, no: bool | None
    ) -> Ways:
        found = list(paths)
        return (
            tuple(n for path in found for n in self._condition(path, line, yes)),
            tuple(n for path in found for n in self._condition(path, line, no)),
        )

    def _condition(
        self, path: AccessPath, line: int, holds: bool | None, dead: str = ""
    ) -> list[int]:
        key = (path, holds, dead)
        known = self._condition_ids.get(key)
        if known is None:
            if len(self._conditions) >= MAX_CONDITIONS:
                return []
            known = self._condition_ids[key] = len(self._conditions)
            self._conditions.append(ConditionFact(path, line, holds, dead))
        return [known]

    def _facing_ways(self, node: ast.expr) -> Ways:
        """The ways on from a statement's test."""
        self._is_asking = True
        return self._ways(node)

    # --- what decides nothing ---------------------------------------------------------------

    def _note_dead(self, node: ast.expr, line: int, why: str) -> None:
        for path in self._asked_paths(self._value(node)):
            if path.keys:
                self._is_asking = True
                self._condition(path, line, None, why)

    def _note_always(self, node: ast.BoolOp) -> None:
        """`wanted or True`: whatever it is, the outcome is the same."""
        fixed = isinstance(node.op, ast.Or)
        if any(isinstance(v, ast.Constant) and v.value is fixed for v in node.values):
            for value in node.values:
                if not isinstance(value, ast.Constant):
                    self._note_dead(value, node.lineno, "always")

    def _note_empty(self, node: ast.If) -> None:
        """`if not user.wants_news: pass`."""
        if not node.orelse and all(isinstance(statement, _EMPTY) for statement in node.body):
            test = node.test
            while isinstance(test, ast.UnaryOp):
                test = test.operand
            self._note_dead(test, node.lineno, "empty")

    # --- results ----------------------------------------------------------------------------

    def _answer(self, node: ast.expr | None) -> None:
        """A way out of the function."""
        facing = tuple(self._facing)
        if isinstance(node, (_ASKING, ast.UnaryOp)):
            self._is_asking = True
        if node is None or (isinstance(node, ast.Constant) and not node.value):
            self._answers.append(AnswerFact(no=facing))
        elif isinstance(node, ast.Constant):
            self._answers.append(AnswerFact(yes=facing))
        elif len(self._answers) < MAX_ANSWERS:
            yes, no = self._ways(node)
            self._answers.append(AnswerFact((*facing, *yes), (*facing, *no)))
        else:
            self._answers.append(AnswerFact((), ()))

    def _told_answers(self, *, falls_out: bool) -> tuple[AnswerFact, ...]:
        if not self._is_asking or not self._answers:
            return ()
        last = [AnswerFact(no=())] if falls_out else []
        return tuple(dict.fromkeys([*self._answers, *last]))

    # --- what a loop keeps ------------------------------------------------------------------

    def _keep(self, value: Value, under: Iterable[int]) -> None:
        places = _sorted(set(under))
        if not places:
            return
        for part in value:
            if len(self._kept) >= MAX_KEPT:
                return
            if part.path.keys and _is_askable(part.path):
                self._kept[part.path] = places


def kept_facts(kept: dict[AccessPath, tuple[int, ...]]) -> tuple[KeptFact, ...]:
    """What was kept, in the order of the code."""
    return tuple(KeptFact(path, under) for path, under in kept.items())


def _is_askable(path: AccessPath) -> bool:
    kind = path.root.partition(":")[0]
    return bool(path.keys) or kind in ("call", "param", "local", "outer")


def _sorted(places: set[int]) -> tuple[int, ...]:
    return tuple(sorted(places))
