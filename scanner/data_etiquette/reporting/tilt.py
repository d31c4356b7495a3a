"""Transparency information (GDPR Art. 12 to 14) in TILT, the language for it.

The language asks for more than anybody may have declared. A text that is missing says so; an answer
of yes or no that is missing is left out, for there is no third word for it.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator

from data_etiquette.model.declaration import Activity, Contact, Declaration, RetentionPeriod
from data_etiquette.model.report import Report
from data_etiquette.reporting.exchange import Exchange, Party
from data_etiquette.reporting.jsontext import Json, json_text
from data_etiquette.reporting.sentence import visible
from data_etiquette.reporting.voice import basis_article

GAP = "TODO: not declared"
LANGUAGE = "en"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/data-etiquette/tilt/")
_SOURCES = {
    "third_party": "A third party",
    "public": "Publicly accessible sources",
    "inferred": "Inferred from other data",
    "observed": "Observed while the service is used",
}
_CLAUSES, _ADEQUACY = "scc", "adequacy"
_GUARANTEES = {
    "bcr": "Binding corporate rules",
    "code_of_conduct": "An approved code of conduct",
    "certification": "An approved certification",
}


def render_tilt(report: Report) -> str:
    """One document; its hash is that of itself without the hash."""
    exchange = Exchange(report)
    body = _body(exchange)
    meta = _meta(exchange)
    whole = json.dumps({"meta": meta, **body}, sort_keys=True)
    meta["_hash"] = hashlib.sha256(whole.encode()).hexdigest()
    return json_text({"meta": meta, **body}, indent=2)


def _meta(exchange: Exchange) -> dict[str, Json]:
    declaration = exchange.declaration
    name = visible(declaration.organisation.name) if declaration is not None else ""
    notices = declaration.notices if declaration is not None else ()
    date = exchange.report.provenance.date or next((n.date for n in notices if n.date), "")
    address = next((n.url for n in notices if n.url.startswith(("https://", "http://"))), "")
    version = next((n.version for n in notices if n.version.isdecimal()), "1")
    return {
        "_id": str(uuid.uuid5(_NAMESPACE, f"{exchange.project}\0{name}")),
        "name": name or GAP,
        "created": visible(date) or GAP,
        "modified": visible(date) or GAP,
        "version": max(1, int(version[:9])),
        "language": LANGUAGE,
        "status": "active",
        "url": visible(address) or GAP,
    }


def _body(exchange: Exchange) -> dict[str, Json]:
    declaration = exchange.declaration
    activities = declaration.activities if declaration is not None else ()
    return {
        "controller": _controller(declaration),
        "dataProtectionOfficer": _officer(declaration),
        "dataDisclosed": [
            _disclosed(exchange, activity, name)
            for activity in activities
            for name in exchange.data(activity)
        ],
        "thirdCountryTransfers": [
            _transfer(item)
            for item in exchange.parties
            if item.is_declared and exchange.is_third_country(item.country)
        ],
        "accessAndDataPortability": _right(declaration, "access", "portability"),
        "sources": [item for activity in activities for item in _sources(exchange, activity)],
        "rightToInformation": _right(declaration, "access"),
        "rightToRectificationOrDeletion": _right(declaration, "rectification", "erasure"),
        "rightToDataPortability": _right(declaration, "portability"),
        "rightToWithdrawConsent": _right(declaration, "withdraw"),
        "rightToComplain": _complaint(declaration),
        "automatedDecisionMaking": _decisions(activities),
        "changesOfPurpose": [],
    }


def _or_gap(text: str) -> str:
    return visible(text) or GAP


def _person(contact: Contact | None) -> dict[str, Json]:
    contact = contact or Contact()
    made: dict[str, Json] = {"name": _or_gap(contact.name), "email": _or_gap(contact.email)}
    if contact.phone:
        made["phone"] = visible(contact.phone)
    return made


def _controller(declaration: Declaration | None) -> Json:
    """The country is the declared one; no one is read out of an address."""
    if declaration is None:
        return {"name": GAP, "address": GAP, "country": GAP, "representative": _person(None)}
    organisation = declaration.organisation
    return {
        "name": _or_gap(organisation.name),
        "address": _or_gap(organisation.contact.address),
        "country": _or_gap(organisation.contact.country),
        "representative": _person(organisation.representative or organisation.contact),
    }


def _officer(declaration: Declaration | None) -> Json:
    found = (declaration.organisation.dpo if declaration is not None else None) or Contact()
    return {
        **_person(found),
        "address": _or_gap(found.address),
        "country": _or_gap(found.country),
    }


def _disclosed(exchange: Exchange, activity: Activity, name: str) -> Json:
    made: dict[str, Json] = {
        "_id": visible(f"{activity.id}/{name}"),
        "category": exchange.element_label(name),
        "purposes": [
            {
                "purpose": exchange.purpose_label(purpose),
                "description": visible(activity.label or activity.id),
            }
            for purpose in activity.purposes
        ],
        "legalBases": [*_bases(activity)],
        "legitimateInterests": [*_interests(activity)],
        "recipients": [
            _recipient(item)
            for party in activity.recipients
            if (item := exchange.party(party)) is not None
        ],
        "storage": [*_storage(activity)],
        "nonDisclosure": _non_disclosure(activity),
    }
    return made


def _bases(activity: Activity) -> Iterator[Json]:
    for basis in (activity.legal_basis, activity.special_basis):
        article = basis_article(basis)
        if article:
            yield {"reference": _reference(article), "description": f"GDPR {article}"}


def _reference(article: str) -> str:
    """`Art. 6(1)(a)` as `GDPR-6-1-a`."""
    parts = article.removeprefix("Art. ").replace(")", "").split("(")
    return "-".join(("GDPR", *parts))


def _interests(activity: Activity) -> Iterator[Json]:
    if activity.legal_basis == "legitimate_interests":
        yield {"exists": True, "reasoning": _or_gap(activity.legitimate_interest)}


def _recipient(item: Party) -> Json:
    made: dict[str, Json] = {
        "name": item.name,
        "category": visible((item.kind or item.role).replace("_", " ")) or GAP,
    }
    if item.country:
        made["country"] = visible(item.country)
    return made


def _storage(activity: Activity) -> Iterator[Json]:
    kept = activity.retention
    if kept is None:
        return
    described = "; ".join(visible(text) for text in (kept.starts, kept.why) if text)
    temporal: list[Json] = []
    if _has_period(kept):
        temporal.append({"description": described or GAP, "ttl": visible(kept.period)})
    criterion = kept.criterion or ("" if _has_period(kept) else kept.period)
    yield {
        "temporal": temporal,
        "purposeConditional": [visible(criterion)] if criterion else [],
        "legalBasisConditional": [],
        "aggregationFunction": "max",
    }


def _has_period(kept: RetentionPeriod) -> bool:
    return kept.period.startswith("P") and not kept.criterion


def _non_disclosure(activity: Activity) -> Json:
    made: dict[str, Json] = {"consequences": _or_gap(activity.consequence)}
    if "required" in activity.keys:
        made["legalRequirement"] = activity.statutory
        made["contractualRegulation"] = activity.contractual
        made["obligationToProvide"] = activity.statutory
    return made


def _transfer(item: Party) -> Json:
    """What is declared to allow it; the other grounds are not spoken of."""
    made: dict[str, Json] = {"country": visible(item.country)}
    if item.mechanism == _ADEQUACY:
        made["adequacyDecision"] = {"available": True, "description": item.name}
    elif item.mechanism == _CLAUSES:
        made["standardDataProtectionClause"] = {"available": True, "description": item.name}
    elif item.mechanism in _GUARANTEES:
        described = f"{_GUARANTEES[item.mechanism]}: {item.name}"
        made["appropriateGuarantees"] = {"available": True, "description": described}
    else:
        described = visible(item.mechanism.replace("_", " ")) or GAP
        made["appropriateGuarantees"] = {"description": f"{item.name}: {described}"}
    return made


def _sources(exchange: Exchange, activity: Activity) -> Iterator[Json]:
    if activity.source not in _SOURCES:
        return
    for name in exchange.data(activity):
        yield {
            "_id": visible(f"{activity.id}/{name}"),
            "dataCategory": exchange.element_label(name),
            "sources": [
                {
                    "description": _SOURCES[activity.source],
                    "url": GAP,
                    "publiclyAvailable": activity.source == "public",
                }
            ],
        }


def _right(declaration: Declaration | None, *names: str) -> Json:
    if declaration is None:
        return {"description": GAP}
    found = [right for name in names if (right := declaration.right(name)) is not None]
    served = [visible(way) for right in found for way in right.served_by]
    made: dict[str, Json] = {}
    if served:
        made["available"] = True
    made["description"] = "; ".join(dict.fromkeys(served)) or GAP
    contact = visible(declaration.rights_contact)
    if contact:
        made["email" if "@" in contact else "url"] = contact
    return made


def _complaint(declaration: Declaration | None) -> Json:
    found = declaration.organisation.authority if declaration is not None else None
    if found is None:
        return {"description": GAP}
    made: dict[str, Json] = {"name": _or_gap(found.name)}
    made |= {
        word: visible(text)
        for word, text in (
            ("address", found.address), ("email", found.email), ("phone", found.phone),
        )
        if text
    }  # fmt: skip
    right: dict[str, Json] = {"available": True, "description": _or_gap(found.name)}
    if found.url:
        right["url"] = visible(found.url)
    return {**right, "supervisoryAuthority": made}


def _decisions(activities: tuple[Activity, ...]) -> Json:
    """In use where one activity says so; nothing is said where none speaks of it."""
    found = [item for item in activities if item.automated_decision]
    if found:
        effects = "; ".join(filter(None, (item.automated_significance for item in found)))
        logic = "; ".join(filter(None, (item.automated_logic for item in found)))
        return {
            "inUse": True,
            "logicInvolved": _or_gap(logic),
            "scopeAndIntendedEffects": _or_gap(effects),
        }
    if any("automated_decision" in item.keys for item in activities):
        return {"inUse": False}
    return {}
