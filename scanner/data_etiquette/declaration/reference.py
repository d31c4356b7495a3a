"""The reference of etiquette.yaml in Markdown, made from the table that validates it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from data_etiquette.declaration.schema import DECLARATION
from data_etiquette.declaration.shape import Shape
from data_etiquette.declaration.validate import FORMS

_NAMES = {
    "element": "data element or group",
    "element or none": "data element or `none`",
    "recipient": "id of a recipient declared here",
    "any recipient": "id of a recipient, declared or known",
    "activity": "id of an activity",
    "subject": "id of a subject",
    "consent": "id of a consent",
    "measure": "id of a measure",
    "purpose": "purpose",
    "law": "instrument of `rules/law`",
    "sink": "kind of sink",
    "service": "kind of service",
    "end": "kind of sink or of service",
}


def reference() -> str:
    """All sections, each with a table of its keys."""
    lines = ["| section | what it is | |", "|---|---|---|"]
    for name, shape in DECLARATION.keys.items():
        must = "required" if name in DECLARATION.required else ""
        link = f"[`{name}`](#{name})" if shape.keys else f"`{name}`"
        lines.append(f"| {link} | {shape.doc} | {must} |")
    for name, shape in DECLARATION.keys.items():
        if shape.keys:
            lines += ["", f"## {name}", "", *_table(shape)]
    return "\n".join(lines) + "\n"


def _table(shape: Shape) -> Iterator[str]:
    yield shape.doc
    yield ""
    yield "| key | what it says | value |"
    yield "|---|---|---|"
    for path, inner, is_required in _rows(shape.keys, shape.required, ""):
        must = " **required**" if is_required else ""
        yield f"| `{path}` | {inner.doc}{must} | {_what(inner)} |"


def _rows(
    keys: Mapping[str, Shape], required: tuple[str, ...], lead: str
) -> Iterator[tuple[str, Shape, bool]]:
    for name, shape in keys.items():
        yield f"{lead}{name}", shape, name in required
        yield from _rows(shape.keys, shape.required, f"{lead}{name}.")


def _what(shape: Shape) -> str:
    if shape.kind in ("map", "list"):
        return {"map": "mapping", "list": "list of mappings"}[shape.kind]
    if shape.words:
        told = " ".join(f"`{word}`" for word in shape.words)
    elif shape.form:
        told = FORMS[shape.form][1]
    elif shape.names:
        told = _NAMES[shape.names]
    else:
        told = {"boolean": "`true` or `false`", "number": "number"}.get(shape.kind, "text")
    if shape.example and not shape.form:
        told += f", like `{shape.example}`"
    return f"list: {told}" if shape.kind == "texts" else told
