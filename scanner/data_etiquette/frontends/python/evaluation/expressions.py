"""Expressions other than calls."""

from __future__ import annotations

import ast

from data_etiquette.frontends.python.evaluation.conditions import Conditions
from data_etiquette.frontends.python.evaluation.core import (
    MAX_COMPARED,
    MAX_GUARDS,
    MAX_LISTED,
    MAX_SPANS,
)
from data_etiquette.frontends.python.evaluation.helpers import looped
from data_etiquette.frontends.python.evaluation.values import (
    constants,
    data,
    is_beginning,
    is_domain,
    is_end,
    is_last_digits,
    iterated,
    plain,
)
from data_etiquette.frontends.python.names import Names
from data_etiquette.frontends.python.render import is_huge, render
from data_etiquette.frontends.redact import redact
from data_etiquette.model.facts import (
    AccessPath,
    Value,
)
from data_etiquette.model.value import (
    ANY,
    GIVING_ATTRIBUTES,
    NAMES,
    as_text,
    attribute,
    item,
    join,
    one,
    under,
    without,
)


class Expressions(Conditions):
    """What an expression gives."""

    def __init__(self, names: Names, qualname: str, owner: str = "") -> None:
        super().__init__(names, qualname, owner)
        self._expressions |= {
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Constant: self._constant,
            ast.JoinedStr: self._joined,
            ast.FormattedValue: self._formatted,
            ast.BinOp: self._binary,
            ast.BoolOp: self._boolean,
            ast.IfExp: self._conditional,
            ast.Compare: self._compare,
            ast.UnaryOp: self._unary,
            ast.Subscript: self._subscript,
            ast.List: self._sequence,
            ast.Tuple: self._sequence,
            ast.Set: self._sequence,
            ast.Dict: self._dict,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._dict_comprehension,
            ast.Await: self._inner_value,
            ast.Starred: self._inner_value,
            ast.NamedExpr: self._walrus,
            ast.Lambda: self._lambda,
            ast.Yield: self._yield,
            ast.YieldFrom: self._yield_from,
        }

    def _name(self, node: ast.Name) -> Value:
        self._unread.pop(node.id, None)
        known = self._env.get(node.id)
        if known is not None:
            return known
        return one(f"name:{self._names.resolve(node.id)}")

    def _attribute(self, node: ast.Attribute) -> Value:
        text = plain(node)
        if text:
            stored = self._env.get(text)
            if stored is not None:
                return stored
        value = self._value(node.value)
        found = attribute(value, node.attr)
        if f".{node.attr}" in GIVING_ATTRIBUTES and found:
            # `url.add({"token": token})` of an object made here, then `url.url`.
            return join(found, as_text(tuple(part for part in value if part.at)))
        return found

    def _constant(self, node: ast.Constant) -> Value:
        value = node.value
        if isinstance(value, str):
            return one(f"const:{redact(value)}")
        if isinstance(value, int) and is_huge(value):
            return ()
        if value is None or isinstance(value, (bool, int)):
            return one(f"const:{value}")
        return ()

    def _joined(self, node: ast.JoinedStr) -> Value:
        parts = [self._value(value) for value in node.values]
        head = node.values[0] if node.values else None
        # A URL keeps its constant beginning: it names the host that the text is sent to.
        prefix: Value = ()
        if isinstance(head, ast.Constant) and isinstance(head.value, str):
            prefix = one(f"const:{redact(head.value)}")
        return join(prefix, *(as_text(part) for part in parts))

    def _formatted(self, node: ast.FormattedValue) -> Value:
        return as_text(self._value(node.value))

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self._value(node.left), self._value(node.right)
        if isinstance(node.op, (ast.Add, ast.Mod, ast.BitOr, ast.Div)):
            if isinstance(node.op, ast.Mod):
                right = as_text(right)
            return join(left, right)
        if isinstance(node.op, ast.BitAnd):  # of two sets
            return join(left, right)
        if isinstance(node.op, ast.Sub):
            self._note_span(node.right)
            return left
        return ()

    def _note_span(self, node: ast.expr) -> None:
        """`now() - timedelta(days=30)`, `now() - KEEP`: how long something was kept."""
        is_span = isinstance(node, (ast.Name, ast.Attribute, ast.Call))
        if is_span and len(self._spans) < MAX_SPANS:
            self._spans[node.lineno, render(node, self._names, 3)] = None

    def _boolean(self, node: ast.BoolOp) -> Value:
        self._note_always(node)
        return join(*(self._value(value) for value in node.values))

    def _conditional(self, node: ast.IfExp) -> Value:
        guard = self._test(node.test)
        yes, no = self._facing_ways(node.test)
        before, facing = len(self._guards), len(self._facing)
        self._guards.extend(guard)
        self._facing.extend(yes)
        body = self._value(node.body)
        self._facing[facing:] = no
        value = join(body, self._value(node.orelse))
        del self._guards[before:]
        del self._facing[facing:]
        return value

    def _test(self, node: ast.expr) -> list[AccessPath]:
        """Evaluate a condition; the paths it reads are what it guards by."""
        self._value(node)
        if isinstance(node, (ast.Name, ast.Constant)):
            return []
        found: dict[AccessPath, None] = {}
        for child in ast.walk(node):
            if isinstance(child, ast.Attribute) and plain(child):
                for part in self._attribute(child)[:2]:
                    found[part.path] = None
        return list(found)[:MAX_GUARDS]

    def _compare(self, node: ast.Compare) -> Value:
        for side in (node.left, *node.comparators):
            for part in self._value(side)[:2]:
                if len(self._compared) < MAX_COMPARED and not part.path.root.startswith("const:"):
                    self._compared[node.lineno, part.path] = None
        return ()

    def _unary(self, node: ast.UnaryOp) -> Value:
        self._value(node.operand)
        return ()

    def _subscript(self, node: ast.Subscript) -> Value:
        text = plain(node.value)
        key = self._key(node.slice) if not isinstance(node.slice, ast.Slice) else ANY
        if text:
            stored = self._env.get(f"{text}{key}")
            if stored is not None:
                return stored
        base = self._value(node.value)
        if is_domain(node):
            return ()
        if isinstance(node.slice, ast.Slice):
            is_part = is_last_digits(node.slice) or is_beginning(node) or is_end(node)
            return () if is_part else base
        if key == ANY and isinstance(node.slice, ast.Name):
            brought = self._brought(base, self._value(node.slice))
            return brought or join(*(item(base, one_key) for one_key in self._keys(node.slice)))
        return item(base, key)

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        values = []
        for index, element in enumerate(node.elts[:64]):
            if isinstance(element, ast.Starred):
                values.append(self._value(element.value))
            else:
                values.append(under(self._value(element), f"[{index}]"))
        return join(*values) if values else ()

    def _dict(self, node: ast.Dict) -> Value:
        values = []
        for key, element in zip(node.keys, node.values, strict=True):
            value = self._value(element)
            if key is None:
                values.append(value)
                continue
            values.append(data(under(value, self._key(key))))
            if not isinstance(key, ast.Constant):
                values.append(data(under(self._value(key), NAMES)))
        return join(*values) if values else ()

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
        before, facing = dict(self._env), len(self._facing)
        self._generators(node.generators)
        value = under(self._value(node.elt), ANY)
        self._keep(value, self._facing[facing:])
        del self._facing[facing:]
        self._env = before
        return value

    def _dict_comprehension(self, node: ast.DictComp) -> Value:
        before, facing = dict(self._env), len(self._facing)
        self._generators(node.generators)
        chosen = self._chosen_items(node)
        if chosen is not None:
            del self._facing[facing:]
            self._env = before
            return chosen
        names = under(self._value(node.key), NAMES)
        value = join(names, under(self._value(node.value), ANY))
        del self._facing[facing:]
        self._env = before
        return value

    def _chosen_items(self, node: ast.DictComp) -> Value | None:
        """`{k: v for k, v in data.items() if k != "email"}`: the mapping without some keys."""
        match node:
            case ast.DictComp(
                key=ast.Name(id=key),
                value=ast.Name(id=value),
                generators=[
                    ast.comprehension(
                        target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]),
                        iter=ast.Call(func=ast.Attribute(value=mapping, attr="items"), args=[]),
                        ifs=[test],
                    )
                ],
            ) if (key, value) == (first, second):
                pass
            case _:
                return None
        keys, is_without = self._asked_keys(test, key)
        if not keys:
            return None
        held = self._value(mapping)
        if not is_without:
            return join(*(under(item(held, name), name) for name in keys))
        if any(not part.at for part in held):
            return None  # of a mapping made elsewhere the other keys are not known
        for name in keys:
            held = without(held, name)
        return held

    def _asked_keys(self, test: ast.expr, variable: str) -> tuple[list[str], bool]:
        """Keys that a condition compares a variable with, and whether it wants others."""
        match test:
            case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[other]):
                pass
            case _:
                return [], False
        is_without = isinstance(op, (ast.NotEq, ast.NotIn))
        if name != variable or not (is_without or isinstance(op, (ast.Eq, ast.In))):
            return [], False
        texts = [part.path.root[6:] for part in constants(self._value(other))]
        return [f"[{text}]" for text in texts], is_without

    def _generators(self, generators: list[ast.comprehension]) -> None:
        for generator in generators:
            values = self._elements(generator.iter)
            self._bind(generator.target, values, generator.target.lineno)
            for test in generator.ifs:
                self._value(test)
                self._facing.extend(self._facing_ways(test)[0])

    def _elements(self, node: ast.expr) -> Value:
        """What a loop gives; of a list that the module or the class names, its literals."""
        values = iterated(self._value(node))
        listed, method = looped(node, self._names.literals, self._owner)
        if listed is None or plain(node) in self._env:
            return values
        if not isinstance(listed, ast.Dict):
            return iterated(self._value(listed)) or values
        keys = join(*(self._value(key) for key in listed.keys[:MAX_LISTED] if key is not None))
        if method != "items":
            return keys or values
        held = item(self._value(listed), ANY)
        return join(under(keys, "[0]"), under(held, "[1]"))

    def _inner_value(self, node: ast.Await | ast.Starred) -> Value:
        return self._value(node.value)

    def _walrus(self, node: ast.NamedExpr) -> Value:
        value = self._value(node.value)
        self._bind(node.target, value, node.lineno)
        return value

    def _lambda(self, node: ast.Lambda) -> Value:
        before = dict(self._env)
        for param in self._params(node.args):
            self._env[param.name] = one(f"local:{param.name}")
        value = self._value(node.body)
        self._env = before
        return value

    def _yield(self, node: ast.Yield) -> Value:
        if node.value is not None:
            self._results.append((node.lineno, under(self._value(node.value), ANY)))
        return ()

    def _yield_from(self, node: ast.YieldFrom) -> Value:
        self._results.append((node.lineno, self._value(node.value)))
        return ()
