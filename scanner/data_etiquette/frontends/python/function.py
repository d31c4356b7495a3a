"""One function evaluated symbolically: flow-sensitive, in terms of its parameters.

The outcome is a summary (`FunctionFact`): calls with symbolic arguments, stores, results, raises.
Branches merge, loops run twice, later assignments replace earlier ones. Nothing here knows what is
personal or what a sink is; only the language's own semantics are built in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

from data_etiquette.frontends.python.names import Names
from data_etiquette.frontends.python.render import annotation_text, dotted, render
from data_etiquette.frontends.redact import redact
from data_etiquette.model.facts import (
    AccessPath,
    CallFact,
    FunctionFact,
    ParamFact,
    StoreFact,
    Value,
    ValuePart,
)
from data_etiquette.model.value import (
    ANY,
    ENTERED,
    MAX_PARTS,
    NAMES,
    as_text,
    attribute,
    item,
    join,
    one,
    through,
    under,
    without,
)

_FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_Env = dict[str, Value]

MAX_CALLS = 3000
MAX_GUARDS = 8

_TEXT_BUILTINS = frozenset({"str", "repr", "format", "ascii", "bytes"})
_CONTAINER_BUILTINS = frozenset(
    {"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "filter"}
)
_ENDING_BUILTINS = frozenset(
    {"len", "bool", "isinstance", "issubclass", "hash", "id", "type", "any", "all", "callable"}
    | {"hasattr", "range"}
)
_TEXT_METHODS = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "casefold", "replace"}
    | {"encode", "decode", "ljust", "rjust", "center", "zfill", "expandtabs", "swapcase", "copy"}
    | {"removeprefix", "removesuffix"}
)
_SPLIT_METHODS = frozenset({"split", "rsplit", "splitlines", "partition", "rpartition"})
_TEST_METHODS = frozenset(
    {"startswith", "endswith", "isdigit", "isalpha", "isspace", "isnumeric", "isidentifier"}
)
_ADDING_METHODS = frozenset({"append", "add", "appendleft", "extend", "insert", "update"})
_FILLING_METHODS = _ADDING_METHODS | frozenset(
    {"set_content", "add_alternative", "attach", "attach_alternative", "add_attachment"}
    | {"set_payload", "add_header", "add_related", "write", "writelines", "writerow", "writerows"}
    | {"writestr", "writeheader", "put", "put_nowait", "push", "add_paragraph", "add_heading"}
    | {"add_row", "append_row", "drawString", "set_body", "set_subject", "set_html", "add_field"}
)  # fmt: skip
"""Methods that put their arguments into an object: a mail, a buffer, a sheet, a queue made here."""
_FED_BY = frozenset(
    {"writer", "DictWriter", "ZipFile", "TextIOWrapper", "GzipFile", "ExcelWriter", "Workbook"}
    | {"Canvas", "SimpleDocTemplate", "BytesGenerator", "Generator", "XMLGenerator"}
)
"""What is made around a buffer and passes on to it what it is given."""


_MAX_NAMED = 3
_DUMPED = ((".model_dump",), (".dict",), (".to_dict",), (".as_dict",))
_SHOWN_DIGITS = 4
"""As many digits as PCI DSS 3.4 lets be shown of a card number's end."""


class FunctionReader:
    """Evaluates one function (or a module's top level)."""

    def __init__(self, names: Names, qualname: str, owner: str = "") -> None:
        self._names = names
        self._qualname = qualname
        self._owner = owner
        self._env: _Env = {}
        self._calls: list[CallFact] = []
        self._call_ids: dict[tuple[int, int], int] = {}
        self._stores: list[StoreFact] = []
        self._results: list[tuple[int, Value]] = []
        self._raises: list[tuple[int, Value]] = []
        self._guards: list[AccessPath] = []
        self._nested: list[FunctionFact] = []
        self._annotated: list[tuple[int, str]] = []
        self._fed: dict[str, str] = {}
        self._named: dict[AccessPath, str] = {}
        self._caught: list[Value] = []
        self._truncated = False
        self._loops = 0
        self._expressions: dict[type, Callable[..., Value]] = {
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Constant: self._constant,
            ast.Call: self._call,
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
        self._statements: dict[type, Callable[..., None]] = {
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
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.FunctionDef: self._nested_function,
            ast.AsyncFunctionDef: self._nested_function,
        }
        if hasattr(ast, "TryStar"):
            self._statements[ast.TryStar] = self._try

    def read(self, node: _FunctionNode, captured: _Env | None = None) -> list[FunctionFact]:
        """The function's summary, followed by those of the functions inside it."""
        self._env = dict(captured or {})
        params = tuple(self._params(node.args))
        for param in params:
            self._env[param.name] = one(f"param:{param.name}")
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
            truncated=self._truncated,
        )
        return [fact, *self._nested]

    def read_module(self, body: list[ast.stmt], last_line: int) -> list[FunctionFact]:
        """The top level of a module as a function without parameters."""
        own = [node for node in body if not isinstance(node, (*_DEFINITIONS,))]
        self._block(own)
        fact = FunctionFact(
            qualname=self._qualname,
            line=1,
            end_line=last_line,
            calls=tuple(self._calls),
            stores=tuple(self._stores),
            named=tuple(self._named.items()),
            truncated=self._truncated,
        )
        return [fact, *self._nested]

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

    def _block(self, body: list[ast.stmt]) -> None:
        before = len(self._guards)
        for statement in body:
            handler = self._statements.get(type(statement))
            if handler is not None:
                handler(statement)
        del self._guards[before:]

    def _expression_statement(self, node: ast.Expr) -> None:
        self._value(node.value)

    def _assign(self, node: ast.Assign) -> None:
        value = self._value(node.value)
        match node:
            case ast.Assign(
                targets=[ast.Name(id=made)],
                value=ast.Call(func=func, args=[ast.Name(id=buffer), *_]),
            ) if _plain(func).rsplit(".", 1)[-1] in _FED_BY:
                self._fed[made] = buffer
            case _:
                pass
        for target in node.targets:
            self._bind(target, value, node.lineno)

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

    def _augmented(self, node: ast.AugAssign) -> None:
        value = self._value(node.value)
        self._bind(node.target, join(self._value(node.target), value), node.lineno)

    def _bind(self, target: ast.expr, value: Value, line: int) -> None:
        if len(value) >= MAX_PARTS:
            self._truncated = True
        match target:
            case ast.Name(id=name):
                self._env[name] = through(value, line, name)
                self._note_name(value, name)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for index, element in enumerate(elements):
                    if isinstance(element, ast.Starred):
                        self._bind(element.value, item(value, ANY), line)
                    else:
                        self._bind(element, item(value, f"[{index}]"), line)
            case ast.Attribute(value=owner, attr=name):
                self._store(owner, f".{name}", value, line)
            case ast.Subscript(value=owner, slice=index):
                self._store_item(owner, self._key(index), value, line)
            case _:
                pass

    def _note_name(self, value: Value, name: str) -> None:
        """What an unknown value is first called: `user = load(key)`, `for user in rows`."""
        for part in value[:1]:
            path = part.path
            is_opaque = path.root.startswith("call:") or (path.keys and path.keys[-1][0] == "[")
            if is_opaque and not part.at and not part.text and len(path.keys) < _MAX_NAMED:
                self._named.setdefault(path, name)

    def _store(self, owner: ast.expr, key: str, value: Value, line: int) -> None:
        for part in self._value(owner)[:3]:
            if part.at or part.path.root.startswith("const:"):
                continue
            path = AccessPath(part.path.root, (*part.path.keys, key))
            self._stores.append(StoreFact(path, value, line))
        text = _plain(owner)
        if text:
            self._env[f"{text}{key}"] = through(value, line)

    def _store_item(self, owner: ast.expr, key: str, value: Value, line: int) -> None:
        if isinstance(owner, ast.Name) and owner.id in self._env:
            old = self._env[owner.id]
            if any(part.path.root.startswith(("param:", "name:", "call:")) for part in old):
                self._store(owner, key, value, line)
            kept = old if key == ANY else without(old, key)
            self._env[owner.id] = join(kept, through(under(value, key), line))
        else:
            self._store(owner, key, value, line)

    def _return(self, node: ast.Return) -> None:
        if node.value is not None:
            value = self._value(node.value)
            if value:
                self._results.append((node.lineno, value))

    def _if(self, node: ast.If) -> None:
        guard = self._test(node.test)
        before = dict(self._env)
        self._empty_in(node.body, _empty_if(node.test, outcome=True), guard)
        after_body = self._env
        self._env = before
        self._empty_in(node.orelse, _empty_if(node.test, outcome=False), guard)
        if _leaves(node.body):
            self._guards.extend(guard)
        elif node.orelse and _leaves(node.orelse):
            self._env = after_body
            self._guards.extend(guard)
        else:
            self._env = _merged(after_body, self._env)

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

    def _test(self, node: ast.expr) -> list[AccessPath]:
        """Evaluate a condition; the paths it reads are what it guards by."""
        self._value(node)
        found: dict[AccessPath, None] = {}
        for child in ast.walk(node):
            if isinstance(child, ast.Attribute) and _plain(child):
                for part in self._attribute(child)[:2]:
                    found[part.path] = None
        return list(found)[:MAX_GUARDS]

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        iterated = self._value(node.iter)
        before = dict(self._env)
        for _ in self._rounds():
            self._bind(node.target, item(iterated, ANY), node.lineno)
            self._block(node.body)
            self._env = _merged(before, self._env)
        self._block(node.orelse)

    def _rounds(self) -> Iterator[int]:
        """Two rounds of a loop carry values from its end to its beginning.

        A loop inside another runs once a round of the outer one, or n nested loops would cost 2**n.
        """
        rounds = 1 if self._loops else 2
        self._loops += 1
        yield from range(rounds)
        self._loops -= 1

    def _while(self, node: ast.While) -> None:
        guard = self._test(node.test)
        before = dict(self._env)
        for _ in self._rounds():
            self._guarded(node.body, guard)
            self._env = _merged(before, self._env)
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
            self._env = _merged(before, after)
            last = node.body[-1].end_lineno or node.body[-1].lineno
            span = f"{node.body[0].lineno}-{last}"
            caught = one(f"exception:{self._exception(handler.type)}@{span}")
            if handler.name:
                self._env[handler.name] = caught
            self._caught.append(caught)
            self._block(handler.body)
            self._caught.pop()
            if not _leaves(handler.body):
                outcomes.append(self._env)
        self._env = outcomes[0]
        self._block(node.orelse)
        for outcome in outcomes[1:]:
            self._env = _merged(self._env, outcome)
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
        if node.msg is not None:
            self._value(node.msg)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            match target:
                case ast.Name(id=name):
                    self._env.pop(name, None)
                case ast.Subscript(value=ast.Name(id=name), slice=index) if name in self._env:
                    self._env[name] = without(self._env[name], self._key(index))
                case _:
                    pass

    def _match(self, node: ast.Match) -> None:
        subject = self._value(node.subject)
        before = dict(self._env)
        merged = before
        for case in node.cases:
            self._env = dict(before)
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None)
                if isinstance(pattern, (ast.MatchAs, ast.MatchStar)) and name:
                    self._env[name] = join(subject, item(subject, ANY))
            if case.guard is not None:
                self._value(case.guard)
            self._block(case.body)
            merged = _merged(merged, self._env)
        self._env = merged

    def _import(self, node: ast.Import) -> None:
        self._names.add_import(node)

    def _import_from(self, node: ast.ImportFrom) -> None:
        self._names.add_from(node)

    def _nested_function(self, node: _FunctionNode) -> None:
        qualname = f"{self._qualname}.<locals>.{node.name}"
        if self._qualname == "<module>":
            qualname = node.name
        self._env[node.name] = one(f"name:{self._dotted_own(qualname)}")
        captured = {name: _outer(value) for name, value in self._env.items()}
        self._nested += FunctionReader(self._names, qualname, self._owner).read(node, captured)

    def _dotted_own(self, qualname: str) -> str:
        return f"{self._names.module}.{qualname}" if self._names.module else qualname

    def _value(self, node: ast.expr | None) -> Value:
        if node is None:
            return ()
        handler = self._expressions.get(type(node))
        return handler(node) if handler is not None else ()

    def _name(self, node: ast.Name) -> Value:
        known = self._env.get(node.id)
        if known is not None:
            return known
        return one(f"name:{self._names.resolve(node.id)}")

    def _attribute(self, node: ast.Attribute) -> Value:
        text = _plain(node)
        if text:
            stored = self._env.get(text)
            if stored is not None:
                return stored
        return attribute(self._value(node.value), node.attr)

    def _constant(self, node: ast.Constant) -> Value:
        value = node.value
        if isinstance(value, str):
            return one(f"const:{redact(value)}")
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
        return ()

    def _boolean(self, node: ast.BoolOp) -> Value:
        return join(*(self._value(value) for value in node.values))

    def _conditional(self, node: ast.IfExp) -> Value:
        guard = self._test(node.test)
        before = len(self._guards)
        self._guards.extend(guard)
        value = join(self._value(node.body), self._value(node.orelse))
        del self._guards[before:]
        return value

    def _compare(self, node: ast.Compare) -> Value:
        self._value(node.left)
        for other in node.comparators:
            self._value(other)
        return ()

    def _unary(self, node: ast.UnaryOp) -> Value:
        self._value(node.operand)
        return ()

    def _key(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=str() as key):
                return f"[{redact(key)}]"
            case ast.Constant(value=int() as index):
                return f"[{index}]"
            case _:
                self._value(node)
                return ANY

    def _subscript(self, node: ast.Subscript) -> Value:
        text = _plain(node.value)
        key = self._key(node.slice) if not isinstance(node.slice, ast.Slice) else ANY
        if text:
            stored = self._env.get(f"{text}{key}")
            if stored is not None:
                return stored
        base = self._value(node.value)
        if isinstance(node.slice, ast.Slice):
            return () if _is_last_digits(node.slice) else base
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
            values.append(_data(under(value, self._key(key))))
            if not isinstance(key, ast.Constant):
                values.append(_data(under(self._value(key), NAMES)))
        return join(*values) if values else ()

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
        before = dict(self._env)
        self._generators(node.generators)
        value = under(self._value(node.elt), ANY)
        self._env = before
        return value

    def _dict_comprehension(self, node: ast.DictComp) -> Value:
        before = dict(self._env)
        self._generators(node.generators)
        names = under(self._value(node.key), NAMES)
        value = join(names, under(self._value(node.value), ANY))
        self._env = before
        return value

    def _generators(self, generators: list[ast.comprehension]) -> None:
        for generator in generators:
            iterated = self._value(generator.iter)
            self._bind(generator.target, item(iterated, ANY), generator.target.lineno)
            for test in generator.ifs:
                self._value(test)

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

    def _call(self, node: ast.Call) -> Value:
        if isinstance(node.func, ast.Attribute):
            return self._method_call(node, node.func)
        args, keywords = self._arguments(node)
        if isinstance(node.func, ast.Name) and node.func.id not in self._env:
            if node.func.id == "map" and len(args) > 1:
                args[0] = self._mapped(node.args[0], args[0], args[1], node)
            builtin = self._builtin(node.func.id, args, keywords)
            if builtin is not None:
                return builtin
        return self._record(node, self._value(node.func), args, keywords)

    def _mapped(self, mapper: ast.expr, value: Value, iterable: Value, node: ast.Call) -> Value:
        """What a function gives for each element of an iterable."""
        element = item(iterable, ANY)
        if not isinstance(mapper, ast.Lambda):
            return self._record(node, value, [element], []) if value else ()
        before = dict(self._env)
        for param in mapper.args.args[:1]:
            self._env[param.arg] = element
        made = self._value(mapper.body)
        self._env = before
        return made

    def _arguments(self, node: ast.Call) -> tuple[list[Value], list[tuple[str, Value]]]:
        args: list[Value] = []
        keywords: list[tuple[str, Value]] = []
        for arg in node.args:
            if isinstance(arg, ast.Starred):
                keywords.append(("*", self._value(arg.value)))
            else:
                args.append(self._value(arg))
        keywords += [(item.arg or "**", self._value(item.value)) for item in node.keywords]
        return args, keywords

    def _builtin(
        self, name: str, args: list[Value], keywords: list[tuple[str, Value]]
    ) -> Value | None:
        first = args[0] if args else ()
        if name in _TEXT_BUILTINS:
            return as_text(join(*args)) if args else ()
        if name in _ENDING_BUILTINS:
            return ()
        if name in _CONTAINER_BUILTINS:
            return self._without_dumps(args[-1]) if args else ()
        match name, args:
            case "dict", _:
                named = [under(v, f"[{k}]") if k != "**" else v for k, v in keywords]
                return join(first, *named)
            case "getattr", [owner, attr, *default]:
                names = [part.path.root[6:] for part in _constants(attr)]
                found = [attribute(owner, text) for text in names if text.isidentifier()]
                return join(*(found or [attribute(owner, "?")]), *default)
            case "vars", [owner]:
                return attribute(owner, "__dict__")
            case "locals", []:
                return join(
                    *(under(value, f"[{text}]") for text, value in self._env.items()
                      if text.isidentifier() and text != "self")
                )  # fmt: skip
            case "next", [iterator, *default]:
                return join(item(iterator, ANY), *default)
            case "enumerate", [iterable, *_]:
                return under(under(item(iterable, ANY), "[1]"), ANY)
            case "zip", _:
                columns = [under(item(arg, ANY), f"[{i}]") for i, arg in enumerate(args)]
                return under(join(*columns), ANY) if columns else ()
            case "map", [made, iterable, *_]:
                return under(made, ANY) if _is_followed(made) else iterable
            case "min" | "max", _:
                return join(*(join(arg, item(arg, ANY)) for arg in args)) if args else ()
            case "int" | "float" | "Decimal", _:
                return first
            case _:
                return None

    def _without_dumps(self, value: Value) -> Value:
        """Going through a mapping yields its keys; those of a dumped object are field names."""
        return tuple(part for part in value if not self._is_dump(part))

    def _is_dump(self, part: ValuePart) -> bool:
        kind, _, number = part.path.root.partition(":")
        if kind != "call" or part.path.keys or not number.isdigit():
            return False
        made = next((call for call in self._calls if call.id == int(number)), None)
        return made is not None and made.callee.keys[-1:] in _DUMPED

    def _method_call(self, node: ast.Call, func: ast.Attribute) -> Value:
        base = self._value(func.value)
        args, keywords = self._arguments(node)
        name = func.attr
        known = self._known_method(node, func, name, base, args, keywords)
        if known is not None:
            return known
        callee = self._env.get(_plain(func)) or attribute(base, name)
        if not callee:
            callee = one("local:?", f".{name}")
        if name == "exception" and self._caught:
            # `logger.exception` shows the text of what was caught.
            keywords.append(("exception", self._caught[-1]))
        result = self._record(node, callee, args, keywords)
        if name in ("get", "pop", "setdefault") and args and _const(args[0]):
            key = f"[{_const(args[0])}]"
            if name == "pop" and isinstance(func.value, ast.Name) and func.value.id in self._env:
                self._env[func.value.id] = without(self._env[func.value.id], key)
            if name == "setdefault" and isinstance(func.value, ast.Name) and _is_container(base):
                self._env[func.value.id] = join(base, *(under(arg, key) for arg in args[1:]))
            return join(item(base, key), *args[1:], result)
        if name in ("values", "items") and not args:
            return join(_items(base, name), result)
        return result

    def _known_method(  # noqa: PLR0913 (the pieces of one call)
        self,
        node: ast.Call,
        func: ast.Attribute,
        name: str,
        base: Value,
        args: list[Value],
        keywords: list[tuple[str, Value]],
    ) -> Value | None:
        """Methods of the language's own strings and containers, whose meaning is fixed."""
        if name == "format" and (args or keywords):
            values = [*args, *(value for _, value in keywords)]
            return join(_constants(base), *(as_text(value) for value in values))
        if name == "join" and len(args) == 1 and not keywords:
            return as_text(self._without_dumps(args[0]))
        if name in _TEST_METHODS:
            return ()
        if name in _TEXT_METHODS and not keywords and base and not _looks_module(base):
            return base
        if name in _SPLIT_METHODS and base and not _looks_module(base):
            return under(base, ANY)
        if name in _FILLING_METHODS and isinstance(func.value, ast.Name):
            return self._filled(func.value.id, name, args, keywords, node.lineno)
        return None

    def _filled(
        self,
        variable: str,
        method: str,
        args: list[Value],
        keywords: list[tuple[str, Value]],
        line: int,
    ) -> Value | None:
        """`rows.append(x)`, `mail.set_content(x)`: the local object holds the arguments from now.

        Of a list made here nothing else is to be told; any other object's call is a fact as well.
        """
        local = self._env.get(variable)
        if local is None:
            return None
        is_own = _is_container(local) and method in _ADDING_METHODS
        if is_own or all(part.at or part.path.root.startswith("call:") for part in local):
            added = self._added(method, args, keywords, line)
            self._env[variable] = join(local, *added)
            buffer = self._fed.get(variable, "")
            if buffer in self._env:
                self._env[buffer] = join(self._env[buffer], *added)
        return () if is_own else None

    def _added(
        self, name: str, args: list[Value], keywords: list[tuple[str, Value]], line: int
    ) -> list[Value]:
        if name in ("update", "extend"):
            values = [*args, *(under(v, f"[{k}]") if k != "**" else v for k, v in keywords)]
        else:
            values = [under(arg, ANY) for arg in args]
            values += [under(value, f"[{key}]") for key, value in keywords if key != "**"]
        return [through(value, line) for value in values]

    def _record(
        self,
        node: ast.Call,
        callee: Value,
        args: list[Value],
        keywords: list[tuple[str, Value]],
    ) -> Value:
        path = next((part.path for part in callee if not part.at), AccessPath("local:?"))
        place = (node.lineno, node.col_offset)
        key = (node.end_lineno or node.lineno, node.end_col_offset or 0)
        identity = self._call_ids.get((hash(place), hash(key)))
        fact = CallFact(
            id=len(self._calls) if identity is None else identity,
            callee=path,
            args=tuple(args),
            keywords=tuple(keywords),
            line=node.lineno,
            column=node.col_offset + 1,
            end_line=node.end_lineno or node.lineno,
            guards=tuple(dict.fromkeys(self._guards))[:MAX_GUARDS],
        )
        if identity is not None:
            # A loop's second round or a condition read twice: join what the arguments may hold.
            self._calls[identity] = _joined_call(self._calls[identity], fact)
        elif len(self._calls) < MAX_CALLS:
            self._call_ids[hash(place), hash(key)] = fact.id
            self._calls.append(fact)
        else:
            self._truncated = True
            return ()
        return one(f"call:{fact.id}")


def _empty_if(test: ast.expr, *, outcome: bool) -> list[str]:
    """Names that hold None or nothing where a condition came out as told."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _empty_if(operand, outcome=not outcome)
        case ast.BoolOp(op=ast.And(), values=values) if outcome:
            return [name for value in values for name in _empty_if(value, outcome=True)]
        case ast.BoolOp(op=ast.Or(), values=values) if not outcome:
            return [name for value in values for name in _empty_if(value, outcome=False)]
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=None | "")]):
            is_equal = isinstance(op, (ast.Is, ast.Eq))
            fits = is_equal if outcome else isinstance(op, (ast.IsNot, ast.NotEq))
            return [_plain(left)] if fits and _plain(left) else []
        case ast.Name() | ast.Attribute() if not outcome:
            return [_plain(test)] if _plain(test) else []
        case _:
            return []


def _data(value: Value) -> Value:
    """A value without literals: inside a mapping they tell nothing that is asked for."""
    return tuple(part for part in value if not part.path.root.startswith("const:"))


def _is_followed(value: Value) -> bool:
    return any(not part.path.root.startswith(("name:", "const:")) for part in value)


_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _joined_call(old: CallFact, new: CallFact) -> CallFact:
    if old.args == new.args and old.keywords == new.keywords:
        return old
    return CallFact(
        id=old.id,
        callee=old.callee,
        args=tuple(join(a, b) for a, b in zip(old.args, new.args, strict=True)),
        keywords=tuple(
            (name, join(a, b)) for (name, a), (_, b) in zip(old.keywords, new.keywords, strict=True)
        ),
        line=old.line,
        column=old.column,
        end_line=old.end_line,
        guards=old.guards,
    )


def _merged(left: _Env, right: _Env) -> _Env:
    if left is right:
        return left
    merged = dict(left)
    for name, value in right.items():
        other = merged.get(name)
        if other is None or other is value:
            merged[name] = value
        elif other != value:
            merged[name] = join(other, value)
    return merged


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether control never falls out of the end of a block."""
    if not body:
        return False
    return isinstance(body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))


def _plain(node: ast.expr) -> str:
    """`self.x.y` as text for names and attributes; empty for anything with a call or index."""
    parts: list[str] = []
    current = node
    while isinstance(current, ast.Attribute):
        parts.append(current.attr)
        current = current.value
    if not isinstance(current, ast.Name):
        return ""
    parts.append(current.id)
    return ".".join(reversed(parts))


def _outer(value: Value) -> Value:
    """A value of the enclosing function as a nested one sees it."""
    return tuple(
        part
        if part.path.root.startswith(("name:", "const:"))
        else type(part)(
            AccessPath(f"outer:{part.path.root}", part.path.keys),
            part.at,
            part.text,
            part.lines,
            part.name,
        )
        for part in value
    )


def _const(value: Value) -> str:
    if len(value) == 1 and value[0].path.root.startswith("const:") and not value[0].at:
        return value[0].path.root[6:]
    return ""


def _constants(value: Value) -> Value:
    return tuple(part for part in value if part.path.root.startswith("const:"))


def _items(value: Value, name: str) -> Value:
    element = item(value, ANY)
    return under(under(element, "[1]") if name == "items" else element, ANY)


def _is_container(value: Value) -> bool:
    """Whether a local holds a list, set or dict made here rather than an unknown object."""
    return all(part.at or part.path.root.startswith("const:") for part in value)


def _looks_module(value: Value) -> bool:
    """`copy.copy(x)` and `shutil.copy` are calls of a module, not of a string."""
    return any(part.path.root.startswith("name:") and not part.path.keys for part in value)


def _is_last_digits(node: ast.Slice) -> bool:
    """`iban[-4:]`: what is left to recognise an account or card by; four digits at most."""
    match node:
        case ast.Slice(
            lower=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(n))), upper=None
        ):
            return n <= _SHOWN_DIGITS
        case _:
            return False
