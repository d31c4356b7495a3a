"""OpenAPI and Swagger documents: operations, their parameters, and the fields of schemas."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.tree import Tree
from data_etiquette.model.facts import FieldFact, OperationFact, SchemaFact

_METHODS = frozenset({"get", "put", "post", "delete", "patch", "options", "head", "trace"})
_MAX_DEPTH = 6


def read_operations(tree: Tree) -> Iterator[OperationFact]:
    """Every method of every path."""
    general = _secured(tree)
    for path, item in tree.get("paths").mapping():
        shared = list(_params(tree, item))
        for method, operation in item.mapping():
            if method.lower() not in _METHODS:
                continue
            body = operation.get("requestBody")
            params = [*shared, *_params(tree, operation)]
            params += [("body", name) for name in _inline_names(body)]
            yield OperationFact(
                path=redact(path),
                method=method.lower(),
                line=operation.line,
                name=operation.get("operationId").text[:120],
                params=tuple(dict.fromkeys(params)),
                takes=tuple(sorted(set(_schemas(body)) | set(_bodies(operation)))),
                gives=tuple(sorted(set(_schemas(operation.get("responses"))))),
                secured=_secured(operation) or general,
            )


def read_schemas(tree: Tree) -> Iterator[SchemaFact]:
    """Named schemas of `components` or `definitions`."""
    for place in (tree.get("components", "schemas"), tree.get("definitions")):
        for name, schema in place.mapping():
            yield SchemaFact(name[:120], schema.line, tuple(_fields(schema, 0)))


def _secured(place: Tree) -> str:
    security = place.get("security")
    if security.kind != "sequence":
        return ""
    names = sorted({name for member in security.values() for name, _ in member.mapping()})
    is_open = not names or any(not member.items for member in security.values())
    return "none" if is_open else " ".join(names)


def _params(tree: Tree, place: Tree) -> Iterator[tuple[str, str]]:
    for param in place.get("parameters").values():
        reference = param.get("$ref").text.removeprefix("#/")
        known = tree.get(*reference.split("/")) if reference else param
        if known.get("in").text and known.get("name").text:
            yield known.get("in").text[:20], known.get("name").text[:120]


def _bodies(operation: Tree) -> Iterator[str]:
    """Swagger 2 gives the body as a parameter."""
    for param in operation.get("parameters").values():
        if param.get("in").text == "body":
            yield from _schemas(param)


def _schemas(place: Tree) -> Iterator[str]:
    """Names of all schemas referred to below a place."""
    stack = [place]
    while stack:
        for name, value in stack.pop().items:
            if name == "$ref" and value.kind == "scalar":
                yield value.text.rpartition("/")[2][:120]
            stack.append(value)


def _inline_names(body: Tree) -> Iterator[str]:
    for _, media in body.get("content").mapping():
        for name, _ in media.get("schema", "properties").mapping():
            yield name[:120]


def _fields(schema: Tree, depth: int) -> Iterator[FieldFact]:
    required = {member.text for member in schema.get("required").values()}
    for name, value in schema.get("properties").mapping():
        options = [("required", "true")] if name in required else []
        options += [
            (key, redact(value.get(key).text)[:60])
            for key in ("readOnly", "writeOnly", "nullable", "default", "maxLength")
            if value.get(key).text
        ]
        yield FieldFact(
            name=name[:120],
            line=value.line,
            annotation=_type(value),
            options=tuple(options),
            relation=value.get("$ref").text.rpartition("/")[2][:120],
            doc=redact(" ".join(value.get("description").text[:300].split())),
            origin="schema",
        )
    if depth < _MAX_DEPTH:
        for part in ("allOf", "anyOf", "oneOf"):
            for member in schema.get(part).values():
                yield from _fields(member, depth + 1)


def _type(value: Tree) -> str:
    kind, form = value.get("type").text, value.get("format").text
    if kind == "array":
        item = value.get("items")
        inner = item.get("$ref").text.rpartition("/")[2] or item.get("type").text
        return f"array[{inner[:80]}]"
    return f"{kind[:40]}:{form[:40]}" if form else kind[:40]
