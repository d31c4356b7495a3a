"""What may stand at a place of etiquette.yaml, and the words to say so in a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shape:
    """One place: its kind, its keys, what its text may be, and one sentence for people."""

    kind: str
    """`text number boolean texts map list`, one of these."""
    doc: str = ""
    keys: Mapping[str, Shape] = field(default_factory=dict)
    """Of a map, of a list's entries, or of the mapping that may stand for a list of texts."""
    required: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Allowed values of a text."""
    form: str = ""
    """`date duration country email sensitivity language lifetime`: how a text must be written."""
    names: str = ""
    """What a text must be the name of: `element`, `recipient`, `activity`, …."""
    single: bool = False
    """Whether one mapping may stand for a list of one."""
    example: str = ""


def text(doc: str, /, **more: object) -> Shape:
    """A single value."""
    return _made("text", doc, more)


def texts(doc: str, /, **more: object) -> Shape:
    """A list of values; a single one may stand for a list of one."""
    return _made("texts", doc, more)


def boolean(doc: str, /) -> Shape:
    """`true` or `false`."""
    return Shape("boolean", doc)


def number(doc: str, /) -> Shape:
    """A whole number."""
    return Shape("number", doc)


def keys_of(doc: str, required: tuple[str, ...] = (), /, **keys: Shape) -> Shape:
    """A mapping with these keys."""
    return Shape("map", doc, keys, required)


def list_of(doc: str, required: tuple[str, ...] = ("id",), /, **keys: Shape) -> Shape:
    """A list of mappings with these keys."""
    return Shape("list", doc, keys, required)


def list_or_one(doc: str, required: tuple[str, ...] = (), /, **keys: Shape) -> Shape:
    """A list of mappings with these keys, or one such mapping."""
    return Shape("list", doc, keys, required, single=True)


def _made(kind: str, doc: str, more: dict[str, object]) -> Shape:
    words = more.get("words", ())
    keys = more.get("keys", {})
    return Shape(
        kind,
        doc,
        keys=keys if isinstance(keys, Mapping) else {},
        words=tuple(map(str, words)) if isinstance(words, tuple) else (),
        form=str(more.get("form", "")),
        names=str(more.get("names", "")),
        example=str(more.get("example", "")),
    )
