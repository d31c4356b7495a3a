"""The catalog's word lists compiled for lookup: built once per scan."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.flow.lexicon.words import joined, split
from data_etiquette.model.catalog import Catalog, DataElement, FieldType
from data_etiquette.model.kind import Role


@dataclass(frozen=True, slots=True)
class Match:
    """A name of an element found in an identifier."""

    element: DataElement
    start: int
    stop: int
    role: Role | None
    """Role that the name needs; None for a name that is strong on any entity."""
    name: str
    language: str = ""
    entities: frozenset[str] = frozenset()
    """Runs of which the entity's name must hold one; empty when any entity will do."""


@dataclass(slots=True)
class Vocabulary:
    """Lookups over the catalog."""

    catalog: Catalog
    elements: dict[str, DataElement] = field(default_factory=dict)
    strong: dict[str, list[tuple[DataElement, str, str]]] = field(default_factory=dict)
    by_role: dict[str, list[tuple[DataElement, Role, str]]] = field(default_factory=dict)
    by_entity: dict[str, list[tuple[DataElement, frozenset[str], str]]] = field(
        default_factory=dict
    )
    rejected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    role_bases: dict[str, Role] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    types: dict[str, FieldType] = field(default_factory=dict)
    type_elements: dict[str, str] = field(default_factory=dict)
    words: dict[str, frozenset[str]] = field(default_factory=dict)
    longest: int = 0

    def matches(self, words: tuple[str, ...]) -> list[Match]:
        """Every run of the identifier that names an element, longest first."""
        found: list[Match] = []
        for start in range(len(words)):
            text = ""
            for stop in range(start, len(words)):
                text += words[stop]
                if len(text) > self.longest:
                    break
                for element, language, name in self.strong.get(text, ()):
                    found.append(Match(element, start, stop + 1, None, name, language))
                for element, role, name in self.by_role.get(text, ()):
                    found.append(Match(element, start, stop + 1, role, name))
                for element, entities, name in self.by_entity.get(text, ()):
                    found.append(Match(element, start, stop + 1, None, name, entities=entities))
        return found

    def field_type(self, dotted: str) -> FieldType | None:
        """What a field class says, by its full name or by its last part."""
        return self.types.get(dotted) or self.types.get(dotted.rsplit(".", 1)[-1])


def compile_vocabulary(catalog: Catalog) -> Vocabulary:
    """Build all lookups."""
    vocabulary = Vocabulary(catalog)
    own = catalog.owned("data")
    # A type belongs to the element that is added last: the user's own.
    for element in sorted(catalog.elements, key=lambda item: item.id in own):
        _add_element(vocabulary, element)
    _prefer(vocabulary, own)
    for entry in catalog.roles:
        for head in entry.heads:
            vocabulary.roles.setdefault(joined(head), entry.role)
        for base in entry.bases:
            vocabulary.role_bases[base] = entry.role
    for subject in catalog.subjects:
        for name in subject.names:
            vocabulary.subjects.setdefault(joined(name), subject.id)
    for framework in catalog.frameworks:
        for kind in framework.field_types:
            vocabulary.types[kind.name] = kind
            vocabulary.types.setdefault(kind.name.rsplit(".", 1)[-1], kind)
    for purpose, words in catalog.words:
        if purpose.endswith("-elements"):
            vocabulary.words[purpose] = frozenset(words)
        else:
            vocabulary.words[purpose] = frozenset(joined(word) for word in words)
    return vocabulary


def _prefer(vocabulary: Vocabulary, own: frozenset[str]) -> None:
    """A word that the user's own element has means that element and no other."""
    strong, by_role, by_entity = vocabulary.strong, vocabulary.by_role, vocabulary.by_entity
    for run in [run for run, found in strong.items() if any(e.id in own for e, _, _ in found)]:
        strong[run] = [item for item in strong[run] if item[0].id in own]
        # A word that is strong by itself needs no entity to say what it is.
        by_role.pop(run, None)
        by_entity.pop(run, None)
    for run, found in by_role.items():
        taken = {role for element, role, _ in found if element.id in own}
        by_role[run] = [item for item in found if item[0].id in own or item[1] not in taken]
    for run, those in by_entity.items():
        if any(element.id in own for element, _, _ in those):
            by_entity[run] = [item for item in those if item[0].id in own]


def _add_element(vocabulary: Vocabulary, element: DataElement) -> None:
    vocabulary.elements[element.id] = element
    for language, names in element.names:
        for name in names:
            run = joined(name)
            if run:
                vocabulary.strong.setdefault(run, []).append((element, language, name))
                vocabulary.longest = max(vocabulary.longest, len(run))
    for role, names in element.context_names:
        for name in names:
            run = joined(name)
            if run:
                vocabulary.by_role.setdefault(run, []).append((element, role, name))
                vocabulary.longest = max(vocabulary.longest, len(run))
    for entities, names in element.entity_names:
        runs = frozenset(filter(None, (joined(entity) for entity in entities)))
        for name in names:
            run = joined(name)
            if run:
                vocabulary.by_entity.setdefault(run, []).append((element, runs, name))
                vocabulary.longest = max(vocabulary.longest, len(run))
    for name in element.types:
        vocabulary.type_elements[name] = element.id
        vocabulary.type_elements.setdefault(name.rsplit(".", 1)[-1], element.id)
    vocabulary.rejected[element.id] = tuple(joined(name) for name in element.not_names)


__all__ = ["Match", "Vocabulary", "compile_vocabulary", "split"]
