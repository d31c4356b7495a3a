"""Fides manifests: systems with privacy declarations, datasets with categories of their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from data_etiquette.declaration.draft.application import slug
from data_etiquette.declaration.draft.parts import DraftActivity
from data_etiquette.declaration.duration import days, iso
from data_etiquette.declaration.imports.said import FieldSaid, Said
from data_etiquette.declaration.node import entries, items, mappings, text, texts
from data_etiquette.model.catalog import Catalog

_SYSTEM = "system."
_ANY = "user"


def is_fides(top: yaml.Node) -> bool:
    """Whether a file declares systems or datasets."""
    keys = entries(top)
    return any("fides_key" in entries(item) for name in ("system", "dataset")
               for item in mappings(keys.get(name)))  # fmt: skip


def read_fides(top: yaml.Node, name: str, catalog: Catalog) -> Said:
    """One activity for each privacy declaration, one decision for each field of a dataset."""
    words = next((dict(item.words) for item in catalog.imports if item.id == "fides"), {})
    said = Said()
    for system in mappings(entries(top).get("system")):
        keys = entries(system)
        for number, declared in enumerate(mappings(keys.get("privacy_declarations")), start=1):
            said.activities.append(_activity(keys, declared, number, words, catalog))
    for dataset in mappings(entries(top).get("dataset")):
        for table in mappings(entries(dataset).get("collections")):
            owner = text(entries(table).get("name"))
            for path, field in _fields(items(entries(table).get("fields"))):
                said.fields += _decision(owner, path, field, name, catalog)
    return said


def _activity(
    system: Mapping[str, yaml.Node],
    declared: yaml.Node,
    number: int,
    words: Mapping[str, tuple[str, ...]],
    catalog: Catalog,
) -> DraftActivity:
    keys = entries(declared)
    label = text(keys.get("name")) or text(system.get("name")) or text(system.get("fides_key"))
    use = text(keys.get("data_use"))
    identity = slug(text(keys.get("name"))) or f"{slug(text(system.get('fides_key')))}-{number}"
    purposes = purposes_of(use, catalog)
    activity = DraftActivity(identity, note=label)
    if len(purposes) == 1:
        activity.purposes = set(purposes)
    else:
        activity.perhaps = tuple(purposes)
    categories = texts(keys.get("data_categories"))
    activity.elements = {item for name in categories for item in data_of(name, catalog)}
    people = [words.get(name, ()) for name in texts(keys.get("data_subjects"))]
    activity.subject = next((found[0] for found in people if found), "")
    basis = words.get(text(keys.get("legal_basis_for_processing")), ())
    activity.legal_basis = basis[0] if basis else ""
    # Vital interests are a basis of Art. 6 and an exception of Art. 9 under one name.
    special = words.get(text(keys.get("special_category_legal_basis")), ())
    activity.special_basis = next((name for name in special if name.startswith("art9")), "")
    _keep(activity, text(keys.get("retention_period")))
    return activity


def _keep(activity: DraftActivity, written: str) -> None:
    """A period that is a duration, else the words as a criterion."""
    length = days(written)
    if length:
        activity.retention = written if written.startswith("P") else iso(length)
    else:
        activity.criterion = written


def purposes_of(use: str, catalog: Catalog) -> list[str]:
    """Our purposes for a data use: those that mean it, else those of the nearest wider use."""
    while use:
        found = [purpose.id for purpose in catalog.purposes if purpose.fideslang == use]
        if found:
            return found
        use = use.rpartition(".")[0]
    return []


def data_of(category: str, catalog: Catalog) -> set[str]:
    """What an activity declares by a category: it and all below it, whole groups by their name.

    `user` alone says that there is data of people, and not which.
    """
    if category == _ANY:
        return {f"TODO ({category})"}
    meant = {
        item.id
        for item in catalog.elements
        if item.fideslang == category or item.fideslang.startswith(f"{category}.")
    }
    groups: dict[str, set[str]] = {}
    for item in catalog.elements:
        groups.setdefault(item.group, set()).add(item.id)
    whole = {name for name, members in groups.items() if len(members) > 1 and members <= meant}
    inside = {item for name in whole for item in groups[name]}
    return {f"{name}.*" for name in whole} | (meant - inside)


def elements_of(category: str, catalog: Catalog) -> tuple[str, ...]:
    """Our elements for a category: those that mean exactly it, else all below it."""
    exact = [item.id for item in catalog.elements if item.fideslang == category]
    below = [item.id for item in catalog.elements if item.fideslang.startswith(f"{category}.")]
    return tuple(sorted(exact or below))


def _fields(nodes: list[yaml.Node], lead: str = "") -> Iterator[tuple[str, yaml.Node]]:
    for node in nodes:
        name = text(entries(node).get("name"))
        yield f"{lead}{name}", node
        yield from _fields(items(entries(node).get("fields")), f"{lead}{name}.")


def _decision(
    table: str, field: str, node: yaml.Node, name: str, catalog: Catalog
) -> Iterator[FieldSaid]:
    categories = texts(entries(node).get("data_categories"))
    personal = [category for category in categories if not category.startswith(_SYSTEM)]
    if personal:
        elements = tuple(item for one in personal for item in elements_of(one, catalog))
        why = f"{name} says {', '.join(personal)}"
        yield FieldSaid(table, field, personal=True, elements=elements, why=why)
    elif categories:
        why = f"{name} says {', '.join(categories)}"
        yield FieldSaid(table, field, personal=False, why=why)
