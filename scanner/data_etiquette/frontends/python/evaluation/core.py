"""The state of an evaluation: variables, and the facts noted on the way."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

from data_etiquette.frontends.python.evaluation.values import (
    Env,
    constants,
    data,
    joined_call,
    plain,
)
from data_etiquette.frontends.python.names import Names
from data_etiquette.frontends.python.render import annotation_text, render
from data_etiquette.frontends.redact import redact
from data_etiquette.model.facts import (
    AccessPath,
    AnswerFact,
    CallFact,
    ConditionFact,
    FunctionFact,
    ParamFact,
    StoreFact,
    Value,
)
from data_etiquette.model.value import (
    ANY,
    MAX_PARTS,
    NAMES,
    item,
    join,
    one,
    parameter_key,
    through,
    under,
    without,
)

MAX_CALLS = 3000
MAX_GUARDS = 8
MAX_COMPARED = 64
MAX_KEPT = 24
MAX_SPANS = 16
MAX_KEYS_OF_VARIABLE = 8
MAX_LISTED = 48
_MAX_NAMED = 3


class Evaluation:
    """Variables and facts of one function; what a node means is said by the subclasses."""

    def __init__(self, names: Names, qualname: str, owner: str = "") -> None:
        self._names = names
        self._qualname = qualname
        self._owner = owner
        self._env: Env = {}
        self._calls: list[CallFact] = []
        self._call_ids: dict[tuple[int, int], int] = {}
        self._stores: list[StoreFact] = []
        self._results: list[tuple[int, Value]] = []
        self._raises: list[tuple[int, Value]] = []
        self._guards: list[AccessPath] = []
        self._nested: list[FunctionFact] = []
        self._annotated: list[tuple[int, str]] = []
        self._compared: dict[tuple[int, AccessPath], None] = {}
        self._conditions: list[ConditionFact] = []
        self._condition_ids: dict[tuple[AccessPath, bool | None, str], int] = {}
        self._facing: list[int] = []
        self._answers: list[AnswerFact] = []
        self._kept: dict[AccessPath, tuple[int, ...]] = {}
        self._told: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}
        self._unread: dict[str, tuple[AccessPath, int]] = {}
        self._blocks = 0
        self._in_block = 0
        self._is_asking = False
        self._spans: dict[tuple[int, str], None] = {}
        self._fed: dict[str, str] = {}
        self._mappings: set[str] = set()
        """Variables that hold a mapping made here."""
        self._globals: set[str] = set()
        self._named: dict[AccessPath, str] = {}
        self._caught: list[Value] = []
        self._truncated = False
        self._loops = 0
        self._expressions: dict[type, Callable[..., Value]] = {}
        self._statements: dict[type, Callable[..., None]] = {}

    def _block(self, body: list[ast.stmt]) -> None:
        before, facing, outer = len(self._guards), len(self._facing), self._in_block
        self._blocks += 1
        self._in_block = self._blocks
        for statement in body:
            handler = self._statements.get(type(statement))
            if handler is not None:
                handler(statement)
        del self._guards[before:]
        del self._facing[facing:]
        self._in_block = outer

    def _bind(self, target: ast.expr, value: Value, line: int) -> None:
        if len(value) >= MAX_PARTS:
            self._truncated = True
        match target:
            case ast.Name(id=name):
                self._env[name] = through(value, line, name)
                self._mappings.discard(name)
                if name in self._globals:
                    path = AccessPath(f"name:{self._names.resolve(name)}")
                    self._stores.append(StoreFact(path, value, line))
                self._note_name(value, name)
                self._note_unread(name, value, line)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for index, element in enumerate(elements):
                    if isinstance(element, ast.Starred):
                        self._bind(element.value, item(value, ANY), line)
                    else:
                        self._bind(element, item(value, f"[{index}]"), line)
            case ast.Attribute(value=owner, attr=name):
                self._store(owner, f".{name}", value, line)
            case ast.Subscript(value=owner, slice=index):
                self._store_item(owner, index, value, line)
            case _:
                pass

    def _note_name(self, value: Value, name: str) -> None:
        """What an unknown value is first called: `user = load(key)`, `for user in rows`."""
        for part in value[:1]:
            path = part.path
            is_opaque = path.root.startswith("call:") or (path.keys and path.keys[-1][0] == "[")
            if is_opaque and not part.at and not part.text and len(path.keys) < _MAX_NAMED:
                self._named.setdefault(path, name)

    def _note_unread(self, name: str, value: Value, line: int) -> None:
        """A value that is replaced by a constant before anybody has looked at it."""
        self._told.pop(name, None)
        before = self._unread.pop(name, None)
        if len(value) != 1 or value[0].at:
            return
        path = value[0].path
        if path.root in ("const:True", "const:False"):
            if before is not None and before[1] == self._in_block:
                self._is_asking = True
                self._conditions.append(ConditionFact(before[0], line, None, "overwritten"))
        elif path.keys:
            self._unread[name] = (path, self._in_block)

    def _store(self, owner: ast.expr, key: str, value: Value, line: int) -> None:
        for part in self._value(owner)[:3]:
            if part.at or part.path.root.startswith("const:"):
                continue
            path = AccessPath(part.path.root, (*part.path.keys, key))
            self._stores.append(StoreFact(path, value, line))
        text = plain(owner)
        if text:
            self._env[f"{text}{key}"] = through(value, line, key.strip(".[]"))
        whole = self._whole(owner)
        if whole:
            self._env[whole] = join(self._env[whole], through(under(value, ANY), line))

    def _whole(self, part: ast.expr) -> str:
        """The variable of the document that an element belongs to: `card.add("n").value = …`."""
        match part:
            case ast.Name(id=name):
                whole = self._fed.get(name, "")
            case ast.Call(func=ast.Attribute(value=ast.Name(id=whole))):
                pass
            case ast.Call(func=func, args=[ast.Name(id=whole), *_]) if plain(func).endswith(
                "SubElement"
            ):
                pass
            case _:
                return ""
        is_made = all(p.at or p.path.root.startswith("call:") for p in self._env.get(whole, ()))
        return whole if self._env.get(whole) and is_made else ""

    def _key_of(self, mapping: str, index: ast.expr) -> Value:
        """An unknown key that a mapping made here is filled under: what going through it gives."""
        return data(under(self._value(index), NAMES)) if mapping in self._mappings else ()

    def _store_item(self, owner: ast.expr, index: ast.expr, value: Value, line: int) -> None:
        keys = self._keys(index)
        key = keys[0] if len(keys) == 1 else ANY
        if isinstance(owner, ast.Name) and owner.id in self._env:
            old = self._env[owner.id]
            if any(part.path.root.startswith(("param:", "name:", "call:")) for part in old):
                self._store(owner, key, value, line)
            kept = old if key == ANY else without(old, key)
            named = self._key_of(owner.id, index) if key == ANY else ()
            self._env[owner.id] = join(kept, through(under(value, key), line), named)
        else:
            self._store(owner, key, value, line)

    def _params(self, arguments: ast.arguments) -> Iterable[ParamFact]:
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
        for arg, default in zip(positional, defaults, strict=True):
            yield self._param(arg, default, "")
        if arguments.vararg is not None:
            yield self._param(arguments.vararg, None, "*")
        for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            yield self._param(arg, default, "kw")
        if arguments.kwarg is not None:
            yield self._param(arguments.kwarg, None, "**")

    def _param(self, arg: ast.arg, default: ast.expr | None, kind: str) -> ParamFact:
        return ParamFact(
            name=arg.arg,
            annotation=annotation_text(arg.annotation, self._names),
            default=render(default, self._names, 3),
            line=arg.lineno,
            kind=kind,
        )

    def _rounds(self) -> Iterator[int]:
        """Two rounds of a loop carry values from its end to its beginning.

        A loop inside another runs once a round of the outer one, or n nested loops would cost 2**n.
        """
        rounds = 1 if self._loops else 2
        self._loops += 1
        yield from range(rounds)
        self._loops -= 1

    def _value(self, node: ast.expr | None) -> Value:
        if node is None:
            return ()
        handler = self._expressions.get(type(node))
        return handler(node) if handler is not None else ()

    def _key(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=str() as key):
                return f"[{redact(key)}]"
            case ast.Constant(value=int() as index):
                return f"[{index}]"
            case _:
                self._value(node)
                return ANY

    def _brought(self, base: Value, key: Value) -> Value:
        """`given[name]` of two parameters: which element it is, every caller says."""
        if len(key) != 1 or key[0].at or key[0].path.keys:
            return ()
        kind, _, name = key[0].path.root.partition(":")
        if kind != "param" or any(not p.path.root.startswith("param:") or p.at for p in base):
            return ()
        return item(base, parameter_key(name))

    def _keys(self, node: ast.expr) -> list[str]:
        """The keys that an index may be: several where a variable holds one of some literals."""
        if isinstance(node, ast.Name):
            texts = [part.path.root[6:] for part in constants(self._value(node)) if not part.at]
            if 0 < len(texts) <= MAX_KEYS_OF_VARIABLE:
                return [f"[{text}]" for text in texts]
        return [self._key(node)]

    def _record(
        self,
        node: ast.Call,
        callee: Value,
        args: list[Value],
        keywords: list[tuple[str, Value]],
    ) -> Value:
        path = next((part.path for part in callee if not part.at), AccessPath("local:?"))
        key = call_key(node)
        identity = self._call_ids.get(key)
        fact = CallFact(
            id=len(self._calls) if identity is None else identity,
            callee=path,
            args=tuple(args),
            keywords=tuple(keywords),
            line=node.lineno,
            column=node.col_offset + 1,
            end_line=node.end_lineno or node.lineno,
            guards=tuple(dict.fromkeys(self._guards))[:MAX_GUARDS],
            under=tuple(dict.fromkeys(self._facing)),
        )
        if identity is not None:
            # A loop's second round or a condition read twice: join what the arguments may hold.
            self._calls[identity] = joined_call(self._calls[identity], fact)
        elif len(self._calls) < MAX_CALLS:
            self._call_ids[key] = fact.id
            self._calls.append(fact)
        else:
            self._truncated = True
            return ()
        return one(f"call:{fact.id}")

    def _dotted_own(self, qualname: str) -> str:
        return f"{self._names.module}.{qualname}" if self._names.module else qualname


def call_key(node: ast.Call) -> tuple[int, int]:
    """Where a call stands, in little memory."""
    first = (node.lineno, node.col_offset)
    last = (node.end_lineno or node.lineno, node.end_col_offset or 0)
    return hash(first), hash(last)
