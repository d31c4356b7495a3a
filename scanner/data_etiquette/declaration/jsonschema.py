"""The JSON Schema of etiquette.yaml, made from the table that validates it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from data_etiquette.declaration.names import element_names
from data_etiquette.declaration.schema import DECLARATION
from data_etiquette.declaration.shape import Shape
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.kind import SinkKind

Json = dict[str, object]

_TODO: Json = {"$ref": "#/$defs/todo"}
_PATTERNS = {
    "date": r"^\d{4}-\d{2}-\d{2}$",
    "duration": r"^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$",
    "lifetime": r"^(session|P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)$",
    "country": r"^([A-Z]{2}|EEA|EU|adequacy)$",
    "language": r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
    "sensitivity": r"^(>=|<=|>|<|=)?\s*[1-4]$",
    "email": r"^[^@\s]+@[^@\s]+$",
}
_ANY_WORD = {"type": "string"}


def json_schema(catalog: Catalog) -> Json:
    """The schema as data. Own elements and recipients are possible, so known ones only suggest."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "etiquette.yaml",
        "description": DECLARATION.doc,
        "$defs": {
            "todo": {
                "description": "Somebody still has to fill this in; `etiquette check` fails.",
                "anyOf": [{"type": "string", "pattern": r"^\s*TODO"}, {"type": "null"}],
            },
            **{name: _suggesting(words) for name, words in _words(catalog).items()},
        },
        **_of(DECLARATION),
    }


def schema_text(catalog: Catalog) -> str:
    """The schema as it lies in the repository."""
    return json.dumps(json_schema(catalog), indent=1, ensure_ascii=False) + "\n"


def _words(catalog: Catalog) -> dict[str, list[str]]:
    sinks = [kind.value for kind in SinkKind]
    services = sorted({recipient.kind for recipient in catalog.recipients})
    elements = sorted(element_names(catalog))
    return {
        "element": elements,
        "purpose": sorted(purpose.id for purpose in catalog.purposes),
        "law": sorted({law.instrument for law in catalog.laws}),
        "sink": sinks,
        "service": services,
        "end": sorted({*sinks, *services}),
    }


def _suggesting(words: list[str]) -> Json:
    """Editors offer these; any other word is the scanner's to judge."""
    return {"anyOf": [{"enum": words}, _ANY_WORD]}


def _of(shape: Shape) -> Json:
    """A place that must hold what its shape says."""
    match shape.kind:
        case "map":
            return _map(shape.keys, shape.required)
        case "list":
            entry = _or_todo(_map(shape.keys, shape.required))
            listed: Json = {"type": "array", "items": entry}
            if not shape.single:
                return listed
            return {"anyOf": [listed, _map(shape.keys, shape.required)]}
        case "texts":
            value = _value(shape)
            either: list[Json] = [value, {"type": "array", "items": {"anyOf": [value, _TODO]}}]
            if shape.keys:
                either.append(_map(shape.keys, ()))
            return {"anyOf": either}
        case _:
            return _value(shape)


def _map(keys: Mapping[str, Shape], required: tuple[str, ...]) -> Json:
    made: Json = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _described(shape) for name, shape in keys.items()},
    }
    if required:
        made["required"] = list(required)
    return made


def _described(shape: Shape) -> Json:
    made: Json = {"description": shape.doc, **_or_todo(_of(shape))}
    if shape.example:
        made["examples"] = [shape.example]
    return made


def _or_todo(made: Json) -> Json:
    either = made.get("anyOf")
    if isinstance(either, list) and len(made) == 1:
        return {"anyOf": [*either, _TODO]}
    return {"anyOf": [made, _TODO]}


def _value(shape: Shape) -> Json:
    if shape.kind == "number":
        return {"type": "integer", "minimum": 0}
    if shape.kind == "boolean":
        return {"enum": [True, False, "true", "false", "yes", "no"]}
    if shape.words:
        return {"enum": list(shape.words)}
    if shape.form == "sensitivity":
        levels = {"minimum": 1, "maximum": 4}
        return {"type": ["string", "integer"], "pattern": _PATTERNS["sensitivity"], **levels}
    if shape.form:
        return {"type": "string", "pattern": _PATTERNS[shape.form]}
    name = shape.names.split(" or ")[0]
    if name in ("element", "purpose", "law", "sink", "service", "end"):
        return {"$ref": f"#/$defs/{name}"}
    # YAML reads a bare 1 or true as no text; a name may well look like that.
    return {"type": ["string", "number", "boolean"]}
