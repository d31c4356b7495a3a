"""The record of processing in words of the Data Privacy Vocabulary 2, as JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data_etiquette.model.declaration import Activity, Contact, Declaration, DeclaredMeasure
from data_etiquette.model.period import days_of
from data_etiquette.model.report import Report
from data_etiquette.reporting.exchange import Exchange, Party, fragment
from data_etiquette.reporting.jsontext import Json, json_text
from data_etiquette.reporting.sentence import visible

VOCABULARY = "dpv"
CONTEXT: dict[str, Json] = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_RECIPIENTS = {
    "processor": "dpv:DataProcessor",
    "controller": "dpv:ThirdParty",
    "joint_controller": "dpv:JointDataControllers",
}


def render_dpv(report: Report) -> str:
    """A graph of the controller, its processes and the recipients; gaps are left out."""
    exchange = Exchange(report)
    declaration = exchange.declaration
    nodes: list[Json] = []
    if declaration is not None:
        nodes.append(_organisation(exchange, declaration))
        nodes += [_process(exchange, declaration, item) for item in declaration.activities]
        nodes += [_measure(item) for item in declaration.measures]
        nodes += list(_own_purposes(exchange, declaration))
    else:
        nodes.append(_seen(exchange))
    nodes += [_recipient(item) for item in exchange.parties]
    return json_text({"@context": CONTEXT, "@graph": nodes}, indent=1)


def _organisation(exchange: Exchange, declaration: Declaration) -> Json:
    organisation = declaration.organisation
    role = exchange.words(VOCABULARY).get(organisation.role, ("DataController",))[0]
    made: dict[str, Json] = {
        "@id": "#organisation",
        "@type": f"dpv:{role}",
        "dpv:hasName": visible(organisation.name),
        **_reachable(organisation.contact),
    }
    for term, kind, contact in (
        ("dpv:hasRepresentative", "dpv:Representative", organisation.representative),
        ("dpv:hasDataProtectionOfficer", "dpv:DataProtectionOfficer", organisation.dpo),
        ("dpv:hasAuthority", "dpv:DataProtectionAuthority", organisation.authority),
    ):
        if contact is not None:
            named: dict[str, Json] = {"dpv:hasName": visible(contact.name)} if contact.name else {}
            made[term] = {"@type": kind, **named, **_reachable(contact)}
    words = exchange.words(VOCABULARY)
    rights = [item.id for item in declaration.rights if item.served_by and item.id in words]
    if rights:
        made["dpv:hasRight"] = _ids(f"eu-gdpr:{words[name][0]}" for name in rights)
    return made


def _reachable(contact: Contact) -> dict[str, Json]:
    made: dict[str, Json] = {}
    if contact.address:
        made["dpv:hasAddress"] = visible(contact.address)
    ways: list[Json] = [visible(way) for way in (contact.email, contact.phone, contact.url) if way]
    if ways:
        made["dpv:hasContact"] = ways
    return made


def _process(exchange: Exchange, declaration: Declaration, activity: Activity) -> Json:
    words = exchange.words(VOCABULARY)
    made: dict[str, Json] = {
        "@id": fragment("process", activity.id),
        "@type": "dpv:Process",
        "dct:title": visible(activity.label or activity.id),
        "dct:source": visible(f"{declaration.path}:{activity.line}"),
    }
    lists = {
        "dpv:hasPurpose": [_purpose(exchange, name) for name in activity.purposes],
        "dpv:hasPersonalData": [_datum(exchange, name) for name in exchange.data(activity)],
        "dpv:hasDataSubject": [_subject(exchange, name) for name in activity.subjects],
        "dpv:hasLegalBasis": _ids(
            f"eu-gdpr:{words[basis][0]}"
            for basis in (activity.legal_basis, activity.special_basis)
            if basis in words
        ),
        "dpv:hasRecipient": _ids(
            fragment("recipient", item.id)
            for name in activity.recipients
            if (item := exchange.party(name)) is not None
        ),
        "dpv:hasTechnicalOrganisationalMeasure": _ids(
            fragment("measure", item.id)
            for item in declaration.measures
            if item.id in activity.security
        ),
    }
    made |= {term: found for term, found in lists.items() if found}
    role = "DataProcessor" if declaration.organisation.role == "processor" else "DataController"
    made[f"dpv:has{role}"] = {"@id": "#organisation"}
    if activity.source in words and "source" in activity.keys:
        made["dpv:hasDataSource"] = {"@id": f"dpv:{words[activity.source][0]}"}
    storage = _storage(activity)
    if storage:
        made["dpv:hasStorageCondition"] = storage
    transfers = list(_transfers(exchange, activity))
    if transfers:
        made["dpv:hasProcess"] = transfers
    return made


def _purpose(exchange: Exchange, name: str) -> Json:
    known = {item.id: item.dpv for item in exchange.report.purposes}
    if name in known:
        return {"@id": f"dpv:{known[name]}"}
    return {"@id": fragment("purpose", name)}


def _own_purposes(exchange: Exchange, declaration: Declaration) -> Iterator[Json]:
    """Purposes in the organisation's own words, under the nearest of the vocabulary."""
    known = {item.id for item in exchange.report.purposes}
    used = {name for item in declaration.activities for name in item.purposes}
    for name in sorted(used - known):
        made: dict[str, Json] = {
            "@id": fragment("purpose", name),
            "@type": "dpv:Purpose",
            "skos:prefLabel": exchange.purpose_label(name),
        }
        if name in exchange.dpv_purposes:
            made["skos:broader"] = {"@id": _term(exchange.dpv_purposes[name])}
        yield made


def _term(written: str) -> str:
    return f"dpv:{visible(written).removeprefix('dpv:')}"


def _datum(exchange: Exchange, name: str) -> Json:
    made: dict[str, Json] = {"@id": f"pd:{exchange.elements[name].dpv}"}
    if exchange.elements[name].special_category:
        made["@type"] = "dpv:SpecialCategoryPersonalData"
    return made


def _subject(exchange: Exchange, name: str) -> Json:
    words = exchange.words(VOCABULARY)
    if name in words:
        return {"@id": f"dpv:{words[name][0]}"}
    return {"@type": "dpv:DataSubject", "skos:prefLabel": exchange.subject_label(name)}


def _storage(activity: Activity) -> dict[str, Json]:
    kept = activity.retention
    if kept is None or not (kept.period or kept.criterion):
        return {}
    made: dict[str, Json] = {"@type": "dpv:StorageDuration"}
    if kept.period.startswith("P") and days_of(kept.period) is not None:
        made["dpv:hasDuration"] = {"@type": "xsd:duration", "@value": kept.period}
    else:
        made["dct:description"] = visible(kept.criterion or kept.period)
    if kept.starts:
        made["skos:note"] = visible(f"from {kept.starts}")
    return made


def _transfers(exchange: Exchange, activity: Activity) -> Iterator[Json]:
    words = exchange.words(VOCABULARY)
    for name in activity.recipients:
        item = exchange.party(name)
        if item is None or not exchange.is_third_country(item.country):
            continue
        made: dict[str, Json] = {
            "@type": "dpv:Process",
            "dpv:hasProcessing": {"@id": "dpv:Transfer"},
            "dpv:hasRecipient": {"@id": fragment("recipient", item.id)},
            "dpv:hasCountry": {"@id": f"loc:{visible(item.country)}"},
        }
        if item.mechanism in words:
            made["dpv:hasLegalBasis"] = {"@id": f"eu-gdpr:{words[item.mechanism][0]}"}
        yield made


def _recipient(item: Party) -> Json:
    made: dict[str, Json] = {
        "@id": fragment("recipient", item.id),
        "@type": _RECIPIENTS.get(item.role, "dpv:Recipient"),
        "dpv:hasName": item.name,
    }
    if item.country:
        made["dpv:hasCountry"] = {"@id": f"loc:{visible(item.country)}"}
    if not item.is_declared:
        made["dct:description"] = "Seen in the code, not declared"
    return made


def _measure(item: DeclaredMeasure) -> Json:
    made: dict[str, Json] = {
        "@id": fragment("measure", item.id),
        "@type": "dpv:TechnicalOrganisationalMeasure",
        "dct:title": visible(item.label or item.kind.replace("_", " ") or item.id),
    }
    if item.link:
        made["dct:source"] = visible(item.link)
    return made


def _seen(exchange: Exchange) -> Json:
    """What the code alone shows: data and recipients, without purpose or basis."""
    report = exchange.report
    names = {item.element for entity in report.entities for item in entity.personal_fields}
    made: dict[str, Json] = {
        "@id": "#code",
        "@type": "dpv:Process",
        "dct:title": exchange.project,
        "dct:description": "Seen in the code; nothing is declared",
    }
    data = [_datum(exchange, name) for name in sorted(names) if name in exchange.elements]
    if data:
        made["dpv:hasPersonalData"] = data
    recipients = _ids(fragment("recipient", item.id) for item in exchange.parties)
    if recipients:
        made["dpv:hasRecipient"] = recipients
    return made


def _ids(names: Iterable[str]) -> list[Json]:
    return [{"@id": name} for name in dict.fromkeys(names)]
