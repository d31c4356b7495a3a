"""Statements: how control and assignments change what variables hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from data_etiquette.frontends.python.evaluation.calls import CHILDREN, FED_BY
from data_etiquette.frontends.python.evaluation.expressions import Expressions
from data_etiquette.frontends.python.evaluation.helpers import copying, places
from data_etiquette.frontends.python.evaluation.values import (
    constants,
    empty_if,
    leaves,
    merged,
    plain,
)
from data_etiquette.frontends.python.names import Names
from data_etiquette.frontends.python.render import annotation_text, dotted
from data_etiquette.model.facts import (
    AccessPath,
    StoreFact,
    Value,
)
from data_etiquette.model.value import (
    ANY,
    ENTERED,
    attribute,
    item,
    join,
    one,
    through,
    without,
)

_MAX_UNROLLED = 24
"""Rounds of a loop over literals that are read one by one."""
_MAPPINGS = frozenset({"dict", "defaultdict", "OrderedDict"})
_TESTS = (ast.BoolOp, ast.Compare, ast.UnaryOp)


class Statements(Expressions):
    """What a statement does."""

    def __init__(self, names: Names, qualname: str, owner: str = "") -> None:
        super().__init__(names, qualname, owner)
        self._copied: dict[str, tuple[str, ast.expr]] = {}
        self._statements |= {
            ast.Expr: self._expression_statement,
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated_assign,
            ast.AugAssign: self._augmented,
            ast.Return: self._return,
            ast.If: self._if,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.While: self._while,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Try: self._try,
            ast.Raise: self._raise,
            ast.Assert: self._assert,
            ast.Delete: self._delete,
            ast.Match: self._match,
            ast.Global: self._global,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
        }
        if hasattr(ast, "TryStar"):
            self._statements[ast.TryStar] = self._try

    def _expression_statement(self, node: ast.Expr) -> None:
        self._value(node.value)

    def _assign(self, node: ast.Assign) -> None:
        value = self._value(node.value)
        match node:
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id=made), slice=ast.Name(id=key))]
            ) if made in self._env and self._is_copy(node.value, key):
                mapping = self._value(self._copied[key][1])
                self._env[made] = join(self._env[made], through(mapping, node.lineno))
                return
            case ast.Assign(
                targets=[ast.Name(id=made)],
                value=ast.Call(func=func, args=[ast.Name(id=buffer), *_]),
            ) if plain(func).rsplit(".", 1)[-1] in FED_BY:
                self._fed[made] = buffer
            case ast.Assign(
                targets=[ast.Name(id=made)],
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=whole), attr=method)),
            ) if method in CHILDREN and whole in self._env:
                self._fed[made] = whole
            case _:
                pass
        told = self._ways(node.value) if isinstance(node.value, _TESTS) else None
        for target in node.targets:
            self._bind(target, value, node.lineno)
            self._note_mapping(target, node.value)
            if told is not None and isinstance(target, ast.Name):
                self._told[target.id] = told

    def _is_copy(self, value: ast.expr, key: str) -> bool:
        """`made[key] = value` with the mapping's own value of that key, while going through it."""
        if key not in self._copied:
            return False
        name, mapping = self._copied[key]
        match value:
            case ast.Name(id=held):
                return held == name
            case ast.Subscript(value=owner, slice=ast.Name(id=index)):
                return index == key and bool(plain(owner)) and plain(owner) == plain(mapping)
            case _:
                return False

    def _annotated_assign(self, node: ast.AnnAssign) -> None:
        if node.value is None:
            if isinstance(node.target, ast.Name) and self._qualname != "<module>":
                self._env[node.target.id] = one(f"local:{node.target.id}")
            return
        value = self._value(node.value)
        for part in value[:1]:
            if part.path.root.startswith("call:") and not part.path.keys and not part.at:
                text = annotation_text(node.annotation, self._names)
                self._annotated.append((int(part.path.root[5:]), text))
        self._bind(node.target, value, node.lineno)
        self._note_mapping(node.target, node.value)

    def _note_mapping(self, target: ast.expr, value: ast.expr) -> None:
        """`made = {}`, `made = defaultdict(list)`."""
        match value:
            case ast.Dict() | ast.DictComp():
                is_mapping = True
            case ast.Call(func=func):
                is_mapping = plain(func).rpartition(".")[2] in _MAPPINGS
            case _:
                is_mapping = False
        if is_mapping and isinstance(target, ast.Name):
            self._mappings.add(target.id)

    def _augmented(self, node: ast.AugAssign) -> None:
        value = self._value(node.value)
        self._bind(node.target, join(self._value(node.target), value), node.lineno)

    def _return(self, node: ast.Return) -> None:
        value = self._value(node.value) if node.value is not None else ()
        if value:
            self._results.append((node.lineno, value))
        self._answer(node.value)

    def _if(self, node: ast.If) -> None:
        guard = self._test(node.test)
        yes, no = self._facing_ways(node.test)
        self._note_empty(node)
        before, facing = dict(self._env), len(self._facing)
        self._facing.extend(yes)
        self._empty_in(node.body, empty_if(node.test, outcome=True), guard)
        after_body = self._env
        self._env = before
        self._facing[facing:] = no
        self._empty_in(node.orelse, empty_if(node.test, outcome=False), guard)
        del self._facing[facing:]
        if leaves(node.body):
            self._guards.extend(guard)
            self._facing.extend(no)
        elif node.orelse and leaves(node.orelse):
            self._env = after_body
            self._guards.extend(guard)
            self._facing.extend(yes)
        else:
            self._env = merged(after_body, self._env)

    def _empty_in(self, body: list[ast.stmt], names: list[str], guard: list[AccessPath]) -> None:
        """A branch that only runs while some names are None or empty: they hold nothing."""
        kept = {name: self._env.get(name) for name in names}
        for name in names:
            self._env[name] = ()
        self._guarded(body, guard)
        for name, value in kept.items():
            if self._env.get(name) == ():
                if value is None:
                    self._env.pop(name)
                else:
                    self._env[name] = value

    def _guarded(self, body: list[ast.stmt], guard: list[AccessPath]) -> None:
        before = len(self._guards)
        self._guards.extend(guard)
        self._block(body)
        del self._guards[before:]

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        values = self._elements(node.iter)
        before = dict(self._env)
        copied = self._copied
        self._copied = {**copied, **copying(node)}
        for element in self._each(node, values):
            self._bind(node.target, element, node.lineno)
            self._block(node.body)
            self._env = merged(before, self._env)
        self._copied = copied
        self._block(node.orelse)

    def _each(self, node: ast.For | ast.AsyncFor, values: Value) -> Iterator[Value]:
        """What the rounds of a loop begin with: all that it goes through, or one literal each.

        `for name in ("email", "city"): kept[name] = given[name]` keeps each under its own name;
        read at once, what is given as the e-mail address would come out as the city, too.
        """
        is_listed = 0 < len(values) <= _MAX_UNROLLED and values == constants(values)
        if is_listed and places(node):
            for part in values:
                yield (part,)
            return
        for _ in self._rounds():
            yield values

    def _while(self, node: ast.While) -> None:
        guard = self._test(node.test)
        yes, _no = self._facing_ways(node.test)
        before, facing = dict(self._env), len(self._facing)
        for _ in self._rounds():
            self._facing[facing:] = yes
            self._guarded(node.body, guard)
            del self._facing[facing:]
            self._env = merged(before, self._env)
        self._block(node.orelse)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for entry in node.items:
            value = self._value(entry.context_expr)
            if entry.optional_vars is not None:
                self._bind(entry.optional_vars, item(value, ENTERED), node.lineno)
        self._block(node.body)

    def _try(self, node: ast.Try) -> None:
        before = dict(self._env)
        self._block(node.body)
        after = self._env
        outcomes = [after]
        for handler in node.handlers:
            self._env = merged(before, after)
            last = node.body[-1].end_lineno or node.body[-1].lineno
            span = f"{node.body[0].lineno}-{last}"
            caught = one(f"exception:{self._exception(handler.type)}@{span}")
            if handler.name:
                self._env[handler.name] = caught
            self._caught.append(caught)
            self._block(handler.body)
            self._caught.pop()
            if not leaves(handler.body):
                outcomes.append(self._env)
        self._env = outcomes[0]
        self._block(node.orelse)
        for outcome in outcomes[1:]:
            self._env = merged(self._env, outcome)
        self._block(node.finalbody)

    def _exception(self, node: ast.expr | None) -> str:
        if node is None:
            return "BaseException"
        if isinstance(node, ast.Tuple):
            return "|".join(dotted(element, self._names) for element in node.elts)
        return dotted(node, self._names) or "BaseException"

    def _raise(self, node: ast.Raise) -> None:
        if node.exc is not None:
            self._raises.append((node.lineno, self._value(node.exc)))
        if node.cause is not None:
            self._value(node.cause)

    def _assert(self, node: ast.Assert) -> None:
        self._guards.extend(self._test(node.test))
        self._facing.extend(self._facing_ways(node.test)[0])
        if node.msg is not None:
            raised = ast.Call(ast.Name("AssertionError", ast.Load()), [node.msg], [])
            ast.fix_missing_locations(ast.copy_location(raised, node))
            self._raises.append((node.lineno, self._value(raised)))

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            match target:
                case ast.Name(id=name):
                    self._env.pop(name, None)
                case ast.Subscript(value=owner, slice=index):
                    self._delete_item(owner, index, node.lineno)
                case _:
                    pass

    def _delete_item(self, owner: ast.expr, index: ast.expr, line: int) -> None:
        for key in self._keys(index):
            for part in self._value(owner)[:3]:
                if not part.at and not part.path.root.startswith("const:"):
                    gone = AccessPath(part.path.root, (*part.path.keys, key))
                    self._stores.append(StoreFact(gone, (), line))
            if isinstance(owner, ast.Name) and owner.id in self._env:
                self._env[owner.id] = without(self._env[owner.id], key)

    def _match(self, node: ast.Match) -> None:
        subject = self._value(node.subject)
        before = dict(self._env)
        after = before
        for case in node.cases:
            self._env = dict(before)
            self._bind_pattern(case.pattern, subject)
            if case.guard is not None:
                self._value(case.guard)
            self._block(case.body)
            after = merged(after, self._env)
        self._env = after

    def _bind_pattern(self, pattern: ast.pattern, value: Value) -> None:
        """What the names of a `case` hold of the value that fits it."""
        inner: list[tuple[ast.pattern, Value]] = []
        match pattern:
            case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
                held = [item(value, self._key(key)) for key in keys]
                inner += zip(patterns, held, strict=True)
                if rest:
                    self._env[rest] = value
            case ast.MatchClass(patterns=places, kwd_attrs=names, kwd_patterns=patterns):
                inner += [(place, item(value, ANY)) for place in places]
                held = [attribute(value, name) for name in names]
                inner += zip(patterns, held, strict=True)
            case ast.MatchSequence(patterns=patterns):
                inner += [(part, item(value, f"[{at}]")) for at, part in enumerate(patterns)]
            case ast.MatchOr(patterns=patterns):
                inner += [(part, value) for part in patterns]
            case ast.MatchAs(pattern=part, name=name):
                inner += [(part, value)] if part is not None else []
                if name:
                    self._env[name] = value
            case ast.MatchStar(name=str() as name):
                self._env[name] = value
            case _:
                pass
        for part, held_value in inner:
            self._bind_pattern(part, held_value)

    def _global(self, node: ast.Global) -> None:
        self._globals.update(node.names)

    def _import(self, node: ast.Import) -> None:
        self._names.add_import(node)

    def _import_from(self, node: ast.ImportFrom) -> None:
        self._names.add_from(node)
