"""Names that a declaration may use: what `rules/` knows and what the file itself defines."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Iterable

import yaml

from data_etiquette.declaration.node import entries, items, text, texts
from data_etiquette.frontends.redact import redact
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.kind import SinkKind

_DEFINED = ("recipients", "subjects", "activities", "consent", "measures", "purposes")
_UNKNOWN = {
    "element": "unknown data element",
    "element or none": "unknown data element",
    "purpose": "unknown purpose",
    "any recipient": "unknown recipient",
    "law": "unknown law",
    "sink": "unknown kind of sink",
    "service": "unknown kind of service",
    "end": "unknown kind of sink or service",
}
_SECTION_OF = {
    "recipient": "recipients",
    "subject": "subjects",
    "activity": "activities",
    "consent": "consent",
    "measure": "measures",
}


class Names:
    """Answers whether a word of the declaration is the name of something."""

    def __init__(self, catalog: Catalog, top: yaml.Node) -> None:
        sections = entries(top)
        own = {name: _ids(sections.get(name)) for name in _DEFINED}
        elements = frozenset(element_names(catalog))
        services = frozenset(recipient.kind for recipient in catalog.recipients)
        sinks = frozenset(kind.value for kind in SinkKind)
        self._known: dict[str, frozenset[str]] = {
            "element": elements,
            "element or none": elements | {"none"},
            "purpose": own["purposes"]
            | _purposes(sections)
            | frozenset(purpose.id for purpose in catalog.purposes),
            "any recipient": own["recipients"]
            | frozenset(recipient.id for recipient in catalog.recipients),
            "law": frozenset(law.instrument for law in catalog.laws),
            "sink": sinks,
            "service": services,
            "end": sinks | services,
        }
        self._known |= {kind: own[section] for kind, section in _SECTION_OF.items()}
        self._closed = "purposes" in sections
        if self._closed:
            shipped = frozenset(purpose.id for purpose in catalog.purposes)
            self._known["purpose"] = own["purposes"] | shipped
        self._shipped = frozenset(purpose.id for purpose in catalog.purposes)
        # Without the section people are named freely; a list makes it a closed one.
        self._open = frozenset() if "subjects" in sections else frozenset({"subject"})

    def unknown(self, kind: str, name: str) -> str:
        """What is wrong with a name, or nothing."""
        known = self._known[kind]
        if kind in self._open or name in known or _fits(name, known):
            return self._misspelt(kind, name)
        if kind in _SECTION_OF:
            return f"`{redact(name)}` is not in {_SECTION_OF[kind]}{nearest(name, known)}"
        return f"{_UNKNOWN[kind]} `{redact(name)}`{nearest(name, known)}"

    def _misspelt(self, kind: str, name: str) -> str:
        """An own purpose is any word, unless it is nearly one that is known."""
        if kind != "purpose" or self._closed or name in self._shipped:
            return ""
        close = difflib.get_close_matches(name, sorted(self._shipped), n=1, cutoff=0.85)
        return f"unknown purpose `{name}`; did you mean `{close[0]}`?" if close else ""


def element_names(catalog: Catalog) -> set[str]:
    """Everything that `data:` may name: elements, groups, `group.*`, `group.element`, `*`."""
    groups = {element.group for element in catalog.elements}
    known = {element.id for element in catalog.elements} | groups | {"*"}
    known |= {f"{element.group}.{element.id}" for element in catalog.elements}
    return known | {f"{group}.*" for group in groups}


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """`; did you mean …?` when a known word is near, nothing otherwise."""
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=cutoff)
    return f"; did you mean `{close[0]}`?" if close else ""


def _fits(name: str, known: frozenset[str]) -> bool:
    return "*" in name and any(fnmatch.fnmatchcase(other, name) for other in known)


def _ids(node: yaml.Node | None) -> frozenset[str]:
    found = items(node) if not isinstance(node, yaml.MappingNode) else [node]
    return frozenset(filter(None, (text(entries(entry).get("id")) for entry in found)))


def _purposes(sections: dict[str, yaml.Node]) -> frozenset[str]:
    """Purposes that the activities name are what the others may refer to."""
    return frozenset(
        purpose
        for entry in items(sections.get("activities"))
        for purpose in texts(entries(entry).get("purposes"))
    )
