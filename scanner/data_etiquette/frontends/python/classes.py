"""Classes and their fields as facts: every class is read, the linker decides which are entities."""

from __future__ import annotations

import ast
from dataclasses import replace

from data_etiquette.frontends.python.comments import field_comment
from data_etiquette.frontends.python.names import Names, statements
from data_etiquette.frontends.python.render import annotation_text, dotted, literal_text, render
from data_etiquette.frontends.redact import redact
from data_etiquette.model.facts import ClassFact, FieldFact

_DOC_OPTIONS = ("help_text", "verbose_name", "label", "description", "title", "doc", "comment")
_INNER_OPTIONS = ("Meta", "Config", "Settings")
_FUNCTIONAL = {"namedtuple", "TypedDict", "NamedTuple", "Table", "make_dataclass", "create_model"}
_LISTED = ("fields", "exclude", "read_only_fields", "extra_fields", "interfaces")
_MAX_FIELDS = 2000
_CLASS_OPTIONS = frozenset(
    {"__tablename__", "__table__", "__abstract__", "model_config", "__metadata__"}
    | {"_name", "_inherit", "_table", "__name__"}
)
"""Class attributes that say how a class is kept, and under which name a registry knows it."""
_GENERIC = "typing.Generic"
_TABLE_NAME = "__tablename__"


class ClassReader:
    """Reads the classes of one module."""

    def __init__(self, names: Names, lines: list[str]) -> None:
        self._names = names
        self._lines = lines

    def read(self, node: ast.ClassDef, outer: str = "") -> list[ClassFact]:
        """The class and the classes inside it, except option holders such as Meta."""
        qualname = f"{outer}.{node.name}" if outer else node.name
        fields: list[FieldFact] = []
        options = [(key.arg, render(key.value, self._names)) for key in node.keywords if key.arg]
        inner: list[ClassFact] = []
        methods: list[str] = []
        body = flat(node.body)
        for index, statement in enumerate(body):
            following = body[index + 1] if index + 1 < len(body) else None
            match statement:
                case ast.AnnAssign(target=ast.Name()) | ast.Assign(targets=[ast.Name(), *_]):
                    fields.append(self._field(statement, following))
                    options += self._class_option(statement)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    methods.append(statement.name)
                    if statement.name == _TABLE_NAME:
                        options += self._computed_option(statement)
                    else:
                        fields += self._from_method(statement)
                case ast.ClassDef(name=name) if name in _INNER_OPTIONS:
                    options += self._inner_options(statement)
                    fields += self._listed_fields(statement)
                case ast.ClassDef():
                    inner += self.read(statement, qualname)
                case _:
                    pass
        own = _own_parameters(node)
        fact = ClassFact(
            name=node.name,
            qualname=qualname,
            line=node.lineno,
            end_line=node.end_lineno or node.lineno,
            bases=tuple(filter(None, (*(self._base(base) for base in node.bases), *own[:1]))),
            decorators=tuple(render(item, self._names, 3) for item in node.decorator_list),
            doc=redact((ast.get_docstring(node) or "").split("\n\n", 1)[0]),
            meta=tuple(options),
            fields=tuple(_deduplicated(fields))[:_MAX_FIELDS],
            methods=tuple(methods),
            arguments=tuple(
                (self._base(base), self._arguments(base.slice))
                for base in node.bases
                if isinstance(base, ast.Subscript)
            )
            + (((_GENERIC, own[1:]),) if own else ()),
        )
        return [fact, *inner]

    def read_functional(self, node: ast.Assign | ast.AnnAssign) -> ClassFact | None:
        """`Point = namedtuple("Point", "x y")`, `users = Table("users", metadata, Column(…))`."""
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if not (isinstance(node.value, ast.Call) and isinstance(target, ast.Name)):
            return None
        callee = dotted(node.value.func, self._names)
        if callee.rsplit(".", 1)[-1] not in _FUNCTIONAL:
            return None
        return self._functional(target.id, target.id, node, node.value)

    def read_table(self, node: ast.stmt, outer: str = "") -> list[ClassFact]:
        """`Table("users", metadata, Column(…))` that no module keeps, by the table's name."""
        if not isinstance(node, ast.Expr | ast.Assign) or not isinstance(node.value, ast.Call):
            return []
        match node.value:
            case ast.Call(
                func=ast.Name(id="Table") | ast.Attribute(attr="Table"),
                args=[ast.Constant(value=str() as name), _, *_],
            ):
                qualname = f"{outer}.{name}" if outer else name
                return [self._functional(name, qualname, node, node.value)]
            case _:
                return []

    def _functional(self, name: str, qualname: str, node: ast.stmt, value: ast.Call) -> ClassFact:
        callee = dotted(value.func, self._names)
        fields = [item for arg in value.args[1:] for item in self._functional_fields(arg)]
        fields += [
            self._from_call(keyword.arg, keyword.value, keyword.value)
            for keyword in value.keywords
            if keyword.arg and callee.endswith("create_model") and not keyword.arg.startswith("_")
        ]
        meta = [("__tablename__", literal_text(value.args[0]))] if value.args else []
        return ClassFact(
            name=name,
            qualname=qualname,
            line=node.lineno,
            end_line=node.end_lineno or node.lineno,
            bases=(callee,),
            meta=tuple(meta),
            fields=tuple(fields),
        )

    def _functional_fields(self, node: ast.expr) -> list[FieldFact]:
        match node:
            case ast.Call(args=[ast.Constant(value=str() as name), *rest]) if dotted(
                node.func, self._names
            ).endswith("Column"):
                fact = self._from_call(name, node, node)
                return [
                    FieldFact(
                        name=fact.name,
                        line=fact.line,
                        column=fact.column,
                        end_line=fact.end_line,
                        call=fact.call,
                        args=tuple(render(arg, self._names) for arg in rest),
                        options=fact.options,
                        doc=fact.doc,
                        comment=fact.comment,
                        origin="column",
                    )
                ]
            case ast.Constant(value=str() as text) if " " in text or "," in text:
                return [
                    FieldFact(name=name, line=node.lineno, column=node.col_offset + 1, origin="key")
                    for name in text.replace(",", " ").split()
                ]
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return [fact for item in items for fact in self._functional_item(item)]
            case ast.Dict(keys=keys, values=values):
                return [
                    FieldFact(
                        name=key.value,
                        line=key.lineno,
                        column=key.col_offset + 1,
                        annotation=annotation_text(value, self._names),
                        origin="key",
                    )
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                ]
            case _:
                return []

    def _functional_item(self, node: ast.expr) -> list[FieldFact]:
        match node:
            case ast.Constant(value=str() as name) if name.isidentifier():
                return [FieldFact(name=name, line=node.lineno, column=node.col_offset + 1)]
            case ast.Tuple(elts=[ast.Constant(value=str() as name), kind, *_]):
                annotation = annotation_text(kind, self._names)
                return [
                    FieldFact(
                        name=name,
                        line=node.lineno,
                        column=node.col_offset + 1,
                        annotation=annotation,
                        origin="key",
                    )
                ]
            case _:
                return []

    def _base(self, node: ast.expr) -> str:
        if isinstance(node, ast.Subscript):
            return dotted(node.value, self._names)
        if isinstance(node, ast.Call):
            return dotted(node.func, self._names)
        return dotted(node, self._names)

    def _arguments(self, node: ast.expr) -> tuple[str, ...]:
        """`Account` and `Key` of `Repository[Account, Key]`."""
        items = node.elts if isinstance(node, ast.Tuple) else [node]
        return tuple(annotation_text(item, self._names) for item in items)

    def _field(self, node: ast.AnnAssign | ast.Assign, following: ast.stmt | None) -> FieldFact:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        annotation = node.annotation if isinstance(node, ast.AnnAssign) else None
        name = target.id if isinstance(target, ast.Name) else ""
        return self._from_call(
            name,
            node.value,
            node,
            annotation=annotation,
            doc=_attribute_docstring(following),
            origin="annotated" if annotation is not None else "assigned",
        )

    def _from_call(  # noqa: PLR0913 (one place makes field facts; its inputs are what differs)
        self,
        name: str,
        value: ast.expr | None,
        place: ast.stmt | ast.expr,
        *,
        annotation: ast.expr | None = None,
        doc: str = "",
        origin: str = "assigned",
    ) -> FieldFact:
        end = place.end_lineno or place.lineno
        call = ""
        args: tuple[str, ...] = ()
        options: tuple[tuple[str, str], ...] = ()
        call_node = _field_call(value)
        if call_node is not None:
            call = dotted(call_node.func, self._names)
            args = tuple(render(arg, self._names) for arg in call_node.args[:6])
            options = tuple(
                (keyword.arg, render(keyword.value, self._names, 3))
                for keyword in call_node.keywords
                if keyword.arg
            )
            doc = " ".join(filter(None, [doc, _doc_option(call_node)]))
        elif value is not None:
            options = (("=", render(value, self._names, 3)),)
        return FieldFact(
            name=name,
            line=place.lineno,
            column=place.col_offset + 1,
            end_line=end,
            annotation=annotation_text(annotation, self._names),
            call=call,
            args=args,
            options=options,
            column_name=_column_name(call_node),
            doc=redact(doc),
            comment=field_comment(self._lines, place.lineno, end),
            origin=origin,
        )

    def _from_method(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[FieldFact]:
        """Attributes that `__init__` sets, properties, and GraphQL resolvers' typed methods."""
        if node.name in ("__init__", "__attrs_post_init__", "setUp"):
            return self._self_attributes(node)
        for decorator in node.decorator_list:
            last = dotted(
                decorator.func if isinstance(decorator, ast.Call) else decorator, self._names
            ).rsplit(".", 1)[-1]
            if last == "declared_attr":
                made = next((s.value for s in node.body if isinstance(s, ast.Return)), None)
                return [
                    replace(
                        self._from_call(node.name, made, node, annotation=node.returns),
                        end_line=node.lineno,
                    )
                ]
            if last in (
                "property",
                "cached_property",
                "hybrid_property",
                "computed_field",
                "field",
            ):
                return [
                    FieldFact(
                        name=node.name,
                        line=node.lineno,
                        column=node.col_offset + 1,
                        end_line=node.lineno,
                        annotation=annotation_text(node.returns, self._names),
                        call=last,
                        origin="property",
                    )
                ]
        return []

    def _self_attributes(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[FieldFact]:
        owner = node.args.args[0].arg if node.args.args else "self"
        annotations = {arg.arg: arg.annotation for arg in _all_args(node.args)}
        found = []
        for statement in statements(node):
            match statement:
                case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=base), attr=name)]) | (
                    ast.AnnAssign(target=ast.Attribute(value=ast.Name(id=base), attr=name))
                ) if base == owner:
                    annotation = getattr(statement, "annotation", None)
                    value = statement.value
                    if annotation is None and isinstance(value, ast.Name):
                        annotation = annotations.get(value.id)
                    found.append(
                        self._from_call(
                            name, value, statement, annotation=annotation, origin="self"
                        )
                    )
                case _:
                    pass
        return found

    def _class_option(self, node: ast.AnnAssign | ast.Assign) -> list[tuple[str, str]]:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        name = target.id if isinstance(target, ast.Name) else ""
        if name in _CLASS_OPTIONS:
            text = literal_text(node.value) if isinstance(node.value, ast.Constant) else ""
            return [(name, text or render(node.value, self._names))]
        return []

    def _computed_option(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> list[tuple[str, str]]:
        """`@declared_attr def __tablename__(cls): return cls.__name__.lower()`."""
        made = next((s.value for s in node.body if isinstance(s, ast.Return)), None)
        if made is None:
            return []
        text = literal_text(made) if isinstance(made, ast.Constant) else ""
        return [(node.name, text or render(made, self._names))]

    def _inner_options(self, node: ast.ClassDef) -> list[tuple[str, str]]:
        """Every option of Meta or Config, including those that its bases name."""
        options = [("Meta.bases", dotted(base, self._names)) for base in node.bases]
        for statement in node.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                text = literal_text(statement.value) or render(statement.value, self._names)
                options.append((statement.targets[0].id, text))
        return options

    def _listed_fields(self, node: ast.ClassDef) -> list[FieldFact]:
        """Names in `Meta.fields`, each at the line of its own literal."""
        beside: dict[str, ast.expr] = {}
        for statement in node.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id="fields" | "only_fields")], value=value):
                    return [
                        FieldFact(
                            name=str(item.value),
                            line=item.lineno,
                            column=item.col_offset + 1,
                            end_line=item.end_lineno or item.lineno,
                            origin="meta",
                        )
                        for item in _string_items(value, beside)
                    ]
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    beside[name] = value
                case _:
                    pass
        return []


def _string_items(node: ast.expr, beside: dict[str, ast.expr]) -> list[ast.Constant]:
    """Literals of a list, also of one that is named `beside` it: `fields = public + ("phone",)`."""
    match node:
        case ast.Name(id=name) if name in beside:
            return _string_items(beside[name], {})
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return [
                item
                for item in items
                if isinstance(item, ast.Constant) and isinstance(item.value, str)
            ]
        case ast.BinOp(left=left, right=right):
            return _string_items(left, beside) + _string_items(right, beside)
        case ast.Dict(keys=keys):
            return [
                key for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
            ]
        case _:
            return []


def _all_args(arguments: ast.arguments) -> list[ast.arg]:
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _field_call(value: ast.expr | None) -> ast.Call | None:
    """The call that makes a field; a wrapper around one (`encrypt(CharField())`) is kept."""
    return value if isinstance(value, ast.Call) else None


def _doc_option(node: ast.Call) -> str:
    texts = [literal_text(key.value) for key in node.keywords if key.arg in _DOC_OPTIONS]
    if node.args:
        texts.append(literal_text(node.args[0]))
    return " ".join(filter(None, texts))


def _column_name(node: ast.Call | None) -> str:
    if node is None:
        return ""
    for keyword in node.keywords:
        if keyword.arg in ("db_column", "column_name", "alias", "data_key", "source_field"):
            return literal_text(keyword.value)
    func = node.func
    last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if last in ("Column", "mapped_column") and node.args:
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first.value
    return ""


def _attribute_docstring(node: ast.stmt | None) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str() as text)):
            return text
        case _:
            return ""


def _deduplicated(fields: list[FieldFact]) -> list[FieldFact]:
    """First declaration of a name wins; `self.x` and Meta lists never replace a class attribute."""
    seen: dict[tuple[str, bool], FieldFact] = {}
    for item in fields:
        seen.setdefault((item.name, item.origin == "meta"), item)
    return list(seen.values())


def flat(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements with those of `if`, `try` and `with` blocks drawn up."""
    drawn: list[ast.stmt] = []
    for node in body:
        match node:
            case ast.If():
                drawn += flat(node.body) + flat(node.orelse)
            case ast.Try():
                drawn += flat(node.body) + flat(node.orelse) + flat(node.finalbody)
                for handler in node.handlers:
                    drawn += flat(handler.body)
            case ast.With():
                drawn += flat(node.body)
                drawn.append(node)
            case _:
                drawn.append(node)
    return drawn


def _own_parameters(node: ast.ClassDef) -> tuple[str, ...]:
    """`class Repository[Row, Key]:`: what older Python writes as a base, and its parameters."""
    names = [str(item.name) for item in getattr(node, "type_params", ())]
    return (_GENERIC, *names) if names else ()
