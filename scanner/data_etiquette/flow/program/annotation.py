"""Names in annotations."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z_][\w.]*")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_SCALARS = frozenset(
    {"str", "int", "bool", "float", "bytes", "datetime.datetime", "datetime.date", "UUID"}
    | {"uuid.UUID", "EmailStr", "pydantic.EmailStr", "Decimal", "decimal.Decimal"}
)
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict"})
_WRAPPERS = frozenset(
    {"Annotated", "Optional", "Union", "List", "Sequence", "Iterable", "Iterator", "Awaitable"}
    | {
        "AsyncIterator",
        "AsyncGenerator",
        "Generator",
        "Type",
        "list",
        "tuple",
        "set",
        "type",
        "None",
    }
    | {"Mapped", "ClassVar", "Final", "Depends", "Security", "Query", "Body", "Form", "Header"}
)


def names_in(annotation: str) -> list[str]:
    """Dotted names of an annotation, wrappers such as `Optional` left out."""
    found = _NAME.findall(_QUOTED.sub(" ", annotation))
    return [name for name in found if name.rsplit(".", 1)[-1] not in _WRAPPERS]


def is_scalar(annotation: str) -> bool:
    """Whether a value so annotated is one plain value, which no entity can be."""
    names = names_in(annotation)
    return bool(names) and names[0] in _SCALARS


def is_mapping(annotation: str) -> bool:
    """Whether what is so annotated is a mapping, and no row."""
    names = names_in(annotation)
    return bool(names) and names[0].rsplit(".", 1)[-1] in _MAPPINGS


def dependency(text: str) -> str:
    """`get_user` of `fastapi.Depends(get_user)`, also inside `Annotated[…]`; else empty."""
    match = re.search(r"\b(?:Depends|Security|Inject)\(([A-Za-z_][\w.]*)", text)
    return match.group(1) if match else ""
