"""Settings that stand in Python: settings modules, configuration classes, `app.config["X"] = …`."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from dataclasses import replace

from data_etiquette.frontends.python.names import Names
from data_etiquette.frontends.python.render import dotted, render
from data_etiquette.frontends.settings.value import MAX_VALUE, is_secret_name, judged
from data_etiquette.model.facts import SettingFact

MAX_SETTINGS = 2_000
"""Of one file; what is longer is data, not configuration."""

_MODULE = re.compile(
    r"(?:^|/)(?:[a-z0-9]+_)*(?:settings|config|configuration|conf|defaults)(?:_[a-z0-9_]+)?\.py$"
    r"|(?:^|/)(?:settings|config|configs|conf)/[^/]+\.py$"
)
_CLASS = re.compile(r"(?:Settings|Config|Configuration)$")
_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]+$")
_HOLDER = re.compile(r"(?:^|\.)conf(?:ig)?$")
_CELERY = re.compile(r"\.conf$")
_FILLING = frozenset({"update", "from_mapping", "setdefault"})
_MAX_DEPTH = 8
_MAX_NUMBER = 1e12


def read_configuration(path: str, tree: ast.Module, names: Names, text: str) -> list[SettingFact]:
    """All settings of one file, by line."""
    found: list[SettingFact] = []
    if _MODULE.search(path.lower()):
        found += _module(tree.body, names)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and _is_settings(node, names):
            found += _class(node, names)
    if ".config" in text or ".conf." in text:
        for child in ast.walk(tree):
            if isinstance(child, ast.Assign | ast.Call):
                found += _held(child, names)
    return sorted(dict.fromkeys(found), key=lambda item: (item.line, item.key))[:MAX_SETTINGS]


def _module(body: list[ast.stmt], names: Names) -> Iterator[SettingFact]:
    for node in body:
        match node:
            case ast.If():
                for item in _module([*node.body, *node.orelse], names):
                    yield replace(item, is_chosen=True)
            case ast.With() | ast.For() | ast.While():
                yield from _module([*node.body, *getattr(node, "orelse", [])], names)
            case ast.Try():
                yield from _module([*node.body, *node.orelse, *node.finalbody], names)
            case ast.Assign():
                for target in node.targets:
                    yield from _assigned(target, node.value, names)
            case ast.AnnAssign(value=ast.expr() as value):
                yield from _assigned(node.target, value, names)
            case ast.AugAssign(op=ast.Add()):
                yield from _assigned(node.target, node.value, names)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=method)) as call):
                key = _key(owner)
                if not key:
                    continue
                if method in ("append", "insert") and call.args:
                    yield from _flat(f"{key}[]", call.args[-1], names, 0)
                elif method == "update":
                    yield from _filled(f"{key}.", call, names)
            case _:
                pass


def _class(node: ast.ClassDef, names: Names) -> Iterator[SettingFact]:
    for child in node.body:
        match child:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                yield from _flat(name, _default(value), names, 0)
            case ast.ClassDef() if _is_settings(child, names):
                yield from _class(child, names)
            case _:
                pass


def _default(value: ast.expr) -> ast.expr:
    """What `Field(default, …)` gives when nothing is set."""
    match value:
        case ast.Call(func=ast.Name(id="Field"), args=[first, *_]):
            return first
        case ast.Call(func=ast.Name(id="Field"), keywords=keywords):
            return next((item.value for item in keywords if item.arg == "default"), value)
        case _:
            return value


def _is_settings(node: ast.ClassDef, names: Names) -> bool:
    bases = [dotted(base, names).rsplit(".", 1)[-1] for base in node.bases]
    if "BaseSettings" in bases:
        return True
    if not any(_CLASS.search(name) for name in (node.name, *bases)):
        return False
    constants = [
        child
        for child in node.body
        if isinstance(child, ast.Assign | ast.AnnAssign) and _CONSTANT.match(_name(child))
    ]
    return bool(constants)


def _name(node: ast.Assign | ast.AnnAssign) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.id if isinstance(target, ast.Name) else ""


def _held(node: ast.Assign | ast.Call, names: Names) -> Iterator[SettingFact]:
    """`app.config["DEBUG"] = True`, `app.config.update(DEBUG=True)`."""
    match node:
        case ast.Assign(
            targets=[ast.Subscript(value=owner, slice=ast.Constant(value=str() as key))]
        ):
            if _HOLDER.search(dotted(owner, names)):
                yield from _flat(key, node.value, names, 0)
        case ast.Assign(targets=[ast.Attribute(value=owner, attr=key)]):
            # `app.conf.beat_schedule = {…}`
            if _CELERY.search(dotted(owner, names)):
                yield from _flat(key, node.value, names, 0)
        case ast.Call(func=ast.Attribute(value=owner, attr=method)) if method in _FILLING:
            if _HOLDER.search(dotted(owner, names)):
                yield from _filled("", node, names)
        case _:
            pass


def _filled(prefix: str, call: ast.Call, names: Names) -> Iterator[SettingFact]:
    for item in call.keywords:
        if item.arg:
            yield from _flat(f"{prefix}{item.arg}", item.value, names, 0)
    for argument in call.args[:1]:
        if isinstance(argument, ast.Dict):
            yield from _flat(prefix.rstrip("."), argument, names, 0)


def _assigned(target: ast.expr, value: ast.expr, names: Names) -> Iterator[SettingFact]:
    key = _key(target)
    if key and _CONSTANT.match(key.split(".", 1)[0].removesuffix("[]")):
        yield from _flat(key, value, names, 0)


def _key(node: ast.expr) -> str:
    """`DATABASES["default"]["OPTIONS"]` as `DATABASES.default.OPTIONS`."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=owner, slice=ast.Constant(value=str() as key)):
            inner = _key(owner)
            return f"{inner}.{key}" if inner else ""
        case ast.Subscript(value=owner):
            inner = _key(owner)
            return f"{inner}[]" if inner else ""
        case _:
            return ""


def _flat(key: str, node: ast.expr, names: Names, depth: int) -> Iterator[SettingFact]:
    if depth > _MAX_DEPTH:
        return
    match node:
        case ast.Dict():
            for name, item in zip(node.keys, node.values, strict=True):
                if isinstance(name, ast.Constant) and isinstance(name.value, str | int):
                    inner = f"{key}.{name.value}" if key else str(name.value)
                    yield from _flat(inner, item, names, depth + 1)
                elif name is None:
                    yield from _flat(key, item, names, depth + 1)
        case ast.List() | ast.Tuple() | ast.Set():
            for element in node.elts:
                yield from _flat(f"{key}[]", element, names, depth + 1)
        case ast.Call(func=ast.Name(id="dict")):
            for argument in node.keywords:
                if argument.arg:
                    yield from _flat(f"{key}.{argument.arg}", argument.value, names, depth + 1)
        case ast.BinOp(op=ast.Add() | ast.BitOr()):
            yield from _flat(key, node.left, names, depth + 1)
            yield from _flat(key, node.right, names, depth + 1)
        case _:
            kind, value = _leaf(key, node, names)
            is_chosen = isinstance(node, ast.Call) and _fallback(node) is not None
            yield SettingFact(key, node.lineno, kind, value, is_chosen)


def _leaf(key: str, node: ast.expr, names: Names) -> tuple[str, str]:
    number = _number(node)
    if number is not None:
        return "number", number
    match node:
        case ast.Constant(value=None):
            return "text", "None"
        case ast.Constant(value=bool() as flag):
            return "boolean", str(flag).lower()
        case ast.Constant(value=str() as text):
            return judged(key, text)
        case ast.JoinedStr():
            return "reference", ""
        case ast.Call():
            fallback = _fallback(node)
            if fallback is None:
                return "reference", "" if is_secret_name(key) else render(node, names, 3)[
                    :MAX_VALUE
                ]
            kind, value = _leaf(key, fallback, names)
            # The environment decides; an empty default or a sample says nothing of it.
            return ("reference", "") if kind in ("set", "placeholder", "empty") else (kind, value)
        case _:
            return "reference", render(node, names, 2)[:MAX_VALUE]


def _number(node: ast.expr) -> str | None:
    """A number, and products such as `60 * 60 * 24`."""
    factors: list[float] = []
    pending = [node]
    while pending:
        match pending.pop():
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                pending += [left, right]
            case ast.Constant(value=bool()):
                return None
            case ast.Constant(value=int() | float() as number) if abs(number) < _MAX_NUMBER:
                factors.append(number)
            case _:
                return None
    product = math.prod(factors)
    return str(product) if abs(product) < _MAX_NUMBER else None


def _fallback(node: ast.Call) -> ast.expr | None:
    """The default of `os.environ.get("X", default)`, `env.bool("X", default=True)`."""
    last = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    last = node.func.id if isinstance(node.func, ast.Name) else last
    for item in node.keywords:
        if item.arg == "default":
            return item.value
    asks = last in ("get", "getenv", "config") or last.startswith(("get_env", "env"))
    return node.args[1] if asks and len(node.args) > 1 else None
