"""Functions of the standard library whose result lies in their arguments: no summary tells it."""

from __future__ import annotations

import ast

from data_etiquette.frontends.python.evaluation.values import constants
from data_etiquette.model.facts import AccessPath, CallFact, Value
from data_etiquette.model.value import ANY, item, join, reached, under

_PLACED = frozenset({"asyncio.gather", "anyio.gather"})
"""Their result is a list with what each argument gives, at its place."""
_COLUMNS = frozenset({"itertools.zip_longest", "itertools.product"})
_AWAITED = frozenset({"asyncio.wait_for", "asyncio.shield", "asyncio.run", "asyncio.create_task"}
    | {"asyncio.ensure_future", "anyio.run", "trio.run"})  # fmt: skip
_AWAITING_METHODS = frozenset({"create_task", "run_until_complete", "ensure_future"})
"""Methods of loops, groups of tasks and runners: the result is the coroutine's."""
_GETTERS = ("operator.attrgetter", "operator.itemgetter", "operator.methodcaller")
_MEMBERS = frozenset(
    {"._meta", ".model_fields", ".__fields__", ".__dataclass_fields__", ".__annotations__"}
    | {".__slots__", ".__table__", ".__mapper__", ".concrete_fields", "._fields"}
)
"""Through these an object's class lists all its attributes."""
_LISTING = frozenset({"fields", "get_fields", "get_type_hints", "inspect", "class_mapper", "dir"})


def spelled(callee: Value) -> str:
    """`asyncio.gather` of a callee that is one imported name; empty for anything else."""
    if len(callee) != 1 or callee[0].at:
        return ""
    root, keys = callee[0].path
    return root[5:] + "".join(keys) if root.startswith("name:") else ""


def given_back(name: str, method: str, args: list[Value], rest: list[Value]) -> Value | None:
    """What a call gives of its arguments; None where it is no such function."""
    if name in _PLACED:
        return join(*(under(arg, f"[{at}]") for at, arg in enumerate(args)), *rest)
    if name in _COLUMNS:
        return under(join(*(under(item(a, ANY), f"[{at}]") for at, a in enumerate(args))), ANY)
    if not args:
        return None
    if name == "asyncio.as_completed":
        return args[0]
    if name == "asyncio.wait":
        return join(under(args[0], "[0]"), under(args[0], "[1]"))
    is_run = name in _AWAITED or method in _AWAITING_METHODS
    if is_run and args[0] and all(_is_made(part.path) and not part.at for part in args[0]):
        return args[0]
    return None


def _is_made(path: AccessPath) -> bool:
    return path.root.startswith("call:") and not path.keys


def got(getter: CallFact, value: Value) -> Value | None:
    """`attrgetter("customer.email")(order)`: what the getter takes out of what it is given."""
    name = getter.callee.root[5:] + "".join(getter.callee.keys)
    texts = [part.path.root[6:] for arg in getter.args for part in constants(arg)]
    if name not in _GETTERS or not texts:
        return None
    found = [_taken(name, value, text) for text in texts]
    if len(found) == 1:
        return found[0]
    return join(*(under(one, f"[{at}]") for at, one in enumerate(found)))


def _taken(name: str, value: Value, text: str) -> Value:
    if name == "operator.itemgetter":
        return item(value, f"[{text}]")
    return reached(value, tuple(f".{part}" for part in text.split(".")))


def is_every(names: Value, calls: list[CallFact]) -> bool:
    """Whether names of attributes come from the list of all that a class has."""
    for part in names:
        path = part.path
        if _MEMBERS.intersection(path.keys):
            return True
        kind, _, number = path.root.partition(":")
        if kind == "call" and number.isdigit() and int(number) < len(calls):
            callee = calls[int(number)].callee
            last = (callee.keys[-1:] or (callee.root.rpartition(".")[2],))[0].lstrip(".")
            if last in _LISTING or _MEMBERS.intersection(callee.keys):
                return True
    return False


def looped(
    node: ast.expr, literals: dict[str, ast.expr], owner: str
) -> tuple[ast.expr | None, str]:
    """The list that a loop goes through by its name, and the mapping's method if it has one."""
    method = ""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="items" | "keys" as method), args=[]):
            node = inner
        case ast.Call(func=ast.Name(id="sorted" | "list" | "tuple" | "set"), args=[inner]):
            node = inner
        case _:
            pass
    match node:
        case ast.Name(id=name):
            found = literals.get(name)
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
            found = literals.get(f"{owner}.{name}")
        case ast.Attribute(value=ast.Name(id=cls), attr=name):
            found = literals.get(f"{cls}.{name}")
        case _:
            found = None
    return found, method


def copying(node: ast.For | ast.AsyncFor) -> dict[str, tuple[str, ast.expr]]:
    """The key that a loop goes through, with the name of its value and the mapping of both."""
    match node.target, node.iter:
        case (
            ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=value)]),
            ast.Call(func=ast.Attribute(value=mapping, attr="items"), args=[]),
        ):
            return {key: (value, mapping)}
        case (
            ast.Name(id=key),
            ast.Name() | ast.Attribute() as mapping,
        ):
            return {key: ("", mapping)}
        case ast.Name(id=key), ast.Call(func=ast.Attribute(value=mapping, attr="keys"), args=[]):
            return {key: ("", mapping)}
        case _:
            return {}


def places(node: ast.For | ast.AsyncFor) -> bool:
    """Whether a loop keeps something under the name that it goes through: `made[name] = …`."""
    if not isinstance(node.target, ast.Name):
        return False
    return any(
        isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Name)
        and target.slice.id == node.target.id
        for statement in node.body
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Assign)
        for target in inner.targets
    )
