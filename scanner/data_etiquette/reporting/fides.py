"""Fides manifests: the stores as a dataset, the application and its recipients as systems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import yaml

from data_etiquette.model.declaration import Activity, Declaration
from data_etiquette.model.report import Report
from data_etiquette.reporting.exchange import Exchange, Party, key
from data_etiquette.reporting.sentence import visible
from data_etiquette.reporting.voice import contact_text

Yaml: TypeAlias = "str | bool | list[Yaml] | dict[str, Yaml]"

VOCABULARY = "fides"
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_RESPONSIBILITY = {"controller": "Controller", "joint_controller": "Controller"}
_PROCESSOR = "Processor"


def render_fides(report: Report) -> str:
    """One file with both resources; what Fides has no word for stands in its first comment."""
    exchange = Exchange(report)
    missing: list[str] = []
    document: dict[str, Yaml] = {"dataset": [_dataset(exchange)]}
    if exchange.declaration is not None:
        document["system"] = list(_systems(exchange, exchange.declaration, missing))
    else:
        missing.append("no system: there is no etiquette.yaml, so no data use is declared")
    head = [f"# Made by etiquette {report.version} from code and declaration."]
    head += [f"# Left out: {visible(' '.join(item.split()))}" for item in missing]
    text = yaml.dump(document, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=100)
    return "\n".join([*head, text])


def _dataset(exchange: Exchange) -> Yaml:
    collections: dict[str, dict[str, list[str]]] = {}
    places: dict[str, str] = {}
    for name, entity, fields in exchange.stored():
        shown = visible(name)
        places.setdefault(shown, visible(f"{entity.location.path}:{entity.location.line}"))
        columns = collections.setdefault(shown, {})
        for item in fields:
            category = exchange.elements[item.element].fideslang
            found = columns.setdefault(visible(item.name), [])
            found += [category] if category not in found else []
    return {
        "fides_key": key(exchange.project),
        "name": exchange.project,
        "description": "Stores with personal data that the code defines",
        "collections": [
            {
                "name": name,
                "description": f"Defined at {places[name]}",
                "fields": [
                    {"name": column, "data_categories": [*sorted(columns[column])]}
                    for column in sorted(columns)
                ],
            }
            for name, columns in sorted(collections.items())
        ],
    }


def _systems(
    exchange: Exchange, declaration: Declaration, missing: list[str]
) -> Iterator[dict[str, Yaml]]:
    organisation = declaration.organisation
    made: dict[str, Yaml] = {
        "fides_key": key(exchange.project),
        "name": exchange.project,
        "system_type": "Application",
        "legal_name": visible(organisation.name),
    }
    if organisation.contact.address:
        made["legal_address"] = visible(organisation.contact.address)
    if organisation.dpo is not None:
        made["dpo"] = visible(contact_text(organisation.dpo))
    if organisation.joint_controllers:
        parties = "; ".join(contact_text(item) for item in organisation.joint_controllers)
        made["joint_controller_info"] = visible(parties)
    made["responsibility"] = [_RESPONSIBILITY.get(organisation.role, _PROCESSOR)]
    made["dataset_references"] = [key(exchange.project)]
    parties_of = {key(item.id): item for item in exchange.parties}
    made["egress"] = [_egress(exchange, name, item) for name, item in sorted(parties_of.items())]
    made["privacy_declarations"] = [
        declared
        for activity in declaration.activities
        for declared in _declarations(exchange, activity, missing)
    ]
    yield made
    for name, item in sorted(parties_of.items()):
        yield {
            "fides_key": name,
            "name": item.name,
            "system_type": "Third Party" if item.role != "internal" else "Service",
            "privacy_declarations": [],
        }


def _egress(exchange: Exchange, name: str, item: Party) -> Yaml:
    made: dict[str, Yaml] = {"fides_key": name, "type": "system"}
    if item.elements:
        made["data_categories"] = _categories(exchange, item.elements)
    return made


def _categories(exchange: Exchange, elements: tuple[str, ...]) -> list[Yaml]:
    return [*sorted({exchange.elements[name].fideslang for name in elements})]


def _declarations(
    exchange: Exchange, activity: Activity, missing: list[str]
) -> Iterator[dict[str, Yaml]]:
    """One for each data use: Fides has no place for two in one."""
    by_use: dict[str, list[str]] = {}
    for purpose in activity.purposes:
        use = exchange.uses.get(purpose, "")
        if use:
            by_use.setdefault(use, []).append(purpose)
        else:
            missing.append(
                f"{activity.label or activity.id}, purpose {exchange.purpose_label(purpose)}: "
                "no data use of Fides is declared for it"
            )
    for use, purposes in by_use.items():
        label = visible(activity.label or activity.id)
        if len(by_use) > 1:
            told = ", ".join(exchange.purpose_label(name) for name in purposes)
            label = f"{label} ({told})"
        yield {"name": label, "data_use": use, **_declaration(exchange, activity)}


def _declaration(exchange: Exchange, activity: Activity) -> dict[str, Yaml]:
    words = exchange.words(VOCABULARY)
    elements = exchange.data(activity)
    special = any(exchange.elements[name].special_category for name in elements)
    people = [exchange.fides_subjects.get(name) for name in activity.subjects]
    made: dict[str, Yaml] = {
        "data_categories": _categories(exchange, elements),
        "data_subjects": [*sorted({name for name in people if name})],
        "dataset_references": [key(exchange.project)],
        "processes_special_category_data": special,
    }
    if activity.legal_basis in words:
        made["legal_basis_for_processing"] = words[activity.legal_basis][0]
    if activity.special_basis in words:
        made["special_category_legal_basis"] = words[activity.special_basis][0]
    if activity.retention is not None and activity.retention.period:
        made["retention_period"] = visible(activity.retention.period)
    if activity.assessment:
        made["impact_assessment_location"] = visible(activity.assessment)
    made |= _sharing(exchange, activity)
    return made


def _sharing(exchange: Exchange, activity: Activity) -> dict[str, Yaml]:
    parties = [item for name in activity.recipients if (item := exchange.party(name)) is not None]
    if not parties:
        return {}
    outside = [item for item in parties if item.role != "internal"]
    elements = {name for item in outside for name in item.elements}
    return {
        "egress": [key(item.id) for item in parties],
        "data_shared_with_third_parties": bool(outside),
        "third_parties": "; ".join(item.name for item in outside),
        "shared_categories": _categories(exchange, tuple(sorted(elements))),
    }
