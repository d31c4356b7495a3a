"""Calls: the language's own functions and methods have their meaning here, others are facts."""

from __future__ import annotations

import ast
import re
from string import Formatter

from data_etiquette.frontends.python.evaluation.core import (
    MAX_KEPT,
    MAX_KEYS_OF_VARIABLE,
    Evaluation,
)
from data_etiquette.frontends.python.evaluation.helpers import (
    given_back,
    got,
    is_every,
    spelled,
)
from data_etiquette.frontends.python.evaluation.values import (
    const,
    constants,
    data,
    is_container,
    is_followed,
    items,
    looks_module,
    plain,
)
from data_etiquette.frontends.python.names import Names
from data_etiquette.model.facts import (
    StoreFact,
    Value,
    ValuePart,
)
from data_etiquette.model.value import (
    ANY,
    ANY_ATTRIBUTE,
    as_text,
    attribute,
    item,
    join,
    one,
    through,
    under,
    without,
)

_FORMAT_KEYS = re.compile(r"^\w+|\.\w+|\[[^\]]*\]")
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
_GROWING_METHODS = frozenset({"append", "appendleft", "extend", "insert", "update"})
_FILLING_METHODS = _ADDING_METHODS | frozenset(
    {"set_content", "add_alternative", "attach", "attach_alternative", "add_attachment"}
    | {"set_payload", "add_header", "add_related", "write", "writelines", "writerow", "writerows"}
    | {"writestr", "writeheader", "put", "put_nowait", "push", "add_paragraph", "add_heading"}
    | {"add_row", "append_row", "drawString", "set_body", "set_subject", "set_html", "add_field"}
)  # fmt: skip
"""Methods that put their arguments into an object: a mail, a buffer, a sheet, a queue made here."""
_GIVING_METHODS = frozenset(
    {"as_string", "as_bytes", "getvalue", "getbuffer", "read", "readlines", "to_string"}
    | {"serialize", "to_ical", "prettify", "tostring", "flatten"}
)
"""Methods that give back all that was put into an object."""
_TAKING_METHODS = frozenset({"pop", "popleft", "popitem", "get", "get_nowait"})
"""Methods that, without arguments, give one of the elements that were put into an object."""
_DUMPED = ((".model_dump",), (".dict",), (".to_dict",), (".as_dict",))
_GROUPBY = one("name:itertools.groupby")


FED_BY = frozenset(
    {"writer", "DictWriter", "ZipFile", "TextIOWrapper", "GzipFile", "ExcelWriter", "Workbook"}
    | {"Canvas", "SimpleDocTemplate", "BytesGenerator", "Generator", "XMLGenerator", "SubElement"}
)
"""What is made around a buffer and passes on to it what it is given."""
CHILDREN = frozenset(
    {"add", "add_child", "add_node", "add_element", "add_paragraph", "add_run", "add_heading"}
    | {"add_table", "add_row", "add_sheet", "add_worksheet", "create_sheet", "add_tag", "add_cell"}
)
"""Methods that make a part of an object and give it back: what is put into it is in the whole."""
_PARTS_OF_URLS = frozenset({"query", "args", "params", "fragment"})


class Calls(Evaluation):
    """What a call gives."""

    def __init__(self, names: Names, qualname: str, owner: str = "") -> None:
        super().__init__(names, qualname, owner)
        self._expressions[ast.Call] = self._call

    def _call(self, node: ast.Call) -> Value:
        if isinstance(node.func, ast.Attribute):
            return self._method_call(node, node.func)
        args, keywords = self._arguments(node)
        if isinstance(node.func, ast.Name) and node.func.id not in self._env:
            if node.func.id == "map" and len(args) > 1:
                args[0] = self._mapped(node.args[0], args[0], args[1], node)
            if node.func.id == "setattr" and len(args) > len(("object", "name")):
                self._set_attribute(node, args)
            builtin = self._builtin(node.func.id, args, keywords)
            if builtin is not None:
                return builtin
        callee = self._value(node.func)
        taken = self._taken(callee, args)
        if taken is not None:
            return taken
        if callee == _GROUPBY and len(node.args) > 1:
            return self._grouped(node, args)
        return self._recorded(node, callee, "", args, keywords)

    def _recorded(
        self,
        node: ast.Call,
        callee: Value,
        method: str,
        args: list[Value],
        keywords: list[tuple[str, Value]],
    ) -> Value:
        """Note a call; its result, or what it gives back of its arguments."""
        result = self._record(node, callee, args, keywords)
        rest = [value for name, value in keywords if name == "*"]
        given = given_back(spelled(callee), method, args, rest)
        return result if given is None else given

    def _taken(self, callee: Value, args: list[Value]) -> Value | None:
        """What `attrgetter(…)`, called or held by a variable, takes out of its argument."""
        for part in callee[:1] if args else ():
            kind, _, number = part.path.root.partition(":")
            if kind == "call" and not part.path.keys and int(number) < len(self._calls):
                return got(self._calls[int(number)], args[0])
        return None

    def _set_attribute(self, node: ast.Call, args: list[Value]) -> None:
        """`setattr(user, name, value)`, where the name is one of some literals."""
        names = [part.path.root[6:] for part in constants(args[1]) if not part.at]
        for name in names[:MAX_KEYS_OF_VARIABLE]:
            if name.isidentifier():
                self._store(node.args[0], f".{name}", args[2], node.lineno)

    def _grouped(self, node: ast.Call, args: list[Value]) -> Value:
        """`groupby(rows, key)`: pairs of what the function gives for rows, and those rows."""
        name = self._mapped(node.args[1], args[1], args[0], node)
        return under(join(under(name, "[0]"), under(args[0], "[1]")), ANY)

    def _mapped(self, mapper: ast.expr, value: Value, iterable: Value, node: ast.Call) -> Value:
        """What a function gives for each element of an iterable."""
        element = item(iterable, ANY)
        if not isinstance(mapper, ast.Lambda):
            taken = self._taken(value, [element])
            if taken is not None:
                return taken
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
                names = [part.path.root[6:] for part in constants(attr)]
                found = [attribute(owner, text) for text in names if text.isidentifier()]
                unknown = "given" if self._is_given(owner, attr) else ANY_ATTRIBUTE[1:]
                if is_every(attr, self._calls):
                    unknown = "__dict__"
                return join(*(found or [attribute(owner, unknown)]), *default)
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
                return under(made, ANY) if is_followed(made) else iterable
            case "min" | "max", _:
                return join(*(join(arg, item(arg, ANY)) for arg in args)) if args else ()
            case "int" | "float" | "Decimal", _:
                return first
            case _:
                return None

    def _is_given(self, owner: Value, names: Value) -> bool:
        """Whether a caller gives the names of attributes: then they are some, not all."""
        own = {part.path.root for part in owner}
        roots = []
        for part in names:
            root = part.path.root
            if root.startswith("call:") and int(root[5:]) < len(self._calls):
                root = self._calls[int(root[5:])].callee.root
            roots.append(root)
        return any(root.startswith("param:") and root not in own for root in roots)

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
        callee = self._env.get(plain(func)) or attribute(base, name)
        if not callee:
            callee = one("local:?", f".{name}")
        if callee == one("name:itertools", ".groupby") and len(node.args) > 1:
            return self._grouped(node, args)
        if name == "exception" and self._caught:
            # `logger.exception` shows the text of what was caught.
            keywords.append(("exception", self._caught[-1]))
        taken = self._taken(callee, args)
        if taken is not None:
            return taken
        result = self._recorded(node, callee, name, args, keywords)
        if name in ("get", "pop", "setdefault") and args and const(args[0]):
            key = f"[{const(args[0])}]"
            if name == "pop" and isinstance(func.value, ast.Name) and func.value.id in self._env:
                self._env[func.value.id] = without(self._env[func.value.id], key)
            if name == "setdefault" and isinstance(func.value, ast.Name) and is_container(base):
                self._env[func.value.id] = join(base, *(under(arg, key) for arg in args[1:]))
            return join(item(base, key), *args[1:], result)
        if name == "get" and args and (brought := self._brought(base, args[0])):
            return join(brought, *args[1:], result)
        if name == "get" and args:  # of a mapping made here, one of its values
            return join(item(tuple(p for p in base if p.at), ANY), *args[1:], result)
        if name == "iterrows" and not args:  # of a data frame: pairs of a label and a row
            return under(under(item(base, ANY), "[1]"), ANY)
        if name == "itertuples":
            return base
        if name in _TAKING_METHODS and not args:
            return join(result, item(tuple(part for part in base if part.at), ANY))
        if name in ("values", "items") and not args:
            return join(items(base, name), result)
        if name in _GIVING_METHODS:
            return join(result, tuple(part for part in base if part.at))
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
        if name == "value_from_object" and len(args) == 1:
            return attribute(args[0], "__dict__")  # of one of a Django model's fields
        if name == "format_map" and len(args) == 1:
            return join(constants(base), as_text(args[0]))
        if name in _GROWING_METHODS and _is_own_attribute(func.value):
            self._grow(func.value, name, args, node.lineno)
        if isinstance(func.value, ast.Name) and func.value.id == "self":
            return None  # a method of this class
        if name == "format" and (args or keywords):
            values = _formatted(base, args, dict(keywords))
            return join(constants(base), *(as_text(value) for value in values))
        if name == "join" and len(args) == 1 and not keywords and _are_texts(base, args[0]):
            return as_text(self._without_dumps(args[0]))
        if name in _TEST_METHODS:
            return ()
        if name in _TEXT_METHODS and not keywords and base and not looks_module(base):
            return join(base, as_text(args[1])) if name == "replace" and len(args) > 1 else base
        if name in _SPLIT_METHODS and base and not looks_module(base):
            # What stands behind the sign of an address is a company's or a provider's domain.
            return under(base, "[0]" if args and const(args[0]) == "@" else ANY)
        if name in _FILLING_METHODS:
            variable = _filled_variable(func.value)
            if variable:
                return self._filled(variable, name, args, keywords, node.lineno)
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
        is_own = is_container(local) and method in _ADDING_METHODS
        is_given = method == "update" and all(_is_parameter(part) for part in local)
        if (
            is_own
            or is_given
            or all(part.at or part.path.root.startswith("call:") for part in local)
        ):
            added = self._added(method, args, keywords, line)
            self._env[variable] = join(local, *added)
            self._kept_by(args)
            buffer = self._fed.get(variable, "")
            if buffer in self._env:
                self._env[buffer] = join(self._env[buffer], *added)
        return () if is_own else None

    def _grow(self, owner: ast.expr, method: str, args: list[Value], line: int) -> None:
        """`self.parts.append(x)`: for the object's other methods the attribute holds it."""
        held = args[-1:] if method in ("extend", "update") else [under(a, ANY) for a in args[-1:]]
        for value in held:
            if data(value):
                for part in self._value(owner)[:1]:
                    self._stores.append(StoreFact(part.path, data(value), line))

    def _kept_by(self, args: list[Value]) -> None:
        """`rows.append(x)` below a condition: the list holds those alone that passed it."""
        for value in args if self._facing else ():
            for part in value:
                if part.path.keys and len(self._kept) < MAX_KEPT:
                    self._kept[part.path] = tuple(dict.fromkeys(self._facing))

    def _added(
        self, name: str, args: list[Value], keywords: list[tuple[str, Value]], line: int
    ) -> list[Value]:
        if name in ("update", "extend"):
            values = [*args, *(under(v, f"[{k}]") if k != "**" else v for k, v in keywords)]
        else:
            values = [under(arg, ANY) for arg in args]
            values += [under(value, f"[{key}]") for key, value in keywords if key != "**"]
        return [through(value, line) for value in values]


def _formatted(base: Value, args: list[Value], keywords: dict[str, Value]) -> list[Value]:
    """What `base.format(…)` shows: all it is given, or the attributes and keys that it names."""
    values = {**{str(number): value for number, value in enumerate(args)}, **keywords}
    try:
        names = [field for _, field, _, _ in Formatter().parse(const(base)) if field]
    except ValueError:
        names = []
    if not any("." in name or "[" in name for name in names):
        return list(values.values())
    return [_looked_up(name, values) for name in names]


def _looked_up(name: str, values: dict[str, Value]) -> Value:
    """`0.owner[email]` of a format's text."""
    first, *rest = _FORMAT_KEYS.findall(name) or [""]
    value = values.get(first, ())
    for key in rest:
        value = attribute(value, key[1:]) if key[0] == "." else item(value, key)
    return value


def _filled_variable(node: ast.expr) -> str:
    """The variable that is filled by what is put into it, its parts, or a writer made around it."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=name), attr=part) if part in _PARTS_OF_URLS:
            return name
        case ast.Subscript(value=ast.Name(id=name)):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="setdefault")):
            return name
        case ast.Call(func=func, args=[ast.Name(id=name), *_]):
            return name if plain(func).rpartition(".")[2] in FED_BY else ""
        case _:
            return ""


def _is_parameter(part: ValuePart) -> bool:
    """Whether a part is what a parameter brought, or was put into that since."""
    return bool(part.at) or (part.path.root.startswith("param:") and not part.path.keys)


def _is_own_attribute(node: ast.expr) -> bool:
    """`self.parts`."""
    match node:
        case ast.Attribute(value=ast.Name(id="self")):
            return True
        case _:
            return False


def _are_texts(base: Value, given: Value) -> bool:
    """Whether `base.join(given)` puts texts together, and joins no tables: `query.join(Order)`."""
    if any(part.path.root.startswith("const:") for part in base):
        return True
    return not given or any(part.at or not part.path.root.startswith("name:") for part in given)
